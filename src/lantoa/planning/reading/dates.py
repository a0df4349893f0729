"""Dates and spans of years as Vietnamese official texts write them."""

import re
from dataclasses import dataclass
from datetime import date

DATE = (
    r"ngày\s+(?P<day>\d{1,2})(?:\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<year>\d{4})"
    r"|\s+tháng\s+(?P<month_word>\d{1,2})\s+năm\s+(?P<year_word>\d{4}))"
)
DATE_PATTERN = re.compile(DATE, re.IGNORECASE)
YEARS = re.compile(
    r"(?:(?:từ\s+)?(?:tháng\s+\d{1,2}\s*(?:/|năm)\s*)?(?:năm\s+)?)\b(?P<first>(?:19|20)\d{2})\s*"
    r"(?:-|–|—|đến(?:\s+hết)?(?:\s+tháng\s+\d{1,2}\s*(?:/|năm))?(?:\s+năm)?)\s*(?P<last>(?:19|20)\d{2})\b",
    re.IGNORECASE,
)
DAYS = re.compile(
    rf"từ\s+{DATE.replace('<', '<a_')}\s*(?:đến|-|–)\s*(?:hết\s+)?{DATE.replace('<', '<b_')}", re.IGNORECASE
)
ONE_YEAR = re.compile(r"\bnăm\s+(?P<year>(?:19|20)\d{2})\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Span:
    """Years from and to, both included; whole dates only where the text writes them."""

    from_year: int
    to_year: int
    text: str
    start: int
    end: int
    from_date: date | None = None
    to_date: date | None = None


def read_date(match: re.Match[str], prefix: str = "") -> date | None:
    """Give the date a match of `DATE` names, or None when no such day exists."""
    groups = match.groupdict()
    try:
        return date(
            int(groups[f"{prefix}year"] or groups[f"{prefix}year_word"]),
            int(groups[f"{prefix}month"] or groups[f"{prefix}month_word"]),
            int(groups[f"{prefix}day"]),
        )
    except ValueError:
        return None


def year_spans(text: str) -> list[Span]:
    """Give every span of years or of days in the text, in order; reversed spans are left out."""
    spans = []
    for match in DAYS.finditer(text):
        first, last = read_date(match, "a_"), read_date(match, "b_")
        if first and last and first <= last:
            spans.append(Span(first.year, last.year, match[0], match.start(), match.end(), first, last))
    for match in YEARS.finditer(text):
        first_year, last_year = int(match["first"]), int(match["last"])
        inside = any(span.start <= match.start() < span.end for span in spans)
        if first_year <= last_year and not inside:
            spans.append(Span(first_year, last_year, match[0].strip(), match.start(), match.end()))
    return sorted(spans, key=lambda span: span.start)


def single_year(text: str) -> Span | None:
    """Give the first single year named ("năm 2024")."""
    match = ONE_YEAR.search(text)
    if not match:
        return None
    year = int(match["year"])
    return Span(year, year, match[0], match.start(), match.end())
