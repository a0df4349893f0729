"""Reports and their versions: figures are fixed when a version is made, everything is once it is submitted.

The database keeps the rules (see migration 0002): the hash is that of the figures, the figures of a version never
change, a submitted version changes in nothing and is never deleted, a report's agency and period stand for good.
"""

import json
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import ScopedQuerySet
from lantoa.reporting.enums import PeriodKind


class ReportQuerySet(ScopedQuerySet["Report"]):
    """Reports of the units one may watch over."""

    permission = "reporting.view_report"


class Report(models.Model):
    """What one agency reports for one period; `unit` is the agency's own in that period."""

    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, related_name="+", verbose_name=_("agency"))
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+", verbose_name=_("unit"))
    period_start = models.DateField(_("from"))
    period_end = models.DateField(_("to"))
    kind = models.CharField(_("period"), max_length=10, choices=PeriodKind)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering: ClassVar = ["-period_end", "-period_start", "agency_id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["agency", "period_start", "period_end"], name="report_once"),
            models.CheckConstraint(condition=Q(period_start__lte=F("period_end")), name="report_period_runs_forward"),
            models.CheckConstraint(condition=Q(kind__in=PeriodKind.values), name="report_period_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_id} {self.period_start}/{self.period_end}"


class VersionQuerySet(ScopedQuerySet["ReportVersion"]):
    """Versions of reports."""

    permission = "reporting.view_report"
    unit_path = "report__unit"

    def latest_first(self) -> Self:
        """The newest version first."""
        return self.order_by("-number")


class ReportVersion(models.Model):
    """One state of a report: figures as counted at a moment, and the reporter's own words about them.

    `data` is the canonical JSON of the figures and `sha256` its hash; a higher number replaces a lower one.
    """

    report = models.ForeignKey(Report, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    data = models.TextField()
    sha256 = models.CharField(max_length=64)
    results = models.TextField(_("results"), blank=True)
    difficulties = models.TextField(_("difficulties"), blank=True)
    proposals = models.TextField(_("proposals"), blank=True)
    document_number = models.PositiveIntegerField(_("number of the document"), null=True, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    submitted_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version of a report")
        ordering: ClassVar = ["-number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["report", "number"], name="report_version_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="report_version_from_one"),
            models.CheckConstraint(
                condition=Q(document_number=None) | Q(document_number__gte=1), name="report_version_document_number"
            ),
            models.CheckConstraint(
                condition=Q(submitted_at=None, submitted_by=None) | Q(submitted_at__gte=F("made_at")),
                name="report_version_submitted_after_made",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.number}"

    @property
    def figures_json(self) -> dict[str, Any]:
        """The figures as plain JSON."""
        return dict(json.loads(self.data))
