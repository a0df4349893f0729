"""Lay an official document out as Decree 30/2020/NĐ-CP, Annex I, draws it, and give the Word file."""

from collections.abc import Sequence

from docx.document import Document as WordDocument
from docx.text.paragraph import Paragraph as WordParagraph

from . import sheet, wording
from .content import Appendix, Block, Dash, Heading, Kind, OfficialDocument, Paragraph, Point, Table, plain
from .metrics import width_mm
from .package import describe, empty_document, packed
from .page import new_part, rule, set_page, side_by_side, write, write_balanced
from .tables import write_table

NATION = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"


def word_file(content: OfficialDocument) -> bytes:
    """Return the document as a .docx file: A4, Times New Roman, ready to number, sign and stamp.

    Pure: no clock, no files, no database; equal documents give equal bytes. Too many lettered points under one
    heading raise ValueError.
    """
    word = empty_document()
    set_page(word)
    _write_head(word, content)
    _write_name(word, content)
    _write_addressees(word, content.addressees)
    for basis in wording.listed(content.bases):
        write(word, sheet.BASIS, basis)
    _write_body(word, content.body, sheet.TEXT_WIDTH, closing="./.")
    _write_foot(word, content)
    for position, appendix in enumerate(content.appendices, start=1):
        _write_appendix(word, content, appendix, position)
    number = wording.number_line(content.number, content.symbol)
    describe(word, content, "" if content.kind is Kind.LETTER else _title(content), number)
    return packed(word)


def _write_head(word: WordDocument, content: OfficialDocument) -> None:
    """Boxes 1 to 4: issuer and number on the left, state name, motto, place and date on the right."""
    left, right = sheet.LEFT_COLUMN, sheet.RIGHT_COLUMN
    (issuer, nation), (number, place) = (row.cells for row in side_by_side(word, 2, (left, right)).rows)
    if content.issuer_parent:
        write_balanced(issuer, sheet.ISSUER_PARENT, content.issuer_parent.upper(), left - 2)
    longest = write_balanced(issuer, sheet.ISSUER, content.issuer.upper(), left - 2)
    rule(issuer, longest * sheet.RULE_SHARE, left)
    write(nation, sheet.NATIONAL_NAME, NATION)
    write(nation, sheet.MOTTO, MOTTO)
    rule(nation, width_mm(MOTTO, sheet.MOTTO.size), right)
    write(number, sheet.NUMBER, wording.number_line(content.number, content.symbol))
    if content.kind is Kind.LETTER:
        write_balanced(number, sheet.SUBJECT, f"V/v {plain(content.abstract)}", left - 4)
    write(place, sheet.PLACE_DATE, wording.date_line(content.place, content.date))


def _write_name(word: WordDocument, content: OfficialDocument) -> None:
    """Box 5a: the name of the type, what the document is about, a rule; a letter has none of it."""
    if content.kind is Kind.LETTER:
        return
    room = sheet.TEXT_WIDTH - 10
    longest = write_balanced(word, sheet.TYPE_NAME, _title(content), room)
    if content.abstract:
        longest = write_balanced(word, sheet.ABSTRACT, content.abstract, room)
    rule(word, longest * sheet.RULE_SHARE, sheet.TEXT_WIDTH)
    write(word, sheet.TABLE_END, "")


def _write_addressees(word: WordDocument, addressees: tuple[str, ...]) -> None:
    """Box 9a: one addressee on the line itself, several each on a line after a dash."""
    if len(addressees) == 1:
        write(word, sheet.ADDRESSEE, f"Kính gửi: {addressees[0]}")
    elif addressees:
        write(word, sheet.ADDRESSEES_LABEL, "Kính gửi:")
        for line in wording.listed(addressees):
            write(word, sheet.ADDRESSEES, f"- {line}")
        write(word, sheet.TABLE_END, "")


def _write_body(word: WordDocument, blocks: Sequence[Block], room: float, closing: str = "") -> None:
    """Box 6: the text with its numbering; `closing` ends the last paragraph, which then stays with the signature."""
    sections = clauses = points = 0
    last: WordParagraph | None = None
    for position, block in enumerate(blocks, start=1):
        end = closing if position == len(blocks) else ""
        match block:
            case Heading(text, 1):
                sections, clauses, points = sections + 1, 0, 0
                write(word, sheet.SECTION, f"{wording.roman(sections)}. {text.upper()}")
            case Heading(text, 2):
                clauses, points = clauses + 1, 0
                write(word, sheet.CLAUSE, f"{clauses}. {text}")
            case Table():
                write_table(word, block, room)
            case Point(text):
                points += 1
                last = write(word, sheet.POINT, f"{wording.point_letter(points)}) {_closed(text, end)}")
            case Dash(text):
                last = write(word, sheet.DASH, f"- {_closed(text, end)}")
            case Paragraph(text):
                last = write(word, sheet.BODY, _closed(text, end))
    if closing and last is not None:
        last.paragraph_format.keep_with_next = True


def _write_foot(word: WordDocument, content: OfficialDocument) -> None:
    """Boxes 7 and 9b, and under them the hash of the figures the document states."""
    left, right = sheet.TEXT_WIDTH - 92, 92
    write(word, sheet.BEFORE_SIGNATURE, "")
    recipients, signature = side_by_side(word, 1, (left, right)).rows[0].cells
    write(recipients, sheet.RECIPIENTS_LABEL, "Nơi nhận:")
    for recipient in content.recipients:
        write(recipients, sheet.RECIPIENT, f"- {wording.with_ending(recipient, ';')}")
    write(recipients, sheet.RECIPIENT, f"- Lưu: {wording.with_ending(content.filed, '.')}")
    for line in (*content.signature.authority, content.signature.title):
        write_balanced(signature, sheet.AUTHORITY, line.upper(), right - 2)
    write(signature, sheet.SIGNATORY, content.signature.name or "")
    if content.data_hash:
        write(word, sheet.DATA_HASH, f"Mã số liệu: sha256 {content.data_hash}")
    elif not content.appendices:
        write(word, sheet.END, "")


def _write_appendix(word: WordDocument, content: OfficialDocument, appendix: Appendix, position: int) -> None:
    """An appendix; a single one bears no number. It says which document it belongs to."""
    room = new_part(word, landscape=appendix.landscape)
    several = len(content.appendices) > 1
    write(word, sheet.APPENDIX_NUMBER, f"Phụ lục {wording.roman(position)}" if several else "Phụ lục")
    write_balanced(word, sheet.APPENDIX_TITLE, appendix.title.upper(), room - 10)
    name = content.title or content.kind.title
    number = wording.number_line(content.number, content.symbol).removeprefix("Số:")
    day = wording.long_date(content.date) if content.date else wording.date_line("", None).removeprefix(", ")
    origin = f"(Kèm theo {name} số{number} {day} của {plain(content.issuer)})"
    longest = write_balanced(word, sheet.APPENDIX_ORIGIN, origin, room - 10)
    rule(word, longest * sheet.RULE_SHARE, room)
    write(word, sheet.TABLE_END, "")
    _write_body(word, appendix.body, room)


def _title(content: OfficialDocument) -> str:
    return (content.title or content.kind.title).upper()


def _closed(text: str, closing: str) -> str:
    return wording.with_ending(text, closing) if closing else text
