"""The picture that goes along when a page is shared: its own, or its title drawn in the province's colours."""

import re
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

from lantoa.channels.printing import typesetting
from lantoa.newsroom.models import NewsImage
from lantoa.portal import dress

SIZE = (1200, 630)
"""What Facebook and others ask for (1.91 : 1), and large enough for Zalo."""
CROP = "fill-1200x630|format-jpeg|jpegquality-80"
MARGIN = 84
FACES = Path(__file__).parents[1] / "channels" / "printing" / "fonts"
PAPER, INK, RULE = (255, 253, 248), (34, 26, 19), (255, 205, 0)
TITLE = (MARGIN, 124, SIZE[0] - MARGIN, 536)
_KHMER = re.compile("[\u1780-\u17ff]")
_DRAWING = "2"
"""Another as soon as pictures are drawn otherwise."""


def own_picture(page: Any) -> NewsImage | None:
    """The page's own picture, when it has one that may be shown."""
    find = getattr(page, "card_picture", None)
    return find() if find else None


def drawn(name: str, title: str, under: str) -> bytes:
    """The title as a PNG, kept under its name until title or colours change."""
    drawn_from = (_DRAWING, title, under, settings.LANTOA_COLOUR, settings.LANTOA_SEAL)
    digest = sha256("\n".join(map(str, drawn_from)).encode()).hexdigest()[:16]
    shelf = Path(settings.LANTOA_PRIVATE_ROOT) / "previews"
    kept = shelf / f"{name}-{digest}.png"
    if kept.exists():
        return kept.read_bytes()
    picture = _draw(title, under)
    shelf.mkdir(parents=True, exist_ok=True)
    for older in shelf.glob(f"{name}-*.png"):
        older.unlink(missing_ok=True)
    fresh = kept.with_suffix(f".{id(picture):x}")
    fresh.write_bytes(picture)
    fresh.rename(kept)
    return picture


def _draw(title: str, under: str) -> bytes:
    canvas = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(canvas)
    colour = dress.rgb(settings.LANTOA_COLOUR)
    draw.rectangle((0, 0, SIZE[0], 96), fill=colour)
    draw.rectangle((0, 96, SIZE[0], 104), fill=RULE)
    left = MARGIN
    if seal := dress.seal(76):
        with Image.open(BytesIO(seal)) as sign:
            canvas.paste(sign, (left, 10), sign)
        left += 76 + 20
    draw.text((left, 48), settings.LANTOA_NAME, font=_face("Bold", 44), fill=PAPER, anchor="lm")
    if _KHMER.search(title):
        _set_khmer(canvas, title)
    else:
        lines, face = _fitted(draw, title)
        draw.multiline_text((MARGIN, 330), "\n".join(lines), font=face, fill=INK, anchor="lm", spacing=22)
    draw.text((MARGIN, SIZE[1] - 52), under, font=_face("Regular", 32), fill=colour, anchor="lm")
    out = BytesIO()
    canvas.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


def _set_khmer(canvas: Image.Image, title: str) -> None:
    """The title as leaflets set it: its letters joined, its lines broken between words that no space parts."""
    left, top, right, foot = TITLE
    colour = "#{:02x}{:02x}{:02x}".format(*INK)
    facts = {"words": title, "language": "km", "width": right - left, "height": foot - top, "colour": colour}
    with Image.open(BytesIO(typesetting.picture("printing/title.typ", facts))) as words:
        canvas.paste(words, (left, top), words)


def _face(weight: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FACES / f"BeVietnamPro-{weight}.ttf"), size)


def _fitted(draw: ImageDraw.ImageDraw, title: str) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The title in at most four lines, as large as they allow; what is longer ends in an ellipsis."""
    for size in (76, 64, 54):
        face = _face("Bold", size)
        lines = _lines(draw, title, face)
        if len(lines) <= 4:
            return lines, face
    return [*lines[:3], f"{lines[3].rstrip(' .,')}…"], face


def _lines(draw: ImageDraw.ImageDraw, title: str, face: ImageFont.FreeTypeFont) -> list[str]:
    lines: list[str] = []
    for word in title.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and draw.textlength(longer, font=face) <= SIZE[0] - 2 * MARGIN:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines or [""]
