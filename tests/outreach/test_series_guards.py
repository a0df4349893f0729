"""The database keeps the moves of issues and reminders, whoever speaks to it."""

from contextlib import suppress
from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.kernel.access import AccessDenied
from lantoa.kernel.errors import LantoaError
from lantoa.outreach.models import Broadcast, Delivery, Reminder, SeriesIssue, Trigger, TriggerOccasion
from lantoa.outreach.series_enums import ISSUE_MOVES, IssueState
from lantoa.outreach.services import Form, save_message
from lantoa.outreach.services.issues import attach_text, leave_out, put_name
from lantoa.outreach.services.series import pause_series, run_calendar, start_series
from lantoa.outreach.services.triggers import add_occasion
from tests.outreach.calendar_world import DUE, HOUR, MINUTE, MONDAY, WEEK, before_event, first, rounds, weekly, worded
from tests.outreach.world import NOW, World, approve, draft, message, people, sql

pytestmark = [pytest.mark.django_db, pytest.mark.sql]

TO = {
    "planned": "due = due + interval '1 day', lack = '', settled_at = NULL",
    "ready": "lack = '', settled_at = NULL",
    "held": "lack = 'no_text', settled_at = NULL",
    "released": "lack = '', settled_at = now(), broadcast_id = %s",
    "missed": "lack = 'asleep', settled_at = now()",
    "cancelled": "lack = 'by_hand', settled_at = now()",
}
WAYS = {
    "planned": (),
    "ready": ("ready",),
    "held": ("held",),
    "released": ("ready", "released"),
    "missed": ("missed",),
    "cancelled": ("cancelled",),
}


def move(issue: SeriesIssue, to: str, broadcast: Broadcast) -> None:
    values = [broadcast.pk] if to == "released" else []
    sql(f"UPDATE outreach_seriesissue SET state = '{to}', {TO[to]} WHERE id = {issue.pk}", *values)


@pytest.fixture
def sent(world: World) -> Broadcast:
    """A released broadcast that could be an issue's."""
    from lantoa.outreach.services import release

    people(world, 1)
    return release(broadcast=draft(world, approve(world, message(world))), by=world.officer, at=NOW)


@pytest.mark.parametrize(("before", "after"), [p for p in product(IssueState, IssueState) if p[0] != p[1]])
def test_exactly_the_moves_of_the_table_are_possible(
    world: World, sent: Broadcast, before: IssueState, after: IssueState
) -> None:
    issue = first(weekly(world))
    sql("UPDATE outreach_seriesissue SET message_id = %s WHERE id = %s", sent.version.message_id, issue.pk)
    for step in WAYS[before]:
        move(issue, step, sent)
    if after in ISSUE_MOVES[before]:
        move(issue, after, sent)
        assert SeriesIssue.objects.get(pk=issue.pk).state == after
    else:
        with (
            pytest.raises(DatabaseError, match=r"outreach_move|outreach_planned|released_as_broadcast"),
            transaction.atomic(),
        ):
            move(issue, after, sent)


def test_what_is_held_is_planned_again_only_for_a_later_hour(world: World) -> None:
    row = weekly(world)
    rounds(DUE)
    with pytest.raises(DatabaseError, match="later hour"), transaction.atomic():
        sql("UPDATE outreach_seriesissue SET state = 'planned', lack = '' WHERE id = %s", first(row).pk)


@pytest.mark.parametrize(
    "change",
    [
        "due = due + interval '1 day'",
        "message_id = NULL",
        "scheduled_by_id = NULL",
        "broadcast_id = NULL",
        "lack = 'asleep'",
    ],
)
def test_what_went_out_is_frozen(world: World, change: str) -> None:
    people(world, 1)
    row = weekly(world)
    worded(world, first(row))
    rounds(DUE)
    with pytest.raises(DatabaseError, match=r"frozen|released_as_broadcast"), transaction.atomic():
        sql(f"UPDATE outreach_seriesissue SET {change} WHERE id = %s", first(row).pk)


def test_only_a_released_broadcast_of_its_own_text_makes_an_issue_sent(world: World, sent: Broadcast) -> None:
    issue = first(weekly(world))
    worded(world, issue)
    rounds(MONDAY)
    with pytest.raises(DatabaseError, match="its own text"), transaction.atomic():
        move(issue, "released", sent)


def test_an_issue_cannot_begin_sent_nor_vanish_nor_stand_twice_on_one_hour(world: World) -> None:
    row = weekly(world)
    with pytest.raises(DatabaseError, match="begins as planned"), transaction.atomic():
        SeriesIssue.objects.create(series=row, due=DUE + 5 * WEEK, state="held", lack="no_text")
    with pytest.raises(DatabaseError, match="stays on record"), transaction.atomic():
        first(row).delete()
    with pytest.raises(IntegrityError, match="outreach_issue_once"), transaction.atomic():
        SeriesIssue.objects.create(series=row, due=DUE)


def test_a_reminder_obeys_the_same_guard(world: World) -> None:
    occasion = add_occasion(
        trigger=before_event(world), title="Đối thoại", moment=MONDAY + WEEK, by=world.editor, at=MONDAY
    )
    one = occasion.reminders.all()[0]
    with pytest.raises(DatabaseError, match="outreach_move"), transaction.atomic():
        sql("UPDATE outreach_reminder SET state = 'released' WHERE id = %s", one.pk)
    with pytest.raises(IntegrityError, match="outreach_reminder_once"), transaction.atomic():
        Reminder.objects.create(occasion=occasion, before=one.before, due=one.due)


def test_an_active_order_names_a_person_and_a_trigger_has_one_kind(world: World) -> None:
    row, trigger = weekly(world), before_event(world)
    with pytest.raises(IntegrityError, match="active_for_someone"), transaction.atomic():
        sql("UPDATE outreach_series SET scheduled_by_id = NULL WHERE id = %s", row.pk)
    with pytest.raises(IntegrityError, match="one_rhythm"), transaction.atomic():
        sql("UPDATE outreach_series SET every = 3 WHERE id = %s", row.pk)
    with pytest.raises(IntegrityError, match="one_kind"), transaction.atomic():
        Trigger.objects.filter(pk=trigger.pk).update(audience="poor")
    TriggerOccasion.objects.create(trigger=trigger, key="k", title="Một", moment=NOW, created_at=NOW)
    with pytest.raises(IntegrityError, match="outreach_occasion_once"), transaction.atomic():
        TriggerOccasion.objects.create(trigger=trigger, key="k", title="Hai", moment=NOW, created_at=NOW)


STEPS = (
    *("minute", "hour", "hour", "half_day", "week", "back", "round", "round", "write", "approve", "approve", "edit"),
    *("pause", "start", "leave", "fire", "hire", "name"),
)
JUMPS = {"minute": MINUTE, "hour": HOUR, "half_day": 12 * HOUR, "week": WEEK, "back": -HOUR, "round": timedelta()}


class Play:
    """One bulletin, an editor, two people who may send, and a clock that is not always right."""

    def __init__(self, world: World) -> None:
        self.world, self.at = world, MONDAY
        self.series = weekly(world)
        self.held = list(world.posts[world.officer.pk])
        self.seen: dict[int, str] = {}

    def step(self, name: str, pick: int) -> None:
        if name in JUMPS:
            self.at += JUMPS[name]
            run_calendar(at=self.at)
            return
        with suppress(LantoaError, AccessDenied):
            self._act(name, pick)

    def _act(self, name: str, pick: int) -> None:
        world, rows = self.world, list(SeriesIssue.objects.filter(series=self.series))
        issue = rows[pick % len(rows)]
        match name:
            case "write":
                attach_text(issue=issue, message=message(world, f"Kỳ {pick}"), by=world.editor, at=self.at)
            case "approve" if issue.message:
                approve(world, issue.message)
            case "edit" if issue.message and issue.state != IssueState.RELEASED:
                forms = [Form(channel="sms", body=f"Lời {pick}, {self.at:%d %H:%M}")]
                save_message(message=issue.message, forms=forms, by=world.editor, at=self.at)
            case "leave":
                leave_out(issue=issue, by=world.editor, at=self.at)
            case "pause":
                pause_series(series=self.series, by=world.editor, at=self.at)
            case "start":
                start_series(series=self.series, by=world.officer, at=self.at)
            case "name":
                put_name(issue=issue, by=world.leader, at=self.at)
            case "fire":
                world.posts[world.officer.pk] = []
            case "hire":
                world.posts[world.officer.pk] = self.held

    def look(self) -> None:
        """Settled stays settled; who is sent is sent one broadcast, approved, by someone who might; days are apart."""
        rows = list(SeriesIssue.objects.filter(series=self.series).select_related("broadcast__version"))
        for row in rows:
            before = self.seen.get(row.pk)
            assert before is None or before == row.state or before not in {"released", "missed", "cancelled"}
            self.seen[row.pk] = row.state
            assert (row.state == "released") == (row.broadcast_id is not None)
            if row.broadcast:
                assert row.broadcast.released_by_id == row.scheduled_by_id
                assert row.broadcast.version.message_id == row.message_id
                assert row.due <= row.broadcast.released_at < row.late_until
        assert len({row.due for row in rows}) == len(rows)
        assert Broadcast.objects.count() == sum(row.state == "released" for row in rows)
        assert Delivery.objects.count() == Broadcast.objects.count()


@settings(max_examples=10)
@given(steps=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), max_size=16))
def test_whatever_happens_every_issue_has_one_end(world: World, steps: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        people(world, 1)
        play = Play(world)
        try:
            for name, pick in steps:
                play.step(name, pick)
                play.look()
        finally:
            world.posts[world.officer.pk] = play.held
        transaction.set_rollback(True)
