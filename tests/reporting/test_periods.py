"""Periods are known by their days alone."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from lantoa.reporting.enums import PeriodKind
from lantoa.reporting.periods import Period, of_kind, recent

named = st.sampled_from([PeriodKind.QUARTER, PeriodKind.HALF, PeriodKind.YEAR])


@given(named, st.integers(2020, 2035), st.integers(1, 4))
def test_a_named_period_is_what_its_days_say(kind: PeriodKind, year: int, place: int) -> None:
    try:
        period = of_kind(kind, year, place)
    except ValueError:
        assert place > {PeriodKind.QUARTER: 4, PeriodKind.HALF: 2, PeriodKind.YEAR: 1}[kind]
        return
    assert (period.kind, period.start.day, (period.end + timedelta(days=1)).day) == (kind, 1, 1)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 800))
def test_any_other_days_are_custom(start: date, length: int) -> None:
    period = Period(start, start + timedelta(days=length))
    known = {of_kind(PeriodKind.YEAR, start.year)} | {of_kind(PeriodKind.HALF, start.year, n) for n in (1, 2)}
    known |= {of_kind(PeriodKind.QUARTER, start.year, n) for n in range(1, 5)}
    assert (period.kind == PeriodKind.CUSTOM) == (period not in known)


def test_names_as_officials_say_them() -> None:
    kinds = ((PeriodKind.QUARTER, 4), (PeriodKind.HALF, 1), (PeriodKind.HALF, 2), (PeriodKind.YEAR, 1))
    periods = [of_kind(kind, 2026, place) for kind, place in kinds]
    periods.append(Period(date(2026, 10, 1), date(2026, 11, 22)))
    with translation.override("vi"):
        assert [period.name.replace("\u00a0", " ") for period in periods] == [
            "quý IV năm 2026", "6 tháng đầu năm 2026", "6 tháng cuối năm 2026", "năm 2026",
            "từ 01/10/2026 đến 22/11/2026",
        ]  # fmt: skip


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)))
def test_recent_periods_have_begun_and_come_newest_first(today: date) -> None:
    periods = list(recent(today))
    assert all(period.start <= today for period in periods)
    ends = [period.end for period in periods]
    assert ends == sorted(ends, reverse=True)


def test_days_run_forward() -> None:
    with pytest.raises(ValueError, match="before"):
        Period(date(2026, 2, 1), date(2026, 1, 31))
