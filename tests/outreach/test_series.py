"""A repeating series: each issue once, each with approved words of its own, none in the name of who may no longer."""

from datetime import date, datetime, time, timedelta

import pytest

from lantoa.approvals.selectors import approval_of
from lantoa.approvals.services import revoke
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import ZONE
from lantoa.kernel.models import AuditEntry, SwappedDay
from lantoa.outreach.models import Broadcast, Delivery, SeriesIssue
from lantoa.outreach.selectors.working import approved_unsent
from lantoa.outreach.services import CannotChangeError, Form, release_due, save_message
from lantoa.outreach.services import schedule as schedule_broadcast
from lantoa.outreach.services.issues import attach_text, begin_text, leave_out, put_name
from lantoa.outreach.services.series import change_series, pause_series, start_series
from tests.outreach.calendar_world import (
    DUE,
    HOUR,
    MINUTE,
    MONDAY,
    WEEK,
    first,
    rounds,
    schedule,
    story,
    weekly,
    worded,
)
from tests.outreach.world import NOW, World, approve, draft, message, people, sql

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("seq").values_list("action", flat=True))


def test_a_series_stands_still_until_someone_who_may_send_starts_it(world: World) -> None:
    row = weekly(world, start=False)
    rounds(MONDAY)
    assert story(row) == []
    with pytest.raises(AccessDenied):
        start_series(series=row, by=world.editor, at=MONDAY)
    start_series(series=row, by=world.officer, at=MONDAY)
    assert story(row) == [("23/11 08", "planned", ""), ("30/11 08", "planned", "")]
    assert first(row).scheduled_by == world.officer


def test_planning_again_makes_nothing_twice(world: World) -> None:
    row = weekly(world)
    rounds(MONDAY, MONDAY, MONDAY + MINUTE)
    assert len(story(row)) == 2


def test_an_approved_issue_goes_out_at_its_hour_in_the_name_of_who_scheduled_it(world: World) -> None:
    people(world, 3)
    row = weekly(world)
    text = worded(world, first(row))
    rounds(MONDAY, DUE - MINUTE)
    assert (story(row)[0], Delivery.objects.count()) == (("23/11 08", "ready", ""), 0)
    rounds(DUE, DUE + MINUTE)
    sent = Broadcast.objects.get()
    assert (sent.released_by, sent.released_at, sent.audience_count) == (world.officer, DUE, 3)
    assert (sent.version.message, sent.title) == (text, "Bản tin thứ Hai, 23/11/2026")
    assert story(row) == [("23/11 08", "released", ""), ("30/11 08", "planned", ""), ("07/12 08", "planned", "")]
    assert actions().count("outreach.broadcast_released") == actions().count("outreach.issue_released") == 1


def test_without_approved_words_it_is_held_and_goes_out_late_within_the_grace(world: World) -> None:
    people(world, 1)
    row = weekly(world)
    rounds(DUE, DUE + MINUTE)
    assert story(row)[0] == ("23/11 08", "held", "no_text")
    worded(world, first(row), approved=False)
    rounds(DUE + 2 * MINUTE, DUE + 3 * MINUTE)
    assert story(row)[0] == ("23/11 08", "held", "not_approved")
    assert actions().count("outreach.issue_held") == 2, "the same reason is written down once"
    approve(world, first(row).message)  # type: ignore[arg-type]
    rounds(DUE + 11 * HOUR)
    assert story(row)[0] == ("23/11 08", "released", "")


def test_after_the_grace_it_is_missed_and_its_text_serves_the_next(world: World) -> None:
    people(world, 1)
    row = weekly(world)
    text = worded(world, first(row), approved=False)
    rounds(DUE, DUE + 12 * HOUR)
    assert story(row)[0] == ("23/11 08", "missed", "not_approved")
    later = SeriesIssue.objects.get(series=row, due=DUE + WEEK)
    attach_text(issue=later, message=text, by=world.editor, at=DUE + 13 * HOUR)
    assert Delivery.objects.count() == 0


def test_a_worker_that_slept_three_weeks_sends_no_burst_of_old_bulletins(world: World) -> None:
    people(world, 1)
    row = weekly(world)
    worded(world, first(row))
    rounds(DUE + 3 * WEEK - HOUR)
    assert story(row) == [
        ("23/11 08", "missed", "asleep"), ("30/11 08", "missed", "no_text"), ("07/12 08", "missed", "no_text"),
        ("14/12 08", "planned", ""), ("21/12 08", "planned", ""),
    ]  # fmt: skip
    assert Broadcast.objects.count() == 0


def test_a_clock_that_jumps_ahead_and_back_sends_once(world: World) -> None:
    people(world, 1)
    row = weekly(world)
    worded(world, first(row))
    rounds(DUE + HOUR, DUE - HOUR, DUE, DUE + MINUTE)
    assert story(row) == [("23/11 08", "released", ""), ("30/11 08", "planned", ""), ("07/12 08", "planned", "")]
    assert Broadcast.objects.count() == 1


def test_a_clock_that_goes_back_a_day_makes_no_issue_anew(world: World) -> None:
    row = weekly(world)
    rounds(DUE + MINUTE, DUE - timedelta(days=1))
    assert [day for day, _state, _lack in story(row)] == ["23/11 08", "30/11 08", "07/12 08"]


def test_across_tet_the_issue_moves_to_the_working_day_and_a_later_decision_moves_it_again(world: World) -> None:
    before = datetime(2027, 2, 2, 9, tzinfo=ZONE)
    row = weekly(world, at=before)
    assert [day for day, _state, _lack in story(row)] == ["11/02 08", "15/02 08"]
    worded(world, first(row), at=before)
    SwappedDay.objects.create(day=date(2027, 2, 11), works=False)
    rounds(before + MINUTE)
    assert [day for day, _state, _lack in story(row)] == ["12/02 08", "15/02 08"]
    assert first(row).message is not None


def test_who_lost_the_post_sends_nothing_until_another_puts_their_name_to_it(world: World) -> None:
    people(world, 1)
    row = weekly(world)
    worded(world, first(row))
    world.posts[world.officer.pk] = []
    rounds(DUE)
    assert story(row)[0] == ("23/11 08", "held", "right_lost")
    with pytest.raises(AccessDenied):
        put_name(issue=first(row), by=world.editor, at=DUE)
    put_name(issue=first(row), by=world.leader, at=DUE)
    rounds(DUE + MINUTE)
    assert Broadcast.objects.get().released_by == world.leader


def test_a_comma_after_approval_keeps_it_back(world: World) -> None:
    people(world, 1)
    row = weekly(world)
    text = worded(world, first(row))
    rounds(MONDAY)
    save_message(message=text, forms=[Form(channel="sms", body="Lời khác, chưa ai duyệt.")], by=world.editor, at=MONDAY)
    rounds(MONDAY + MINUTE)
    assert story(row)[0] == ("23/11 08", "planned", "")
    rounds(DUE)
    assert (story(row)[0], Delivery.objects.count()) == (("23/11 08", "held", "not_approved"), 0)


def test_a_revoked_approval_takes_it_back(world: World) -> None:
    people(world, 1)
    row = weekly(world)
    text = worded(world, first(row))
    rounds(MONDAY)
    found = approval_of(text.subject, text.sha256)
    assert found
    revoke(decision_id=found.decision_id, by=world.leader, at=MONDAY, reason="Số liệu cũ")
    rounds(DUE)
    assert (story(row)[0], Broadcast.objects.count()) == (("23/11 08", "held", "not_approved"), 0)


def test_a_channel_without_a_form_is_said(world: World) -> None:
    row = weekly(world, channels=["sms", "zalo"])
    text = message(world)
    save_message(message=text, forms=[Form(channel="zalo", body="")], by=world.editor, at=MONDAY)
    attach_text(issue=first(row), message=text, by=world.editor, at=MONDAY)
    approve(world, text)
    rounds(DUE)
    assert story(row)[0] == ("23/11 08", "held", "no_form")


def test_an_empty_audience_is_held_in_the_words_of_the_refusal_and_leaves_no_broadcast(world: World) -> None:
    row = weekly(world)
    worded(world, first(row))
    rounds(DUE, DUE + MINUTE)
    assert story(row)[0] == ("23/11 08", "held", "refused")
    assert (first(row).note != "", Broadcast.objects.count()) == (True, 0)
    people(world, 1)
    rounds(DUE + 2 * MINUTE)
    assert story(row)[0] == ("23/11 08", "released", "")


def test_one_text_serves_one_issue(world: World) -> None:
    row = weekly(world)
    text = worded(world, first(row))
    other = SeriesIssue.objects.get(series=row, due=DUE + WEEK)
    with pytest.raises(CannotChangeError):
        attach_text(issue=other, message=text, by=world.editor, at=MONDAY)
    assert attach_text(issue=first(row), message=None, by=world.editor, at=MONDAY).message is None


def test_an_issue_left_out_is_not_planned_again(world: World) -> None:
    row = weekly(world)
    leave_out(issue=first(row), by=world.editor, at=MONDAY)
    rounds(MONDAY + MINUTE, DUE)
    assert story(row)[:2] == [("23/11 08", "cancelled", "by_hand"), ("30/11 08", "planned", "")]
    with pytest.raises(CannotChangeError):
        leave_out(issue=first(row), by=world.editor, at=MONDAY)


def test_other_days_move_the_issues_with_their_words(world: World) -> None:
    row = weekly(world)
    text = worded(world, first(row))
    change_series(series=row, schedule=schedule(world, weekday=3, hour=time(14)), by=world.editor, at=MONDAY)
    assert [day for day, _state, _lack in story(row)] == ["26/11 14", "03/12 14"]
    assert first(row).message == text
    change_series(series=row, schedule=schedule(world), by=world.editor, at=MONDAY)
    assert [day for day, _state, _lack in story(row)] == ["23/11 08", "30/11 08"]


def test_a_series_that_ends_sooner_drops_what_lies_behind_its_end(world: World) -> None:
    row = weekly(world)
    change_series(series=row, schedule=schedule(world, ends_on=date(2026, 11, 23)), by=world.editor, at=MONDAY)
    assert story(row) == [("23/11 08", "planned", ""), ("30/11 08", "cancelled", "ended")]


def test_a_paused_series_sends_nothing_and_does_not_make_up_for_it(world: World) -> None:
    people(world, 1)
    row = weekly(world)
    worded(world, first(row))
    pause_series(series=row, by=world.editor, at=MONDAY)
    rounds(DUE, DUE + 12 * HOUR)
    assert story(row)[0] == ("23/11 08", "missed", "paused")
    start_series(series=row, by=world.leader, at=DUE + 3 * WEEK + HOUR)
    rounds(DUE + 3 * WEEK + HOUR)
    assert [day for day, _state, _lack in story(row)] == ["23/11 08", "30/11 08", "21/12 08", "28/12 08"]
    assert Broadcast.objects.count() == 0


def test_the_editor_is_reminded_once_a_day_ahead(world: World) -> None:
    row = weekly(world, at=MONDAY - timedelta(days=3))
    rounds(MONDAY - timedelta(days=2), MONDAY - timedelta(hours=20), MONDAY)
    assert actions().count("outreach.issue_editor_reminded") == 1
    assert first(row).reminded_at == MONDAY - timedelta(hours=20)


def test_a_text_begun_for_an_issue_carries_its_name_and_is_not_offered_for_other_broadcasts(world: World) -> None:
    row = weekly(world)
    made = begin_text(issue=first(row), by=world.editor, at=MONDAY)
    assert (made.title, first(row).message) == ("Bản tin thứ Hai, 23/11/2026", made)
    save_message(message=made, forms=[Form(channel="sms", body="Lời của kỳ này.")], by=world.editor, at=MONDAY)
    approve(world, made)
    assert approved_unsent(world.officer, at=MONDAY) == []


def test_a_broadcast_scheduled_by_who_lost_the_post_stays_and_the_round_goes_on(world: World) -> None:
    people(world, 1)
    row = draft(world, approve(world, message(world)))
    schedule_broadcast(broadcast=row, send_at=NOW + HOUR, by=world.officer, at=NOW)
    world.posts[world.officer.pk] = []
    assert release_due(at=NOW + HOUR) == []
    row.refresh_from_db()
    assert (row.state, row.scheduled_for) == ("approved", None)


BREAK = """
CREATE FUNCTION pg_temp.broken() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk on fire'; END $$;
CREATE TRIGGER broken BEFORE INSERT ON outreach_broadcast FOR EACH ROW WHEN (left(NEW.title, 4) = 'Hỏng')
    EXECUTE FUNCTION pg_temp.broken()
"""


def test_one_that_fails_unforeseen_keeps_no_other_back(world: World) -> None:
    people(world, 1)
    broken, sound = weekly(world, name="Hỏng"), weekly(world, name="Lành")
    for row in (broken, sound):
        worded(world, first(row))
    sql(BREAK)
    rounds(DUE, DUE + MINUTE)
    assert (story(broken)[0][1], story(sound)[0][1]) == ("ready", "released")
    sql("DROP TRIGGER broken ON outreach_broadcast")
    rounds(DUE + 2 * MINUTE)
    assert story(broken)[0][1] == "released"
