"""A broadcast's counts by unit, on the map of the day it went out or of another."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from lantoa.outreach.selectors.tally import Counts, Tally
from lantoa.territory.attribution import attributed
from lantoa.territory.selectors import rows_on


@dataclass(frozen=True, slots=True)
class Placed:
    """Counts by unit of one map, and by the unit that recorded them where no one unit of that map holds them."""

    by_unit: Mapping[int, Counts]
    open: Mapping[int, Counts]


def placed(found: Tally, *, recorded: date, on: date) -> Placed:
    """Where these people stand on the map of `on`. Figures stay where they were recorded: a hamlet that lies in one
    unit of that map tells it, else the unit does; what several would share is `open`. Both together are everybody."""
    if on == recorded:
        return Placed({_number(unit): counts for unit, counts in found.states(lambda one: one.unit_id).items()}, {})
    units = attributed({cell.unit_id for cell in found.cells}, recorded=recorded, on=on)
    hamlets = {row.id: row.parent_id for row in rows_on({c.hamlet_id for c in found.cells if c.hamlet_id}, on)}
    by_unit: dict[int, Counts] = {}
    unknown: dict[int, Counts] = {}
    for cell in found.cells:
        place = hamlets.get(cell.hamlet_id or 0) or units[cell.unit_id]
        counts = unknown.setdefault(cell.unit_id, {}) if place is None else by_unit.setdefault(place, {})
        counts[cell.state] = counts.get(cell.state, 0) + cell.count
    return Placed(by_unit, unknown)


def _number(key: object) -> int:
    return int(str(key))
