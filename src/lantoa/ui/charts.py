"""Geometry of the server-drawn charts: counts in, percentages of a bar out. Words and colours live in the templates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy


class Look(NamedTuple):
    """How one delivery state looks and what it is called."""

    word: str | Promise
    icon: str
    tone: str


STATES: dict[str, Look] = {
    "delivered": Look(pgettext_lazy("delivery state", "Delivered"), "check-double", "done"),
    "accepted": Look(pgettext_lazy("delivery state", "Handed over"), "check", "good"),
    "pending": Look(pgettext_lazy("delivery state", "Waiting"), "clock", "wait"),
    "failed": Look(pgettext_lazy("delivery state", "Not reached"), "close", "bad"),
    "suppressed": Look(pgettext_lazy("delivery state", "Not sent"), "ban", "off"),
    "unknown": Look(pgettext_lazy("delivery state", "Unclear"), "question", "doubt"),
}
"""The six states a reader sees, always in this order."""

FOLDS = {"read": "delivered", "sending": "pending", "expired": "failed"}
"""Finer states of the ledger and the reader's state that covers each."""

GAP = 0.35
SMALLEST = 0.9
"""Percent of the bar: paper between two slices; the least a slice is given so that it can be seen."""


def folded(counts: Mapping[str, int]) -> dict[str, int]:
    """Counts by the six states, the sum unchanged; an unknown state raises `KeyError`."""
    sums = dict.fromkeys(STATES, 0)
    for state, count in counts.items():
        sums[FOLDS.get(state, state)] += count
    return sums


@dataclass(frozen=True)
class Slice:
    """One state's part of a bar; `x` and `width` in percent of the bar."""

    state: str
    count: int
    x: float
    width: float

    @property
    def look(self) -> Look:
        """Word, icon and tone of its state."""
        return STATES[self.state]


def slices(counts: Mapping[str, int]) -> list[Slice]:
    """The bar of these counts: fixed order, paper gaps, no slice under `SMALLEST` percent; empty when all are zero."""
    present = {state: count for state, count in folded(counts).items() if count > 0}
    widths = shares(list(present.values()), 100 - GAP * (len(present) - 1))
    bar: list[Slice] = []
    x = 0.0
    for (state, count), width in zip(present.items(), widths, strict=True):
        bar.append(Slice(state, count, round(x, 3), round(width, 3)))
        x += width + GAP
    return bar


def shares(counts: list[int], room: float) -> list[float]:
    """`room` divided in proportion to the counts, but nobody under `SMALLEST`; what they gain the larger ones give."""
    small: set[int] = set()
    while True:
        shared = room - SMALLEST * len(small)
        large = sum(count for place, count in enumerate(counts) if place not in small)
        more = {p for p, count in enumerate(counts) if p not in small and count * shared < SMALLEST * large}
        if not more:
            return [SMALLEST if p in small else shared * count / large for p, count in enumerate(counts)]
        small |= more


PLAN_AT = 74.0
"""Percent of the bar where the plan's tick stands; what lies beyond is more than planned."""


def plan_width(fact: float, plan: float) -> float:
    """Width in percent of the bar of what was done, so that `plan` reaches the tick; a bar never leaves its track."""
    return round(min(100.0, PLAN_AT * fact / plan), 2) if plan > 0 else 0.0


TILE = 51
STEP = 56
KINDS = ("Xã ", "Phường ", "Đặc khu ", "Thị trấn ", "Thị xã ", "Thành phố ", "Huyện ", "Quận ")


@dataclass(frozen=True)
class Tile:
    """One unit on the tile map; pixels of the drawing's own grid."""

    name: str
    lines: tuple[str, ...]
    x: int
    y: int
    step: int
    url: str
    note: str

    @property
    def middle(self) -> int:
        """Where its words are centred."""
        return self.x + TILE // 2

    @property
    def rows(self) -> list[tuple[int, str]]:
        """Baseline and text of each line of the name."""
        first = self.y + (30 if len(self.lines) == 1 else 23)
        return [(first + 14 * row, line) for row, line in enumerate(self.lines)]


def short_name(name: str) -> tuple[str, ...]:
    """A unit's name without its kind, in one or two lines that fit a tile ("N.Thạnh", "Lợi")."""
    bare = next((name[len(kind) :] for kind in KINDS if name.startswith(kind)), name)
    words = bare.split()
    if len(words) > 2 and len(" ".join(words[:2])) > 8:
        words = [f"{words[0][0]}.{words[1]}", *words[2:]]
    if len(words) < 2:
        return (bare,)
    cut = 1 if len(words) == 2 or len(words[0]) >= len(words[-1]) + 3 else len(words) // 2 + len(words) % 2
    return " ".join(words[:cut]), " ".join(words[cut:])


def tiles(rows: Iterable[Mapping[str, object]]) -> tuple[list[Tile], int, int]:
    """Tiles with the width and height of their map. Rows have `name`, `x`, `y` (grid places), and may have
    `step` (1 to 5; None or 0 is "no data"), `url`, `note` (said in the tile's title)."""
    drawn = [
        Tile(
            name=str(row["name"]),
            lines=short_name(str(row["name"])),
            x=int(str(row["x"])) * STEP,
            y=int(str(row["y"])) * STEP,
            step=int(str(row.get("step") or 0)),
            url=str(row.get("url") or ""),
            note=str(row.get("note") or ""),
        )
        for row in rows
    ]
    return drawn, max((t.x for t in drawn), default=0) + TILE, max((t.y for t in drawn), default=0) + TILE
