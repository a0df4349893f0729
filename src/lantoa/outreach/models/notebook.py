"""Notes of those who go from house to house and tell: how many households, what people asked. Nobody is named."""

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.models import User
from lantoa.outreach.models.placements import Placement


class VisitNote(models.Model):
    """One outing of a propagandist: the day, the hamlet, households talked to, questions heard. Append-only.

    `entry` is made by the phone when the note is written, before there is a network: however often it is sent, it
    counts once. Whom they met is no part of it; visits to persons by name are deliveries of the channel "visit".
    """

    entry = models.UUIDField(unique=True)
    placement = models.ForeignKey(Placement, models.PROTECT, related_name="notes")
    hamlet = models.ForeignKey("territory.Unit", models.PROTECT, null=True, related_name="+")
    day = models.DateField()
    households = models.PositiveIntegerField()
    questions = models.CharField(max_length=1000, blank=True, default="")
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    by_link = models.BooleanField(default=False)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = _("note of a visit")
        verbose_name_plural = _("notes of visits")
        ordering: ClassVar = ["day", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(households__gte=1, households__lte=2000), name="outreach_note_of_some_households"
            ),
            models.CheckConstraint(
                condition=Q(by__isnull=False, by_link=False) | Q(by=None, by_link=True),
                name="outreach_note_by_one_of_two",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entry} {self.households}"
