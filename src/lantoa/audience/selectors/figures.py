"""Figures of the audience as a whole: never a person, never a cell that points at one."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from lantoa.audience.models import AudienceGroup, ConsentEvent, ConsentWording, Person
from lantoa.audience.rules import VIEW_AUDIENCE, VIEW_PEOPLE, shown
from lantoa.kernel import clock
from lantoa.kernel.access import require, visible_to
from lantoa.kernel.models import User


@dataclass(frozen=True, slots=True)
class GroupCount:
    """A group and how many people belong to it today; None: fewer than the minimum cell."""

    group: AudienceGroup
    people: int | None


@dataclass(frozen=True, slots=True)
class UnitCount:
    """A unit and its people: all, and those reachable on some channel."""

    unit_id: int
    people: int
    reachable: int


@dataclass(frozen=True, slots=True)
class Overview:
    """What the first page shows."""

    people: int
    reachable: int
    erased: int
    by_channel: dict[str, int]
    groups: Sequence[GroupCount]
    units: Sequence[UnitCount]


def _mine(user: User) -> "QuerySet[Person]":
    found: QuerySet[Person] = visible_to(Person.objects.all(), user, permission=VIEW_AUDIENCE, unit_path="unit")
    return found


_OVERVIEW = """
WITH units(place) AS MATERIALIZED ({units}),
reach AS MATERIALIZED (
    SELECT DISTINCT person_id, channel, unit_id FROM audience_reach WHERE unit_id IN (SELECT place FROM units))
SELECT 'people', unit_id::text, count(*) FILTER (WHERE erased_at IS NULL), count(*) FILTER (WHERE erased_at IS NOT NULL)
FROM audience_person WHERE unit_id IN (SELECT place FROM units) GROUP BY unit_id
UNION ALL SELECT 'reachable', unit_id::text, count(DISTINCT person_id), 0 FROM reach GROUP BY unit_id
UNION ALL SELECT 'channel', channel, count(*), 0 FROM reach GROUP BY channel
UNION ALL SELECT 'group', m.group_id::text, count(DISTINCT p.id), 0
FROM audience_person p JOIN audience_groupmembership m ON m.person_id = p.id AND m.valid @> %s::date
WHERE p.erased_at IS NULL AND p.unit_id IN (SELECT place FROM units) GROUP BY m.group_id
"""


def overview(user: User) -> Overview:
    """The audience within the user's units, in two queries; small cells of sensitive groups withheld."""
    require(user, VIEW_AUDIENCE)
    units, params = _mine(user).order_by().values("unit").distinct().query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_OVERVIEW.format(units=units), [*params, clock.today()])
        rows = cursor.fetchall()
    parts: dict[str, dict[str, int]] = {"people": {}, "reachable": {}, "channel": {}, "group": {}}
    for kind, key, count, _erased in rows:
        parts[kind][key] = count
    counts = [
        UnitCount(int(unit), count, parts["reachable"].get(unit, 0)) for unit, count in parts["people"].items() if count
    ]
    return Overview(
        people=sum(parts["people"].values()),
        reachable=sum(parts["reachable"].values()),
        erased=sum(erased for kind, _key, _count, erased in rows if kind == "people"),
        by_channel=parts["channel"],
        groups=[
            GroupCount(group, shown(parts["group"].get(str(group.pk), 0), sensitive=group.sensitive))
            for group in AudienceGroup.objects.all()
        ],
        units=sorted(counts, key=lambda unit: -unit.people),
    )


def consent_history(user: User, person: Person) -> QuerySet[ConsentEvent]:
    """What a person said, newest first, for staff who may see people of that unit."""
    require(user, VIEW_PEOPLE, unit_id=person.unit_id)
    found = ConsentEvent.objects.filter(person=person).select_related("wording", "operator")
    return found.order_by("-at", "-pk")


def current_wordings(language: str) -> dict[str, ConsentWording]:
    """The newest wording of each purpose in a language; Vietnamese where that language has none yet."""
    rows = ConsentWording.objects.filter(language__in={language, "vi"}).order_by("version")
    found: dict[str, ConsentWording] = {row.purpose: row for row in rows if row.language == "vi"}
    return found | {row.purpose: row for row in rows if row.language == language}
