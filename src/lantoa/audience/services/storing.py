"""People into the database by the thousand: ids drawn once, then one COPY a table."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb
from psycopg.types.range import DateRange

from lantoa.audience.addresses import digest
from lantoa.audience.enums import ConsentKind


@dataclass(frozen=True, slots=True)
class Agreement:
    """One thing a contact said: purpose, channel, and whether yes."""

    purpose: str
    channel: str
    wording_id: int
    given: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """One new person, complete: addresses normalised, group ids known, every agreement with its proof."""

    unit_id: int
    hamlet_id: int | None = None
    name: str
    language: str
    preferred_channel: str | None = None
    addresses: Sequence[tuple[str, str]]
    groups: Sequence[int] = ()
    source: str
    legal_basis: str
    agreements: Sequence[Agreement]
    said_at: datetime
    means: str
    proof: dict[str, Any] = field(default_factory=dict)


def store_contacts(contacts: Sequence[Contact], *, at: datetime, since: date, operator_id: int | None) -> list[int]:
    """Write the contacts and return their person ids in order; the caller holds the transaction.

    The consent trigger folds all events of the COPY in one statement. Groups come last, when everybody stands where
    they will, so that each is added up once. A name or address of an erased person cannot come in here, because every
    person is new.
    """
    ids = _draw_ids(len(contacts))
    people = list(zip(ids, contacts, strict=True))
    _copy(
        "audience_person (id, public_id, unit_id, hamlet_id, language, preferred_channel, source, legal_basis,"
        " created_at)",
        (
            (pk, uuid.uuid4(), c.unit_id, c.hamlet_id, c.language, c.preferred_channel, c.source, c.legal_basis, at)
            for pk, c in people
        ),
    )
    _copy("audience_vault_name (person_id, name)", ((pk, c.name) for pk, c in people if c.name))
    _copy(
        "audience_address (person_id, channel, value, digest, usable, verified_at)",
        ((pk, channel, value, digest(channel, value), True, at) for pk, c in people for channel, value in c.addresses),
    )
    _copy(
        "audience_consentevent (person_id, purpose, channel, kind, at, wording_id, means, proof, operator_id)",
        (
            (pk, a.purpose, a.channel, _kind(a), c.said_at, a.wording_id, c.means, Jsonb(c.proof), operator_id)
            for pk, c in people
            for a in c.agreements
        ),
    )
    _copy(
        "audience_groupmembership (person_id, group_id, valid, source)",
        ((pk, group, DateRange(since, None), c.source) for pk, c in people for group in c.groups),
    )
    return ids


def refresh_statistics() -> None:
    """Add up what a bulk load left in steps, and tell the planner what changed: it must not plan for empty tables."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audience_fold_tally()")
        cursor.execute(
            "ANALYZE audience_person, audience_address, audience_consent, audience_groupmembership,"
            " audience_vault_name, audience_standing, audience_cell, audience_tally, audience_grouptally"
        )


def _kind(agreement: Agreement) -> str:
    return (ConsentKind.GIVEN if agreement.given else ConsentKind.WITHDRAWN).value


def _draw_ids(count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('audience_person', 'id')) FROM generate_series(1, %s)", [count]
        )
        return [row[0] for row in cursor.fetchall()]


def _copy(target: str, rows: Iterable[Sequence[Any]]) -> None:
    with connection.cursor() as cursor, cursor.copy(f"COPY {target} FROM STDIN") as copy:
        for row in rows:
            copy.write_row(row)
