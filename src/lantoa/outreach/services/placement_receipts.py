"""Receipts of public kinds: kept beside the others, applied upward only to the placement that they speak of."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection, transaction

from lantoa.outlets.enums import Sighting
from lantoa.outlets.services import note_seen
from lantoa.outreach.models import PlacementEvent
from lantoa.outreach.placement_enums import RECEIPT_RANK, PlacementState, PlacementStep

_WORDS = {"delivered": PlacementState.DONE, "read": PlacementState.DONE, "failed": PlacementState.FAILED}

# A placement on the wire is not yet in its place: its receipts stay parked until it is settled. Among the receipts of
# one the highest word wins. A receipt that names the key of an earlier generation finds nothing, as it should; nor does
# one that another device signed than the outlet's own (the topic it came on is proven by its key).
_FOUND = """
SELECT r.id, r.state, r.occurred_at, r.account_id, p.id, p.outlet_id, p.state
FROM outreach_parkedreceipt r JOIN outreach_placement p ON p.kind = r.kind AND p.account_id = r.account_id
    AND (r.key <> '' AND p.key = r.key OR r.key = '' AND r.provider_id <> '' AND p.provider_id = r.provider_id)
WHERE r.status = 'parked' AND {which} AND p.state NOT IN ('planned', 'sending') AND NOT EXISTS (
    SELECT 1 FROM channels_inboundevent e JOIN outlets_outlet o ON o.id = p.outlet_id
    WHERE e.id = r.inbound_id AND o.settings ->> 'device' IS NOT NULL
        AND split_part(e.headers ->> 'topic', '/', 3) <> ''
        AND (split_part(e.headers ->> 'topic', '/', 2), split_part(e.headers ->> 'topic', '/', 3))
            IS DISTINCT FROM (o.settings ->> 'commune', o.settings ->> 'device'))
ORDER BY p.id, r.id FOR UPDATE OF p
"""
_NOTE = """
UPDATE outreach_parkedreceipt r SET placement_id = t.placement_id, status = t.status
FROM unnest(%(ids)s::bigint[], %(placements)s::bigint[], %(statuses)s::text[]) AS t(id, placement_id, status)
WHERE r.id = t.id AND r.status = 'parked'
"""
_RAISE = """
UPDATE outreach_placement p SET state = t.state, reason = CASE t.state WHEN 'failed' THEN 'not_placed' ELSE '' END,
    not_before = NULL, accepted_at = coalesce(p.accepted_at, t.at),
    done_at = CASE t.state WHEN 'done' THEN t.at END
FROM unnest(%(ids)s::bigint[], %(states)s::text[], %(at)s::timestamptz[]) AS t(id, state, at) WHERE p.id = t.id
"""


class _Word(NamedTuple):
    receipt_id: int
    said: str
    at: datetime
    account_id: int
    placement_id: int
    outlet_id: int
    before: str

    @property
    def after(self) -> PlacementState:
        return _WORDS[self.said]

    @property
    def is_news(self) -> bool:
        closed = (PlacementState.WITHDRAWN, PlacementState.CANCELLED)
        return self.before not in closed and RECEIPT_RANK[self.after] > RECEIPT_RANK.get(self.before, 0)


def apply_to_placements(placement_ids: Sequence[int]) -> int:
    """Apply the receipts that wait for these placements; returns how many found their place."""
    return _apply("p.id = ANY(%s)", placement_ids)


def apply_receipts(receipt_ids: Sequence[int]) -> int:
    """Apply these receipts to whatever placements they speak of; returns how many found their place."""
    return _apply("r.id = ANY(%s)", receipt_ids)


@transaction.atomic
def _apply(which: str, ids: Sequence[int]) -> int:
    if not ids:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(_FOUND.replace("{which}", which), [list(ids)])
        words = [_Word(*row) for row in cursor.fetchall()]
    best: dict[int, _Word] = {}
    for word in words:
        known = best.get(word.placement_id)
        if word.is_news and (known is None or RECEIPT_RANK[word.after] > RECEIPT_RANK[known.after]):
            best[word.placement_id] = word
    _raise_all(list(best.values()))
    applied = {word.receipt_id for word in best.values()}
    values: dict[str, Any] = {
        "ids": [word.receipt_id for word in words],
        "placements": [word.placement_id for word in words],
        "statuses": ["applied" if word.receipt_id in applied else "moot" for word in words],
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTE, values)
    return len(words)


def _raise_all(words: Sequence[_Word]) -> None:
    """The history first: a placement is done only with the word that says so."""
    PlacementEvent.objects.bulk_create(
        PlacementEvent(
            placement_id=one.placement_id, step=PlacementStep.RECEIPT, before=one.before, after=one.after,
            account_id=one.account_id, at=one.at,
        )
        for one in words
    )  # fmt: skip
    if not words:
        return
    values: dict[str, Any] = {
        "ids": [one.placement_id for one in words], "states": [one.after.value for one in words],
        "at": [one.at for one in words],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_RAISE, values)
    for state, light in ((PlacementState.DONE, Sighting.WORKING), (PlacementState.FAILED, Sighting.TROUBLE)):
        for one in words:
            if one.after is state:
                note_seen(outlet_ids=[one.outlet_id], at=one.at, state=light)
