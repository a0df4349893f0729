"""Official plans: what was issued stands for good; tasks move; evidence is only ever added.

The database keeps the rules (see migration 0002): versions and all they say, evidence and closed imports are
append-only, and a task makes only the moves of `enums.MOVES`.
"""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.kernel.access import Person, ScopedQuerySet, granted
from lantoa.kernel.enums import Audience
from lantoa.planning.enums import FINISHED, ImportState, TaskStatus


class PlanQuerySet(ScopedQuerySet["Plan"]):
    """Plans, in the trade's own words."""

    permission = "planning.see_plans"

    def visible_to(self, user: Person, *, at: Any = None) -> Self:
        """Plans of the person's units, and plans from above that give their agency a task."""
        agencies = {grant.agency_id for grant in granted(user, self.permission, at)}
        mine = Q(duties__tasks__owner__in=agencies) | Q(duties__tasks__co_agencies__in=agencies)
        inside = super().visible_to(user, at=at).values("pk")
        given = Plan.objects.filter(mine).values("pk")
        return self.filter(Q(pk__in=inside) | Q(pk__in=given))


class Plan(models.Model):
    """A plan through all its versions: one number, one issuing unit, one year (numbers begin again each year)."""

    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    number = models.CharField(pgettext_lazy("document", "number"), max_length=60, blank=True)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)

    objects: ClassVar[Any] = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["unit", "number", "year"], condition=~Q(number=""), nulls_distinct=False, name="plan_once"
            )
        ]

    def __str__(self) -> str:
        return self.number or str(_("Plan without a number"))


class PlanImportQuerySet(ScopedQuerySet["PlanImport"]):
    """Uploaded plans."""

    permission = "planning.import_plan"

    def drafts(self) -> Self:
        """Those still to be confirmed, the newest first."""
        return self.filter(state=ImportState.DRAFT).order_by("-created_at")


class PlanImport(models.Model):
    """One uploaded file: its bytes, what was read in it, and what a person made of that."""

    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    filename = models.CharField(_("file"), max_length=255)
    kind = models.CharField(max_length=5)
    content = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    source_text = models.TextField()
    found = models.JSONField(help_text="PlanDraft.to_json() as the reader gave it")
    decided = models.JSONField(help_text="the same keys, as the person left them")
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects: ClassVar[Any] = PlanImportQuerySet.as_manager()

    class Meta:
        verbose_name = _("uploaded plan")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=ImportState.values), name="plan_import_state"),
            models.CheckConstraint(condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="plan_import_sha256"),
        ]

    def __str__(self) -> str:
        return self.filename


class PlanVersion(models.Model):
    """One issue of a plan, as a person confirmed it, bound to the exact file it came from. Never changes."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    version = models.PositiveSmallIntegerField(_("version"))
    title = models.TextField(pgettext_lazy("plan", "title"))
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    period = DateRangeField(pgettext_lazy("plan", "period"), null=True, blank=True)
    closing = models.TextField(_("closing paragraph"), blank=True)
    recipients = ArrayField(models.TextField(), default=list)
    signer = models.CharField(_("signed by"), max_length=300, blank=True)
    source = models.OneToOneField(PlanImport, on_delete=models.PROTECT, related_name="version")
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed at"))

    class Meta:
        verbose_name = _("version of a plan")
        ordering: ClassVar = ["-version"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["plan", "version"], name="plan_version_once"),
            models.CheckConstraint(condition=Q(version__gte=1) & ~Q(title=""), name="plan_version_titled"),
            models.CheckConstraint(
                condition=Q(period=None) | Q(period__isempty=False, period__lower_inf=False, period__upper_inf=False),
                name="plan_version_period",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class VersionItem(models.Model):
    """Something a version says, at its place in the list and in the source."""

    version = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="+")
    order = models.PositiveSmallIntegerField()
    text = models.TextField(_("text"))
    source_lines = ArrayField(models.PositiveIntegerField(), default=list, blank=True)

    class Meta:
        abstract = True
        ordering: ClassVar = ["order"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["version", "order"], name="%(class)s_once"),
            models.CheckConstraint(condition=~Q(text=""), name="%(class)s_worded"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class LegalReference(VersionItem):
    """A legal text the plan cites; what the plan leaves out stays empty."""

    kind = models.CharField(_("kind"), max_length=60)
    number = models.CharField(pgettext_lazy("document", "number"), max_length=60, blank=True)
    issued_on = models.DateField(_("issued on"), null=True, blank=True)
    issuer = models.CharField(_("issuer"), max_length=200, blank=True)
    provision = models.CharField(_("provision"), max_length=300, blank=True)


class ContentLine(VersionItem):
    """A line of content that every item the province publishes is classed by."""

    label = models.CharField(max_length=10, blank=True)
    details = ArrayField(models.TextField(), default=list, blank=True)


class CommunicationForm(VersionItem):
    """A form of communication the plan wants used."""


class Solution(VersionItem):
    """A way the plan wants things done."""

    label = models.CharField(max_length=10, blank=True)


class PlanAudience(VersionItem):
    """A group the plan speaks to."""

    group = models.CharField(max_length=30, choices=Audience.choices, blank=True)
    priority = models.BooleanField(default=False)


class Duty(VersionItem):
    """What the plan tells a body, or a group of bodies, to do: the sentence itself. Tasks carry it out."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="duties")
    agency_name = models.CharField(_("as the plan names it"), max_length=300)
    cooperating = models.TextField(_("with whom, in the plan's words"), blank=True)
    due_on = models.DateField(_("due by the plan"), null=True, blank=True)


class TaskQuerySet(ScopedQuerySet["Task"]):
    """Tasks, in the trade's own words."""

    permission = "planning.see_plans"
    unit_path = "duty__plan__unit"

    def visible_to(self, user: Person, *, at: Any = None) -> Self:
        """Tasks of plans of the person's units, and tasks given to their agency by plans from above."""
        agencies = {grant.agency_id for grant in granted(user, self.permission, at)}
        inside = super().visible_to(user, at=at).values("pk")
        given = Q(owner__in=agencies) | Q(co_agencies__in=agencies)
        mine = Task.objects.filter(given).values("pk")
        return self.filter(Q(pk__in=inside) | Q(pk__in=mine))

    def unfinished(self) -> Self:
        """Neither done nor dropped."""
        return self.exclude(status__in=FINISHED)

    def overdue(self, day: Any) -> Self:
        """Unfinished, and due before that day."""
        return self.unfinished().filter(due_on__lt=day)

    def of_agencies(self, agency_ids: Any) -> Self:
        """Those these agencies own or help with."""
        return self.filter(Q(owner__in=agency_ids) | Q(co_agencies__in=agency_ids)).distinct()

    def for_reading(self) -> Self:
        """With everything a list shows, the most pressing first."""
        return self.select_related("duty", "duty__plan").order_by(F("due_on").asc(nulls_last=True), "duty__order", "pk")


class Task(models.Model):
    """One agency carries out one duty; a duty of a group has one task for each of its agencies."""

    duty = models.ForeignKey(Duty, on_delete=models.PROTECT, related_name="tasks")
    owner = models.ForeignKey("agencies.Agency", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    co_agencies = models.ManyToManyField("agencies.Agency", blank=True, related_name="+")
    due_on = models.DateField(_("due on"), null=True, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=TaskStatus.choices, default=TaskStatus.OPEN)
    status_note = models.TextField(_("note"), blank=True)
    changed_at = models.DateTimeField(_("changed at"))
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    objects: ClassVar[Any] = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("plan", "task")
        verbose_name_plural = pgettext_lazy("plan", "tasks")
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["duty", "owner"], nulls_distinct=False, name="task_once_per_agency"),
            models.CheckConstraint(condition=Q(status__in=TaskStatus.values), name="task_status"),
            models.CheckConstraint(
                condition=Q(owner__isnull=False) | Q(status__in=["open", "dropped"]), name="task_has_an_owner"
            ),
            models.CheckConstraint(condition=Q(owner__isnull=True) | ~Q(status="open"), name="task_owned_is_not_open"),
            models.CheckConstraint(
                condition=Q(status="done", done_at__isnull=False) | (~Q(status="done") & Q(done_at__isnull=True)),
                name="task_done_at",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=["blocked", "dropped"]) | ~Q(status_note=""), name="task_says_why"
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["owner", "due_on"], name="task_owner_due", condition=~Q(status__in=FINISHED))
        ]

    def __str__(self) -> str:
        return self.duty.text[:80]


class Evidence(models.Model):
    """A result someone vouches for: words, and an address where it can be seen. Only ever added."""

    task = models.ForeignKey(Task, on_delete=models.PROTECT, related_name="evidence")
    text = models.TextField(_("what was done"))
    url = models.URLField(_("where it can be seen"), blank=True, max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("evidence")
        ordering: ClassVar = ["at", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=~Q(text=""), name="evidence_worded"),
        ]

    def __str__(self) -> str:
        return self.text[:80]
