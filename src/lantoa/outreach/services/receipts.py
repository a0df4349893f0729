"""Receipts: kept once, applied upward only, parked until the delivery they speak of is in its place."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from lantoa.channels.events import ReceiptReceived
from lantoa.channels.registry import publics
from lantoa.outreach.enums import RANK
from lantoa.outreach.keys import parse_key
from lantoa.outreach.services.placement_receipts import apply_receipts

SEARCHED = timedelta(days=3)
"""How long a receipt without its delivery is looked for again; it is kept for ever."""

_PARK = """
INSERT INTO outreach_parkedreceipt
    (inbound_id, account_id, kind, provider_id, key, state, occurred_at, received_at, status, delivery_id)
SELECT r.inbound_id, r.account_id, r.kind, r.provider_id, r.key, r.state, r.occurred_at, %(at)s, 'parked', d.id
FROM unnest(%(inbound)s::bigint[], %(accounts)s::bigint[], %(kinds)s::text[], %(providers)s::text[], %(keys)s::text[],
    %(states)s::text[], %(occurred)s::timestamptz[], %(stems)s::text[], %(named)s::bigint[]) WITH ORDINALITY
    AS r(inbound_id, account_id, kind, provider_id, key, state, occurred_at, stem, named, place)
LEFT JOIN outreach_broadcast b ON b.key = r.stem
LEFT JOIN outreach_delivery d ON d.month = b.month AND d.id = r.named AND d.broadcast_id = b.id
ORDER BY r.place
ON CONFLICT (inbound_id, provider_id, key, state) DO NOTHING RETURNING id
"""


@transaction.atomic
def take_receipts(receipts: Sequence[ReceiptReceived], *, at: datetime) -> int:
    """Keep receipts and apply those whose deliveries are known and in place; returns how many were new."""
    named = [parse_key(one.key) for one in receipts]
    values: dict[str, Any] = {
        "at": at,
        "inbound": [one.inbound_id for one in receipts],
        "accounts": [one.account_id for one in receipts],
        "kinds": [one.kind for one in receipts],
        "providers": [one.provider_id[:100] for one in receipts],
        "keys": [one.key[:64] for one in receipts],
        "states": [one.state for one in receipts],
        "occurred": [datetime.fromisoformat(one.occurred_at) for one in receipts],
        "stems": [parts[0] if parts else None for parts in named],
        "named": [parts[1] if parts else None for parts in named],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PARK, values)
        fresh = [row[0] for row in cursor.fetchall()]
    _apply(fresh)
    if any(one.kind in publics() for one in receipts):
        apply_receipts(fresh)
    return len(fresh)


def take_receipt(event: ReceiptReceived, *, at: datetime) -> bool:
    """Keep and apply one receipt; False when it was kept before."""
    return take_receipts([event], at=at) == 1


_WAITING = "SELECT id FROM outreach_parkedreceipt WHERE status = 'parked' AND "


@transaction.atomic
def apply_waiting(*, delivery_ids: Sequence[int], provider_ids: Sequence[str]) -> int:
    """Apply the receipts that came before these deliveries were in place; returns how many."""
    condition = "(delivery_id = ANY(%s) OR provider_id <> '' AND provider_id = ANY(%s))"
    with connection.cursor() as cursor:
        cursor.execute(_WAITING + condition, [list(delivery_ids), list(provider_ids)])
        waiting = [row[0] for row in cursor.fetchall()]
    return _apply(waiting)


@transaction.atomic
def sweep_receipts(*, at: datetime, limit: int = 500) -> int:
    """Look again for the deliveries of parked receipts: one committed while the other was being parked."""
    with connection.cursor() as cursor:
        cursor.execute(_WAITING + "received_at > %s ORDER BY received_at DESC LIMIT %s", [at - SEARCHED, limit])
        waiting = [row[0] for row in cursor.fetchall()]
    return _apply(waiting) + apply_receipts(waiting)


# Of a long text whose parts are reported apart, each part's own row remembers that it arrived. All of them are locked
# first, so that of two transactions that tell of two parts the later one sees the earlier.
_PARTS = """
SELECT s.id, s.provider_id = w.provider_id FROM outreach_parkedreceipt w
JOIN outreach_handover h ON h.provider_id = w.provider_id AND h.account_id = w.account_id AND h.siblings <> '{}'
JOIN outreach_handover s ON s.provider_id = ANY(h.siblings) AND s.account_id = h.account_id
    AND s.delivery_id = h.delivery_id
WHERE w.id = ANY(%(ids)s) AND w.status = 'parked' AND w.provider_id <> '' AND w.delivery_id IS NULL
    AND w.state IN ('delivered', 'read')
ORDER BY s.id FOR UPDATE OF s
"""
_ARRIVED = "UPDATE outreach_handover SET arrived = true WHERE id = ANY(%s) AND NOT arrived"

# Among the receipts of one delivery the highest word wins; below the state there is, nothing is new. A failure of an
# earlier generation says nothing of the retry that followed it. A delivery still waiting or on the wire is not yet in
# its place: its receipts stay parked.
_APPLY = """
WITH rank(state, place) AS (SELECT * FROM unnest(%(states)s::text[], %(places)s::int[])),
waiting AS MATERIALIZED (
    SELECT r.*, rank.place AS rank FROM outreach_parkedreceipt r JOIN rank ON rank.state = r.state
    WHERE r.id = ANY(%(ids)s) AND r.status = 'parked' ORDER BY r.id FOR UPDATE OF r SKIP LOCKED
),
found AS MATERIALIZED (
    SELECT w.*, d.id AS found_id, d.month, d.state AS before, d.generation, true AS whole FROM waiting w
    JOIN outreach_delivery d ON d.id = w.delivery_id AND d.channel = w.kind AND d.account_id = w.account_id
    UNION ALL
    SELECT w.*, d.id, d.month, d.state, d.generation, w.state = 'failed' OR h.siblings = '{}' OR NOT EXISTS (
        SELECT 1 FROM outreach_handover s WHERE s.provider_id = ANY(h.siblings) AND s.account_id = h.account_id
            AND s.delivery_id = h.delivery_id AND NOT s.arrived)
    FROM waiting w
    JOIN outreach_handover h ON h.provider_id = w.provider_id AND h.account_id = w.account_id
    JOIN outreach_delivery d ON d.month = h.month AND d.id = h.delivery_id AND d.channel = w.kind
    WHERE w.delivery_id IS NULL AND w.provider_id <> ''
),
placed AS MATERIALIZED (
    SELECT * FROM found f WHERE before <> 'pending' AND NOT EXISTS (
        SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = f.found_id AND o.lease_until IS NOT NULL)
),
best AS (
    SELECT DISTINCT ON (p.found_id) p.found_id, p.month, p.id, p.state, p.rank, p.provider_id, p.account_id,
        p.occurred_at,
        min(p.occurred_at) OVER told AS first_at,
        min(p.occurred_at) FILTER (WHERE p.state IN ('delivered', 'read')) OVER told AS delivered_at
    FROM placed p LEFT JOIN rank ON rank.state = p.before
    WHERE p.whole AND p.before NOT IN ('suppressed', 'expired') AND p.rank > coalesce(rank.place, 0)
        AND NOT (p.state = 'failed' AND CASE WHEN p.delivery_id IS NOT NULL
            THEN split_part(p.key, '-', 3)::int < p.generation ELSE false END)
    WINDOW told AS (PARTITION BY p.found_id)
    ORDER BY p.found_id, p.rank DESC, p.id
),
raised AS (
    UPDATE outreach_delivery d SET state = best.state,
        reason = CASE WHEN best.state = 'failed' THEN 'not_delivered' ELSE '' END,
        provider_id = CASE WHEN d.provider_id = '' THEN best.provider_id ELSE d.provider_id END,
        accepted_at = coalesce(d.accepted_at, best.first_at),
        delivered_at = coalesce(d.delivered_at, best.delivered_at),
        read_at = CASE WHEN best.state = 'read' THEN best.occurred_at ELSE d.read_at END
    FROM best WHERE d.month = best.month AND d.id = best.found_id
        AND d.state NOT IN ('pending', 'suppressed', 'expired')
        AND best.rank > coalesce((SELECT place FROM rank WHERE rank.state = d.state), 0)
    RETURNING d.id, d.attempt, d.state, best.id AS receipt_id, best.account_id, best.occurred_at
),
unboxed AS (
    DELETE FROM outreach_outbox o USING raised r WHERE o.delivery_id = r.id
),
history AS (
    INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
    SELECT id, attempt, 'receipt', account_id, '', occurred_at FROM raised WHERE state = 'failed'
)
UPDATE outreach_parkedreceipt r SET delivery_id = p.found_id,
    status = CASE WHEN EXISTS (SELECT 1 FROM raised WHERE raised.receipt_id = r.id) THEN 'applied' ELSE 'moot' END
FROM placed p WHERE r.id = p.id
"""


def _apply(receipt_ids: Iterable[int]) -> int:
    """Raise deliveries to what these receipts say, in one statement; returns how many receipts found their place."""
    ids = list(receipt_ids)
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_PARTS, {"ids": ids})
        if arrived := [part for part, told in cursor.fetchall() if told]:
            cursor.execute(_ARRIVED, [arrived])
        cursor.execute(_APPLY, {"ids": ids, "states": list(RANK), "places": list(RANK.values())})
        return int(cursor.rowcount)
