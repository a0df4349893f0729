"""No small figure can be worked out from what is told: a reader who tries every table there could be learns none."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.figures.enums import Said
from lantoa.figures.small_cells import QUARTERS, hidden

USED = (0, 1, 3)  # two months of one quarter, one of the next
LEAST = 3

rows = st.tuples(*(st.integers(0, 3) for _month in USED))
small_tables = st.lists(rows, min_size=2, max_size=3)


def year(row):
    """Twelve months out of those used."""
    values = dict(zip(USED, row, strict=True))
    return tuple(values.get(month, 0) for month in range(12))


def cells(values):
    """Every figure of a row: its months, its quarters, its year."""
    return [*values, *(sum(values[3 * one : 3 * one + 3]) for one in QUARTERS), sum(values)]


def said(mask, unit, values):
    parts = cells(values)
    return [
        *(mask.month(unit, month, value) for month, value in enumerate(parts[:12])),
        *(mask.quarter(unit, value) for value in parts[12:16]),
        mask.year(unit, parts[16]),
    ]


def told(mask, unit, values):
    """What the public reads of a row: a number, or the word in its place."""
    return [
        value if word in (Said.COUNTED, Said.ZERO) else word
        for word, value in zip(said(mask, unit, values), cells(values), strict=True)
    ]


def splits(total, parts):
    if parts == 1:
        yield (total,)
        return
    for first in range(total + 1):
        for rest in splits(total - first, parts - 1):
            yield first, *rest


def every_table_that_reads_the_same(table, mask):
    """By brute force: all rows that add up to the province's months and read as published."""
    by_month = [list(splits(sum(row[at] for row in table), len(table))) for at in range(len(USED))]
    public = [told(mask, unit, year(row)) for unit, row in enumerate(table)]
    known: dict = {}
    for columns in product(*by_month):
        candidate = list(zip(*columns, strict=True))
        for unit, row in enumerate(candidate):
            if (unit, row) not in known:
                known[unit, row] = told(mask, unit, year(row)) == public[unit]
            if not known[unit, row]:
                break
        else:
            yield candidate


@settings(max_examples=40)
@given(small_tables)
def test_no_few_cell_can_be_worked_out(table):
    mask = hidden({unit: year(row) for unit, row in enumerate(table)}, least=LEAST)
    possible = [[cells(year(row)) for row in one] for one in every_table_that_reads_the_same(table, mask)]
    assert possible
    for unit, row in enumerate(table):
        for place, value in enumerate(cells(year(row))):
            if 0 < value < LEAST:
                assert len({one[unit][place] for one in possible}) > 1, (mask, unit, place)


@given(st.lists(st.tuples(*(st.integers(0, 40) for _month in range(12))), min_size=2, max_size=6))
@settings(max_examples=30)
def test_every_few_cell_is_hidden_and_what_is_told_is_zero_or_enough(table):
    mask = hidden(dict(enumerate(table)), least=10)
    for unit, values in enumerate(table):
        for word, value in zip(said(mask, unit, values), cells(values), strict=True):
            assert word in (Said.FEW, Said.WITHHELD) or value == 0 or value >= 10
            assert word is not Said.FEW or 0 < value < 10
            assert (word is Said.ZERO) <= (value == 0)


def test_nothing_is_hidden_where_nothing_is_small():
    mask = hidden({1: (10,) * 12, 2: (0,) * 12, 3: (25,) * 12}, least=10)
    assert not mask.years | mask.quarters | set().union(*mask.months.values())


def test_one_small_commune_is_hidden_with_the_next_smallest():
    mask = hidden({1: (4,) + (0,) * 11, 2: (12,) + (0,) * 11, 3: (500,) + (0,) * 11}, least=10)
    assert mask.years == {1, 2}
    assert mask.year(1, 4) in (Said.FEW, Said.WITHHELD)
    assert mask.year(3, 500) is Said.COUNTED


def test_the_only_one_who_asked_is_not_named():
    """A total of one: the reader learns that somebody asked somewhere, not where."""
    table = {1: (1,) + (0,) * 11, 2: (0,) * 12, 3: (0,) * 12}
    mask = hidden(table, least=10)
    words = [mask.year(unit, sum(values)) for unit, values in table.items()]
    assert words.count(Said.WITHHELD) >= 2
    assert Said.FEW not in words
