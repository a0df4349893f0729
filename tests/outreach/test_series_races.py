"""Two planners and two senders at once, in threads and in processes: every issue is made and sent once."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from lantoa.outreach.models import Broadcast, Delivery, Reminder, SeriesIssue
from lantoa.outreach.services.issues import settle_due
from lantoa.outreach.services.series import pause_series, plan_issues, run_calendar
from lantoa.outreach.services.triggers import add_occasion
from tests.outreach.calendar_world import (
    DUE,
    HOUR,
    MONDAY,
    WEEK,
    before_event,
    first,
    story,
    together,
    weekly,
    worded,
)
from tests.outreach.world import World, people

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]

PROCESS = Path(__file__).with_name("calendar_process.py")


def test_two_planners_make_each_issue_once(world: World) -> None:
    rows = [weekly(world, name=f"Bản tin {n}", weekday=n) for n in range(3)]
    together(*[lambda: plan_issues(at=DUE + 2 * WEEK)] * 4)
    for row in rows:
        found = SeriesIssue.objects.filter(series=row).values_list("due", flat=True)
        assert len(set(found)) == len(found) >= 4


def test_two_senders_send_each_issue_and_each_reminder_once(world: World) -> None:
    people(world, 5)
    for number in range(3):
        worded(world, first(weekly(world, name=f"Bản tin {number}")))
    event = add_occasion(
        trigger=before_event(world), title="Đối thoại", moment=DUE + 2 * HOUR, by=world.editor, at=MONDAY
    )
    worded(world, event.reminders.get())
    together(*[lambda: settle_due(at=DUE)] * 4)
    settle_due(at=DUE)
    assert SeriesIssue.objects.filter(state="released").count() == 3
    assert Reminder.objects.get().state == "released"
    assert (Broadcast.objects.count(), Delivery.objects.count()) == (4, 20)


def test_processes_of_their_own_make_and_send_each_issue_once(world: World) -> None:
    people(world, 5)
    row = weekly(world)
    worded(world, first(row))
    command = [sys.executable, "-m", "tests.outreach.calendar_process", str(connection.settings_dict["NAME"])]
    command += [f"{world.officer.pk}:{world.unit_id}:{world.agency_id}", DUE.isoformat(), "6"]
    running = [subprocess.Popen(command, cwd=PROCESS.parents[2]) for _ in range(2)]
    assert [one.wait(120) for one in running] == [0, 0]
    assert story(row) == [("23/11 08", "released", ""), ("30/11 08", "planned", ""), ("07/12 08", "planned", "")]
    assert (Broadcast.objects.count(), Delivery.objects.count()) == (1, 5)


def test_nothing_goes_out_once_pausing_has_returned(world: World) -> None:
    people(world, 5)
    row = weekly(world)
    worded(world, first(row))

    def pause_then_count() -> int:
        pause_series(series=row, by=world.editor, at=DUE)
        return Broadcast.objects.count()

    found = together(pause_then_count, lambda: len(settle_due(at=DUE)))
    run_calendar(at=DUE + HOUR)
    assert Broadcast.objects.count() == found[0] == found[1]
