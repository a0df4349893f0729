"""The sign of this installation as an app's icon: drawn from its name and colour, both settings."""

from functools import lru_cache
from io import BytesIO
from pathlib import Path

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SIZES = (192, 512)
FACE = Path(__file__).parents[1] / "channels" / "printing" / "fonts" / "BeVietnamPro-Bold.ttf"


def rgb(colour: str) -> tuple[int, int, int]:
    """A colour written as `#9a1915` in its three parts; the product's own when it is written otherwise."""
    digits = colour.removeprefix("#")
    try:
        red, green, blue = (int(digits[n : n + 2], 16) for n in (0, 2, 4))
    except ValueError:
        return (154, 25, 21)
    return red, green, blue


def initials(name: str) -> str:
    """The first letters of the first two words."""
    return "".join(word[0] for word in name.split()[:2]).upper() or "L"


def icon(size: int) -> bytes:
    """The icon as a PNG whose outer tenth may be cut off (a "maskable" icon)."""
    return _drawn(size, initials(settings.LANTOA_NAME), rgb(settings.LANTOA_COLOUR))


@lru_cache(maxsize=8)
def _drawn(size: int, letters: str, colour: tuple[int, int, int]) -> bytes:
    canvas = Image.new("RGB", (size, size), colour)
    draw = ImageDraw.Draw(canvas)
    face = ImageFont.truetype(str(FACE), size * 2 // 5)
    draw.text((size / 2, size * 0.48), letters, font=face, fill=(255, 255, 255), anchor="mm")
    draw.rectangle((size * 0.3, size * 0.72, size * 0.7, size * 0.76), fill=(255, 205, 0))
    out = BytesIO()
    canvas.save(out, "PNG", optimize=True)
    return out.getvalue()
