"""A weekly bulletin and a reminder in the small province."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from threading import Barrier
from typing import Any

from django.db import connection

from lantoa.audience.models import Segment
from lantoa.kernel.clock import ZONE
from lantoa.outreach.models import Reminder, Series, SeriesIssue, Trigger
from lantoa.outreach.services.issues import attach_text
from lantoa.outreach.services.series import Schedule, create_series, run_calendar, start_series
from lantoa.outreach.services.triggers import Terms, create_trigger, start_trigger
from tests.outreach.world import PURPOSE, World, approve, message

MONDAY = datetime(2026, 11, 23, 7, 0, tzinfo=ZONE)
"""An hour before the first issue is due."""

WEEK, HOUR, MINUTE = timedelta(days=7), timedelta(hours=1), timedelta(minutes=1)
DUE = MONDAY + HOUR
AHEAD = (3 * 1440, 120)
"""Three days and two hours, in minutes."""


def segment(world: World) -> int:
    """Everybody."""
    made, _fresh = Segment.objects.get_or_create(
        name="Bà con", unit_id=world.unit_id, defaults={"updated_at": MONDAY, "criteria": {}}
    )
    return made.pk


def schedule(world: World, **more: Any) -> Schedule:
    """Every Monday at eight, by SMS."""
    given = {
        "name": "Bản tin thứ Hai", "segment_id": segment(world), "channels": ["sms"], "purpose": PURPOSE,
        "hour": time(8), "starts_on": date(2026, 11, 1), "weekday": 0, **more,
    }  # fmt: skip
    return Schedule(**given)


def weekly(world: World, *, at: datetime = MONDAY, start: bool = True, **more: Any) -> Series:
    """The bulletin, running for the channel officer."""
    row = create_series(
        schedule=schedule(world, **more), agency_id=world.agency_id, unit_id=world.unit_id, by=world.editor, at=at
    )
    return start_series(series=row, by=world.officer, at=at) if start else row


def first(series: Series) -> SeriesIssue:
    """The series' earliest issue, fresh."""
    return SeriesIssue.objects.filter(series=series).select_related("series").order_by("due")[0]


def worded(world: World, issue: SeriesIssue | Reminder, *, approved: bool = True, at: datetime = MONDAY) -> Any:
    """Give the issue a text of its own; returns the message."""
    written = message(world, f"Kỳ này nói về vốn vay, số {issue.pk}.")
    attach_text(issue=issue, message=written, by=world.editor, at=at)
    if approved:
        approve(world, written)
    return written


def story(series: Series) -> list[tuple[str, str, str]]:
    """Day and hour, state and lack of every issue in order."""
    rows = SeriesIssue.objects.filter(series=series).order_by("due")
    return [(f"{row.due.astimezone(ZONE):%d/%m %H}", row.state, row.lack) for row in rows]


def before_event(
    world: World, *, at: datetime = MONDAY, before: tuple[int, ...] = (3 * 1440, 120), **more: Any
) -> Trigger:
    """Reminders three days and two hours ahead, for the channel officer."""
    terms = Terms(
        name="Nhắc đối thoại", kind="moment", segment_id=segment(world), channels=["sms"], purpose=PURPOSE,
        before=list(before), **more,
    )  # fmt: skip
    row = create_trigger(terms=terms, agency_id=world.agency_id, unit_id=world.unit_id, by=world.editor, at=at)
    return start_trigger(trigger=row, by=world.officer, at=at)


def rounds(*moments: datetime) -> None:
    """Rounds of the calendar at these moments."""
    for at in moments:
        run_calendar(at=at)


def together[R](*calls: Callable[[], R]) -> list[R]:
    """Start the calls at the same moment in threads of their own; returns what they returned."""
    barrier = Barrier(len(calls))

    def one(call: Callable[[], R]) -> R:
        try:
            barrier.wait(10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(60) for done in [pool.submit(one, call) for call in calls]]
