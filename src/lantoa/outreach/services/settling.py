"""What happens to a claimed delivery: completed, given back, its lease renewed, or lost and left in doubt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from lantoa.channels import registry
from lantoa.channels.selectors import accounts_of_kinds
from lantoa.kernel.events import emit
from lantoa.outreach.enums import DeliveryState, Reason, Step, Urgency
from lantoa.outreach.events import AddressRefused
from lantoa.outreach.outcomes import MAX_ATTEMPTS, Settled, resolvable
from lantoa.outreach.services.claiming import Claimed
from lantoa.outreach.services.receipts import apply_waiting

TAKEN = (DeliveryState.ACCEPTED, DeliveryState.DELIVERED)

LEASE = timedelta(seconds=60)
"""How long a claim holds without renewal."""


@dataclass(frozen=True, slots=True)
class Completion:
    """How one claimed delivery ended; `cost` in the channel's units at `price` đồng each, counted when the provider
    took it; `named`: the provider's receipts will name its own id alone, so it must be findable by it."""

    claimed: Claimed
    settled: Settled
    at: datetime
    cost: int = 0
    price: int = 0
    named: bool = False


_RESULT = """
result AS MATERIALIZED (
    SELECT * FROM unnest(%(ids)s::bigint[], %(months)s::int[], %(attempts)s::uuid[], %(states)s::text[],
        %(reasons)s::text[], %(due)s::timestamptz[], %(providers)s::text[], %(uncounted)s::int[], %(costs)s::int[],
        %(at)s::timestamptz[], %(accounts)s::bigint[])
        AS r(id, month, attempt, state, reason, due, provider_id, uncounted, cost, at, account_id)
)
"""
_TELL = """
    UPDATE outreach_delivery d SET
        state = r.state, reason = r.reason, cost = d.cost + r.cost,
        attempts = r.attempts, account_id = r.account_id,
        attempt = CASE WHEN r.state = 'unknown' THEN r.attempt END,
        provider_id = CASE WHEN r.provider_id <> '' THEN r.provider_id ELSE d.provider_id END,
        accepted_at = CASE WHEN r.state IN ('accepted', 'delivered') THEN coalesce(d.accepted_at, r.at)
            ELSE d.accepted_at END,
        delivered_at = CASE WHEN r.state = 'delivered' THEN r.at ELSE d.delivered_at END
    FROM held r
    WHERE d.month = r.month AND d.id = r.id AND d.state IN ('pending', 'unknown')
        AND (d.state <> r.state OR r.due IS NULL)
"""
# The lease is the fence: a result counts when its attempt still holds the row. What is put off stays in the outbox and
# costs the ledger nothing.
_COMPLETE = """
WITH {result},
gone AS (
    DELETE FROM outreach_outbox o USING result r WHERE o.delivery_id = r.id AND o.attempt = r.attempt AND r.due IS NULL
    RETURNING o.attempts, r.*
),
kept AS (
    UPDATE outreach_outbox o SET attempt = NULL, lease_until = NULL, not_before = r.due, reserved = 0,
        attempts = greatest(o.attempts - r.uncounted, 0), reason = r.reason,
        account_id = CASE WHEN r.state = 'unknown' THEN o.account_id END
    FROM result r WHERE o.delivery_id = r.id AND o.attempt = r.attempt AND r.due IS NOT NULL
    RETURNING o.attempts, r.*
),
held AS MATERIALIZED (SELECT * FROM gone UNION ALL SELECT * FROM kept),
told AS ({tell})
SELECT id FROM held
""".replace("{result}", _RESULT).replace("{tell}", _TELL)
# A worker that was only late: its row was reaped, stands in doubt, and nobody else holds it. It still tells the truth.
_LATE = """
WITH {result},
held AS MATERIALIZED (
    SELECT d.attempts, d.broadcast_id, d.channel, r.* FROM result r
    JOIN outreach_delivery d ON d.month = r.month AND d.id = r.id
    WHERE d.state = 'unknown' AND d.attempt = r.attempt AND r.state <> 'unknown'
        AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = d.id AND o.lease_until IS NOT NULL)
    FOR UPDATE OF d
),
gone AS (
    DELETE FROM outreach_outbox o USING held r WHERE o.delivery_id = r.id AND r.due IS NULL
),
kept AS (
    INSERT INTO outreach_outbox (delivery_id, month, broadcast_id, channel, not_before, attempts, reserved, reason)
    SELECT r.id, r.month, r.broadcast_id, r.channel, r.due, greatest(r.attempts - r.uncounted, 0), 0, r.reason
    FROM held r WHERE r.due IS NOT NULL
    ON CONFLICT (delivery_id) DO UPDATE SET not_before = excluded.not_before, attempts = excluded.attempts,
        account_id = NULL
),
told AS ({tell})
SELECT id FROM held
""".replace("{result}", _RESULT).replace("{tell}", _TELL)
_REOPEN = """
UPDATE outreach_broadcast b SET state = 'running', finished_at = NULL
WHERE b.id = ANY(%s) AND b.state = 'done' AND EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.broadcast_id = b.id)
"""
_HISTORY = """
INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
SELECT d.id, r.attempt, r.step, d.account_id, r.words, r.at
FROM unnest(%(ids)s::bigint[], %(months)s::int[], %(attempts)s::uuid[], %(steps)s::text[], %(words)s::text[],
    %(at)s::timestamptz[]) AS r(id, month, attempt, step, words, at)
JOIN outreach_delivery d ON d.month = r.month AND d.id = r.id
"""
_NAMED = """
INSERT INTO outreach_handover (provider_id, account_id, delivery_id, month, siblings)
SELECT p.id, d.account_id, d.id, d.month, CASE WHEN cardinality(r.named) > 1 THEN r.named ELSE '{}' END
FROM (SELECT id, month, string_to_array(named, chr(31)) AS named
    FROM unnest(%(ids)s::bigint[], %(months)s::int[], %(named)s::text[]) AS t(id, month, named)) r
JOIN outreach_delivery d ON d.month = r.month AND d.id = r.id
CROSS JOIN LATERAL unnest(r.named) AS p(id)
"""
_REFUND = """
UPDATE outreach_purse p SET spent = greatest(p.spent + t.change, 0)
FROM unnest(%(owners)s::bigint[], %(changes)s::bigint[]) AS t(broadcast_id, change)
WHERE p.broadcast_id = t.broadcast_id
"""


# Most end well: what all of a claim have in common is said once, and only the ids and the provider's travel. (An empty
# text splits into nothing, not into one empty text: hence the coalesce.)
_TAKEN = """
WITH result AS MATERIALIZED (
    SELECT * FROM unnest(string_to_array(%(ids)s, ',')::bigint[], string_to_array(%(providers)s, chr(31)),
        string_to_array(%(costs)s, ',')::smallint[]) AS r(id, provider_id, cost)
),
held AS (
    DELETE FROM outreach_outbox o USING result r WHERE o.delivery_id = r.id AND o.attempt = %(attempt)s
    RETURNING o.delivery_id AS id, o.attempts, coalesce(r.provider_id, '') AS provider_id, r.cost
),
told AS (
    UPDATE outreach_delivery d SET state = %(state)s, reason = '', cost = d.cost + h.cost, attempts = h.attempts,
        account_id = %(account)s, attempt = NULL,
        provider_id = CASE WHEN h.provider_id <> '' THEN h.provider_id ELSE d.provider_id END,
        accepted_at = coalesce(d.accepted_at, %(at)s), delivered_at = %(delivered_at)s
    FROM held h WHERE d.month = %(month)s AND d.id = h.id AND d.state IN ('pending', 'unknown')
)
SELECT id FROM held
"""


def _take_note(cursor: Any, results: Sequence[Completion]) -> set[int]:
    """Write plain acceptances, a statement for each claim they come from; returns the ids that counted."""
    groups: dict[tuple[Any, ...], list[Completion]] = {}
    for one in results:
        groups.setdefault((one.claimed.attempt, one.claimed.month, one.settled.state), []).append(one)
    done: set[int] = set()
    for (attempt, month, state), group in groups.items():
        at = max(one.at for one in group)
        values = {
            "attempt": attempt, "month": month, "state": state.value, "at": at,
            "account": group[0].claimed.account_id,
            "delivered_at": at if state is DeliveryState.DELIVERED else None,
            "ids": ",".join([str(one.claimed.id) for one in group]),
            "providers": "\x1f".join([one.settled.provider_id.replace("\x1f", " ") for one in group]),
            "costs": ",".join([str(one.cost) for one in group]),
        }  # fmt: skip
        cursor.execute(_TAKEN, values)
        done.update(row[0] for row in cursor.fetchall())
    return done


def complete(results: Sequence[Completion]) -> int:
    """Write how attempts ended, many in one statement; returns how many counted.

    Each is fenced by its attempt: a worker that lost its lease to another changes nothing. One that was only late
    (its delivery is in doubt, nobody else has taken it) still tells the truth. Receipts that came first are applied.
    """
    done = _complete_held(results) if results else set()
    late = [one for one in results if one.claimed.id not in done]
    return len(done) + (_complete_late(late) if late else 0)


@transaction.atomic
def _complete_held(results: Sequence[Completion]) -> set[int]:
    """Those whose lease still holds; returns which."""
    plain = [one for one in results if one.settled.state in TAKEN]
    other = [one for one in results if one.settled.state not in TAKEN]
    with connection.cursor() as cursor:
        done = _take_note(cursor, plain)
        if other:
            cursor.execute(_COMPLETE, _values(other))
            done |= {row[0] for row in cursor.fetchall()}
    _follow_up([one for one in results if one.claimed.id in done])
    return done


@transaction.atomic
def _complete_late(results: Sequence[Completion]) -> int:
    """Those that stand in doubt. A broadcast that came to rest meanwhile runs again when one returns to it unsent."""
    owners = sorted({one.claimed.broadcast_id for one in results if one.settled.not_before is not None})
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM outreach_broadcast WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [owners])
        cursor.execute(_LATE, _values(results))
        done = {row[0] for row in cursor.fetchall()}
        cursor.execute(_REOPEN, [owners])
    _follow_up([one for one in results if one.claimed.id in done])
    return len(done)


def _values(results: Sequence[Completion]) -> dict[str, Any]:
    return {
        "ids": [one.claimed.id for one in results],
        "months": [one.claimed.month for one in results],
        "attempts": [one.claimed.attempt for one in results],
        "states": [one.settled.state.value for one in results],
        "reasons": [one.settled.reason.value for one in results],
        "due": [one.settled.not_before for one in results],
        "providers": [one.settled.provider_id for one in results],
        "uncounted": [int(not one.settled.counted) for one in results],
        "costs": [one.cost for one in results],
        "at": [one.at for one in results],
        "accounts": [one.claimed.account_id for one in results],
    }


def _follow_up(written: Sequence[Completion]) -> None:
    """History, purses, the providers' own ids, dead addresses, and the receipts that came first."""
    _write_history([one for one in written if one.settled.step is not None])
    _settle_purses(written)
    named = [one for one in written if one.named and one.settled.provider_id]
    if named:
        with connection.cursor() as cursor:
            cursor.execute(_NAMED, _values(named) | {"named": ["\x1f".join(_names(one)) for one in named]})
    for one in written:
        if one.settled.reason is Reason.DEAD_ADDRESS:
            emit(AddressRefused(one.claimed.address_id, "", one.settled.words[:200]))
    if written:
        apply_waiting(
            delivery_ids=[one.claimed.id for one in written],
            provider_ids=[name for one in named for name in _names(one)],
        )


def _names(one: Completion) -> list[str]:
    """What the provider's receipts may call this delivery."""
    return [name.replace("\x1f", " ") for name in one.settled.parts or (one.settled.provider_id,)]


def _write_history(results: Sequence[Completion]) -> None:
    if not results:
        return
    values = _values(results) | {
        "steps": [(one.settled.step or Step.PUT_OFF).value for one in results],
        "words": [one.settled.words[:300] for one in results],
    }
    with connection.cursor() as cursor:
        cursor.execute(_HISTORY, values)


def _settle_purses(results: Sequence[Completion]) -> None:
    """What was set aside becomes what was paid; in doubt it stays set aside, untaken it goes back."""
    changes: dict[int, int] = {}
    for one in results:
        if one.claimed.reserved and one.settled.state is not DeliveryState.UNKNOWN:
            owner = one.claimed.broadcast_id
            changes[owner] = changes.get(owner, 0) + one.cost * one.price - one.claimed.reserved
    _change_purses(changes)


def _change_purses(changes: dict[int, int]) -> None:
    if any(changes.values()):
        owners = sorted(changes)
        with connection.cursor() as cursor:
            cursor.execute(_REFUND, {"owners": owners, "changes": [changes[owner] for owner in owners]})


_GIVE_BACK = """
WITH back AS (
    UPDATE outreach_outbox o SET attempt = NULL, lease_until = NULL, not_before = %(at)s, reserved = 0,
        attempts = greatest(o.attempts - 1, 0), account_id = c.next_id
    FROM unnest(%(ids)s::bigint[], %(attempts)s::uuid[], %(next)s::bigint[], %(accounts)s::bigint[])
        AS c(id, attempt, next_id, account_id)
    WHERE o.delivery_id = c.id AND o.attempt = c.attempt
    RETURNING o.delivery_id, c.attempt, c.account_id
),
history AS (
    INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
    SELECT delivery_id, attempt, 'released', account_id, '', %(at)s FROM back
)
SELECT delivery_id FROM back
"""


@transaction.atomic
def give_back(claimed: Sequence[Claimed], *, at: datetime, to: Mapping[int, int] | None = None) -> int:
    """Return deliveries that were claimed but never put on the wire; they are due at once and no attempt is counted.

    For a worker that leaves; `to`: for the accounts that take what this one cannot carry, by delivery. What is in doubt
    stays with the account that may have sent it.
    """
    to = to or {}
    if not claimed:
        return 0
    values: dict[str, Any] = {
        "ids": [one.id for one in claimed],
        "attempts": [one.attempt for one in claimed],
        "next": [one.account_id if one.in_doubt else to.get(one.id) for one in claimed],
        "accounts": [one.account_id for one in claimed],
        "at": at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_GIVE_BACK, values)
        back = {row[0] for row in cursor.fetchall()}
    changes: dict[int, int] = {}
    for one in claimed:
        if one.id in back and one.reserved:
            changes[one.broadcast_id] = changes.get(one.broadcast_id, 0) - one.reserved
    _change_purses(changes)
    return len(back)


_RENEW = """
UPDATE outreach_outbox o SET lease_until = %s
FROM unnest(%s::bigint[], %s::uuid[]) AS c(id, attempt)
WHERE o.delivery_id = c.id AND o.attempt = c.attempt
RETURNING o.delivery_id
"""


def renew(claimed: Sequence[Claimed], *, until: datetime) -> set[int]:
    """Extend the leases of deliveries not yet completed; returns the ids still held."""
    with connection.cursor() as cursor:
        cursor.execute(_RENEW, [until, [one.id for one in claimed], [one.attempt for one in claimed]])
        return {row[0] for row in cursor.fetchall()}


_REAP = """
WITH lost AS MATERIALIZED (
    SELECT o.delivery_id, o.month, o.attempt, o.attempts, o.account_id, o.attempts < %(max)s AND o.channel = ANY(
        CASE WHEN b.urgency = 'urgent' THEN %(urgent)s::text[] ELSE %(ordinary)s::text[] END)
        AND coalesce(o.account_id, 0) <> ALL(
        CASE WHEN b.urgency = 'urgent' THEN %(not_urgent)s::bigint[] ELSE %(not_ordinary)s::bigint[] END) AS again
    FROM outreach_outbox o JOIN outreach_broadcast b ON b.id = o.broadcast_id
    WHERE o.lease_until < %(at)s
    LIMIT %(limit)s FOR UPDATE OF o SKIP LOCKED
),
doubted AS (
    UPDATE outreach_delivery d SET state = 'unknown', reason = 'lease_lost', attempt = l.attempt, attempts = l.attempts,
        account_id = l.account_id
    FROM lost l WHERE d.month = l.month AND d.id = l.delivery_id
),
waiting AS (
    UPDATE outreach_outbox o SET attempt = NULL, lease_until = NULL, not_before = %(at)s, reserved = 0,
        reason = 'lease_lost'
    FROM lost l WHERE o.delivery_id = l.delivery_id AND l.again
),
resting AS (
    DELETE FROM outreach_outbox o USING lost l WHERE o.delivery_id = l.delivery_id AND NOT l.again
),
history AS (
    INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
    SELECT delivery_id, attempt, 'in_doubt', account_id, 'lease_lost', %(at)s FROM lost
)
SELECT delivery_id FROM lost
"""


@transaction.atomic
def reap(*, at: datetime, limit: int = 1000) -> int:
    """Move deliveries whose lease ran out to unknown, never to pending: their message may have left.

    Those of an account that dedupes or can be asked, and those whose policy is to send again, become due again as
    unknown; the others stay and are listed. Receipts that came meanwhile settle them at once.
    """
    values: dict[str, Any] = {
        "at": at,
        "max": MAX_ATTEMPTS,
        "limit": limit,
    }
    able = {kind: found.capability for kind, found in registry.kinds().items()}
    for urgency in Urgency:
        kinds = resolvable(able, urgency)
        values[urgency.value] = sorted({able[kind].channel for kind in kinds})
        values[f"not_{urgency.value}"] = accounts_of_kinds(able.keys() - kinds)
    with connection.cursor() as cursor:
        cursor.execute(_REAP, values)
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        apply_waiting(delivery_ids=ids, provider_ids=[])
    return len(ids)
