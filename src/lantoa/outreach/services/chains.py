"""Fallback: whom one channel did not reach goes on to the next of the chain, driven by receipts and by time.

Each step of a person is a delivery of its own with its own state; exactly one of them counts (`moved_on` is false for
it), so the sum over people stays the audience. The last resort may be a visit: no wire, a list for somebody who goes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lantoa.channels import registry
from lantoa.channels.selectors import accounts_of_kinds
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.outreach.enums import VISIT
from lantoa.outreach.models import Delivery
from lantoa.outreach.rules import RECORD_VISIT


class BadChainError(LantoaError):
    """The fallback steps make no sense; the message says which."""


@dataclass(frozen=True, slots=True)
class Step:
    """Go on to `channel` when the step before has not reached the person `after` it was handed over."""

    channel: str
    after: timedelta


def as_chain(steps: Sequence[Step], *, channels: Sequence[str]) -> list[dict[str, Any]]:
    """The steps as stored; raises `BadChainError` for a channel named twice, unknown, or a visit that is not last."""
    used = set(channels)
    for place, step in enumerate(steps):
        if step.channel in used:
            raise BadChainError(_("A channel can stand only once in the chain."))
        if step.channel == VISIT and place != len(steps) - 1:
            raise BadChainError(_("A visit comes last: nothing follows it."))
        if step.channel != VISIT and step.channel not in registry.channels():
            raise BadChainError(_("This installation has no such kind of channel."))
        if not timedelta(minutes=1) <= step.after <= timedelta(days=14):
            raise BadChainError(_("Wait between a minute and 14 days before the next channel."))
        used.add(step.channel)
    return [{"channel": step.channel, "after": int(step.after.total_seconds() // 60)} for step in steps]


_GO_ON = """
WITH due AS MATERIALIZED (
    SELECT d.*, b.purpose, b.chain, b.version_id AS wording
    FROM outreach_broadcast b JOIN outreach_delivery d ON d.month = b.month AND d.broadcast_id = b.id
    WHERE b.state IN ('running', 'done') AND b.chain <> '[]'::jsonb AND b.expires_at > %(at)s
        AND NOT d.moved_on AND d.step < jsonb_array_length(b.chain) AND d.id > %(after)s AND (
            d.state = 'failed'
            OR d.state = 'suppressed' AND d.reason IN ('no_channel', 'no_consent')
            OR (d.state = 'accepted' AND d.channel = ANY(%(reporting)s)
                AND coalesce(d.account_id, 0) <> ALL(%(silent)s::bigint[]) AND d.accepted_at <= b_wait(b.chain, d.step)
                OR d.state = 'unknown' AND b.released_at <= b_wait(b.chain, d.step)
                    AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = d.id)))
    ORDER BY d.id LIMIT %(limit)s FOR UPDATE OF d SKIP LOCKED
),
-- what is written, in which languages: of these wordings only, each read once
form AS MATERIALIZED (
    SELECT v.id AS version_id, l.code, k.channel
    FROM outreach_messageversion v CROSS JOIN LATERAL jsonb_each(v.content -> 'forms') AS l(code, forms)
    CROSS JOIN LATERAL jsonb_object_keys(l.forms) AS k(channel)
    WHERE v.id IN (SELECT wording FROM due)
),
found AS (
    SELECT due.id, due.month, s.*, row_number() OVER (PARTITION BY s.channel, s.digest ORDER BY due.id) AS place
    FROM due CROSS JOIN LATERAL (
        SELECT c.place::int AS step, c.value ->> 'channel' AS channel, r.address_id, r.digest,
            coalesce(r.code, '') AS language
        FROM jsonb_array_elements(due.chain) WITH ORDINALITY AS c(value, place)
        LEFT JOIN LATERAL (
            SELECT r.address_id, r.digest, f.code FROM audience_reach r CROSS JOIN LATERAL (
                SELECT f.code FROM form f WHERE f.version_id = due.wording AND f.channel = r.channel
                ORDER BY f.code <> r.language, f.code <> 'vi', f.code LIMIT 1) f -- as `texts.text_for` chooses
            WHERE r.person_id = due.person_id AND r.purpose = due.purpose AND r.channel = c.value ->> 'channel'
                AND NOT EXISTS (
                    SELECT 1 FROM audience_address n JOIN outreach_delivery e ON e.month = due.month
                        AND e.version_id = due.wording AND e.person_id = n.person_id AND e.address_id = n.id
                    WHERE n.channel = r.channel AND n.digest = r.digest
                        AND (n.person_id = due.person_id OR e.state NOT IN ('failed', 'suppressed', 'expired')))
            ORDER BY r.address_id LIMIT 1
        ) r ON true
        WHERE c.place > due.step AND (r.address_id IS NOT NULL OR c.value ->> 'channel' = %(visit)s)
        ORDER BY c.place LIMIT 1
    ) s
),
chosen AS MATERIALIZED (SELECT * FROM found WHERE place = 1 OR digest IS NULL),
left_behind AS (
    UPDATE outreach_delivery d SET moved_on = true FROM chosen c WHERE d.month = c.month AND d.id = c.id
    RETURNING d.*, c.step AS next_step, c.channel AS next_channel, c.address_id AS next_address,
        c.language AS next_language
),
made AS (
    INSERT INTO outreach_delivery (broadcast_id, version_id, month, person_id, address_id, unit_id, hamlet_id, channel,
        language, step, state, units)
    SELECT broadcast_id, version_id, month, person_id, next_address, unit_id, hamlet_id, next_channel, next_language,
        next_step, 'pending', units FROM left_behind
    RETURNING id, month, broadcast_id, channel
),
boxed AS (
    INSERT INTO outreach_outbox (delivery_id, month, broadcast_id, channel, not_before, attempts, reserved, reason)
    SELECT id, month, broadcast_id, channel, %(at)s, 0, 0, '' FROM made WHERE channel <> %(visit)s
),
history AS (
    INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
    SELECT id, NULL, 'fallback', NULL, next_channel, %(at)s FROM left_behind
),
-- a broadcast that had come to rest runs again for those who go on
woken AS (
    UPDATE outreach_broadcast b SET state = 'running', finished_at = NULL
    WHERE b.state = 'done' AND b.id IN (SELECT broadcast_id FROM made)
)
SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM chosen), (SELECT max(id) FROM due)
""".replace("b_wait(b.chain, d.step)", "%(at)s - (b.chain -> d.step::int ->> 'after')::int * interval '1 minute'")

# A late receipt: an earlier step reached the person after all. The step that counts is the one that reached them.
_COME_BACK = """
WITH pairs AS MATERIALIZED (
    SELECT DISTINCT ON (l.id) l.id AS live_id, e.id AS early_id, l.month
    FROM outreach_broadcast b
    JOIN outreach_delivery e ON e.month = b.month AND e.broadcast_id = b.id
    JOIN outreach_delivery l ON l.month = b.month AND l.broadcast_id = b.id AND l.person_id = e.person_id
    WHERE b.chain <> '[]'::jsonb AND b.released_at > %(at)s - interval '60 days'
        AND e.moved_on AND e.state IN ('delivered', 'read')
        AND NOT l.moved_on AND l.state NOT IN ('delivered', 'read')
        AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = l.id AND o.lease_until IS NOT NULL)
    ORDER BY l.id, e.step LIMIT %(limit)s
),
unboxed AS (
    DELETE FROM outreach_outbox o USING pairs p WHERE o.delivery_id = p.live_id
),
gone AS (
    UPDATE outreach_delivery d SET moved_on = true,
        state = CASE WHEN d.state = 'pending' THEN 'suppressed' ELSE d.state END,
        reason = CASE WHEN d.state = 'pending' THEN 'reached_before' ELSE d.reason END
    FROM pairs p WHERE d.month = p.month AND d.id = p.live_id
    RETURNING d.month, p.early_id
)
UPDATE outreach_delivery d SET moved_on = false FROM gone g WHERE d.month = g.month AND d.id = g.early_id
"""


@transaction.atomic
def go_on(*, at: datetime, limit: int = 2000) -> int:
    """Move people on to the next channel of their broadcast's chain, and back where a late receipt shows that an
    earlier one reached them; returns how many went on."""
    able = [found.capability for found in registry.kinds().values()]
    values: dict[str, Any] = {
        "at": at,
        "limit": limit,
        "reporting": sorted({one.channel for one in able if one.receipts}),
        "silent": accounts_of_kinds(one.kind for one in able if not one.receipts),
        "visit": VISIT,
        "after": 0,
    }
    moved = 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM outreach_broadcast WHERE chain <> '[]'::jsonb)")
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_COME_BACK, values)
        while True:
            cursor.execute(_GO_ON, values)
            due, gone, last = cursor.fetchone()
            moved += int(gone)
            if due < limit:
                return moved
            values["after"] = last


_VISITED = """
UPDATE outreach_delivery d SET state = CASE WHEN %(met)s THEN 'delivered' ELSE 'failed' END,
    reason = CASE WHEN %(met)s THEN '' ELSE 'not_met' END, attempts = d.attempts + 1,
    accepted_at = CASE WHEN %(met)s THEN %(at)s ELSE d.accepted_at END,
    delivered_at = CASE WHEN %(met)s THEN %(at)s ELSE d.delivered_at END
WHERE d.month = %(month)s AND d.id = %(id)s AND d.channel = %(visit)s AND d.state = ANY(%(before)s)
"""


@transaction.atomic
def record_visit(*, delivery: Delivery, met: bool, by: User, at: datetime) -> bool:
    """Note that somebody was told at home, or was not there; False when it was noted before. A second visit may still
    find who was out the first time."""
    require(by, RECORD_VISIT, unit_id=delivery.unit_id, at=at)
    values: dict[str, Any] = {
        "met": met, "at": at, "month": delivery.month, "id": delivery.pk, "visit": VISIT,
        "before": ["pending", "failed"] if met else ["pending"],
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_VISITED, values)
        if not cursor.rowcount:
            return False
        cursor.execute(
            "INSERT INTO outreach_deliveryattempt (delivery_id, step, reason, at) VALUES (%s, 'visit', %s, %s)",
            [delivery.pk, "met" if met else "not_met", at],
        )
    facts = {"delivery": delivery.pk, "met": met}
    subject = f"outreach.broadcast:{delivery.broadcast_id}"
    audit.record("outreach.visit_recorded", by=by, at=at, subject=subject, facts=facts)
    return True
