"""My work today: what waits for each role, and nobody else's."""

import re
from datetime import timedelta

import pytest

from lantoa.audience.services import open_request, report_breach
from lantoa.channels.enums import Health
from lantoa.channels.models import ChannelAccount
from lantoa.desk.rail import Rail
from lantoa.desk.work import LATE, TODAY, WEEK, Job, piles
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.listening.enums import Door
from lantoa.listening.services import open_case
from lantoa.newsroom import services as newsroom

DESK = "/ban-lam-viec/"


@pytest.fixture
def ask(province):
    def make(text, *, commune="Xã Đất Thử", days=0):
        return open_case(
            text=text, unit_id=province.communes[commune], door=Door.PORTAL, submission_key=f"portal:{text}", by=None,
            at=now() - timedelta(days=days),
        )  # fmt: skip

    return make


def test_a_stranger_signs_in_first(client, db):
    response = client.get(DESK)
    assert response.status_code == 302
    assert response.url == f"/tai-khoan/login/?next={DESK}"


def test_signing_in_leads_to_the_work_of_the_day(client, province):
    province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử", login="canbo@example.test")
    response = client.post("/tai-khoan/login/", {"login": "canbo@example.test", "password": "mat-khau-dai-1"})
    assert response.url == DESK
    assert "Việc của tôi hôm nay" in client.get(DESK).text


def test_a_case_officer_sees_late_questions_first_and_only_their_communes(sign_in, province, ask):
    ask("Câu hỏi mới")
    ask("Câu hỏi trễ", days=30)
    ask("Câu hỏi xã khác", commune="Xã Bãi Xa")
    page = sign_in(province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử")).get(DESK).text
    assert page.index("Trễ hẹn") < page.index("Câu hỏi trễ") < page.index("Trong tuần") < page.index("Câu hỏi mới")
    assert "Câu hỏi xã khác" not in page


def test_more_questions_than_fit_are_counted(sign_in, province, ask):
    for number in range(9):
        ask(f"Câu hỏi số {number}")
    page = sign_in(province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử")).get(DESK).text
    assert "Còn 3 ý kiến nữa đang chờ" in page


def test_a_text_waits_for_the_reviewer_and_comes_back_to_its_author(client, sign_in, province, site):
    editor, reviewer = province.hire(Role.EDITOR), province.hire(Role.REVIEWER)
    page = newsroom.write_article(
        parent=site.articles["vi"], title="Tổ vần công", lead="Vài lời.", body=[("paragraph", "<p>Chuyện.</p>")],
        by=editor, at=now(),
    )  # fmt: skip
    newsroom.submit_page(page=page, by=editor, at=now())
    assert "Đọc và duyệt: Tổ vần công" in sign_in(reviewer).get(DESK).text
    assert "Tổ vần công" not in sign_in(editor).get(DESK).text
    newsroom.return_page(page=page, by=reviewer, note="Thiếu ngày tháng.", at=now())
    shown = sign_in(editor).get(DESK).text
    assert "Sửa lại: Tổ vần công" in shown
    assert "Thiếu ngày tháng." in shown


def test_a_channel_officer_sees_stopped_channels_first(sign_in, province):
    ChannelAccount.objects.create(
        kind="sms", name="Nhà mạng mẫu", slug="sms", health=Health.STOPPED, last_error="x",
        agency_id=province.department_id,
    )  # fmt: skip
    page = sign_in(province.hire(Role.CHANNEL_OFFICER)).get(DESK).text
    assert "Kênh Nhà mạng mẫu" in page
    assert "Trễ hẹn" in page
    assert "Kênh hôm nay" in page


def test_an_auditor_is_asked_to_check_the_log_until_it_is_checked(sign_in, province):
    client = sign_in(province.hire(Role.AUDITOR))
    assert "Kiểm xem có ai sửa nhật ký không" in client.get(DESK).text
    assert client.post(f"{DESK}nhat-ky/kiem/").url == f"{DESK}nhat-ky/"
    assert "Chuỗi còn nguyên" in client.get(f"{DESK}nhat-ky/").text
    assert "Kiểm xem có ai sửa nhật ký không" not in client.get(DESK).text


def test_a_new_administrator_is_led_through_the_first_steps(sign_in, province):
    page = sign_in(province.hire(Role.ADMINISTRATOR)).get(DESK).text
    assert "Lập tài khoản cho đồng nghiệp" in page
    assert "Nối kênh đầu tiên" in page
    assert "Đưa xã, phường vào sổ" not in page


def test_without_a_post_the_desk_says_whom_to_ask(sign_in, province):
    page = sign_in(province.hire(superuser=True)).get(DESK).text
    assert "Chưa có chức danh" in page
    assert "Lắng nghe" not in page


def test_an_empty_desk_teaches(sign_in, province):
    assert "Không còn việc nào chờ" in sign_in(province.hire(Role.REVIEWER)).get(DESK).text


@pytest.mark.parametrize("role", Role)
def test_the_rail_asks_ten_questions_at_most(province, role, django_assert_max_num_queries):
    rail = Rail(province.hire(role), DESK)
    with django_assert_max_num_queries(10):
        shown = [entry["key"] for entry in [*rail.loop, *rail.registers]]
        assert shown[0] == "today"
        assert rail.me["name"] == str(rail.user)


def test_a_person_with_every_role_still_asks_ten_at_most(province, django_assert_max_num_queries):
    rail = Rail(province.hire(*Role), DESK)
    with django_assert_max_num_queries(10):
        shown = [entry["key"] for entry in [*rail.loop, *rail.registers]]
        assert shown[0] == "today"
        assert rail.me["name"] == str(rail.user)
    assert [entry["key"] for entry in rail.loop][:2] == ["today", "plan"]


def test_the_rail_counts_what_waits(province, ask):
    ask("Một")
    ask("Hai")
    rail = Rail(province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử"), f"{DESK}lang-nghe/")
    listen = next(entry for entry in rail.loop if entry["key"] == "listen")
    assert (listen["count"], listen["current"], listen["tab"]) == (2, True, True)


def test_portal_pages_ask_nothing_for_the_desk(client, sign_in, province, site, django_assert_num_queries):
    anonymous = client.get("/quyen-rieng-tu/").text
    signed_in = sign_in(province.hire(Role.LEADER)).get("/quyen-rieng-tu/").text
    assert anonymous == signed_in


def test_today_stays_within_its_queries(sign_in, province, ask, django_assert_max_num_queries):
    for number in range(12):
        ask(f"Câu hỏi số {number}", days=number)
    client = sign_in(province.hire(*Role))
    client.get(DESK)
    with django_assert_max_num_queries(75):
        client.get(DESK)


def test_signing_out_is_a_button(client, sign_in, province):
    client = sign_in(province.hire(Role.LEADER))
    assert '<form method="post" action="/tai-khoan/logout/">' in client.get(DESK).text
    assert client.post("/tai-khoan/logout/").status_code == 302
    assert client.get(DESK).status_code == 302


def test_piles_put_late_work_first_and_leave_out_empty_ones():
    job = lambda when, sort: Job(when, "check", f"{when}{sort}", "/", "Go", sort=sort)  # noqa: E731
    found = piles([job(WEEK, "2"), job(LATE, "2"), job(WEEK, "1"), job(LATE, "1")])
    assert [(pile.key, [one.title for one in pile.jobs]) for pile in found] == [
        (LATE, ["late1", "late2"]),
        (WEEK, ["week1", "week2"]),
    ]
    assert TODAY not in {pile.key for pile in found}


def test_requests_about_data_and_breaches_wait_with_their_clock_for_their_officers_only(sign_in, province):
    officer = province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử")
    at = now()
    for days in (0, 30):
        open_request(
            by=officer, at=at, kind="object", came_by="letter", unit_id=province.communes["Xã Đất Thử"],
            description=f"Thư số {days}", received_at=at - timedelta(days=days),
        )  # fmt: skip
    report_breach(
        by=officer, at=now(), unit_id=province.communes["Xã Đất Thử"], detected_at=now() - timedelta(hours=70),
        what="Mất máy có danh sách", harm="Lộ số", people=2,
    )  # fmt: skip
    page = sign_in(officer).get(DESK).text
    assert "Mất máy có danh sách" in page
    assert re.search(r"Còn [12] giờ", page)
    assert page.index("Trễ hẹn") < page.index("Thư số 30") < page.index("Mất máy có danh sách") < page.index("Thư số 0")
    assert "quyen-du-lieu/" in page
    elsewhere = sign_in(province.hire(Role.CASE_OFFICER, commune="Xã Bãi Xa")).get(DESK).text
    assert "Thư số" not in elsewhere
    assert "Mất máy" not in elsewhere
    assert "Thư số" not in sign_in(province.hire(Role.EDITOR, commune="Xã Đất Thử")).get(DESK).text
