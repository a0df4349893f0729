"""When a series is due: plain weeks, months of unequal length, Tết, swapped days, any rule at all."""

from datetime import date, datetime, time, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.clock import ZONE, WorkingCalendar
from lantoa.outreach.rhythm import Rule, dues, is_off

DAYS = WorkingCalendar()
EIGHT = time(8)


def days(rule: Rule, count: int, *, after: date, calendar: WorkingCalendar = DAYS) -> list[str]:
    start = datetime.combine(after, time(0), tzinfo=ZONE)
    return [f"{due:%d/%m/%y}" for due in islice(dues(rule, after=start, days=calendar), count)]


def weekly(**more: object) -> Rule:
    return Rule(rhythm="weekly", hour=EIGHT, starts_on=date(2026, 1, 1), weekday=0, **more)  # type: ignore[arg-type]


def test_a_week_has_one_issue_at_the_hour_of_vietnam() -> None:
    rule = weekly()
    found = next(dues(rule, after=datetime(2026, 11, 23, 8, 0, tzinfo=ZONE), days=DAYS))
    assert found.isoformat() == "2026-11-30T08:00:00+07:00", "what is due at this very moment lies behind"


# Tết Đinh Mùi: 6 February 2027; offices rest from 4 to 10 February.
@pytest.mark.parametrize(
    ("day_off", "expected"),
    [
        ("send", ["25/01/27", "01/02/27", "08/02/27", "15/02/27"]),
        ("skip", ["25/01/27", "01/02/27", "15/02/27", "22/02/27"]),
        ("before", ["25/01/27", "01/02/27", "03/02/27", "15/02/27"]),
        ("after", ["25/01/27", "01/02/27", "11/02/27", "15/02/27"]),
    ],
)
def test_across_tet(day_off: str, expected: list[str]) -> None:
    assert days(weekly(day_off=day_off), 4, after=date(2027, 1, 24)) == expected


def test_a_swapped_day_entered_by_the_administrator_counts() -> None:
    monday = date(2026, 11, 30)
    swapped = WorkingCalendar({monday: False})
    assert days(weekly(day_off="after"), 1, after=date(2026, 11, 24), calendar=swapped) == ["01/12/26"]


def test_a_bulletin_of_sundays_stays_on_sundays_and_moves_only_for_a_holiday() -> None:
    sundays = Rule(rhythm="weekly", hour=EIGHT, starts_on=date(2026, 1, 1), weekday=6, day_off="after")
    assert days(sundays, 3, after=date(2027, 1, 30)) == ["31/01/27", "11/02/27", "14/02/27"]


def test_the_thirty_first_is_the_last_day_of_a_shorter_month() -> None:
    rule = Rule(rhythm="monthly", hour=EIGHT, starts_on=date(2027, 1, 1), monthday=31)
    assert days(rule, 4, after=date(2027, 1, 1)) == ["31/01/27", "28/02/27", "31/03/27", "30/04/27"]


def test_days_are_counted_from_the_first_wherever_one_looks_from() -> None:
    rule = Rule(rhythm="days", hour=EIGHT, starts_on=date(2026, 11, 3), every=10)
    assert days(rule, 2, after=date(2026, 11, 14)) == ["23/11/26", "03/12/26"]


def test_days_moved_onto_one_another_are_one_issue() -> None:
    daily = Rule(rhythm="days", hour=EIGHT, starts_on=date(2027, 1, 1), every=1, day_off="after")
    assert days(daily, 3, after=date(2027, 2, 3)) == ["03/02/27", "11/02/27", "12/02/27"]


def test_a_series_ends_with_its_last_day() -> None:
    assert days(weekly(ends_on=date(2026, 11, 30)), 9, after=date(2026, 11, 20)) == ["23/11/26", "30/11/26"]


def test_a_rule_that_never_meets_a_working_day_comes_to_an_end() -> None:
    rule = Rule(rhythm="days", hour=EIGHT, starts_on=date(2027, 1, 3), every=14, day_off="skip")  # Sundays
    assert days(rule, 1, after=date(2027, 1, 1)) == []


RULES = st.builds(
    Rule,
    rhythm=st.sampled_from(["weekly", "monthly", "days"]),
    hour=st.times(),
    starts_on=st.dates(date(2024, 1, 1), date(2027, 12, 31)),
    weekday=st.integers(0, 6),
    monthday=st.integers(1, 31),
    every=st.integers(1, 90),
    day_off=st.sampled_from(["send", "skip", "before", "after"]),
)


MOMENTS = st.builds(datetime.combine, st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.times(), st.just(ZONE))


@given(rule=RULES, after=MOMENTS)
def test_any_rule_goes_forward_never_before_its_start_and_the_same_from_wherever_one_looks(
    rule: Rule, after: datetime
) -> None:
    found = list(islice(dues(rule, after=after, days=DAYS), 6))
    assert found == sorted(set(found))
    assert all(due > after and due.date() >= rule.starts_on and due.time() == rule.hour for due in found)
    if rule.day_off != "send":
        assert not [due for due in found if is_off(rule, due.date(), DAYS)]
    for place, due in enumerate(found[:-1]):
        assert next(dues(rule, after=due, days=DAYS)) == found[place + 1]
    if found:
        assert next(dues(rule, after=found[0] - timedelta(microseconds=1), days=DAYS)) == found[0]
