"""Whether a file is what its name says, by its bytes: the library `filetype` knows how kinds begin, and an Office file
is looked into, for not all of them begin alike."""

import re
import zipfile
from collections.abc import Iterable
from typing import IO

import filetype

_OPEN_XML = "application/vnd.openxmlformats-officedocument"
OFFICE = {
    "docx": (f"{_OPEN_XML}.wordprocessingml.document", "word/"),
    "xlsx": (f"{_OPEN_XML}.spreadsheetml.sheet", "xl/"),
    "pptx": (f"{_OPEN_XML}.presentationml.presentation", "ppt/"),
}
"""Endings of Office files: their media type, and the folder that stands in such a file and in no other."""
_MPEG4 = ("video/mp4", "video/x-m4v", "audio/mp4", "audio/m4a")
_KINDS: dict[str, tuple[str, ...]] = {
    "pdf": ("application/pdf",), "zip": ("application/zip",),
    "odt": ("application/vnd.oasis.opendocument.text",), "ods": ("application/vnd.oasis.opendocument.spreadsheet",),
    "jpg": ("image/jpeg",), "jpeg": ("image/jpeg",), "png": ("image/png", "image/apng"), "webp": ("image/webp",),
    "mp3": ("audio/mpeg",), "wav": ("audio/x-wav",), "ogg": ("audio/ogg",), "opus": ("audio/ogg",),
    "m4a": _MPEG4, "mp4": _MPEG4, "webm": ("video/webm",),
}  # fmt: skip
"""Endings, and the names the library has for what may stand behind them."""
_TEXTS = {"txt", "csv", "vtt"}
_HEAD = 8192
"""What the library looks at, in bytes."""
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
    elif ending in OFFICE:
        fits = _packed_kind(file) == OFFICE[ending][0]
    else:
        fits = filetype.guess_mime(head) in _KINDS.get(ending, ())
    file.seek(0)
    return fits


def office_kind(names: Iterable[str]) -> str:
    """Return the media type of an Office file from the names packed in it, empty for none."""
    listed = [name.lower() for name in names]
    return next((kind for kind, folder in OFFICE.values() if any(name.startswith(folder) for name in listed)), "")


def _packed_kind(file: IO[bytes]) -> str:
    try:
        with zipfile.ZipFile(file) as packed:
            return office_kind(packed.namelist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""


def _is_text(head: bytes) -> bool:
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = head.decode("utf-16", "replace") if wide else head.removeprefix(b"\xef\xbb\xbf").decode("latin-1")
    return not _NO_TEXT.search(text)
