"""Reporting periods: any two days, known by name when they are a quarter, a half or a year."""

import calendar
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lantoa.kernel.text import date_text
from lantoa.reporting.enums import PeriodKind

ROMAN = ("I", "II", "III", "IV")
LENGTHS = {3: PeriodKind.QUARTER, 6: PeriodKind.HALF, 12: PeriodKind.YEAR}


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """From one day to another, both included; ValueError when the last comes before the first."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError(f"{self.end} comes before {self.start}.")

    @property
    def kind(self) -> PeriodKind:
        """What it is by the calendar."""
        whole = self.start.day == 1 and self.end == _last_day(self.end.year, self.end.month)
        months = self.end.month - self.start.month + 1
        if not whole or self.start.year != self.end.year or (self.start.month - 1) % months:
            return PeriodKind.CUSTOM
        return LENGTHS.get(months, PeriodKind.CUSTOM)

    @property
    def name(self) -> str:
        """Its name inside a sentence: "quý IV năm 2026", "6 tháng đầu năm 2026", "năm 2026", or both days."""
        facts = {"year": self.start.year, "quarter": ROMAN[(self.start.month - 1) // 3]}
        match self.kind:
            case PeriodKind.YEAR:
                return _("year %(year)d") % facts
            case PeriodKind.HALF if self.start.month == 1:
                return _("first half of %(year)d") % facts
            case PeriodKind.HALF:
                return _("second half of %(year)d") % facts
            case PeriodKind.QUARTER:
                return _("quarter %(quarter)s of %(year)d") % facts
            case _other:
                days = {"start": date_text(self.start), "end": date_text(self.end)}
                return _("%(start)s to %(end)s") % days


def of_kind(kind: str, year: int, place: int = 1) -> Period:
    """The quarter (1 to 4), half (1 or 2) or year; ValueError for a place that does not exist or a custom kind."""
    months = next((length for length, named in LENGTHS.items() if named == kind), 0)
    if not months or not 1 <= place <= 12 // months:
        raise ValueError(f"There is no {kind} {place} in a year.")
    last = place * months
    return Period(date(year, last - months + 1, 1), _last_day(year, last))


def recent(today: date) -> Iterator[Period]:
    """The periods a reporter most likely wants: those begun this year and last, the newest first."""
    for year in (today.year, today.year - 1):
        places = [(kind, place) for length, kind in LENGTHS.items() for place in range(1, 12 // length + 1)]
        begun = [period for kind, place in places if (period := of_kind(kind, year, place)).start <= today]
        yield from sorted(begun, key=lambda period: (period.end, period.start), reverse=True)


def _last_day(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])
