"""Additive figures of units of any time, read on the map of a day."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from django.db.models import F

from lantoa.territory.models import UnitLineage, UnitVersion


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
