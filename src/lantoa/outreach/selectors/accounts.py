"""Accounts of broadcasts: audience = Σ states, by channel and by unit, never a person."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from django.db import connection

from lantoa.outreach.models import Broadcast

type Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Account:
    """One broadcast's exact account; `states` and the inner counts are by the ledger's nine states."""

    audience: int
    states: Counts
    by_channel: Mapping[str, Counts]
    by_unit: Mapping[int, Counts]
    costs: Counts = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Whether the states add up to the audience."""
        return sum(self.states.values()) == self.audience


_ACCOUNT = """
SELECT channel, unit_id, state, count(*), sum(cost) FROM outreach_delivery WHERE broadcast_id = %s
GROUP BY channel, unit_id, state
"""


def broadcast_account(broadcast_id: int) -> Account:
    """The account of one broadcast, in two queries; raises Broadcast.DoesNotExist."""
    audience = Broadcast.objects.values_list("audience_count", flat=True).get(pk=broadcast_id) or 0
    states: Counts = {}
    channels: dict[str, Counts] = {}
    units: dict[int, Counts] = {}
    costs: Counts = {}
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNT, [broadcast_id])
        for channel, unit_id, state, count, cost in cursor.fetchall():
            costs[channel] = costs.get(channel, 0) + int(cost)
            for counts in (states, channels.setdefault(channel, {}), units.setdefault(unit_id, {})):
                counts[state] = counts.get(state, 0) + count
    return Account(audience, states, channels, units, costs)


@dataclass(frozen=True, slots=True)
class Sum:
    """A broadcast's frozen audience beside what its ledger adds up to."""

    broadcast_id: int
    audience: int
    states: Counts
    shared: int  # deliveries of the broadcast that stand for a person twice: always 0

    @property
    def balanced(self) -> bool:
        """Whether every person has exactly one state."""
        return sum(self.states.values()) == self.audience and not self.shared


_SUMS = """
SELECT b.id, b.audience_count, coalesce(jsonb_object_agg(d.state, d.rows) FILTER (WHERE d.state IS NOT NULL), '{}'),
    coalesce(sum(d.rows - d.persons), 0)
FROM outreach_broadcast b
LEFT JOIN (
    SELECT broadcast_id, state, count(*) AS rows, count(DISTINCT person_id) AS persons
    FROM outreach_delivery GROUP BY broadcast_id, state
) d ON d.broadcast_id = b.id
WHERE b.audience_count IS NOT NULL AND (%(id)s::bigint IS NULL OR b.id = %(id)s)
GROUP BY b.id ORDER BY b.id
"""


def sums(broadcast_id: int | None = None) -> Iterator[Sum]:
    """Every released broadcast, or one, with its sum counted anew from the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"id": broadcast_id})
        for row in cursor.fetchall():
            states = {str(state): int(count) for state, count in _loaded(row[2]).items()}
            yield Sum(row[0], row[1], states, int(row[3]))


def _loaded(value: object) -> dict[str, int]:
    return dict(value) if isinstance(value, dict) else dict(json.loads(str(value)))
