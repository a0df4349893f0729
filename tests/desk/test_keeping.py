"""The log, accounts, working days, search: for whom they are, and what they do."""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.db.backends.postgresql.psycopg_any import DateRange
from django.urls import reverse

from lantoa.kernel import audit
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import SwappedDay, User
from lantoa.listening.enums import Door
from lantoa.listening.services import open_case
from lantoa.outlets.models import Outlet
from lantoa.outreach.models import Message
from tests.reporting.world import broadcast

DESK = "/ban-lam-viec/"
DOORS = {
    "nhat-ky/": {Role.AUDITOR, Role.ADMINISTRATOR},
    "tai-khoan/": {Role.ADMINISTRATOR},
    "tai-khoan/moi/": {Role.ADMINISTRATOR},
    "ngay-lam-viec/": {Role.ADMINISTRATOR},
    "": set(Role),
    "tim/": set(Role),
    "toi/": set(Role),
}


@pytest.mark.parametrize("path", DOORS)
def test_each_page_opens_for_those_it_is_for(client, sign_in, province, path):
    stranger = client.get(DESK + path)
    assert (stranger.status_code, stranger.url.partition("?")[0]) == (302, "/tai-khoan/login/")
    found = {role: sign_in(province.hire(role)).get(DESK + path).status_code for role in Role}
    assert found == {role: 200 if role in DOORS[path] else 403 for role in Role}
    superuser = sign_in(province.hire(superuser=True)).get(DESK + path).status_code
    assert superuser == (200 if DOORS[path] == set(Role) else 403)


@pytest.mark.parametrize("path", DOORS)
def test_pages_carry_no_inline_style_or_script_and_are_not_stored(sign_in, province, path):
    response = sign_in(province.hire(*Role)).get(DESK + path)
    assert not re.search(r"<style|\sstyle=|<script(?! defer src)|\son[a-z]+=", response.text)
    assert response.headers["Cache-Control"] == "no-store, private"


def test_an_account_is_made_and_its_password_shown_once(sign_in, province):
    client = sign_in(province.hire(Role.ADMINISTRATOR))
    page = client.post(f"{DESK}tai-khoan/moi/", {"display_name": "Cán bộ mới", "email": "", "phone": "0900 000 009"})
    password = re.search(r"<p class=\"as-h2 hash\">([\w-]+)</p>", page.text)[1]
    made = User.objects.get(phone="84900000009")
    assert made.check_password(password)
    assert password not in client.get(f"{DESK}tai-khoan/{made.pk}/").text
    assert "0900000009" in client.get(f"{DESK}tai-khoan/").text


def test_a_refused_account_keeps_what_was_typed(sign_in, province):
    client = sign_in(province.hire(Role.ADMINISTRATOR))
    page = client.post(f"{DESK}tai-khoan/moi/", {"display_name": "Cán bộ mới", "email": "", "phone": ""})
    assert page.status_code == 422
    assert 'value="Cán bộ mới"' in page.text
    assert not User.objects.filter(display_name="Cán bộ mới").exists()


def test_an_account_is_closed_but_not_ones_own(sign_in, province):
    me, other = province.hire(Role.ADMINISTRATOR), province.hire(Role.EDITOR)
    client = sign_in(me)
    client.post(f"{DESK}tai-khoan/{other.pk}/dong/")
    client.post(f"{DESK}tai-khoan/{me.pk}/dong/")
    assert dict(User.objects.values_list("pk", "is_active")) == {me.pk: True, other.pk: False}
    assert client.get(f"{DESK}tai-khoan/{other.pk}/dong/").status_code == 405


def test_closing_is_refused_to_others(sign_in, province):
    other = province.hire(Role.EDITOR)
    assert sign_in(province.hire(Role.LEADER)).post(f"{DESK}tai-khoan/{other.pk}/dong/").status_code == 403
    assert User.objects.get(pk=other.pk).is_active


def test_a_day_is_swapped_and_shown(sign_in, province):
    client = sign_in(province.hire(Role.ADMINISTRATOR))
    day = date(now().year + 1, 4, 25)
    said = {"day": day.isoformat(), "works": "1", "reason": "Công văn mẫu"}
    assert client.post(f"{DESK}ngay-lam-viec/", said).status_code == 302
    assert list(SwappedDay.objects.values_list("day", "works", "reason")) == [(day, True, "Công văn mẫu")]
    assert f"{day:%d/%m/%Y}" in client.get(f"{DESK}ngay-lam-viec/").text
    faulty = client.post(f"{DESK}ngay-lam-viec/", {**said, "works": "", "reason": "Giữ chữ này"})
    assert faulty.status_code == 422
    assert 'value="Giữ chữ này"' in faulty.text


def test_the_log_is_filtered_by_act_subject_and_day(sign_in, province):
    for action, subject in [("room.thing_done", "room.thing:1"), ("room.other_done", "room.thing:2")]:
        audit.record(action, by=None, at=now(), subject=subject, facts={"count": 3})
    client = sign_in(province.hire(Role.AUDITOR))

    def shown(**wanted):
        return set(re.findall(r"room\.\w+_done", client.get(f"{DESK}nhat-ky/", wanted).text.split("<table")[-1]))

    assert shown(action="room.") == {"room.thing_done", "room.other_done"}
    assert shown(subject="room.thing:2") == {"room.other_done"}
    assert shown(action="room.", day=f"{now():%Y-%m-%d}") == {"room.thing_done", "room.other_done"}
    assert shown(action="room.", day="2020-01-01") == set()
    assert client.get(f"{DESK}nhat-ky/", {"day": "hôm nay"}).status_code == 200


def test_the_chain_is_checked_by_a_post_alone(sign_in, province):
    client = sign_in(province.hire(Role.AUDITOR))
    assert client.get(f"{DESK}nhat-ky/kiem/").status_code == 405
    assert sign_in(province.hire(Role.EDITOR)).post(f"{DESK}nhat-ky/kiem/").status_code == 403


def test_search_finds_units_and_cases_of_ones_own_without_marks(sign_in, province):
    for commune in province.communes:
        open_case(
            text=f"Vay vốn ở {commune}?", unit_id=province.communes[commune], door=Door.PORTAL, submission_key=commune,
            by=None, at=now(),
        )  # fmt: skip
    page = sign_in(province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử")).get(f"{DESK}tim/", {"q": "vay von"}).text
    assert "Vay vốn ở Xã Đất Thử?" in page
    assert "Vay vốn ở Xã Bãi Xa?" not in page
    units = sign_in(province.hire(Role.EDITOR)).get(f"{DESK}tim/", {"q": "bai xa"}).text
    assert "Xã Bãi Xa" in units
    assert "Vay vốn" not in units
    assert "Không tìm thấy" in sign_in(province.hire(Role.EDITOR)).get(f"{DESK}tim/", {"q": "khongcogi"}).text


def test_search_finds_outlets_and_broadcasts_of_ones_own_units_alone(sign_in, province):
    editor = province.hire(Role.EDITOR)
    for commune, unit_id in province.communes.items():
        board = Outlet.objects.create(
            kind="board", unit_id=unit_id, name=f"Bảng tin chợ {commune}", valid=DateRange(date(2020, 1, 1), None),
            created_at=now(), changed_at=now(),
        )  # fmt: skip
        message = Message.objects.create(
            title=f"Họp chợ ở {commune}", purpose="policy_news", agency_id=province.department_id, unit_id=unit_id,
            created_by=editor, created_at=now(), edited_at=now(),
        )  # fmt: skip
        released = broadcast(SimpleNamespace(committee=province.department_id, editor=editor), unit_id, [],
                             at=now(), message=message)  # fmt: skip
        if commune == "Xã Đất Thử":
            mine = [reverse("outlets:outlet", args=[board.pk]), reverse("outreach:broadcast", args=[released.pk])]
    client = sign_in(province.hire(Role.CHANNEL_OFFICER, commune="Xã Đất Thử"))
    page = client.get(f"{DESK}tim/", {"q": "cho"}).text
    assert "Bảng tin chợ Xã Đất Thử" in page
    assert "Bảng tin công cộng · Xã Đất Thử" in page
    assert "Họp chợ ở Xã Đất Thử" in page
    assert "Bãi Xa" not in page
    assert set(re.findall(r'href="([^"]+)"><b>', page)) >= set(mine)
    assert [client.get(url).status_code for url in mine] == [200, 200]
    assert (
        "Họp chợ ở Xã Bãi Xa" in sign_in(province.hire(Role.CHANNEL_OFFICER)).get(f"{DESK}tim/", {"q": "hop cho"}).text
    )
    for role in (Role.CASE_OFFICER, Role.ADMINISTRATOR, Role.CONTRIBUTOR):
        seen = sign_in(province.hire(role)).get(f"{DESK}tim/", {"q": "cho"}).text
        assert ("Bảng tin chợ" in seen, "Họp chợ" in seen) == (role == Role.ADMINISTRATOR, False), role


def test_my_account_shows_my_way_out(sign_in, province):
    page = sign_in(province.hire(Role.REPORTER)).get(f"{DESK}toi/").text
    assert "Đổi mật khẩu" in page
    assert "Đăng xuất" in page
