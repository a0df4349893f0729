"""The programme of a station as its outlet's page shows it."""

from collections.abc import Sequence
from datetime import datetime

from lantoa.channels.loudspeaker.capability import CAPABILITY
from lantoa.channels.loudspeaker.programme import planned
from lantoa.channels.loudspeaker.timetable import Timetable, parse_quiet, parse_slots
from lantoa.kernel import clock
from lantoa.outlets.models import Outlet
from lantoa.outlets.programme import Planned, register_teller
from lantoa.outreach.services.programmes import titled_seats


def tell(outlet: Outlet, at: datetime) -> Sequence[Planned] | None:
    """What a station with a device plays from now on; None for any other outlet. Two queries."""
    if outlet.kind != CAPABILITY.kind or outlet.settings.get("without_device"):
        return None
    seats = titled_seats(outlet.pk, now=at)
    found = planned(
        [seat for seat, _title in seats], _timetable(outlet), now=at, calendar=clock.calendar()
    )  # fmt: skip
    starts = {airing.key: airing.start for airing in found.airings if airing.whole}
    lines = [
        Planned(title, seat.priority, starts.get(seat.key), told=seat.start is not None)
        for seat, title in seats
        if seat.key in starts or seat.key in found.unplaced
    ]
    return sorted(lines, key=lambda line: (line.start is None, line.start or at))


def _timetable(outlet: Outlet) -> Timetable:
    slots, quiet = str(outlet.settings.get("slots") or ""), str(outlet.settings.get("quiet") or "")
    return Timetable(parse_slots(slots), parse_quiet(quiet)) if quiet else Timetable(parse_slots(slots))


def register() -> None:
    """Have outlets' pages tell what stations play."""
    register_teller(tell)
