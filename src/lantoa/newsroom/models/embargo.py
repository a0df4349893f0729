"""Embargoes: a page may be approved and still not be made public before an hour, whatever its schedule says."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lantoa.newsroom.holding import Hold


class EmbargoQuerySet(models.QuerySet["Embargo"]):
    """Embargoes, in the trade's own words."""

    def running(self, at: datetime) -> Self:
        """Neither over at that moment nor lifted."""
        return self.filter(until__gt=at, lifted_at=None)


class Embargo(models.Model):
    """Nobody publishes the page before `until`. Only the lifting is ever added, once (0010)."""

    page = models.ForeignKey("wagtailcore.Page", models.CASCADE, related_name="embargoes")
    until = models.DateTimeField(pgettext_lazy("embargo", "not before"))
    reason = models.CharField(gettext_lazy("why"), max_length=300, blank=True)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    set_at = models.DateTimeField()
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    lift_reason = models.CharField(max_length=300, blank=True)

    objects: ClassVar[Any] = EmbargoQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("embargo")
        verbose_name_plural = gettext_lazy("embargoes")
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(until__gt=F("set_at")), name="embargo_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(lifted_at=None, lifted_by=None, lift_reason="")
                | Q(lifted_at__isnull=False, lifted_by__isnull=False, lift_reason__regex=r"\S"),
                name="embargo_lifted_by_someone_for_a_reason",
            ),
        ]
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["page", "until"], condition=Q(lifted_at=None), name="embargo_running")
        ]

    def __str__(self) -> str:
        return f"{self.page_id}: {self.until:%d/%m/%Y %H:%M}"


def embargo_hold(page_id: int, at: datetime) -> Hold | None:
    """The embargo that holds a page at that moment."""
    until = Embargo.objects.filter(page=page_id).running(at).aggregate(last=models.Max("until"))["last"]
    return Hold(_("under embargo"), until) if until else None
