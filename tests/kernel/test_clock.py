"""Vietnam's working days: Tết, days in lieu, swapped days, and the arithmetic of terms."""

from datetime import UTC, date, datetime, time, timedelta, timezone

import pytest
import time_machine
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from lantoa.kernel import clock
from lantoa.kernel.clock import ZONE, WorkingCalendar
from lantoa.kernel.models import SwappedDay

PLAIN = WorkingCalendar()
days = st.dates(date(2022, 1, 1), date(2030, 12, 31))
terms = st.integers(0, 60)
calendars = st.dictionaries(days, st.booleans(), max_size=12).map(WorkingCalendar)


def off(first: date, last: date, calendar: WorkingCalendar = PLAIN) -> list[date]:
    """The days from first to last on which nobody works."""
    span = (first + timedelta(days=i) for i in range((last - first).days + 1))
    return [day for day in span if not calendar.is_working(day)]


@pytest.mark.parametrize(
    ("year", "first", "last", "back"),
    [
        (2025, date(2025, 1, 24), date(2025, 1, 25), date(2025, 2, 3)),
        (2026, date(2026, 2, 13), date(2026, 2, 14), date(2026, 2, 23)),
        (2027, date(2027, 2, 3), date(2027, 2, 4), date(2027, 2, 11)),
    ],
)
def test_nobody_works_over_tet(year: int, first: date, last: date, back: date) -> None:
    assert first.year == year
    assert PLAIN.add_working_days(first, 1) == back
    assert PLAIN.working_days_between(first, back) == 1
    assert off(first, back) == [last + timedelta(days=i) for i in range((back - last).days)]


def test_days_in_lieu_and_announced_swaps_are_known() -> None:
    assert off(date(2025, 8, 30), date(2025, 9, 3)) == [date(2025, 8, 30) + timedelta(days=i) for i in range(4)]
    assert [PLAIN.is_working(day) for day in (date(2025, 5, 2), date(2025, 4, 26))] == [False, True]
    assert [PLAIN.is_working(day) for day in (date(2026, 8, 31), date(2026, 8, 22))] == [False, True]
    assert [PLAIN.is_working(day) for day in (date(2026, 4, 27), date(2026, 11, 24))] == [False, False]
    assert [PLAIN.is_working(day) for day in (date(2018, 12, 31), date(2019, 1, 5))] == [False, True]
    assert [PLAIN.is_working(day) for day in (date(2015, 1, 2), date(2014, 12, 27))] == [False, True]


def test_a_holiday_has_its_vietnamese_name() -> None:
    assert PLAIN.holiday_name(date(2026, 2, 17)) == "Tết Nguyên Đán"
    assert PLAIN.holiday_name(date(2026, 2, 23)) == ""


def test_an_entered_day_wins_over_everything() -> None:
    saturday, monday, tet = date(2026, 6, 6), date(2026, 6, 8), date(2026, 2, 17)
    swapped = WorkingCalendar({saturday: True, monday: False, tet: True})
    assert [swapped.is_working(day) for day in (saturday, monday, tet)] == [True, False, True]
    assert swapped.add_working_days(date(2026, 6, 5), 1) == saturday
    assert swapped.add_working_days(date(2026, 6, 5), 2) == date(2026, 6, 9)


def test_the_day_after_counts_as_one() -> None:
    friday, saturday, monday = date(2026, 6, 5), date(2026, 6, 6), date(2026, 6, 8)
    assert [PLAIN.add_working_days(day, 1) for day in (friday, saturday, monday)] == [monday, monday, date(2026, 6, 9)]
    assert [PLAIN.add_working_days(day, 0) for day in (friday, saturday, monday)] == [friday, monday, monday]
    assert [PLAIN.add_working_days(day, -1) for day in (friday, saturday, monday)] == [date(2026, 6, 4), friday, friday]


@given(calendars, days, st.integers(1, 60))
def test_between_undoes_add(calendar: WorkingCalendar, day: date, n: int) -> None:
    end = calendar.add_working_days(day, n)
    assert calendar.is_working(end)
    assert calendar.working_days_between(day, end) == n
    assert calendar.working_days_between(day, end - timedelta(days=1)) == n - 1
    assert calendar.working_days_between(end, day) == -n


@given(calendars, days, st.integers(1, 60))
def test_counting_back_from_a_working_day_undoes_counting_on(calendar: WorkingCalendar, day: date, n: int) -> None:
    start = calendar.add_working_days(day, 0)
    assert calendar.add_working_days(calendar.add_working_days(start, n), -n) == start


@given(calendars, days, days, terms, terms)
def test_later_starts_and_longer_terms_never_end_earlier(
    calendar: WorkingCalendar, a: date, b: date, n: int, m: int
) -> None:
    first, last = sorted((a, b))
    short, long = sorted((n, m))
    assert calendar.add_working_days(first, short) <= calendar.add_working_days(last, short)
    assert calendar.add_working_days(first, short) <= calendar.add_working_days(first, long)


@given(calendars, days, terms, terms)
def test_terms_add_up(calendar: WorkingCalendar, day: date, n: int, m: int) -> None:
    day = calendar.add_working_days(day, 0)
    assert calendar.add_working_days(calendar.add_working_days(day, n), m) == calendar.add_working_days(day, n + m)


@given(calendars, days, st.integers(0, 200), st.integers(0, 200))
def test_spans_add_up(calendar: WorkingCalendar, day: date, n: int, m: int) -> None:
    middle, end = day + timedelta(days=n), day + timedelta(days=n + m)
    parts = calendar.working_days_between(day, middle) + calendar.working_days_between(middle, end)
    assert parts == calendar.working_days_between(day, end)


@given(days, st.times(), terms)
def test_a_term_ends_at_the_close_of_a_working_day(day: date, hour: time, n: int) -> None:
    start = datetime.combine(day, hour, tzinfo=ZONE)
    due = PLAIN.due_at(start, n)
    assert (due.date(), due.time(), due.utcoffset()) == (PLAIN.add_working_days(day, n), time(17), timedelta(hours=7))


def test_the_day_of_receipt_is_the_day_in_vietnam() -> None:
    sunday_night_in_london = datetime(2026, 6, 7, 18, 0, tzinfo=UTC)
    assert PLAIN.due_at(sunday_night_in_london, 1) == datetime(2026, 6, 9, 17, 0, tzinfo=ZONE)
    assert PLAIN.due_at(sunday_night_in_london, 1, close=time(16, 30)) == datetime(2026, 6, 9, 16, 30, tzinfo=ZONE)


@given(st.builds(datetime.combine, st.dates(date(1976, 1, 1), date(2098, 1, 1)), st.times(), st.just(UTC)))
def test_the_zone_keeps_no_summer_time(moment: datetime) -> None:
    there = clock.local(moment)
    assert there == moment
    assert there.utcoffset() == timedelta(hours=7)


@given(st.builds(datetime.combine, days, st.times()))
def test_a_moment_without_zone_is_refused(moment: datetime) -> None:
    for ask in (clock.local, lambda naive: PLAIN.due_at(naive, 1)):
        with pytest.raises(ValueError, match="has no time zone"):
            ask(moment)


@pytest.mark.parametrize("year", [1994, 2099])
def test_a_year_nobody_can_know_is_refused(year: int) -> None:
    with pytest.raises(ValueError, match="1995 to 2098"):
        PLAIN.is_working(date(year, 6, 1))


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 working days"):
        PLAIN.due_at(datetime(2026, 6, 8, tzinfo=ZONE), -1)


@time_machine.travel(datetime(2026, 1, 4, 17, 30, tzinfo=timezone(timedelta(0))), tick=False)
def test_now_and_today_are_vietnamese() -> None:
    assert clock.now().isoformat() == "2026-01-05T00:30:00+07:00"
    assert clock.today() == date(2026, 1, 5)


@pytest.mark.django_db
def test_swapped_days_of_the_database_count_at_once(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    friday, saturday, monday = date(2026, 6, 5), date(2026, 6, 6), date(2026, 6, 8)
    assert clock.add_working_days(friday, 1) == monday
    row = SwappedDay.objects.create(day=saturday, works=True, reason="Làm bù")
    SwappedDay.objects.create(day=monday, works=False, reason="Nghỉ hoán đổi")
    with django_assert_num_queries(1):
        assert clock.add_working_days(friday, 1) == saturday
    assert clock.working_days_between(friday, monday) == 1
    assert clock.is_working(monday) is False
    assert clock.due_at(datetime(2026, 6, 5, 9, tzinfo=ZONE), 2) == datetime(2026, 6, 9, 17, tzinfo=ZONE)
    row.delete()
    assert clock.add_working_days(friday, 1) == date(2026, 6, 9)


@pytest.mark.django_db
def test_an_office_may_close_earlier(settings: object) -> None:
    settings.CLOSE_OF_BUSINESS = time(16, 30)  # type: ignore[attr-defined]
    assert clock.due_at(datetime(2026, 6, 5, 9, tzinfo=ZONE), 1) == datetime(2026, 6, 8, 16, 30, tzinfo=ZONE)
