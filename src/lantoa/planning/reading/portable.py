"""A PDF with text becomes lines that remember their page."""

import io
import logging

from django.utils.translation import gettext_lazy as _
from pypdf import PdfReader

from lantoa.planning.reading.limits import MAX_LINES, MAX_PAGES, MAX_TEXT
from lantoa.planning.reading.lines import SourceLine, UnreadableSource, numbered
from lantoa.planning.reading.plain_text import unmojibake


def pdf_lines(content: bytes) -> list[SourceLine]:
    """Give the lines of every page in order; raise `UnreadableSource` for locked, broken or scanned files."""
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        return _lines(content)
    except UnreadableSource:
        raise
    except Exception as broken:  # pypdf meets hostile bytes with any exception there is, RecursionError included
        raise UnreadableSource(_("The PDF is damaged. Save it again and retry.")) from broken


def _lines(content: bytes) -> list[SourceLine]:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnreadableSource(_("The PDF is locked with a password. Unlock it and try again."))
    if len(reader.pages) > MAX_PAGES:
        raise UnreadableSource(_("The text is too long for one plan. Split off its appendices and try again."))
    lines: list[SourceLine] = []
    size = 0
    for page_number, page in enumerate(reader.pages, start=1):
        text = unmojibake(page.extract_text())
        size += len(text)
        if size > MAX_TEXT or len(lines) > MAX_LINES:
            raise UnreadableSource(_("The text is too long for one plan. Split off its appendices and try again."))
        lines += [SourceLine(len(lines) + line.number, line.text, page_number) for line in numbered(text)]
    if sum(char.isalpha() for line in lines for char in line.text) < 20:
        raise UnreadableSource(_("The PDF is a scan without text. Use the original file, or its text."))
    return lines
