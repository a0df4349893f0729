"""The running text becomes the standard administrative outline: head, legal basis, parts, items, points, dashes, tail.

Layout after Decree 30/2020/NĐ-CP, appendix I. Every line of the source belongs to one block, or is unaccounted for.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from lantoa.planning.reading.flow import Flow, cells_of
from lantoa.planning.reading.head import Head, Piece, read_head
from lantoa.planning.reading.letters import UPPER
from lantoa.planning.reading.lines import SourceLine
from lantoa.planning.reading.marks import MARK, Judge, Mark, Surroundings, mark_of
from lantoa.planning.reading.tail import Tail, closing_start, read_tail
from lantoa.planning.reading.vocabulary import families, names_agency

HEADING_LENGTH = 260
SENTENCE_END = re.compile(r"[.;:!?…]")
QUOTES = re.compile(r"[“”\"]")
ROMAN_PART = re.compile(rf"(?:^|\s)(?:I|1)\s?[./]\s?[{UPPER}]")


@dataclass(slots=True)
class Block:
    """One item of the outline with everything under it; offsets point into the running text."""

    kind: str
    label: str
    start: int
    text_start: int
    end: int
    lines: tuple[int, ...] = ()
    rank: int = -9
    key: str = "root"
    breaks: tuple[int, ...] = ()
    children: list["Block"] = field(default_factory=list)

    def walk(self) -> Iterator["Block"]:
        """Give the block and all under it, in reading order."""
        pending = [self]
        while pending:
            block = pending.pop()
            yield block
            pending.extend(reversed(block.children))

    @property
    def all_lines(self) -> tuple[int, ...]:
        """Numbers of the lines of the block and of all under it."""
        return tuple(sorted({number for block in self.walk() for number in block.lines}))


@dataclass(frozen=True, slots=True)
class Outline:
    """A plan's text in its parts. `pieces` and the blocks under `root` together hold every accounted line once."""

    flow: Flow
    head: Head
    root: Block
    tail: Tail
    pieces: tuple[Piece, ...]
    rows: dict[int, tuple[str, ...]]
    unaccounted_lines: tuple[int, ...]

    def text(self, block: Block) -> str:
        """Give the block's own words, without its marker and without its children."""
        return self.flow.text[block.text_start : block.end].strip()

    def paragraphs(self, block: Block) -> list[tuple[int, int]]:
        """Give the offsets of the block's own paragraphs as the layout shows them."""
        edges = [block.text_start, *(b for b in block.breaks if block.text_start < b < block.end), block.end]
        return [(a, b) for a, b in pairwise(edges) if self.flow.text[a:b].strip()]


def read_outline(lines: Sequence[SourceLine]) -> Outline:
    """Find the outline of a text; never raises, an unknown layout just leaves its lines unaccounted."""
    flow = Flow.of(lines)
    head = read_head(flow)
    tail = read_tail(flow, head.body_start)
    known = head.title is not None or head.number is not None
    root = _Builder(flow, head.body_start, tail.start).build("basis" if known else "unknown")
    _split_closing(flow, root)
    pieces = (*head.pieces, *tail.pieces)
    for block in root.walk():
        block.lines = flow.lines(block.start, block.end)
    owned = {number for piece in pieces for number in piece.lines if piece.kind != "unknown"}
    owned |= {number for block in root.walk() if block.kind != "unknown" for number in block.lines}
    loose = tuple(sorted({*flow.numbers, *flow.foreign} - owned))
    rows = {line.number: cells_of(line) for line in lines if cells_of(line)}
    return Outline(flow, head, root, tail, pieces, rows, loose)


def _split_closing(flow: Flow, root: Block) -> None:
    """The closing paragraph follows the last item without a marker; give it back its own place."""
    last = list(root.walk())[-1]
    start = closing_start(flow, last.text_start, last.end, last.breaks) if last is not root else None
    if start is not None:
        root.children.append(Block("closing", "", start, start, last.end, rank=0, key="closing"))
        last.end = start


class _Builder:
    """Reads marks from left to right and hangs each accepted one under its parent."""

    def __init__(self, flow: Flow, start: int, end: int) -> None:
        self.flow, self.start, self.end = flow, start, end
        self.judge = Judge(flow)
        self.breaks = sorted(offset for offset in flow.breaks if start < offset < end)
        self.numbered = bool(ROMAN_PART.search(flow.text[start:end]))
        self.quotes = 0
        self.quotes_from = start

    def build(self, root_kind: str) -> Block:
        self.root = Block(root_kind, "", self.start, self.start, self.end)
        self.stack = [self.root]
        self.labels: dict[tuple[int, str], str] = {}
        for mark in self._candidates():
            if self._accepts(mark):
                self._open(mark)
        self._close(self.end)
        return self.root

    def _candidates(self) -> Iterator[Mark]:
        """Give marks and paragraph starts in order of place; a mark wins over a paragraph at the same place."""
        marks = (mark_of(match) for match in MARK.finditer(self.flow.text, self.start, self.end))
        paragraphs = iter(self.breaks)
        waiting = next(paragraphs, None)
        for mark in marks:
            while waiting is not None and waiting < mark.start:
                yield Mark("para", "", waiting, waiting)
                waiting = next(paragraphs, None)
            if waiting == mark.start:
                waiting = next(paragraphs, None)
            yield mark
        while waiting is not None:
            yield Mark("para", "", waiting, waiting)
            waiting = next(paragraphs, None)

    def _accepts(self, mark: Mark) -> bool:
        current = self.stack[-1]
        if mark.kind == "para":
            return self._opens_heading(mark, current)
        self._count_quotes(mark.start)
        opened = None
        if current is not self.root and mark.start - current.text_start < HEADING_LENGTH:
            text = self.flow.text[current.text_start : mark.start]
            opened = None if SENTENCE_END.search(text) else text
        parent = self._parent_for(mark)
        last = self.labels.get((id(parent), mark.key))
        return self.judge.accepts(mark, Surroundings(opened, self.quotes > 0, last))

    def _opens_heading(self, mark: Mark, current: Block) -> bool:
        """An unnumbered paragraph opens an item only when it reads as a heading: "Sở Y tế:", or capitals we know."""
        if current.kind == "row":
            return True
        text = self.flow.text
        line = text[mark.start : self._line_end(mark.start)].strip()
        before = self._before(mark.start)
        if not line[:1].isupper() or before not in END_OF_ITEM:
            return False
        if line.isupper() and not self.numbered:
            return bool(families(line))
        followed = line.endswith(":") or text[(end := self._line_end(mark.start)) : end + 2] in ("- ", "– ", "+ ")
        return followed and len(line) < 120 and names_agency(line) and len(self.stack) > 1

    def _before(self, offset: int) -> str:
        """The last sign before an offset, blanks aside."""
        return self.flow.text[max(0, offset - 4) : offset].rstrip()[-1:]

    def _line_end(self, offset: int) -> int:
        index = bisect_left(self.flow.starts, offset) + 1
        return self.flow.starts[index] if index < len(self.flow.starts) else len(self.flow.text)

    def _count_quotes(self, offset: int) -> None:
        """Follow open quotation marks since the open item began; a straight one opens and closes in turn."""
        for sign in QUOTES.findall(self.flow.text, self.quotes_from, offset):
            opens = sign == "“" or (sign == '"' and self.quotes == 0)
            self.quotes = self.quotes + 1 if opens else max(0, self.quotes - 1)
        self.quotes_from = max(self.quotes_from, offset)

    def _parent_for(self, mark: Mark) -> Block:
        """The open block a mark would hang under: beside its like, else under the nearest of higher rank."""
        for depth in range(len(self.stack) - 1, 0, -1):
            if self.stack[depth].key == mark.key:
                return self.stack[depth - 1]
        if self._before(mark.start) == ":" and mark.kind not in ("volume", "capital", "part"):
            return self.stack[-1]
        rank = self._rank(mark)
        return next(block for block in reversed(self.stack) if block.rank < rank)

    def _rank(self, mark: Mark) -> int:
        capitals = mark.kind == "para" and self.flow.text[mark.start : self._line_end(mark.start)].isupper()
        return 0 if capitals else mark.rank

    def _open(self, mark: Mark) -> None:
        parent = self._parent_for(mark)
        self._close(mark.start)
        while self.stack[-1] is not parent:
            self.stack.pop()
        block = Block(mark.kind, mark.label, mark.start, mark.end, self.end, rank=self._rank(mark), key=mark.key)
        parent.children.append(block)
        self.labels[id(parent), mark.key] = mark.label
        self.stack.append(block)
        self.quotes, self.quotes_from = 0, mark.end

    def _close(self, offset: int) -> None:
        block = self.stack[-1]
        block.end = offset
        low, high = bisect_left(self.breaks, block.text_start), bisect_left(self.breaks, offset)
        block.breaks = tuple(self.breaks[low:high])


END_OF_ITEM = (".", ";", ":", "/", "")
