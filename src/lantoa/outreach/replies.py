"""Who wrote back: a place where a room that hears people says who wrote to us, so that outreach can count its own.

Outreach and the rooms that listen do not know each other; a room above them both ties them together
(`lantoa.desk.apps`).
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

from django.db import connection

from lantoa.outreach.models import Broadcast

type Writers = Callable[[datetime, datetime], Iterable[int]]
"""From a moment up to another → ids of the addresses somebody wrote to us from, on the address's own channel."""

WITHIN = timedelta(days=7)
"""How long after the end of a broadcast a message still counts as written back."""

_writers: dict[str, Writers] = {}


def register_writers(channel: str, writers: Writers) -> None:
    """Have the people who write to us on this channel counted as replies; a later one takes an earlier one's place."""
    _writers[channel] = writers


def heard_channels() -> frozenset[str]:
    """The channels on which anybody listens."""
    return frozenset(_writers)


_WROTE = """
SELECT count(DISTINCT person_id) FROM outreach_delivery
WHERE version_id = %s AND broadcast_id = %s AND channel = %s AND address_id = ANY(%s)
    AND state IN ('accepted', 'delivered', 'read')
"""


def wrote_back(broadcast: Broadcast, *, at: datetime) -> dict[str, int]:
    """Channel → how many people who got this broadcast there wrote there since, at most `WITHIN` after its end."""
    if broadcast.released_at is None:
        return {}
    until = min(at, broadcast.finished_at + WITHIN) if broadcast.finished_at else at
    found: dict[str, int] = {}
    for channel in broadcast.channels:
        if channel in _writers:
            addresses = list(_writers[channel](broadcast.released_at, until))
            found[channel] = _count(broadcast, channel, addresses) if addresses else 0
    return found


def _count(broadcast: Broadcast, channel: str, addresses: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_WROTE, [broadcast.version_id, broadcast.pk, channel, addresses])
        return int(cursor.fetchone()[0])
