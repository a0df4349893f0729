"""The lines of a source as one running text that still knows which line every character came from."""

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lantoa.planning.reading.lines import SourceLine

ROW = "\x1f"
"""Stands before a table row in the running text; no source line can hold it."""

RULE = re.compile(r"[\s\-_=–—―*~|.…•‐+]*")
INLINE_RULE = re.compile(r"[-_=–—*~]{3,}|(?<!\S)\|(?!\S)")
ENDINGS = frozenset('.;:!?/”"…')
COLUMN_GAP = " " * 4
RECIPIENTS = re.compile(r"\s*(?:Nơi\s+nhận|NƠI\s+NHẬN)\s*:")
PAGE_NUMBER = re.compile(r"\s*(?:[-–]\s*)?(?:[Tt]rang\s+)?(\d{1,3})(?:\s*(?:/|of)\s*\d{1,3})?(?:\s*[-–])?\s*")
WEB_LINE = re.compile(r"\s*(?:https?://|www\.)\S+\s*", re.IGNORECASE)


@dataclass(slots=True)
class Flow:
    """Running text; `starts[i]` is the offset at which line number `numbers[i]` begins."""

    text: str = ""
    starts: list[int] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    breaks: set[int] = field(default_factory=set)
    """Offsets of line starts at which the layout shows a new paragraph."""
    furniture: list[int] = field(default_factory=list)
    """Numbers of lines that carry no words: blanks, rules, page numbers, repeated page headers."""
    foreign: list[int] = field(default_factory=list)
    """Numbers of lines that are no part of a plan, such as a web address on its own."""
    rules: set[int] = field(default_factory=set)
    """Offsets of line starts that stand right after a drawn rule."""
    _start_set: set[int] = field(default_factory=set)

    def lines(self, start: int, end: int) -> tuple[int, ...]:
        """Give the numbers of the lines that the characters from start up to end came from."""
        while end > start and self.text[end - 1].isspace():
            end -= 1
        if end <= start:
            return ()
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1)
        return tuple(sorted(set(self.numbers[max(first, 0) : last])))

    def begins_line(self, offset: int) -> bool:
        """True when a line of the source starts at this offset."""
        return offset in self._start_set

    @classmethod
    def of(cls, lines: Sequence[SourceLine]) -> "Flow":
        """Join the lines, leaving out those that carry no words."""
        flow = cls()
        skipped = _furniture(lines)
        rows = _rows(lines)
        wrapped_at = _wrap_width(lines)
        pieces: list[str] = []
        offset, previous, ruled = 0, None, False
        for line in _one_column(lines):
            table_row = line.number in rows
            text = " ".join((line.text if table_row else INLINE_RULE.sub(" ", line.text)).split())
            if line.number in skipped:
                flow.furniture.append(line.number)
                ruled = ruled or len(text) > 2
                if not text:
                    previous = None
                continue
            if WEB_LINE.fullmatch(line.text):
                flow.foreign.append(line.number)
                continue
            if _breaks(line, previous, wrapped_at):
                flow.breaks.add(offset)
            if ruled:
                flow.rules.add(offset)
            piece = f"{ROW} {text} " if table_row else f"{text} "
            flow.starts.append(offset)
            flow.numbers.append(line.number)
            pieces.append(piece)
            offset, previous, ruled = offset + len(piece), line, False
        flow.text = "".join(pieces)
        flow._start_set = set(flow.starts)
        return flow


def _breaks(line: SourceLine, previous: SourceLine | None, wrapped_at: int | None) -> bool:
    """True when a paragraph can start here: Word says so, or a sentence ended in a short line or before a blank."""
    if line.paragraph or previous is None:
        return True
    ended = previous.text.rstrip()[-1:] in ENDINGS
    return ended and (wrapped_at is None or len(previous.text.strip()) < 0.75 * wrapped_at)


def _one_column(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """Put the right column of the foot (office, name) after its left one (recipients) where spaces part them."""
    foot = next((i for i, line in enumerate(lines) if RECIPIENTS.match(line.text)), len(lines))
    left, right = list(lines[:foot]), []
    for line in lines[foot:]:
        near, apart, far = line.text.partition(COLUMN_GAP)
        if line.page or line.cells or not apart or not far.strip():
            left.append(line)
            continue
        left += [replace(line, text=near)] if near.strip() else []
        right.append(replace(line, text=far))
    return [*left, *right]


def _wrap_width(lines: Sequence[SourceLine]) -> int | None:
    """The width at which the text was wrapped, or None when each line is a paragraph: its lines end as sentences do."""
    texts = [line.text.strip() for line in lines if line.text.strip()]
    lengths = sorted(map(len, texts))
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    full = [text for text in texts if len(text) >= 0.6 * width]
    running = sum(text[-1] not in ENDINGS for text in full)
    return width if running * 3 > len(full) else None


def _rows(lines: Sequence[SourceLine]) -> set[int]:
    """Numbers of lines that are rows of a table: cells kept by Word, tabs or bars, at least two such lines together."""
    cells = {line.number: len(cells_of(line)) for line in lines}
    return {
        number
        for number, count in cells.items()
        if count > 2 and (cells.get(number - 1, 0) > 2 or cells.get(number + 1, 0) > 2)
    }


def cells_of(line: SourceLine) -> tuple[str, ...]:
    """Give the cells of a table row, or nothing when the line is running text."""
    if line.cells:
        return line.cells if len(line.cells) > 2 else ()
    parts = tuple(part.strip() for part in line.text.strip().strip("|").split("|"))
    return parts if len(parts) > 2 else ()


def _furniture(lines: Sequence[SourceLine]) -> set[int]:
    skipped = {line.number for line in lines if RULE.fullmatch(line.text)}
    worded = [line for line in lines if line.number not in skipped]
    return skipped | _page_numbers(worded) | _page_headers(worded)


def _page_numbers(lines: Sequence[SourceLine]) -> set[int]:
    """Lone figures at the edge of a page, or, where pages are not known, lone figures that count up by one."""
    alone = {line.number: int(match[1]) for line in lines if (match := PAGE_NUMBER.fullmatch(line.text))}
    edges = {line.number for line in _page_edges(lines)}
    if edges:
        return edges & alone.keys()
    figures = set(alone.values())
    return {number for number, figure in alone.items() if figure - 1 in figures or figure + 1 in figures}


def _page_headers(lines: Sequence[SourceLine]) -> set[int]:
    """Lines that stand in the same words at the edge of three pages or more."""
    edges: dict[str, list[SourceLine]] = {}
    for line in _page_edges(lines):
        edges.setdefault(" ".join(line.text.split()), []).append(line)
    return {line.number for same in edges.values() if len({line.page for line in same}) > 2 for line in same}


def _page_edges(lines: Sequence[SourceLine]) -> list[SourceLine]:
    """The two first and two last worded lines of each page."""
    pages: dict[int, list[SourceLine]] = {}
    for line in lines:
        if line.page:
            pages.setdefault(line.page, []).append(line)
    return [line for page in pages.values() for line in (page if len(page) < 4 else page[:2] + page[-2:])]
