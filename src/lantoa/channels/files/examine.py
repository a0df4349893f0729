"""What a file is, by its content alone, and whether it may be kept.

Kept: pictures, written anew so that nothing but the picture is left (no EXIF, no place, nothing behind the last byte);
PDF, sound, film, plain text, Word and Excel without active content. Everything else is refused: what can run in a
browser (HTML, SVG, XML) or in an office program (macros, embedded objects), archives, programs, and what nobody knows.
"""

import io
import zipfile
from dataclasses import dataclass

import filetype
from django.utils.translation import gettext_noop as _
from PIL import Image, ImageOps, UnidentifiedImageError

from lantoa.kernel import file_kinds

LARGEST = 15 * 1024 * 1024
PIXELS = 40_000_000
PICTURES = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "PNG"}
"""What is kept as a picture, and as what it is written anew; of a moving one the first frame."""
PLAIN = frozenset({"audio/mpeg", "audio/ogg", "audio/x-wav", "audio/m4a", "audio/mp4", "audio/amr", "video/mp4"})
OFFICE = frozenset({file_kinds.OFFICE[ending][0] for ending in ("docx", "xlsx")})
_ACTIVE_PDF = (b"/JavaScript", b"/JS", b"/Launch", b"/EmbeddedFile", b"/OpenAction", b"/RichMedia", b"/XFA")
_ACTIVE_OFFICE = ("vbaproject", "activex", "embeddings/", "macrosheets", "oleobject", "customui")
UNPACKED = 200 * 1024 * 1024
LIST, LISTED = "[Content_Types].xml", 1024 * 1024
"""The part of a document that says what is in it, and the bytes it may have."""


class Unfit(Exception):
    """The file may not be kept; ``reason`` is a msgid for staff."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Examined:
    """A file fit to be kept: its media type and its bytes, which for a picture are not those that came."""

    kind: str
    content: bytes


def examine(content: bytes) -> Examined:
    """Return the file as it may be kept; raises Unfit and nothing else, whatever the bytes."""
    if not content:
        raise Unfit(_("the file is empty"))
    if len(content) > LARGEST:
        raise Unfit(_("the file is too large"))
    kind = str(filetype.guess_mime(content) or "")
    if kind in PICTURES:
        return _picture(content, PICTURES[kind])
    if kind == "application/pdf":
        return _pdf(content)
    if kind in PLAIN:
        return Examined(kind, content)
    if kind in OFFICE or kind == "application/zip":
        return _office(content)
    if not kind:
        return _text(content)
    raise Unfit(_("files of this kind are not taken in"))


def _picture(content: bytes, form: str) -> Examined:
    try:
        with Image.open(io.BytesIO(content), formats=["JPEG", "PNG", "WEBP", "GIF"]) as image:
            _fit(image.size)
            upright = ImageOps.exif_transpose(image)
            plain = upright.convert("RGB" if form == "JPEG" else "RGBA")
    except Unfit:
        raise
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError, SyntaxError, LookupError,
            ArithmeticError, TypeError, AttributeError, EOFError, MemoryError) as error:  # fmt: skip
        raise Unfit(_("the picture cannot be read")) from error
    kept = Image.new(plain.mode, plain.size)
    kept.paste(plain)  # the pixels and nothing that was told beside them
    written = io.BytesIO()
    kept.save(written, form, **({"quality": 88} if form != "PNG" else {}))
    return Examined(Image.MIME[form], written.getvalue())


def _fit(size: tuple[int, int]) -> None:
    """Refuse a picture by what its head says, before a pixel is unpacked."""
    if size[0] * size[1] > PIXELS:
        raise Unfit(_("the picture is too large"))


def _pdf(content: bytes) -> Examined:
    if any(word in content for word in _ACTIVE_PDF):
        raise Unfit(_("the document holds active content"))
    return Examined("application/pdf", content)


def _office(content: bytes) -> Examined:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            names = [one.filename.lower() for one in parts.infolist()]
            unpacked = sum(one.file_size for one in parts.infolist())
            listed = next((one for one in parts.infolist() if one.filename == LIST), None)
            small = listed is not None and listed.file_size <= LISTED and unpacked <= UNPACKED
            kinds = parts.read(LIST) if small else b""  # only then is anything unpacked
    except (zipfile.BadZipFile, OSError, ValueError, KeyError, NotImplementedError, RuntimeError, EOFError) as error:
        raise Unfit(_("the document cannot be read")) from error
    kind = file_kinds.office_kind(names)
    if kind not in OFFICE or not kinds:
        raise Unfit(_("files of this kind are not taken in"))
    if b"macroEnabled" in kinds or any(word in name for name in names for word in _ACTIVE_OFFICE):
        raise Unfit(_("the document holds active content"))
    return Examined(kind, content)


def _text(content: bytes) -> Examined:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise Unfit(_("files of this kind are not taken in")) from error
    control = any(ord(letter) < 32 and letter not in "\t\r\n\f" for letter in text)
    if control or "<" in text[:4000] or text.startswith(("#!", "%!")):
        raise Unfit(_("files of this kind are not taken in"))
    return Examined("text/plain", content)
