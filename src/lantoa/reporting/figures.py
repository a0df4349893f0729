"""What a report counts, as plain values: every figure knows whether it is zero, missing or not applicable."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any, NamedTuple

from pydantic import TypeAdapter

from lantoa.kernel import audit
from lantoa.reporting.enums import Standing
from lantoa.reporting.periods import Period


@dataclass(frozen=True, slots=True)
class Figure:
    """A count with its standing; a figure that is missing or not applicable has no value."""

    standing: Standing
    value: int | None = None

    def __post_init__(self) -> None:
        stated = {Standing.COUNTED: (self.value or 0) > 0, Standing.ZERO: self.value == 0}
        if not stated.get(self.standing, self.value is None):
            raise ValueError(f"{self.value} is not {self.standing.value}.")


def count(value: int) -> Figure:
    """A figure that was counted; zero stands as zero."""
    return Figure(Standing.COUNTED, value) if value else Figure(Standing.ZERO, 0)


MISSING = Figure(Standing.MISSING)
NOT_APPLICABLE = Figure(Standing.NOT_APPLICABLE)


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure under its key: a delivery state, a case's place, a task's status."""

    key: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class LineRow:
    """One content line: distinct messages, messages by channel in the order of `Figures.channels`, pages published.

    `in_plan` is false for items without a line and for lines no plan in force names.
    """

    label: str
    text: str
    in_plan: bool
    messages: Figure
    by_channel: tuple[Figure, ...]
    pages: Figure

    @property
    def starved(self) -> bool:
        """A line of the plan to which nothing was written."""
        return self.in_plan and self.messages.standing == self.pages.standing == Standing.ZERO


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One channel's part of the ledger: its people, by the states of the ledger; they add up."""

    channel: str
    audience: Figure
    states: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class PlacingRow:
    """One kind of outlet, by its name in Decree 49/2024 (`channels.placing.Decree`): where its messages stand; they add
    up. `counted` is what was handed out or talked to, where the kind counts that."""

    kind: str
    total: Figure
    places: tuple[Counted, ...]
    counted: Figure


@dataclass(frozen=True, slots=True)
class Placings:
    """Messages at outlets that stand in these units, whoever released them; `own` were released by these units."""

    total: Figure
    own: Figure
    rows: tuple[PlacingRow, ...]


@dataclass(frozen=True, slots=True)
class Press:
    """What newspapers and stations told of these units: pieces by medium, each once; they add up. `minutes` are those
    on air, whole."""

    total: Figure
    media: tuple[Counted, ...]
    minutes: Figure


@dataclass(frozen=True, slots=True)
class Asked:
    """What journalists asked of these units: requests that came in, those of them answered by now, and those answered
    by the hour asked for. What was taken back is none."""

    received: Figure
    answered: Figure
    in_time: Figure


@dataclass(frozen=True, slots=True)
class ProgrammeRow:
    """One national programme: the pages that count for it, and those of them that count for no other."""

    programme: str
    pages: Figure
    alone: Figure


@dataclass(frozen=True, slots=True)
class Programmes:
    """Pages published, by the programmes they count for, each page once: Σ `alone` + `several` + `none` = all pages.
    `several` count for more than one programme, `none` for none."""

    rows: tuple[ProgrammeRow, ...]
    several: Figure
    none: Figure


@dataclass(frozen=True, slots=True)
class ToldRow:
    """One national programme: the pieces of the press that count for it, and those of them that count for no other."""

    programme: str
    pieces: Figure
    alone: Figure


@dataclass(frozen=True, slots=True)
class Told:
    """What the press told, each piece once, by content line (in the order of `Figures.lines`) and by the programmes it
    counts for, as `Programmes`: Σ `lines` = Σ `alone` + `several` + `none` = all pieces (`Press.total`)."""

    lines: tuple[Counted, ...]
    rows: tuple[ToldRow, ...]
    several: Figure
    none: Figure


@dataclass(frozen=True, slots=True)
class PlanCited:
    """A plan in force, as a document cites it."""

    number: str
    issued_on: date | None
    issuer: str
    title: str


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of one agency and one period.

    `audience` = Σ `states`; each of `people` and `residents` adds up to distinct persons; `received` = Σ `cases`.
    `placings` is None in versions kept before messages at public outlets were counted, `press` in those kept before
    what the press told was, `asked` in those kept before what it asked was, `programmes` in those kept before pages
    were counted by them, `told` in those kept before what the press told was counted by line and programme.
    """

    agency_id: int
    agency: str
    unit_id: int
    start: date
    end: date
    plans: tuple[PlanCited, ...]
    channels: tuple[str, ...]
    messages: Figure
    broadcasts: Figure
    lines: tuple[LineRow, ...]
    audience: Figure
    states: tuple[Counted, ...]
    by_channel: tuple[ChannelRow, ...]
    people: tuple[Counted, ...]
    residents: tuple[Counted, ...]
    received: Figure
    cases: tuple[Counted, ...]
    pages: Figure
    tasks: tuple[Counted, ...]
    tasks_late: Figure
    placings: Placings | None = None
    press: Press | None = None
    asked: Asked | None = None
    programmes: Programmes | None = None
    told: Told | None = None

    @property
    def period(self) -> Period:
        """The days they cover."""
        return Period(self.start, self.end)

    @property
    def told_of(self) -> list[Figure | None]:
        """What the press told of each of `lines`, in their order; None in a version kept before it was counted."""
        return [row.figure for row in self.told.lines] if self.told else [None] * len(self.lines)

    @property
    def starved(self) -> list[LineRow]:
        """The plan's content lines to which nothing was written."""
        return [line for line in self.lines if line.starved]

    def case(self, place: str) -> Figure:
        """The cases in one place."""
        return _of(self.cases, place)


_ADAPTER = TypeAdapter(Figures)
ADDED_LATER = ("placings", "press", "asked", "programmes", "told")
"""Parts that versions kept before they were counted do not have; left out of their text."""


def _of(counted: tuple[Counted, ...], key: str) -> Figure:
    return next((row.figure for row in counted if row.key == key), MISSING)


def total(counted: tuple[Counted, ...], *keys: str) -> Figure:
    """The sum of these keys (of all, when none is named); missing or not applicable when any part is."""
    parts = [row.figure for row in counted if not keys or row.key in keys]
    blank = next((part for part in parts if part.value is None), None)
    if blank or not parts:
        return blank or MISSING
    return count(sum(part.value or 0 for part in parts))


def canonical(figures: Figures) -> str:
    """The one JSON text of these figures, the same on every machine; that of an older version read back is its own."""
    facts: dict[str, Any] = _ADAPTER.dump_python(figures, mode="json")
    for name in ADDED_LATER:
        if facts[name] is None:
            del facts[name]
    return audit.canonical(facts)


def data_hash(figures: Figures) -> str:
    """SHA-256 of the canonical text, in lower-case hex."""
    return sha256(canonical(figures).encode()).hexdigest()


def from_json(text: str) -> Figures:
    """The figures back from their canonical text; raises pydantic's ValidationError (a ValueError)."""
    return _ADAPTER.validate_json(text)


class Entry(NamedTuple):
    """One figure with its place in the report; names are keys, not words."""

    section: str
    item: str
    detail: str
    figure: Figure


def entries(figures: Figures) -> Iterator[Entry]:
    """Every figure of the report, each once, in the order it is read."""
    yield Entry("messages", "messages", "", figures.messages)
    yield Entry("messages", "broadcasts", "", figures.broadcasts)
    yield Entry("messages", "pages", "", figures.pages)
    for line, pieces in zip(figures.lines, figures.told_of, strict=True):
        yield Entry("lines", line.label, "messages", line.messages)
        for channel, figure in zip(figures.channels, line.by_channel, strict=True):
            yield Entry("lines", line.label, channel, figure)
        yield Entry("lines", line.label, "pages", line.pages)
        if pieces is not None:
            yield Entry("lines", line.label, "pieces", pieces)
    yield from _programme_entries(figures.programmes)
    yield from _told_entries(figures.told)
    yield Entry("audience", "audience", "", figures.audience)
    yield from (Entry("audience", "states", row.key, row.figure) for row in figures.states)
    for channel_row in figures.by_channel:
        yield Entry("audience", channel_row.channel, "audience", channel_row.audience)
        yield from (Entry("audience", channel_row.channel, row.key, row.figure) for row in channel_row.states)
    yield from _placing_entries(figures.placings)
    yield from _press_entries(figures.press)
    yield from _asked_entries(figures.asked)
    yield from (Entry("people", row.key, "", row.figure) for row in figures.people)
    yield from (Entry("residents", row.key, "", row.figure) for row in figures.residents)
    yield Entry("cases", "received", "", figures.received)
    yield from (Entry("cases", row.key, "", row.figure) for row in figures.cases)
    yield from (Entry("tasks", row.key, "", row.figure) for row in figures.tasks)
    yield Entry("tasks", "late", "", figures.tasks_late)


def _programme_entries(found: Programmes | None) -> Iterator[Entry]:
    if found is None:
        return
    for row in found.rows:
        yield Entry("programmes", row.programme, "pages", row.pages)
        yield Entry("programmes", row.programme, "alone", row.alone)
    yield Entry("programmes", "several", "", found.several)
    yield Entry("programmes", "no_programme", "", found.none)


def _told_entries(found: Told | None) -> Iterator[Entry]:
    if found is None:
        return
    for row in found.rows:
        yield Entry("told", row.programme, "pieces", row.pieces)
        yield Entry("told", row.programme, "alone", row.alone)
    yield Entry("told", "pieces_several", "", found.several)
    yield Entry("told", "pieces_none", "", found.none)


def _placing_entries(found: Placings | None) -> Iterator[Entry]:
    if found is None:
        return
    yield Entry("placings", "all", "", found.total)
    yield Entry("placings", "own", "", found.own)
    for row in found.rows:
        yield Entry("placings", row.kind, "all", row.total)
        yield from (Entry("placings", row.kind, one.key, one.figure) for one in row.places)
        yield Entry("placings", row.kind, "counted", row.counted)


def _press_entries(found: Press | None) -> Iterator[Entry]:
    if found is None:
        return
    yield Entry("press", "pieces", "", found.total)
    yield from (Entry("press", row.key, "", row.figure) for row in found.media)
    yield Entry("press", "minutes", "", found.minutes)


def _asked_entries(found: Asked | None) -> Iterator[Entry]:
    if found is None:
        return
    yield Entry("asked", "asked", "", found.received)
    yield Entry("asked", "answered", "", found.answered)
    yield Entry("asked", "in_time", "", found.in_time)
