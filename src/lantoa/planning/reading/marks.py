"""Telling a marker of the outline ("II.", "3.", "đ)", "-") from the same signs inside a sentence.

A pasted text breaks its lines anywhere, so a dash at the start of a line may belong to "Lao động - Thương binh" and a
new item may stand in the middle of a line. A marker is accepted by what stands around it, never by its place alone.
"""

import re
from collections import Counter
from dataclasses import dataclass

from lantoa.kernel.text import fold
from lantoa.planning.reading.flow import ROW, Flow
from lantoa.planning.reading.letters import UPPER
from lantoa.planning.reading.vocabulary import CITING, COMPOUNDS, TASK_VERB, names_agency, opens_family

MARK = re.compile(
    rf"""(?:^|(?<=\s))(?:
      (?P<row>{ROW})
    | (?P<volume>(?:Phần|PHẦN|Chương|CHƯƠNG)\s+(?:(?:thứ|THỨ)\s+)?(?P<place>[IVX]+|\d|\w+)[.:]?(?=\s))
    | (?P<capital>[A-H])\s?[./](?=\s|[{UPPER}])
    | (?P<part>(?:(?:Mục|MỤC)\s+)?(?P<roman>[IVXl]{{1,6}})\s?[./)\-–:](?=\s|[{UPPER}]))
    | (?P<num>\d{{1,2}}(?:\.\d{{1,2}}){{0,3}})(?:\s?[./)](?!\d)|(?<=\.\d)(?=\s)|(?<=\.\d\d)(?=\s))
    | (?P<point>[a-zđ])\s?[)./]
    | (?P<dash>[-–—−+*•●▪◦○])(?=\s|[^\W\d_])
    )\s*""",
    re.VERBOSE,
)
ROMAN = {"I": 1, "V": 5, "X": 10}
ORDINALS = {
    **{word: n for n, word in enumerate(("nhất", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám"), start=1)},
    **{word: n for n, word in enumerate(("i", "ii", "iii", "iv", "v", "vi", "vii", "viii"), start=1)},
    **{str(n): n for n in range(1, 10)},
}
LATIN = "abcdefghijklmnopqrstuvwxyz"
VIETNAMESE = "abcdđeghiklmnopqrstuvxy"
END = ".;:!?…"
RANKS = {
    "volume": -2,
    "capital": -1,
    "part": 0,
    "num": 1,
    "point": 5,
    "para": 6,
    "dash": 7,
    "plus": 8,
    "dot": 9,
    "row": 10,
}
PAIR = re.compile(r"(?<=[^\W\d_]) [-–] (?=[^\W\d_])")
LAST_WORDS = re.compile(r"(?:(\w+)\s+)?(\w+)\W*$")
FIRST_WORDS = re.compile(r"\W*(\w+)(?:\s+(\w+))?")
NEXT_MARK = re.compile(r"[^.;:]{2,70}?\s(?:[-–+]\s?[^\W\d_]|\d{1,2}[./]\s|[a-zđ]\)\s|[IVX]+\.\s)")


@dataclass(frozen=True, slots=True)
class Mark:
    """One sign that may open an item: its kind, its label as printed, its place in an order where it has one."""

    kind: str
    label: str
    start: int
    end: int
    depth: int = 1

    @property
    def key(self) -> str:
        """What makes two marks alike: kind, and for numbers how many they hold."""
        return f"num{self.depth}" if self.kind == "num" else self.kind

    @property
    def rank(self) -> int:
        """How deep such a mark usually stands; 0 is a part."""
        return RANKS[self.kind] + (self.depth - 1 if self.kind == "num" else 0)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is open where a mark stands: the text since the last accepted mark, and the labels a next item may carry."""

    opened_text: str | None
    """Text of the open item so far when it can still be a heading, else None."""
    in_quotes: bool
    last_label: str | None
    """Label of the last item of the same kind under the same parent, None when there is none."""


def mark_of(match: re.Match[str]) -> Mark:
    """Name the mark a match of `MARK` found."""
    start, end = match.span()
    if match["row"]:
        return Mark("row", "", start, end)
    if match["volume"]:
        return Mark("volume", match["place"], start, end)
    if match["capital"]:
        return Mark("capital", match["capital"], start, end)
    if match["part"]:
        return Mark("part", match["roman"], start, end)
    if match["num"]:
        return Mark("num", match["num"], start, end, match["num"].count(".") + 1)
    if match["point"]:
        return Mark("point", match["point"], start, end)
    sign = match["dash"]
    kind = "dash" if sign in "-–—−" else "plus" if sign == "+" else "dot"
    return Mark(kind, "-" if kind == "dash" else sign, start, end)


def follows(label: str, last: str | None, kind: str) -> bool:
    """True when the label is the first of an order or the one after `last` (with or without the letters f, j, w, z)."""
    if kind == "part":
        value = _roman(label)
        return value is None or value == (_roman(last) or 0) + 1 if last else value in (None, 1)
    if kind == "volume":
        return ORDINALS.get(label.lower(), 0) == (ORDINALS.get(last.lower(), 0) if last else 0) + 1
    if kind == "capital":
        return ord(label) == (ord(last) + 1 if last else ord("A"))
    if kind == "num":
        tail = int(label.rpartition(".")[2])
        return tail == int(last.rpartition(".")[2]) + 1 if last else tail == 1
    if kind == "point":
        if last is None:
            return label == "a"
        return any(order[i : i + 1] == label for order in (VIETNAMESE, LATIN) if (i := order.find(last) + 1))
    return True


def _roman(label: str | None) -> int | None:
    if not label or any(figure not in ROMAN for figure in label):
        return None
    values = [ROMAN[figure] for figure in label]
    return sum(-v if any(v < later for later in values[i + 1 :]) else v for i, v in enumerate(values))


class Judge:
    """Accepts or refuses marks of one running text."""

    def __init__(self, flow: Flow) -> None:
        self.flow = flow
        self.pairs = self._dashed_pairs()

    def accepts(self, mark: Mark, around: Surroundings) -> bool:
        """True when the mark opens an item of the outline here."""
        if mark.kind == "row":
            return True
        text, at_start = self.flow.text, self.flow.begins_line(mark.start)
        following = text[mark.end : mark.end + 1]
        if not following or around.in_quotes:
            return False
        ended = self._ended(mark.start)
        if mark.kind in ("volume", "capital"):
            return self._opens_volume(mark, around)
        upper = following.isupper() or following in "\"“‘'("
        if mark.kind in ("dash", "plus", "dot"):
            return self._accepts_dash(mark, around, at_start=at_start, ended=ended, upper=upper)
        if not upper and not (at_start and ended and following.isalpha()):
            return False
        if self._cited(mark.start) and not ended:
            return False
        orderly = follows(mark.label, around.last_label, mark.kind)
        bare = text[mark.end - 1 : mark.end] != " " and mark.kind == "part" and not at_start
        dotted = mark.kind == "point" and ")" not in text[mark.start : mark.end]
        if bare or (dotted and not at_start):
            return False
        if orderly:
            return at_start or ended or around.opened_text is not None
        return at_start and ended and mark.label != "l"

    def _opens_volume(self, mark: Mark, around: Surroundings) -> bool:
        """A volume stands in its order and its heading is one we know, or written in capitals."""
        if not follows(mark.label, around.last_label, mark.kind):
            return False
        if not (self.flow.begins_line(mark.start) or self._ended(mark.start)):
            return False
        heading = self.flow.text[mark.end : mark.end + 80]
        first = heading.split(None, 2)[:2]
        return opens_family(heading) or (len(first) > 1 and all(word.isupper() for word in first))

    def _ended(self, offset: int) -> bool:
        """True when what stands before has ended: a sentence, a list item, or nothing at all."""
        before = self.flow.text[max(0, offset - 4) : offset].rstrip().rstrip("\"”’')")
        return not before or before[-1] in END or before.endswith("./")

    def _cited(self, offset: int) -> bool:
        """True after words that take a number themselves: "khoản 2.", "Dự án 6."."""
        words = LAST_WORDS.search(self.flow.text[max(0, offset - 24) : offset])
        return bool(words) and fold(words[2]) in CITING if words else False

    def _accepts_dash(self, mark: Mark, around: Surroundings, *, at_start: bool, ended: bool, upper: bool) -> bool:
        text = self.flow.text
        spaced = text[mark.end - 1 : mark.end] == " "
        if ended:
            return at_start or (upper and spaced)
        if mark.kind == "dash" and self._joins(mark, around.opened_text):
            return False
        if at_start:
            return upper or (around.opened_text is not None and not self._cited(mark.start))
        return upper and spaced and around.opened_text is not None

    def _joins(self, mark: Mark, opened_text: str | None) -> bool:
        """True when the dash ties two halves of one name: known, seen elsewhere, or the rest of a heading."""
        text = self.flow.text
        left = LAST_WORDS.search(text[max(0, mark.start - 40) : mark.start])
        right = FIRST_WORDS.match(text[mark.end : mark.end + 40])
        if not left or not right or (left[2].isdigit() and right[1].isdigit()):
            return True
        lefts = {fold(left[2]), fold(f"{left[1] or ''} {left[2]}")}
        rights = {fold(right[1]), fold(f"{right[1]} {right[2] or ''}")}
        if any((a, b) in COMPOUNDS for a in lefts for b in rights):
            return True
        if TASK_VERB.match(text, mark.end):
            return False
        if opened_text and opened_text.isupper() and right[1].isupper() and len(right[1]) > 1:
            return True
        seen = self.pairs[fold(left[2]), fold(right[1])]
        if seen > (0 if self.flow.begins_line(mark.start) else 1):
            return True
        return bool(opened_text and names_agency(opened_text) and NEXT_MARK.match(text[mark.end : mark.end + 100]))

    def _dashed_pairs(self) -> Counter[tuple[str, str]]:
        """Count the words tied by a dash in the middle of a line, anywhere in the text."""
        pairs: Counter[tuple[str, str]] = Counter()
        text = self.flow.text
        for match in PAIR.finditer(text):
            if self.flow.begins_line(match.start() + 1):
                continue
            left = LAST_WORDS.search(text[max(0, match.start() - 24) : match.start()])
            right = FIRST_WORDS.match(text[match.end() : match.end() + 24])
            if left and right:
                pairs[fold(left[2]), fold(right[1])] += 1
        return pairs
