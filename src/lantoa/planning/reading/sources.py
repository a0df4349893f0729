"""An uploaded file becomes numbered lines of text, or one clear sentence that says why not.

Nothing in here trusts the file: its name, its declared sizes and its markup are all claims to check.
"""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath

from django.utils.translation import gettext_lazy as _

from lantoa.planning.reading.limits import MAX_LINES, MAX_TEXT, MAX_UPLOAD
from lantoa.planning.reading.lines import SourceLine, UnreadableSource, numbered
from lantoa.planning.reading.plain_text import decoded
from lantoa.planning.reading.portable import pdf_lines
from lantoa.planning.reading.word import docx_lines

ZIP_MAGIC = b"PK\x03\x04"
PDF_MAGIC = b"%PDF-"
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OTHER_MAGIC = (b"{\\rtf", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"Rar!", b"7z\xbc\xaf", b"MZ", b"\x7fELF")
EXTENSIONS = ("txt", "docx", "pdf")


@dataclass(frozen=True, slots=True)
class Source:
    """The text of one file: where it came from and its lines, numbered from 1 as a person would count them."""

    filename: str
    kind: str
    sha256: str
    lines: tuple[SourceLine, ...]
    notes: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """All lines, joined as they were."""
        return "\n".join(line.text for line in self.lines)


def read_source(content: bytes, filename: str) -> Source:
    """Give the lines of a .txt, .docx or .pdf plan; raise `UnreadableSource` with a sentence to act on otherwise."""
    name = PurePath(filename.replace("\\", "/").replace("\0", "")).name or "plan"
    kind = _kind(content, name)
    notes: list[str] = []
    if kind == "docx":
        raw = docx_lines(content)
    elif kind == "pdf":
        raw = pdf_lines(content)
    else:
        text, notes = decoded(content)
        raw = numbered(text)
    if not any(char.isalnum() for line in raw for char in line.text):
        raise UnreadableSource(_("The file holds no text."))
    if len(raw) > MAX_LINES or sum(len(line.text) for line in raw) > MAX_TEXT:
        raise UnreadableSource(_("The text is too long for one plan. Split off its appendices and try again."))
    return Source(name, kind, hashlib.sha256(content).hexdigest(), tuple(raw), tuple(notes))


def _kind(content: bytes, name: str) -> str:
    """Name the file's real format; the extension must agree with the first bytes."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    if extension in {"docm", "dotm"}:
        raise UnreadableSource(_("Files with macros are not accepted. Save the plan as .docx and try again."))
    if extension == "doc" or content.startswith(OLE_MAGIC):
        raise UnreadableSource(_("Old Word files (.doc) or locked files cannot be read. Save the plan as .docx."))
    if extension not in EXTENSIONS:
        raise UnreadableSource(_("Only .txt, .docx and .pdf files can be read."))
    if not content.strip():
        raise UnreadableSource(_("The file is empty."))
    if len(content) > MAX_UPLOAD:
        raise UnreadableSource(_("The file is larger than 10 MB. Remove its pictures and try again."))
    real = _magic(content)
    if real != extension:
        raise UnreadableSource(_("The file is not what its name says. Save it again in the right format."))
    return real


def _magic(content: bytes) -> str:
    if content.startswith(ZIP_MAGIC):
        return "docx"
    if PDF_MAGIC in content[:1024]:
        return "pdf"
    return "other" if content.startswith(OTHER_MAGIC) else "txt"
