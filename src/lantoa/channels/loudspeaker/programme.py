"""When one message of a station plays, among all that want its air; whoever keeps placements registers how."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Rejected
from lantoa.channels.placing import Placing, Priority
from lantoa.kernel.clock import WorkingCalendar

from .script import air_time
from .timetable import Item, Programme, Timetable, Why, plan

TOO_LATE = _("the message expires before the station's next programme")
FULL = _("other messages fill the station's programme until this one expires")
WITHOUT_ROOM = {
    Why.TOO_LONG: _("the message is longer than every slot of the station"),
    Why.NO_ROOM: _("the station has no slot in the next two weeks"),
    Why.EXPIRES: TOO_LATE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seat:
    """A message in the programme of one station; ``start`` is what its device was told, or will be; None: it waits.

    ``rank`` is its order among those of the same priority, the smaller first.
    """

    key: str
    text: str
    seconds: int = 0  # of the approved recording; 0: none, or its length is not known
    priority: Priority = Priority.NORMAL
    not_before: datetime | None = None
    expires_at: datetime | None = None
    start: datetime | None = None
    rank: int = 0

    @classmethod
    def of(cls, placing: Placing) -> "Seat":
        """Return the seat of a message that nobody keeps."""
        return cls(
            key=placing.key, text=placing.text, seconds=placing.seconds, priority=placing.priority,
            not_before=placing.starts_at, expires_at=placing.expires_at,
        )  # fmt: skip

    def item(self, now: datetime) -> Item:
        """Return what the timetable asks of it; a start that is over counts for nothing."""
        asked = Item(
            key=self.key, minutes=air_time(self.text, self.seconds).amount, priority=self.priority,
            not_before=max(self.not_before or now, now), expires_at=self.expires_at, rank=self.rank, held=self.start,
        )  # fmt: skip
        over = asked.held is not None and asked.held + asked.length <= now
        return replace(asked, held=None) if over else asked


type Choose = Callable[[Sequence[Seat]], datetime]
"""From the seats of a station, one's own among them, to one's own start."""
type KeepStart = Callable[[str, datetime, Choose], datetime]
"""Key and moment of a placing: let it choose while nobody else of its station does, keep the start and return it."""

_keepers: list[KeepStart] = []


def register_programme(keeper: KeepStart) -> None:
    """Have starts kept here; called once, when the installation starts."""
    _keepers[:] = [keeper]


def keep_start(key: str, now: datetime, choose: Choose) -> datetime:
    """Return the start that is chosen and kept; what ``choose`` raises keeps nothing."""
    return _keepers[0](key, now, choose) if _keepers else choose([])


def planned(seats: Iterable[Seat], timetable: Timetable, *, now: datetime, calendar: WorkingCalendar) -> Programme:
    """Return the station's programme from ``now`` on; what was told a start that is over is no part of it."""
    items = [(seat, seat.item(now)) for seat in seats]
    return plan(
        [item for seat, item in items if item.held or not seat.start], timetable, now=now, calendar=calendar
    )  # fmt: skip


def start_of(
    placing: Placing, seats: Sequence[Seat], timetable: Timetable, *, now: datetime, calendar: WorkingCalendar
) -> datetime:
    """Return when a placing starts; raises Rejected where nothing holds it before it expires.

    What is urgent never waits. A start once given and not yet over is given again, so a repeat tells what was told.
    """
    mine = next((seat for seat in seats if seat.key == placing.key), Seat.of(placing))
    return seated(mine, seats, timetable, now=now, calendar=calendar)


def seated(
    mine: Seat, seats: Sequence[Seat], timetable: Timetable, *, now: datetime, calendar: WorkingCalendar
) -> datetime:
    """Return the same for one of the seats."""
    item = mine.item(now)
    if item.held is not None:
        return item.held
    if item.priority is Priority.URGENT:
        return item.not_before
    mine = replace(mine, start=None)
    others = [seat for seat in seats if seat.key != mine.key]
    wanted = item.not_before
    found = planned([*others, mine], timetable, now=wanted, calendar=calendar)
    why = found.unplaced.get(mine.key)
    if why is None:
        return next(airing.start for airing in found.airings if airing.key == mine.key)
    crowded = others and not planned([mine], timetable, now=wanted, calendar=calendar).unplaced
    raise Rejected(FULL if crowded else WITHOUT_ROOM[why])
