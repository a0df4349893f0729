"""The weight of what a page loads, and the contrast of its colours."""

import gzip
import re
import unicodedata
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from lantoa.ui import sprites

STATIC = sprites.STATIC
CSS = (STATIC / "lantoa.css").read_text(encoding="utf-8")
TEMPLATES = Path(sprites.__file__).parent / "templates"
SOURCE = Path(sprites.__file__).parent.parent
TOKENS = dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]{6})", CSS))


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2 of two tokens or colours."""
    light, dark = sorted((luminance(TOKENS.get(one, one)), luminance(TOKENS.get(other, other))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground", "least"),
    [
        ("ink", "paper", 15),
        ("ink-2", "paper", 7),
        ("ink-2", "paper-2", 4.5),
        ("ink-2", "grey-pale", 4.5),
        ("ink", "yellow", 11),
        ("red", "paper", 7),
        ("red", "red-pale", 6.9),
        ("#ffffff", "red", 7),
        ("#ffffff", "lacquer", 15),
        ("green", "paper", 7),
        ("green", "green-pale", 7),
        ("green-deep", "green-pale", 7),
        ("#ffffff", "green", 7),
        ("#ffffff", "green-deep", 7),
        ("yellow", "lacquer", 7),
        ("yellow-ink", "yellow-pale", 4.5),
        ("blue", "blue-pale", 4.5),
        ("red-deep", "red-pale", 7),
        ("green-mid", "paper-2", 3),
        ("edge", "#ffffff", 3),
        ("yellow", "red", 3),
    ],
)
def test_every_pair_in_use_can_be_read(text: str, ground: str, least: float) -> None:
    assert contrast(text, ground) >= least


def test_the_stylesheet_stays_under_twelve_kilobytes() -> None:
    assert len(gzip.compress(CSS.encode(), 9)) <= 12_000


def test_two_font_files_stay_under_twenty_two_kilobytes_and_khmer_has_fourteen() -> None:
    sizes = {path.name: path.stat().st_size for path in (STATIC / "fonts").glob("*.woff2")}
    assert sorted(sizes) == ["bvp-400.woff2", "bvp-700.woff2", "nsk-400.woff2", "nsk-aside-400.woff2"]
    assert sizes.pop("nsk-400.woff2") <= 14_200  # with the answer's head in ten packets: one round trip
    assert sizes.pop("nsk-aside-400.woff2") <= 4_000
    assert sum(sizes.values()) <= 22_000
    assert (STATIC / "fonts" / "OFL.txt").read_text(encoding="utf-8").count("SIL Open Font License") >= 1


def test_no_khmer_letter_is_in_two_files_or_in_none() -> None:
    faces = {name: set(TTFont(STATIC / f"fonts/{name}.woff2").getBestCmap()) for name in ("nsk-400", "nsk-aside-400")}
    letters, aside = faces.values()
    block = {code for code in (*range(0x1780, 0x1800), *range(0x19E0, 0x1A00)) if unicodedata.name(chr(code), "")}
    assert block <= letters | aside
    assert not letters & aside & block
    asked = re.findall(r"url\(fonts/(nsk-[a-z0-9-]+)\.woff2\).*?unicode-range:([^}]+)", CSS)
    for name, ranges in asked:
        ends = [[int(end, 16) for end in one.removeprefix("U+").split("-")] for one in ranges.split(",")]
        assert faces[name] & block <= {code for first, *last in ends for code in range(first, (last or [first])[0] + 1)}
    assert len(asked) == 2


@pytest.mark.parametrize("weight", [400, 700])
def test_the_digits_of_a_column_stand_under_one_another(weight: int) -> None:
    font = TTFont(STATIC / "fonts" / f"bvp-{weight}.woff2")
    (feature,) = (one for one in font["GSUB"].table.FeatureList.FeatureRecord if one.FeatureTag == "tnum")
    (lookup,) = (font["GSUB"].table.LookupList.Lookup[index] for index in feature.Feature.LookupListIndex)
    swaps = {plain: even for table in lookup.SubTable for plain, even in table.mapping.items()}
    assert set(swaps) == {font.getBestCmap()[ord(digit)] for digit in "0123456789"}
    assert {font["hmtx"][even][0] for even in swaps.values()} == {650}


def test_the_drawn_files_stay_light() -> None:
    weight = {name: len(gzip.compress((STATIC / name).read_bytes(), 9)) for name in ("icons.svg", "drawings.svg")}
    assert weight["icons.svg"] <= 4_000
    assert weight["drawings.svg"] <= 18_000


def test_every_class_of_a_component_is_in_the_stylesheet() -> None:
    known = set(re.findall(r"\.([a-z][a-z0-9-]*)", CSS + (STATIC / "gallery.css").read_text(encoding="utf-8")))
    used: set[str] = set()
    for template in (TEMPLATES / "ui").rglob("*.html"):
        text = template.read_text(encoding="utf-8")
        plain = re.sub(r"[a-z-]*\{[%{].*?[%}]\}", "", re.sub(r"[a-z-]+-\{%.*?%\}[a-z]*", "", text))
        used.update(name for found in re.findall(r'class="([^"]*)"', plain) for name in found.split())
    assert used - known == set()


def test_every_icon_and_drawing_named_in_a_template_exists() -> None:
    asked = {"icons.svg": set[str](), "drawings.svg": set[str]()}
    for template in SOURCE.rglob("templates/**/*.html"):
        text = template.read_text(encoding="utf-8")
        asked["icons.svg"].update(re.findall(r'{% icon "([^"]+)"', text))
        asked["icons.svg"].update(re.findall(r'\b(?:icon|icon_after|link_icon)="([^"]+)"', text))
        asked["drawings.svg"].update(re.findall(r'{% drawing "([^"]+)"', text))
    assert {file: names - set(sprites.symbols(file)) for file, names in asked.items()} == {
        file: set() for file in asked
    }


def test_a_form_says_its_errors_once() -> None:
    """`{{ form }}` brings the summary along; who includes it as well says everything twice."""
    twice = [
        str(template.relative_to(SOURCE))
        for template in SOURCE.rglob("templates/**/*.html")
        if "error_summary.html" in (text := template.read_text(encoding="utf-8")) and "{{ form }}" in text
    ]
    assert twice == []


def test_an_unknown_picture_is_named_with_those_there_are() -> None:
    with pytest.raises(sprites.UnknownSymbolError, match="no “dragon”"):
        sprites.view_box("dragon", "icons.svg")
