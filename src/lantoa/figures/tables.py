"""A year of one measure by commune, on the map of a day or as it was recorded; what must not be told is not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from django.conf import settings
from django.utils.translation import gettext as _

from lantoa.figures.counting import NOTHING, Months, Year, summed
from lantoa.figures.enums import OF_PEOPLE, Measure, Said
from lantoa.figures.small_cells import Hidden, hidden
from lantoa.figures.spans import Span
from lantoa.territory import selectors as territory
from lantoa.territory.attribution import attributed
from lantoa.territory.selectors import UnitRow

ELSEWHERE = 0
"""The row of what is not one commune's: recorded for the province, or for a unit that several of this map share."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One published figure: a number only where it is counted or zero."""

    said: Said
    value: int | None = None


MISSING, NOT_APPLICABLE = Cell(Said.MISSING), Cell(Said.NOT_APPLICABLE)


def cell(value: int) -> Cell:
    """A figure that is told."""
    return Cell(Said.COUNTED if value else Said.ZERO, value)


@dataclass(frozen=True, slots=True)
class Place:
    """A row: a commune of the map (with its code), a unit that recorded figures, or `ELSEWHERE`."""

    id: int
    name: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class Layout:
    """Which units recorded the figures, and the commune of today's map each belongs to."""

    province_id: int | None
    today: date
    communes: Mapping[int, UnitRow]
    home: Mapping[int, int]

    @property
    def moved(self) -> bool:
        """Whether anything was recorded by a commune that is none today."""
        return any(home not in (unit, ELSEWHERE) for unit, home in self.home.items())

    def places(self, *, recorded: bool, on: date) -> list[Place]:
        """The rows: the communes of today, or the units that recorded; in dictionary order, `ELSEWHERE` last."""
        rest = Place(ELSEWHERE, _("The province as a whole, or not one commune's alone"))
        now = [Place(row.id, row.name, row.code) for row in self.communes.values()]
        if not recorded:
            return [*now, rest]
        gone = [unit for unit, home in self.home.items() if unit not in self.communes and home != ELSEWHERE]
        names = territory.names_on(gone, on) if gone else {}
        return [*now, *(Place(unit, names.get(unit, f"#{unit}")) for unit in gone), rest]


def layout(year: Year, *, today: date) -> Layout:
    """Today's communes (none before units are loaded), and where on today's map each unit's figures stand."""
    try:
        province_id = territory.province(settings.LANTOA_PROVINCE_CODE, on=today).pk
    except territory.UnknownUnit:
        return Layout(None, today, {}, {})
    communes = {row.id: row for row in territory.communes(province_id, today)}
    units = {unit for rows in year.counts.values() for unit in rows} - set(communes)
    found = attributed(units, recorded=date(year.year, 1, 1), on=today) if units - {province_id} else {}
    homes = {unit: found.get(unit) or ELSEWHERE for unit in units}
    home = {unit: one if one in communes else ELSEWHERE for unit, one in homes.items()}
    return Layout(province_id, today, communes, {**home, **{unit: unit for unit in communes}})


@lru_cache(maxsize=64)
def _hidden(rows: tuple[tuple[int, Months], ...], least: int) -> Hidden:
    return hidden(dict(rows), least=least)


class Table:
    """One measure of a year: `cell(place, span)` is what may be told of it."""

    def __init__(self, year: Year, measure: Measure, layout: Layout, *, recorded: bool = False) -> None:
        self.year, self.measure, self.layout, self.recorded = year, measure, layout, recorded
        self._rows = year.counts[measure]
        self._now = self._on_todays_map()
        least = settings.LANTOA_SMALL_CELL
        self._mask = _hidden(tuple(self._now.items()), least) if measure in OF_PEOPLE else Hidden(least, named=True)

    def _on_todays_map(self) -> dict[int, Months]:
        parts: dict[int, list[Months]] = {unit: [NOTHING] for unit in [*self.layout.communes, ELSEWHERE]}
        for unit, months in self._rows.items():
            parts[self.layout.home.get(unit, ELSEWHERE)].append(months)
        return {unit: summed(months) for unit, months in parts.items()}

    def total(self, span: Span) -> Cell:
        """The province's own sum, which is always told."""
        return self._blank(span) or cell(sum(self.year.whole(self.measure)[month] for month in span.months))

    def cell(self, unit: int, span: Span) -> Cell:
        """What is told of one row."""
        if blank := self._blank(span):
            return blank
        home = self.layout.home.get(unit, unit)
        value = sum((self._rows.get(unit, NOTHING) if self._alone(unit) else self._now[unit])[m] for m in span.months)
        whole = sum(self._now[home][month] for month in span.months)
        said = self._said(home, span, whole)
        if said in (Said.FEW, Said.WITHHELD):
            return Cell(said if value == whole else Said.WITHHELD)
        if self._alone(unit) and not self._open(home):
            return Cell(Said.WITHHELD)
        if not value and self.measure is Measure.LOUDSPEAKERS and home not in self._wired:
            return NOT_APPLICABLE
        return cell(value)

    def _blank(self, span: Span) -> Cell | None:
        if span.start > self.layout.today:
            return NOT_APPLICABLE
        return MISSING if self.year.since is None or span.end < self.year.since else None

    def _said(self, home: int, span: Span, whole: int) -> Said:
        if span.level == 2:
            return self._mask.month(home, span.first - 1, whole)
        return self._mask.quarter(home, whole) if span.level == 1 else self._mask.year(home, whole)

    def _alone(self, unit: int) -> bool:
        """Whether the row is told as its unit recorded it, apart from others of the same commune of today."""
        home = self.layout.home.get(unit, unit)
        return self.recorded and home != ELSEWHERE and (unit != home or any(one != home for one in self._sources(home)))

    def _open(self, home: int) -> bool:
        """Whether every month of every unit that makes up this commune may be told, so that no difference of the two
        maps gives a small one away."""
        least = settings.LANTOA_SMALL_CELL
        months = (count for unit in self._sources(home) for count in self._rows.get(unit, NOTHING))
        return self.measure not in OF_PEOPLE or all(count == 0 or count >= least for count in months)

    def _sources(self, home: int) -> list[int]:
        return [unit for unit in self._rows if self.layout.home.get(unit, ELSEWHERE) == home]

    @property
    def _wired(self) -> set[int]:
        """The communes of today where a loudspeaker outlet stands or stood."""
        return {self.layout.home.get(unit, unit) for unit in self.year.wired} | {ELSEWHERE}

    @property
    def withholds(self) -> bool:
        """Whether anything of it is hidden."""
        return bool(self._mask.years | self._mask.quarters | set().union(*self._mask.months.values()))
