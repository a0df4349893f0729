"""Pieces ordered from an editor of the house or from a press agency.

The database keeps the rules (migration 0002): only the moves of `enums.MOVES`, each with its line in the history; what
was ordered never changes but for the deadline; history and reminders are append-only.
"""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.editorial.enums import OWED, CommissionState, Reminded
from lantoa.kernel.access import Person, ScopedQuerySet, granted
from lantoa.newsroom.enums import SectionKind


class CommissionQuerySet(ScopedQuerySet["Commission"]):
    """Commissions, in the trade's own words."""

    permission = "editorial.see"

    def visible_to(self, user: Person, *, at: datetime | None = None) -> Self:
        """Those of the person's units, and those ordered from their post or their press agency."""
        held = granted(user, "editorial.enter", at)
        mine = Q(for_post__in=[one.post_id for one in held]) | Q(for_agency__in={one.agency_id for one in held})
        inside = super().visible_to(user, at=at).values("pk")
        return self.filter(Q(pk__in=inside) | mine) if held else self.none()

    def owed(self) -> Self:
        """Those whose piece must still be delivered."""
        return self.filter(state__in=OWED)

    def late(self, at: datetime) -> Self:
        """Those whose piece was due before that moment and is not there."""
        return self.owed().filter(due_at__lt=at)

    def for_reading(self) -> Self:
        """With everything a list shows, the most pressing first."""
        return self.select_related("for_post__user", "page", "ordered_by").order_by("due_at", "pk")


class Commission(models.Model):
    """One piece, ordered. `value` is in đồng; `page` is the page that came of it, once there is one."""

    title = models.CharField(_("what is wanted"), max_length=200)
    kind = models.CharField(_("kind of page"), max_length=20, choices=SectionKind)
    brief = models.TextField(_("brief"), max_length=4000, blank=True)
    unit = models.ForeignKey("territory.Unit", models.PROTECT, related_name="+", verbose_name=_("for which place"))
    content_line = models.CharField(_("content line of the plan"), max_length=40, blank=True)
    task = models.ForeignKey(
        "planning.Task", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("task of the plan")
    )
    for_post = models.ForeignKey(
        "agencies.Post", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("from whom")
    )
    for_agency = models.ForeignKey(
        "agencies.Agency", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("press agency")
    )
    contract_number = models.CharField(_("number of the contract"), max_length=60, blank=True)
    value = models.PositiveBigIntegerField(_("value in đồng"), null=True, blank=True)
    due_at = models.DateTimeField(_("deadline"))
    state = models.CharField(
        pgettext_lazy("commission", "state"), max_length=10, choices=CommissionState, default=CommissionState.ORDERED
    )
    page = models.ForeignKey("wagtailcore.Page", models.SET_NULL, null=True, blank=True, related_name="+")
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects: ClassVar[Any] = CommissionQuerySet.as_manager()

    class Meta:
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")
        ordering: ClassVar = ["due_at", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=CommissionState.values), name="commission_state"),
            models.CheckConstraint(condition=Q(kind__in=SectionKind.values), name="commission_kind"),
            models.CheckConstraint(condition=Q(title__regex=r"\S"), name="commission_titled"),
            models.CheckConstraint(
                condition=Q(for_post__isnull=False, for_agency=None) | Q(for_post=None, for_agency__isnull=False),
                name="commission_from_one",
            ),
            models.CheckConstraint(
                condition=Q(for_agency__isnull=False) | Q(contract_number="", value=None), name="commission_contract"
            ),
            models.CheckConstraint(
                condition=Q(page=None) | Q(state__in=[CommissionState.DELIVERED, CommissionState.RETURNED,
                                                      CommissionState.TAKEN, CommissionState.CANCELLED]),
                name="commission_page_once_delivered",
            ),
            models.CheckConstraint(condition=Q(changed_at__gte=F("ordered_at")), name="commission_time_runs_on"),
            models.UniqueConstraint(
                fields=["page"], condition=~Q(state=CommissionState.CANCELLED), name="commission_of_page_once"
            ),
        ]  # fmt: skip
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["due_at"], condition=Q(state__in=OWED), name="commission_owed"),
            models.Index(fields=["unit", "state"], name="commission_unit_state"),
        ]

    def __str__(self) -> str:
        return self.title

    def is_late(self, at: datetime) -> bool:
        """Whether the piece was due before that moment and is not there."""
        return self.state in OWED and self.due_at < at


class CommissionEvent(models.Model):
    """One step of a commission with what was said and handed over. Only ever added.

    `page_number` is the page delivered or taken (kept when the page is gone), `file` a private file's name.
    """

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="events")
    state = models.CharField(max_length=10, choices=CommissionState)
    note = models.TextField(pgettext_lazy("remark", "note"), max_length=2000, blank=True)
    due_at = models.DateTimeField(_("new deadline"), null=True, blank=True)
    page_number = models.PositiveBigIntegerField(null=True, blank=True)
    link = models.URLField(_("link"), max_length=500, blank=True)
    file = models.CharField(max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("step of a commission")
        ordering: ClassVar = ["pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=CommissionState.values), name="commission_event_state"),
            models.CheckConstraint(
                condition=~Q(state=CommissionState.DELIVERED)
                | Q(page_number__isnull=False) | ~Q(link="") | ~Q(file=""),
                name="commission_event_delivers_something",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[CommissionState.RETURNED, CommissionState.CANCELLED]) | Q(note__regex=r"\S")
                | Q(due_at__isnull=False),
                name="commission_event_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=CommissionState.TAKEN) | Q(page_number__isnull=False),
                name="commission_event_taken_as_page",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.commission_id}: {self.state}"


class CommissionReminder(models.Model):
    """A commission was called to mind: once for each step and deadline. Only `mailed_at` is added, once."""

    commission = models.ForeignKey(Commission, models.PROTECT, related_name="reminders")
    step = models.CharField(max_length=10, choices=Reminded)
    due_at = models.DateTimeField()
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["commission", "step", "due_at"], name="commission_reminded_once"),
            models.CheckConstraint(condition=Q(step__in=Reminded.values), name="commission_reminder_step"),
        ]

    def __str__(self) -> str:
        return f"{self.commission_id}: {self.step}"
