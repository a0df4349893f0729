"""Places for a tile map: each unit on a grid near where it really lies, no two on one place."""

from collections.abc import Iterable
from math import ceil, sqrt

type Place = tuple[int, int]


def tile_places(points: Iterable[tuple[int, float, float]]) -> dict[int, Place]:
    """Unit id → (column, row) from (id, latitude, longitude); north is up. Nearest free place, the crowded ones first.

    Deterministic; a grid about a quarter larger than the number of units, so that coasts and gaps stay visible.
    """
    rows = sorted(points)
    if not rows:
        return {}
    lats, lons = [lat for _id, lat, _lon in rows], [lon for _id, _lat, lon in rows]
    side = max(1, ceil(sqrt(len(rows) * 1.25)) - 1)
    tall, wide = max(lats) - min(lats) or 1.0, max(lons) - min(lons) or 1.0
    stretch = sqrt(wide / tall)
    columns, lines = max(1, round(side * stretch)), max(1, round(side / stretch))
    wanted = {unit: ((lon - min(lons)) / wide * columns, (max(lats) - lat) / tall * lines) for unit, lat, lon in rows}
    middle = (columns / 2, lines / 2)
    taken: dict[Place, int] = {}
    for unit in sorted(wanted, key=lambda one: (_apart(wanted[one], middle), one)):
        free = ((x, y) for x in range(-1, columns + 2) for y in range(-1, lines + 2) if (x, y) not in taken)
        taken[min(free, key=lambda place: (_apart(place, wanted[unit]), place))] = unit
    left, top = min(x for x, _y in taken), min(y for _x, y in taken)
    return {unit: (x - left, y - top) for (x, y), unit in taken.items()}


def _apart(one: tuple[float, float], other: tuple[float, float]) -> float:
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2
