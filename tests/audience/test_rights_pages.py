"""The desk's pages of data rights: taken down by a whole address, settled step by step, seen by nobody else."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from lantoa.audience.models import DataBreach, Person, RightsEvent, RightsRequest
from lantoa.audience.services import open_request, report_breach
from lantoa.kernel.clock import local, now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from tests.audience.test_pages import signed_in
from tests.audience.world import World, contact, settle

pytestmark = pytest.mark.django_db

PHONE = "84912345678"


@pytest.fixture
def officer(world: World) -> User:
    return world.hire(Role.CASE_OFFICER)


@pytest.fixture
def person(world: World) -> Person:
    return settle(contact(world, name="Nguyễn Thị Mẫu", phone=PHONE))[0]


def form(world: World, **changes: object) -> dict[str, object]:
    asked = {
        "kind": "erase", "came_by": "phone", "received_at": f"{local(now()):%Y-%m-%dT%H:%M}", "channel": "sms",
        "value": "0912 345 678", "unit": world.units["Xã Khánh An"], "description": "",
    }  # fmt: skip
    return asked | changes


def test_an_operator_takes_down_a_request_for_whom_they_found_by_a_whole_address(
    world: World, officer: User, person: Person
) -> None:
    page = signed_in(officer).post(reverse("rights:new"), form(world), follow=True)
    request = RightsRequest.objects.get()
    assert (request.person, request.unit_id, request.came_by) == (person, person.unit_id, "phone")
    assert (request.opened_by, request.state, request.complete_days) == (officer, "received", 20)
    for secret in ("Nguyễn", "Mẫu", "912345678", "912 345"):
        assert secret not in page.text
    assert reverse("audience:person", args=[person.public_id]) not in page.text, "this post may not open people"
    opener = world.hire(Role.CHANNEL_OFFICER)
    page = signed_in(opener).get(reverse("rights:request", args=[request.public_id]))
    assert reverse("audience:person", args=[person.public_id]) in page.text


def test_an_operator_of_another_unit_finds_nobody_and_learns_nothing(world: World, person: Person) -> None:
    client = signed_in(world.hire(Role.CASE_OFFICER, unit="Xã Khánh An"))
    known = client.post(reverse("rights:new"), form(world))
    unknown = client.post(reverse("rights:new"), form(world, value="0987 654 321"))
    assert known.context["form"].errors == unknown.context["form"].errors
    assert set(known.context["form"].errors) == {"value"}
    assert not RightsRequest.objects.exists()


def test_on_a_shared_phone_the_operator_chooses_by_first_syllable(world: World, officer: User, person: Person) -> None:
    [other] = settle(contact(world, name="Trần Văn Kín", phone=PHONE))
    client = signed_in(officer)
    page = client.post(reverse("rights:new"), form(world))
    assert "Trần (2)" in page.text
    assert "Kín" not in page.text
    client.post(reverse("rights:new"), form(world, person=other.public_id.hex))
    assert RightsRequest.objects.get().person == other


def test_somebody_we_do_not_keep_is_described(world: World, officer: User) -> None:
    client = signed_in(officer)
    assert set(client.post(reverse("rights:new"), form(world, value="")).context["form"].errors) == {"description"}
    client.post(reverse("rights:new"), form(world, value="", came_by="letter", description="Công văn đến số 5"))
    request = RightsRequest.objects.get()
    assert (request.person, request.unit_id) == (None, world.units["Xã Khánh An"])


@pytest.mark.parametrize(
    "changes",
    [
        {"value": "12"}, {"channel": "khong"}, {"unit": "999"}, {"received_at": "x"},
        {"received_at": "2099-01-01T08:00"}, {"kind": "x"}, {"came_by": "own_page"},
    ],
)  # fmt: skip
def test_what_cannot_be_taken_down_is_said_beside_its_field(
    world: World, officer: User, person: Person, changes: dict[str, str]
) -> None:
    page = signed_in(officer).post(reverse("rights:new"), form(world, **changes))
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not RightsRequest.objects.exists()


def test_answer_extension_and_end_are_recorded_one_after_the_other(world: World, officer: User, person: Person) -> None:
    request = open_request(by=officer, at=timezone.now(), kind="object", came_by="counter", unit_id=person.unit_id,
                           person=person)  # fmt: skip
    client, url = signed_in(officer), reverse("rights:request", args=[request.public_id])
    assert client.post(url, {"state": "extended", "text": "x", "extra_days": 5}).context["form"].errors
    client.post(url, {"state": "answered", "text": "Làm trong 15 ngày"})
    assert client.post(url, {"state": "extended", "text": "x", "extra_days": 16}).context["form"].errors
    client.post(url, {"state": "extended", "text": "Chờ nhà mạng", "extra_days": 15})
    page = client.post(url, {"state": "refused", "text": "Luật buộc giữ chứng từ"}, follow=True)
    assert [event.state for event in RightsEvent.objects.all()] == ["answered", "extended", "refused"]
    assert page.context["form"] is None
    assert "Luật buộc giữ chứng từ" in page.text
    assert client.post(url, {"state": "completed", "text": "x"}).status_code == 200
    assert RightsEvent.objects.count() == 3


def test_a_province_does_not_see_anothers_requests_and_breaches(world: World, officer: User, person: Person) -> None:
    at = timezone.now()
    request = open_request(by=officer, at=at, kind="object", came_by="letter", unit_id=person.unit_id,
                           description="Thư có điều kín")  # fmt: skip
    breach = report_breach(by=officer, at=at, unit_id=person.unit_id, detected_at=at,
                           what="Lộ điều kín", harm="Có", people=3)  # fmt: skip
    theirs = signed_in(world.hire(Role.ADMINISTRATOR, unit="Tỉnh Khác"))
    for show in ("open", "late", "settled", "all", "khac"):
        assert "kín" not in theirs.get(reverse("rights:list"), {"show": show}).text
    for name, row in (("request", request), ("breach", breach)):
        assert theirs.get(reverse(f"rights:{name}", args=[row.public_id])).status_code == 404
    for name in ("breach_notice", "breach_no_notice"):
        assert theirs.post(reverse(f"rights:{name}", args=[breach.public_id]), {"reason": "x"}).status_code == 404
    assert theirs.post(reverse("rights:request", args=[request.public_id]), {"state": "completed", "text": "x"}
                       ).status_code == 404  # fmt: skip
    assert not RightsEvent.objects.exists()
    assert "kín" in signed_in(officer).get(reverse("rights:list")).text
    assert signed_in(world.hire(Role.EDITOR)).get(reverse("rights:list")).status_code == 403


def test_the_list_tells_late_from_due_and_asks_the_database_the_same_for_many(
    world: World, officer: User, person: Person, django_assert_max_num_queries: Callable
) -> None:
    at = timezone.now()
    for days in range(0, 40, 2):
        open_request(by=officer, at=at, kind="object", came_by="letter", unit_id=person.unit_id,
                     description=f"Thư {days}", received_at=at - timedelta(days=days))  # fmt: skip
    client = signed_in(officer)
    with django_assert_max_num_queries(14):
        page = client.get(reverse("rights:list"))
    assert page.text.index("Thư 38") < page.text.index("Thư 0")
    assert "Trễ hẹn" in page.text
    assert "Thư 0<" not in client.get(reverse("rights:list"), {"show": "late"}).text
    request = RightsRequest.objects.order_by("pk")[0]
    with django_assert_max_num_queries(16):
        client.get(reverse("rights:request", args=[request.public_id]))


def test_a_breach_is_reported_and_notified_within_its_hours(world: World, officer: User) -> None:
    client = signed_in(officer)
    told = {
        "unit": world.units["Xã Đất Mũi"], "detected_at": f"{local(now()) - timedelta(hours=10):%Y-%m-%dT%H:%M}",
        "what": "Mất máy có danh sách", "harm": "Lộ số điện thoại", "people": "",
    }  # fmt: skip
    assert client.post(reverse("rights:breach_new"), told | {"detected_at": "2099-01-01T00:00"}).context["form"].errors
    page = client.post(reverse("rights:breach_new"), told, follow=True)
    assert "Còn 61 giờ" in page.text
    breach = DataBreach.objects.get()
    assert "Mất máy có danh sách" in client.get(reverse("rights:list")).text
    url = reverse("rights:breach_notice", args=[breach.public_id])
    assert client.post(url, {"notified_at": "", "reference": ""}).status_code == 200
    client.post(url, {"notified_at": f"{local(now()):%Y-%m-%dT%H:%M}", "reference": "CV 12/2026"})
    breach.refresh_from_db()
    assert breach.notice_reference == "CV 12/2026"
    assert "Mất máy" not in client.get(reverse("rights:list")).text
    assert "Mất máy" in client.get(reverse("rights:list"), {"show": "all"}).text


def test_a_breach_past_its_hours_says_so_and_may_be_found_to_need_no_notice(world: World, officer: User) -> None:
    at = timezone.now()
    breach = report_breach(by=officer, at=at, unit_id=world.units["Xã Đất Mũi"], detected_at=at - timedelta(hours=80),
                           what="Gửi nhầm", harm="Một người đọc được", people=1)  # fmt: skip
    client, url = signed_in(officer), reverse("rights:breach_no_notice", args=[breach.public_id])
    page = client.get(reverse("rights:breach", args=[breach.public_id]))
    assert "Trễ 8 giờ" in page.text or "Trễ 9 giờ" in page.text
    assert client.post(url, {"reason": ""}).context["faulty"].errors
    assert "Đã thu hồi" in client.post(url, {"reason": "Đã thu hồi ngay"}, follow=True).text
    assert client.post(url, {"reason": "x"}).context["faulty"].errors, "decided once"
