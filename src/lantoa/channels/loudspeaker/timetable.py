"""When a station plays what: weekly slots, quiet hours, and three priorities. Pure; times are Vietnam's.

Circular 39/2020/TT-BTTTT: an ordinary message (thông thường) goes into a slot that the commune chooses; a preferred one
(ưu tiên) goes into the programme, and where two claim the same minutes the commune decides their order; an urgent one
(khẩn cấp) is played at once. The rest is ours: what an urgent message interrupts is played again later, from its
beginning, and the programme says so; quiet hours bind all but urgent messages.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise

from lantoa.channels.placing import Priority
from lantoa.kernel.clock import ZONE, WorkingCalendar, local

WEEKDAYS = ("T2", "T3", "T4", "T5", "T6", "T7", "CN")
WORKING, OFF, DAILY = "LV", "NN", "HN"
"""ngày làm việc, ngày nghỉ, hằng ngày: the first two follow public holidays and swapped days."""
HORIZON = timedelta(days=14)
"""How far ahead room is looked for."""
_DAY = timedelta(days=1)
_HOURS = re.compile(r"(\d{1,2})[:hg](\d{2})\s*[-–]\s*(\d{1,2})[:hg](\d{2})")


@dataclass(frozen=True, slots=True)
class Hours:
    """From ``opens`` up to, not including, ``closes``; over midnight when ``closes`` is the smaller; equal: never."""

    opens: time
    closes: time

    def on(self, day: date) -> "tuple[datetime, datetime]":
        """Return the stretch that begins on that day."""
        start = datetime.combine(day, self.opens, tzinfo=ZONE)
        return start, datetime.combine(day + _DAY if self.closes < self.opens else day, self.closes, tzinfo=ZONE)


NO_HOURS = Hours(time(0), time(0))


@dataclass(frozen=True, slots=True)
class Slot:
    """Hours on some days: of ``WEEKDAYS``, or ``WORKING``, ``OFF``, ``DAILY``."""

    days: frozenset[str]
    hours: Hours

    def on(self, day: date, calendar: WorkingCalendar) -> bool:
        """Tell whether the slot begins on that day."""
        working = WORKING if calendar.is_working(day) else OFF
        return not self.days.isdisjoint((DAILY, working, WEEKDAYS[day.weekday()]))


@dataclass(frozen=True, slots=True)
class Timetable:
    """A station's week."""

    slots: tuple[Slot, ...]
    quiet: Hours = NO_HOURS


def parse_slots(text: str) -> tuple[Slot, ...]:
    """Read one slot a line, ``T2-T6 05:00-05:30`` or ``T7 CN 06:00-06:20``; raises ValueError naming the line."""
    return tuple(_slot(line) for line in map(str.strip, text.splitlines()) if line)


def _slot(line: str) -> Slot:
    hours = _HOURS.search(line)
    if hours is None:
        raise ValueError(line)
    try:
        days = frozenset(day for word in line[: hours.start()].replace(",", " ").split() for day in _days(word.upper()))
        opens, closes = _times(hours)
    except ValueError as error:
        raise ValueError(line) from error
    if not days or line[hours.end() :].strip() or opens == closes:
        raise ValueError(line)
    return Slot(days, Hours(opens, closes))


def _days(word: str) -> Sequence[str]:
    if word in (WORKING, OFF, DAILY):
        return (word,)
    first, _dash, last = word.replace("–", "-").partition("-")
    start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
    if end < start:
        raise ValueError(word)
    return WEEKDAYS[start : end + 1]


def parse_quiet(text: str) -> Hours:
    """Read ``21:30-04:30``; raises ValueError."""
    hours = _HOURS.fullmatch(text.strip())
    if hours is None:
        raise ValueError(text)
    return Hours(*_times(hours))


def _times(found: re.Match[str]) -> tuple[time, time]:
    numbers = [int(part) for part in found.groups()]
    return time(numbers[0], numbers[1]), time(numbers[2], numbers[3])


type Stretch = tuple[datetime, datetime]


def openings(timetable: Timetable, start: datetime, end: datetime, calendar: WorkingCalendar) -> list[Stretch]:
    """Return when ordinary and preferred messages may play between two moments: slots joined, quiet hours cut out."""
    start, end = local(start), local(end)
    days = [start.date() + _DAY * n for n in range(-1, (end.date() - start.date()).days + 1)]
    open_at = [slot.hours.on(day) for day in days for slot in timetable.slots if slot.on(day, calendar)]
    quiet = [timetable.quiet.on(day) for day in days]
    within = [(max(a, start), min(b, end)) for a, b in open_at]
    return list(_without(_joined(within), quiet))


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for a, b in sorted(stretches):
        if a >= b:
            continue
        if found and a <= found[-1][1]:
            found[-1] = (found[-1][0], max(b, found[-1][1]))
        else:
            found.append((a, b))
    return found


def _without(stretches: Iterable[Stretch], taken: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield what is left of joined stretches after others are cut out."""
    holes = _joined(taken)
    for a, b in stretches:
        for c, d in holes:
            if d <= a or c >= b:
                continue
            if a < c:
                yield a, c
            a = d
            if a >= b:
                break
        if a < b:
            yield a, b


class Why(StrEnum):
    """Why a message has no time."""

    TOO_LONG = "too_long"  # longer than every opening before the horizon
    EXPIRES = "expires"  # room comes only after it expires
    NO_ROOM = "no_room"  # the programme is full up to the horizon


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A message that wants air.

    ``wish`` is the start the commune chose; ``rank`` its order among those of the same priority, the smaller first.
    ``held`` is the start already announced or on air: it stays unless an urgent message takes its minutes.
    """

    key: str
    minutes: float
    priority: Priority = Priority.NORMAL
    not_before: datetime
    expires_at: datetime | None = None
    wish: datetime | None = None
    rank: int = 0
    held: datetime | None = None

    @property
    def length(self) -> timedelta:
        """How long it takes, to the second, at least one."""
        return timedelta(seconds=max(1, round(self.minutes * 60)))


@dataclass(frozen=True, slots=True)
class Airing:
    """A stretch of air; not ``whole`` where an urgent message cuts it short."""

    key: str
    start: datetime
    end: datetime
    whole: bool = True


@dataclass(frozen=True, slots=True)
class PutOff:
    """A message that had its time and lost it to an urgent one; ``to`` None: no other time was found."""

    key: str
    by: str
    was: datetime
    to: datetime | None


@dataclass(frozen=True, slots=True)
class Programme:
    """Who plays when; every item stands once among whole airings or once in ``unplaced``."""

    airings: tuple[Airing, ...]
    put_off: tuple[PutOff, ...] = ()
    unplaced: dict[str, Why] = field(default_factory=dict)


def plan(items: Iterable[Item], timetable: Timetable, *, now: datetime, calendar: WorkingCalendar) -> Programme:
    """Return the programme of one station from ``now`` on; keys must differ.

    An urgent item starts at its moment, or when another urgent one ends. Items are then placed one by one, so that a
    later one never moves an earlier: those held, preferred ones, ordinary ones; within each by rank, moment and key.
    """
    items, now = list(items), local(now)
    urgent = _urgent([item for item in items if item.priority is Priority.URGENT], now)
    others = sorted((item for item in items if item.priority is not Priority.URGENT), key=_standing)
    held, cut, lost = _held(others, urgent, now)
    taken = [*urgent, *held, *cut]
    moved = {item.key for item, _airing in lost}
    kept = {airing.key for airing in held}
    waiting = [item for item in others if item.key not in kept]
    waiting.sort(key=lambda item: (item.key not in moved, *_standing(item)))
    unplaced: dict[str, Why] = {}
    spans = openings(timetable, now, now + HORIZON, calendar)
    for item in waiting:
        after = max((a.end for a in cut if a.key == item.key), default=now)
        found = _room(item, max(after, now), spans, taken)
        if isinstance(found, Why):
            unplaced[item.key] = found
        else:
            taken.append(found)
    placed = {airing.key: airing.start for airing in taken if airing.whole}
    put_off = tuple(PutOff(item.key, by.key, item.held, placed.get(item.key)) for item, by in lost if item.held)
    return Programme(tuple(sorted(taken, key=lambda a: (a.start, a.end, a.key))), put_off, unplaced)


def _standing(item: Item) -> tuple[bool, int, datetime, str]:
    return item.priority is not Priority.PREFERRED, item.rank, item.not_before, item.key


def _urgent(items: list[Item], now: datetime) -> list[Airing]:
    """Urgent messages at their moment, one after the other where they meet; what is on air is not cut."""
    found: list[Airing] = []
    free = None
    for item in sorted(items, key=lambda item: (item.held or max(item.not_before, now), item.rank, item.key)):
        start = local(item.held or max(item.not_before, now))
        if free is not None:
            start = max(start, free)
        found.append(Airing(item.key, start, start + item.length))
        free = start + item.length
    return found


type Lost = list[tuple[Item, Airing]]


def _held(items: list[Item], urgent: list[Airing], now: datetime) -> tuple[list[Airing], list[Airing], Lost]:
    """Sort announced messages: those that keep their time, the pieces played before an interruption, the losers."""
    kept: list[Airing] = []
    pieces: list[Airing] = []
    lost: Lost = []
    for item in sorted((item for item in items if item.held), key=lambda item: (item.held, _standing(item))):
        assert item.held is not None
        start = local(item.held)
        end = start + item.length
        if end <= now or any(start < other.end and other.start < end for other in [*kept, *pieces]):
            continue  # over and not reported, or announced twice: it finds another time like any other
        by = next((other for other in urgent if start < other.end and other.start < end), None)
        if by is None:
            kept.append(Airing(item.key, start, end))
            continue
        lost.append((item, by))
        if start < by.start:
            pieces.append(Airing(item.key, start, by.start, whole=False))
    return kept, pieces, lost


def _room(item: Item, after: datetime, spans: list[Stretch], taken: list[Airing]) -> Airing | Why:
    """Return the first room from the commune's wish on, the wish itself where it fits."""
    wanted = max(moment for moment in (after, item.not_before, item.wish) if moment is not None)
    wanted, length = local(wanted), item.length
    if spans and not any(b - a >= length for a, b in spans):
        return Why.TOO_LONG
    for a, b in _without(spans, [(airing.start, airing.end) for airing in taken]):
        start = max(a, wanted)
        if start + length <= b:
            late = item.expires_at is not None and start + length > item.expires_at
            return Why.EXPIRES if late else Airing(item.key, start, start + length)
    return Why.NO_ROOM


def overlaps(airings: Sequence[Airing]) -> list[tuple[Airing, Airing]]:
    """Return pairs that share air; a programme has none."""
    return [(one, other) for one, other in pairwise(airings) if other.start < one.end]
