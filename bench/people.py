"""People by the million, plainly nobody (see audience/services/samples.py), made by a few statements in SQL."""

from collections.abc import Sequence

import psycopg
from django.conf import settings
from psycopg import Connection

import bench.house  # noqa: F401  (sets Django up before the rooms are imported)
from lantoa.audience.addresses import _key, digest

VALUES = {
    "sms": "'840' || lpad(n::text, 8, '0')",
    "bulk": "'840' || lpad(n::text, 8, '0')",
    "email": "'nguoi-nhan-mau-' || lpad(n::text, 8, '0') || '@lantoa.example'",
}
"""Numbers that cannot ring, addresses that cannot arrive."""
NAME = "'Người nhận mẫu ' || lpad(n::text, 8, '0')"

_PEOPLE = """
INSERT INTO audience_person (id, public_id, unit_id, hamlet_id, language, preferred_channel, source, legal_basis,
    created_at)
SELECT n, gen_random_uuid(), (%(units)s::bigint[])[1 + n %% cardinality(%(units)s::bigint[])], NULL, 'vi', NULL,
    'sample', 'sample data, no person', now()
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
_NAMES = f"""
INSERT INTO audience_vault_name (person_id, name)
SELECT n, {NAME} FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
# HMAC-SHA256 (RFC 2104) in PostgreSQL's own functions: the very digest that audience.addresses makes.
_ADDRESSES = """
INSERT INTO audience_address (id, person_id, channel, value, digest, usable, verified_at)
SELECT n, n, %(channel)s, value,
    encode(sha256(%(outer)s::bytea || sha256(%(inner)s::bytea || convert_to(value, 'UTF8'))), 'hex'), true, now()
FROM (SELECT n, {value} AS value FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n) AS one
"""
_EVENTS = """
INSERT INTO audience_consentevent (id, person_id, purpose, channel, kind, at, wording_id, means, proof)
SELECT n, n, 'policy_news', %(channel)s, 'given', now(), (SELECT min(id) FROM audience_consentwording
    WHERE purpose = 'policy_news' AND language = 'vi'), 'sample', '{"sample": true}'
FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
_CONSENTS = """
INSERT INTO audience_consent (person_id, purpose, channel, given, at, event_id)
SELECT n, 'policy_news', %(channel)s, true, now(), n FROM generate_series(%(first)s::bigint, %(last)s::bigint) AS n
"""
_SEQUENCES = """
SELECT setval(pg_get_serial_sequence(name, 'id'), greatest(%s, 1))
FROM unnest(ARRAY['audience_person', 'audience_address', 'audience_consentevent']) AS name
"""
TABLES = "audience_person, audience_vault_name, audience_address, audience_consentevent, audience_consent"


def generate(url: str, *, channel: str, first: int, last: int, units: Sequence[int]) -> None:
    """Make people `first` to `last`, spread over the units, each with one address of the channel, agreed to.

    Written as a replica writes: the triggers that fold and guard row by row rest, and their result is written at once.
    """
    outer, inner = _pads(channel)
    values = {
        "first": first, "last": last, "channel": channel, "units": list(units), "outer": outer, "inner": inner
    }  # fmt: skip
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")
        for statement in (_PEOPLE, _NAMES, _ADDRESSES.replace("{value}", VALUES[channel]), _EVENTS, _CONSENTS):
            connection.execute(statement, values)  # type: ignore[arg-type]
        _check(connection, channel, last)


def refresh(url: str, *, last: int) -> None:
    """Tell the sequences and the planner of everybody made, `last` being the highest number."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_SEQUENCES, [last])
        connection.execute(f"VACUUM (ANALYZE) {TABLES}")  # type: ignore[arg-type]


def _pads(channel: str) -> tuple[bytes, bytes]:
    """The outer and the inner block of HMAC with the house's key, the inner with the channel's name behind it."""
    key = _key(settings.LANTOA_SECRET_KEYS[-1]).ljust(64, b"\0")
    return bytes(byte ^ 0x5C for byte in key), bytes(byte ^ 0x36 for byte in key) + f"{channel}\x1f".encode()


def _check(connection: Connection, channel: str, number: int) -> None:
    """The last address must be found by the house's own digest."""
    row = connection.execute("SELECT value, digest FROM audience_address WHERE id = %s", [number]).fetchone()
    assert row is not None
    assert row[1] == digest(channel, row[0]), "people are not made as the house makes them"
