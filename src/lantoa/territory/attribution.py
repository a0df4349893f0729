"""Whole units carried to another day's map: only where one unit holds all of it; nothing is divided or guessed."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F

from lantoa.territory.models import UnitLineage, UnitVersion

MOST_EVENTS = 20
"""Events followed one after the other for a unit; what passed through more is left open."""


def attributed(unit_ids: Iterable[int], *, recorded: date, on: date) -> dict[int, int | None]:
    """Unit id → the one unit of `on`'s map that everything recorded there on the day `recorded` belongs to.

    None where several would share it (a split, read forward; a merger, read back), or where the map has no such unit.
    Readable in both directions: those that merged add up on the later map, those that came of one on the earlier.
    """
    found: dict[int, int | None] = dict.fromkeys(unit_ids)
    waiting = {unit_id: unit_id for unit_id in found}  # asked → how far we have come
    for _event in range(MOST_EVENTS):
        if not waiting:
            break
        places = set(waiting.values())
        alive = set(
            UnitVersion.objects.filter(unit_id__in=places, valid__contains=on).values_list("unit_id", flat=True)
        )
        others = _threads(places, recorded, on)
        following: dict[int, int] = {}
        for asked, place in waiting.items():
            ways = others.get(place, set())
            if place in alive and not ways:
                found[asked] = place
            elif place not in alive and len(ways) == 1:
                following[asked] = next(iter(ways))
        waiting = following
    return found


def _threads(places: set[int], recorded: date, on: date) -> dict[int, set[int]]:
    """Unit → the other units that events between the two days tie it to, in the direction read."""
    here, there = ("from_unit_id", "to_unit_id") if on > recorded else ("to_unit_id", "from_unit_id")
    between = UnitLineage.objects.filter(
        **{f"{here}__in": places}, event__on__gt=min(recorded, on), event__on__lte=max(recorded, on)
    )
    found: dict[int, set[int]] = {}
    for near, far in between.exclude(to_unit=F("from_unit")).values_list(here, there):
        if far is not None:
            found.setdefault(near, set()).add(far)
    return found
