"""Reads our own books: only what every version of the ledger has."""

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import psycopg

from chaos.lies import MARK
from chaos.placed import Placed
from chaos.verdict import Row

type Database = psycopg.Connection[tuple[Any, ...]]

_DELIVERIES = """
WITH doubt AS (
    SELECT delivery_id, count(*) AS times FROM outreach_deliveryattempt WHERE step = 'in_doubt' GROUP BY delivery_id
)
SELECT d.id, d.person_id, d.channel, b.urgency, s.state, d.reason, s.attempts, d.provider_id,
    coalesce(doubt.times, 0), coalesce(a.kind, ''), b.key || '-' || d.id || '-0'
FROM outreach_delivery d JOIN outreach_broadcast b ON b.id = d.broadcast_id JOIN outreach_standing s ON s.id = d.id
LEFT JOIN channels_channelaccount a ON a.id = d.account_id
LEFT JOIN doubt ON doubt.delivery_id = d.id
"""
_PLACED = """
WITH doubt AS (
    SELECT placement_id, count(*) AS times FROM outreach_placementevent WHERE step = 'in_doubt' GROUP BY placement_id
)
SELECT p.id, p.kind, b.urgency, p.state, p.reason, p.attempts, p.not_before IS NOT NULL, p.key, m.title,
    coalesce(doubt.times, 0), coalesce(o.settings ->> 'email', ''),
    (SELECT string_agg(e.step || ' ' || e.note, '; ' ORDER BY e.id) FROM outreach_placementevent e
     WHERE e.placement_id = p.id)
FROM outreach_placement p JOIN outlets_outlet o ON o.id = p.outlet_id JOIN outreach_broadcast b ON b.id = p.broadcast_id
JOIN outreach_messageversion v ON v.id = b.version_id JOIN outreach_message m ON m.id = v.message_id
LEFT JOIN doubt ON doubt.placement_id = p.id
"""
_STORED = """
SELECT count(*) FROM channels_inboundevent i JOIN channels_channelaccount a ON a.id = i.account_id
WHERE position(%s::bytea IN i.raw) > 0 AND position('of-nobody'::bytea IN i.raw) = 0 AND a.enabled
"""
_HEARD = (
    "SELECT (SELECT count(*) FROM listening_case) + (SELECT count(*) FROM audience_consentevent WHERE kind <> 'given')"
)


def states(database: Database) -> dict[str, int]:
    """How many deliveries are in each state."""
    return dict(
        database.execute("SELECT state, count(*) FROM outreach_standing GROUP BY state ORDER BY state").fetchall()
    )


def deliveries(database: Database) -> list[Row]:
    """Every delivery with what its history says."""
    return [Row(*row) for row in database.execute(_DELIVERIES).fetchall()]


def placements(database: Database) -> list[Placed]:
    """Every placement with what its history says."""
    return [Placed(*row) for row in database.execute(_PLACED).fetchall()]


def forgeries_stored(database: Database) -> int:
    """Forged requests that the door kept as if they were our provider's, and what was made of any: nobody writes to us
    in a run, and nobody withdraws."""
    found = [database.execute(_STORED, [MARK.encode()]).fetchone(), database.execute(_HEARD).fetchone()]
    return sum(int(row[0]) for row in found if row)


def proof(environment: Mapping[str, str]) -> dict[str, Any]:
    """What `lantoa ledger verify` says, by the product's own count."""
    command = [sys.executable, "-m", "lantoa", "ledger", "verify", "--json"]
    done = subprocess.run(command, env=dict(environment), capture_output=True, text=True, check=False)
    if not done.stdout:
        raise RuntimeError(f"the ledger cannot be verified: {done.stderr[-500:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def addresses_in(people: Path) -> dict[int, tuple[str, str]]:
    """Channel and address of everybody, by person."""
    return {one["person_id"]: (one["channel"], one["address"]) for one in json.loads(people.read_text())}
