"""Paragraphs, rules, side-by-side boxes and pages, laid down with the styles of the sheet."""

from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm
from docx.table import Table as WordTable
from docx.table import _Cell as WordCell
from docx.table import _Row as WordRow
from docx.text.paragraph import Paragraph as WordParagraph

from . import sheet
from .metrics import balanced_lines, width_mm
from .sheet import Look

type Place = WordDocument | WordCell


def write(place: Place, look: Look, text: str) -> WordParagraph:
    """Add a paragraph in this look; in a fresh cell it takes the empty paragraph every cell begins with."""
    first = place.paragraphs[0] if isinstance(place, WordCell) and not place.text else None
    paragraph = first if first is not None and len(place.paragraphs) == 1 else place.add_paragraph()
    paragraph.style = look.name
    paragraph.add_run(text)
    return paragraph


def write_balanced(place: Place, look: Look, text: str, room: float) -> float:
    """Add centred text broken into even lines and return the width of the longest line in millimetres."""
    lines = balanced_lines(text, look.size, room)
    paragraph = write(place, look, lines[0])
    for line in lines[1:]:
        paragraph.add_run().add_break()
        paragraph.add_run(line)
    return min(room, max(width_mm(line, look.size) for line in lines))


def rule(place: Place, length: float, room: float) -> None:
    """Draw a centred line of this length under the text above, in a place `room` wide; both in millimetres."""
    paragraph = place.add_paragraph(style=sheet.RULE.name)
    side = Mm(max(0.0, (room - length) / 2))
    paragraph.paragraph_format.left_indent = side
    paragraph.paragraph_format.right_indent = side


def side_by_side(word: WordDocument, rows: int, widths: Sequence[float]) -> WordTable:
    """Add a table without lines whose rows do not break across pages, for boxes that stand beside each other."""
    table: WordTable = word.add_table(rows, len(widths), style=sheet.LAYOUT_TABLE)
    fix_widths(table, widths)
    for row in table.rows:
        keep_whole(row)
    return table


def fix_widths(table: WordTable, widths: Sequence[float]) -> None:
    """Give the columns these widths in millimetres, in the grid and in each cell, as Word and LibreOffice want it."""
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Mm(width)


def keep_whole(row: WordRow) -> None:
    """Keep a row on one page."""
    _row_property(row, "cantSplit")


def repeat_on_each_page(row: WordRow) -> None:
    """Make a row the header that returns at the top of each page."""
    _row_property(row, "tblHeader")


def set_page(word: WordDocument) -> None:
    """Set the first section: A4, margins, page numbers from 1 in the top margin and none on the first page."""
    section = word.sections[0]
    section.page_width, section.page_height = Mm(sheet.PAGE_WIDTH), Mm(sheet.PAGE_HEIGHT)
    section.top_margin, section.bottom_margin = Mm(sheet.MARGIN_TOP), Mm(sheet.MARGIN_BOTTOM)
    section.left_margin, section.right_margin = Mm(sheet.MARGIN_LEFT), Mm(sheet.MARGIN_RIGHT)
    section.header_distance = section.footer_distance = Mm(sheet.PAGE_NUMBER_FROM_EDGE)
    section.different_first_page_header_footer = True
    numbering = parse_xml(f'<w:pgNumType {nsdecls("w")} w:start="1"/>')
    word.element.body.sectPr.insert_element_before(numbering, "w:cols", "w:titlePg", "w:docGrid")
    number = section.header.paragraphs[0]
    number.style = sheet.PAGE_NUMBER.name
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'
    number.paragraph_format.element.append(parse_xml(field))


def new_part(word: WordDocument, *, landscape: bool) -> float:
    """Begin pages of their own, numbered from 1 again, and return the width of their text in millimetres."""
    section = word.add_section(WD_SECTION.NEW_PAGE)
    word.paragraphs[-1].style = sheet.END.name
    short, long = Mm(sheet.PAGE_WIDTH), Mm(sheet.PAGE_HEIGHT)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (long, short) if landscape else (short, long)
    across = sheet.PAGE_HEIGHT if landscape else sheet.PAGE_WIDTH
    return across - sheet.MARGIN_LEFT - sheet.MARGIN_RIGHT


def _row_property(row: WordRow, name: str) -> None:
    properties = row._tr.get_or_add_trPr()  # noqa: SLF001 - python-docx has no public door to row properties
    properties.append(parse_xml(f"<w:{name} {nsdecls('w')}/>"))
