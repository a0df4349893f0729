"""The start of one placing among its neighbours: whoever asks first, the minutes are the same."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from lantoa.channels.contract import Rejected
from lantoa.channels.loudspeaker.programme import Seat, start_of
from lantoa.channels.loudspeaker.script import measure
from lantoa.channels.loudspeaker.timetable import Timetable, parse_quiet, parse_slots
from lantoa.channels.placing import Place, Placing, Priority
from lantoa.kernel.clock import ZONE, WorkingCalendar

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)
SLOT = NOW.replace(hour=17)
TEXT = "Mời bà con đến nghe hướng dẫn vay vốn. " * 16
LENGTH = timedelta(seconds=round(measure(TEXT).amount * 60))
NORMAL, PREFERRED, URGENT = Priority.NORMAL, Priority.PREFERRED, Priority.URGENT


def seat(key: str, priority: Priority = NORMAL, start: datetime | None = None, rank: int = 0) -> Seat:
    return Seat(key=key, text=TEXT, priority=priority, start=start, rank=rank, expires_at=NOW + timedelta(hours=30))


def start(
    key: str, seats: Sequence[Seat], slots: str = "HN 17:00-17:30", quiet: str = "", at: datetime = NOW
) -> datetime:
    mine = next(one for one in seats if one.key == key)
    placing = Placing(
        key=key, place=Place(name="Đài"), title="", text=TEXT, priority=mine.priority, expires_at=mine.expires_at
    )
    week = Timetable(parse_slots(slots), parse_quiet(quiet)) if quiet else Timetable(parse_slots(slots))
    return start_of(placing, seats, week, now=at, calendar=WorkingCalendar())


@pytest.mark.parametrize("first", ["a", "b", "c"])
def test_whoever_is_told_first_nobody_shares_a_minute_and_preferred_is_first(first: str) -> None:
    seats = {"a": seat("a", rank=1), "b": seat("b", rank=2), "c": seat("c", PREFERRED, rank=3)}
    for key in (first, *(key for key in "abc" if key != first)):
        seats[key] = replace(seats[key], start=start(key, list(seats.values())))
    starts = {key: one.start for key, one in seats.items()}
    assert starts == {"c": SLOT, "a": SLOT + LENGTH, "b": SLOT + 2 * LENGTH}


def test_urgent_is_at_once_whatever_the_slots_and_the_quiet_hours() -> None:
    seats = [seat("u", URGENT), seat("a", start=NOW)]
    assert start("u", seats, quiet="09:00-11:00") == NOW


def test_what_was_told_is_told_again_until_it_is_over() -> None:
    seats = [seat("a", start=SLOT), seat("c", PREFERRED)]
    assert start("a", seats) == SLOT
    assert start("a", seats, at=SLOT + LENGTH / 2) == SLOT
    assert start("a", seats, at=SLOT + LENGTH) > SLOT


def test_a_neighbour_whose_time_is_over_takes_no_air() -> None:
    assert start("b", [seat("a", start=NOW - timedelta(hours=2)), seat("b")]) == SLOT


def test_a_full_programme_and_a_slot_that_is_too_short_are_told_apart() -> None:
    minutes = -(-int(LENGTH.total_seconds()) // 60)
    slots = f"HN 17:00-17:{minutes:02d}"
    taken = [seat("a", start=SLOT), seat("b", start=SLOT + timedelta(days=1)), seat("c")]
    with pytest.raises(Rejected, match="other messages fill"):
        start("c", taken, slots)
    with pytest.raises(Rejected, match="the station has no slot"):
        start("c", taken, "")
    with pytest.raises(Rejected, match="expires before the station's next programme"):
        start("c", [replace(seat("c"), expires_at=NOW + timedelta(hours=1))], slots)


def test_lengths_are_what_these_tests_take_them_for() -> None:
    assert timedelta(seconds=40) < LENGTH < timedelta(minutes=5)
