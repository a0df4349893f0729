"""What the press printed and broadcast of our work: one line a piece, each once."""

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import ScopedQuerySet
from lantoa.newsroom.enums import Programme
from lantoa.pressroom.enums import BROADCAST, EnteredBy, Medium


class ClippingSet(ScopedQuerySet["Clipping"]):
    """Clippings in the words of the trade."""

    permission = "pressroom.view"

    def standing(self) -> "ClippingSet":
        """Those that count: entered and not struck out."""
        return self.filter(struck_at=None)


class Clipping(models.Model):
    """One piece of the press. It is never changed: a wrong one is struck out with the reason and entered anew."""

    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    medium = models.CharField(max_length=12, choices=Medium)
    outlet_name = models.CharField(max_length=160)
    title = models.CharField(max_length=300)
    told_on = models.DateField()
    told_at = models.TimeField(null=True, help_text="the hour it went on air or out, where it is known")
    minutes = models.DecimalField(max_digits=6, decimal_places=1, null=True)
    link = models.URLField(max_length=500, blank=True)
    same = models.CharField(max_length=64, help_text="what makes two entries one piece, as a SHA-256")
    programmes = ArrayField(models.CharField(max_length=40, choices=Programme), default=list, blank=True)
    content_line = models.CharField(max_length=40, blank=True)
    page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+")
    entered_as = models.CharField(max_length=8, choices=EnteredBy, default=EnteredBy.STAFF)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    struck_why = models.CharField(max_length=300, blank=True)

    objects = ClippingSet.as_manager()

    class Meta:
        ordering: ClassVar = ["-told_on", "-pk"]
        verbose_name = _("clipping")
        indexes: ClassVar = [models.Index(fields=["unit", "told_on"], name="pressroom_by_day")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["same", "told_on"], condition=Q(struck_at=None), name="clipping_once"),
            models.CheckConstraint(condition=Q(medium__in=Medium.values), name="clipping_medium_known"),
            models.CheckConstraint(condition=Q(minutes=None) | Q(minutes__gt=0), name="clipping_minutes_positive"),
            models.CheckConstraint(
                condition=Q(minutes=None) | Q(medium__in=sorted(BROADCAST)), name="clipping_minutes_on_air"
            ),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_by=None, struck_why="")
                | (Q(struck_at__isnull=False, struck_by__isnull=False) & ~Q(struck_why="")),
                name="clipping_struck_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outlet_name}: {self.title}"
