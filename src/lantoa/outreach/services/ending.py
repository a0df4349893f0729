"""How a broadcast comes to rest: too late, stopped, out of money, or simply done."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from lantoa.channels import registry
from lantoa.kernel import audit
from lantoa.kernel.events import emit
from lantoa.outreach.enums import BroadcastState, DeliveryState, Hold, Reason
from lantoa.outreach.events import BroadcastFinished, BroadcastHeld
from lantoa.outreach.models import Broadcast
from lantoa.outreach.services.placement_ending import end_placements

# What a worker holds comes home and is counted; everything else that waits is settled here and leaves the outbox.
_EMPTY = """
WITH unboxed AS (
    DELETE FROM outreach_outbox WHERE broadcast_id = ANY(%(ids)s) AND not_before IS NOT NULL
),
fed AS (
    UPDATE outreach_feed SET cursor = last WHERE broadcast_id = ANY(%(ids)s) AND cursor < last
)
UPDATE outreach_delivery d SET state = %(state)s, reason = %(reason)s
FROM outreach_broadcast b
WHERE b.id = ANY(%(ids)s) AND d.month = b.month AND d.broadcast_id = b.id AND d.state = 'pending'
    AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = d.id AND o.lease_until IS NOT NULL)
"""


def empty(broadcast_ids: Sequence[int], *, state: DeliveryState, reason: Reason) -> None:
    """Settle everybody of these broadcasts who waits and whom no worker holds. The caller has locked the broadcasts."""
    if broadcast_ids:
        values: dict[str, Any] = {"ids": list(broadcast_ids), "state": state.value, "reason": reason.value}
        with connection.cursor() as cursor:
            cursor.execute(_EMPTY, values)


_OVER = """
SELECT b.id, b.state FROM outreach_broadcast b
WHERE (b.state = 'cancelled' OR b.state IN ('running', 'paused') AND b.expires_at <= %(at)s) AND (
    EXISTS (SELECT 1 FROM outreach_feed f WHERE f.broadcast_id = b.id AND f.cursor < f.last)
    OR EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.broadcast_id = b.id AND o.not_before IS NOT NULL)
    OR b.state <> 'cancelled' AND b.chain <> '[]'::jsonb AND EXISTS (
        SELECT 1 FROM outreach_delivery d WHERE d.month = b.month AND d.broadcast_id = b.id AND d.channel = 'visit'
            AND d.state = 'pending'))
ORDER BY b.id FOR UPDATE OF b SKIP LOCKED
"""
# A fallback chain is still open while somebody of it may go on: their step's time is not over, and a later channel of
# the chain reaches them.
_AT_REST = """
FROM outreach_broadcast b
WHERE b.state = 'running'
    AND NOT EXISTS (SELECT 1 FROM outreach_feed f WHERE f.broadcast_id = b.id AND f.cursor < f.last)
    AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.broadcast_id = b.id)
    AND NOT EXISTS (SELECT 1 FROM outreach_placement p WHERE p.broadcast_id = b.id
        AND (p.state IN ('planned', 'sending', 'accepted') OR p.not_before IS NOT NULL))
    AND (b.chain = '[]'::jsonb OR b.expires_at <= %(at)s OR NOT EXISTS (
        SELECT 1 FROM outreach_delivery d WHERE d.month = b.month AND d.broadcast_id = b.id AND NOT d.moved_on
            AND (d.state = 'pending' OR d.step < jsonb_array_length(b.chain)
                AND d.state IN ('accepted', 'unknown', 'failed')
                AND coalesce(d.accepted_at, b.released_at) > %(at)s - (b.chain -> d.step::int ->> 'after')::int
                    * interval '1 minute' - interval '1 minute')))
"""
# Asked twice: whoever puts a delivery back into the outbox holds the broadcast's row, and only a statement that begins
# once the row is ours sees what came back.
_RESTING = "SELECT b.id {at_rest} ORDER BY b.id FOR UPDATE OF b SKIP LOCKED".replace("{at_rest}", _AT_REST)
_FINISH = """
UPDATE outreach_broadcast SET state = 'done', finished_at = %(at)s
WHERE id IN (SELECT b.id {at_rest} AND b.id = ANY(%(ids)s)) RETURNING id
""".replace("{at_rest}", _AT_REST)
_PENNILESS = """
SELECT b.id FROM outreach_broadcast b JOIN outreach_purse p ON p.broadcast_id = b.id
WHERE b.state = 'running' AND NOT EXISTS (
        SELECT 1 FROM outreach_outbox o WHERE o.broadcast_id = b.id AND o.lease_until IS NOT NULL)
    AND EXISTS (
        SELECT 1 FROM outreach_feed f JOIN LATERAL (
            SELECT d.units FROM outreach_delivery d WHERE d.month = b.month AND d.broadcast_id = b.id
                AND d.channel = f.channel AND d.id > f.cursor AND d.state = 'pending' ORDER BY d.id LIMIT 1) d ON true
        JOIN unnest(%(channels)s::text[], %(kinds)s::text[]) AS s(channel, kind) ON s.channel = f.channel
        JOIN channels_channelaccount a ON a.kind = s.kind AND a.enabled
        WHERE f.broadcast_id = b.id AND f.cursor < f.last
            AND d.units * coalesce((a.settings ->> 'price_per_unit')::numeric, 0) > p."limit" - p.spent)
ORDER BY b.id FOR UPDATE OF b SKIP LOCKED
"""


@transaction.atomic
def tidy(*, at: datetime) -> int:
    """Expire what is too late, clear what came back to a stopped broadcast, hold those whose budget is used up, and
    close broadcasts with nothing left, at outlets either.

    Returns how many closed. Emits `BroadcastFinished` for each, `BroadcastHeld` for those held.
    """
    carried = {kind: found.capability.channel for kind, found in registry.kinds().items()}
    with connection.cursor() as cursor:
        cursor.execute(_OVER, {"at": at})
        over = cursor.fetchall()
        stopped = [pk for pk, state in over if state == BroadcastState.CANCELLED]
        empty(stopped, state=DeliveryState.SUPPRESSED, reason=Reason.CANCELLED)
        late = [pk for pk, state in over if state != BroadcastState.CANCELLED]
        empty(late, state=DeliveryState.EXPIRED, reason=Reason.TOO_LATE)
        end_placements(at=at)
        cursor.execute(_PENNILESS, {"channels": list(carried.values()), "kinds": list(carried)})
        for (broadcast_id,) in cursor.fetchall():
            _hold(broadcast_id, at=at)
        cursor.execute(_RESTING, {"at": at})
        cursor.execute(_FINISH, {"at": at, "ids": [row[0] for row in cursor.fetchall()]})
        finished = [row[0] for row in cursor.fetchall()]
    for broadcast_id in finished:
        subject = f"outreach.broadcast:{broadcast_id}"
        audit.record("outreach.broadcast_finished", by=None, at=at, subject=subject, facts={"state": "done"})
        emit(BroadcastFinished(broadcast_id, "done"))
    return len(finished)


def _hold(broadcast_id: int, *, at: datetime) -> None:
    """Pause a broadcast whose next message costs more than is left."""
    Broadcast.objects.filter(pk=broadcast_id).update(state=BroadcastState.PAUSED, held_for=Hold.BUDGET)
    subject = f"outreach.broadcast:{broadcast_id}"
    audit.record("outreach.broadcast_paused", by=None, at=at, subject=subject, facts={"reason": "budget"})
    emit(BroadcastHeld(broadcast_id, Hold.BUDGET.value))


_WAITING = """
SELECT EXISTS (SELECT 1 FROM outreach_broadcast b JOIN outreach_feed f ON f.broadcast_id = b.id
    WHERE b.state = 'running' AND f.cursor < f.last AND f.not_before <= %(soon)s
        AND (%(channels)s::text[] IS NULL OR f.channel = ANY(%(channels)s)))
OR EXISTS (SELECT 1 FROM outreach_outbox o JOIN outreach_broadcast b ON b.id = o.broadcast_id
    WHERE (o.lease_until IS NOT NULL OR b.state = 'running' AND o.not_before <= %(soon)s)
        AND (%(channels)s::text[] IS NULL OR o.channel = ANY(%(channels)s)))
"""


def work_left(*, at: datetime, channels: Sequence[str] | None = None) -> bool:
    """Whether a worker that drains should stay: something is due within a minute, or on the wire."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"soon": at + timedelta(minutes=1), "channels": list(channels) if channels else None})
        return bool(cursor.fetchone()[0])
