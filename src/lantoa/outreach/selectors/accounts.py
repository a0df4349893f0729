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
WITH held AS (
    SELECT d.channel, d.unit_id, d.state, count(*) AS rows FROM outreach_outbox o
    JOIN outreach_delivery d ON d.month = o.month AND d.id = o.delivery_id
    WHERE o.broadcast_id = %(id)s AND o.lease_until IS NOT NULL AND NOT d.moved_on GROUP BY 1, 2, 3
)
SELECT channel, unit_id, state, sum(rows), sum(cost) FROM (
    SELECT d.channel, d.unit_id, d.state, count(*) FILTER (WHERE NOT d.moved_on) AS rows, sum(d.cost) AS cost
    FROM outreach_delivery d JOIN outreach_broadcast b ON b.month = d.month AND b.id = d.broadcast_id
    WHERE b.id = %(id)s GROUP BY 1, 2, 3
    UNION ALL SELECT channel, unit_id, state, -rows, 0 FROM held
    UNION ALL SELECT channel, unit_id, 'sending', rows, 0 FROM held
) one GROUP BY 1, 2, 3
"""


def broadcast_account(broadcast_id: int) -> Account:
    """The account of one broadcast, in two queries; raises Broadcast.DoesNotExist."""
    audience = Broadcast.objects.values_list("audience_count", flat=True).get(pk=broadcast_id) or 0
    states: Counts = {}
    channels: dict[str, Counts] = {}
    units: dict[int, Counts] = {}
    costs: Counts = {}
    with connection.cursor() as cursor:
        cursor.execute(_ACCOUNT, {"id": broadcast_id})
        for channel, unit_id, state, rows, cost in cursor.fetchall():
            count = int(rows)
            costs[channel] = costs.get(channel, 0) + int(cost)
            if not count:
                continue
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

    forgotten: int  # waiting, yet neither ahead of a feed nor in the outbox: always 0

    @property
    def balanced(self) -> bool:
        """Whether every person has exactly one state, and whoever waits will be found."""
        return sum(self.states.values()) == self.audience and not self.shared and not self.forgotten


_SUMS = """
SELECT b.id, b.audience_count, coalesce(jsonb_object_agg(d.state, d.rows) FILTER (WHERE d.state IS NOT NULL), '{}'),
    coalesce(sum(d.rows - d.persons), 0), (
        SELECT count(*) FROM outreach_delivery w WHERE w.month = b.month AND w.broadcast_id = b.id
            AND w.state = 'pending' AND w.channel <> 'visit'
            AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = w.id)
            AND NOT EXISTS (SELECT 1 FROM outreach_feed f WHERE f.broadcast_id = b.id AND f.channel = w.channel
                AND w.id > f.cursor AND w.id <= f.last))
FROM outreach_broadcast b
LEFT JOIN (
    SELECT broadcast_id, state, count(*) AS rows, count(DISTINCT person_id) AS persons
    FROM outreach_standing WHERE NOT moved_on GROUP BY broadcast_id, state
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
            yield Sum(row[0], row[1], states, int(row[3]), int(row[4]))


def _loaded(value: object) -> dict[str, int]:
    return dict(value) if isinstance(value, dict) else dict(json.loads(str(value)))
