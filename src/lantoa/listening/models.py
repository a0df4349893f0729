"""Citizens' cases: append-only events; status and clocks follow from them. Names and addresses live in the vault."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from lantoa.channels import registry
from lantoa.kernel.access import Person, ScopedQuerySet, granted
from lantoa.kernel.languages import prefix
from lantoa.listening.enums import CONSEQUENCE, SETTLED, UNSENT, Door, Happening, Matter, ReplyState, Status


class CaseSet(ScopedQuerySet["Case"]):
    """Cases in the words of the trade. (The annotated sets are `Any`: type checkers cannot follow annotations.)"""

    permission = "listening.view_cases"

    def visible_to(self, user: Person, *, at: datetime | None = None) -> Self:
        """The cases of the units a user's posts reach, and those last passed to an agency where they hold a post."""
        held = granted(user, self.permission, at)
        if not held:
            return self.none()
        condition = Q(pk__in=in_charge([grant.agency_id for grant in held]))
        for grant in held:
            condition |= Q(unit__in=grant.units)
        return self.filter(condition)

    def with_state(self) -> Any:
        """Adds `status`, `received_at`, `answered_at` and `due_at`, all read from the events."""
        events = CaseEvent.objects.filter(case=OuterRef("pk"))
        last = events.filter(happening__in=list(CONSEQUENCE)).order_by("-pk")
        answered = events.filter(happening=Happening.ANSWERED).order_by("pk")
        return self.annotate(
            last_deciding=Subquery(last.values("happening")[:1]),
            received_at=Subquery(events.order_by("pk").values("at")[:1]),
            answered_at=Subquery(answered.values("at")[:1]),
            due_at=Subquery(events.filter(due_at__isnull=False).order_by("-pk").values("due_at")[:1]),
        )

    def waiting(self) -> Any:
        """Cases that wait for an answer."""
        deciding = [event for event, status in CONSEQUENCE.items() if status == Status.WAITING]
        return self.with_state().filter(last_deciding__in=deciding)

    def answered(self) -> Any:
        """Cases whose last deciding event is an answer."""
        return self.with_state().filter(last_deciding=Happening.ANSWERED)

    def overdue(self, at: datetime) -> Any:
        """Cases that wait although their time is over."""
        return self.waiting().filter(due_at__lt=at)

    def late(self, at: datetime) -> Any:
        """Cases answered after their time, or still waiting although it is over."""
        return self.with_state().filter(Q(answered_at__gt=F("due_at")) | Q(answered_at__isnull=True, due_at__lt=at))

    def unsent(self) -> Any:
        """Cases with a reply that did not reach the citizen, or perhaps did not, and that only a person can mend."""
        left = CaseReply.objects.filter(case=OuterRef("pk"), state__in=UNSENT, due_at=None)
        return self.with_state().filter(Exists(left))


class Case(models.Model):
    """One matter a citizen brought, addressed to the unit it concerns."""

    number = models.CharField(max_length=24, unique=True)
    code = models.CharField(max_length=16, unique=True, help_text="the citizen's receipt: whoever holds it may read")
    matter = models.CharField(max_length=16, choices=Matter)
    door = models.CharField(max_length=12, choices=Door)
    language = models.CharField(max_length=8, default="vi")
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    person = models.ForeignKey("audience.Person", null=True, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey("audience.Address", null=True, on_delete=models.PROTECT, related_name="+")
    submission_key = models.CharField(max_length=200, unique=True, help_text="makes a repeated submission one case")

    objects = CaseSet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = _("case")

    def __str__(self) -> str:
        return self.number

    @property
    def came_by(self) -> str:
        """The door in words; where it is a channel that the house does not know by itself, that channel's own name."""
        if self.door != Door.OTHER:
            return str(Door(self.door).label)
        return registry.label(self.submission_key.partition(":")[0])

    @property
    def public_url(self) -> str:
        """Where the citizen reads the answer: the portal's address for this receipt code."""
        return f"{settings.LANTOA_BASE_URL}{prefix(self.language)}/tra-loi/{self.code}/"

    @property
    def in_charge_id(self) -> int | None:
        """The agency the case was last passed to. One query."""
        routed = self.events.filter(happening=Happening.ROUTED).order_by("-pk")
        return routed.values_list("agency_id", flat=True).first()

    @property
    def status(self) -> Status:
        """Where the case stands; needs `with_state()`."""
        return CONSEQUENCE[Happening(self.last_deciding)]  # type: ignore[attr-defined]


class CaseEvent(models.Model):
    """One thing that happened. The database refuses change and refuses moves the status does not allow."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events")
    happening = models.CharField(max_length=12, choices=Happening)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("agencies.Agency", null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)
    due_at = models.DateTimeField(null=True)
    reference = models.CharField(max_length=200, blank=True, help_text="the channel's own id of what arrived")

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["case", "happening", "id"]),
            models.Index(fields=["agency", "at"]),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["reference"], condition=~Q(reference=""), name="listening_one_event_per_reference"
            ),
            models.CheckConstraint(
                condition=~Q(happening__in=[Happening.ANSWERED, Happening.REFERRED]) | Q(by__isnull=False),
                name="listening_an_answer_has_an_author",
            ),
            models.CheckConstraint(
                condition=~Q(happening=Happening.ROUTED) | Q(agency__isnull=False), name="listening_routed_to_an_agency"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.happening}"


class PublishedAnswer(models.Model):
    """A question and its answer as the public reads them: no name, no number, no address."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="published")
    question = models.TextField()
    answer = models.TextField()
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    folded = models.TextField(help_text="for search without marks")

    class Meta:
        ordering: ClassVar = ["-published_at"]

    def __str__(self) -> str:
        return self.question[:80]

    @property
    def language(self) -> str:
        """The language of question and answer."""
        return self.case.language


class PageReport(models.Model):
    """A case that began with "something is wrong on this page": which page it was."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="page_report", primary_key=True)
    address = models.CharField(max_length=300, db_index=True, help_text="the page's path on this site, without a query")

    def __str__(self) -> str:
        return self.address


class PageUse(models.Model):
    """How many readers found a page useful on one day, and how many did not. Sums only: nobody is in them."""

    address = models.CharField(max_length=300, help_text="the page's path on this site, without a query")
    day = models.DateField()
    yes = models.PositiveIntegerField(default=0)
    no = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["address", "day"], name="listening_use_once_a_day")]

    def __str__(self) -> str:
        return f"{self.address} {self.day:%d/%m/%Y} {self.yes}/{self.no}"


class PageVisits(models.Model):
    """How often a page's short link was followed in one hour. Sums only."""

    address = models.CharField(max_length=300, help_text="the page's path on this site, without a query")
    hour = models.DateTimeField()
    visits = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["address", "hour"], name="listening_visits_once")]

    def __str__(self) -> str:
        return f"{self.address} {self.hour:%d/%m/%Y %H} {self.visits}"


class CaseReply(models.Model):
    """One message back on the citizen's own channel. Intent is committed before the wire is touched."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="replies")
    event = models.OneToOneField(CaseEvent, on_delete=models.PROTECT, related_name="reply")
    channel = models.CharField(max_length=12)
    address = models.ForeignKey("audience.Address", on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    state = models.CharField(max_length=12, choices=ReplyState, default=ReplyState.PENDING)
    reason = models.CharField(max_length=120, blank=True)
    provider_id = models.CharField(max_length=120, blank=True)
    account_id = models.BigIntegerField(null=True, help_text="the account of the last attempt")
    attempts = models.PositiveIntegerField(default=0)
    wanted_at = models.DateTimeField(help_text="when it was asked for, or asked for again")
    changed_at = models.DateTimeField()
    due_at = models.DateTimeField(
        null=True, help_text="when a worker looks at it next: the next try, or the end of a lease; empty: never again"
    )

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [
            models.Index(fields=["due_at"], condition=Q(due_at__isnull=False), name="listening_reply_due"),
            models.Index(fields=["channel", "provider_id"], name="listening_reply_provider"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ReplyState.values), name="listening_reply_state"),
            models.CheckConstraint(
                condition=~Q(state__in=[ReplyState.PENDING, ReplyState.SENDING]) | Q(due_at__isnull=False),
                name="listening_reply_not_forgotten",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=sorted(SETTLED)) | Q(due_at__isnull=True), name="listening_reply_settled"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.state}"

    @property
    def key(self) -> str:
        """The idempotency key: the same for every attempt, so that a provider that dedupes takes it once."""
        return f"reply-{self.pk}"

    @property
    def needs_person(self) -> bool:
        """Whether only a member of staff can still do something about it."""
        return self.state in UNSENT and self.due_at is None


def in_charge(agency_ids: Iterable[int]) -> Any:
    """Ids of the cases last passed to one of these agencies, as a subquery."""
    later = CaseEvent.objects.filter(case=OuterRef("case"), happening=Happening.ROUTED, pk__gt=OuterRef("pk"))
    routed = CaseEvent.objects.filter(happening=Happening.ROUTED, agency__in=list(agency_ids))
    return routed.filter(~Exists(later)).values("case")
