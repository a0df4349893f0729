"""What the press asks: lands on the desk of the unit, is answered with files, counted, and late where it is late."""

import re
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from docx import Document

from lantoa.desk.providers import pressing
from lantoa.desk.work import LATE, TODAY, Worker
from lantoa.kernel.access import AccessDenied, Grant
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.pressroom.counting import RequestTally, press_asked
from lantoa.pressroom.models import AnswerFile, PressLetter, PressRequest, RequestEvent
from lantoa.pressroom.rules import PressRefused
from lantoa.pressroom.selectors import requests as reads
from lantoa.pressroom.services import journalists as people
from lantoa.pressroom.services import requests as services
from lantoa.reporting import selectors as reports
from lantoa.reporting.figures import Asked, count, entries
from lantoa.reporting.periods import Period
from lantoa.reporting.services import make_version, write_document
from tests.pressroom.conftest import PDF

pytestmark = pytest.mark.django_db
ROOM, DESK = "/bao-chi/nha-bao/hoi/", "/ban-lam-viec/bao-chi/yeu-cau/"
SOON = timedelta(hours=5)


def typed(province, **changes):
    due = timezone.localtime(now() + SOON).strftime("%Y-%m-%dT%H:%M")
    return {"key": str(uuid4()), "subject": "Vay vốn", "question": "Bao nhiêu hộ?", "wish": "figures",
            "unit": province.unit_id, "due_at": due} | changes  # fmt: skip


def test_from_the_question_to_the_answer_with_files(inside, province, leader, editor, post, client, run_jobs):
    wrong = inside.post(ROOM, typed(province, due_at="2026-01-01T08:00", question=" "))
    assert (wrong.status_code, "question" in wrong.context["form"].errors) == (422, True)
    past = inside.post(ROOM, typed(province, due_at="2026-01-01T08:00"))
    assert (past.status_code, "Vay vốn" in past.text) == (422, True)
    form = typed(province)
    addresses = {inside.post(ROOM, form).headers["Location"] for _twice in range(2)}
    (row,) = PressRequest.objects.all()
    assert addresses == {f"{ROOM}{row.number}/?moi=1"}
    client.force_login(leader)
    assert "Vay vốn" in client.get(DESK).text
    assert client.post(f"{DESK}{row.number}/giao/", {"post_id": post.pk}).status_code == 302
    assert client.post(f"{DESK}{row.number}/ghi-chu/", {"text": "Hỏi chị Hoa ở phòng tín dụng."}).status_code == 302
    bad = client.post(
        f"{DESK}{row.number}/tra-loi/", {"text": "Ba trăm hộ.", "attached": SimpleUploadedFile("a.exe", b"MZ")}
    )
    assert (bad.status_code, "Ba trăm hộ." in bad.text, row.events.filter(happening="answered").count()) == (
        422,
        True,
        0,
    )
    good = {
        "text": "Ba trăm hộ.",
        "attached": [SimpleUploadedFile("Bảng.pdf", PDF), SimpleUploadedFile("b.pdf", PDF + b"2")],
    }
    assert client.post(f"{DESK}{row.number}/tra-loi/", good).status_code == 302
    page = inside.get(f"{ROOM}{row.number}/").text
    assert "Ba trăm hộ." in page
    assert "chị Hoa" not in page, "notes are for colleagues"
    file = AnswerFile.objects.first()
    answer = inside.get(f"{ROOM}{row.number}/tep/{file.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer.headers["Content-Disposition"] == 'attachment; filename="bang.pdf"'
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert PressLetter.objects.filter(request_event__happening="answered").count() == 1
    assert Client().get(f"{ROOM}{row.number}/tep/{file.pk}/").status_code == 302
    assert "Đã trả lời" in inside.get("/bao-chi/nha-bao/").text


def test_a_request_is_its_journalists_alone(inside, ask, admitted):
    row = ask()
    other = Client()
    admitted(email="khac@bao.example")
    people.ask_to_enter(email="khac@bao.example", language="vi", at=now())
    link = people.PressLink.objects.latest("pk")
    other.post(f"/bao-chi/vao/{people.link_token(link)}/")
    assert other.get("/bao-chi/nha-bao/").status_code == 200
    assert other.get(f"{ROOM}{row.number}/").status_code == 404
    assert other.post(f"{ROOM}{row.number}/rut/").status_code == 404
    assert inside.post(f"{ROOM}{row.number}/rut/").status_code == 302
    row.refresh_from_db()
    assert row.state == "recalled"


def test_no_other_site_asks_in_a_journalists_name(inside, province):
    assert inside.post(ROOM, typed(province), headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not PressRequest.objects.exists()


def test_rights_follow_the_post_its_subtree_and_whom_it_was_assigned_to(ask, province, leader, post):
    here, there = ask(unit_id=province.communes["Xã Đất Thử"]), ask(unit_id=province.communes["Xã Bãi Xa"])
    local = province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử")
    seen = set(reads.requests(local, at=now()).values_list("pk", flat=True))
    assert seen == {here.pk}
    with pytest.raises(AccessDenied):
        services.answer(request_id=there.pk, text="Có.", by=local, at=now())
    auditor = province.hire(Role.AUDITOR)
    assert reads.requests(auditor, at=now()).count() == 2
    with pytest.raises(AccessDenied):
        services.answer(request_id=there.pk, text="Có.", by=auditor, at=now())
    with pytest.raises(PressRefused):
        services.assign(request_id=here.pk, post_id=999_999, by=leader, at=now())
    services.assign(request_id=there.pk, post_id=post.pk, by=leader, at=now())
    province.posts[leader.pk] = [Grant(Role.LEADER, [], province.department_id, post.pk)]
    assert set(reads.requests(leader, at=now()).values_list("pk", flat=True)) == {there.pk}, "by the post it has"
    services.answer(request_id=there.pk, text="Có.", by=leader, at=now())
    province.posts[leader.pk] = []
    with pytest.raises(AccessDenied):
        services.answer(request_id=there.pk, text="Có.", by=leader, at=now())


def test_work_today_reminds_before_the_hour_and_names_what_is_late(ask, province, leader, post, editor):
    start = now()
    soon = ask(at=start, subject="Sắp đến hạn")
    taken = ask(at=start, subject="Đã giao")
    services.assign(request_id=taken.pk, post_id=post.pk, by=leader, at=start)
    titles = lambda user, at: [(job.when, job.title) for job in pressing.to_answer(Worker(user, frozenset(), at))]  # noqa: E731
    assert [title for _when, title in titles(editor, start)] == ["Trả lời Báo Mẫu: Sắp đến hạn"]
    assert {when for when, _title in titles(leader, start)} <= {TODAY, "week"}
    assert len(titles(leader, start)) == 2
    late = titles(editor, start + SOON + timedelta(minutes=1))
    assert late == [(LATE, "Trả lời Báo Mẫu: Sắp đến hạn"), (LATE, "Trả lời Báo Mẫu: Đã giao")]
    services.decline(request_id=soon.pk, text="Không thuộc phạm vi.", by=editor, at=start)
    assert titles(editor, start) == []


def test_late_ones_and_figures(ask, province, leader):
    start = now() - timedelta(days=1)
    in_time, late, open_late, back = (ask(at=start) for _four in range(4))
    services.answer(request_id=in_time.pk, text="Có.", by=leader, at=start + SOON)
    services.answer(request_id=late.pk, text="Có.", by=leader, at=start + SOON + timedelta(seconds=1))
    services.answer(request_id=late.pk, text="Thêm.", by=leader, at=now())
    services.recall(request_id=back.pk, journalist_id=back.journalist_id, at=now())
    assert {row.pk for row in reads.requests(leader, show="late", at=now())} >= {late.pk, open_late.pk}
    assert in_time.pk not in {row.pk for row in reads.requests(leader, show="late", at=now())}
    day = timezone.localdate(start)
    assert press_asked([province.unit_id], start=day, end=day) == RequestTally(3, 2, 1)
    assert press_asked([province.unit_id], start=day + timedelta(days=1), end=today()) == RequestTally(0, 0, 0)


def test_a_report_counts_one_answered_in_time_and_one_late(ask, province, leader, client):
    start = now() - timedelta(days=1)
    in_time, late, _waiting, back = (ask(at=start) for _four in range(4))
    services.answer(request_id=in_time.pk, text="Có.", by=leader, at=start + SOON)
    services.answer(request_id=late.pk, text="Có.", by=leader, at=start + SOON + timedelta(seconds=1))
    services.recall(request_id=back.pk, journalist_id=back.journalist_id, at=now())
    day, who = timezone.localdate(start), province.department_id
    found = reports.figures(who, Period(day, day), now())
    assert found.asked == Asked(received=count(3), answered=count(2), in_time=count(1))
    before = reports.figures(who, Period(day - timedelta(days=9), day - timedelta(days=1)), now()).asked
    assert before.received.value in {None, 0}
    told = [(entry.item, entry.figure.value) for entry in entries(found) if entry.section == "asked"]
    assert told == [("asked", 3), ("answered", 2), ("in_time", 1)]
    client.force_login(leader)
    page = client.get(f"/ban-lam-viec/bao-cao/{who}/{day}/{day}/").text
    cells = re.findall(r"</th><td[^>]*>(.*?)</td>", page[page.index("Yêu cầu của nhà báo</th><td") :])
    assert cells[:3] == ["<b>3</b>", "2", "1"]
    kept = make_version(who, day, day, "custom", by=leader, at=now())
    (said,) = [one.text for one in Document(BytesIO(write_document(kept.pk))).paragraphs if "nhà báo" in one.text]
    assert said == "Số yêu cầu của nhà báo: 3; trong đó đã trả lời: 2; trả lời kịp giờ nhà báo cần: 1."


def test_the_database_keeps_the_question_and_its_history(ask):
    row = ask()
    change = "UPDATE pressroom_pressrequest SET "
    statements = [change + "question = 'x'", change + "state = 'answered'",
                  "UPDATE pressroom_requestevent SET text = 'x'", "DELETE FROM pressroom_requestevent",
                  "TRUNCATE pressroom_answerfile"]  # fmt: skip
    for statement in statements:
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    with pytest.raises(DatabaseError, match="answered_with_words"), transaction.atomic():
        RequestEvent.objects.create(request=row, happening="answered", at=now(), by=None, text=" ")


def test_the_list_asks_the_same_however_long(ask, leader, client, province):
    client.force_login(leader)
    ask()
    client.get(DESK)
    counts = []
    for _twice in range(2):
        with CaptureQueriesContext(connection) as found:
            client.get(DESK)
        counts.append(len(found))
        for _more in range(4):
            ask(unit_id=province.communes["Xã Bãi Xa"])
    assert counts[0] == counts[1]


def test_the_rail_leads_a_case_officer_to_what_the_press_asks(client, province):
    client.force_login(province.hire(Role.CASE_OFFICER))
    assert 'href="/ban-lam-viec/bao-chi/"' in client.get("/ban-lam-viec/").text
    led = client.get("/ban-lam-viec/bao-chi/", follow=True)
    assert (led.redirect_chain, led.status_code) == ([(DESK, 302)], 200)
    client.force_login(province.hire(Role.REPORTER))
    assert client.get("/ban-lam-viec/bao-chi/").status_code == 200
