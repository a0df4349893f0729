"""Small cells of sensitive audiences: which figures of a table stay unsaid, so that none can be worked out. Pure."""

from collections.abc import Iterator, Sequence

from lantoa.audience.rules import MIN_CELL

type Table = Sequence[Sequence[int]]
type Mask = list[list[bool]]
type Place = tuple[int, int]


def withheld(table: Table, *, least: int = MIN_CELL) -> Mask:
    """Which cells of a table of counts are not shown; its row and column sums are.

    Every cell from 1 to `least` − 1. And since sums are told, a row or column that hides something hides at least two
    cells that together make `least` or more: the smallest others are hidden with it, at worst the whole line.
    """
    mask = [[0 < cell < least for cell in row] for row in table]
    changed = True
    while changed:
        changed = False
        for line in _lines(table):
            while (more := _one_more(table, mask, line, least)) is not None:
                mask[more[0]][more[1]] = changed = True
    return mask


def _lines(table: Table) -> Iterator[list[Place]]:
    """The places of every row, then of every column."""
    width = len(table[0]) if table else 0
    for row in range(len(table)):
        yield [(row, column) for column in range(width)]
    for column in range(width):
        yield [(row, column) for row in range(len(table))]


def _one_more(table: Table, mask: Mask, line: list[Place], least: int) -> Place | None:
    """The next cell to hide in a line whose hidden ones could be worked out from its sum; None when they cannot."""
    hidden = [table[row][column] for row, column in line if mask[row][column]]
    if not hidden or (len(hidden) > 1 and sum(hidden) >= least):
        return None
    open_ = [
        (table[row][column] == 0, table[row][column], (row, column)) for row, column in line if not mask[row][column]
    ]
    return min(open_)[2] if open_ else None
