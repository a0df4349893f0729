"""What an officer is told before the red button, and the hour that can be set and taken back."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.audience.models import AudienceGroup, GroupMembership, Segment
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.models import AuditEntry, User
from lantoa.outreach import outlooks
from lantoa.outreach.before_release import ForecastPage
from lantoa.outreach.models import Broadcast
from lantoa.outreach.selectors.sending import senders
from lantoa.outreach.selectors.tally import tally
from lantoa.outreach.services import (
    CannotChangeError,
    Plan,
    pause,
    prepare,
    release,
    release_due,
    schedule,
    unschedule,
)
from lantoa.outreach.wording import moment, money, span, speed
from tests.outreach.world import NOW, World, approve, draft, finish, message, people, released, sms_account, take

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
URL = "http://127.0.0.1:1"


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def prepared(world: World, count: int = 6, **more: object) -> Broadcast:
    people(world, count)
    soon = timezone.now() + timedelta(days=2)
    return draft(world, approve(world, message(world)), expires_at=soon, **more)


@pytest.mark.django_db
def test_the_forecast_tells_time_cost_and_the_queue(world: World) -> None:
    released(world, 4)
    row = prepared(world, 3)
    sms_account(URL, rate_per_second=0.1, price_per_unit=500)
    page = ForecastPage(row, world.officer, at=NOW)
    units = page.forecast.units["sms"]
    assert page.forecast.messages == 7, "the four of the other broadcast, and three more"
    assert page.queued == {"sms": [4]}
    assert page.outlook.ends == timezone.localtime(NOW) + timedelta(seconds=(units + 4) / 0.1)
    assert page.bills["planned"].dong == units * 500
    shown = as_(world.officer).get(reverse("outreach:broadcast", args=[row.pk])).content.decode()
    assert "Xong khoảng" in shown or "xong khoảng" in shown
    assert f"{units * 500:,} đồng".replace(",", ".") in shown
    assert "4 tin của lần gửi khác" in shown


@pytest.mark.django_db
def test_no_price_and_no_account_are_said(world: World) -> None:
    row = prepared(world)
    shown = as_(world.officer).get(reverse("outreach:broadcast", args=[row.pk])).content.decode()
    assert "Chưa tính được lúc xong" in shown
    assert "chưa biết giá" in shown
    assert "Không kịp hạn chót" in shown


@pytest.mark.django_db
def test_a_sensitive_audience_of_three_shows_no_figure_and_no_button(world: World) -> None:
    ids = people(world, 3)
    group = AudienceGroup.objects.filter(sensitive=True).first()
    assert group is not None
    start = timezone.localdate(NOW) - timedelta(days=9)
    GroupMembership.objects.bulk_create(GroupMembership(person_id=pk, group=group, valid=(start, None)) for pk in ids)
    segment = Segment.objects.create(
        name="Hộ nghèo", unit_id=world.unit_id, updated_at=NOW, criteria={"any_groups": [group.code]}
    )
    plan = Plan(segment_id=segment.pk, channels=["sms"], expires_at=timezone.now() + timedelta(days=2))
    row = prepare(version=approve(world, message(world)), plan=plan, by=world.officer, at=NOW)
    for name in ("broadcast", "release", "schedule"):
        shown = as_(world.officer).get(reverse(f"outreach:{name}", args=[row.pk])).content.decode()
        assert "Gửi tới 3" not in shown
        assert "3 người" not in shown
    assert "Dưới 5 người" in as_(world.officer).get(reverse("outreach:broadcast", args=[row.pk])).content.decode()


@pytest.mark.django_db
def test_an_hour_is_set_moved_and_taken_back_by_pages(world: World) -> None:
    row = prepared(world)
    client, url = as_(world.officer), reverse("outreach:schedule", args=[row.pk])
    assert client.get(url).status_code == 200
    tomorrow = timezone.localtime(timezone.now() + timedelta(days=1)).replace(second=0, microsecond=0)
    assert "trước hạn chót" in client.post(url, {"send_at": "2020-01-01T08:00"}).content.decode()
    assert client.post(url, {"send_at": tomorrow.strftime("%Y-%m-%dT%H:%M")}).status_code == 302
    row.refresh_from_db()
    assert (row.scheduled_for, row.scheduled_by) == (tomorrow, world.officer)
    page = client.get(reverse("outreach:broadcast", args=[row.pk])).content.decode()
    assert "Tự gửi lúc" in page
    assert "Bỏ hẹn giờ" in page
    assert client.post(reverse("outreach:unschedule", args=[row.pk])).status_code == 302
    row.refresh_from_db()
    assert (row.scheduled_for, row.scheduled_by) == (None, None)
    assert release_due(at=tomorrow + timedelta(minutes=1)) == []


@pytest.mark.django_db
def test_unscheduling_is_a_right_is_on_record_and_comes_too_late_once_it_went_out(world: World) -> None:
    row = prepared(world)
    with pytest.raises(CannotChangeError):
        unschedule(broadcast=row, by=world.officer, at=NOW)
    schedule(broadcast=row, send_at=NOW + timedelta(hours=2), by=world.leader, at=NOW)
    with pytest.raises(AccessDenied):
        unschedule(broadcast=row, by=world.editor, at=NOW)
    unschedule(broadcast=row, by=world.officer, at=NOW)
    assert AuditEntry.objects.filter(action="outreach.broadcast_unscheduled").count() == 1
    schedule(broadcast=row, send_at=NOW + timedelta(hours=2), by=world.leader, at=NOW)
    assert release_due(at=NOW + timedelta(hours=2)) == [row.pk]
    with pytest.raises(CannotChangeError):
        unschedule(broadcast=row, by=world.officer, at=NOW + timedelta(hours=3))


@pytest.mark.django_db
def test_what_a_running_broadcast_says_of_each_channel(world: World) -> None:
    people(world, 5, ("sms",))
    row = release(broadcast=draft(world, approve(world, message(world))), by=world.leader, at=NOW)

    def says(at: datetime) -> str:
        found = outlooks.while_running(row, tally(row, at=at), senders(["sms"], at=at), at=at)
        assert found is not None
        return " ".join((found.headline, *found.details))

    assert "chưa có tài khoản" in says(NOW)
    account = sms_account(URL, rate_per_second=1)
    assert says(NOW).endswith("SMS sắp bắt đầu.")
    assert "đang chờ máy gửi" in says(NOW + timedelta(minutes=5))
    night = datetime(2026, 11, 23, 23, tzinfo=ZONE)
    assert "SMS nghỉ đêm, đi tiếp lúc 7:00 ngày 24/11." in says(night)
    account.paused_until = NOW + timedelta(minutes=10)
    account.save()
    assert "nhà cung cấp báo chờ tới 10:10" in says(NOW)
    finish(take(limit=2).claimed, at=NOW)
    assert "Còn khoảng" in says(NOW + timedelta(seconds=30))
    assert "SMS đang đi 2 tin/phút." in says(NOW + timedelta(seconds=30))
    finish(take(limit=5).claimed, at=NOW)
    assert says(NOW).startswith("Đã chuyển hết")
    row = pause(broadcast=row, by=world.officer, at=NOW)
    assert says(NOW) == "Đang tạm dừng."


def test_spans_moments_and_sums_as_people_say_them() -> None:
    seconds = [20, 60, 7 * 60, 59 * 60, 130 * 60, 120 * 60, 30 * 3600]
    words = ["1 phút", "1 phút", "7 phút", "59 phút", "2 giờ 10 phút", "2 giờ", "1 ngày"]
    assert [span(timedelta(seconds=one)) for one in seconds] == words
    noon = datetime(2026, 11, 23, 12, tzinfo=ZONE)
    assert moment(noon.replace(hour=9, minute=5), now=noon) == "9:05"
    assert moment(noon + timedelta(days=1), now=noon) == "12:00 ngày 24/11"
    assert moment(noon + timedelta(days=60), now=noon) == "12:00 ngày 22/1/2027"
    assert money(1_234_000) == "1.234.000 đồng"
    assert [speed(30), speed(240)] == ["30 tin/phút", "4 tin/giây"]
