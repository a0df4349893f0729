"""When will it be done: the arithmetic of rates, quiet hours and queues. Pure; moments are local and aware."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from lantoa.channels.contract import Window

CALL = timedelta(milliseconds=250)
"""What one call is reckoned to take on a channel that names no rate."""

FARTHEST = 400
"""Days looked ahead; what takes longer has no end worth naming."""


@dataclass(frozen=True, slots=True)
class Lane:
    """One channel's work: `units` of our own, those `ahead` of or beside them (one figure a broadcast), what all its
    accounts together send in a second, the hours it may be used (None: any), and since when it may."""

    channel: str
    units: int
    rate: float
    ahead: Sequence[int] = ()
    window: Window | None = None
    not_before: datetime | None = None

    @property
    def work(self) -> int:
        """Units that leave until ours are out: running broadcasts share a channel equally, so each other one takes
        as much as ours until it has none left."""
        return self.units + sum(min(other, self.units) for other in self.ahead)


@dataclass(frozen=True, slots=True)
class Passage:
    """When one channel's first message leaves and its last; None when it never would."""

    channel: str
    begins: datetime | None
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class Outlook:
    """The channels side by side; `late` are those that would not be done by the last hour."""

    passages: tuple[Passage, ...]
    late: tuple[str, ...]

    @property
    def ends(self) -> datetime | None:
        """When everything has left; None when nothing is to be sent, or one channel has no end."""
        moments = [one.ends for one in self.passages]
        return max((one for one in moments if one), default=None) if all(moments) else None

    @property
    def begins(self) -> datetime | None:
        """When the first message leaves."""
        return min((one.begins for one in self.passages if one.begins), default=None)


def rate_without_limit(concurrency: int, bulk_size: int) -> float:
    """Units a second of a channel that names no rate: as many calls at once as it bears."""
    return concurrency * bulk_size / CALL.total_seconds()


def passage(lane: Lane, start: datetime) -> Passage:
    """When this lane's messages leave, if it begins at `start`: it rests outside its hours."""
    at = max(start, lane.not_before) if lane.not_before else start
    begins = lane.window.next_open(at) if lane.window else at
    if lane.rate <= 0:
        return Passage(lane.channel, None, None)
    left, at = timedelta(seconds=min(lane.work / lane.rate, FARTHEST * 86_400.0)), begins
    last = start + timedelta(days=FARTHEST)
    while lane.window and at < last:
        room = _closing(lane.window, at) - at
        if left <= room:
            break
        left -= room
        at = lane.window.next_open(at + room)
    return Passage(lane.channel, begins, at + left if at + left < last else None)


def _closing(window: Window, at: datetime) -> datetime:
    """When the hours end in which `at` lies."""
    return datetime.combine(at.date(), window.closes, tzinfo=at.tzinfo)


def outlook(lanes: Sequence[Lane], start: datetime, *, last_hour: datetime | None = None) -> Outlook:
    """All lanes at once: each has its own account, so they do not wait for one another."""
    found = tuple(passage(lane, start) for lane in lanes if lane.units)
    late = tuple(one.channel for one in found if one.ends is None or (last_hour and one.ends > last_hour))
    return Outlook(found, late)
