"""From meant to written back: the stages of each channel, and the stream that shows them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from lantoa.channels.contract import AddressKind, Capability
from lantoa.outreach.selectors.tally import GOT, TAKEN, Counts, count_of

STAGES = ("meant", "handed", "delivered", "read", "clicked", "replied")


@dataclass(frozen=True, slots=True)
class Steps:
    """One channel's figures in the order of `STAGES`; None: the channel cannot tell, or nobody listens there."""

    channel: str
    label: str
    figures: tuple[int | None, ...]

    @property
    def whole(self) -> int:
        """How many it was meant for."""
        return self.figures[0] or 0


def steps(channel: str, able: Capability, counts: Counts, *, clicks: int | None, replies: int | None) -> Steps:
    """One channel's stages. A later word covers the earlier ones: who has read it has got it."""
    delivered = count_of(counts, *GOT)
    tells = able.receipts or able.address is AddressKind.INBOX or delivered > 0
    read = counts.get("read", 0)
    return Steps(
        channel,
        str(able.label),
        (
            sum(counts.values()),
            count_of(counts, *TAKEN),
            delivered if tells else None,
            read if able.reads else None,
            clicks,
            replies,
        ),
    )


def total(rows: Sequence[Steps], label: str) -> Steps:
    """The sum of all channels; a stage that no channel can tell stays unsaid."""
    columns = zip(*(row.figures for row in rows), strict=True)
    return Steps("", label, tuple(_sum(column) for column in columns))


def _sum(column: Sequence[int | None]) -> int | None:
    told = [figure for figure in column if figure is not None]
    return sum(told) if told else None


# The stream: one band that grows narrower from stage to stage

STEP = 146
LANE = 72
BAND = 42
BARE = 2.0
"""Pixels between two stages, of a lane, of a full band, and of the thinnest thread that still shows something."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One stage on a stream: where it stands and what it says."""

    x: int
    figure: int | None


@dataclass(frozen=True, slots=True)
class Stream:
    """One channel's stream: its lane, its bed (everybody, as far as it tells), its band and its stages."""

    label: str
    y: int
    bed: str
    outline: str
    marks: tuple[Mark, ...]

    @property
    def middle(self) -> int:
        """Where its name stands."""
        return self.y + BAND // 2 + 5

    @property
    def base(self) -> int:
        """Where its figures stand."""
        return self.y + BAND + 17


def streams(rows: Sequence[Steps], *, left: int = 170) -> tuple[list[Stream], int, int]:
    """Streams with the width and height of their drawing. A band is as broad as its part of those it was meant for; a
    stage that cannot be told is bridged to the next that can; more presses than people are drawn as all of them."""
    drawn = [_stream(row, place * LANE, left) for place, row in enumerate(rows)]
    return drawn, left + STEP * (len(STAGES) - 1) + 70, LANE * len(rows)


def _stream(row: Steps, y: int, left: int) -> Stream:
    middle = y + BAND / 2
    places = [left + STEP * stage for stage in range(len(STAGES))]
    told = [
        (x, breadth(figure, row.whole) / 2) for x, figure in zip(places, row.figures, strict=True) if figure is not None
    ]
    upper = _edge([(x, middle - half) for x, half in told])
    lower = _edge([(x, middle + half) for x, half in reversed(told)])
    marks = tuple(Mark(x, figure) for x, figure in zip(places, row.figures, strict=True))
    top, foot = middle - BAND / 2, middle + BAND / 2
    bed = f"M{places[0]} {top:.1f}H{told[-1][0]}V{foot:.1f}H{places[0]}Z"
    return Stream(row.label, y, bed, f"M{upper}L{lower}Z", marks)


def breadth(figure: int, whole: int) -> float:
    """How broad a band is: nothing for nobody, else at least a thread."""
    return max(BARE, BAND * min(1.0, figure / whole)) if figure and whole else 0.0


def _edge(points: Sequence[tuple[float, float]]) -> str:
    """A smooth line through the points, as an SVG path without its first command."""
    path = f"{points[0][0]:.0f} {points[0][1]:.1f}"
    for (x, y), (to_x, to_y) in pairwise(points):
        bend = (x + to_x) / 2
        path += f"C{bend:.0f} {y:.1f} {bend:.0f} {to_y:.1f} {to_x:.0f} {to_y:.1f}"
    return path
