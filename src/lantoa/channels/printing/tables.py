"""A table as a workbook that people go on with: headings in sight, widths, a sum; no cell can be a formula."""

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from lantoa.channels.printing.packing import settled
from lantoa.kernel.tables import safe_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
type Cell = str | int


def workbook(
    title: str, notes: Sequence[str], headers: Sequence[tuple[str, int]], rows: Sequence[Sequence[Cell]],
    total: Sequence[Cell] = (),
) -> bytes:  # fmt: skip
    """Return an .xlsx: title, notes, headings (text, width in characters), rows, and a last line of totals."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Danh sách"
    sheet.append([safe_cell(title)])
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    for note in notes:
        sheet.append([safe_cell(note)])
    sheet.append([])
    first = sheet.max_row + 1 if notes else 3
    _lines(
        sheet, first, [[text for text, _width in headers], *rows, *([total] if total else [])], bold_last=bool(total)
    )
    for number, (_text, width) in enumerate(headers, 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = f"A{first + 1}"
    sheet.print_title_rows = f"{first}:{first}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", 9
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    out = io.BytesIO()
    book.save(out)
    return settled(out.getvalue())


def _lines(sheet: Worksheet, first: int, lines: Sequence[Sequence[Cell]], *, bold_last: bool) -> None:
    thin = Side(style="thin", color="857560")
    for offset, line in enumerate(lines):
        for column, value in enumerate(line, 1):
            cell = sheet.cell(first + offset, column, safe_cell(value) if isinstance(value, str) else value)
            cell.border = Border(top=thin, bottom=thin, left=thin, right=thin)
            cell.alignment = Alignment(wrap_text=isinstance(value, str), vertical="top")
            cell.font = Font(bold=offset == 0 or (bold_last and offset == len(lines) - 1))
