"""How wide text stands in Times New Roman Bold, so that rules get the length the Decree asks for.

Advance widths in thousandths of the type size, those of every metric-compatible face. A marked letter is as wide as
its letter.
"""

import unicodedata

_WIDTHS = {
    250: " ,.\u00a0",
    278: "'/\\il",
    333: "!()-:;[]`fjt",
    389: "Is",
    444: "cerz",
    500: "#$*0123456789?_Jagovxy–“”",
    556: "Sbdhknpqu",
    570: "+<=>",
    611: "FP",
    667: "BELTZ",
    722: "ACDNRUVXYw",
    778: "GHKOQ",
    833: "&m",
    944: "M",
    1000: "%W…—",
}
_OF = {c: width for width, characters in _WIDTHS.items() for c in characters} | {"đ": 556, "Đ": 722, '"': 555, "@": 930}
_UNKNOWN = 722


def width_mm(text: str, size: float) -> float:
    """Return the width of one line in millimetres at this size in points; an unknown character counts as a wide one."""
    letters = (c for c in unicodedata.normalize("NFD", text) if not unicodedata.combining(c))
    return sum(_OF.get(c, _UNKNOWN) for c in letters) / 1000 * size / 72 * 25.4


def balanced_lines(text: str, size: float, room: float) -> list[str]:
    """Break centred text into as few lines as fit `room` millimetres, as even in length as words allow.

    Breaks already in the text stay.
    """
    if "\n" in text:
        return [line for part in text.split("\n") for line in balanced_lines(part, size, room)]
    lines = _filled(text, size, room)
    if len(lines) == 1:
        return lines
    narrow = width_mm(text, size) / len(lines)
    while narrow < room:
        tried = _filled(text, size, narrow)
        if len(tried) == len(lines):
            return tried
        narrow += 1
    return lines


def _filled(text: str, size: float, room: float) -> list[str]:
    lines: list[str] = []
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_mm(longer, size) <= room:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines
