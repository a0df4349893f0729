"""Geometry of the server-drawn charts: counts in, percentages of a bar out. Words and colours live in the templates."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, radians
from typing import Any, NamedTuple

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


GRID = 10_000
"""Parts of a degree in which outlines come."""

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
    step: int | str
    url: str
    note: str
    mark: str = ""

    @property
    def middle(self) -> int:
        """Where its words are centred."""
        return self.x + TILE // 2

    @property
    def rows(self) -> list[tuple[int, str]]:
        """Baseline and text of each line of the name."""
        first = self.y + (30 if len(self.lines) == 1 else 23) - (7 if self.mark else 0)
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
    `step` (1 to 5, or another fill's name; None or 0 is "no data"), `url`, `note` (said in the tile's title), `mark` (a
    few signs at its foot)."""
    drawn = [
        Tile(
            name=str(row["name"]),
            lines=short_name(str(row["name"])),
            x=int(str(row["x"])) * STEP,
            y=int(str(row["y"])) * STEP,
            step=row.get("step") or 0,  # type: ignore[arg-type]
            url=str(row.get("url") or ""),
            note=str(row.get("note") or ""),
            mark=str(row.get("mark") or ""),
        )
        for row in rows
    ]
    return drawn, max((t.x for t in drawn), default=0) + TILE, max((t.y for t in drawn), default=0) + TILE


WIDE = 1000
"""Width of a map of outlines, in its own whole units."""


@dataclass(frozen=True)
class Shape:
    """One unit's outline on a map, drawn by the commands of `path`."""

    name: str
    path: str
    step: int | str
    url: str
    note: str


def shapes(rows: Iterable[Mapping[str, Any]]) -> tuple[list[Shape], int, int]:
    """Outlines with the width and height of their map. Rows have `name`, `rings` (of longitude and latitude, in any one
    unit), and may have `step`, `url` and `note`. Degrees of longitude are as long as in the middle of the map."""
    drawn = [row for row in rows if row["rings"]]
    places = [place for row in drawn for ring in row["rings"] for place in ring]
    if not places:
        return [], WIDE, WIDE
    west, east = min(x for x, _y in places), max(x for x, _y in places)
    south, north = min(y for _x, y in places), max(y for _x, y in places)
    flat = cos(radians((south + north) / 2 / GRID))
    scale = WIDE / ((east - west) * flat or 1)

    def path(rings: Iterable[Iterable[tuple[int, int]]]) -> str:
        told = ([(round((x - west) * flat * scale), round((north - y) * scale)) for x, y in ring] for ring in rings)
        return "".join(map(_path, told))

    made = [
        Shape(row["name"], path(row["rings"]), row.get("step") or 0, row.get("url") or "", row.get("note") or "")
        for row in drawn
    ]
    return made, WIDE, round((north - south) * scale)


def _path(ring: list[tuple[int, int]]) -> str:
    """A closed ring as SVG: where it begins, then each step from the last place."""
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in pairwise(ring[:-1])]
    words = "".join(f"{x}{y:+}" if at == 0 else f"{x:+}{y:+}" for at, (x, y) in enumerate(steps) if (x, y) != (0, 0))
    return f"M{ring[0][0]} {ring[0][1]}l{words.lstrip('+')}z" if words else ""


@dataclass(frozen=True)
class Column:
    """One column: percent of the chart's width and of its height. One without a value is drawn whole, by its fill."""

    label: str
    x: float
    width: float
    height: float
    fill: str
    value: int | None
    words: str

    @property
    def middle(self) -> float:
        """Where its words are centred."""
        return round(self.x + self.width / 2, 2)

    @property
    def top(self) -> float:
        """Percent from above where it begins."""
        return round(100 - self.height, 2)


def columns(rows: Sequence[Mapping[str, Any]]) -> list[Column]:
    """Columns side by side, the tallest full. Rows have `label`, `value` (None: no figure) and may have `fill` (its
    name; "reached" by default) and `words` (what is said instead of the number)."""
    most = max((row["value"] or 0 for row in rows), default=0)
    step = 100 / len(rows) if rows else 100
    return [
        Column(
            label=str(row["label"]), x=round(at * step + step * 0.1, 2), width=round(step * 0.8, 2),
            height=_height(row["value"], most), fill=str(row.get("fill") or "reached"), value=row["value"],
            words=str(row.get("words") or ""),
        )
        for at, row in enumerate(rows)
    ]  # fmt: skip


def _height(value: int | None, most: int) -> float:
    """A column that is not zero can be seen; one without a figure stands low."""
    if value is None:
        return 8.0
    return max(2.0, round(100 * value / most, 2)) if value else 0.0
