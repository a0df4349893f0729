"""Reads of propagandists' notes: how many outings and households a placement has, what was asked, where."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, QuerySet, Sum

from lantoa.outreach.models import Placement, VisitNote
from lantoa.territory.selectors import children, names_on

NOTED = "propagandist"
"""The kind whose people keep a notebook."""


@dataclass(frozen=True, slots=True)
class NoteTally:
    """Outings noted, and the households of them all; a household told twice counts twice."""

    notes: int
    households: int


def note_tally(placement_id: int) -> NoteTally:
    """What is noted of one placement; one query."""
    found = VisitNote.objects.filter(placement=placement_id).aggregate(n=Count("pk"), homes=Sum("households"))
    return NoteTally(found["n"], found["homes"] or 0)


def notes_of(placement: Placement) -> "QuerySet[VisitNote]":
    """The notes of one placement, the latest day first."""
    return VisitNote.objects.filter(placement=placement).order_by("-day", "-id")


def hamlets_for(placement: Placement, *, on: date) -> dict[int, str]:
    """The hamlets in which its propagandist may have been: the post's own, else those of its unit; id → name."""
    own = placement.outlet.hamlet_id
    if own:
        return names_on([own], on)
    return {row.id: row.name for row in children(placement.unit_id, on=on)}
