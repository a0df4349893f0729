"""How the map of a day is drawn: by the sheets that fit it, else by the units' points, else by the alphabet."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from math import ceil, sqrt

from lantoa.territory.enums import GRID, SheetKind
from lantoa.territory.models import MapShape
from lantoa.territory.selectors import UnitRow
from lantoa.territory.tiling import Place, tile_places


@dataclass(frozen=True, slots=True)
class Outlined:
    """Outlines of some units: rings of [longitude, latitude] in `GRID`ths of a degree, areas in km², who drew them."""

    rings: Mapping[int, list[list[tuple[int, int]]]] = field(default_factory=dict)
    areas: Mapping[int, float] = field(default_factory=dict)
    credits: tuple[str, ...] = ()


def outlines(unit_ids: Iterable[int], on: date) -> Outlined:
    """The outlines of these units, which all stand on that day. One query.

    A unit keeps its outline while it lives: that of the last sheet up to that day, else of the first one after.
    """
    rows = _shapes(SheetKind.OUTLINES, unit_ids, on)
    return Outlined(
        {row.unit_id: [[(x, y) for x, y in ring] for ring in row.drawn] for row in rows},
        {row.unit_id: row.area_km2 or 0 for row in rows},
        tuple(dict.fromkeys(row.sheet.credit for row in rows)),
    )


def has_outlines(unit_ids: Iterable[int]) -> bool:
    """Whether anybody drew the outline of one of these units. One query."""
    return MapShape.objects.filter(sheet__kind=SheetKind.OUTLINES, unit_id__in=list(unit_ids)).exists()


def unit_at(longitude: float, latitude: float, unit_ids: Iterable[int], on: date) -> int | None:
    """The unit of these that stands on that day and holds a point (degrees, WGS 84); None where none does. One query.

    Outlines are made light, so within some hundred metres of a border it may be the neighbour.
    """
    x, y = longitude * GRID, latitude * GRID
    return next((unit for unit, rings in outlines(unit_ids, on).rings.items() if _holds(rings, x, y)), None)


def _holds(rings: Sequence[Sequence[tuple[int, int]]], x: float, y: float) -> bool:
    """Whether a ray from the point to the east crosses the borders an odd number of times; holes are outside."""
    crossed = 0
    for ring in rings:
        for (ax, ay), (bx, by) in pairwise([*ring, ring[0]]):
            crossed += (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax
    return crossed % 2 == 1


def places(units: Sequence[UnitRow], on: date) -> dict[int, Place]:
    """The place of each unit on the tile map, no two on one: an operator's if there is one for all, else worked out
    from the units' points, else in dictionary order. One query."""
    told = {row.unit_id: (row.drawn[0], row.drawn[1]) for row in _shapes(SheetKind.TILES, [u.id for u in units], on)}
    if len(told) == len(units) == len(set(told.values())):
        return told
    points = [(u.id, u.lat, u.lon) for u in units if u.lat is not None and u.lon is not None]
    if points and len(points) == len(units):
        return tile_places(points)
    wide = max(1, ceil(sqrt(len(units))))
    return {unit.id: (at % wide, at // wide) for at, unit in enumerate(units)}


def _shapes(kind: SheetKind, unit_ids: Iterable[int], on: date) -> list[MapShape]:
    """One shape a unit, of the sheet that fits the day best."""
    rows = MapShape.objects.filter(sheet__kind=kind, unit_id__in=list(unit_ids)).select_related("sheet")
    best: dict[int, MapShape] = {}
    for row in sorted(rows.order_by("sheet_id"), key=lambda row: _fits(row.sheet.on, on)):
        best[row.unit_id] = row  # the last one wins
    return list(best.values())


def _fits(shown: date, on: date) -> tuple[bool, int]:
    """Sorts the days of sheets, the one that fits best last."""
    return shown <= on, shown.toordinal() if shown <= on else -shown.toordinal()
