"""Whether a file is what its name says, by its bytes: how it begins and, for Office, what is packed in it."""

import re
import zipfile
from typing import IO

_ZIP = (0, (b"PK\x03\x04",))
_MPEG4 = (4, (b"ftyp",))
_OGG = (0, (b"OggS",))
_JPEG = (0, (b"\xff\xd8\xff",))
BEGINNINGS: dict[str, tuple[int, tuple[bytes, ...]]] = {
    "pdf": (0, (b"%PDF",)), "docx": _ZIP, "xlsx": _ZIP, "pptx": _ZIP, "odt": _ZIP, "ods": _ZIP, "zip": _ZIP,
    "jpg": _JPEG, "jpeg": _JPEG, "png": (0, (b"\x89PNG",)), "webp": (8, (b"WEBP",)),
    "mp3": (0, (b"ID3", b"\xff\xfb", b"\xff\xfa", b"\xff\xf3", b"\xff\xf2")), "wav": (8, (b"WAVE",)),
    "ogg": _OGG, "opus": _OGG, "m4a": _MPEG4, "mp4": _MPEG4, "webm": (0, (b"\x1a\x45\xdf\xa3",)),
}  # fmt: skip
"""Endings, and the bytes such a file has at which place."""
_TEXTS = {"txt", "csv", "vtt"}
_PACKED = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_HEAD = 4096
_NO_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f]|^\s*(?:<\?xml|{\\rtf|#!|%!)|<(?:!doctype|html|head|body|script|svg|iframe)\b",
    re.IGNORECASE,
)
"""What stands in no plain text: control characters, markup that a browser runs, and what a shell or printer runs."""


def is_what_it_says(name: str, file: IO[bytes]) -> bool:
    """Whether the bytes fit the ending of the name; False for an ending nobody here knows. Leaves the file at its
    beginning."""
    ending = name.rpartition(".")[2].lower()
    file.seek(0)
    head = file.read(_HEAD)
    if ending in _TEXTS:
        fits = _is_text(head) and (ending != "vtt" or head.removeprefix(b"\xef\xbb\xbf").startswith(b"WEBVTT"))
    else:
        at, marks = BEGINNINGS.get(ending, (0, ()))
        fits = head[at : at + 8].startswith(marks) and _holds(file, _PACKED.get(ending, ""))
    file.seek(0)
    return fits


def _is_text(head: bytes) -> bool:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16", "replace") if wide else head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return not _NO_TEXT.search(text)


def _holds(file: IO[bytes], folder: str) -> bool:
    if not folder:
        return True
    try:
        with zipfile.ZipFile(file) as packed:
            return any(name.startswith(folder) for name in packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False
