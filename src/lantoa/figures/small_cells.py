"""Which figures by commune and period stay unsaid, so that no small one can be worked out. Pure.

A year's table has communes down and months across; also told are every commune's quarters and year, and the province's
sum of every month, quarter and year. A figure from 1 to `least` − 1 is *few*. A commune's months are told all or none
within a quarter, its quarters all or none within a year. What is hidden is hidden so that for every few cell there is
another table, equal in everything told, in which that cell is another number: a count moved between two communes.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import permutations

from lantoa.figures.enums import Said

type Unit = int
type Table = Mapping[Unit, tuple[int, ...]]
type Move = tuple[tuple[Unit, int, int], ...]
"""Changes that leave every told sum as it is: (unit, month from 0, +1 or −1)."""

MONTHS = range(12)
QUARTERS = range(4)


@dataclass(slots=True)
class Hidden:
    """Whose years, quarters and months (by quarter) are not told; `named` while few cells are told from the others.

    Whose year is hidden has hidden quarters; whose quarters are hidden has hidden months.
    """

    least: int
    named: bool
    years: set[Unit] = field(default_factory=set)
    quarters: set[Unit] = field(default_factory=set)
    months: dict[int, set[Unit]] = field(default_factory=lambda: {quarter: set() for quarter in QUARTERS})

    def hide(self, unit: Unit, level: int, quarter: int) -> None:
        """Hide a unit's months of a quarter (level 2), all its quarters (1) or its year (0) with all below."""
        if level == 0:
            self.years.add(unit)
        if level <= 1:
            self.quarters.add(unit)
        for one in QUARTERS if level <= 1 else (quarter,):
            self.months[one].add(unit)

    def within(self, level: int, quarter: int) -> set[Unit]:
        """Those hidden at a level."""
        return (self.years, self.quarters, self.months[quarter])[level]

    def said(self, value: int, *, hidden: bool) -> Said:
        """What a cell says."""
        if not hidden:
            return Said.COUNTED if value else Said.ZERO
        return Said.FEW if self.named and 0 < value < self.least else Said.WITHHELD

    def month(self, unit: Unit, month: int, value: int) -> Said:
        """What a month of a commune says."""
        return self.said(value, hidden=unit in self.months[month // 3])

    def quarter(self, unit: Unit, value: int) -> Said:
        """What a quarter of a commune says."""
        return self.said(value, hidden=unit in self.quarters)

    def year(self, unit: Unit, value: int) -> Said:
        """What a year of a commune says."""
        return self.said(value, hidden=unit in self.years)


def hidden(table: Table, *, least: int) -> Hidden:
    """What to hide. Few cells are told from those hidden with them where that gives none away, else no cell is."""
    return _grown(table, Hidden(least, named=True)) or _grown(table, Hidden(least, named=False)) or _all(table, least)


def _all(table: Table, least: int) -> Hidden:
    """Nothing at all is told of any commune."""
    found = Hidden(least, named=False)
    for unit in table:
        found.hide(unit, 0, 0)
    return found


def _grown(table: Table, found: Hidden) -> Hidden | None:
    """Hide what is few, then whatever else it takes; None when hiding everything does not do.

    What is safe stays safe when more is hidden, so each cell is looked at once.
    """
    for unit, values in table.items():
        _hide_few(unit, values, found)
    for unit, level, months in _few_cells(table, found.least):
        deep = level
        while not _safe(table, found, unit, level, months):
            if not _helped(table, found, deep, months[0] // 3):
                if deep == 0:
                    return None
                deep -= 1
                found.hide(unit, deep, months[0] // 3)
    return found


def _hide_few(unit: Unit, values: tuple[int, ...], found: Hidden) -> None:
    def few(value: int) -> bool:
        return 0 < value < found.least

    quarters = [sum(values[3 * one : 3 * one + 3]) for one in QUARTERS]
    if few(sum(values)):
        found.hide(unit, 0, 0)
    elif any(map(few, quarters)):
        found.hide(unit, 1, 0)
    for one in QUARTERS:
        if any(map(few, values[3 * one : 3 * one + 3])):
            found.hide(unit, 2, one)


def _few_cells(table: Table, least: int) -> Iterator[tuple[Unit, int, tuple[int, ...]]]:
    """Every few cell: unit, level and the months it sums."""
    spans: list[tuple[int, tuple[int, ...]]] = [(2, (month,)) for month in MONTHS]
    spans += [(1, tuple(range(3 * one, 3 * one + 3))) for one in QUARTERS]
    spans += [(0, tuple(MONTHS))]
    for unit, values in table.items():
        for level, months in spans:
            if 0 < sum(values[month] for month in months) < least:
                yield unit, level, months


def _helped(table: Table, found: Hidden, level: int, quarter: int) -> bool:
    """Hide one more commune at that level, the smallest that is not zero first; False when there is none left."""
    others = [one for one in table if one not in found.within(level, quarter) and _useful(table[one], level, quarter)]
    if not others:
        return False
    others.sort(key=lambda one: (not sum(table[one]), sum(table[one]), one))
    found.hide(others[0], level, quarter)
    return True


def _useful(values: tuple[int, ...], level: int, quarter: int) -> bool:
    """Whether hiding it can hide others: a sum of zero that is told holds nothing to move."""
    return level == 0 or bool(sum(values) if level == 1 else sum(values[3 * quarter : 3 * quarter + 3]))


def _safe(table: Table, found: Hidden, unit: Unit, level: int, months: tuple[int, ...]) -> bool:
    """Whether some move changes this cell and leaves everything told as it is."""
    return any(_possible(table, found, move) for move in _moves(found, unit, level, months))


def _moves(found: Hidden, unit: Unit, level: int, months: tuple[int, ...]) -> Iterator[Move]:
    """Moves between this commune and another: of a month when both their years are hidden, of two months when their
    quarters are, of two months of one quarter when their months are."""
    for sign in (1, -1):
        for month in months:
            for other in found.years - {unit} if unit in found.years else ():
                yield (unit, month, sign), (other, month, -sign)
    for sign in (1, -1):
        for month, back in _pairs(level, months):
            same = month // 3 == back // 3
            group = found.quarters if not same else found.months[month // 3]
            for other in group - {unit} if unit in group else ():
                yield (unit, month, sign), (unit, back, -sign), (other, month, -sign), (other, back, sign)


def _pairs(level: int, months: tuple[int, ...]) -> Iterable[tuple[int, int]]:
    """Months of the cell with months that are not of it: the year has none, a quarter those of other quarters."""
    if level == 0:
        return ()
    return (pair for pair in permutations(MONTHS, 2) if pair[0] in months and pair[1] not in months)


def _possible(table: Table, found: Hidden, move: Move) -> bool:
    """Whether every hidden cell the move touches still says what it said."""
    changed: dict[Unit, list[int]] = {}
    for unit, month, by in move:
        changed.setdefault(unit, list(table[unit]))[month] += by
    return all(
        min(values) >= 0 and _spoken(found, unit, values) == _spoken(found, unit, list(table[unit]))
        for unit, values in changed.items()
    )


def _spoken(found: Hidden, unit: Unit, values: list[int]) -> list[object]:
    """Everything a commune's row tells: numbers where they are told, else what stands for them."""
    quarters = [sum(values[3 * one : 3 * one + 3]) for one in QUARTERS]
    told: list[tuple[Said, int]] = [(found.month(unit, month, value), value) for month, value in enumerate(values)]
    told += [(found.quarter(unit, value), value) for value in quarters]
    told.append((found.year(unit, sum(values)), sum(values)))
    return [value if said in (Said.COUNTED, Said.ZERO) else said for said, value in told]
