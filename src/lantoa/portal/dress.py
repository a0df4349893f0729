"""How an installation looks: its colours and its seal, both settings."""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import sha256
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.checks import CheckMessage, Error
from PIL import Image, UnidentifiedImageError

type Colour = tuple[int, int, int]

BRAND, SECOND = "#9a1915", "#0c4f47"
"""The product's own: of its head and signs; of links, buttons and what went well."""
WHITE, BLACK, PAPER = (255, 255, 255), (0, 0, 0), (250, 245, 234)
READABLE = 4.5
"""The contrast that words need (WCAG 2.2, 1.4.3)."""
SEAL_SIDES = range(256, 2049)
"""Pixels of a seal's side: sharp as an app's icon, small enough to read at start."""

IN_HEADS = 84
"""Pixels of a seal's side in the head of a page: twice as sharp as it is shown."""


def rgb(colour: str) -> Colour:
    """A colour written as `#9a1915` in its three parts; the product's own when it is written otherwise."""
    return _parts(colour) or (154, 25, 21)


def _parts(colour: str) -> Colour | None:
    digits = colour.removeprefix("#")
    if len(digits) != 6 or not colour.startswith("#"):
        return None
    try:
        red, green, blue = bytes.fromhex(digits)
    except ValueError:
        return None
    return red, green, blue


def contrast(one: Colour, other: Colour) -> float:
    """How far two colours stand apart, from 1 to 21 (WCAG 2.2)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _mixed(colour: Colour, other: Colour, share: float) -> str:
    mixed = [round(mine + (theirs - mine) * share) for mine, theirs in zip(colour, other, strict=True)]
    return "#" + bytes(mixed).hex()


def stylesheet() -> str:
    """The tokens that differ from the product's own; empty when none does."""
    tokens: dict[str, str] = {}
    if settings.LANTOA_COLOUR != BRAND:
        brand = rgb(settings.LANTOA_COLOUR)
        tokens |= {"brand": _mixed(brand, BLACK, 0), "brand-deep": _mixed(brand, BLACK, 0.25)}
    if settings.LANTOA_COLOUR_SECOND != SECOND:
        second = rgb(settings.LANTOA_COLOUR_SECOND)
        tokens |= {
            "green": _mixed(second, BLACK, 0), "green-deep": _mixed(second, BLACK, 0.35),
            "green-mid": _mixed(second, WHITE, 0.35), "green-pale": _mixed(second, WHITE, 0.87),
        }  # fmt: skip
    return f":root{{{';'.join(f'--{name}:{colour}' for name, colour in tokens.items())}}}" if tokens else ""


def seal(side: int) -> bytes:
    """The seal as a PNG of so many pixels a side; empty without one."""
    return _scaled(settings.LANTOA_SEAL, side) if settings.LANTOA_SEAL else b""


@lru_cache(maxsize=8)
def _scaled(path: str, side: int) -> bytes:
    out = BytesIO()
    with Image.open(path) as picture:
        picture.convert("RGBA").resize((side, side), Image.Resampling.LANCZOS).save(out, "PNG", optimize=True)
    return out.getvalue()


def digest(content: str | bytes) -> str:
    """What tells one look from the one before it in an address."""
    return sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:10]


def check_dress(**_options: object) -> list[CheckMessage]:
    """Colours nobody can read on, and a seal that is no picture, are refused at start."""
    return [*_colour_faults(), *_seal_faults()]


def _colour_faults() -> Iterator[CheckMessage]:
    for name in ("LANTOA_COLOUR", "LANTOA_COLOUR_SECOND"):
        value = getattr(settings, name)
        colour = _parts(value)
        if colour is None:
            yield Error(f"{name} is “{value}”, which is no colour.", hint="Write it as #9a1915.", id="portal.E002")
        elif (least := min(contrast(colour, WHITE), contrast(colour, PAPER))) < READABLE:
            yield Error(
                f"{name} is {value}: white words on it, and words of it on paper, have a contrast of {least:.1f}.",
                hint=f"Choose a darker one: at least {READABLE}.",
                id="portal.E003",
            )


def _seal_faults() -> Iterator[CheckMessage]:
    if not settings.LANTOA_SEAL:
        return
    try:
        with Image.open(Path(settings.LANTOA_SEAL)) as picture:
            kind, (width, height) = picture.format, picture.size
    except (OSError, UnidentifiedImageError) as problem:
        yield Error(f"LANTOA_SEAL cannot be read: {type(problem).__name__}.", hint="Name a PNG.", id="portal.E004")
        return
    if kind != "PNG" or width != height or width not in SEAL_SIDES:
        yield Error(
            f"LANTOA_SEAL is a {kind} of {width} × {height} pixels.",
            hint=f"A PNG, as wide as high, {SEAL_SIDES.start} to {SEAL_SIDES.stop - 1} pixels.",
            id="portal.E004",
        )
