"""What every reader of files gives: numbered lines in one normal form."""

import re
import unicodedata
from dataclasses import dataclass

from lantoa.kernel.errors import LantoaError

CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff\ufffe\uffff]")
BREAK = re.compile(r"\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


class UnreadableSource(LantoaError):
    """The file cannot be read as a plan; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One line: its number from 1, its text in NFC, the page and table cells it came from where known."""

    number: int
    text: str
    page: int | None = None
    cells: tuple[str, ...] = ()
    paragraph: bool = False
    """True when the file itself says that a paragraph starts here (Word does, a pasted text does not)."""


def clean(text: str) -> str:
    """Give text in NFC, without control or invisible characters, hard and odd spaces as plain ones."""
    return CONTROL.sub("", unicodedata.normalize("NFC", text)).replace("\u00a0", " ").replace("\u00ad", "")


def numbered(text: str) -> list[SourceLine]:
    """Cut text into numbered lines; tab-separated columns are kept as cells."""
    lines = []
    for number, raw in enumerate(BREAK.split(text), start=1):
        line = clean(raw)
        cells = tuple(cell.strip() for cell in line.split("\t")) if line.count("\t") > 1 else ()
        lines.append(SourceLine(number, line.replace("\t", " ").rstrip(), cells=cells if all(cells) else ()))
    return lines
