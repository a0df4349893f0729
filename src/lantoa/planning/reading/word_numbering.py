"""Word keeps "1.", "a)" and "-" of automatic lists outside the text; this writes them out again."""

import re
from collections import defaultdict
from xml.etree.ElementTree import Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
BULLETS = {"\uf0b7": "-", "\uf02d": "-", "": "-", "o": "+", "\uf0a7": "+"}
ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))
LEVEL = re.compile(r"%([1-9])")


def roman(number: int) -> str:
    """Write 1–39 in lower-case Roman figures."""
    text = ""
    for value, figure in ROMAN:
        while number >= value:
            text, number = text + figure, number - value
    return text


def _figure(number: int, form: str) -> str:
    number = min(max(number, 1), 39)
    letter = chr(ord("a") + (number - 1) % 26)
    written = {"lowerRoman": roman(number), "upperRoman": roman(number).upper(), "lowerLetter": letter}
    return written.get(form, letter.upper() if form == "upperLetter" else str(number))


class Numbering:
    """Counts the numbered paragraphs of one document in reading order."""

    def __init__(self, numbering: Element | None, styles: Element | None) -> None:
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.styles: dict[str, tuple[str, int]] = {}
        self.counters: dict[str, dict[int, int]] = defaultdict(dict)
        if numbering is not None:
            self._read_levels(numbering)
        for style in styles.iter(W + "style") if styles is not None else ():
            found = self._direct(style.find(W + "pPr"))
            if found:
                self.styles[style.get(W + "styleId", "")] = found

    def label(self, paragraph: Element) -> str:
        """Give the number or bullet Word would print before the paragraph, or nothing."""
        properties = paragraph.find(W + "pPr")
        found = self._direct(properties) or self._by_style(properties)
        if not found or found[0] not in self.levels or found[1] not in self.levels[found[0]]:
            return ""
        number_id, level = found
        form, pattern, start = self.levels[number_id][level]
        if form == "none":
            return ""
        counts = self.counters[number_id]
        counts[level] = counts.get(level, start - 1) + 1
        for deeper in [key for key in counts if key > level]:
            del counts[deeper]
        if form == "bullet":
            return BULLETS.get(pattern.strip(), pattern.strip() if len(pattern.strip()) == 1 else "-")
        return LEVEL.sub(lambda match: self._part(number_id, int(match[1]) - 1), pattern)

    def _part(self, number_id: str, level: int) -> str:
        form, _pattern, start = self.levels[number_id].get(level, ("decimal", "", 1))
        return _figure(self.counters[number_id].get(level, start), form)

    def _by_style(self, properties: Element | None) -> tuple[str, int] | None:
        style = properties.find(W + "pStyle") if properties is not None else None
        return self.styles.get(style.get(W + "val", "")) if style is not None else None

    @staticmethod
    def _direct(properties: Element | None) -> tuple[str, int] | None:
        number = properties.find(W + "numPr") if properties is not None else None
        number_id = number.find(W + "numId") if number is not None else None
        if number is None or number_id is None:
            return None
        level = number.find(W + "ilvl")
        text = level.get(W + "val", "0") if level is not None else "0"
        return number_id.get(W + "val", ""), int(text) if text.isdecimal() and len(text) < 3 else 0

    def _read_levels(self, numbering: Element) -> None:
        abstract: dict[str, dict[int, tuple[str, str, int]]] = {}
        for definition in numbering.iter(W + "abstractNum"):
            levels = {}
            for level in definition.findall(W + "lvl"):
                values = {child.tag.removeprefix(W): child.get(W + "val", "") for child in level}
                start = values.get("start", "1")
                index = level.get(W + "ilvl", "0")
                if index.isdecimal():
                    first = int(start) if start.isdecimal() and len(start) < 4 else 1
                    levels[int(index)] = (values.get("numFmt", "decimal"), values.get("lvlText", ""), first)
            abstract[definition.get(W + "abstractNumId", "")] = levels
        for number in numbering.findall(W + "num"):
            base = number.find(W + "abstractNumId")
            if base is not None:
                self.levels[number.get(W + "numId", "")] = abstract.get(base.get(W + "val", ""), {})
