"""When a repeating series is due: dates in Vietnam's calendar, working days and Tết included. Asks no database."""

import calendar as months
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from lantoa.kernel.clock import ZONE, WorkingCalendar, local
from lantoa.outreach.series_enums import DayOff, Rhythm

LOOK_BACK = timedelta(days=40)
"""How far a nominal day may lie before the day it is moved to; no run of days off is longer."""

HORIZON = timedelta(days=800)
"""How far ahead a series is looked at, so that a rule which never falls on a working day comes to an end."""

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How a series repeats. `monthday` 29 to 31 means the last day of a shorter month; `every` counts from
    `starts_on`."""

    rhythm: str
    hour: time
    starts_on: date
    ends_on: date | None = None
    weekday: int | None = None
    monthday: int | None = None
    every: int | None = None
    day_off: str = DayOff.SEND


def dues(rule: Rule, *, after: datetime, days: WorkingCalendar) -> Iterator[datetime]:
    """Every due moment later than `after`, in order, each once; at most `HORIZON` ahead."""
    last: datetime | None = None
    start = local(after).date()
    for nominal in _nominal_days(rule, start - LOOK_BACK):
        if nominal > max(start, rule.starts_on) + HORIZON:
            return
        day = _moved(rule, nominal, days)
        if day is None or day < rule.starts_on:
            continue
        due = datetime.combine(day, rule.hour, tzinfo=ZONE)
        if due > after and due != last:
            last = due
            yield due


def _nominal_days(rule: Rule, since: date) -> Iterator[date]:
    """The days the rule names, before any is moved for a holiday."""
    start = max(since, rule.starts_on)
    each = {Rhythm.WEEKLY: _weekly, Rhythm.MONTHLY: _monthly, Rhythm.DAYS: _every}[Rhythm(rule.rhythm)]
    for day in each(rule, start):
        if rule.ends_on is not None and day > rule.ends_on:
            return
        yield day


def _weekly(rule: Rule, start: date) -> Iterator[date]:
    day = start + _DAY * ((int(rule.weekday or 0) - start.weekday()) % 7)
    while True:
        yield day
        day += _DAY * 7


def _monthly(rule: Rule, start: date) -> Iterator[date]:
    year, month = start.year, start.month
    while True:
        day = date(year, month, min(rule.monthday or 1, months.monthrange(year, month)[1]))
        if day >= start:
            yield day
        year, month = (year + 1, 1) if month == 12 else (year, month + 1)


def _every(rule: Rule, start: date) -> Iterator[date]:
    step = rule.every or 1
    day = rule.starts_on + _DAY * (-(-(start - rule.starts_on).days // step) * step)
    while True:
        yield day
        day += _DAY * step


def _moved(rule: Rule, day: date, days: WorkingCalendar) -> date | None:
    """The day it really goes out; None when this one is left out."""
    if rule.day_off == DayOff.SEND or not is_off(rule, day, days):
        return day
    if rule.day_off == DayOff.SKIP:
        return None
    return days.add_working_days(day, -1 if rule.day_off == DayOff.BEFORE else 1)


def is_off(rule: Rule, day: date, days: WorkingCalendar) -> bool:
    """Whether the day counts as a day off for this rule: a weekend that the rule itself always falls on does not."""
    chosen = day.weekday() >= 5 and (rule.rhythm == Rhythm.WEEKLY or (rule.rhythm == Rhythm.DAYS and rule.every == 7))
    return not days.is_working(day) and not (chosen and not days.holiday_name(day))
