"""How long it takes to count an audience among three million contacts. Last line: one JSON object.

Works in a scratch database of its own, made anew each time and dropped at the end (KEEP=1 keeps it, and uses a kept
one again). The contacts are plainly nobody: see `lantoa.audience.services.samples`. Times are milliseconds; "cold" is
the first count on a new connection with PostgreSQL's own cache emptied, "warm" the median of five more.
"""

import json
import os
import statistics
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from lantoa.config.embedded import Server

if TYPE_CHECKING:
    from lantoa.audience.criteria import Criteria

PEOPLE = int(os.environ.get("PEOPLE", "3000000"))
KEEP = os.environ.get("KEEP") == "1"
DATABASE = "lantoa_bench_segments"
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MONTH = NOW.year * 100 + NOW.month
OLD = date(2020, 1, 1)
COMMUNES, HAMLETS = 64, 14


def psql(statement: str) -> str:
    """Say it to the server's own database."""
    server = Server.here()
    server.start()
    return subprocess.run(
        ["psql", server.url("postgres"), "-tAc", statement], check=True, capture_output=True, text=True
    ).stdout.strip()


def prepare() -> bool:
    """Point the settings at the scratch database; true when it holds the contacts already."""
    os.environ["PATH"] = f"{Server.here().binaries}:{os.environ['PATH']}"
    there = psql(f"SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'") == "1"
    if there and not KEEP:
        psql(f"DROP DATABASE {DATABASE}")
        there = False
    if not there:
        psql(f"CREATE DATABASE {DATABASE}")
    os.environ["DATABASE_URL"] = Server.here().url(DATABASE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM audience_person")
        return bool(cursor.fetchone()[0])


def units() -> int:
    """A province of communes and hamlets; returns the id of the province, the communes' follow it."""
    from django.apps import apps
    from django.db.backends.postgresql.psycopg_any import DateRange

    unit, version = apps.get_model("territory", "Unit"), apps.get_model("territory", "UnitVersion")
    count = 1 + COMMUNES + COMMUNES * HAMLETS
    ids = [row.pk for row in unit.objects.bulk_create([unit() for _n in range(count)])]
    top, communes = ids[0], ids[1 : 1 + COMMUNES]
    places = [(top, None, "province", 1), *((pk, top, "commune", 3) for pk in communes)]
    places += [(pk, communes[n % COMMUNES], "ap", 4) for n, pk in enumerate(ids[1 + COMMUNES :])]
    version.objects.bulk_create(
        version(
            unit_id=pk, name=f"Nơi mẫu {pk}", short_name=f"mẫu {pk}", folded=f"mau {pk}", kind=kind, level=level,
            parent_id=parent, valid=DateRange(OLD, None), sort_key=f"mau {pk:06d}",
        )
        for pk, parent, kind, level in places
    )  # fmt: skip
    return int(top)


SECONDARY = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid = ANY(ARRAY['audience_person', 'audience_address', 'audience_consentevent', 'audience_consent',
    'audience_groupmembership', 'audience_standing']::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
FILL = """
CREATE FUNCTION pg_temp.draw(n bigint, salt int) RETURNS float8 LANGUAGE sql IMMUTABLE AS
    $$ SELECT (hashint8extended(n, salt) & 1048575) / 1048576.0 $$;

INSERT INTO audience_person (id, public_id, unit_id, hamlet_id, language, source, legal_basis, created_at)
SELECT n, gen_random_uuid(), {top} + 1 + commune,
    CASE WHEN pg_temp.draw(n, 2) < 0.8
        THEN {top} + 1 + {communes} + commune + {communes} * floor(pg_temp.draw(n, 3) * {hamlets})::int END,
    CASE WHEN draw < 0.92 THEN 'vi' WHEN draw < 0.99 THEN 'km' ELSE 'en' END, 'sample', 'sample data, no person',
    '{now}'
FROM (SELECT n, floor(pg_temp.draw(n, 1) * {communes})::int AS commune, pg_temp.draw(n, 4) AS draw
    FROM generate_series(1, {people}) n) one;

INSERT INTO audience_vault_name (person_id, name) SELECT id, 'Người nhận mẫu ' || id FROM audience_person;

INSERT INTO audience_address (person_id, channel, value, digest, usable, verified_at)
SELECT p.id, c.channel, replace(c.value, '#', lpad(p.id::text, 8, '0')),
    encode(sha256((c.channel || p.id)::bytea), 'hex'), true, '{now}'
FROM audience_person p CROSS JOIN (VALUES ('zalo', 0.55, 'mau-#', 11), ('sms', 0.7, '840#', 12),
    ('email', 0.15, 'nguoi-nhan-mau-#@lantoa.example', 13), ('portal', 0.1, 'hop-thu-mau-cua-#', 14)
) c(channel, share, value, salt) WHERE pg_temp.draw(p.id, c.salt) < c.share;

INSERT INTO audience_consentevent (person_id, purpose, channel, kind, at, wording_id, means, proof)
SELECT a.person_id, w.purpose, a.channel, CASE WHEN pg_temp.draw(a.id, 21) < 0.02 THEN 'withdrawn' ELSE 'given' END,
    '{now}', w.id, 'sample', '{{"sample": 1}}'
FROM audience_address a JOIN audience_consentwording w ON w.language = 'vi' AND w.version = 1
    AND (w.purpose = 'policy_news' OR w.purpose = 'events' AND pg_temp.draw(a.person_id, 22) < 0.4);

INSERT INTO audience_consent (person_id, purpose, channel, given, at, event_id)
SELECT person_id, purpose, channel, kind = 'given', at, id FROM audience_consentevent;

INSERT INTO audience_suppression (channel, digest, reason, at)
SELECT channel, digest, 'dead', '{now}' FROM audience_address WHERE pg_temp.draw(id, 31) < 0.01;

INSERT INTO audience_groupmembership (person_id, group_id, valid, source)
SELECT p.id, g.id, daterange('2026-01-01', NULL), 'sample'
FROM audience_person p CROSS JOIN audience_audiencegroup g JOIN (VALUES ('people', 0.9), ('poor', 0.05),
    ('near_poor', 0.06), ('newly_escaped', 0.03), ('workers', 0.3), ('cadres', 0.02), ('party_members', 0.04),
    ('officials', 0.03), ('hard_coastal', 0.1), ('ntp_poverty', 0.08), ('ntp_rural', 0.12), ('ntp_ethnic', 0.05)
) s(code, share) ON s.code = g.code WHERE pg_temp.draw(p.id, 100 + g.id::int) < s.share;
"""
SENT = """
INSERT INTO outreach_delivery (month, broadcast_id, version_id, person_id, address_id, unit_id, channel, language, state,
    reason, attempts, generation, provider_id, cost)
SELECT %s, 1, 1, r.person_id, r.address_id, r.unit_id, r.channel, r.language,
    CASE WHEN r.person_id %% 100 < 90 THEN 'delivered' ELSE 'failed' END, '', 1, 0, '', 1
FROM (SELECT DISTINCT ON (person_id) * FROM audience_reach WHERE purpose = 'policy_news' AND person_id %% 10 = 0
    ORDER BY person_id, preference) r;
"""


def fill(top: int) -> None:
    """The contacts, set by set, without indexes and triggers; then everything that follows from them, in one pass."""
    from django.db import connection, transaction

    names = {"top": top, "communes": COMMUNES, "hamlets": HAMLETS, "people": PEOPLE, "now": NOW.isoformat()}
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL synchronous_commit = off")
        cursor.execute(SECONDARY)
        indexes = cursor.fetchall()
        for name, _definition in indexes:
            cursor.execute(f"DROP INDEX {name}")
        cursor.execute(FILL.format(**names))
        for _name, definition in indexes:
            cursor.execute(definition)
        cursor.execute("SELECT setval(pg_get_serial_sequence('audience_person', 'id'), %s)", [PEOPLE])
        cursor.execute("ANALYZE audience_person, audience_address, audience_consent, audience_suppression")
        cursor.execute("SELECT audience_rebuild_standing()")
    with connection.cursor() as cursor:
        cursor.execute(
            "VACUUM ANALYZE audience_person, audience_address, audience_consent, audience_suppression,"
            " audience_groupmembership, audience_standing, audience_cell, audience_tally,"
            " audience_grouptally"
        )


def sent() -> int:
    """One broadcast that went out to every tenth contact, nine of ten delivered; returns its id."""
    from django.apps import apps
    from django.db import connection, transaction

    broadcast = apps.get_model("outreach", "Broadcast")
    if found := broadcast.objects.values_list("pk", flat=True).first():
        return int(found)
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute("SET LOCAL session_replication_role = replica")
        row = broadcast.objects.create(
            id=1, version_id=1, title="Đo", unit_id=1, agency_id=1, purpose="policy_news", channels=["sms"],
            state="done", audience_count=PEOPLE // 10, expires_at=NOW, created_at=NOW, released_at=NOW, month=MONTH,
        )  # fmt: skip
        cursor.execute("SELECT outreach_partition(%s)", [MONTH])
        cursor.execute(SENT, [MONTH])
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE outreach_delivery, outreach_broadcast")
    return int(row.pk)


def cases(top: int, broadcast: int) -> "dict[str, Criteria]":
    """What is counted, by name."""
    from lantoa.audience.criteria import Criteria

    some = tuple(range(top + 1, top + 11))
    return {
        "everybody": Criteria(units=(top,)),
        "one_commune": Criteria(units=(top + 3,)),
        "one_group": Criteria(units=(top,), any_groups=("poor",)),
        "narrow": Criteria(units=some, any_groups=("poor",), languages=("km",), channels=("zalo",)),
        "two_groups": Criteria(units=some, any_groups=("poor", "near_poor")),
        "past_reach": Criteria.from_json(
            {"units": [*some], "past_reach": {"was": "reached", "by": "broadcast", "of": broadcast}}
        ),
        "past_reach_of_all": Criteria.from_json(
            {"units": [top], "past_reach": {"was": "not_reached", "by": "broadcast", "of": broadcast}}
        ),
    }


PLAIN = """
WITH people AS MATERIALIZED ({people}),
reach AS MATERIALIZED (
    SELECT DISTINCT r.person_id, r.channel FROM audience_reach r JOIN people USING (person_id) WHERE r.purpose = %s)
SELECT (SELECT count(*) FROM people), (SELECT count(DISTINCT person_id) FROM reach)
"""


def plain(criteria: "Criteria") -> tuple[int, int]:
    """People and reachable as the release's own query finds them, over people, addresses and consents."""
    from django.db import connection

    from lantoa.audience.selectors import people_sql

    inner, params = people_sql(criteria)
    with connection.cursor() as cursor:
        cursor.execute(PLAIN.format(people=inner), [*params, criteria.purpose])
        people, reachable = cursor.fetchone()
        return int(people), int(reachable)


def cold() -> None:
    """A new connection, and nothing in PostgreSQL's own cache (its files stay in the system's)."""
    from django.db import connection

    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_buffercache")
        cursor.execute("SELECT pg_buffercache_evict_all()")


def clocked[R](call: Callable[[], R]) -> tuple[int, R]:
    """Milliseconds, and what was answered."""
    started = time.perf_counter()
    answer = call()
    return round((time.perf_counter() - started) * 1000), answer


def measure(criteria: "Criteria") -> dict[str, float]:
    """One audience: cold, warm, and the plain count beside them; both counts must agree."""
    from lantoa.audience.selectors import size

    cold()
    first, found = clocked(lambda: size(criteria))
    warm = statistics.median(clocked(lambda: size(criteria))[0] for _n in range(5))
    slow, counted = clocked(lambda: plain(criteria))
    assert counted == (found.people, found.reachable), (counted, found)
    return {"cold_ms": first, "warm_ms": warm, "plain_ms": slow, "people": found.people,
            "plain_over_cold": round(slow / max(first, 1), 1)}  # fmt: skip


def main() -> None:
    """Fill, count, print."""
    started = time.monotonic()
    filled = prepare()
    from lantoa.territory.models import Unit

    if not filled:
        fill(units())
    top = Unit.objects.order_by("pk").values_list("pk", flat=True)[0]
    wanted = cases(top, sent())
    ready = round(time.monotonic() - started)
    figures = {name: measure(criteria) for name, criteria in wanted.items()}
    load = os.getloadavg()[0]
    if not KEEP:
        from django.db import connection

        connection.close()
        psql(f"DROP DATABASE {DATABASE}")
    print(json.dumps({"bench": "segments", "contacts": PEOPLE, "ready_s": ready, "load": round(load, 1), **figures}))


if __name__ == "__main__":
    main()
