"""Claim: the statements that decide, row by row and at the last moment, what may be sent now.

One transaction, three parts: the broadcasts that may send are locked against pausing (`_OPEN`), the feeds against other
claims (`_FEEDS`), and then one statement judges every delivery and writes what follows (`_CLAIM`). Its snapshot is
younger than both locks, so nothing it sees can have been claimed, cancelled or withdrawn before it began.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.utils import timezone

from lantoa.channels.contract import Window
from lantoa.outreach.enums import Urgency
from lantoa.outreach.keys import key_of


class Claimed(NamedTuple):
    """A delivery this worker holds until its lease ends; the intent is committed."""

    id: int
    month: int
    broadcast_id: int
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
    units: int  # cost units planned
    reserved: int  # đồng set aside from the broadcast's budget
    account_id: int


@dataclass(frozen=True, slots=True)
class Batch:
    """What one claim took: the deliveries to send, how many rows it touched in all, and how many broadcasts it left to
    other accounts of the channel."""

    claimed: list[Claimed]
    touched: int
    left: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On what terms an account claims: its hours, how much it may send, how often one number, at what price, and what
    it leaves to the other accounts of its channel."""

    window: Window | None = None
    allowance: float | None = None  # cost units; None: any number
    a_day: int | None = None  # ordinary messages to one address in 24 hours; None: any number
    price: int = 0  # đồng for one cost unit
    leaves: Callable[[int], bool] | None = None  # whether a version's texts are for others; None: it takes all
    in_use: Sequence[int] | None = None  # the channel's accounts: what waits for any other is anybody's; None: unknown


FREE = Terms()


class _Open(NamedTuple):
    """A broadcast that may send on this channel now."""

    id: int
    key: str
    version_id: int
    purpose: str
    urgency: str
    month: int
    weight: int
    purse: bool


_OPEN = """
SELECT b.id, b.key, b.version_id, b.purpose, b.urgency, b.month, b.weight,
    EXISTS (SELECT 1 FROM outreach_purse p WHERE p.broadcast_id = b.id)
FROM outreach_broadcast b
JOIN outreach_messageversion v ON v.id = b.version_id
JOIN approvals_in_force a ON a.subject = 'outreach.message:' || v.message_id AND a.sha256 = v.sha256
WHERE b.state = 'running' AND (
    EXISTS (SELECT 1 FROM outreach_feed f WHERE f.broadcast_id = b.id AND f.channel = %(channel)s
        AND f.cursor < f.last AND f.not_before <= %(now)s)
    OR EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.broadcast_id = b.id AND o.channel = %(channel)s
        AND o.not_before <= %(now)s))
ORDER BY b.id
FOR SHARE OF b SKIP LOCKED
"""
_PURSES = """
SELECT broadcast_id, "limit" - spent FROM outreach_purse WHERE broadcast_id = ANY(%s) ORDER BY broadcast_id FOR UPDATE
"""
_FEEDS = """
SELECT id FROM outreach_feed WHERE broadcast_id = ANY(%s) AND channel = %s AND cursor < last AND not_before <= %s
ORDER BY id FOR UPDATE
"""
_REST_FEEDS = """
UPDATE outreach_feed SET not_before = %(opens)s
WHERE broadcast_id = ANY(%(ids)s) AND channel = %(channel)s AND cursor < last AND not_before <= %(now)s
"""
_REST_OUTBOX = """
UPDATE outreach_outbox SET not_before = %(opens)s, reason = 'quiet_hours'
WHERE broadcast_id = ANY(%(ids)s) AND channel = %(channel)s AND not_before <= %(now)s
"""

_CLAIM = """
WITH open AS MATERIALIZED (
    SELECT o.*, b.purpose, b.urgency, b.expires_at, b.chain <> '[]'::jsonb AS chained
    FROM unnest(%(ids)s::bigint[], %(shares)s::int[], %(ranks)s::int[], %(purses)s::bigint[], %(left)s::bool[])
        AS o(id, share, rank, purse, "left")
    JOIN outreach_broadcast b ON b.id = o.id
),
-- what was put off and is due again: in order of its hour; what is in doubt, only at the account that may have it;
-- what waits for a certain account, only there while it is in use
again AS MATERIALIZED (
    SELECT o.id AS broadcast_id, x.*, NULL::bigint AS feed_id, true AS queued
    FROM open o CROSS JOIN LATERAL (
        SELECT q.delivery_id AS id, q.month, q.attempts FROM outreach_outbox q
        WHERE q.broadcast_id = o.id AND q.channel = %(channel)s AND q.not_before <= %(now)s
            AND (q.account_id = %(account)s OR NOT o."left" AND (q.account_id IS NULL
                OR q.account_id <> ALL(%(in_use)s::bigint[]) AND NOT EXISTS (
                    SELECT 1 FROM outreach_delivery d
                    WHERE d.month = q.month AND d.id = q.delivery_id AND d.state = 'unknown')))
        ORDER BY q.not_before LIMIT %(limit)s FOR UPDATE SKIP LOCKED
    ) x
),
-- what nobody has touched: the next of each feed
fresh AS MATERIALIZED (
    SELECT f.broadcast_id, x.id, x.month, 0 AS attempts, f.id AS feed_id, false AS queued
    FROM outreach_feed f JOIN outreach_broadcast b ON b.id = f.broadcast_id CROSS JOIN LATERAL (
        SELECT d.id, d.month FROM outreach_delivery d
        WHERE d.month = b.month AND d.broadcast_id = f.broadcast_id AND d.channel = f.channel
            AND d.id > f.cursor AND d.id <= f.last AND d.state = 'pending'
        ORDER BY d.id LIMIT %(limit)s
    ) x
    WHERE f.id = ANY(%(feeds)s)
),
shared AS (
    SELECT t.*, row_number() OVER (PARTITION BY t.broadcast_id ORDER BY t.queued DESC, t.id) AS place
    FROM (SELECT * FROM again UNION ALL SELECT * FROM fresh) t
),
weighed AS (
    SELECT s.id, s.month, s.broadcast_id, s.feed_id, s.queued, s.attempts, o.purpose, o.urgency, o.expires_at,
        o.chained, o.purse, d.person_id, d.address_id, d.language, d.state, d.generation, d.provider_id, d.step,
        d.units,
        sum(d.units) OVER (ORDER BY o.rank, s.queued DESC, s.id) - d.units AS ahead,
        sum(d.units::bigint * %(price)s) OVER (PARTITION BY s.broadcast_id ORDER BY s.queued DESC, s.id) AS owed
    FROM shared s JOIN open o ON o.id = s.broadcast_id AND s.place <= o.share CROSS JOIN LATERAL (
        SELECT * FROM outreach_delivery d WHERE d.month = s.month AND d.id = s.id LIMIT 1) d
),
picked AS MATERIALIZED (
    SELECT * FROM weighed WHERE (%(allowance)s::float IS NULL OR ahead < %(allowance)s::float)
        AND (purse IS NULL OR owed <= purse)
),
asked AS MATERIALIZED (
    SELECT p.*, (
        SELECT r.digest FROM audience_reach r
        WHERE r.address_id = p.address_id AND r.person_id = p.person_id AND r.purpose = p.purpose LIMIT 1) AS digest
    FROM picked p
),
judged AS MATERIALIZED (
    SELECT a.*, CASE
        WHEN a.expires_at <= %(now)s THEN 'late'
        WHEN a.digest IS NULL THEN 'withdrawn'
        WHEN a.chained AND a.step > 0 AND EXISTS (
            SELECT 1 FROM outreach_delivery e WHERE e.month = a.month AND e.broadcast_id = a.broadcast_id
                AND e.person_id = a.person_id AND e.moved_on AND e.state IN ('delivered', 'read')) THEN 'reached'
        ELSE 'send' END AS ruling
    FROM asked a
),
{verdict},
boxed AS (
    INSERT INTO outreach_outbox AS o (delivery_id, month, broadcast_id, channel, attempt, lease_until, not_before,
        account_id, attempts, reserved, reason)
    SELECT id, month, broadcast_id, %(channel)s, CASE verdict WHEN 'send' THEN %(attempt)s::uuid END,
        CASE verdict WHEN 'send' THEN %(lease_until)s::timestamptz END,
        CASE verdict WHEN 'send' THEN NULL ELSE again_at END,
        CASE WHEN verdict = 'send' OR state = 'unknown' THEN %(account)s::bigint END,
        attempts + (verdict = 'send')::int,
        CASE WHEN verdict = 'send' AND purse IS NOT NULL THEN units * %(price)s ELSE 0 END,
        CASE verdict WHEN 'often' THEN 'often_enough' ELSE '' END
    FROM final WHERE verdict IN ('send', 'often', 'twin')
    ON CONFLICT (delivery_id) DO UPDATE SET attempt = excluded.attempt, lease_until = excluded.lease_until,
        not_before = excluded.not_before, account_id = excluded.account_id, attempts = excluded.attempts,
        reserved = excluded.reserved, reason = excluded.reason
),
unboxed AS (
    DELETE FROM outreach_outbox o USING final f
    WHERE o.delivery_id = f.id AND f.queued AND f.verdict IN ('late', 'withdrawn', 'reached')
),
settled AS (
    UPDATE outreach_delivery d SET
        state = CASE f.verdict WHEN 'late' THEN 'expired' ELSE 'suppressed' END,
        reason = CASE f.verdict WHEN 'late' THEN 'too_late' WHEN 'reached' THEN 'reached_before' ELSE 'withdrawn' END
    FROM final f WHERE d.month = f.month AND d.id = f.id AND f.state = 'pending'
        AND f.verdict IN ('late', 'withdrawn', 'reached')
),
fed AS (
    UPDATE outreach_feed f SET cursor = CASE WHEN t.found < %(limit)s AND t.taken = t.found THEN f.last ELSE t.upto END
    FROM (
        SELECT l.id, coalesce(w.found, 0) AS found, coalesce(p.taken, 0) AS taken, p.upto
        FROM unnest(%(feeds)s::bigint[]) AS l(id)
        LEFT JOIN (SELECT feed_id, count(*) AS found FROM fresh GROUP BY feed_id) w ON w.feed_id = l.id
        LEFT JOIN (SELECT feed_id, count(*) AS taken, max(id) AS upto FROM picked GROUP BY feed_id) p
            ON p.feed_id = l.id
    ) t WHERE f.id = t.id AND (t.upto IS NOT NULL OR t.found = 0)
),
spent AS (
    UPDATE outreach_purse p SET spent = p.spent + t.sum
    FROM (SELECT broadcast_id, sum(units::bigint * %(price)s) AS sum FROM final
          WHERE verdict = 'send' AND purse IS NOT NULL GROUP BY broadcast_id) t
    WHERE p.broadcast_id = t.broadcast_id
)
SELECT verdict, id, month, broadcast_id, attempts + 1, generation, address_id, language, state = 'unknown', provider_id,
    units, CASE WHEN purse IS NULL THEN 0 ELSE units * %(price)s END
FROM final
"""
_UNCAPPED = "final AS MATERIALIZED (SELECT j.*, j.ruling AS verdict, NULL::timestamptz AS again_at FROM judged j)"
# The upsert is the arbiter: it sees the newest row of a number, whoever wrote it, and counts this attempt or refuses.
# An attempt that was counted before counts once. Two people of one number in one claim: the second comes later.
_CAPPED = """counted AS (
    INSERT INTO outreach_contacted AS c (channel, digest, times, deliveries)
    SELECT %(channel)s, one.digest, ARRAY[%(now)s::timestamptz], ARRAY[one.id]
    FROM (SELECT DISTINCT ON (digest) digest, id FROM judged WHERE ruling = 'send' AND urgency = 'ordinary'
          ORDER BY digest, id) one
    ON CONFLICT (channel, digest) DO UPDATE SET (times, deliveries) = (
        SELECT array_agg(x.t ORDER BY x.t), array_agg(x.d ORDER BY x.t) FROM (
            SELECT t, d FROM unnest(c.times, c.deliveries) AS k(t, d)
            WHERE t > %(now)s::timestamptz - interval '24 hours' AND d <> excluded.deliveries[1]
            UNION ALL SELECT excluded.times[1], excluded.deliveries[1]) x)
    WHERE excluded.deliveries[1] = ANY(c.deliveries) OR (
        SELECT count(*) FROM unnest(c.times) AS k(t) WHERE t > %(now)s::timestamptz - interval '24 hours'
    ) < %(a_day)s
    RETURNING c.digest, excluded_id(c.deliveries) AS id
),
final AS MATERIALIZED (
    SELECT j.*, CASE
            WHEN j.ruling <> 'send' OR j.urgency <> 'ordinary' OR j.id IN (SELECT id FROM counted) THEN j.ruling
            WHEN j.digest IN (SELECT digest FROM counted) THEN 'twin' ELSE 'often' END AS verdict,
        CASE WHEN j.digest IN (SELECT digest FROM counted) THEN %(now)s::timestamptz + interval '1 second'
            ELSE greatest(
            %(now)s::timestamptz + interval '1 minute', (
            SELECT t + interval '24 hours' FROM outreach_contacted c, unnest(c.times) AS k(t)
            WHERE c.channel = %(channel)s AND c.digest = j.digest ORDER BY t DESC OFFSET %(a_day)s - 1 LIMIT 1)) END
            AS again_at
    FROM judged j
)""".replace("excluded_id(c.deliveries)", "c.deliveries[cardinality(c.deliveries)]")
_STATEMENTS = {False: _CLAIM.replace("{verdict}", _UNCAPPED), True: _CLAIM.replace("{verdict}", _CAPPED)}


@transaction.atomic
def claim(*, account_id: int, channel: str, limit: int, at: datetime, lease: timedelta, terms: Terms = FREE) -> Batch:
    """Take up to `limit` due deliveries of one channel for one account, and commit the intent to send them.

    Asked for every row in the statement that takes it: the broadcast runs and its approval stands; what is past its
    last hour expires; whoever withdrew is suppressed; whoever an earlier channel reached is left alone; the account's
    allowance and the broadcast's budget are not overdrawn; no number gets more than its daily share. Of a broadcast
    that it leaves to others an account takes only what waits for it alone. At night ordinary
    rows wait for the window to open. Urgent broadcasts come first and pass night and share; the others divide the
    limit by weight. A delivery already in doubt that may not be sent again stays in doubt.
    """
    if terms.allowance is not None and terms.allowance <= 0:
        return Batch([], 0)
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, {"channel": channel, "now": at})
        found = [_Open(*row) for row in cursor.fetchall()]
        left = {one.id for one in found if terms.leaves is not None and terms.leaves(one.version_id)}
        rested, found = _rest(cursor, found, channel, at, terms.window, left)
        if not found:
            return Batch([], rested, len(left))
        values = _values(found, limit) | {
            "account": account_id, "channel": channel, "limit": limit, "now": at, "lease_until": at + lease,
            "attempt": uuid4(), "allowance": terms.allowance, "a_day": terms.a_day, "price": terms.price,
            "purses": _purses(cursor, found), "left": [one.id in left for one in found],
            "in_use": None if terms.in_use is None else list(terms.in_use),
        }  # fmt: skip
        cursor.execute(_FEEDS, [[one.id for one in found if one.id not in left], channel, at])
        values["feeds"] = [row[0] for row in cursor.fetchall()]
        cursor.execute(_STATEMENTS[terms.a_day is not None], values)
        rows = cursor.fetchall()
    by_id = {one.id: one for one in found}
    attempt = values["attempt"]
    sent = [_claimed(row, by_id[row[3]], attempt, account_id) for row in rows if row[0] == "send"]
    return Batch(sent, rested + len(rows), len(left))


def _claimed(row: tuple[Any, ...], owner: _Open, attempt: UUID, account_id: int) -> Claimed:
    _verdict, id_, month, broadcast, attempts, generation, address, language, doubt, provider, units, reserved = row
    return Claimed(
        id_, month, broadcast, attempt, attempts, key_of(owner.key, id_, generation), owner.version_id, address,
        language, owner.purpose, owner.urgency, doubt, provider, units, reserved, account_id,
    )  # fmt: skip


def _rest(
    cursor: Any, found: Sequence[_Open], channel: str, at: datetime, window: Window | None, left: set[int]
) -> tuple[int, list[_Open]]:
    """Outside the account's hours put ordinary broadcasts off until it opens, those it leaves to others excepted;
    returns rows touched and which may go on."""
    opens = window.next_open(timezone.localtime(at)) if window else at
    ordinary = [one.id for one in found if one.urgency == Urgency.ORDINARY]
    if opens <= at or not ordinary:
        return 0, list(found)
    touched, resting = 0, [one for one in ordinary if one not in left]
    for statement in (_REST_FEEDS, _REST_OUTBOX) if resting else ():
        cursor.execute(statement, {"opens": opens, "ids": resting, "channel": channel, "now": at})
        touched += cursor.rowcount
    return touched, [one for one in found if one.urgency != Urgency.ORDINARY]


def _values(found: Sequence[_Open], limit: int) -> dict[str, Any]:
    """The broadcasts as arrays: urgent ones first with the whole limit, the others by their weights."""
    whole = sum(one.weight for one in found if one.urgency == Urgency.ORDINARY)
    urgent = [one.urgency == Urgency.URGENT for one in found]
    return {
        "ids": [one.id for one in found],
        "ranks": [0 if first else 1 for first in urgent],
        "shares": [
            limit if first else max(1, ceil(limit * one.weight / whole))
            for one, first in zip(found, urgent, strict=True)
        ],
    }


def _purses(cursor: Any, found: Iterable[_Open]) -> list[int | None]:
    """What is left in each broadcast's purse, locked; None for those without one."""
    owners = [one.id for one in found if one.purse]
    left: Mapping[int, int] = {}
    if owners:
        cursor.execute(_PURSES, [owners])
        left = dict(cursor.fetchall())
    return [left.get(one.id) for one in found]
