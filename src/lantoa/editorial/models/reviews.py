"""Who is away, and which reviews were called to mind. Stand-ins are acting posts, kept by the agencies room."""

from datetime import date
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from lantoa.editorial.enums import ReviewStep


class AbsenceQuerySet(models.QuerySet["Absence"]):
    """Absences, in the trade's own words."""

    def on(self, day: date) -> Self:
        """Those that cover the day and were not called off."""
        return self.filter(cancelled_at=None, first_on__lte=day, last_on__gte=day)


class Absence(models.Model):
    """A person does not read from one day to another, both included. Only the calling off is ever added."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    first_on = models.DateField(_("from"))
    last_on = models.DateField(_("until and with"))
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    noted_at = models.DateTimeField()
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[Any] = AbsenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering: ClassVar = ["first_on", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="absence_runs_forward")
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.first_on}–{self.last_on}"


class ReviewReminder(models.Model):
    """A review was called to mind: once for each step. Only `mailed_at` is added, once."""

    submission = models.ForeignKey("approvals.Submission", models.PROTECT, related_name="+")
    step = models.CharField(max_length=10, choices=ReviewStep)
    at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["submission", "step"], name="review_reminded_once"),
            models.CheckConstraint(condition=Q(step__in=ReviewStep.values), name="review_reminder_step"),
        ]

    def __str__(self) -> str:
        return f"{self.submission_id}: {self.step}"
