"""Small cells of sensitive audiences cannot be read, nor worked out from the sums beside them."""

from hypothesis import given
from hypothesis import strategies as st

from lantoa.audience.rules import MIN_CELL
from lantoa.outreach.withholding import withheld

tables = st.integers(1, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.one_of(st.integers(0, 6), st.integers(0, 400)), min_size=width, max_size=width), max_size=8
    )
)


def test_one_small_cell_takes_the_smallest_beside_it_along() -> None:
    mask = withheld([[20, 18, 2, 0], [300, 200, 60, 40], [90, 50, 30, 10]])
    assert mask[0] == [False, True, True, False], "2 cannot be had as 20 − 18"
    assert [row[2] for row in mask] == [True, False, True], "nor from the column's sum"
    assert [row[1] for row in mask] == [True, False, True]


def test_a_table_without_small_cells_is_shown_whole() -> None:
    assert withheld([[10, 5, 5], [20, 20, 0]]) == [[False] * 3, [False] * 3]
    assert withheld([]) == []


@given(table=tables)
def test_nothing_small_is_shown_and_nothing_hidden_follows_from_a_sum(table: list[list[int]]) -> None:
    mask = withheld(table)
    rows = list(zip(table, mask, strict=True))
    for line, hidden in [*rows, *([(list(a), list(b)) for a, b in zip(zip(*table), zip(*mask), strict=True)])]:  # noqa: B905
        unsaid = [cell for cell, hide in zip(line, hidden, strict=True) if hide]
        assert not [cell for cell, hide in zip(line, hidden, strict=True) if 0 < cell < MIN_CELL and not hide]
        whole_line = all(hidden)
        assert whole_line or not unsaid or (len(unsaid) > 1 and sum(unsaid) >= MIN_CELL)
