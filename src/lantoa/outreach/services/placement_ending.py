"""How placements come to rest: called off, too late, or never confirmed."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection

from lantoa.channels.registry import carried

# What a worker holds comes home first; what is handed over, or in doubt, may be there already and stays what it is.
_CALL_OFF = """
WITH off AS (
    UPDATE outreach_placement p SET state = 'cancelled', reason = 'cancelled', not_before = NULL
    WHERE p.broadcast_id = ANY(%(ids)s) AND p.state = 'planned' RETURNING p.id
),
rested AS (
    UPDATE outreach_placement p SET not_before = NULL
    WHERE p.broadcast_id = ANY(%(ids)s) AND p.state = 'unknown' AND p.not_before IS NOT NULL
)
INSERT INTO outreach_placementevent (placement_id, step, before, after, note, at)
SELECT id, 'cancelled', 'planned', 'cancelled', '', %(at)s FROM off
"""
_STOPPED = """
SELECT b.id FROM outreach_broadcast b WHERE b.state = 'cancelled' AND EXISTS (
    SELECT 1 FROM outreach_placement p WHERE p.broadcast_id = b.id
        AND (p.state = 'planned' OR p.state = 'unknown' AND p.not_before IS NOT NULL))
ORDER BY b.id FOR UPDATE OF b SKIP LOCKED
"""
# Past the last hour no worker takes it; people have the grace to say what they did before it.
_MISS = """
WITH over AS MATERIALIZED (
    SELECT b.id, b.expires_at FROM outreach_broadcast b
    WHERE b.state IN ('running', 'paused') AND b.expires_at <= %(at)s AND EXISTS (
        SELECT 1 FROM outreach_placement p WHERE p.broadcast_id = b.id
            AND (p.state IN ('planned', 'accepted') OR p.not_before IS NOT NULL))
    ORDER BY b.id FOR UPDATE OF b SKIP LOCKED
),
late AS MATERIALIZED (
    SELECT p.id, p.state, p.state = 'planned' AND p.kind = ANY(%(carried)s) AS unsent
    FROM outreach_placement p JOIN over o ON o.id = p.broadcast_id
    WHERE p.state IN ('planned', 'accepted') AND (
        o.expires_at <= %(grace_from)s OR p.state = 'planned' AND p.kind = ANY(%(carried)s))
    ORDER BY p.id FOR UPDATE OF p
),
missed AS (
    UPDATE outreach_placement p SET state = 'missed', not_before = NULL,
        reason = CASE WHEN l.unsent THEN 'too_late' ELSE 'not_confirmed' END
    FROM late l WHERE p.id = l.id
),
rested AS (
    UPDATE outreach_placement p SET not_before = NULL FROM over o
    WHERE p.broadcast_id = o.id AND p.state = 'unknown' AND p.not_before IS NOT NULL
)
INSERT INTO outreach_placementevent (placement_id, step, before, after, note, at)
SELECT id, 'missed', state, 'missed', '', %(at)s FROM late
"""


def call_off(broadcast_ids: Sequence[int], *, at: datetime) -> None:
    """Nothing more of these broadcasts is put anywhere. The caller has locked the broadcasts."""
    if broadcast_ids:
        with connection.cursor() as cursor:
            cursor.execute(_CALL_OFF, {"ids": list(broadcast_ids), "at": at})


def grace() -> timedelta:
    """How long after the last hour people may still say what they did; then it counts as missed."""
    return timedelta(hours=settings.LANTOA_PLACEMENT_GRACE_HOURS)


def end_placements(*, at: datetime) -> None:
    """Call off what came back to a stopped broadcast, and count as missed what nobody put there, or said so, in time.
    Inside the caller's transaction."""
    values: dict[str, Any] = {"at": at, "grace_from": at - grace(), "carried": carried()}
    with connection.cursor() as cursor:
        cursor.execute(_STOPPED)
        call_off([row[0] for row in cursor.fetchall()], at=at)
        cursor.execute(_MISS, values)
