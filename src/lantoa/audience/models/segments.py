"""Segments: an audience described, not listed."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.models import User


class SegmentQuerySet(ScopedQuerySet["Segment"]):
    """Segments of the units one may write to."""

    permission = "audience.view_segments"


class Segment(models.Model):
    """A named audience: criteria that `audience.criteria.Criteria` reads, owned by an agency over a unit."""

    name = models.CharField(_("name"), max_length=120)
    criteria = models.JSONField(default=dict)
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    agency = models.ForeignKey("agencies.Agency", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    updated_at = models.DateTimeField()

    objects = SegmentQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["name", "id"]
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        constraints: ClassVar = [models.UniqueConstraint(fields=["unit", "name"], name="segment_name_once_a_unit")]

    def __str__(self) -> str:
        return self.name
