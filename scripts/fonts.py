"""Make the font families that pages load and sheets embed, from the packages `fontpkg-be-vietnam-pro` and
`fontpkg-noto-sans-khmer` (SIL Open Font Licence 1.1).

`bvp-<weight>.woff2` is Be Vietnam Pro cut down to Vietnamese and the signs our pages use, without hinting; the face has
no tabular figures, so ten digits of one advance width are added, which `font-variant-numeric: tabular-nums` asks for.
`printing/fonts/*.ttf` are whole faces without hinting, for print: Be Vietnam Pro, and Noto Sans Khmer in two weights.

Run `python scripts/fonts.py` after changing the character set; the files are committed and come out the same each time.
"""

import importlib.resources
import sys
import unicodedata
from copy import deepcopy
from pathlib import Path

from fontTools import subset
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.pens.recordingPen import DecomposingRecordingPen
from fontTools.pens.transformPen import TransformPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from fontTools.ttLib.scaleUpem import scale_upem
from fontTools.varLib.instancer import instantiateVariableFont

FONTS = Path(__file__).resolve().parent.parent / "src/lantoa/ui/static/ui/fonts"
PRINT = FONTS.parents[3] / "channels/printing/fonts"
KHMER = importlib.resources.files("fontpkg_noto_sans_khmer")
SOURCE = importlib.resources.files("fontpkg_be_vietnam_pro")
WEIGHTS = {400: "Regular", 700: "Bold"}
DIGITS = "0123456789"
DIGIT_ADVANCE = 650
"""Width of every tabular digit, in units of the 1000-unit em."""

LATIN = "".join(chr(code) for code in range(0x20, 0x7F))
KHMER_BLOCKS = {*range(0x1780, 0x1800), *range(0x19E0, 0x1A00)}
KHMER_ASIDE = {0x17A3, 0x17A4, *range(0x17D8, 0x17DB), 0x17DC, *range(0x17E0, 0x1800), *range(0x19E0, 0x1A00)}
"""What stands alone and is seldom met (digits, marks of old books, days of the moon) is in a file of its own: letters
must come in the first ten packets of an answer (14,600 bytes with its head), or a slow line takes a round trip more."""
KHMER_EM = 500
"""Half the face's 1000 units: a tenth fewer bytes, and a sixteenth of a pixel in a heading of 32 pixels."""
SIGNS = "\u00a0«»§©°±²³·¼½¾×÷–—‘’“”„•…‹›₫€−≤≥≈≠"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
VOWELS = "aăâeêioôơuưy"


def vietnamese() -> str:
    """Every letter of the Vietnamese alphabet with every tone, in both cases (134 letters beyond plain Latin)."""
    toned = {unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES} | {"đ"}
    return "".join(sorted(toned | {letter.upper() for letter in toned}))


TEXT = LATIN + SIGNS + vietnamese()


def source(weight: int) -> Path:
    """The package's TTF of this weight."""
    return next(Path(str(SOURCE)).rglob(f"*Pro-{WEIGHTS[weight]}.ttf"))


def cut(font: TTFont, text: str, *, features: list[str]) -> TTFont:
    """The font reduced to `text`, without hinting and without the names nobody reads on the web."""
    absent = sorted(sign for sign in text if ord(sign) not in font.getBestCmap())
    if absent:
        raise SystemExit(f"The face has no {absent}.")
    options = subset.Options()
    options.hinting = False
    options.desubroutinize = True
    options.layout_features = features
    options.name_IDs = [0, 1, 2, 13, 14]
    options.notdef_outline = True
    options.drop_tables += ["DSIG", "STAT", "gasp", "meta"]
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    return font


def with_tabular_digits(font: TTFont) -> TTFont:
    """The font with a second set of digits, each centred in `DIGIT_ADVANCE`, behind the feature `tnum`."""
    glyphs, widths, names = font.getGlyphSet(), font["hmtx"], font.getBestCmap()
    plain = [names[ord(digit)] for digit in DIGITS]
    for name in plain:
        shift = round((DIGIT_ADVANCE - widths[name][0]) / 2)
        outline, pen = DecomposingRecordingPen(glyphs), TTGlyphPen(None)
        glyphs[name].draw(outline)
        outline.replay(TransformPen(pen, (1, 0, 0, 1, shift, 0)))
        font["glyf"][f"{name}.tnum"] = glyph = pen.glyph()
        glyph.recalcBounds(font["glyf"])
        widths[f"{name}.tnum"] = (DIGIT_ADVANCE, glyph.xMin)
    swaps = " ".join(f"sub {name} by {name}.tnum;" for name in plain)
    addOpenTypeFeaturesFromString(font, f"feature tnum {{ {swaps} }} tnum;", tables=["GSUB"])
    return font


def save(font: TTFont, name: str) -> None:
    """Write one woff2 file and say how large it is."""
    font.flavor = "woff2"
    font.recalcTimestamp = False
    font.save(FONTS / name)
    sys.stdout.write(f"{name} {(FONTS / name).stat().st_size:,} bytes\n")


def whole(font: TTFont) -> TTFont:
    """The font with all its letters and features, without hinting."""
    options = subset.Options()
    options.hinting, options.layout_features, options.name_IDs, options.notdef_outline = False, ["*"], ["*"], True
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=font.getBestCmap())
    cutter.subset(font)
    return font


def print_faces() -> None:
    """Write the faces that sheets embed."""
    PRINT.mkdir(parents=True, exist_ok=True)
    for weight, name in WEIGHTS.items():
        with TTFont(source(weight), recalcTimestamp=False) as font:
            keep(whole(font), f"BeVietnamPro-{name}.ttf")
        with TTFont(next(Path(str(KHMER)).rglob("*Khmer*.ttf")), recalcTimestamp=False) as font:
            cut_out = instantiateVariableFont(font, {"wght": weight, "wdth": 100}, updateFontNames=True)
            keep(whole(cut_out), f"NotoSansKhmer-{weight}.ttf")


def khmer_face() -> None:
    """Write the Khmer letters that pages load: one weight, so that a Khmer page stays light; bold is drawn from it."""
    with TTFont(next(Path(str(KHMER)).rglob("*Khmer*.ttf")), recalcTimestamp=False) as font:
        regular = instantiateVariableFont(font, {"wght": 400, "wdth": 100}, updateFontNames=True)
        scale_upem(regular, KHMER_EM)
        for codes, joining, name in (
            (KHMER_BLOCKS - KHMER_ASIDE, " \u200b\u200c\u200d\u25cc", "nsk-400.woff2"),
            (KHMER_ASIDE, "", "nsk-aside-400.woff2"),
        ):
            letters = "".join(map(chr, sorted(codes & regular.getBestCmap().keys())))
            save(cut(deepcopy(regular), letters + joining, features=["*"]), name)


def keep(font: TTFont, name: str) -> None:
    """Write one TrueType file and say how large it is."""
    font.recalcTimestamp = False
    font.save(PRINT / name)
    sys.stdout.write(f"{name} {(PRINT / name).stat().st_size:,} bytes\n")


def main() -> None:
    """Write all files."""
    print_faces()
    FONTS.mkdir(parents=True, exist_ok=True)
    khmer_face()
    for weight in WEIGHTS:
        with TTFont(source(weight), recalcTimestamp=False) as font:
            face = cut(font, TEXT, features=["kern", "mark", "mkmk"])
            save(with_tabular_digits(face), f"bvp-{weight}.woff2")


if __name__ == "__main__":
    main()
