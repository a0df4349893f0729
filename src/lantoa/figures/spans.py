"""Periods people ask the public figures for: a month, a quarter or a year, each by the code it has in addresses."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

_CODE = re.compile(r"(2\d{3})(?:-q([1-4])|-(0[1-9]|1[0-2]))?", re.ASCII)
ROMAN = ("I", "II", "III", "IV")


@dataclass(frozen=True, slots=True)
class Span:
    """Months of one year, both counted from 1 and included: "2026", "2026-q4", "2026-11"."""

    year: int
    first: int = 1
    last: int = 12

    @property
    def code(self) -> str:
        """As addresses name it."""
        length = self.last - self.first + 1
        parts = {12: "", 3: f"-q{self.last // 3}", 1: f"-{self.first:02}"}
        return f"{self.year}{parts[length]}"

    @property
    def level(self) -> int:
        """0 a year, 1 a quarter, 2 a month."""
        return {12: 0, 3: 1, 1: 2}[self.last - self.first + 1]

    @property
    def months(self) -> range:
        """Its months, counted from 0."""
        return range(self.first - 1, self.last)

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.first, 1)

    @property
    def end(self) -> date:
        """Its last day."""
        return date(self.year, self.last, calendar.monthrange(self.year, self.last)[1])

    @property
    def name(self) -> str:
        """Inside a sentence: "tháng 11/2026", "quý IV năm 2026", "năm 2026"."""
        facts = {"year": self.year, "quarter": ROMAN[self.last // 3 - 1], "month": self.first}
        words = (_("year %(year)d"), _("quarter %(quarter)s of %(year)d"), _("month %(month)d/%(year)d"))
        return words[self.level] % facts


def span(code: str, today: date) -> Span:
    """The period of a code that has begun and is at most ten years old; else the present year."""
    found = _CODE.fullmatch(code)
    if found is None:
        return Span(today.year)
    year, quarter, month = (int(part) if part else 0 for part in found.groups())
    asked = Span(year, month or 3 * quarter - 2, month or 3 * quarter) if month or quarter else Span(year)
    return asked if asked.start <= today and year > today.year - 10 else Span(today.year)


def offered(today: date, *, since: date) -> Iterator[Span]:
    """The periods there may be figures for, the newest first: each year, then its quarters, then its months."""
    for year in range(today.year, max(since.year, today.year - 9) - 1, -1):
        every = [Span(year)]
        every += [Span(year, 3 * one + 1, 3 * one + 3) for one in reversed(range(4))]
        every += [Span(year, month, month) for month in reversed(range(1, 13))]
        yield from (one for one in every if one.start <= today and one.end >= since)
