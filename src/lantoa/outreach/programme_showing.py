"""The programme of a station as its outlet's page shows it."""

from collections.abc import Sequence
from datetime import datetime

from lantoa.channels.loudspeaker.capability import CAPABILITY
from lantoa.channels.loudspeaker.programme import planned
from lantoa.channels.loudspeaker.script import air_time
from lantoa.channels.loudspeaker.station import timetable_of
from lantoa.kernel import clock
from lantoa.outlets.models import Outlet
from lantoa.outlets.programme import Planned, register_teller
from lantoa.outreach.services.programmes import titled_seats


def tell(outlet: Outlet, at: datetime) -> Sequence[Planned] | None:
    """What a station plays from now on; None for any other outlet, and where people play at no set hours. Two
    queries."""
    by_hand = bool(outlet.settings.get("without_device"))
    if outlet.kind != CAPABILITY.kind or (by_hand and not outlet.settings.get("slots")):
        return None
    seats = titled_seats(outlet.pk, now=at)
    week, calendar = timetable_of(outlet.settings), clock.calendar()
    found = planned([seat for seat, _title in seats], week, now=at, calendar=calendar)
    starts = {airing.key: airing.start for airing in found.airings if airing.whole}
    lines = [
        Planned(
            title, seat.priority, starts.get(seat.key), told=seat.start is not None, by_hand=by_hand,
            length=str(air_time(seat.text, seat.seconds).words),
        )
        for seat, title in seats
        if seat.key in starts or seat.key in found.unplaced
    ]  # fmt: skip
    return sorted(lines, key=lambda line: (line.start is None, line.start or at))


def register() -> None:
    """Have outlets' pages tell what stations play."""
    register_teller(tell)
