"""Read a table a stranger hands us (CSV or Excel) without trusting a byte of it.

Nothing is executed, nothing is fetched, nothing is unpacked before its size is known. A file that cannot be read is
refused whole with a sentence for people; a cell that must not be read refuses its own row.
"""

import csv
import io
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from django.utils.translation import gettext as _

from lantoa.kernel.errors import LantoaError
from lantoa.kernel.text import fold, normalise

MAX_BYTES = 20 * 1024 * 1024
MAX_UNPACKED_BYTES = 120 * 1024 * 1024
MAX_UNPACKED_RATIO = 200
MAX_PARTS = 500
MAX_ROWS = 200_000
MAX_COLUMNS = 60
MAX_CELL = 4_000

_ZIP, _OLE, _PDF = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF"
_VIETNAMESE = frozenset(
    "".join(
        unicodedata.normalize("NFC", base + shape + tone)
        for base in "aeiouyAEIOUY"
        for shape in ("", "\u0302", "\u0306", "\u031b")
        for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    )
    + "đĐ–—‘’“”…•₫°²³½×\u00a0"
)
_BROKEN_UTF8 = re.compile("á[»º\u00ba\u00bb]|Ã[\u00a1-\u00bf]|Æ[°¡]|Ä[\u0090\u0091‘]")
_UNSAFE_START = re.compile(r"^[=@\t\r]|^[+\-](?![\d\s.,(])")


class UnreadableTable(LantoaError):
    """The file as a whole cannot be taken in; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: `number` as the person's own program numbers it, cells by header.

    `problem` says why the row must not be used (a formula, a NUL, too much text); its cells are then empty.
    """

    number: int
    cells: Mapping[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Headers and rows. Each pass over `rows` reads the content afresh; memory does not hold the rows."""

    headers: tuple[str, ...]
    _read: Callable[[], Iterator[Row]] = field(repr=False)

    @property
    def rows(self) -> Iterator[Row]:
        """The rows after the header, blank ones left out; raises `UnreadableTable` where the file breaks off."""
        return self._read()


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one row, where, why and what to do, in the reader's language."""

    number: int
    field: str
    why: str
    what_to_do: str = ""


def read_table(content: bytes, filename: str) -> Table:
    """Open a .csv or .xlsx file as a table of NFC texts.

    The first row with any text names the columns. Encodings: UTF-8, UTF-16, windows-1258, found by content. Excel:
    first sheet, values only; numbers without ".0", dates as dd/mm/yyyy. Raises `UnreadableTable`.
    """
    if len(content) > MAX_BYTES:
        raise UnreadableTable(
            _("The file is larger than %(limit)d MB. Split it into parts.") % {"limit": MAX_BYTES // 1024**2}
        )
    if not content.strip(b"\x00 \r\n\t\xef\xbb\xbf\xff\xfe"):
        raise UnreadableTable(_("The file is empty."))
    lines = _lines_of(content, PurePath(filename).suffix.lower())
    start, headers = _headers(lines())
    return Table(tuple(name for name in headers if name), lambda: _rows(lines(), start, headers))


def match_headers(headers: Sequence[str], wanted: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Which header carries which field: field → header, compared folded; fields without a header are left out.

    `wanted` maps each field to the names people give it, in Vietnamese and English.
    """
    folded = {_plain(header): header for header in headers}
    found = {}
    for name, spellings in wanted.items():
        for spelling in (name, *spellings):
            if (header := folded.get(_plain(spelling))) is not None:
                found[name] = header
                break
    return found


def write_error_file(errors: Iterable[RowError]) -> bytes:
    """The errors as a CSV that Excel opens rightly (UTF-8 with signature); no cell can act as a formula."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow([_("Row"), _("Column"), _("Why"), _("What to do")])
    for error in errors:
        writer.writerow([error.number, safe_cell(error.field), safe_cell(error.why), safe_cell(error.what_to_do)])
    return buffer.getvalue().encode("utf-8-sig")


def safe_cell(text: str) -> str:
    """The text as a spreadsheet will show it, never run it: an apostrophe guards what looks like a formula, also after
    a semicolon, where spreadsheets of countries with a decimal comma begin a cell."""
    return _RUN.sub(r"\1'", text)


_RUN = re.compile(r"(^|;\s*)(?=[=+\-@\t\r\n＝＋－＠])")
type _Line = tuple[int, list[str], str]


def _lines_of(content: bytes, suffix: str) -> Callable[[], Iterator[_Line]]:
    if suffix in (".xlsm", ".xltm", ".xlsb", ".xlam"):
        raise UnreadableTable(_("This Excel file can carry macros. Save it as .xlsx without macros and try again."))
    if content.startswith(_OLE):
        raise UnreadableTable(_("This is an old or a locked Excel file. Save it as .xlsx without a password."))
    if suffix == ".xlsx":
        _check_workbook(content)
        return lambda: _sheet_lines(content)
    if suffix not in (".csv", ".txt", ".tsv"):
        raise UnreadableTable(_("Only .csv and .xlsx files can be read here."))
    if content.startswith((_ZIP, _PDF)):
        raise UnreadableTable(_("The name says CSV but the content is something else. Save it as CSV or .xlsx."))
    text = _decode(content)
    return lambda: _csv_lines(text)


# CSV


def _decode(content: bytes) -> str:
    text = _text_of(content)
    if _BROKEN_UTF8.search(text):
        raise UnreadableTable(
            _("The Vietnamese letters were broken when this file was saved. Save the original as “CSV UTF-8”.")
        )
    return text


def _text_of(content: bytes) -> str:
    try:
        if content.startswith((b"\xff\xfe", b"\xfe\xff")):
            return content.decode("utf-16")
        if guess := _utf16_without_mark(content):
            return content.decode(guess)
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = unicodedata.normalize("NFC", content.decode("windows-1258"))
    except UnicodeDecodeError:
        text = "\N{REPLACEMENT CHARACTER}"
    if any(char > "\x7f" and char not in _VIETNAMESE for char in text):
        raise UnreadableTable(
            _("The letters of this file are in a code we cannot be sure of (TCVN3, VNI?). Save it as “CSV UTF-8”.")
        )
    return text


def _utf16_without_mark(content: bytes) -> str:
    sample = content[:2000]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > half * 0.6 and sample[0::2].count(0) < half * 0.1:
        return "utf-16-le"
    if half and sample[0::2].count(0) > half * 0.6 and sample[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return ""


def _csv_lines(text: str) -> Iterator[_Line]:
    first = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(",;\t|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 1
    try:
        for cells in reader:
            yield number, [_clean(cell) for cell in cells], _csv_problem(cells)
            number = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableTable(
            _("The file breaks off at line %(line)d: a quotation mark is open or misplaced.") % {"line": number}
        ) from error


def _csv_problem(cells: Sequence[str]) -> str:
    if any(_UNSAFE_START.match(cell) for cell in cells):
        return _("A cell begins like a formula.")
    return _text_problem(cells)


# Excel


def _check_workbook(content: bytes) -> None:
    if not content.startswith(_ZIP):
        raise UnreadableTable(_("The name says Excel but the content is not. Save it again as .xlsx."))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _check_parts(archive.infolist(), len(content))
            _check_kind(archive)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, KeyError, EOFError, OSError) as error:
        raise UnreadableTable(_("This Excel file is damaged. Open it, save it again as .xlsx and retry.")) from error


def _check_parts(parts: Sequence[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MAX_PARTS or unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_UNPACKED_RATIO * size + 1024**2:
        raise UnreadableTable(_("This Excel file unpacks to far more than it should. It was not opened."))
    for part in parts:
        name = part.filename.lower()
        if "vbaproject" in name or "/activex/" in name or "/macrosheets/" in name:
            raise UnreadableTable(_("This Excel file carries macros. Save it as .xlsx without macros and try again."))
        if "/externallinks/" in name:
            raise UnreadableTable(_("This Excel file links to other files. Copy the values into a new file."))


def _check_kind(archive: zipfile.ZipFile) -> None:
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise UnreadableTable(_("This Excel file carries macros. Save it as .xlsx without macros and try again."))
    for part in archive.infolist():
        with archive.open(part) as stream:
            head = stream.read(8192).replace(b"\x00", b"").upper()
        if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise UnreadableTable(_("This Excel file carries hidden instructions. It was not opened."))


def _sheet_lines(content: bytes) -> Iterator[_Line]:
    from openpyxl import load_workbook  # noqa: PLC0415 - six megabytes for whoever reads no workbook

    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
        sheet: Any = book.worksheets[0]
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS + 1), start=1):
            if all(cell.value is None for cell in cells):  # a far cell leaves a million of these before it
                yield number, [], ""
            else:
                yield number, [_clean(_cell_text(cell.value)) for cell in cells], _cells_problem(cells)
    except LantoaError:
        raise
    except Exception as error:  # openpyxl lets many kinds through for a damaged file
        raise UnreadableTable(_("This Excel file is damaged. Open it, save it again as .xlsx and retry.")) from error


def _cell_text(value: object) -> str:
    match value:
        case None:
            return ""
        case datetime() if value.time() == datetime.min.time():
            return f"{value:%d/%m/%Y}"
        case datetime():
            return f"{value:%d/%m/%Y %H:%M}"
        case date():
            return f"{value:%d/%m/%Y}"
        case float() if value.is_integer():
            return f"{value:.0f}"
        case float() | Decimal():
            return repr(value) if isinstance(value, float) else str(value)
        case _:
            return str(value)


def _cells_problem(cells: Sequence[Any]) -> str:
    if any(cell.data_type == "f" for cell in cells):
        return _("A cell holds a formula. Replace it by its value.")
    if any(cell.data_type == "e" for cell in cells):
        return _("A cell holds an Excel error such as #REF!.")
    return _text_problem([cell.value for cell in cells if isinstance(cell.value, str)])


# Both


def _clean(text: str) -> str:
    plain = unicodedata.normalize("NFC", text) if text.isprintable() else normalise(text)
    return " ".join(plain.split())


def _text_problem(cells: Sequence[str]) -> str:
    if any("\x00" in cell for cell in cells):
        return _("A cell holds a character that is no text (NUL).")
    if any(len(cell) > MAX_CELL for cell in cells):
        return _("A cell holds more than %(limit)d characters.") % {"limit": MAX_CELL}
    return ""


def _headers(lines: Iterator[_Line]) -> tuple[int, list[str]]:
    for number, cells, problem in lines:
        if not any(cells):
            continue
        if problem:
            raise UnreadableTable(_("The first row must hold column names. %(problem)s") % {"problem": problem})
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > MAX_COLUMNS:
            raise UnreadableTable(_("The table has more than %(limit)d columns.") % {"limit": MAX_COLUMNS})
        named = [_plain(cell) for cell in cells if cell]
        if twice := next((cell for cell in cells if cell and named.count(_plain(cell)) > 1), None):
            raise UnreadableTable(_("The column “%(name)s” appears twice.") % {"name": twice})
        return number, cells
    raise UnreadableTable(_("The file holds no table."))


def _rows(lines: Iterator[_Line], start: int, headers: Sequence[str]) -> Iterator[Row]:
    seen = 0
    for number, cells, problem in lines:
        seen += 1
        if seen > MAX_ROWS:
            raise UnreadableTable(
                _("The table has more than %(limit)d rows. Split it into parts.") % {"limit": MAX_ROWS}
            )
        if number <= start or not any(cells):
            continue
        if not problem and any(cells[len(headers) :]):
            problem = _("The row has more cells than the table has columns.")
        values = cells + [""] * (len(headers) - len(cells))
        named = {} if problem else {name: values[i] for i, name in enumerate(headers) if name}
        yield Row(number, named, problem)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", fold(name)).strip()
