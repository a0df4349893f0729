"""Vietnam's clock and working days: every deadline of Lan Tỏa is counted here.

Days off are Saturdays, Sundays and the public holidays of the Labour Code (2019, article 112) with their days in lieu
and the swaps the Government announced, as the `holidays` library knows them. An administrator corrects it by swapped
days: an entered day always wins. Years whose Tết calendar is not announced yet follow the rule of the law until
someone enters the decision.

A term is counted as the Civil Code (2015, articles 147 and 148) counts it: the day something happens is day zero, and
the term ends on a working day, at the close of business.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from django.apps import apps
from django.conf import settings
from django.utils import timezone
from holidays import country_holidays

ZONE: Final = ZoneInfo("Asia/Ho_Chi_Minh")
CLOSE_OF_BUSINESS: Final = time(17, 0)

# The years for which the library can work out the lunar calendar and the days in lieu.
FIRST_YEAR: Final = 1995
LAST_YEAR: Final = 2098
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def now() -> datetime:
    """Return the present moment in Vietnam's zone, aware."""
    return timezone.now().astimezone(ZONE)


def today() -> date:
    """Return the date it is in Vietnam."""
    return now().date()


def local(moment: datetime) -> datetime:
    """Return an aware moment in Vietnam's zone; a naive one raises ValueError: nobody knows which day it means."""
    if timezone.is_naive(moment):
        raise ValueError(f"{moment.isoformat()} has no time zone; pass an aware datetime.")
    return moment.astimezone(ZONE)


@dataclass(frozen=True)
class WorkingCalendar:
    """Which days are worked, given the swapped days (day: does it work?).

    Years from 1995 to 2098; others raise ValueError. Building one costs nothing: the holidays of a year are worked
    out once a process. When many rows need it, ask for one `calendar()` and pass it on.
    """

    swapped: Mapping[date, bool] = field(default_factory=lambda: MappingProxyType({}))

    def is_working(self, day: date) -> bool:
        """Tell whether offices work that day."""
        works = self.swapped.get(day)
        if works is not None:
            return works
        year = _public_year(day.year)
        if day in year.days_off:
            return False
        return day.weekday() < _SATURDAY or day in year.working_weekends

    def holiday_name(self, day: date) -> str:
        """Return the Vietnamese name of the public holiday on that day, "" when there is none."""
        return _public_year(day.year).days_off.get(day, "")

    def add_working_days(self, day: date, n: int) -> date:
        """Return the n-th working day after `day`: the next working day counts as 1.

        n = 0 gives `day` itself when it is worked, otherwise the next working day. A negative n counts back in the
        same way: -1 is the last working day before `day`.
        """
        step = -_ONE_DAY if n < 0 else _ONE_DAY
        left = abs(n)
        if left == 0:
            day, left = day - _ONE_DAY, 1
        while left:
            day += step
            left -= self.is_working(day)
        return day

    def working_days_between(self, a: date, b: date) -> int:
        """Count the working days after `a` up to and including `b`; the same below zero when b comes first.

        So `working_days_between(a, add_working_days(a, n)) == n` for every n ≥ 1, and the days add up over a day in
        between.
        """
        if b < a:
            return -self.working_days_between(b, a)
        return sum(self.is_working(a + _ONE_DAY * i) for i in range(1, (b - a).days + 1))

    def due_at(self, start: datetime, working_days: int, *, close: time = CLOSE_OF_BUSINESS) -> datetime:
        """Return when a term of working days ends that began at `start`: the close of business of its last day, aware.

        The day of `start` (in Vietnam) is not counted, at whatever hour or on whatever day it fell. A negative term
        raises ValueError, as does a naive `start`.
        """
        if working_days < 0:
            raise ValueError(f"A term cannot be {working_days} working days long.")
        last = self.add_working_days(local(start).date(), working_days)
        return datetime.combine(last, close, tzinfo=ZONE)


@dataclass(frozen=True)
class _PublicYear:
    days_off: Mapping[date, str]
    working_weekends: frozenset[date]


@lru_cache(maxsize=256)
def _public_year(year: int) -> _PublicYear:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"Working days are known for the years {FIRST_YEAR} to {LAST_YEAR}, not for {year}.")
    known = country_holidays("VN", years=year, language="vi")
    # The library lists some working weekends of other years too; they are right, yet each year answers for itself.
    weekends = frozenset(day for day in known.weekend_workdays if day.year == year)
    # A decision taken with the following year's Tết may turn a weekend of this December into a working one.
    following = country_holidays("VN", years=year + 1, language="vi").weekend_workdays
    return _PublicYear(
        days_off=MappingProxyType(dict(known.items())),
        working_weekends=weekends | {day for day in following if day.year == year},
    )


def calendar() -> WorkingCalendar:
    """Return the calendar with the swapped days as they stand in the database: one small query, never stale."""
    swapped = apps.get_model("kernel", "SwappedDay").objects.values_list("day", "works")
    return WorkingCalendar(MappingProxyType(dict(swapped)))


def is_working(day: date) -> bool:
    """Tell whether offices work that day, swapped days included."""
    return calendar().is_working(day)


def add_working_days(day: date, n: int) -> date:
    """Return the n-th working day after `day`; see WorkingCalendar.add_working_days."""
    return calendar().add_working_days(day, n)


def working_days_between(a: date, b: date) -> int:
    """Count the working days after `a` up to and including `b`; see WorkingCalendar.working_days_between."""
    return calendar().working_days_between(a, b)


def due_at(start: datetime, working_days: int) -> datetime:
    """Return when a term that began at `start` ends, at the close of business (setting CLOSE_OF_BUSINESS, 17:00)."""
    close: time = getattr(settings, "CLOSE_OF_BUSINESS", CLOSE_OF_BUSINESS)
    return calendar().due_at(start, working_days, close=close)
