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
WITH mine AS MATERIALIZED (SELECT id, unit_id, erased_at FROM audience_person WHERE id IN ({mine})),
reach AS MATERIALIZED (SELECT DISTINCT r.person_id, r.channel FROM audience_reach r JOIN mine ON mine.id = r.person_id)
SELECT 'people', NULL::text, count(*) FILTER (WHERE erased_at IS NULL), count(*) FILTER (WHERE erased_at IS NOT NULL)
FROM mine
UNION ALL SELECT 'reachable', NULL, count(DISTINCT person_id), 0 FROM reach
UNION ALL SELECT 'channel', channel, count(*), 0 FROM reach GROUP BY channel
UNION ALL SELECT 'unit', mine.unit_id::text, count(DISTINCT mine.id), count(DISTINCT reach.person_id)
FROM mine LEFT JOIN reach ON reach.person_id = mine.id WHERE mine.erased_at IS NULL GROUP BY mine.unit_id
UNION ALL SELECT 'group', m.group_id::text, count(DISTINCT mine.id), 0
FROM mine JOIN audience_groupmembership m ON m.person_id = mine.id AND m.valid @> %s::date
WHERE mine.erased_at IS NULL GROUP BY m.group_id
"""


def overview(user: User) -> Overview:
    """The audience within the user's units, in two queries; small cells of sensitive groups withheld."""
    require(user, VIEW_AUDIENCE)
    inner, params = _mine(user).values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_OVERVIEW.format(mine=inner), [*params, clock.today()])
        rows = cursor.fetchall()
    first = {kind: (count, other) for kind, key, count, other in rows if key is None}
    members = {int(key): count for kind, key, count, _other in rows if kind == "group"}
    units = [UnitCount(int(key), count, other) for kind, key, count, other in rows if kind == "unit"]
    return Overview(
        people=first["people"][0],
        reachable=first["reachable"][0],
        erased=first["people"][1],
        by_channel={key: count for kind, key, count, _other in rows if kind == "channel"},
        groups=[
            GroupCount(group, shown(members.get(group.pk, 0), sensitive=group.sensitive))
            for group in AudienceGroup.objects.all()
        ],
        units=sorted(units, key=lambda unit: -unit.people),
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
