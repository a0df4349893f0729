"""The sign of this installation as an app's icon: its seal, or its initials, on its colour. All are settings."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from lantoa.portal import dress

IN_NOTES, OF_APPS, TOUCH = 192, (192, 512), 180
"""Pixels a side: beside a notification, of an app (W3C's manifest), on an iPhone's home screen."""
SIZES = {IN_NOTES, *OF_APPS, TOUCH}
FACE = Path(__file__).parents[1] / "channels" / "printing" / "fonts" / "BeVietnamPro-Bold.ttf"


def initials(name: str) -> str:
    """The first letters of the first two words."""
    return "".join(word[0] for word in name.split()[:2]).upper() or "L"


def icon(size: int) -> bytes:
    """The icon as a PNG whose outer tenth may be cut off (a "maskable" icon)."""
    return _drawn(size, initials(settings.LANTOA_NAME), dress.rgb(settings.LANTOA_COLOUR), dress.seal(size * 3 // 5))


@lru_cache(maxsize=8)
def _drawn(size: int, letters: str, colour: dress.Colour, seal: bytes) -> bytes:
    canvas = Image.new("RGB", (size, size), colour)
    if seal:
        with Image.open(BytesIO(seal)) as sign:
            canvas.paste(sign, ((size - sign.width) // 2, (size - sign.height) // 2), sign)
    else:
        _write(canvas, letters)
    out = BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()


def _write(canvas: Image.Image, letters: str) -> None:
    draw, size = ImageDraw.Draw(canvas), canvas.width
    face = ImageFont.truetype(str(FACE), size * 2 // 5)
    draw.text((size / 2, size * 0.48), letters, font=face, fill=(255, 255, 255), anchor="mm")
    draw.rectangle((size * 0.3, size * 0.72, size * 0.7, size * 0.76), fill=(255, 205, 0))
