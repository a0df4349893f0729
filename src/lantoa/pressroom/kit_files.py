"""Files of a kit: taken in by what they are, kept apart, and handed out as long as they may be given."""

from dataclasses import dataclass
from io import BytesIO

from django.utils.translation import gettext as _

from lantoa.kernel.file_kinds import is_what_it_says
from lantoa.kernel.pictures import UnreadablePicture, cleaned
from lantoa.kernel.text import slugify
from lantoa.newsroom.library import as_handed_out, given, why_not_given
from lantoa.newsroom.models import NewsImage
from lantoa.pressroom.models import KitFile
from lantoa.pressroom.rules import PressRefused

MOST_BYTES = 25 * 1024 * 1024
ON_THE_PAGE = {"longest_side": 720, "quality": 70}
FOLDER = "press"
KINDS = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "zip": "application/zip",
    "mp3": "audio/mpeg",
    "m4a": "audio/mp4",
    "mp4": "video/mp4",
}
"""The endings a document may have, and what it is served as."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it is kept: bytes, the smaller ones for the page, name and kind."""

    content: bytes
    name: str
    content_type: str
    small: bytes = b""


def document(content: bytes, filename: str) -> Taken:
    """The document, known by its ending and its bytes; raises `PressRefused`."""
    stem, _dot, ending = filename.rpartition(".")
    kind = KINDS.get(ending.lower(), "")
    if not kind:
        raise PressRefused(
            _("This kind of file does not go into a kit. Send PDF, Word, Excel, PowerPoint, OpenDocument, ZIP, MP3, "
              "M4A or MP4; pictures come from the image library.")
        )  # fmt: skip
    if len(content) > MOST_BYTES:
        raise PressRefused(_("The file is larger than 25 MB. Make it smaller, or give a link to it."))
    if not is_what_it_says(filename, BytesIO(content)):
        raise PressRefused(_("The file is not what its name says. Save it again in its own program, then choose it."))
    return Taken(content, f"{slugify(stem, 80) or 'tep'}.{ending.lower()}", kind)


def picture(image: NewsImage) -> Taken:
    """A picture of the library, drawn anew for print and for the page; raises `LantoaError` if it may not be given."""
    shown = given(image)
    content = as_handed_out(image.pk, shown.sha256)
    try:
        small = cleaned(content, **ON_THE_PAGE)
    except UnreadablePicture as problem:
        raise PressRefused(f"“{image.title}”: {problem}") from problem
    return Taken(content, f"{slugify(image.title, 80) or 'anh'}.jpg", "image/jpeg", small)


def why_kept_back(file: KitFile) -> str:
    """Why a file may not be given any more: the people in a picture took their consent back, or it left the library."""
    if not file.small:
        return ""
    return why_not_given(file.image) if file.image else _("The picture “%(title)s” left the library.") % {
        "title": file.title
    }  # fmt: skip
