"""A broadcast by unit, as a table and a tile map, on either map; what a sensitive audience must not show is unsaid."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from lantoa.outreach.selectors.places import placed
from lantoa.outreach.selectors.tally import GOT, MISSED, Counts, Tally, count_of
from lantoa.outreach.withholding import withheld
from lantoa.territory.selectors import UnitRow, names_on, rows_on
from lantoa.territory.tiling import tile_places

PLAN_MAP = date(2022, 9, 15)
"""The day whose map the plan of 2022 was drawn on."""

STEPS = ((55, 1), (65, 2), (73, 3), (75, 4))


def parts(counts: Counts) -> list[int]:
    """Intended = reached + on the way or not told + not reached + not sent."""
    whole = sum(counts.values())
    reached, missed, unsent = count_of(counts, *GOT), count_of(counts, *MISSED), counts.get("suppressed", 0)
    return [whole, reached, whole - reached - missed - unsent, missed, unsent]


@dataclass(frozen=True, slots=True)
class Line:
    """One unit: its five figures (None: withheld), and whether it is on the map at all."""

    name: str
    unit_id: int | None
    figures: tuple[int | None, ...]
    counts: Counts

    @property
    def share(self) -> float | None:
        """Reached in percent of those intended; None when either is withheld or nobody was meant."""
        whole, reached = self.figures[0], self.figures[1]
        return None if reached is None or not whole else 100 * reached / whole

    @property
    def tells(self) -> bool:
        """Whether it says anything at all."""
        return any(self.figures)

    @property
    def open_handed(self) -> bool:
        """Whether every figure of it is told."""
        return None not in self.figures


class UnitTable:
    """A broadcast's units on the map of one day."""

    def __init__(self, found: Tally, *, recorded: date, on: date, sensitive: bool) -> None:
        self.tally, self.recorded, self.on, self.sensitive = found, recorded, on, sensitive

    @cached_property
    def _placed(self) -> tuple[Mapping[int, Counts], Mapping[int, Counts]]:
        found = placed(self.tally, recorded=self.recorded, on=self.on)
        return found.by_unit, found.open

    @cached_property
    def units(self) -> dict[int, UnitRow]:
        """The units of the table as they are on that map."""
        return {row.id: row for row in rows_on(self._placed[0], self.on)}

    @cached_property
    def lines(self) -> list[Line]:
        """A line a unit, the lowest share first; last, what cannot be told by one unit of this map."""
        known, unknown = self._placed
        rest = _merged(unknown)
        rows = [*known.items(), *([(None, rest)] if rest else [])]
        table = [parts(counts) for _unit, counts in rows]
        mask = withheld(table) if self.sensitive else [[False] * 5 for _row in table]
        missing = [unit for unit in known if unit not in self.units]
        names = {unit: row.name for unit, row in self.units.items()} | (names_on(missing, self.on) if missing else {})
        lines = [
            Line(
                names.get(unit, f"#{unit}") if unit else _("Not to be told by one unit of this map"),
                unit,
                tuple(None if hide else cell for cell, hide in zip(cells, hidden, strict=True)),
                counts,
            )
            for (unit, counts), cells, hidden in zip(rows, table, mask, strict=True)
        ]
        return sorted(lines, key=lambda one: (one.unit_id is None, one.share is None, one.share or 0, one.name))

    @property
    def total(self) -> list[int]:
        """The sum line: everybody, whatever is withheld above it."""
        return parts(self.tally.whole)

    @property
    def withholds(self) -> bool:
        """Whether any figure is left unsaid."""
        return not all(line.open_handed for line in self.lines)

    @property
    def open_names(self) -> list[str]:
        """The units that recorded what this map cannot place."""
        unknown = self._placed[1]
        return sorted(names_on(unknown, self.recorded).values()) if unknown else []

    @cached_property
    def tiles(self) -> list[dict[str, Any]]:
        """The tile map's rows; none when units have no points."""
        above = {unit.parent_id for unit in self.units.values()}  # a province where someone of no known commune counted
        placed_units = [unit for unit in self.units.values() if unit.id not in above]
        places = tile_places((u.id, u.lat, u.lon) for u in placed_units if u.lat is not None and u.lon is not None)
        lines = {line.unit_id: line for line in self.lines}
        return [_tile(lines[unit], place) for unit, place in places.items()]


def _tile(line: Line, place: tuple[int, int]) -> dict[str, Any]:
    share = line.share
    step = None if share is None else next((step for limit, step in STEPS if share < limit), 5)
    note = _("withheld") if share is None else f"{line.figures[1]}/{line.figures[0]}"
    return {"name": line.name, "unit": line.unit_id, "x": place[0], "y": place[1], "step": step, "note": note}


def _merged(counts: Mapping[int, Counts]) -> Counts:
    whole: Counts = {}
    for states in counts.values():
        for state, count in states.items():
            whole[state] = whole.get(state, 0) + count
    return whole
