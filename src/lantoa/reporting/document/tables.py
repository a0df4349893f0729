"""Tables of figures: Vietnamese numbers, a header on each page, and signs that tell zero, missing and unfit apart."""

import re

from docx.document import Document as WordDocument
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_PARAGRAPH_ALIGNMENT

from lantoa.kernel.text import number_text

from . import sheet
from .content import Align, Blank, Cell, Table, plain
from .metrics import width_mm
from .page import fix_widths, keep_whole, repeat_on_each_page, write

_LEGEND = {Blank.MISSING: "chưa có số liệu", Blank.NOT_APPLICABLE: "không áp dụng"}
_COUNTING = {"TT", "STT"}
_ALIGNMENTS = {
    "left": WD_PARAGRAPH_ALIGNMENT.LEFT,
    "center": WD_PARAGRAPH_ALIGNMENT.CENTER,
    "right": WD_PARAGRAPH_ALIGNMENT.RIGHT,
}
# A figure written as text: a ratio, a share, an amount with its sign.
_FIGURE = re.compile(r"[-+]?\d[\d.,]*\s?%?")
_MARGINS = 4.5  # millimetres a cell needs beside its text
_WIDEST = 70  # beyond this a column breaks its text before others must


def write_table(word: WordDocument, table: Table, room: float) -> None:
    """Add a table `room` millimetres wide, with its caption, unit and the legend of the signs it uses."""
    if table.caption:
        write(word, sheet.TABLE_CAPTION, table.caption)
    if table.unit:
        write(word, sheet.TABLE_UNIT, f"Đơn vị tính: {table.unit}")
    grid = word.add_table(1 + len(table.rows), len(table.header), style=sheet.FIGURES_TABLE)
    grid.alignment = WD_TABLE_ALIGNMENT.CENTER
    fix_widths(grid, column_widths(table, room))
    rows = list(grid.rows)
    repeat_on_each_page(rows[0])
    for row in rows:
        keep_whole(row)
    for cell, text in zip(rows[0].cells, table.header, strict=True):
        cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
        write(cell, sheet.TABLE_HEAD, text)
    for position, (row, values) in enumerate(zip(rows[1:], table.rows, strict=True)):
        look = sheet.TABLE_TOTAL if position >= len(table.rows) - table.totals else sheet.TABLE_TEXT
        for column, (cell, value) in enumerate(zip(row.cells, values, strict=True)):
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            write(cell, look, cell_text(value)).alignment = _ALIGNMENTS[_align(table, column, value)]
    legend = _legend(table)
    write(word, sheet.TABLE_NOTE if legend else sheet.TABLE_END, legend)


def cell_text(value: Cell) -> str:
    """Return what a cell prints: figures as 1.234,5, zero as 0, a blank as its sign."""
    if isinstance(value, Blank):
        return value.value
    return plain(value) if isinstance(value, str) else number_text(value)


def column_widths(table: Table, room: float) -> list[float]:
    """Share the room among the columns as the table says, or by what stands in them.

    Each column first gets what its longest word needs, then a part of the rest in proportion to what its longest text
    would like.
    """
    if table.widths:
        return [room * width / sum(table.widths) for width in table.widths]
    columns = [[head, *(cell_text(row[i]) for row in table.rows)] for i, head in enumerate(table.header)]
    needed = [_MARGINS + max(_widest(text.split(" ")) for text in column) for column in columns]
    longest = [min(_WIDEST, _MARGINS + _widest(column[1:])) for column in columns]
    wishes = [max(0.0, most - need) for need, most in zip(needed, longest, strict=True)]
    spare = room - sum(needed)
    if spare <= 0:
        return [room * need / sum(needed) for need in needed]
    if sum(wishes) > spare:
        return [need + spare * wish / sum(wishes) for need, wish in zip(needed, wishes, strict=True)]
    liked = [need + wish for need, wish in zip(needed, wishes, strict=True)]
    return [room * like / sum(liked) for like in liked]


def _align(table: Table, column: int, value: Cell) -> Align:
    if table.aligns:
        return table.aligns[column]
    if table.header[column].upper() in _COUNTING:
        return "center"
    return "left" if isinstance(value, str) and not _FIGURE.fullmatch(plain(value)) else "right"


def _widest(texts: list[str]) -> float:
    return max((width_mm(text, sheet.TABLE_HEAD.size) for text in texts), default=0.0)


def _legend(table: Table) -> str:
    used = {value for row in table.rows for value in row if isinstance(value, Blank)}
    meanings = "; ".join(f"“{blank.value}” {meaning}" for blank, meaning in _LEGEND.items() if blank in used)
    return f"Ghi chú: {meanings}." if meanings else ""
