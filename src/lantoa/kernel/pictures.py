"""Pictures that come in or go out: read without trust, upright, made small, and without what their camera told."""

import io
import warnings

from django.utils.translation import gettext as _
from PIL import Image, ImageOps, UnidentifiedImageError, features

from lantoa.kernel.errors import LantoaError

MAX_BYTES = 12 * 1024 * 1024
MAX_PIXELS = 60_000_000
LONGEST_SIDE = 1600
_FORMATS = ("JPEG", "PNG", "WEBP", *(["AVIF"] if features.check("avif") else []))


class UnreadablePicture(LantoaError):
    """The file cannot be taken as a picture; nothing was kept."""


def cleaned(content: bytes, *, longest_side: int = LONGEST_SIDE, quality: int = 80) -> bytes:
    """Return the picture as a JPEG whose longest side has at most so many pixels, drawn anew: no EXIF (place, device,
    hour), no profile, no trailing bytes. Raises `UnreadablePicture`."""
    if len(content) > MAX_BYTES:
        raise UnreadablePicture(_("The picture is larger than 12 MB. Take it again with a smaller size."))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _drawn_anew(content, longest_side, quality)
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as problem:
        raise UnreadablePicture(_("This is not a picture we can read. Send a JPEG, PNG or WebP.")) from problem


def _drawn_anew(content: bytes, longest_side: int, quality: int) -> bytes:
    with Image.open(io.BytesIO(content), formats=_FORMATS) as opened:
        if opened.width * opened.height > MAX_PIXELS:
            raise UnreadablePicture(_("The picture has too many pixels. Take it again with a smaller size."))
        opened.draft("RGB", (longest_side, longest_side))
        upright = ImageOps.exif_transpose(opened).convert("RGB")
    upright.thumbnail((longest_side, longest_side))
    bare = Image.frombytes("RGB", upright.size, upright.tobytes())  # no metadata comes along
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()
