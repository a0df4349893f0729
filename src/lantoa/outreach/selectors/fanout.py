"""Who would get what: the one SELECT behind the forecast and the release, so that both say the same."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.utils import timezone

from lantoa.audience.criteria import Criteria
from lantoa.audience.enums import Language
from lantoa.audience.selectors import people
from lantoa.outreach.enums import Reason
from lantoa.outreach.models import Broadcast, Delivery
from lantoa.outreach.texts import channels_of, text_for

LONG_NAME = "Nguyễn Thị Hoàng Phương Thảo Nguyên Mai"
"""Forty letters: no name in a list we know of costs more, so a budget planned with it is not overdrawn."""

type Query = tuple[str, tuple[Any, ...]]

_CHOICE = """
WITH people AS MATERIALIZED ({people}),
{sent}form AS (
    SELECT * FROM unnest(%(kinds)s::text[], %(languages)s::text[], %(written)s::text[], %(units)s::int[])
        AS t(channel, language, written, units)
),
best AS MATERIALIZED (
    SELECT DISTINCT ON (p.person_id) p.person_id, r.address_id, r.channel, r.digest
    FROM people p JOIN audience_reach r ON r.person_id = p.person_id
    WHERE r.purpose = %(purpose)s AND r.channel = ANY(%(channels)s){unused}
    ORDER BY p.person_id, r.preference <> 0, array_position(%(channels)s::text[], r.channel::text), r.preference,
        r.address_id
),
-- a phone in several hands: the first of them gets it
shared AS (
    SELECT channel, digest, min(person_id) AS person_id FROM best GROUP BY channel, digest HAVING count(*) > 1
)
SELECT %(broadcast)s::bigint, %(version)s::bigint, %(month)s::int, p.person_id,
    CASE WHEN h.person_id IS NULL OR h.person_id = p.person_id THEN c.address_id END, p.unit_id, p.hamlet_id,
    coalesce(c.channel, 'none') AS channel, coalesce(f.written, '') AS language,
    CASE WHEN c.person_id IS NOT NULL AND (h.person_id IS NULL OR h.person_id = p.person_id)
        THEN 'pending' ELSE 'suppressed' END,
    CASE WHEN c.person_id IS NOT NULL THEN CASE WHEN h.person_id <> p.person_id THEN 'shared_address' ELSE '' END
        {got}WHEN EXISTS (SELECT 1 FROM audience_address a WHERE a.person_id = p.person_id AND a.usable
            AND a.erased_at IS NULL AND a.channel = ANY(%(channels)s)) THEN 'no_consent'
        ELSE 'no_channel' END AS reason, coalesce(f.units, 1) AS units
FROM people p LEFT JOIN best c ON c.person_id = p.person_id
LEFT JOIN shared h ON h.channel = c.channel AND h.digest = c.digest
LEFT JOIN form f ON f.channel = c.channel AND f.language = p.language{joined}
"""
# Whom an earlier broadcast of the same wording reached, and which addresses it used: only asked where there was one.
_AGAIN = {
    "{sent}": """sent AS MATERIALIZED (
    SELECT d.person_id, bool_or(d.state IN ('pending', 'unknown', 'accepted', 'delivered', 'read')) AS got,
        array_agg(d.address_id) AS used
    FROM outreach_delivery d WHERE d.month = %(month)s AND d.version_id = %(version)s GROUP BY d.person_id
),
""",
    "{unused}": """ AND NOT EXISTS (
        SELECT 1 FROM sent s WHERE s.person_id = p.person_id AND (s.got OR r.address_id = ANY(s.used)))""",
    "{got}": "WHEN s.got THEN 'already_sent' ",
    "{joined}": "\nLEFT JOIN sent s ON s.person_id = p.person_id",
}
_FIRST = dict.fromkeys(_AGAIN, "")
COLUMNS = (
    "broadcast_id, version_id, month, person_id, address_id, unit_id, hamlet_id, channel, language, state, reason,"
    " units"
)
"""The columns of `choice_sql`, in its order."""


def choice_sql(row: Broadcast, *, at: datetime) -> tuple[str, dict[str, Any]] | None:
    """One SELECT with a row for each person of the audience: the best address not yet used for this version, or why
    there is none; named parameters. None when the audience is empty by its criteria."""
    if not row.channels:  # it is put at outlets only and sent to nobody
        return None
    found = missed_sql(row) if row.parent_id else audience_sql(row, at)
    if found is None:
        return None
    sql, params = found
    names = {f"people_{number}": value for number, value in enumerate(params)}
    values = {
        "broadcast": row.pk,
        "version": row.version_id,
        "purpose": row.purpose,
        "channels": row.channels,
        "month": row.month,
    }
    choice = _CHOICE
    for place, part in (_AGAIN if _sent_before(row) else _FIRST).items():
        choice = choice.replace(place, part)
    return choice.replace("{people}", named(sql, list(names))), names | values | _forms(row)


def _sent_before(row: Broadcast) -> bool:
    """Whether an earlier release of this wording made deliveries. Releases of one wording queue, so it stays true."""
    return Delivery.objects.filter(month=row.month, version=row.version_id).exists()


def _forms(row: Broadcast) -> dict[str, Any]:
    """For each channel and reader's language: the language of the form they get, and its cost units; a name is reckoned
    as a long one."""
    content = row.version.content
    pairs = [(kind, code) for kind in row.channels for code in Language.values if kind in channels_of(content)]
    forms = [text_for(content, kind, code) for kind, code in pairs]
    return {
        "kinds": [kind for kind, _code in pairs],
        "languages": [code for _kind, code in pairs],
        "written": [form.language for form in forms],
        "units": [form.for_person(LONG_NAME, "").units for form in forms],
    }


def named(sql: str, names: list[str]) -> str:
    """The same SELECT with its positional parameters named, so that it can stand inside a named statement."""
    parts = sql.split("%s")
    places = [f"%({name})s" for name in names] + [""]
    return "".join(part + place for part, place in zip(parts, places, strict=True))


def audience_sql(row: Broadcast, at: datetime) -> Query | None:
    """The frozen criteria as a SELECT of person, unit, hamlet and language."""
    found = people(Criteria.from_json(row.criteria), purpose=row.purpose, today=timezone.localdate(at))
    try:
        sql, params = found.values_list("pk", "unit_id", "hamlet_id", "language").query.sql_with_params()
    except EmptyResultSet:
        return None
    return f"SELECT * FROM ({sql}) AS one(person_id, unit_id, hamlet_id, language)", params  # noqa: S608


_MISSED = """
SELECT DISTINCT d.person_id, d.unit_id, d.hamlet_id, r.language
FROM outreach_delivery d JOIN audience_reach r ON r.person_id = d.person_id AND r.purpose = %s
WHERE d.broadcast_id = %s AND NOT d.moved_on AND r.channel = ANY(%s) AND d.state IN ('failed', 'expired', 'suppressed')
    AND d.reason <> ALL(%s)
    AND NOT EXISTS (
        SELECT 1 FROM outreach_delivery e WHERE e.version_id = d.version_id AND e.person_id = d.person_id
            AND (e.address_id = r.address_id
                OR e.state IN ('pending', 'unknown', 'accepted', 'delivered', 'read')))
"""
NOT_AGAIN = [Reason.ALREADY_SENT, Reason.SHARED_ADDRESS, Reason.CANCELLED]
"""Not missed: these people, or the house they live in, have the message, or an officer stopped it."""


def missed_sql(row: Broadcast) -> Query:
    """Those whom the parent did not reach and who agreed to another address on these channels."""
    return _MISSED, (row.purpose, row.parent_id, row.channels, [reason.value for reason in NOT_AGAIN])


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a release would do now: people, messages and cost units by channel, and who would get nothing and why."""

    audience: int
    by_channel: dict[str, int]
    units: dict[str, int]
    held_back: dict[Reason, int]

    @property
    def messages(self) -> int:
        """How many would be sent to."""
        return sum(self.by_channel.values())


def forecast(row: Broadcast, *, at: datetime) -> Forecast:
    """Count what a release at this moment would make, in one query."""
    found = choice_sql(row, at=at)
    counts: list[tuple[str, str, int, int]] = []
    if found is not None:
        sql, values = found
        with connection.cursor() as cursor:
            counted = f"SELECT channel, reason, count(*), sum(units) FROM ({sql}) AS one GROUP BY 1, 2"  # noqa: S608
            cursor.execute(counted, values)
            counts = cursor.fetchall()
    by_channel: dict[str, int] = {}
    units: dict[str, int] = {}
    held_back: dict[Reason, int] = {}
    for channel, reason, count, cost in counts:
        if reason:
            held_back[Reason(reason)] = held_back.get(Reason(reason), 0) + count
        else:
            by_channel[channel] = by_channel.get(channel, 0) + count
            units[channel] = units.get(channel, 0) + int(cost)
    return Forecast(sum(one[2] for one in counts), by_channel, units, held_back)
