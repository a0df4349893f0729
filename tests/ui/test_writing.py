"""Numbers, dates and headings as readers see them."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.ui import writing
from lantoa.ui.templatetags import ui


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, None, "0"),
        (1234, None, "1.234"),
        (1234.5, None, "1.234,5"),
        (Decimal("1234567.891"), 2, "1.234.567,89"),
        (0.125, 2, "0,13"),
        (-1500, None, "−1.500"),
        (Decimal("-0.001"), 1, "0,0"),
    ],
)
def test_numbers_are_grouped_by_points_and_cut_by_a_comma(
    value: float | Decimal, decimals: int | None, text: str
) -> None:
    assert ui.vn_number(value, decimals) == text


@given(st.integers(min_value=-(10**15), max_value=10**15))
def test_a_whole_number_can_be_read_back(value: int) -> None:
    assert int(writing.number(value).replace(".", "").replace("−", "-")) == value


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=4), st.integers(min_value=0, max_value=3))
def test_a_rounded_number_is_at_most_half_a_step_away(value: Decimal, decimals: int) -> None:
    back = Decimal(writing.number(value, decimals).replace(".", "").replace(",", ".").replace("−", "-"))
    assert abs(back - value) <= Decimal(5).scaleb(-decimals - 1)


@pytest.mark.parametrize(("ratio", "text"), [(0.716, "71,6%"), (1, "100%"), (0, "0%"), (0.7, "70%"), (0.0004, "0%")])
def test_percent_drops_an_empty_decimal(ratio: float, text: str) -> None:
    assert ui.vn_percent(ratio) == text


def test_nothing_zero_and_not_applicable_never_look_alike() -> None:
    assert [ui.percent_of(None, 4), ui.percent_of(0, 4), ui.percent_of(0, 0)] == ["", "0%", "không áp dụng"]
    assert [ui.vn_number(None), ui.vn_number(0)] == ["", "0"]


def test_a_moment_is_told_in_the_sites_time_zone() -> None:
    moment = dt.datetime(2026, 12, 2, 18, 5, tzinfo=dt.UTC)
    assert [ui.vn_date(moment), ui.vn_datetime(moment), ui.vn_date(None)] == ["03/12/2026", "03/12/2026, 1:05", ""]
    assert ui.vn_date(dt.date(2022, 9, 15)) == "15/09/2022"


@given(st.dates(min_value=dt.date(1000, 1, 1)))
def test_a_date_can_be_read_back(day: dt.date) -> None:
    in_day, in_month, in_year = map(int, writing.date(day).split("/"))
    assert dt.date(in_year, in_month, in_day) == day


def test_headings_keep_compounds_whole() -> None:
    assert writing.bind_compounds("Chính sách giảm nghèo, nói cho bà con") == (
        "Chính\u00a0sách giảm\u00a0nghèo, nói cho bà\u00a0con"
    )
    assert writing.bind_compounds("Hộ cận nghèo") == "Hộ\u00a0cận\u00a0nghèo"
    assert writing.bind_compounds("ý kiếng") == "ý kiếng"


@given(st.lists(st.sampled_from([*writing.COMPOUNDS, "xin", "chào", ",", "Đ"]), max_size=12).map(" ".join))
def test_binding_changes_nothing_but_spaces(text: str) -> None:
    bound = writing.bind_compounds(text)
    assert bound.replace(writing.NO_BREAK, " ") == text
    assert writing.bind_compounds(bound) == bound
