"""What other rooms and pages read of the territory: units on a date, their subtrees, what became of them.

Units are public facts: nothing here hides a row. A date is always named, because every name, code and parent is dated.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lantoa.kernel import prepared
from lantoa.kernel.errors import LantoaError
from lantoa.territory.enums import COMMUNE_LEVEL, DISTRICT_LEVEL, GSO, HAMLET_LEVEL
from lantoa.territory.models import (
    Designation,
    Disagreement,
    ImportRun,
    Unit,
    UnitClosure,
    UnitCode,
    UnitLineage,
    UnitVersion,
)


class UnknownUnit(LantoaError):
    """No unit bears this code on this date."""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as lists show it on a date."""

    id: int
    name: str
    kind: str
    level: int
    parent_id: int | None
    code: str
    lat: float | None
    lon: float | None


@dataclass(slots=True)
class Branch:
    """A unit on a date with the units directly under it, in dictionary order."""

    unit: UnitRow
    children: "list[Branch]" = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many units of each rank a province has on a date."""

    districts: int
    communes: int
    hamlets: int


# One unit


def version_on(unit_id: int, on: date) -> UnitVersion | None:
    """What the unit was on that day; None when it did not exist."""
    return next(iter(prepared.objects(_as_on, on, told=(unit_id,))), None)


def _as_on(on: date, unit_id: int) -> Any:
    return UnitVersion.objects.filter(unit_id=unit_id, valid__contains=on)


def unit_by_code(code: str, *, on: date, scheme: str = GSO) -> Unit:
    """The one unit that bore this code on that day; raises `UnknownUnit`. The same code may mean another unit on
    another day."""
    found = prepared.objects(_bearing, scheme, on, told=(code,))
    if not found:
        raise UnknownUnit(
            _("No unit bears the code %(code)s on %(day)s.") % {"code": code, "day": on.strftime("%d/%m/%Y")}
        )
    unit: Unit = found[0].unit
    return unit


def _bearing(scheme: str, on: date, code: str) -> Any:
    return UnitCode.objects.filter(scheme=scheme, code=code, valid__contains=on).select_related("unit")


def bearers(code: str, scheme: str = GSO) -> list[UnitCode]:
    """Every unit that ever bore this code, the first first."""
    return list(UnitCode.objects.filter(scheme=scheme, code=code).order_by("valid"))


def province(code: str, on: date) -> Unit:
    """The province that bore this code on that day; raises `UnknownUnit`."""
    return unit_by_code(code, on=on)


def code_on(unit_id: int, on: date, scheme: str = GSO) -> str:
    """The unit's code on that day, or an empty text."""
    found = UnitCode.objects.filter(unit_id=unit_id, scheme=scheme, valid__contains=on).values_list("code", flat=True)
    return found.first() or ""


def names_on(ids: Iterable[int], on: date) -> dict[int, str]:
    """Unit id → name on that day; a unit that had ended keeps its last name, one not yet begun its first. One query."""
    rows = (
        UnitVersion.objects.filter(unit_id__in=ids if isinstance(ids, QuerySet) else list(ids))
        .annotate(apart=RawSQL("CASE WHEN valid @> %s THEN 0 WHEN upper(valid) <= %s THEN 1 ELSE 2 END", (on, on)))
        .order_by("unit_id", "-apart", "valid")
        .values_list("unit_id", "name")
    )
    return dict(rows)


def history(unit_id: int) -> list[UnitVersion]:
    """All versions of the unit, the oldest first, with parents."""
    return list(UnitVersion.objects.filter(unit_id=unit_id).order_by("valid"))


def designations_of(unit_ids: Iterable[int], on: date) -> list[Designation]:
    """The designations in force on that day for these units."""
    return list(Designation.objects.filter(unit_id__in=list(unit_ids), valid__contains=on))


def statuses_of(unit_id: int, on: date) -> list[str]:
    """The kinds of `designations_of` one unit."""
    return [kind for (kind,) in prepared.rows(_statuses, on, told=(unit_id,))]


def _statuses(on: date, unit_id: int) -> Any:
    return Designation.objects.filter(unit_id=unit_id, valid__contains=on).values_list("kind")


def all_designations(unit_id: int) -> list[Designation]:
    """Every status the unit ever held, the newest first."""
    return list(Designation.objects.filter(unit_id=unit_id).order_by("-valid"))


def codes_of(unit_id: int) -> list[UnitCode]:
    """Every code the unit ever bore, the first first."""
    return list(UnitCode.objects.filter(unit_id=unit_id).order_by("valid"))


# Many units


def subtree_ids(unit_id: int, *, on: date) -> "QuerySet[Unit, int]":
    """Ids of the unit and all under it on that day, as a subquery."""
    inside = UnitClosure.objects.filter(ancestor_id=unit_id, valid__contains=on).values("descendant_id")
    return Unit.objects.filter(pk__in=inside).values_list("pk", flat=True)


def reach_ids(unit_id: int, *, on: date) -> "QuerySet[Unit, int]":
    """`subtree_ids` and every predecessor of those units, as a subquery: who holds a post at a successor sees what
    was addressed to a unit that is gone."""
    reach = RawSQL("SELECT territory_reach(%s, %s)", (unit_id, on))
    return Unit.objects.filter(pk__in=reach).values_list("pk", flat=True)


def reach_of(unit_ids: Sequence[int], *, on: date) -> list[int]:
    """`reach_ids` of several units together, as ids; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT territory_reach(unnest(%s::bigint[]), %s)", [list(unit_ids), on])
        return [row[0] for row in cursor.fetchall()]


def above_ids(unit_id: int, *, on: date) -> "QuerySet[Unit, int]":
    """Ids of the unit and all above it on that day, as a subquery: whose plans and decisions reach down to it."""
    above = UnitClosure.objects.filter(descendant_id=unit_id, valid__contains=on).values("ancestor_id")
    return Unit.objects.filter(pk__in=above).values_list("pk", flat=True)


def around(unit_id: int, *, on: date) -> tuple[list[int], list[int]]:
    """`above_ids` and `reach_of` of a unit, as ids in order; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT true, ancestor_id FROM territory_unitclosure WHERE descendant_id = %s AND valid @> %s::date"
            " UNION SELECT false, territory_reach(%s, %s) ORDER BY 2",
            [unit_id, on, unit_id, on],
        )
        found = cursor.fetchall()
    return [pk for above, pk in found if above], [pk for above, pk in found if not above]


def nearest_first(unit_id: int, *, on: date) -> list[int]:
    """Where to look, one after another, for who answers on that day for a unit of any day: itself, or its successor
    when there is exactly one, then the units above, the lowest first; one query."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT heirs.number, c.ancestor_id FROM (SELECT count(*) AS number, min(unit_id) AS first"
            " FROM territory_successors(ARRAY[%s::bigint], %s)) heirs JOIN territory_unitclosure c"
            " ON c.descendant_id = heirs.first AND c.valid @> %s::date ORDER BY c.depth",
            [unit_id, on, on],
        )
        found = cursor.fetchall()
    alone = bool(found) and found[0][0] == 1
    return [pk for _number, pk in found] if alone else [unit_id, *(pk for _number, pk in found[1:])]


def ancestors(unit_id: int, *, on: date) -> list[UnitRow]:
    """The units above this one on that day, the highest first."""
    above = UnitClosure.objects.filter(descendant_id=unit_id, depth__gt=0, valid__contains=on)
    depth = above.filter(ancestor_id=OuterRef("unit_id")).values("depth")[:1]
    versions = UnitVersion.objects.filter(unit_id__in=above.values("ancestor_id")).annotate(depth=Subquery(depth))
    return rows_of(versions.order_by("-depth"), on)


def children(unit_id: int, *, on: date) -> list[UnitRow]:
    """The units directly under this one on that day, in dictionary order."""
    return rows_of(UnitVersion.objects.filter(parent_id=unit_id), on)


def communes(province_id: int, on: date) -> list[UnitRow]:
    """The commune-level units of a province on that day, in dictionary order."""
    return rows_of(UnitVersion.objects.filter(level=COMMUNE_LEVEL, unit_id__in=subtree_ids(province_id, on=on)), on)


def former_communes(ids: Iterable[int], on: date) -> list[tuple[int, str, date]]:
    """Those of these units that were communes and had ended by that day: id, last name, first day without them."""
    gone = UnitVersion.objects.filter(level=COMMUNE_LEVEL, unit_id__in=ids, valid__endswith__lte=on)
    gone = gone.exclude(unit_id__in=UnitVersion.objects.filter(valid__endswith__gt=on).values("unit_id"))
    gone = gone.exclude(unit_id__in=UnitVersion.objects.filter(valid__upper_inf=True).values("unit_id"))
    last = {row.unit_id: row for row in gone.order_by("unit_id", "valid")}
    rows = sorted(last.values(), key=lambda row: row.sort_key)
    return [(row.unit_id, row.name, row.valid.upper) for row in rows]


def rows_on(ids: Iterable[int], on: date) -> list[UnitRow]:
    """These units as they were on that day, in dictionary order."""
    return rows_of(UnitVersion.objects.filter(unit_id__in=list(ids)), on)


def tree(on: date, *, root_id: int | None = None) -> list[Branch]:
    """All units of that day (or those under a root) as branches; two queries whatever the size."""
    versions = UnitVersion.objects.all()
    if root_id is not None:
        versions = versions.filter(unit_id__in=subtree_ids(root_id, on=on))
    branches = {row.id: Branch(row) for row in rows_of(versions, on)}
    tops: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id or 0)
        (above.children if above else tops).append(branch)
    return tops


def provinces(on: date) -> list[UnitRow]:
    """The units without a parent on that day, in dictionary order."""
    return rows_of(UnitVersion.objects.filter(parent=None), on)


def count(province_id: int, on: date) -> Counts:
    """How many districts, communes and hamlets lie in the province on that day."""
    levels = list(
        UnitVersion.objects.filter(unit_id__in=subtree_ids(province_id, on=on), valid__contains=on)
        .order_by()
        .values_list("level", flat=True)
    )
    return Counts(levels.count(DISTRICT_LEVEL), levels.count(COMMUNE_LEVEL), levels.count(HAMLET_LEVEL))


# What became of it


def successors(unit_id: int, on: date) -> list[Unit]:
    """The units of that day that hold what this unit held: itself while it lives, its heirs once it is gone."""
    return list(Unit.objects.filter(pk__in=successors_of([unit_id], on)[unit_id]).order_by("pk"))


def successors_of(unit_ids: Sequence[int], on: date) -> dict[int, list[int]]:
    """`successors` for many units at once: unit id → ids of that day; one query."""
    found: dict[int, list[int]] = {unit_id: [] for unit_id in unit_ids}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT root_id, unit_id FROM territory_successors(%s::bigint[], %s) ORDER BY 1, 2", [list(unit_ids), on]
        )
        for root_id, unit_id in cursor.fetchall():
            found[root_id].append(unit_id)
    return found


def became(unit_id: int) -> list[UnitLineage]:
    """The threads that lead onward from this unit, with their events, in time order."""
    return list(UnitLineage.objects.filter(from_unit_id=unit_id).select_related("event").order_by("event__on", "id"))


def came_from(unit_id: int) -> "QuerySet[UnitLineage, UnitLineage]":
    """The threads that lead to this unit, with their events, in time order."""
    return UnitLineage.objects.filter(to_unit_id=unit_id).select_related("event").order_by("event__on", "id")


def ends_of(unit_ids: Iterable[int]) -> dict[int, date | None]:
    """Unit id → the first day on which it exists no more; None while it lives."""
    versions = UnitVersion.objects.filter(unit_id__in=list(unit_ids)).order_by("valid")
    return {unit_id: valid.upper for unit_id, valid in versions.values_list("unit_id", "valid")}


def starts_of(unit_ids: Iterable[int], on: date) -> dict[int, date]:
    """Unit id → the day since which it is what it is on that day (name, kind and parent)."""
    versions = UnitVersion.objects.filter(unit_id__in=list(unit_ids), valid__contains=on)
    return {unit_id: valid.lower for unit_id, valid in versions.values_list("unit_id", "valid")}


# Imports


def runs() -> list[ImportRun]:
    """The imports so far, the newest first, each with `doubts`, how many things its sources left open."""
    return list(ImportRun.objects.annotate(doubts=Count("disagreements")).select_related("by"))


def doubts_of(run_id: int) -> list[Disagreement]:
    """What the sources of one import left open or told differently."""
    return list(Disagreement.objects.filter(run_id=run_id))


def rows_of(versions: QuerySet[UnitVersion], on: date) -> list[UnitRow]:
    """These versions as lists show them on that day, in dictionary order; a slice is taken as it is."""
    if not versions.query.is_sliced:
        versions = versions.filter(valid__contains=on)
    code = UnitCode.objects.filter(scheme=GSO, valid__contains=on, unit_id=OuterRef("unit_id")).values("code")[:1]
    coded = versions.annotate(code=Coalesce(Subquery(code), Value("")))
    fields = ("unit_id", "name", "kind", "level", "parent_id", "code", "lat", "lon")
    return [UnitRow(*row) for row in coded.values_list(*fields)]
