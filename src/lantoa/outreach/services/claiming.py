"""Claim: the one statement that decides, row by row and at the last moment, what may be sent now."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from lantoa.channels.contract import Window
from lantoa.outreach.keys import key_of


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim took: the deliveries to send, and how many rows it touched in all."""

    claimed: "list[Claimed]"
    touched: int


@dataclass(frozen=True, slots=True)
class Claimed:
    """A delivery this worker holds until its lease ends; the intent is committed."""

    id: int
    attempt: UUID
    attempts: int
    key: str
    version_id: int
    address_id: int
    language: str
    purpose: str
    urgency: str
    in_doubt: bool  # an earlier attempt may have been accepted
    provider_id: str


_CLAIM = """
WITH open AS MATERIALIZED (
    SELECT b.id, b.key, b.purpose, b.urgency, b.expires_at
    FROM outreach_broadcast b
    JOIN outreach_messageversion v ON v.id = b.version_id
    JOIN approvals_in_force a ON a.subject = 'outreach.message:' || v.message_id AND a.sha256 = v.sha256
    WHERE b.state = 'running' AND EXISTS (
        SELECT 1 FROM outreach_delivery d
        WHERE d.broadcast_id = b.id AND d.channel = %(channel)s AND d.not_before <= %(now)s)
    FOR SHARE OF b SKIP LOCKED
),
due AS MATERIALIZED (
    SELECT d.id, d.state, d.person_id, d.address_id, o.key, o.purpose, o.urgency, o.expires_at
    FROM open o CROSS JOIN LATERAL (
        SELECT d.id, d.state, d.person_id, d.address_id FROM outreach_delivery d
        WHERE d.broadcast_id = o.id AND d.channel = %(channel)s AND d.not_before <= %(now)s
        ORDER BY d.not_before
        LIMIT (SELECT greatest(1, %(limit)s / count(*)) FROM open)
        FOR UPDATE OF d SKIP LOCKED
    ) d
),
judged AS MATERIALIZED (
    SELECT due.*, CASE
        WHEN due.expires_at <= %(now)s THEN 'late'
        WHEN NOT EXISTS (
            SELECT 1 FROM audience_reach r
            WHERE r.address_id = due.address_id AND r.person_id = due.person_id AND r.purpose = due.purpose
        ) THEN 'withdrawn'
        WHEN due.urgency = 'ordinary' AND %(opens_at)s::timestamptz > %(now)s THEN 'night'
        ELSE 'send' END AS verdict
    FROM due
),
moved AS (
    UPDATE outreach_delivery d SET
        state = CASE
            WHEN j.verdict = 'send' THEN 'sending'
            WHEN j.state = 'unknown' OR j.verdict = 'night' THEN j.state
            WHEN j.verdict = 'late' THEN 'expired'
            ELSE 'suppressed' END,
        reason = CASE
            WHEN j.verdict = 'send' THEN ''
            WHEN j.verdict = 'night' THEN 'quiet_hours'
            WHEN j.state = 'unknown' THEN d.reason
            WHEN j.verdict = 'late' THEN 'too_late'
            ELSE 'withdrawn' END,
        not_before = CASE WHEN j.verdict = 'night' THEN %(opens_at)s::timestamptz END,
        attempt = CASE WHEN j.verdict = 'send' THEN gen_random_uuid() ELSE d.attempt END,
        attempts = d.attempts + (j.verdict = 'send')::int,
        lease_until = CASE WHEN j.verdict = 'send' THEN %(lease_until)s::timestamptz END,
        account_id = CASE WHEN j.verdict = 'send' THEN %(account)s ELSE d.account_id END
    FROM judged j WHERE d.id = j.id
    RETURNING d.id, d.attempt, d.attempts, j.key, d.generation, d.version_id, d.address_id, d.language, j.purpose,
        j.urgency, j.state = 'unknown' AS in_doubt, d.provider_id, j.verdict
),
intent AS (
    INSERT INTO outreach_deliveryattempt (delivery_id, attempt, step, account_id, reason, at)
    SELECT id, attempt, 'intent', %(account)s, '', %(now)s FROM moved WHERE verdict = 'send'
)
SELECT * FROM moved
"""


@transaction.atomic
def claim(
    *, account_id: int, channel: str, limit: int, at: datetime, lease: timedelta, window: Window | None = None
) -> Batch:
    """Take up to `limit` due deliveries of one channel for one account, and commit the intent to send them.

    In the same statement: the broadcast runs and its approval stands; what is past its last hour expires; whoever
    withdrew is suppressed; at night ordinary rows wait for the `window` to open. Broadcasts share the limit equally.
    A delivery already in doubt that may not be sent again stays in doubt.
    """
    local = timezone.localtime(at)
    values: dict[str, Any] = {
        "account": account_id,
        "channel": channel,
        "limit": limit,
        "now": at,
        "lease_until": at + lease,
        "opens_at": window.next_open(local) if window else at,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM, values)
        rows = cursor.fetchall()
    return Batch([_claimed(row) for row in rows if row[12] == "send"], len(rows))


def _claimed(row: tuple[Any, ...]) -> Claimed:
    (id_, attempt, attempts, key, generation, version, address, language, purpose, urgency, doubt, provider, _v) = row
    name = key_of(key, id_, generation)
    return Claimed(id_, attempt, attempts, name, version, address, language, purpose, urgency, doubt, provider)
