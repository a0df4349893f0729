"""The arithmetic of duration: rates, quiet hours, queues, channels side by side."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.contract import Window
from lantoa.outreach.forecasting import FARTHEST, Lane, outlook, passage, rate_without_limit

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = Window(time(7), time(22))
MORNING = datetime(2026, 11, 23, 10, tzinfo=ZONE)

starts = st.integers(0, 365 * 86_400).map(lambda seconds: MORNING + timedelta(seconds=seconds))
windows = st.one_of(
    st.none(),
    st.tuples(st.integers(0, 12), st.integers(13, 23)).map(lambda hours: Window(time(hours[0]), time(hours[1]))),
)
lanes = st.builds(
    Lane,
    channel=st.sampled_from(["sms", "zalo", "email"]),
    units=st.integers(0, 3_000_000),
    rate=st.floats(0.5, 5_000),
    ahead=st.lists(st.integers(0, 1_000_000), max_size=4).map(tuple),
    window=windows,
)


def test_a_day_and_a_night() -> None:
    lane = Lane("sms", 200 * 3600 * 13, 200, window=DAY)
    assert passage(lane, MORNING).ends == datetime(2026, 11, 24, 8, tzinfo=ZONE), "12 hours today, 1 tomorrow"
    assert passage(lane, MORNING.replace(hour=23)).begins == datetime(2026, 11, 24, 7, tzinfo=ZONE)


def test_what_exactly_fits_the_day_ends_with_it() -> None:
    lane = Lane("sms", 3600 * 12, 1, window=DAY)
    assert passage(lane, MORNING).ends == MORNING.replace(hour=22)


def test_another_broadcast_takes_as_much_as_ours_while_it_lasts() -> None:
    alone, beside = Lane("sms", 1000, 10), Lane("sms", 1000, 10, ahead=(100, 5000))
    assert passage(alone, MORNING).ends == MORNING + timedelta(seconds=100)
    assert passage(beside, MORNING).ends == MORNING + timedelta(seconds=100 + 10 + 100)


def test_channels_run_side_by_side_and_the_slowest_ends_it() -> None:
    both = outlook([Lane("sms", 100, 1), Lane("email", 10, 1), Lane("zalo", 0, 1)], MORNING)
    assert both.ends == MORNING + timedelta(seconds=100)
    assert [one.channel for one in both.passages] == ["sms", "email"]


def test_no_account_no_end_and_a_paused_one_waits() -> None:
    assert outlook([Lane("sms", 10, 0)], MORNING).late == ("sms",)
    assert outlook([Lane("sms", 10, 0)], MORNING).ends is None
    later = MORNING + timedelta(hours=2)
    assert passage(Lane("sms", 60, 1, not_before=later), MORNING).ends == later + timedelta(minutes=1)


def test_the_last_hour_tells_who_will_be_late() -> None:
    found = outlook([Lane("sms", 7200, 1), Lane("email", 10, 1)], MORNING, last_hour=MORNING + timedelta(hours=1))
    assert found.late == ("sms",)


def test_a_channel_without_a_rate_is_reckoned_by_its_calls() -> None:
    assert rate_without_limit(10, 1) == 40
    assert rate_without_limit(1, 1000) == 4000


@given(lane=lanes, start=starts)
def test_nothing_leaves_at_night_or_before_it_begins(lane: Lane, start: datetime) -> None:
    found = passage(lane, start)
    assert found.begins is not None
    assert found.begins >= start
    if lane.window:
        assert found.begins in lane.window
        assert found.ends is None or lane.window.opens <= found.ends.timetz().replace(tzinfo=None) <= lane.window.closes
    if found.ends:
        assert found.ends >= found.begins + timedelta(seconds=lane.work / lane.rate) - timedelta(seconds=1)
    else:
        assert lane.work / lane.rate > (FARTHEST - 1) * 86_400 / 24 - 1


@given(lane=lanes, start=starts, more=st.integers(1, 100_000))
def test_more_work_or_a_slower_account_never_ends_sooner(lane: Lane, start: datetime, more: int) -> None:
    def end(units: int, rate: float) -> datetime:
        found = passage(Lane(lane.channel, units, rate, lane.ahead, lane.window), start).ends
        return found or datetime.max.replace(tzinfo=ZONE)

    usual = end(lane.units, lane.rate)
    assert end(lane.units + more, lane.rate) >= usual
    assert end(lane.units, lane.rate / 2) >= usual


@given(lane=lanes, start=starts, waited=st.integers(0, 86_400))
def test_beginning_later_never_ends_sooner(lane: Lane, start: datetime, waited: int) -> None:
    first, second = (passage(lane, moment).ends for moment in (start, start + timedelta(seconds=waited)))
    if first and second:
        assert second >= first


@given(found=st.lists(lanes, max_size=5), start=starts)
def test_the_whole_is_the_slowest_of_its_parts(found: list[Lane], start: datetime) -> None:
    both = outlook(found, start)
    ends = [passage(lane, start).ends for lane in found if lane.units]
    assert both.ends == (max((end for end in ends if end), default=None) if all(ends) else None)
    assert {one.channel for one in both.passages} == {lane.channel for lane in found if lane.units}
