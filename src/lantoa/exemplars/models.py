"""Who and what is put forward to be followed, its append-only history, and who followed."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from lantoa.exemplars.enums import ExemplarHappening, ExemplarKind, ExemplarState
from lantoa.kernel.access import ScopedQuerySet

SEEN = (ExemplarState.VERIFIED, ExemplarState.TOLD)
"""States that nobody reaches who was not seen on the spot and did not agree."""


class ExemplarSet(ScopedQuerySet["Exemplar"]):
    """In the words of the trade."""

    permission = "exemplars.view"

    def on_the_way(self) -> "ExemplarSet":
        """Verified, and their page stands before readers already."""
        return self.filter(state=ExemplarState.VERIFIED, page__live=True)

    def to_take_down(self) -> "ExemplarSet":
        """Those who agree no more while everybody can still read of them."""
        return self.filter(state=ExemplarState.WITHDRAWN, page__live=True)


class Exemplar(models.Model):
    """A person, household, group or way of working that others may follow, as an office near them put it forward."""

    number = models.CharField(max_length=24, unique=True)
    submission_key = models.CharField(max_length=64, unique=True, help_text="makes a form sent twice one proposal")
    kind = models.CharField(max_length=24, choices=ExemplarKind)
    state = models.CharField(max_length=12, choices=ExemplarState, default=ExemplarState.PROPOSED)
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    hamlet = models.CharField(max_length=120, blank=True)
    named_as = models.CharField(max_length=120, blank=True, help_text="as the person wishes to be named")
    did = models.TextField(blank=True, help_text="what they did and what it brought")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    seen_on = models.DateField(null=True, help_text="the day somebody else was there and saw it")
    agreed_on = models.DateField(null=True, help_text="the day they agreed to be told of")
    confirmed = models.TextField(blank=True, help_text="what was seen there and who confirms it")
    settled_at = models.DateTimeField(null=True, help_text="when it was told, not taken, or agreed to no more")
    page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+")
    emptied_at = models.DateTimeField(null=True, help_text="when name, hamlet and all words were deleted")

    objects = ExemplarSet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = pgettext_lazy("exemplar", "proposal")
        indexes: ClassVar = [models.Index(fields=["state", "proposed_at"], name="exemplars_by_state")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=ExemplarState.values), name="exemplar_state_known"),
            models.CheckConstraint(condition=Q(kind__in=ExemplarKind.values), name="exemplar_kind_known"),
            models.CheckConstraint(
                condition=~Q(state__in=SEEN)
                | Q(seen_on__isnull=False, agreed_on__isnull=False, confirmed__regex=r"\S"),
                name="exemplar_seen_and_agreed",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at__isnull=True, named_as__regex=r"\S", did__regex=r"\S")
                | Q(emptied_at__isnull=False, named_as="", hamlet="", did="", confirmed=""),
                name="exemplar_said_or_emptied",
            ),
            models.UniqueConstraint(fields=["page"], name="exemplar_of_a_page_once"),
        ]

    def __str__(self) -> str:
        return self.number


class ExemplarEvent(models.Model):
    """One thing that happened. The database refuses change, and every move the table does not hold."""

    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="events")
    happening = models.CharField(max_length=12, choices=ExemplarHappening)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["exemplar", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(happening=ExemplarHappening.TOLD) | Q(by__isnull=False), name="exemplar_step_has_an_author"
            ),
            models.CheckConstraint(
                condition=~Q(happening=ExemplarHappening.DECLINED) | Q(text__regex=r"\S"),
                name="exemplar_declined_with_words",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exemplar_id} {self.happening}"


class Following(models.Model):
    """How many did the same in one commune in one year. What was written before is in the history."""

    exemplar = models.ForeignKey(Exemplar, on_delete=models.PROTECT, related_name="followings")
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField()
    households = models.PositiveIntegerField(help_text="households or groups that began that year")

    class Meta:
        ordering: ClassVar = ["year", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["exemplar", "unit", "year"], name="exemplar_followed_once"),
            models.CheckConstraint(condition=Q(year__range=(1990, 2100)), name="exemplar_followed_in_our_time"),
        ]

    def __str__(self) -> str:
        return f"{self.exemplar_id} {self.unit_id} {self.year}"
