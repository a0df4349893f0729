"""Two records found to be one person: which, by whom, what moved, and whether it was undone."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from lantoa.audience.models.people import Person
from lantoa.kernel.models import User


class PersonMerge(models.Model):
    """One record joined into another. Never changed but once, when it is undone (migration 0009).

    ``moved`` holds what must be known to undo it: ids of addresses and memberships, and the consents as they stood.
    """

    keeper = models.ForeignKey(Person, models.PROTECT, related_name="merges")
    other = models.ForeignKey(Person, models.PROTECT, related_name="merged_by")
    at = models.DateTimeField()
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(keeper=F("other")), name="merge_of_two"),
            models.CheckConstraint(
                condition=Q(undone_at=None, undone_by=None) | Q(undone_at__isnull=False, undone_by__isnull=False),
                name="merge_undone_by_somebody",
            ),
            models.UniqueConstraint(fields=["other"], condition=Q(undone_at=None), name="merge_once"),
        ]

    def __str__(self) -> str:
        return f"{self.other_id} into {self.keeper_id}"
