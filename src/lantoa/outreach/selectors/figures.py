"""Figures for reports: what went out, by channel and content line, and how many people it reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class LineFigure:
    """One channel and content line: distinct messages, deliveries meant for it, handed over, and known to have come."""

    channel: str
    content_line: str
    messages: int
    deliveries: int
    accepted: int
    delivered: int


@dataclass(frozen=True, slots=True)
class Reached:
    """Distinct people over all broadcasts of a period: meant, handed a message, known to have got one, and read one."""

    audience: int
    accepted: int
    delivered: int
    read: int


_SCOPE = """
FROM outreach_delivery d
JOIN outreach_broadcast b ON b.id = d.broadcast_id
JOIN outreach_messageversion v ON v.id = b.version_id JOIN outreach_message m ON m.id = v.message_id
WHERE b.released_at >= %(start)s AND b.released_at < %(end)s
    AND (%(agency)s::bigint IS NULL OR b.agency_id = %(agency)s)
    AND (%(units)s::bigint[] IS NULL OR b.unit_id = ANY(%(units)s))
"""
_LINES = (
    "SELECT d.channel, m.content_line, count(DISTINCT m.id), count(*),"
    " count(*) FILTER (WHERE d.state IN ('accepted', 'delivered', 'read')),"
    " count(*) FILTER (WHERE d.state IN ('delivered', 'read'))"
    + _SCOPE
    + " AND d.channel <> 'none' GROUP BY d.channel, m.content_line ORDER BY m.content_line, d.channel"
)
_PEOPLE = (
    "SELECT count(DISTINCT d.person_id),"
    " count(DISTINCT d.person_id) FILTER (WHERE d.state IN ('accepted', 'delivered', 'read')),"
    " count(DISTINCT d.person_id) FILTER (WHERE d.state IN ('delivered', 'read')),"
    " count(DISTINCT d.person_id) FILTER (WHERE d.state = 'read')" + _SCOPE
)


def messages_by_channel_and_line(
    *, start: date, end: date, agency_id: int | None = None, unit_ids: Iterable[int] | None = None
) -> list[LineFigure]:
    """What was released from `start` to `end`, both days included, by channel and content line, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_LINES, _scope(start, end, agency_id, unit_ids))
        return [LineFigure(*row) for row in cursor.fetchall()]


def people_reached(
    *, start: date, end: date, agency_id: int | None = None, unit_ids: Iterable[int] | None = None
) -> Reached:
    """How many distinct people the broadcasts released in the period were meant for and reached, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_PEOPLE, _scope(start, end, agency_id, unit_ids))
        return Reached(*cursor.fetchone())


def _scope(start: date, end: date, agency_id: int | None, unit_ids: Iterable[int] | None) -> dict[str, Any]:
    zone = timezone.get_default_timezone()
    return {
        "start": datetime.combine(start, time.min, zone),
        "end": datetime.combine(end + timedelta(days=1), time.min, zone),
        "agency": agency_id,
        "units": None if unit_ids is None else list(unit_ids),
    }
