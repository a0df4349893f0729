"""The desk's pages of what is sent by the calendar, as each kind of staff uses them."""

from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.outreach.models import Broadcast, Message, Reminder, Series, SeriesIssue, Trigger, TriggerOccasion
from lantoa.outreach.services.series import run_calendar
from tests.outreach.calendar_world import before_event, first, segment, weekly, worded
from tests.outreach.test_pages import as_, place
from tests.outreach.world import PURPOSE, World, approve, message, people

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def running(world: World) -> Series:
    """A bulletin due tomorrow, running for the channel officer."""
    tomorrow = (now() + DAY).date()
    return weekly(world, at=now(), weekday=tomorrow.weekday(), starts_on=tomorrow, day_off="send")


def page(name: str, *args: object) -> str:
    return reverse(f"outreach:series:{name}", args=args)


def typed(world: World, **more: object) -> dict[str, object]:
    return {
        "name": "Bản tin thứ Hai", "segment": segment(world), "channels": ["sms"], "purpose": PURPOSE,
        "rhythm": "weekly", "weekday": "0", "hour": "08:00", "starts_on": "2026-12-01", "day_off": "after",
        "days_to_try": "2", **more,
    }  # fmt: skip


def test_an_editor_sets_up_a_series_and_only_who_may_send_starts_it(world: World) -> None:
    place(world)
    editor, officer = as_(world.editor), as_(world.officer)
    answer = editor.post(page("new"), typed(world))
    made = Series.objects.get()
    assert (answer.url, made.active, made.weekday, made.unit_id) == (page("one", made.pk), False, 0, world.unit_id)
    assert "Cho chạy" not in editor.get(answer.url).content.decode()
    assert editor.post(page("start", made.pk)).status_code == 403
    assert "Cho chạy, tôi đứng tên" in officer.get(answer.url).content.decode()
    officer.post(page("start", made.pk))
    assert SeriesIssue.objects.filter(series=made).count() == 2
    shown = editor.get(page("list")).content.decode()
    assert "Thứ Hai hằng tuần, lúc 8:00" in shown
    assert "Chưa có lời" in shown


def test_a_rhythm_without_its_day_is_said_at_the_field_and_nothing_typed_is_lost(world: World) -> None:
    place(world)
    given = typed(world, rhythm="monthly", ends_on="2026-11-01")
    shown = as_(world.editor).post(page("new"), given).content.decode()
    assert 'href="#id_monthday"' in shown
    assert 'href="#id_ends_on"' in shown
    assert 'value="Bản tin thứ Hai"' in shown
    assert Series.objects.count() == 0


def test_a_series_is_changed_with_what_it_was_already_filled_in(world: World, running: Series) -> None:
    editor = as_(world.editor)
    assert 'value="Bản tin thứ Hai"' in editor.get(page("change", running.pk)).content.decode()
    given = typed(world, rhythm="days", every="10", starts_on=str(now().date() + 2 * DAY))
    assert editor.post(page("change", running.pk), given).url == page("one", running.pk)
    running.refresh_from_db()
    assert (running.rhythm, running.every, running.weekday) == ("days", 10, None)
    assert first(running).due.date() >= now().date() + DAY


def test_an_issue_goes_from_text_to_figures(world: World, running: Series) -> None:
    people(world, 3)
    issue = first(running)
    editor, officer = as_(world.editor), as_(world.officer)
    answer = editor.post(page("write", "ky", issue.pk))
    text = Message.objects.get()
    assert answer.url == reverse("messages:compose", args=[text.pk])
    assert text.title in editor.get(page("sending", "ky", issue.pk)).content.decode()
    other = worded_message(world)
    editor.post(page("attach", "ky", issue.pk), {"message": other.pk})
    assert first(running).message == other
    run_calendar(at=now())
    assert "Đã sẵn sàng" in officer.get(page("one", running.pk)).content.decode()
    run_calendar(at=issue.due)
    sent = Broadcast.objects.get()
    shown = officer.get(page("sending", "ky", issue.pk)).content.decode()
    assert reverse("outreach:broadcast", args=[sent.pk]) in shown
    assert reverse("outreach:broadcast", args=[sent.pk]) in officer.get(page("one", running.pk)).content.decode()


def worded_message(world: World) -> Message:
    """An approved message that waits for no hour."""
    written = message(world, "Lời viết sẵn cho kỳ này.")
    approve(world, written)
    return written


def test_a_name_is_put_and_one_is_left_out_from_its_page(world: World, running: Series) -> None:
    issue = first(running)
    leader = as_(world.leader)
    assert "Tôi đứng tên gửi" in leader.get(page("sending", "ky", issue.pk)).content.decode()
    leader.post(page("name", "ky", issue.pk))
    assert first(running).scheduled_by == world.leader
    leader.post(page("leave", "ky", issue.pk))
    shown = leader.get(page("sending", "ky", issue.pk)).content.decode()
    assert "Cán bộ đã bỏ" in shown
    assert "Viết lời" not in shown
    leader.post(page("pause", running.pk))
    assert not Series.objects.get().active


def test_another_unit_sees_nothing_of_it(world: World, running: Series) -> None:
    elsewhere = apps.get_model("territory", "Unit").objects.create()
    stranger = as_(world.hire(Role.EDITOR, Role.CHANNEL_OFFICER, unit_id=elsewhere.pk))
    trigger = before_event(world, at=now())
    issue = first(running)
    assert "Bản tin thứ Hai" not in stranger.get(page("list")).content.decode()
    assert "Nhắc đối thoại" not in stranger.get(page("triggers")).content.decode()
    for url in (page("one", running.pk), page("sending", "ky", issue.pk), page("trigger", trigger.pk)):
        assert stranger.get(url).status_code == 404
    for url in (page("pause", running.pk), page("leave", "ky", issue.pk), page("trigger_pause", trigger.pk)):
        assert stranger.post(url).status_code == 404
    assert Series.objects.get().active


def test_reminders_are_set_up_entered_moved_and_called_off(world: World) -> None:
    place(world)
    editor, officer = as_(world.editor), as_(world.officer)
    given = {
        "name": "Nhắc đối thoại", "segment": segment(world), "channels": ["sms"], "purpose": "events",
        "before": ["4320", "120"],
    }  # fmt: skip
    made_at = editor.post(page("trigger_new") + "?loai=nhac", given).url
    trigger = Trigger.objects.get()
    assert made_at == page("trigger", trigger.pk)
    officer.post(page("trigger_start", trigger.pk))
    day = timezone.localdate() + 10 * DAY
    editor.post(made_at, {"title": "Đối thoại vốn vay", "day": day.isoformat(), "hour": "08:00"})
    event = TriggerOccasion.objects.get()
    assert [row.before for row in event.reminders.all()] == [4320, 120]
    assert "Trước 3 ngày" in editor.get(made_at).content.decode()
    again = editor.post(made_at, {"title": "Đối thoại vốn vay", "day": day.isoformat(), "hour": "08:00"})
    assert "đã ghi rồi" in again.content.decode()
    editor.post(page("occasion_move", event.pk), {"day": (day + DAY).isoformat(), "hour": "09:00"})
    assert {timezone.localdate(row.moment) for row in event.reminders.all()} == {day + DAY}
    reminder = Reminder.objects.all()[0]
    assert "Đối thoại vốn vay" in editor.get(page("sending", "nhac", reminder.pk)).content.decode()
    editor.post(page("occasion_cancel", event.pk))
    assert set(event.reminders.values_list("state", flat=True)) == {"cancelled"}
    assert "Đã hủy" in editor.get(made_at).content.decode()


def test_the_draft_of_a_page_is_written_from_the_trigger_and_put_aside(world: World) -> None:
    place(world)
    editor = as_(world.editor)
    given = {
        "name": "Chính sách mới", "segment": segment(world), "channels": ["sms"], "purpose": PURPOSE,
        "audience": "poor",
    }  # fmt: skip
    editor.post(page("trigger_new"), given)
    trigger = Trigger.objects.get()
    editor.post(page("trigger_start", trigger.pk))
    assert Trigger.objects.get().scheduled_by == world.editor
    found = TriggerOccasion.objects.create(trigger=trigger, key="page:1:1", title="Vay vốn", created_at=now())
    assert "Chờ biên tập" in editor.get(page("trigger", trigger.pk)).content.decode()
    answer = editor.post(page("occasion_write", found.pk))
    assert answer.url == reverse("messages:compose", args=[Message.objects.get().pk])
    assert editor.post(page("occasion_prepare", found.pk)).url == page("trigger", trigger.pk), "not approved yet"
    editor.post(page("occasion_cancel", found.pk))
    assert "Đã gác lại" in editor.get(page("trigger", trigger.pk)).content.decode()


def today(client: Client) -> str:
    return client.get(reverse("desk:today")).content.decode()


def test_my_work_names_what_is_missing_to_the_one_who_can_do_it(world: World, running: Series, settings: Any) -> None:
    settings.LANTOA_ISSUE_REMIND_HOURS = 48  # "tomorrow" at whatever hour this runs
    place(world)
    editor, officer = as_(world.editor), as_(world.officer)
    issue = first(running)
    name = f"Bản tin thứ Hai, {timezone.localdate(issue.due):%d/%m/%Y}"
    assert f"Viết lời: {name}" in today(editor)
    assert name not in today(officer)
    worded(world, issue, approved=False, at=now())
    assert f"Gửi duyệt lời: {name}" in today(editor)
    written = first(running).message
    assert written
    approve(world, written)
    assert name not in today(editor)
    world.posts[world.officer.pk] = []
    leader = as_(world.leader)
    assert f"Đổi người đứng tên gửi: {name}" in today(leader)


def test_what_is_held_stands_among_what_is_late(world: World) -> None:
    place(world)
    start = now() - timedelta(hours=2)
    hour = (now() - timedelta(hours=1)).time().replace(second=0, microsecond=0)
    days = {"rhythm": "days", "weekday": None, "every": 1, "hour": hour, "starts_on": start.date()}
    weekly(world, at=start, day_off="send", **days)
    run_calendar(at=now())
    shown = today(as_(world.editor))
    assert "Đang giữ lại" in shown
    assert shown.index("Trễ hẹn") < shown.index("Viết lời: Bản tin thứ Hai")


def test_a_new_page_waits_on_the_desk_of_the_editor(world: World) -> None:
    place(world)
    trigger = before_event(world, at=now())
    Trigger.objects.filter(pk=trigger.pk).update(kind="page", audience="poor", before=[])
    TriggerOccasion.objects.create(trigger=trigger, key="page:1:1", title="Vay vốn", created_at=now())
    assert "Có trang mới cần báo: Vay vốn" in today(as_(world.editor))
