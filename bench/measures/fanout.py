"""`fanout_ratio`: a bare INSERT … SELECT of the same audience into an identical table ÷ `release()`.

The bare statement chooses the same rows by the same SELECT and writes them into a plain table with the same columns,
checks and indexes: no approval, no guards, no frozen count, no feeds, no audit. Beside it `fanout_to_copy_ratio`: the
same rows, already chosen and lying in a table, only copied; there release also pays for choosing them.
"""

import time

import psycopg
from django.db import connection as django_connection
from django.db import connections

from bench.cluster import DATABASE
from bench.stand import Figures, Stand, alone, median
from bench.world import World
from lantoa.kernel import clock
from lantoa.outreach.models import Broadcast
from lantoa.outreach.selectors.fanout import COLUMNS, choice_sql

ROUNDS = 4
TEMPLATE = "bench_fanout"
LEDGER = "outreach_delivery"


def released(stand: Stand, world: World, number: int) -> float:
    """Seconds of one release, commit included."""
    draft = world.draft(number)
    settle(stand)
    begun = time.monotonic()
    world.release(draft)
    return time.monotonic() - begun


def selected(stand: Stand, world: World, number: int) -> float:
    """Seconds of the bare statement: the same SELECT, the same table but for what makes it a ledger."""
    row = Broadcast.objects.select_related("version").get(pk=world.draft(number).pk)
    found = choice_sql(row, at=clock.now())
    if found is None:
        raise AssertionError("nobody belongs to the audience")
    with django_connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE bare_select (LIKE {LEDGER} INCLUDING ALL) WITH (fillfactor = 70)")
    settle(stand)
    with django_connection.cursor() as cursor:
        begun = time.monotonic()
        cursor.execute(f"INSERT INTO bare_select ({COLUMNS}) SELECT one.* FROM ({found[0]}) AS one", found[1])
        return time.monotonic() - begun


def copied(stand: Stand) -> float:
    """Seconds of copying the rows just released into a table of the same shape, commit included."""
    with psycopg.connect(stand.cluster.url()) as connection:
        connection.execute(f"CREATE TABLE chosen AS SELECT * FROM {LEDGER}")
        connection.execute(f"CREATE TABLE bare_copy (LIKE {LEDGER} INCLUDING ALL) WITH (fillfactor = 70)")
    settle(stand)
    with psycopg.connect(stand.cluster.url()) as connection:
        begun = time.monotonic()
        connection.execute("INSERT INTO bare_copy SELECT * FROM chosen")
        connection.commit()
        return time.monotonic() - begun


def settle(stand: Stand) -> None:
    """Write out what earlier steps left dirty, so that none pays for another."""
    with psycopg.connect(stand.cluster.url(), autocommit=True) as connection:
        connection.execute("CHECKPOINT")


def measure(stand: Stand) -> Figures:
    """In turns, each round on a fresh copy of the same people, who is first changing; medians."""
    count = stand.size(300_000)
    world = stand.fresh("sms", count)
    connections.close_all()
    stand.cluster.fresh(TEMPLATE, DATABASE)
    ours, select, copy = [], [], []
    for number in range(ROUNDS):
        stand.cluster.fresh(DATABASE, TEMPLATE)
        if number % 2:
            select.append(selected(stand, world, 1))
        ours.append(released(stand, world, 2))
        copy.append(copied(stand))
        if not number % 2:
            select.append(selected(stand, world, 3))
        connections.close_all()
    stand.cluster.drop(TEMPLATE)
    return {
        "fanout_ratio": round(median(select) / median(ours), 3),
        "fanout_to_copy_ratio": round(median(copy) / median(ours), 3),
        "fanout_rows_per_s": round(count / median(ours)),
        "bare_select_rows_per_s": round(count / median(select)),
        "bare_copy_rows_per_s": round(count / median(copy)),
        "fanout_each_s": [round(one, 2) for one in ours],
        "bare_select_each_s": [round(one, 2) for one in select],
        "bare_copy_each_s": [round(one, 2) for one in copy],
        "audience": count,
    }


if __name__ == "__main__":
    alone(measure)
