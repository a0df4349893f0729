"""What journalists ask of a unit, and what became of it. The state follows from the history (migration 0006)."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import Person, ScopedQuerySet, granted
from lantoa.pressroom.enums import OPEN, LetterState, RequestHappening, RequestState, Wish
from lantoa.pressroom.models.journalists import Journalist, JournalistEvent


class RequestSet(ScopedQuerySet["PressRequest"]):
    """Requests in the words of the trade."""

    permission = "pressroom.see_requests"

    def visible_to(self, user: Person, *, at: datetime | None = None) -> Self:
        """Those of the person's units, and those assigned to a post of theirs."""
        held = granted(user, "pressroom.answer", at)
        inside = super().visible_to(user, at=at).values("pk")
        return self.filter(Q(pk__in=inside) | Q(post__in=[one.post_id for one in held]))

    def open(self) -> Self:
        """Those that wait for an answer."""
        return self.filter(state__in=OPEN)

    def late(self, at: datetime) -> Self:
        """Those answered after their time, or still waiting although it is over."""
        return self.filter(Q(settled_at__gt=F("due_at")) | Q(settled_at=None, due_at__lt=at))


class PressRequest(models.Model):
    """One question of a journalist to a unit; who asks is known by their registration alone."""

    number = models.CharField(max_length=24, unique=True)
    journalist = models.ForeignKey(Journalist, on_delete=models.PROTECT, related_name="requests")
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    wish = models.CharField(max_length=10, choices=Wish)
    subject = models.CharField(max_length=200)
    question = models.TextField(max_length=5000)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(help_text="by when the newsroom needs it")
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.RECEIVED)
    post = models.ForeignKey("agencies.Post", null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)
    submission_key = models.CharField(max_length=120, unique=True, help_text="makes a repeated submission one request")

    objects = RequestSet.as_manager()

    class Meta:
        ordering: ClassVar = ["due_at", "pk"]
        verbose_name = _("request from the press")
        indexes: ClassVar = [
            models.Index(fields=["unit", "due_at"], condition=Q(state__in=OPEN), name="press_request_open"),
            models.Index(fields=["unit", "asked_at"], name="press_request_asked"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=RequestState.values), name="press_request_state_known"),
            models.CheckConstraint(condition=Q(wish__in=Wish.values), name="press_request_wish_known"),
            models.CheckConstraint(condition=Q(due_at__gt=F("asked_at")), name="press_request_due_later"),
            models.CheckConstraint(condition=Q(question__regex=r"\S"), name="press_request_asks"),
        ]

    def __str__(self) -> str:
        return self.number


class RequestEvent(models.Model):
    """One thing that happened. The database refuses change, and every move the table does not hold."""

    request = models.ForeignKey(PressRequest, on_delete=models.PROTECT, related_name="events")
    happening = models.CharField(max_length=8, choices=RequestHappening)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey("agencies.Post", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("event")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(happening__in=[RequestHappening.RECEIVED, RequestHappening.RECALLED]) | Q(by__isnull=False),
                name="press_request_step_has_an_author",
            ),
            models.CheckConstraint(
                condition=~Q(happening__in=[RequestHappening.ANSWERED, RequestHappening.DECLINED,
                                            RequestHappening.NOTED])
                | Q(text__regex=r"\S"),
                name="press_request_answered_with_words",
            ),
            models.CheckConstraint(
                condition=Q(happening=RequestHappening.ASSIGNED, post__isnull=False)
                | ~Q(happening=RequestHappening.ASSIGNED) & Q(post=None),
                name="press_request_assigned_to_a_post",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.request_id} {self.happening}"


class AnswerFile(models.Model):
    """A file that went with an answer, to this journalist alone. Append-only."""

    event = models.ForeignKey(RequestEvent, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=120)
    path = models.CharField(max_length=200, unique=True)
    content_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class PressLetter(models.Model):
    """Word to a journalist by mail: intended here before any wire is touched."""

    journalist_event = models.OneToOneField(JournalistEvent, null=True, on_delete=models.PROTECT, related_name="letter")
    request_event = models.OneToOneField(RequestEvent, null=True, on_delete=models.PROTECT, related_name="letter")
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.PENDING)
    reason = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="press_letter_state_known"),
            models.CheckConstraint(
                condition=Q(journalist_event__isnull=True) ^ Q(request_event__isnull=True),
                name="press_letter_about_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.state}"

    @property
    def journalist(self) -> Journalist:
        """Whom it is for."""
        if self.journalist_event is not None:
            return self.journalist_event.journalist
        assert self.request_event is not None
        return self.request_event.request.journalist
