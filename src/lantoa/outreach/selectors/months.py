"""What everybody's broadcasts of a year came to by month, in sums alone; and what was at public outlets, by place."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone


@dataclass(frozen=True, slots=True)
class MonthOfMessages:
    """Broadcasts released in one month: how many, people meant (frozen at release), handed over, known to have come."""

    month: int
    broadcasts: int
    audience: int
    accepted: int
    delivered: int


_SENT = """
WITH sent AS (
    SELECT id, month AS part, audience_count, extract(month FROM released_at AT TIME ZONE %(zone)s)::int AS month
    FROM outreach_broadcast WHERE released_at >= %(start)s AND released_at < %(end)s
), came AS (
    SELECT sent.month, count(*) FILTER (WHERE d.state IN ('accepted', 'delivered', 'read')) AS accepted,
        count(*) FILTER (WHERE d.state IN ('delivered', 'read')) AS delivered
    FROM outreach_delivery d JOIN sent ON d.broadcast_id = sent.id AND d.month = sent.part
    WHERE NOT d.moved_on GROUP BY 1
)
SELECT sent.month, count(*), coalesce(sum(audience_count), 0), coalesce(max(came.accepted), 0),
    coalesce(max(came.delivered), 0)
FROM sent LEFT JOIN came ON came.month = sent.month GROUP BY 1 ORDER BY 1
"""
_PUT = """
SELECT unit_id, extract(month FROM done_at AT TIME ZONE %(zone)s)::int, kind, count(*)
FROM outreach_placement WHERE done_at >= %(start)s AND done_at < %(end)s GROUP BY 1, 2, 3
"""


def messages_by_month(year: int) -> list[MonthOfMessages]:
    """The months of a year in which broadcasts were released. One query; it reads that year's ledger."""
    return [MonthOfMessages(*map(int, row)) for row in _rows(_SENT, year)]


def placements_by_month(year: int) -> dict[tuple[int, int, str], int]:
    """(unit where the outlet stands, month, kind) → messages that were there, proven. One query."""
    return {(unit_id, month, kind): n for unit_id, month, kind, n in _rows(_PUT, year)}


def _rows(sql: str, year: int) -> list[tuple[Any, ...]]:
    zone = timezone.get_default_timezone()
    scope: dict[str, str | datetime] = {
        "start": datetime(year, 1, 1, tzinfo=zone), "end": datetime(year + 1, 1, 1, tzinfo=zone), "zone": str(zone),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, scope)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
