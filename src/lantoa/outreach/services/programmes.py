"""The programme of a station: what its device, or its people, were told to begin when, and what still waits for its
air."""

import logging
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Rejected
from lantoa.channels.events import PlacingProgressed
from lantoa.channels.loudspeaker.capability import CAPABILITY
from lantoa.channels.loudspeaker.programme import Choose, Seat, register_programme, seated
from lantoa.channels.loudspeaker.station import timetable_of
from lantoa.channels.loudspeaker.timetable import Timetable
from lantoa.channels.placing import Priority
from lantoa.kernel import clock
from lantoa.kernel.clock import WorkingCalendar
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.models import Placement, PlacementEvent
from lantoa.outreach.placement_enums import PlacementState as S
from lantoa.outreach.placement_enums import PlacementStep
from lantoa.outreach.placement_loading import starts_of
from lantoa.outreach.spread import Spread, priority_of
from lantoa.outreach.texts import public_text

logger = logging.getLogger(__name__)

AHEAD = timedelta(days=31)
"""What is to begin later than this has no place in a programme yet."""
BACK = timedelta(hours=12)
"""What began longer ago than this is over, whatever its length."""


def seats_of(outlet_id: int, *, now: datetime) -> list[Seat]:
    """What was told a start, or will be told it again, and what waits, in the order it was released; one query."""
    return [_seat(row) for row in _rows(outlet_id, now)]


def titled_seats(outlet_id: int, *, now: datetime) -> list[tuple[Seat, str]]:
    """The same, each with the message's title."""
    return [(_seat(row), row.broadcast.title) for row in _rows(outlet_id, now)]


def _rows(outlet_id: int, now: datetime) -> QuerySet[Placement]:
    told = Q(state__in=[S.PLANNED, S.SENDING, S.UNKNOWN, S.ACCEPTED], starts_at__gt=now - BACK)
    waits = Q(state=S.SENDING) | Q(not_before__lte=now + AHEAD)
    running = Q(broadcast__state=BroadcastState.RUNNING, broadcast__expires_at__gt=now)
    rows = Placement.objects.filter(told | (waits & running), outlet_id=outlet_id)
    return rows.select_related("broadcast__version").order_by("pk")


def _seat(row: Placement) -> Seat:
    own, spread = row.broadcast, Spread.from_json(row.broadcast.placing)
    words = public_text(own.version.content, row.kind, row.language)
    moments = (starts_of(row.kind, own, spread), row.not_before)
    return Seat(
        key=row.key, text=words.text, seconds=words.seconds, priority=priority_of(own),
        not_before=max((one for one in moments if one), default=None), expires_at=own.expires_at, start=row.starts_at,
        rank=row.pk,
    )  # fmt: skip


@transaction.atomic
def keep_start(key: str, now: datetime, choose: Choose) -> datetime:
    """Let one placement choose its start while no other of its outlet does, and keep it; nothing is kept where it
    raises."""
    row = Placement.objects.get(key=key)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('outreach_programme', %s))", [row.outlet_id])
    start = choose(seats_of(row.outlet_id, now=now))
    Placement.objects.filter(pk=row.pk, key=key).update(starts_at=start)
    return start


def played_by_hand(broadcast_id: int) -> bool:
    """Whether a broadcast goes to a station without a device."""
    return _by_hand(broadcast_id).exists()


def _by_hand(broadcast_id: int) -> QuerySet[Placement]:
    return Placement.objects.filter(
        broadcast_id=broadcast_id, kind=CAPABILITY.kind, outlet__settings__without_device=True
    )


def plan_by_hand(*, broadcast_id: int, at: datetime) -> int:
    """Keep a start for everything that waits at the stations without a device that a broadcast goes to, as a device
    would be told it; returns how many were kept. Where there is no room none is, until something is released there
    again."""
    here = _by_hand(broadcast_id).values("outlet")
    running = {"broadcast__state": BroadcastState.RUNNING, "broadcast__expires_at__gt": at}
    waiting = Placement.objects.filter(outlet__in=here, state=S.PLANNED, starts_at=None, **running)
    calendar, kept = clock.calendar(), 0
    for row in _in_turn(waiting.select_related("outlet", "broadcast")):
        try:
            week = timetable_of(row.outlet.settings)
            keep_start(row.key, at, partial(_own_start, row.key, week, now=at, calendar=calendar))
            kept += 1
        except Rejected:
            continue
        except ValueError:
            logger.warning("the hours of outlet %s cannot be read", row.outlet_id)
    return kept


def _in_turn(rows: Iterable[Placement]) -> list[Placement]:
    """Station by station, so that two workers never wait for each other; urgent first, then preferred, as released."""
    order = (Priority.URGENT, Priority.PREFERRED, Priority.NORMAL)
    return sorted(rows, key=lambda row: (row.outlet_id, order.index(priority_of(row.broadcast)), row.pk))


def _own_start(
    key: str, timetable: Timetable, seats: Sequence[Seat], *, now: datetime, calendar: WorkingCalendar
) -> datetime:
    """The start that the programme has for one of its seats; raises Rejected, also where it is none of them yet."""
    mine = next((seat for seat in seats if seat.key == key), None)
    if mine is None:
        raise Rejected(_("it has no place in the programme yet"))
    return seated(mine, seats, timetable, now=now, calendar=calendar)


_STEPS = {
    "started": PlacementStep.STARTED, "put_off": PlacementStep.BROKEN_IN, "stopped": PlacementStep.STOPPED,
}  # fmt: skip


@transaction.atomic
def note_progress(event: PlacingProgressed) -> None:
    """Write what a device says of a message on the way into its history, once for each moment; what began, or was
    interrupted, stands in the programme from then on. How it ended is told by its receipt."""
    step, at = _STEPS.get(event.word), datetime.fromisoformat(event.occurred_at)
    mine = Placement.objects.filter(key=event.key, kind=event.kind, account_id=event.account_id)
    row = mine.select_for_update().first() if step else None
    if step is None or row is None or row.history.filter(step=step, at=at).exists():
        return
    PlacementEvent.objects.create(
        placement=row, step=step, before=row.state, after=row.state, account_id=row.account_id,
        note=event.reason[:300], at=at,
    )  # fmt: skip
    if step != PlacementStep.STOPPED:
        mine.update(starts_at=at)


def register() -> None:
    """Have stations keep their starts among the placements."""
    register_programme(keep_start)
