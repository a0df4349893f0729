"""Commissions: their moves against a model, what the database refuses, who sees them, reminders, and their pages."""

from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from itertools import count

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.channels.services import save_account
from lantoa.editorial import forms, services
from lantoa.editorial.enums import MOVES, CommissionState, Reminded
from lantoa.editorial.models import Commission, CommissionEvent, CommissionReminder
from lantoa.editorial.services import Handed, remind_of_commissions
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import AuditEntry, User
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from tests.conftest import RunJobs
from tests.editorial.conftest import Counting, House

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
RUNS = count(1)
VERBS = {
    CommissionState.ACCEPTED: lambda row, by, page: services.accept_commission(commission_id=row.pk, by=by, at=now()),
    CommissionState.DELIVERED: lambda row, by, page: services.deliver_commission(
        commission_id=row.pk, handed=Handed(page_id=page), by=by, at=now()
    ),
    CommissionState.TAKEN: lambda row, by, page: services.take_commission(commission_id=row.pk, by=by, at=now()),
    CommissionState.RETURNED: lambda row, by, page: services.return_commission(
        commission_id=row.pk, by=by, at=now(), note="Thiếu số liệu"
    ),
    CommissionState.CANCELLED: lambda row, by, page: services.cancel_commission(
        commission_id=row.pk, by=by, at=now(), note="Không cần nữa"
    ),
}
WALK = st.lists(st.tuples(st.sampled_from(list(VERBS)), st.sampled_from(["editor", "writer", "stranger"])), max_size=9)


@settings(max_examples=8)
@given(walk=WALK)
def test_a_commission_makes_only_the_moves_of_the_table_by_those_who_may(
    walk: list[tuple[CommissionState, str]], house: House
) -> None:
    row = house.order(f"Bài {next(RUNS)}")
    page = house.write(f"Trang {row.pk}", by=house.writer).pk
    expected = [CommissionState.ORDERED]
    doers = {CommissionState.ACCEPTED: {"writer"}, CommissionState.DELIVERED: {"writer"}}
    for to, who in walk:
        may = to in MOVES[expected[-1]] and who in doers.get(to, {"editor", "writer"})
        if may:
            VERBS[to](row, getattr(house, who), page)
            expected.append(to)
        else:
            with pytest.raises((LantoaError, AccessDenied)):
                VERBS[to](row, getattr(house, who), page)
    row.refresh_from_db()
    assert row.state == expected[-1]
    assert list(row.events.values_list("state", flat=True)) == expected
    told = AuditEntry.objects.filter(subject=f"editorial.commission:{row.pk}", action="editorial.commission_moved")
    assert told.count() == len(expected)


def refused(sql: str, *values: object) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        _run(sql, *values)
    return str(caught.value)


def _run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_keeps_the_same_table_of_moves(house: House) -> None:
    row = house.order()
    path = {"ordered": [], "accepted": ["accepted"], "delivered": ["accepted", "delivered"],
            "returned": ["accepted", "delivered", "returned"], "taken": ["accepted", "delivered", "taken"],
            "cancelled": ["cancelled"]}  # fmt: skip
    page = house.write(by=house.writer).pk
    for start, steps in path.items():
        for to in CommissionState.values:
            if to == start:
                continue
            with transaction.atomic(), connection.cursor() as cursor:
                for state in steps:
                    cursor.execute("UPDATE editorial_commission SET state=%s, page_id=%s WHERE id=%s",
                                   [state, page if state != "accepted" else None, row.pk])  # fmt: skip
                page_now = None if to in ("ordered", "accepted") else page
                try:
                    with transaction.atomic():
                        cursor.execute("UPDATE editorial_commission SET state=%s, page_id=%s WHERE id=%s",
                                       [to, page_now, row.pk])  # fmt: skip
                    went = True
                except DatabaseError:
                    went = False
                transaction.set_rollback(True)
            assert went is (to in MOVES[start]), (start, to)


def test_the_database_refuses_what_no_code_should_try(house: House) -> None:
    row = house.order()
    table = "editorial_commission"
    assert "stands in the history" in refused(f"UPDATE {table} SET state='accepted' WHERE id=%s", row.pk)
    assert "what was ordered does not change" in refused(f"UPDATE {table} SET value=5 WHERE id=%s", row.pk)
    assert "append_only" in refused(f"DELETE FROM {table} WHERE id=%s", row.pk)
    assert "append_only" in refused("UPDATE editorial_commissionevent SET note='x' WHERE commission_id=%s", row.pk)
    assert "append_only" in refused("DELETE FROM editorial_commissionevent WHERE commission_id=%s", row.pk)
    with pytest.raises(IntegrityError, match="commission_from_one"), transaction.atomic():
        Commission.objects.create(
            title="x", kind="articles", unit_id=house.province, due_at=now(), ordered_by=house.editor,
            ordered_at=now(), changed_at=now(),
        )  # fmt: skip
    with pytest.raises(IntegrityError, match="delivers_something"), transaction.atomic():
        CommissionEvent.objects.create(commission=row, state="delivered", by=house.editor, at=now())


def test_one_page_comes_of_one_commission_and_only_of_pages_one_may_write(house: House) -> None:
    first, second = house.order("Một"), house.order("Hai")
    page = house.write(by=house.writer)
    far = house.write("Nơi khác", by=house.commune_editor, unit_id=house.commune)
    for row in (first, second):
        services.accept_commission(commission_id=row.pk, by=house.writer, at=now())
    services.deliver_commission(commission_id=first.pk, handed=Handed(page_id=page.pk), by=house.writer, at=now())
    with pytest.raises(LantoaError, match=r"bài đặt khác|another commission"):
        services.deliver_commission(commission_id=second.pk, handed=Handed(page_id=page.pk), by=house.writer, at=now())
    own = house.order("Ba", by=house.commune_editor, unit_id=house.commune, for_agency_id=house.press)
    services.accept_commission(commission_id=own.pk, by=house.reporter, at=now())
    with pytest.raises(LantoaError):
        services.deliver_commission(commission_id=own.pk, handed=Handed(page_id=far.pk), by=house.reporter, at=now())
    services.deliver_commission(
        commission_id=own.pk, handed=Handed(link="https://bao.example/1"), by=house.reporter, at=now()
    )
    services.take_commission(commission_id=own.pk, page_id=far.pk, by=house.commune_editor, at=now())
    assert Commission.objects.get(pk=own.pk).page_id == far.pk


def test_people_see_their_units_and_what_is_ordered_from_them(house: House) -> None:
    inside = house.order("Trong tỉnh")
    press = house.order("Từ báo", for_agency_id=house.press, contract_number="12/HĐ", value=12_500_000)
    commune = house.order("Ở xã", by=house.commune_editor, unit_id=house.commune, for_agency_id=house.press)

    def seen(user: User) -> set[int]:
        return set(Commission.objects.visible_to(user).values_list("pk", flat=True))

    assert seen(house.editor) == {inside.pk, press.pk, commune.pk}
    assert seen(house.reporter) == {press.pk, commune.pk}
    assert seen(house.commune_editor) == {commune.pk}
    assert seen(house.stranger) == set()
    with pytest.raises(AccessDenied):
        services.cancel_commission(commission_id=inside.pk, by=house.stranger, at=now(), note="x")
    with pytest.raises(AccessDenied):
        services.cancel_commission(commission_id=press.pk, by=house.reporter, at=now(), note="x")
    with pytest.raises(AccessDenied):
        house.order("Ngoài tầm", by=house.commune_editor, for_agency_id=house.press)


def test_a_reminder_comes_once_for_each_step_and_deadline_and_by_mail(house: House, run_jobs: RunJobs) -> None:
    smtp = SmtpSimulator()
    with running(smtp):
        facts = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
        save_account(by=None, at=now(), kind="email", name="Thư", settings=facts)
        row = house.order("Chuyện vay vốn", due_at=now() + timedelta(hours=5))
        for _round in range(3):
            remind_of_commissions(at=now())
            run_jobs()
        subjects = [message_from_bytes(raw, policy=default)["Subject"] for raw in smtp.mails.values()]
        mailed = {message_from_bytes(raw, policy=default)["To"] for raw in smtp.mails.values()}
        assert mailed == {house.writer.email, house.editor.email}
        assert len(subjects) == 2
        assert all("Chuyện vay vốn" in one for one in subjects)
        for _round in range(2):
            remind_of_commissions(at=row.due_at + timedelta(minutes=1))
        services.move_deadline(commission_id=row.pk, due_at=now() + timedelta(hours=9), by=house.editor, at=now())
        remind_of_commissions(at=now())
        remind_of_commissions(at=now())
    steps = list(CommissionReminder.objects.order_by("pk").values_list("step", flat=True))
    assert steps == [Reminded.SOON, Reminded.LATE, Reminded.SOON]


def test_a_piece_goes_from_order_to_page_on_the_desk(house: House, enter: Callable[[User], Client]) -> None:
    desk, doer = enter(house.editor), enter(house.reporter)
    due = timezone.localtime(now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    typed = {
        "title": "Phóng sự rà soát", "kind": "reportage", "unit": house.province, "for_agency": house.press,
        "contract_number": "07/2026/HĐ-BC", "value": "12.500.000", "due_at": due, "brief": "Đi một ngày.",
    }  # fmt: skip
    wrong = desk.post("/ban-lam-viec/toa-soan/dat-bai/moi/", {**typed, "for_post": house.writer_post})
    assert wrong.status_code == 422
    assert "Phóng sự rà soát" in wrong.text
    made = desk.post("/ban-lam-viec/toa-soan/dat-bai/moi/", typed)
    row = Commission.objects.get()
    assert made.headers["Location"] == f"/ban-lam-viec/toa-soan/dat-bai/{row.pk}/"
    assert row.value == 12_500_000
    url = made.headers["Location"]
    assert "12.500.000" in desk.get(url).text
    assert doer.post(f"{url}nhan/").status_code == 302
    empty = doer.post(f"{url}giao/", {"note": "Gửi bài"})
    assert empty.status_code == 422
    assert "Gửi bài" in empty.text
    bad = doer.post(f"{url}giao/", {"file": SimpleUploadedFile("a.pdf", b"MZ\x90")})
    assert bad.status_code == 422
    assert doer.post(f"{url}giao/", {"file": SimpleUploadedFile("Bài.pdf", b"%PDF-1.7 x")}).status_code == 302
    event = row.events.get(state="delivered")
    kept = desk.get(f"{url}tep/{event.pk}/")
    assert b"".join(kept.streaming_content) == b"%PDF-1.7 x"
    assert kept.headers["Content-Disposition"].startswith("attachment")
    assert desk.post(f"{url}tra/", {"note": ""}).status_code == 422
    page = house.write("Phóng sự")
    assert desk.post(f"{url}lay/", {"page": page.pk}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.page_id) == ("taken", page.pk)
    far = enter(house.stranger)
    assert far.get(url).status_code == 404
    assert far.get(f"{url}tep/{event.pk}/").status_code == 404
    assert far.post(f"{url}huy/", {"note": "x"}).status_code == 404
    assert enter(house.writer).get(url).status_code == 200  # an editor of the same units


def test_a_page_to_hand_over_is_found_by_its_title_however_many_there_are(
    house: House, enter: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forms, "SHOWN", 2)
    row = house.order()
    old = house.write("Chuyện tàu thuyền", by=house.writer)
    for n in range(3):
        house.write(f"Bài {n}", by=house.writer)
    doer, url = enter(house.writer), f"/ban-lam-viec/toa-soan/dat-bai/{row.pk}/"
    doer.post(f"{url}nhan/")
    assert old.title not in doer.get(url).text
    assert f">{old.title}</option>" in doer.get(url, {"tim": "tau"}).text
    refused = doer.post(f"{url}giao/?tim=tau", {"page": old.pk, "link": "khong phai"})
    assert refused.status_code == 422
    assert f'<option value="{old.pk}" selected>' in refused.text
    assert 'value="tau"' in refused.text
    assert doer.post(f"{url}giao/", {"page": old.pk}).status_code == 302
    for n in range(3):
        house.write(f"Bài nữa {n}", by=house.writer)
    assert f'<option value="{old.pk}" selected>' in enter(house.editor).get(url).text, "what was handed over stays"


def test_the_list_asks_no_more_for_more(house: House, enter, django_assert_max_num_queries) -> None:
    house.order("Bài")
    house.order("Từ báo", for_agency_id=house.press)
    desk = enter(house.editor)
    desk.get("/ban-lam-viec/toa-soan/dat-bai/")
    with connection.execute_wrapper(counting := Counting()):
        desk.get("/ban-lam-viec/toa-soan/dat-bai/")
    for n in range(12):
        house.order(f"Thêm {n}", for_agency_id=house.press, unit_id=house.commune)
    with django_assert_max_num_queries(counting.n):
        page = desk.get("/ban-lam-viec/toa-soan/dat-bai/")
    assert page.text.count("Thêm ") == 12
