"""What happens to a claimed delivery: completed, given back, its lease renewed, or lost and left in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from lantoa.channels import registry
from lantoa.kernel import audit
from lantoa.kernel.events import emit
from lantoa.outreach.enums import Reason, Step, Urgency
from lantoa.outreach.events import AddressRefused, BroadcastFinished
from lantoa.outreach.outcomes import MAX_ATTEMPTS, Settled, resolvable
from lantoa.outreach.services.claiming import Claimed
from lantoa.outreach.services.receipts import apply_waiting

LEASE = timedelta(seconds=60)
"""How long a claim holds without renewal."""


@dataclass(frozen=True, slots=True)
class Completion:
    """How one claimed delivery ended; `cost` in the channel's units, counted when the provider took it."""

    claimed: Claimed
    settled: Settled
    at: datetime
    cost: int = 0


_COMPLETE = """
WITH result AS (
    SELECT * FROM unnest(%(ids)s::bigint[], %(attempts)s::uuid[], %(states)s::text[], %(reasons)s::text[],
        %(due)s::timestamptz[], %(providers)s::text[], %(uncounted)s::int[], %(costs)s::int[], %(at)s::timestamptz[])
        AS r(id, attempt, state, reason, due, provider_id, uncounted, cost, at)
)
UPDATE outreach_delivery d SET
    state = r.state, reason = r.reason, not_before = r.due, lease_until = NULL,
    attempts = greatest(d.attempts - r.uncounted, 0),
    provider_id = CASE WHEN r.provider_id <> '' THEN r.provider_id ELSE d.provider_id END,
    cost = d.cost + r.cost,
    accepted_at = CASE WHEN r.state IN ('accepted', 'delivered') THEN coalesce(d.accepted_at, r.at)
        ELSE d.accepted_at END,
    delivered_at = CASE WHEN r.state = 'delivered' THEN r.at ELSE d.delivered_at END
FROM result r
WHERE d.id = r.id AND d.attempt = r.attempt AND d.state IN ('sending', 'unknown')
RETURNING d.id, d.provider_id
"""
_HISTORY = """
INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
SELECT d.id, r.attempt, r.step, d.account_id, r.words, r.at
FROM unnest(%(ids)s::bigint[], %(attempts)s::uuid[], %(steps)s::text[], %(words)s::text[], %(at)s::timestamptz[])
    AS r(id, attempt, step, words, at) JOIN outreach_delivery d ON d.id = r.id
"""


@transaction.atomic
def complete(results: Sequence[Completion]) -> int:
    """Write how attempts ended, many in one statement; returns how many counted.

    Each is fenced by its attempt: a worker that lost its lease to another changes nothing. One that was only late
    (its delivery is in doubt, nobody else has taken it) still tells the truth. Receipts that came first are applied.
    """
    if not results:
        return 0
    values: dict[str, Any] = {
        "ids": [one.claimed.id for one in results],
        "attempts": [one.claimed.attempt for one in results],
        "states": [one.settled.state.value for one in results],
        "reasons": [one.settled.reason.value for one in results],
        "due": [one.settled.not_before for one in results],
        "providers": [one.settled.provider_id for one in results],
        "uncounted": [int(not one.settled.counted) for one in results],
        "costs": [one.cost for one in results],
        "at": [one.at for one in results],
    }
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETE, values)
        done = dict(cursor.fetchall())
    written = [one for one in results if one.claimed.id in done]
    _write_history([one for one in written if one.settled.step is not None])
    for one in written:
        if one.settled.reason is Reason.DEAD_ADDRESS:
            emit(AddressRefused(one.claimed.address_id, "", one.settled.words[:200]))
    if done:
        apply_waiting(delivery_ids=list(done), provider_ids=[found for found in done.values() if found])
    return len(done)


def _write_history(results: Sequence[Completion]) -> None:
    if not results:
        return
    values: dict[str, Any] = {
        "ids": [one.claimed.id for one in results],
        "attempts": [one.claimed.attempt for one in results],
        "steps": [(one.settled.step or Step.PUT_OFF).value for one in results],
        "words": [one.settled.words[:300] for one in results],
        "at": [one.at for one in results],
    }
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, values)


_GIVE_BACK = """
WITH back AS (
    UPDATE outreach_delivery d SET state = CASE WHEN c.doubt THEN 'unknown' ELSE 'pending' END, lease_until = NULL,
        not_before = %(at)s, attempts = d.attempts - 1
    FROM unnest(%(ids)s::bigint[], %(attempts)s::uuid[], %(doubts)s::bool[]) AS c(id, attempt, doubt)
    WHERE d.id = c.id AND d.attempt = c.attempt AND d.state = 'sending'
    RETURNING d.id, d.attempt, d.account_id
)
INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
SELECT id, attempt, 'released', account_id, '', %(at)s FROM back
"""


@transaction.atomic
def give_back(claimed: Sequence[Claimed], *, at: datetime) -> int:
    """Return deliveries that were claimed but never put on the wire; they are due at once. For a worker that leaves."""
    if not claimed:
        return 0
    values: dict[str, Any] = {
        "ids": [one.id for one in claimed],
        "attempts": [one.attempt for one in claimed],
        "doubts": [one.in_doubt for one in claimed],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, values)
        return int(cursor.rowcount)


_RENEW = """
UPDATE outreach_delivery d SET lease_until = %s
FROM unnest(%s::bigint[], %s::uuid[]) AS c(id, attempt)
WHERE d.id = c.id AND d.attempt = c.attempt AND d.state = 'sending'
RETURNING d.id
"""


def renew(claimed: Sequence[Claimed], *, until: datetime) -> set[int]:
    """Extend the leases of deliveries not yet completed; returns the ids still held."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [until, [one.id for one in claimed], [one.attempt for one in claimed]])
        return {row[0] for row in cursor.fetchall()}


_REAP = """
WITH lost AS MATERIALIZED (
    SELECT d.id, d.attempts < %(max)s AND d.channel = ANY(
        CASE WHEN b.urgency = 'urgent' THEN %(urgent)s::text[] ELSE %(ordinary)s::text[] END) AS again
    FROM outreach_delivery d JOIN outreach_broadcast b ON b.id = d.broadcast_id
    WHERE d.lease_until < %(at)s
    LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED
),
moved AS (
    UPDATE outreach_delivery d SET state = 'unknown', reason = 'lease_lost', lease_until = NULL,
        not_before = CASE WHEN lost.again THEN %(at)s::timestamptz END
    FROM lost WHERE d.id = lost.id
    RETURNING d.id, d.attempt, d.account_id
),
history AS (
    INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
    SELECT id, attempt, 'in_doubt', account_id, 'lease_lost', %(at)s FROM moved
)
SELECT id FROM moved
"""


@transaction.atomic
def reap(*, at: datetime, limit: int = 1000) -> int:
    """Move deliveries whose lease ran out to unknown, never to pending: their message may have left.

    Those of a channel that dedupes or can be asked, and those whose policy is to send again, become due again as
    unknown; the others stay and are listed. Receipts that came meanwhile settle them at once.
    """
    kinds = {kind: found.capability for kind, found in registry.channels().items()}
    values: dict[str, Any] = {
        "at": at,
        "max": MAX_ATTEMPTS,
        "limit": limit,
        "urgent": resolvable(kinds, Urgency.URGENT),
        "ordinary": resolvable(kinds, Urgency.ORDINARY),
    }
    with connection.cursor() as cursor:
        cursor.execute(_REAP, values)
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        apply_waiting(delivery_ids=ids, provider_ids=[])
    return len(ids)


_CLEAR = """
UPDATE outreach_delivery d SET not_before = NULL,
    state = CASE WHEN d.state = 'unknown' THEN 'unknown' WHEN b.state = 'cancelled' THEN 'suppressed'
        ELSE 'expired' END,
    reason = CASE WHEN d.state = 'unknown' THEN d.reason WHEN b.state = 'cancelled' THEN 'cancelled' ELSE 'too_late' END
FROM outreach_broadcast b
WHERE b.id = d.broadcast_id AND d.not_before IS NOT NULL
    AND (b.state = 'cancelled' AND b.finished_at > %(at)s - interval '2 days'
        OR b.state IN ('running', 'paused') AND b.expires_at <= %(at)s)
"""
_FINISH = """
UPDATE outreach_broadcast b SET state = 'done', finished_at = %s WHERE b.state = 'running'
    AND NOT EXISTS (SELECT 1 FROM outreach_delivery d WHERE d.broadcast_id = b.id AND d.not_before IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM outreach_delivery d WHERE d.broadcast_id = b.id AND d.lease_until IS NOT NULL)
RETURNING b.id
"""


@transaction.atomic
def tidy(*, at: datetime) -> int:
    """Expire what is too late, clear what came back to a stopped broadcast, and close broadcasts with nothing left.

    Returns how many closed. Emits `BroadcastFinished` for each.
    """
    with connection.cursor() as cursor:
        cursor.execute(_CLEAR, {"at": at})
        cursor.execute(_FINISH, [at])
        finished = [row[0] for row in cursor.fetchall()]
    for broadcast_id in finished:
        subject = f"outreach.broadcast:{broadcast_id}"
        audit.record("outreach.broadcast_finished", by=None, at=at, subject=subject, facts={"state": "done"})
        emit(BroadcastFinished(broadcast_id, "done"))
    return len(finished)


_WAITING = """
SELECT EXISTS (SELECT 1 FROM outreach_broadcast b JOIN outreach_delivery d ON d.broadcast_id = b.id
    WHERE b.state = 'running' AND d.not_before <= %(soon)s
        AND (%(channels)s::text[] IS NULL OR d.channel = ANY(%(channels)s)))
OR EXISTS (SELECT 1 FROM outreach_delivery d WHERE d.lease_until IS NOT NULL
    AND (%(channels)s::text[] IS NULL OR d.channel = ANY(%(channels)s)))
"""


def work_left(*, at: datetime, channels: Sequence[str] | None = None) -> bool:
    """Whether a worker that drains should stay: something is due within a minute, or on the wire."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING, {"soon": at + timedelta(minutes=1), "channels": list(channels) if channels else None})
        return bool(cursor.fetchone()[0])
