"""Figures of the audience as a whole: never a person, never a cell that points at one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from lantoa.audience.models import AudienceGroup, Cell, ConsentEvent, ConsentWording, Person
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


_OVERVIEW = """
WITH cell AS MATERIALIZED ({cells}),
counted AS MATERIALIZED (
    SELECT c.unit_id, c.reach, sum(t.people) AS people FROM cell c JOIN audience_tally t ON t.cell_id = c.id
    GROUP BY c.unit_id, c.reach HAVING sum(t.people) <> 0)
SELECT 'people', unit_id::text, sum(people) FROM counted GROUP BY unit_id
UNION ALL SELECT 'reachable', unit_id::text, sum(people) FROM counted WHERE reach <> '{{}}' GROUP BY unit_id
UNION ALL SELECT 'channel', channel, sum(people) FROM counted CROSS JOIN LATERAL (
    SELECT DISTINCT split_part(one, ':', 2) AS channel FROM unnest(reach) one) own GROUP BY channel
UNION ALL SELECT 'group', g.group_id::text, sum(g.people) FROM audience_grouptally g JOIN cell c ON c.id = g.cell_id
WHERE g.days @> %s::date GROUP BY g.group_id
UNION ALL SELECT 'erased', '', count(*) FROM ({erased}) gone
"""


def overview(user: User) -> Overview:
    """The audience within the user's units, exact now, from what triggers add up; small cells of sensitive groups
    withheld."""
    require(user, VIEW_AUDIENCE)
    cells, params = _mine(Cell.objects.values("id", "unit_id", "reach"), user, "unit_id")
    erased, more = _mine(Person.objects.filter(erased_at__isnull=False).values("pk"), user, "unit")
    with connection.cursor() as cursor:
        cursor.execute(_OVERVIEW.format(cells=cells, erased=erased), [*params, clock.today(), *more])
        rows = cursor.fetchall()
    parts: dict[str, dict[str, int]] = {"people": {}, "reachable": {}, "channel": {}, "group": {}, "erased": {}}
    for kind, key, count in rows:
        parts[kind][key] = int(count)
    return Overview(
        people=sum(parts["people"].values()),
        reachable=sum(parts["reachable"].values()),
        erased=sum(parts["erased"].values()),
        by_channel=parts["channel"],
        groups=[
            GroupCount(group, shown(parts["group"].get(str(group.pk), 0), sensitive=group.sensitive))
            for group in AudienceGroup.objects.all()
        ],
        units=sorted(
            (UnitCount(int(unit), count, parts["reachable"].get(unit, 0)) for unit, count in parts["people"].items()),
            key=lambda unit: -unit.people,
        ),
    )


def _mine(rows: "QuerySet[Any, Any]", user: User, unit_path: str) -> tuple[str, tuple[Any, ...]]:
    mine = visible_to(rows, user, permission=VIEW_AUDIENCE, unit_path=unit_path)
    sql, params = mine.order_by().query.sql_with_params()
    return sql, params


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
