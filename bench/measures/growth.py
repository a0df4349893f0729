"""`growth_ratio`: what claiming and completing a row costs at 20 million rows of ledger ÷ at 1 million; no wire."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial

import psycopg
from psycopg import sql

from bench.stand import Figures, Stand, alone, median
from lantoa.channels.contract import Accepted
from lantoa.channels.registry import capability
from lantoa.channels.selectors import accounts_for
from lantoa.kernel import clock
from lantoa.outreach.outcomes import settle
from lantoa.outreach.services.loading import Parcel, hold, pack
from lantoa.outreach.services.settling import Completion, complete

BATCH = 500
BATCHES = 25
WARM = 5
"""Batches that are not counted, while pages and plans become known."""
CHUNK = 500_000

# Columns not named here are as those of a delivery just completed, whatever columns the ledger has by now.
_DELIVERY = {
    "id": "nextval(pg_get_serial_sequence('outreach_delivery', 'id'))",
    "broadcast_id": "%(broadcast)s::bigint",
    "version_id": "%(broadcast)s::bigint",
    "person_id": "n",
    "address_id": "n",
    "provider_id": "'p-' || %(broadcast)s || '-' || n",
}
_LOAD = """
WITH like_this AS MATERIALIZED (SELECT * FROM outreach_delivery WHERE state = 'accepted' LIMIT 1)
INSERT INTO outreach_delivery ({columns}) SELECT {values}
FROM generate_series(1, %(rows)s) AS n CROSS JOIN like_this s
"""
_BROADCAST = """
INSERT INTO outreach_broadcast SELECT (jsonb_populate_record(b, jsonb_build_object('id', %(broadcast)s::bigint,
    'key', 'bench-' || %(broadcast)s, 'state', 'done', 'audience_count', %(rows)s::int, 'finished_at', now()))).*
FROM outreach_broadcast b ORDER BY b.id LIMIT 1
"""
FIRST = 1_000_000
"""Broadcast numbers far above those of real ones."""


def measure(stand: Stand) -> Figures:
    """Batches through the services at both sizes of the ledger; medians."""
    few, many = stand.size(1_000_000, 60_000), stand.size(20_000_000, 200_000)
    live = 2 * BATCH * (WARM + BATCHES) + BATCH
    world = stand.fresh("bulk", live)
    world.release(world.draft())
    account = _account()
    batch(account)
    next_free = fill(stand, FIRST, few - live)
    at_few = cost(account)
    fill(stand, next_free, many - few)
    at_many = cost(account)
    return {
        "growth_ratio": round(at_many / at_few, 3),
        "cost_at_1m_us": round(at_few * 1e6, 1),
        "cost_at_20m_us": round(at_many * 1e6, 1),
        "ledger_rows": [few, many],
        "database_mb": stand.cluster.size() >> 20,
    }


def fill(stand: Stand, first: int, rows: int) -> int:
    """Add finished broadcasts of half a million each, two at a time; returns the next free number."""
    url = stand.cluster.url()
    sizes = [min(CHUNK, rows - start) for start in range(0, rows, CHUNK)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(partial(_finished_broadcast, url), range(first, first + len(sizes)), sizes))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ANALYZE outreach_delivery, outreach_broadcast")
        connection.execute("CHECKPOINT")
    return first + len(sizes)


def _finished_broadcast(url: str, broadcast: int, rows: int) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        values = {"broadcast": broadcast, "rows": rows}
        connection.execute(_BROADCAST, values)
        columns, chosen = _columns(connection, "outreach_delivery", _DELIVERY)
        statement = _LOAD.replace("{columns}", columns).replace("{values}", chosen)
        connection.execute(statement, values)  # type: ignore[arg-type]


def _columns(connection: psycopg.Connection, table: str, given: dict[str, str]) -> tuple[str, str]:
    """The columns of a table, and for each what to write: what is given, else the sample's."""
    described = connection.execute(sql.SQL("SELECT * FROM {} LIMIT 0").format(sql.Identifier(table))).description
    names = [column.name for column in described or ()]
    return ", ".join(names), ", ".join(given.get(name, f"s.{name}") for name in names)


def cost(account: int) -> float:
    """Seconds a row, the median over batches."""
    for _ in range(WARM):
        batch(account)
    return median([batch(account) for _ in range(BATCHES)])


def batch(account: int) -> float:
    """Seconds a row of one batch: claimed, made ready, completed as accepted."""
    begun, now = time.perf_counter(), clock.now()
    held = hold(account_id=account, channel="bulk", limit=BATCH, at=now, lease=timedelta(seconds=60))
    parcels = pack(held.claimed, "bulk")
    if complete([_accepted(parcel, now) for parcel in parcels]) != BATCH:
        raise AssertionError(f"a batch of {BATCH} brought {len(parcels)}")
    return (time.perf_counter() - begun) / BATCH


def _accepted(parcel: Parcel, at: datetime) -> Completion:
    one = parcel.claimed
    settled = settle(
        Accepted(f"bench-{one.id}"), capability=capability("bulk"), urgency=one.urgency, attempts=one.attempts,
        in_doubt=one.in_doubt, now=at,
    )  # fmt: skip
    return Completion(one, settled, at, parcel.units)


def _account() -> int:
    return int(accounts_for("bulk").values_list("pk", flat=True).get())


if __name__ == "__main__":
    alone(measure)
