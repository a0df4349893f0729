"""What a bulletin's editors take over: the article as a Word file measured by Decree 30/2020/NĐ-CP, and as text; and
what its printer gets."""

import io
from collections.abc import Sequence

from docx import Document
from docx.document import Document as WordFile
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.shared import Cm, Pt
from docx.text.paragraph import Paragraph

from lantoa.channels.placing import Kit, Placing
from lantoa.channels.printing.ordering import Printed, by_language, order
from lantoa.channels.printing.packing import ZIP, packed, settled

FACE = "Times New Roman"
_ITEM = ("- ", "– ", "• ", "+ ", "* ")


def article(placing: Placing) -> Kit:
    """Return a ZIP of `bai-viet.docx` and `bai-viet.txt` (UTF-8 with signature, for old editors). Nothing is cut."""
    files = {"bai-viet.docx": word(placing), "bai-viet.txt": plain(placing)}
    return Kit(f"bai-ban-tin-{placing.key}.zip", ZIP, packed(files))


def print_order(placings: Sequence[Placing]) -> Kit:
    """Return a ZIP: the article as a Word file in each language, an order for each sort of printing, and a workbook of
    copies by unit and place. Raises CannotPrintError."""
    files = by_language(placings, "bai-viet.docx", word)
    return Kit("dat-in-ban-tin.zip", ZIP, packed(files | order(Printed("Bản tin", "bai-viet.docx"), placings)))


def plain(placing: Placing) -> bytes:
    """The article as text: title, paragraphs, who speaks, what it rests on, where to read more."""
    parts = [placing.title, placing.text.strip(), *_closing(placing)]
    text = "\n\n".join(part for part in parts if part)
    return text.replace("\n", "\r\n").encode("utf-8-sig") + b"\r\n"


def word(placing: Placing) -> bytes:
    """The article as a Word file: Times New Roman 14, first line 1 cm in, six points between paragraphs, A4 with the
    decree's margins (30, 15, 20, 20 mm)."""
    file = Document()
    _page(file)
    _styles(file)
    file.core_properties.title, file.core_properties.author = placing.title, placing.source
    file.core_properties.language = {"vi": "vi-VN", "km": "km-KH"}.get(placing.language, placing.language)
    file.add_heading(placing.title, level=1)
    for line in filter(None, (line.strip() for line in placing.text.split("\n"))):
        item = line.startswith(_ITEM)
        file.add_paragraph(f"- {line[2:].strip()}" if item else line, style="Normal")
    closing = _closing(placing)
    for number, line in enumerate(closing):
        _aside(file.add_paragraph(line), last=number == len(closing) - 1)
    out = io.BytesIO()
    file.save(out)
    return settled(out.getvalue())


def _closing(placing: Placing) -> list[str]:
    told = [("Nguồn", placing.source), ("Căn cứ", placing.legal_basis), ("Đọc đầy đủ", placing.link)]
    return [f"{label}: {value}" for label, value in told if value]


def _page(file: WordFile) -> None:
    page = file.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin, page.right_margin, page.top_margin, page.bottom_margin = Cm(3), Cm(1.5), Cm(2), Cm(2)


def _styles(file: WordFile) -> None:
    for name, size, bold in (("Normal", 14, False), ("Heading 1", 16, True)):
        style = file.styles[name]
        style.font.name, style.font.size, style.font.bold = FACE, Pt(size), bold
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for attribute in list(fonts.attrib):
            del fonts.attrib[attribute]
        for attribute in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{attribute}"), FACE)
    body, heading = file.styles["Normal"].paragraph_format, file.styles["Heading 1"].paragraph_format
    body.alignment, body.first_line_indent, body.space_after = WD_ALIGN_PARAGRAPH.JUSTIFY, Cm(1), Pt(6)
    body.line_spacing = 1.15
    heading.alignment, heading.first_line_indent, heading.space_after = WD_ALIGN_PARAGRAPH.CENTER, Cm(0), Pt(12)
    file.styles["Heading 1"].font.color.rgb = None


def _aside(paragraph: Paragraph, *, last: bool) -> None:
    paragraph.alignment, paragraph.paragraph_format.first_line_indent = WD_ALIGN_PARAGRAPH.LEFT, Cm(0)
    paragraph.paragraph_format.space_after = Pt(0 if last else 3)
    for run in paragraph.runs:
        run.font.size, run.font.italic = Pt(12), True
