"""The geometry of the charts."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.ui import charts

counts = st.dictionaries(st.sampled_from([*charts.STATES, *charts.FOLDS]), st.integers(0, 10**7))


@given(counts)
def test_folding_keeps_the_sum_and_the_six_states(given_counts: dict[str, int]) -> None:
    folded = charts.folded(given_counts)
    assert list(folded) == list(charts.STATES)
    assert sum(folded.values()) == sum(given_counts.values())


def test_a_state_nobody_knows_is_refused() -> None:
    with pytest.raises(KeyError):
        charts.folded({"lost": 1})


@given(counts)
def test_a_bar_is_full_in_order_and_shows_everyone(given_counts: dict[str, int]) -> None:
    bar = charts.slices(given_counts)
    present = [state for state, count in charts.folded(given_counts).items() if count]
    assert [part.state for part in bar] == present
    assert all(part.width >= charts.SMALLEST - 0.001 for part in bar)
    if bar:
        assert sum(part.width for part in bar) + charts.GAP * (len(bar) - 1) == pytest.approx(100, abs=0.01)
        assert bar[-1].x + bar[-1].width == pytest.approx(100, abs=0.01)
    for first, second in pairwise(bar):
        assert second.x == pytest.approx(first.x + first.width + charts.GAP, abs=0.01)


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_what_reaches_the_plan_reaches_the_tick(fact: int, plan: int) -> None:
    width = charts.plan_width(fact, plan)
    assert 0 <= width <= 100
    assert (width >= charts.PLAN_AT) == (fact >= plan) or width == charts.PLAN_AT


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("Xã Đất Mũi", ("Đất", "Mũi")),
        ("Phường An Xuyên", ("An", "Xuyên")),
        ("Xã Ninh Thạnh Lợi", ("N.Thạnh", "Lợi")),
        ("Huế", ("Huế",)),
    ],
)
def test_tile_names_lose_their_kind_and_fit_two_lines(name: str, lines: tuple[str, ...]) -> None:
    assert charts.short_name(name) == lines


def test_tiles_stand_in_their_grid_and_missing_is_not_the_lowest_step() -> None:
    drawn, width, height = charts.tiles(
        [{"name": "Xã A", "x": 2, "y": 1, "step": None}, {"name": "Xã B", "x": 0, "y": 0, "step": 1, "url": "/b/"}]
    )
    assert [(tile.x, tile.y, tile.step, tile.url) for tile in drawn] == [(112, 56, 0, ""), (0, 0, 1, "/b/")]
    assert (width, height) == (163, 107)
