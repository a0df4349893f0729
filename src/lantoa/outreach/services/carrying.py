"""Carry placements over a wire: claimed with a lease, settled by what the placer says, in doubt when a worker dies.

The same rules as the delivery ledger's: the intent is committed before the wire is touched; asked for every row in the
statements that take it are the broadcast's state, its approval and its last hour; a result counts only for the attempt
that holds the row.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection, transaction

from lantoa.channels.placing import Placing, Priority
from lantoa.channels.registry import carried, publics
from lantoa.channels.selectors import ready
from lantoa.channels.services import TRIPS_AT
from lantoa.outlets.services import note_seen
from lantoa.outreach.enums import DeliveryState, Reason, Step, Urgency
from lantoa.outreach.models import Placement, PlacementEvent
from lantoa.outreach.outcomes import MAX_ATTEMPTS, Settled, resolvable
from lantoa.outreach.placement_enums import PlacementReason, PlacementState, PlacementStep
from lantoa.outreach.placement_loading import placings
from lantoa.outreach.services.placement_receipts import apply_to_placements

_S = PlacementState
STATES = {
    DeliveryState.PENDING: _S.PLANNED, DeliveryState.ACCEPTED: _S.ACCEPTED, DeliveryState.DELIVERED: _S.DONE,
    DeliveryState.FAILED: _S.FAILED, DeliveryState.UNKNOWN: _S.UNKNOWN,
}  # fmt: skip
REASONS = {
    Reason.NONE: PlacementReason.NONE, Reason.REFUSED: PlacementReason.REFUSED,
    Reason.DEAD_ADDRESS: PlacementReason.REFUSED, Reason.GAVE_UP: PlacementReason.GAVE_UP,
    Reason.NO_ANSWER: PlacementReason.NO_ANSWER, Reason.TRY_AGAIN: PlacementReason.TRY_AGAIN,
}  # fmt: skip
STEPS = {
    None: PlacementStep.PLACED, Step.PUT_OFF: PlacementStep.PUT_OFF, Step.REFUSED: PlacementStep.REFUSED,
    Step.IN_DOUBT: PlacementStep.IN_DOUBT,
}  # fmt: skip


class Taken(NamedTuple):
    """A placement this worker holds until its lease ends; the intent is committed."""

    id: int
    attempt: UUID
    attempts: int
    in_doubt: bool  # an earlier attempt may have been taken
    urgency: str
    provider_id: str
    placing: Placing


# Another room's promises: `approvals_in_force`, and the outlet's account, which a placement keeps once it was tried.
_OPEN = """
SELECT b.id FROM outreach_broadcast b
JOIN outreach_messageversion v ON v.id = b.version_id
JOIN approvals_in_force a ON a.subject = 'outreach.message:' || v.message_id AND a.sha256 = v.sha256
WHERE b.state = 'running' AND b.expires_at > %(now)s AND EXISTS (
    SELECT 1 FROM outreach_placement p WHERE p.broadcast_id = b.id AND p.kind = %(kind)s AND p.not_before <= %(now)s)
ORDER BY b.id FOR SHARE OF b SKIP LOCKED
"""
_CLAIM = """
WITH picked AS MATERIALIZED (
    SELECT p.id, p.state = 'unknown' AS doubt
    FROM outreach_placement p JOIN outreach_broadcast b ON b.id = p.broadcast_id
    JOIN outreach_messageversion v ON v.id = b.version_id
    JOIN approvals_in_force a ON a.subject = 'outreach.message:' || v.message_id AND a.sha256 = v.sha256
    JOIN outlets_outlet o ON o.id = p.outlet_id
    WHERE b.id = ANY(%(ids)s) AND p.kind = %(kind)s AND p.state IN ('planned', 'unknown') AND p.not_before <= %(now)s
        AND coalesce(p.account_id, o.account_id) IS NOT DISTINCT FROM %(account)s::bigint
    ORDER BY b.urgency <> 'urgent', array_position(%(order)s::text[], b.placing ->> 'priority'), p.not_before, p.id
    LIMIT %(limit)s FOR UPDATE OF p SKIP LOCKED
)
UPDATE outreach_placement p SET state = 'sending', reason = '', attempt = %(attempt)s, lease_until = %(lease_until)s,
    not_before = NULL, attempts = p.attempts + 1, account_id = %(account)s
FROM picked WHERE p.id = picked.id RETURNING p.id, picked.doubt
"""
_ORDER = [Priority.URGENT.value, Priority.PREFERRED.value, Priority.NORMAL.value]


def take_placements(*, kind: str, account_id: int | None, limit: int, at: datetime, lease: timedelta) -> list[Taken]:
    """Claim up to `limit` due placements of one kind for one account (or for none), urgent first, with what is to be
    put there. Nothing for an account that rests; one at a time where its breaker opened."""
    if account_id is not None:
        account = ready(kind, at=at).filter(pk=account_id).first()
        if account is None:
            return []
        limit = 1 if account.failures >= TRIPS_AT else limit
    found = _claim(kind, account_id, limit, at, lease)
    rows = list(Placement.objects.filter(pk__in=found).select_related("broadcast__version__message")) if found else []
    words = placings(rows, at=at)
    return [
        Taken(row.pk, row.attempt, row.attempts, found[row.pk], _urgency(words[row.pk]), row.provider_id, words[row.pk])
        for row in rows
        if row.attempt is not None
    ]


@transaction.atomic
def _claim(kind: str, account_id: int | None, limit: int, at: datetime, lease: timedelta) -> dict[int, bool]:
    values: dict[str, Any] = {
        "kind": kind, "account": account_id, "limit": limit, "now": at, "lease_until": at + lease, "attempt": uuid4(),
        "order": _ORDER,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, values)
        values["ids"] = [row[0] for row in cursor.fetchall()]
        if not values["ids"]:
            return {}
        cursor.execute(_CLAIM, values)
        return dict(cursor.fetchall())


def _urgency(placing: Placing) -> str:
    return Urgency.URGENT if placing.priority is Priority.URGENT else Urgency.ORDINARY


@dataclass(frozen=True, slots=True)
class Ended:
    """How one attempt ended."""

    taken: Taken
    settled: Settled
    at: datetime


_SETTLE = """
UPDATE outreach_placement p SET state = r.state, reason = r.reason, lease_until = NULL, not_before = r.due,
    attempts = greatest(p.attempts - r.uncounted, 0),
    provider_id = CASE WHEN r.provider_id <> '' THEN r.provider_id ELSE p.provider_id END,
    accepted_at = CASE WHEN r.state IN ('accepted', 'done') THEN coalesce(p.accepted_at, r.at) ELSE p.accepted_at END,
    done_at = CASE WHEN r.state = 'done' THEN r.at END
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(reasons)s::text[], %(due)s::timestamptz[], %(uncounted)s::int[],
    %(providers)s::text[], %(at)s::timestamptz[]) AS r(id, state, reason, due, uncounted, provider_id, at)
WHERE p.id = r.id
"""


@transaction.atomic
def complete_placements(ended: Sequence[Ended]) -> int:
    """Write how attempts ended, with their history; returns how many counted.

    One whose lease was lost to another worker changes nothing. One that was only late (it stands in doubt, nobody else
    took it) still tells the truth. Receipts that came first are applied.
    """
    by_id = {one.taken.id: one for one in ended}
    rows = Placement.objects.select_for_update().filter(pk__in=by_id, state__in=[_S.SENDING, _S.UNKNOWN])
    mine = [row for row in rows.order_by("pk") if row.attempt == by_id[row.pk].taken.attempt]
    mine = [row for row in mine if row.state == _S.SENDING or by_id[row.pk].settled.state is not DeliveryState.UNKNOWN]
    after = {row.pk: _after(row, by_id[row.pk].settled) for row in mine}
    PlacementEvent.objects.bulk_create([_event(row, by_id[row.pk], after[row.pk]) for row in mine])
    if mine:
        with connection.cursor() as cursor:
            cursor.execute(_SETTLE, _values([(by_id[row.pk], after[row.pk]) for row in mine]))
    working = [row for row in mine if after[row.pk] in (_S.ACCEPTED, _S.DONE)]
    if working:
        note_seen(outlet_ids=[row.outlet_id for row in working], at=max(by_id[row.pk].at for row in working))
        apply_to_placements([row.pk for row in working])
    return len(mine)


def _after(row: Placement, settled: Settled) -> PlacementState:
    """What was in doubt goes back to planned by nothing."""
    state = STATES[settled.state]
    return _S.UNKNOWN if row.state == _S.UNKNOWN and state == _S.PLANNED else state


def _event(row: Placement, one: Ended, after: PlacementState) -> PlacementEvent:
    return PlacementEvent(
        placement=row, step=STEPS[one.settled.step], before=row.state, after=after, account_id=row.account_id,
        attempt=row.attempt, note=one.settled.words[:300], at=one.at,
    )  # fmt: skip


def _values(ends: Sequence[tuple[Ended, PlacementState]]) -> dict[str, Any]:
    return {
        "ids": [one.taken.id for one, _after in ends],
        "states": [after.value for _one, after in ends],
        "reasons": [REASONS[one.settled.reason].value for one, _after in ends],
        "due": [one.settled.not_before for one, _after in ends],
        "uncounted": [int(not one.settled.counted) for one, _after in ends],
        "providers": [one.settled.provider_id for one, _after in ends],
        "at": [one.at for one, _after in ends],
    }


_REAP = """
WITH lost AS MATERIALIZED (
    SELECT p.id, p.attempt, p.account_id, p.attempts < %(max)s AND b.expires_at > %(at)s AND p.kind = ANY(
        CASE WHEN b.urgency = 'urgent' OR b.placing ->> 'priority' = 'urgent'
            THEN %(urgent)s::text[] ELSE %(ordinary)s::text[] END) AS again
    FROM outreach_placement p JOIN outreach_broadcast b ON b.id = p.broadcast_id
    WHERE p.lease_until < %(at)s ORDER BY p.id LIMIT 1000 FOR UPDATE OF p SKIP LOCKED
),
doubted AS (
    UPDATE outreach_placement p SET state = 'unknown', reason = 'lease_lost', lease_until = NULL,
        not_before = CASE WHEN l.again THEN %(at)s::timestamptz END
    FROM lost l WHERE p.id = l.id
)
INSERT INTO outreach_placementevent (placement_id, step, before, after, account_id, attempt, note, at)
SELECT id, 'in_doubt', 'sending', 'unknown', account_id, attempt, '', %(at)s FROM lost RETURNING placement_id
"""


@transaction.atomic
def reap_placements(*, at: datetime) -> int:
    """Move placements whose lease ran out to unknown, never to planned: they may be there.

    Those of a kind that dedupes or can be asked, and those whose policy is to repeat, become due again with the same
    key; the others stay, until a receipt or a person says more.
    """
    kinds = {kind: found.capability for kind, found in publics().items()}
    values: dict[str, Any] = {
        "at": at, "max": MAX_ATTEMPTS, "urgent": resolvable(kinds, Urgency.URGENT),
        "ordinary": resolvable(kinds, Urgency.ORDINARY),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_REAP, values)
        ids = [row[0] for row in cursor.fetchall()]
    if ids:
        apply_to_placements(ids)
    return len(ids)


_LEFT = """
SELECT EXISTS (
    SELECT 1 FROM outreach_placement p JOIN outreach_broadcast b ON b.id = p.broadcast_id
    WHERE p.kind = ANY(%s) AND (p.lease_until IS NOT NULL OR b.state = 'running' AND p.not_before <= %s))
"""


def placements_left(kinds: Sequence[str], *, at: datetime) -> bool:
    """Whether a worker that drains should stay: something of these kinds is due within a minute, or on the wire."""
    with connection.cursor() as cursor:
        cursor.execute(_LEFT, [[kind for kind in kinds if kind in carried()], at + timedelta(minutes=1)])
        return bool(cursor.fetchone()[0])
