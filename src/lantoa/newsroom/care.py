"""What every page owes its readers: an office that answers for it, and a day by which somebody reads it again."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings

from lantoa.kernel.access import Grant, held_over

LONGEST = timedelta(days=3 * 366)
"""The furthest day that a reading may be put off to."""


def first(section: str, *, unit_id: int, held: Sequence[Grant], on: date) -> dict[str, Any]:
    """What a new page of this kind starts with: the office of the post it is written from, and its kind's day."""
    post = held_over(held, unit_id)
    return {"owner_agency_id": post.agency_id if post else None, "review_by": next_day(section, on)}


def next_day(section: str, on: date) -> date:
    """The day by which a page of this kind that is right on that day is read again: the term set for the kind."""
    terms = settings.LANTOA_REREAD_DAYS_BY_KIND
    return on + timedelta(days=terms.get(section, settings.LANTOA_REREAD_DAYS))
