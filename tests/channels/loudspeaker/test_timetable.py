"""Who plays when: the circular's rules, and what must hold whatever is asked for."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.loudspeaker.timetable import (
    Airing,
    Hours,
    Item,
    Programme,
    PutOff,
    Slot,
    Timetable,
    Why,
    openings,
    overlaps,
    parse_quiet,
    parse_slots,
    plan,
)
from lantoa.channels.placing import Priority
from lantoa.kernel.clock import ZONE, WorkingCalendar

CALENDAR = WorkingCalendar()
TWICE = Timetable(parse_slots("HN 05:00-05:30\nHN 17:00-17:30"))


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    """A moment of June 2026; the 1st is a Monday."""
    return datetime(2026, 6, day, hour, minute, tzinfo=ZONE)


def item(key: str, minutes: float = 10, priority: Priority = Priority.NORMAL, **more: Any) -> Item:
    return Item(**{"key": key, "minutes": minutes, "priority": priority, "not_before": at(1, 4)} | more)


def planned(*items: Item, timetable: Timetable = TWICE, now: datetime | None = None) -> Programme:
    return plan(items, timetable, now=now or at(1, 4), calendar=CALENDAR)


def starts(programme: Programme) -> dict[str, datetime]:
    return {airing.key: airing.start for airing in programme.airings if airing.whole}


def test_slots_as_people_write_them() -> None:
    assert parse_slots("T2-T6 05:00-05:30\n\n t7, cn 6h00 – 6h20") == (
        Slot(frozenset({"T2", "T3", "T4", "T5", "T6"}), Hours(time(5), time(5, 30))),
        Slot(frozenset({"T7", "CN"}), Hours(time(6), time(6, 20))),
    )
    for wrong in ("05:00-05:30", "T9 05:00-05:30", "T2 05:00", "T2 25:00-26:00", "T6-T2 05:00-05:30", "T2 5:00-5:00"):
        with pytest.raises(ValueError, match=wrong):
            parse_slots(f"HN 05:00-05:30\n{wrong}")
    assert parse_quiet("21:30-04:30") == Hours(time(21, 30), time(4, 30))


def test_days_follow_holidays_and_swapped_days() -> None:
    # 2 September is a holiday; a Saturday made a working day and its Monday off
    calendar = WorkingCalendar({date(2026, 6, 6): True, date(2026, 6, 8): False})
    timetable = Timetable(parse_slots("LV 05:00-05:30\nNN 06:00-06:30\nT2 17:00-17:30"))
    found = openings(timetable, at(5), at(9), calendar)
    assert [f"{a:%d %H}" for a, _b in found] == ["05 05", "06 05", "07 06", "08 06", "08 17"]
    holiday = openings(timetable, datetime(2026, 9, 2, tzinfo=ZONE), datetime(2026, 9, 3, tzinfo=ZONE), calendar)
    assert [a.hour for a, _b in holiday] == [6]


def test_slots_are_joined_run_over_midnight_and_are_cut_by_quiet_hours() -> None:
    timetable = Timetable(parse_slots("HN 05:00-05:30\nHN 05:30-06:00\nT7 22:00-00:30"), parse_quiet("23:00-05:10"))
    assert openings(timetable, at(6, 4), at(7, 12), CALENDAR) == [
        (at(6, 5, 10), at(6, 6)), (at(6, 22), at(6, 23)), (at(7, 5, 10), at(7, 6)),
    ]  # fmt: skip


def test_an_ordinary_message_plays_in_the_slot_that_the_commune_picks() -> None:
    assert starts(planned(item("a"), item("b", wish=at(1, 17, 10)))) == {"a": at(1, 5), "b": at(1, 17, 10)}
    # picked outside the slots, or where another stands: the next room
    found = planned(item("a", wish=at(1, 9)), item("b", wish=at(1, 17), rank=1), item("c", wish=at(1, 17), rank=2))
    assert starts(found) == {"a": at(1, 17), "b": at(1, 17, 10), "c": at(1, 17, 20)}


def test_a_preferred_message_is_in_the_programme_before_ordinary_ones_in_the_communes_order() -> None:
    liked = Priority.PREFERRED
    found = planned(item("plain"), item("second", priority=liked, rank=2), item("first", priority=liked, rank=1))
    assert starts(found) == {"first": at(1, 5), "second": at(1, 5, 10), "plain": at(1, 5, 20)}


def test_an_urgent_message_plays_at_once_in_quiet_hours_too_and_others_go_around_it() -> None:
    quiet = Timetable(TWICE.slots, parse_quiet("21:30-05:05"))
    urgent = item("u", 2, Priority.URGENT, not_before=at(1, 4))
    assert starts(planned(urgent, timetable=quiet)) == {"u": at(1, 4)}
    found = planned(item("plain", 15), item("u", 10, Priority.URGENT, not_before=at(1, 5, 10)))
    assert (starts(found), found.put_off) == ({"u": at(1, 5, 10), "plain": at(1, 17)}, ())


def test_what_an_urgent_message_interrupts_is_put_off_and_said_so() -> None:
    on_air = item("on air", 10, held=at(1, 5))
    announced = item("announced", 5, held=at(1, 5, 10))
    urgent = item("u", 10, Priority.URGENT, not_before=at(1, 5, 5))
    found = planned(on_air, announced, urgent, now=at(1, 5, 5))
    assert found.airings == (
        Airing("on air", at(1, 5), at(1, 5, 5), whole=False),
        Airing("u", at(1, 5, 5), at(1, 5, 15)),
        Airing("announced", at(1, 5, 15), at(1, 5, 20)),
        Airing("on air", at(1, 5, 20), at(1, 5, 30)),
    )
    assert found.put_off == (
        PutOff("on air", "u", at(1, 5), at(1, 5, 20)), PutOff("announced", "u", at(1, 5, 10), at(1, 5, 15)),
    )  # fmt: skip


def test_two_urgent_messages_play_one_after_the_other() -> None:
    first, second = (item(key, 10, Priority.URGENT, not_before=at(1, 9), rank=n) for n, key in enumerate("ab"))
    assert starts(planned(second, first)) == {"a": at(1, 9), "b": at(1, 9, 10)}


def test_why_a_message_has_no_time() -> None:
    assert planned(item("a", 31)).unplaced == {"a": Why.TOO_LONG}
    assert planned(item("a", expires_at=at(1, 5, 5))).unplaced == {"a": Why.EXPIRES}
    assert planned(item("a", not_before=at(30))).unplaced == {"a": Why.NO_ROOM}
    assert planned(item("a"), timetable=Timetable(())).unplaced == {"a": Why.NO_ROOM}


MINUTES = st.integers(0, 3 * 24 * 60).map(lambda n: at(1) + timedelta(minutes=n))
ITEMS = st.lists(
    st.builds(
        Item,
        key=st.text("abcdefgh", min_size=1, max_size=3),
        minutes=st.integers(1, 40),
        priority=st.sampled_from(Priority),
        not_before=MINUTES,
        expires_at=st.none() | MINUTES,
        wish=st.none() | MINUTES,
        rank=st.integers(0, 3),
        held=st.none() | MINUTES,
    ),
    max_size=12,
    unique_by=lambda one: one.key,
)
SLOTS = st.lists(st.sampled_from(["HN 05:00-05:30", "LV 17:00-17:45", "T7 CN 06:00-07:00", "T2-T4 23:30-00:20"]))
TABLES = st.builds(
    lambda lines, quiet: Timetable(parse_slots("\n".join(lines)), parse_quiet(quiet)),
    SLOTS,
    st.sampled_from(["00:00-00:00", "22:00-05:10", "12:00-13:00"]),
)


@given(ITEMS, TABLES, MINUTES)
def test_nothing_overlaps_nothing_is_lost_and_urgent_never_waits(
    items: list[Item], timetable: Timetable, now: datetime
) -> None:
    found = plan(items, timetable, now=now, calendar=CALENDAR)
    assert overlaps(found.airings) == []
    whole = [airing.key for airing in found.airings if airing.whole]
    assert sorted([*whole, *found.unplaced]) == sorted(one.key for one in items)  # each once
    by_key, spans = {one.key: one for one in items}, openings(timetable, now, now + timedelta(days=15), CALENDAR)
    urgent = [a for a in found.airings if by_key[a.key].priority is Priority.URGENT]
    for airing in urgent:
        asked = by_key[airing.key].held or max(by_key[airing.key].not_before, now)
        assert airing.start == asked or any(other.end == airing.start for other in urgent)  # only for another urgent
    for airing in found.airings:
        one = by_key[airing.key]
        if one.priority is Priority.URGENT or airing.start == one.held:
            continue
        assert any(a <= airing.start and airing.end <= b for a, b in spans)
        assert airing.start >= max(filter(None, (now, one.not_before, one.wish)))
        assert one.expires_at is None or airing.end <= one.expires_at
    for lost in found.put_off:
        assert lost.to == next((a.start for a in found.airings if a.whole and a.key == lost.key), None)


@given(ITEMS, TABLES, MINUTES, st.randoms(use_true_random=False))
def test_the_programme_is_stable(items: list[Item], timetable: Timetable, now: datetime, chance: Any) -> None:
    found = plan(items, timetable, now=now, calendar=CALENDAR)
    mixed = chance.sample(items, len(items))
    assert plan(mixed, timetable, now=now, calendar=CALENDAR) == found
    # one more ordinary message, last in order, moves nobody
    last = item("zzzz", 5, rank=99, not_before=now)
    more = plan([*items, last], timetable, now=now, calendar=CALENDAR)
    assert tuple(a for a in more.airings if a.key != "zzzz") == found.airings
    # what was announced stays when it is planned again
    held = [replaced(one, starts(found).get(one.key)) for one in items]
    again = plan(held, timetable, now=now, calendar=CALENDAR)
    assert {key: start for key, start in starts(again).items() if start + by(items, key).length > now} == {
        key: start for key, start in starts(found).items() if start + by(items, key).length > now
    }


def by(items: list[Item], key: str) -> Item:
    return next(one for one in items if one.key == key)


def replaced(one: Item, held: datetime | None) -> Item:
    return Item(
        key=one.key, minutes=one.minutes, priority=one.priority, not_before=one.not_before, expires_at=one.expires_at,
        wish=one.wish, rank=one.rank, held=held,
    )  # fmt: skip
