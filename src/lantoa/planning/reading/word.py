"""A .docx becomes lines: paragraphs and table cells in reading order, with Word's automatic numbers written out."""

import io
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from django.utils.translation import gettext_lazy as _

from lantoa.planning.reading.limits import MAX_DEPTH, MAX_ENTRIES, MAX_RATIO, MAX_UNPACKED
from lantoa.planning.reading.lines import SourceLine, UnreadableSource, clean
from lantoa.planning.reading.plain_text import unmojibake
from lantoa.planning.reading.word_numbering import Numbering, W

SKIPPED = {W + name for name in ("del", "moveFrom", "instrText", "delText", "pPr", "rPr", "sdtPr", "tblPr", "footnote")}
MC_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def docx_lines(content: bytes) -> list[SourceLine]:
    """Give the lines of a Word document; raise `UnreadableSource` for bombs, macros, damage and other zips."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            _inspect(package)
            body = ElementTree.fromstring(_member(package, "word/document.xml"), forbid_dtd=True)
            names = set(package.namelist())
            numbering = Numbering(
                *(
                    ElementTree.fromstring(_member(package, path), forbid_dtd=True) if path in names else None
                    for path in ("word/numbering.xml", "word/styles.xml")
                )
            )
        return _Lines(numbering).of(body)
    except (zipfile.BadZipFile, ParseError, DefusedXmlException, KeyError, ValueError, OSError, EOFError) as broken:
        raise UnreadableSource(_("The Word file is damaged. Open it in Word, save it again and retry.")) from broken
    except (NotImplementedError, RuntimeError, zipfile.LargeZipFile) as locked:
        raise UnreadableSource(_("The Word file is locked or packed in an unknown way. Save it again.")) from locked


def _inspect(package: zipfile.ZipFile) -> None:
    entries = package.infolist()
    names = {entry.filename for entry in entries}
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise UnreadableSource(_("The Word file unpacks to far more than a plan. It is refused."))
    if any(e.file_size > 1 << 20 and e.file_size > MAX_RATIO * max(1, e.compress_size) for e in entries):
        raise UnreadableSource(_("The Word file unpacks to far more than a plan. It is refused."))
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnreadableSource(_("Files with macros are not accepted. Save the plan as .docx and try again."))
    if "word/document.xml" not in names:
        raise UnreadableSource(_("The file is not what its name says. Save it again in the right format."))
    if b"macroEnabled" in _member(package, "[Content_Types].xml"):
        raise UnreadableSource(_("Files with macros are not accepted. Save the plan as .docx and try again."))


def _member(package: zipfile.ZipFile, path: str) -> bytes:
    """Read one member, never more than allowed, whatever size its header claims."""
    with package.open(path) as member:
        content = member.read(MAX_UNPACKED + 1)
    if len(content) > MAX_UNPACKED:
        raise UnreadableSource(_("The Word file unpacks to far more than a plan. It is refused."))
    return content


class _Lines:
    """Walks the body of a document in reading order and collects its lines."""

    def __init__(self, numbering: Numbering) -> None:
        self.numbering = numbering
        self.lines: list[SourceLine] = []

    def of(self, document: Element) -> list[SourceLine]:
        body = document.find(W + "body")
        if body is not None:
            self._container(body, 0)
        return self.lines

    def _add(self, text: str, *, cells: tuple[str, ...] = (), paragraph: bool = True) -> None:
        line = unmojibake(clean(text)).replace("\t", " ").rstrip()
        self.lines.append(SourceLine(len(self.lines) + 1, line, cells=cells, paragraph=paragraph))

    def _container(self, parent: Element, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise UnreadableSource(_("The Word file is damaged. Open it in Word, save it again and retry."))
        for child in parent:
            if child.tag == W + "p":
                self._paragraph(child)
            elif child.tag == W + "tbl":
                self._table(child, depth)
            elif child.tag not in SKIPPED:
                self._container(child, depth + 1)

    def _paragraph(self, paragraph: Element) -> None:
        for index, part in enumerate(self._text(paragraph).split("\n")):
            self._add(part, paragraph=index == 0)

    def _text(self, paragraph: Element) -> str:
        label = self.numbering.label(paragraph)
        text = "".join(_pieces(paragraph, 0))
        return f"{label} {text}" if label and text.strip() else text

    def _table(self, table: Element, depth: int) -> None:
        """A table with three filled columns is kept row by row; a narrower one only arranges paragraphs on the page."""
        rows = [row.findall(W + "tc") for row in table.findall(W + "tr")]
        texts = [tuple(self._cell(cell) for cell in row) for row in rows] if any(len(row) > 2 for row in rows) else []
        if not any(sum(map(bool, row)) > 2 for row in texts):
            for cell in (cell for row in rows for cell in row):
                self._container(cell, depth + 1)
            return
        for cells in texts:
            if any(cells):
                self._add(" | ".join(cells), cells=cells)

    @staticmethod
    def _cell(cell: Element) -> str:
        text = " ".join("".join(_pieces(paragraph, 0)) for paragraph in cell.iter(W + "p"))
        return " ".join(unmojibake(clean(text)).split())


def _pieces(element: Element, depth: int) -> Iterator[str]:
    if depth > MAX_DEPTH:
        return
    for child in element:
        if child.tag == W + "t":
            yield child.text or ""
        elif child.tag == W + "tab":
            yield " "
        elif child.tag in (W + "br", W + "cr"):
            yield "\n"
        elif child.tag == W + "noBreakHyphen":
            yield "-"
        elif child.tag not in SKIPPED and child.tag != MC_FALLBACK:
            yield from _pieces(child, depth + 1)
