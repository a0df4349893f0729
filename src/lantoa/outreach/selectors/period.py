"""The ledger of a period: messages by content line, audience = Σ states by channel, people by the best that came,
placements by kind."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import connection
from django.utils import timezone

type Counts = dict[str, int]


@dataclass(slots=True)
class PeriodLedger:
    """What the broadcasts released in a period came to.

    `audience` is the sum of what was frozen at release; `states` are counted from the ledger: channel → state → rows.
    `people` and `residents` hold each person once, under the best that came to them: read, delivered, accepted or
    none. `people` are those these units wrote to; `residents` live in these units, whoever wrote.
    `placements` are the messages at outlets that stand in these units, whoever released them: kind → place → rows, each
    in one place: done (proven, taken down later or not), waiting, unproven, failed or off. `placed` of them were
    released by these units; `counted` sums what people say they handed out, by kind.
    """

    messages: Counts = field(default_factory=dict)
    broadcasts: Counts = field(default_factory=dict)
    audience: int = 0
    states: dict[str, Counts] = field(default_factory=dict)
    people: Counts = field(default_factory=dict)
    residents: Counts = field(default_factory=dict)
    placements: dict[str, Counts] = field(default_factory=dict)
    placed: int = 0
    counted: Counts = field(default_factory=dict)


_BEST = ("none", "accepted", "delivered", "read")
_LEDGER = """
WITH sent AS (
    SELECT b.id, b.audience_count, m.id AS message_id, m.content_line, b.unit_id = ANY(%(units)s) AS own
    FROM outreach_broadcast b
    JOIN outreach_messageversion v ON v.id = b.version_id JOIN outreach_message m ON m.id = v.message_id
    WHERE b.released_at >= %(start)s AND b.released_at < %(end)s
), told AS (
    SELECT d.channel, d.state, d.person_id, d.moved_on, sent.own, d.unit_id = ANY(%(units)s) AS here,
        CASE d.state WHEN 'read' THEN 3 WHEN 'delivered' THEN 2 WHEN 'accepted' THEN 1 ELSE 0 END AS rank
    FROM outreach_standing d JOIN sent ON sent.id = d.broadcast_id
    WHERE sent.own OR d.unit_id = ANY(%(units)s)
), best AS (
    SELECT max(rank) FILTER (WHERE own) AS own, max(rank) FILTER (WHERE here) AS here FROM told GROUP BY person_id
), put AS (
    SELECT p.kind, p.quantity_done, sent.own,
        CASE WHEN p.done_at IS NOT NULL THEN 'done'
            WHEN p.state IN ('planned', 'sending', 'accepted') OR p.not_before IS NOT NULL THEN 'waiting'
            WHEN p.state IN ('missed', 'unknown') THEN 'unproven' WHEN p.state = 'failed' THEN 'failed' ELSE 'off'
        END AS place
    FROM outreach_placement p JOIN sent ON sent.id = p.broadcast_id
    WHERE p.unit_id = ANY(%(units)s)
)
SELECT 'messages', content_line, '', count(DISTINCT message_id) FROM sent WHERE own GROUP BY content_line
UNION ALL SELECT 'broadcasts', content_line, '', count(*) FROM sent WHERE own GROUP BY content_line
UNION ALL SELECT 'audience', '', '', coalesce(sum(audience_count), 0) FROM sent WHERE own
UNION ALL SELECT 'states', channel, state, count(*) FROM told WHERE own AND NOT moved_on GROUP BY channel, state
UNION ALL SELECT 'people', own::text, '', count(*) FROM best WHERE own IS NOT NULL GROUP BY own
UNION ALL SELECT 'residents', here::text, '', count(*) FROM best WHERE here IS NOT NULL GROUP BY here
UNION ALL SELECT 'placements', kind, place, count(*) FROM put GROUP BY kind, place
UNION ALL SELECT 'placed', '', '', count(*) FROM put WHERE own
UNION ALL SELECT 'counted', kind, '', coalesce(sum(quantity_done), 0) FROM put GROUP BY kind
"""


def period_ledger(unit_ids: Iterable[int], *, start: date, end: date) -> PeriodLedger:
    """What these units released from `start` to `end`, both included, and whom it and others reached. One query."""
    zone = timezone.get_default_timezone()
    scope: dict[str, list[int] | datetime] = {
        "units": list(unit_ids),
        "start": datetime.combine(start, time.min, zone),
        "end": datetime.combine(end + timedelta(days=1), time.min, zone),
    }
    ledger = PeriodLedger()
    with connection.cursor() as cursor:
        cursor.execute(_LEDGER, scope)
        for about, key, state, count in cursor.fetchall():
            match about:
                case "audience" | "placed":
                    setattr(ledger, about, int(count))
                case "states" | "placements":
                    getattr(ledger, about).setdefault(key, {})[state] = count
                case "people" | "residents":
                    getattr(ledger, about)[_BEST[int(key)]] = count
                case _:
                    getattr(ledger, about)[key] = int(count)
    return ledger
