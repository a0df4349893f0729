"""What other rooms and pages read of the territory: units on a date, their subtrees, what became of them.

Units are public facts: nothing here hides a row. A date is always named, because every name, code and parent is dated.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, F, QuerySet
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext as _

from lantoa.kernel.errors import LantoaError
from lantoa.kernel.text import fold, normalise
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
    return UnitVersion.objects.filter(unit_id=unit_id, valid__contains=on).first()


def unit_by_code(code: str, *, on: date, scheme: str = GSO) -> Unit:
    """The one unit that bore this code on that day; raises `UnknownUnit`. The same code may mean another unit on
    another day."""
    row = UnitCode.objects.filter(scheme=scheme, code=code, valid__contains=on).select_related("unit").first()
    if row is None:
        raise UnknownUnit(
            _("No unit bears the code %(code)s on %(day)s.") % {"code": code, "day": on.strftime("%d/%m/%Y")}
        )
    return row.unit


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


def above_ids(unit_id: int, *, on: date) -> "QuerySet[Unit, int]":
    """Ids of the unit and all above it on that day, as a subquery: whose plans and decisions reach down to it."""
    above = UnitClosure.objects.filter(descendant_id=unit_id, valid__contains=on).values("ancestor_id")
    return Unit.objects.filter(pk__in=above).values_list("pk", flat=True)


def ancestors(unit_id: int, *, on: date) -> list[UnitRow]:
    """The units above this one on that day, the highest first."""
    above = UnitClosure.objects.filter(descendant_id=unit_id, depth__gt=0, valid__contains=on)
    depths = dict(above.values_list("ancestor_id", "depth"))
    return sorted(_rows(UnitVersion.objects.filter(unit_id__in=depths), on), key=lambda row: -depths[row.id])


def children(unit_id: int, *, on: date) -> list[UnitRow]:
    """The units directly under this one on that day, in dictionary order."""
    return _rows(UnitVersion.objects.filter(parent_id=unit_id), on)


def communes(province_id: int, on: date) -> list[UnitRow]:
    """The commune-level units of a province on that day, in dictionary order."""
    return _rows(UnitVersion.objects.filter(level=COMMUNE_LEVEL, unit_id__in=subtree_ids(province_id, on=on)), on)


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
    return _rows(UnitVersion.objects.filter(unit_id__in=list(ids)), on)


def tree(on: date, *, root_id: int | None = None) -> list[Branch]:
    """All units of that day (or those under a root) as branches; two queries whatever the size."""
    versions = UnitVersion.objects.all()
    if root_id is not None:
        versions = versions.filter(unit_id__in=subtree_ids(root_id, on=on))
    branches = {row.id: Branch(row) for row in _rows(versions, on)}
    tops: list[Branch] = []
    for branch in branches.values():
        above = branches.get(branch.unit.parent_id or 0)
        (above.children if above else tops).append(branch)
    return tops


def provinces(on: date) -> list[UnitRow]:
    """The units without a parent on that day, in dictionary order."""
    return _rows(UnitVersion.objects.filter(parent=None), on)


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


def came_from(unit_id: int) -> list[UnitLineage]:
    """The threads that lead to this unit, with their events, in time order."""
    return list(UnitLineage.objects.filter(to_unit_id=unit_id).select_related("event").order_by("event__on", "id"))


def ends_of(unit_ids: Iterable[int]) -> dict[int, date | None]:
    """Unit id → the first day on which it exists no more; None while it lives."""
    versions = UnitVersion.objects.filter(unit_id__in=list(unit_ids)).order_by("valid")
    return {unit_id: valid.upper for unit_id, valid in versions.values_list("unit_id", "valid")}


def starts_of(unit_ids: Iterable[int], on: date) -> dict[int, date]:
    """Unit id → the day since which it is what it is on that day (name, kind and parent)."""
    versions = UnitVersion.objects.filter(unit_id__in=list(unit_ids), valid__contains=on)
    return {unit_id: valid.lower for unit_id, valid in versions.values_list("unit_id", "valid")}


@dataclass(slots=True)
class Carried:
    """Figures on the map of a day: what could be carried there, and what could not, by the unit that reported it.

    Nothing is lost: the two parts together are the figures given.
    """

    values: dict[int, Decimal] = field(default_factory=dict)
    open: dict[int, Decimal] = field(default_factory=dict)


def carry(figures: Mapping[int, Decimal], on: date) -> Carried:
    """Read additive figures, as reported by units of any time, on the map of a day.

    A merger adds up; a split divides by its stated shares, and without them the figure stays open: nothing is guessed.
    """
    carried = Carried()
    waiting = dict(figures)
    while waiting:
        alive = set(_alive(waiting, on))
        ends = _last_threads([unit_id for unit_id in waiting if unit_id not in alive], on)
        following: dict[int, Decimal] = {}
        for unit_id, figure in waiting.items():
            threads = ends.get(unit_id, [])
            if unit_id in alive:
                carried.values[unit_id] = carried.values.get(unit_id, Decimal(0)) + figure
            elif threads and sum(thread.share or 0 for thread in threads) == 1:
                for thread in threads:
                    heir, part = thread.to_unit_id or 0, figure * (thread.share or 0)
                    following[heir] = following.get(heir, Decimal(0)) + part
            else:
                carried.open[unit_id] = carried.open.get(unit_id, Decimal(0)) + figure
        waiting = following
    return carried


def _alive(unit_ids: Iterable[int], on: date) -> Iterable[int]:
    versions = UnitVersion.objects.filter(unit_id__in=list(unit_ids), valid__contains=on)
    return versions.values_list("unit_id", flat=True)


def _last_threads(unit_ids: Iterable[int], on: date) -> dict[int, list[UnitLineage]]:
    """Unit id → the threads of the event that ended it."""
    threads = UnitLineage.objects.filter(
        from_unit_id__in=list(unit_ids), to_unit__isnull=False, event__on__lte=on
    ).exclude(to_unit=F("from_unit"))
    found: dict[int, list[UnitLineage]] = {}
    for thread in threads.select_related("event").order_by("event__on", "event_id", "id"):
        others = found.setdefault(thread.from_unit_id or 0, [])
        if others and others[0].event.on != thread.event.on:
            others.clear()
        others.append(thread)
    return found


# Imports


def runs() -> list[ImportRun]:
    """The imports so far, the newest first, each with `doubts`, how many things its sources left open."""
    return list(ImportRun.objects.annotate(doubts=Count("disagreements")).select_related("by"))


def doubts_of(run_id: int) -> list[Disagreement]:
    """What the sources of one import left open or told differently."""
    return list(Disagreement.objects.filter(run_id=run_id))


# Finding by name


def search(text: str, on: date, *, limit: int = 30) -> list[UnitRow]:
    """Units of that day whose name contains every word, with or without marks, or whose code begins so."""
    words = fold(text).split()
    if not words:
        return []
    versions = UnitVersion.objects.filter(valid__contains=on)
    if len(words) == 1 and words[0].isdigit():
        bearers = UnitCode.objects.filter(code__startswith=words[0], valid__contains=on).values("unit_id")
        if rows := _rows(versions.filter(unit_id__in=bearers)[:limit], on):
            return rows
    for word in words:
        versions = versions.filter(folded__contains=word)
    return _rows(versions[:limit], on)


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A unit whose present or former name fits: `exact` when the marks fit too, `current` when it is its name then."""

    unit_id: int
    name: str
    parent_id: int | None
    exact: bool
    current: bool


def find_units_by_name(name: str, parent_name: str | None = None, *, on: date) -> list[NameMatch]:
    """The units an import may mean by this name: those of that day first, then those that once bore it.

    One match is an answer; several are a question for a person. Names count folded, with or without their kind
    ("Xã Khánh Hòa", "khanh hoa"); `parent_name` narrows to units once under a unit of that name.
    """
    wanted = fold(name)
    versions = UnitVersion.objects.filter(folded=wanted)
    if not versions.exists():
        versions = UnitVersion.objects.filter(folded__endswith=f" {wanted}")
    if parent_name:
        above = UnitVersion.objects.filter(folded__endswith=fold(parent_name)).values("unit_id")
        versions = versions.filter(
            unit_id__in=UnitClosure.objects.filter(ancestor_id__in=above, depth__gt=0).values("descendant_id")
        )
    matches: dict[int, NameMatch] = {}
    for version in versions.order_by("valid"):
        current = on in version.valid
        exact = version.name == name or version.short_name == name
        if current or version.unit_id not in matches:
            matches[version.unit_id] = NameMatch(version.unit_id, version.name, version.parent_id, exact, current)
    ranked = sorted(matches.values(), key=lambda match: (not match.current, not match.exact, match.unit_id))
    best = [match for match in ranked if match.current and match.exact]
    return best or [match for match in ranked if match.current] or ranked


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A unit that a text names: as it stands in the text, its full name, and the units that hold its ground now.

    `gone` when no unit bears the name now: then `now_ids` are its heirs.
    """

    unit_id: int
    typed: str
    name: str
    gone: bool
    now_ids: tuple[int, ...]


_NAMED = """
SELECT v.unit_id, v.name, upper(v.valid) IS NOT NULL AND upper(v.valid) <= %(on)s,
    CASE WHEN position(' ' || folded || ' ' IN %(plain)s) > 0 THEN folded
        ELSE right(folded, char_length(short_name)) END, short_name
FROM territory_unitversion v
WHERE level <= %(level)s AND parent_id IS NOT NULL AND lower(v.valid) <= %(on)s
  AND (position(' ' || folded || ' ' IN %(plain)s) > 0
    OR short_name LIKE '%% %%' AND position(' ' || right(folded, char_length(short_name)) || ' ' IN %(plain)s) > 0)
"""


def named_in(text: str, *, on: date) -> list[NamedPlace]:
    """The communes and districts, of that day or gone before it, whose names a text holds; the longest names only.

    With or without their kind, unless the name is one word; with marks when the text has marks. Two queries.
    """
    plain, marked = f" {fold(text)} ", f" {' '.join(normalise(text).lower().split())} "
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"on": on, "plain": plain, "level": COMMUNE_LEVEL})
        rows = [
            (unit_id, name, gone, typed)  # lowered here: a database of the C locale leaves "Đ" as it is
            for unit_id, name, gone, typed, short_name in cursor.fetchall()
            if marked == plain or f" {normalise(short_name).lower()} " in marked
        ]
    rows = [row for row in rows if not any(row[3] != other[3] and row[3] in other[3] for other in rows)]
    standing = {typed for _unit, _name, gone, typed in rows if not gone}
    heirs = successors_of(sorted({row[0] for row in rows}), on) if rows else {}
    found = {
        unit_id: NamedPlace(unit_id, typed, name, gone, tuple(heirs[unit_id]))
        for unit_id, name, gone, typed in rows
        if heirs[unit_id] and (not gone or typed not in standing)
    }
    return list(found.values())


def reach_of(unit_ids: Sequence[int], *, on: date) -> list[int]:
    """`reach_ids` of several units together, as ids; one query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT territory_reach(u, %s) FROM unnest(%s::bigint[]) u", [on, list(unit_ids)])
        return [row[0] for row in cursor.fetchall()]


def _rows(versions: QuerySet[UnitVersion], on: date) -> list[UnitRow]:
    if not versions.query.is_sliced:
        versions = versions.filter(valid__contains=on)
    code = UnitCode.objects.filter(scheme=GSO, valid__contains=on)
    fields = ("unit_id", "name", "kind", "level", "parent_id", "lat", "lon")
    found = list(versions.values_list(*fields))
    codes = dict(code.filter(unit_id__in=[row[0] for row in found]).values_list("unit_id", "code"))
    return [
        UnitRow(unit_id, name, kind, level, parent_id, codes.get(unit_id, ""), lat, lon)
        for unit_id, name, kind, level, parent_id, lat, lon in found
    ]
