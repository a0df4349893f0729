"""`fanout_ratio`: a bare INSERT … SELECT of the very same rows into identical empty tables ÷ `release()`."""

import time

import psycopg
from django.db import connections

from bench.cluster import DATABASE
from bench.stand import Figures, Stand, alone, median
from bench.world import World

ROUNDS = 3
TEMPLATE = "bench_fanout"
TABLES = ("outreach_delivery", "outreach_outbox")
"""What a release fills, as far as this version of the ledger has it."""


def released(stand: Stand, world: World) -> float:
    """Seconds of one release, commit included, into a ledger that is still empty."""
    draft = world.draft()
    settle(stand)
    begun = time.monotonic()
    world.release(draft)
    return time.monotonic() - begun


def bare(stand: Stand) -> float:
    """Seconds of copying the rows just released into tables of the same shape, commit included."""
    with psycopg.connect(stand.cluster.url()) as connection:
        tables = [name for name in TABLES if connection.execute("SELECT to_regclass(%s)", [name]).fetchone() != (None,)]
        for name in tables:
            connection.execute(f"CREATE TABLE rows_{name} AS SELECT * FROM {name}")
            connection.execute(f"CREATE TABLE bare_{name} (LIKE {name} INCLUDING ALL)")
    settle(stand)
    with psycopg.connect(stand.cluster.url()) as connection:
        begun = time.monotonic()
        for name in tables:
            connection.execute(f"INSERT INTO bare_{name} SELECT * FROM rows_{name}")
        connection.commit()
        return time.monotonic() - begun


def settle(stand: Stand) -> None:
    """Write out what earlier steps left dirty, so that none pays for another."""
    with psycopg.connect(stand.cluster.url(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def measure(stand: Stand) -> Figures:
    """Both in turns, each time on a fresh copy of the same people; medians."""
    count = stand.size(300_000)
    world = stand.fresh("sms", count)
    connections.close_all()
    stand.cluster.fresh(TEMPLATE, DATABASE)
    ours, plain = [], []
    for _ in range(ROUNDS):
        stand.cluster.fresh(DATABASE, TEMPLATE)
        ours.append(released(stand, world))
        plain.append(bare(stand))
        connections.close_all()
    stand.cluster.drop(TEMPLATE)
    return {
        "fanout_ratio": round(median(plain) / median(ours), 3),
        "fanout_rows_per_s": round(count / median(ours)),
        "bare_insert_rows_per_s": round(count / median(plain)),
        "fanout_each_s": [round(one, 2) for one in ours],
        "bare_each_s": [round(one, 2) for one in plain],
        "audience": count,
    }


if __name__ == "__main__":
    alone(measure)
