"""Journalists: nothing tells who is known, links work once, access ends when it ends, what is seen early is kept."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.core.cache import cache
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from lantoa.audience.models import Address, Person
from lantoa.audience.services import erase_person
from lantoa.channels.services import save_account
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry
from lantoa.pressroom import services as press
from lantoa.pressroom.models import Journalist, JournalistEvent, KitSeen, PressLetter, PressLink, PressSession
from lantoa.pressroom.rules import LinkBroken, PressRefused
from lantoa.pressroom.selectors import kits as reads
from lantoa.pressroom.selectors.journalists import details_of, session_of
from lantoa.pressroom.services import journalists as services
from lantoa.pressroom.services.journalists import Application
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from tests.pressroom.conftest import KIT, PDF, TYPED, image, way_in

pytestmark = pytest.mark.django_db
ROOM, DESK = "/bao-chi/nha-bao/", "/ban-lam-viec/bao-chi/nha-bao/"
SOON = timedelta(hours=2)


def test_from_registering_to_reading_under_embargo_over_the_wire(client, province, leader, write, release, run_jobs):
    kit = write(embargo_at=now() + SOON)
    release(kit)
    smtp = SmtpSimulator()
    with running(smtp):
        settings = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
        save_account(by=None, at=now(), kind="email", name="Thư", settings=settings)
        run_jobs()
        assert client.post("/bao-chi/dang-ky/", TYPED).status_code == 200
        run_jobs()
        confirm = the_link(smtp, "xac-nhan")
        assert client.get(confirm).status_code == 200
        assert not Journalist.objects.exists(), "a scanner that opens links confirms nothing"
        assert client.post(confirm).status_code == 200
        assert client.post(confirm).status_code == 404, "once"
        client.force_login(leader)
        (row,) = Journalist.objects.all()
        shown = client.get(f"{DESK}{row.pk}/").text
        for said in ("Trần Thị Báo", "TB-0042", "b•••@bao-mau.example"):
            assert said in shown
        assert AuditEntry.objects.filter(action="pressroom.journalist_read", by=leader).exists()
        until = {"until": str(today() + timedelta(days=30))}
        assert client.post(f"{DESK}{row.pk}/nhan/", until).status_code == 302
        client.logout()
        client.post("/bao-chi/vao/", {"email": "bao@BAO-MAU.example", "website": ""})
        run_jobs()
        letter, enter = smtp_texts(smtp)[-2], the_link(smtp, "vao")
    assert (today() + timedelta(days=30)).strftime("%d/%m/%Y") in letter
    assert client.get(ROOM).status_code == 302
    entered = client.post(enter)
    cookie = entered.cookies["press-vi"]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (ROOM, True, "Lax")
    room = client.get(ROOM).text
    assert "Không đăng trước" in room
    assert KIT.summary not in room, "what is in it is read where the reading is kept"
    answer = client.get(f"{ROOM}bo-tai-lieu/{kit.pk}/")
    assert (answer.status_code, "no-store" in answer.headers["Cache-Control"]) == (200, True)
    assert client.get(f"/bao-chi/{kit.pk}/").status_code == 404, "the page of everybody knows no journalist"
    assert Client().post(enter).status_code == 404, "once"


def smtp_texts(smtp):
    mails = [message_from_bytes(raw, policy=default) for raw in smtp.mails.values()]
    return [mail.get_body(("plain",)).get_content() for mail in mails]


def the_link(smtp, door):
    return re.findall(rf"/bao-chi/{door}/[^/\s]+/", smtp_texts(smtp)[-1])[0]


def test_the_answer_never_says_whether_the_address_is_known(client, admitted):
    row = admitted()
    for path in ("/bao-chi/vao/", "/bao-chi/dang-ky/"):
        known, unknown = (client.post(path, TYPED | {"email": one}) for one in (TYPED["email"], "khac@bao.example"))
        assert known.status_code == unknown.status_code == 200
        assert known.text == unknown.text
        assert "Set-Cookie" not in known.headers
    kinds = PressLink.objects.order_by("pk").values_list("kind", "journalist")
    assert list(kinds) == [("confirm", None), ("enter", row.pk), ("enter", row.pk), ("confirm", None)]


def test_one_address_is_not_flooded_and_one_connection_waits(client, admitted):
    row = admitted()
    for _more in range(20):
        services.ask_to_enter(email="bao@bao-mau.example", language="vi", at=now())
    assert PressLink.objects.filter(digest=row.address.digest).count() == services.LINKS_A_DAY
    answers = [client.post("/bao-chi/vao/", TYPED).status_code for _more in range(16)]
    assert (answers[0], answers[-1]) == (200, 429)
    cache.clear()
    assert client.post("/bao-chi/dang-ky/", TYPED | {"website": "x"}).status_code == 422
    wrong = client.post("/bao-chi/dang-ky/", TYPED | {"email": "bao", "outlet": ""})
    assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"email", "outlet"})
    assert "Trần Thị Báo" in wrong.text


def test_links_work_once_and_only_in_their_time(applied, admitted, leader):
    start = now()
    services.apply(told=Application(name="A", outlet="B", email="a@bao.example"), language="vi", at=start)
    late = services.link_token(PressLink.objects.latest("pk"))
    for token, at in ((late, start + timedelta(hours=48)), (late[:-1], start), ("", start)):
        with pytest.raises(LinkBroken):
            services.confirm(token, at=at)
    row = admitted()
    enter = way_in(row)
    with pytest.raises(LinkBroken):
        services.confirm(enter, at=now())
    with pytest.raises(LinkBroken):
        services.enter(enter, at=now() + timedelta(minutes=15))
    services.enter(enter, at=now())
    with pytest.raises(LinkBroken):
        services.enter(enter, at=now())
    waiting = way_in(row)
    services.end_access(journalist_id=row.pk, why="Chuyển việc.", by=leader, at=now())
    with pytest.raises(LinkBroken):
        services.enter(waiting, at=now())


def test_access_ends_at_once_with_its_day_and_with_its_hours(inside, leader):
    row = inside.journalist
    cookie = inside.cookies["press-vi"].value
    at = now()
    assert inside.get(ROOM).status_code == 200
    assert session_of(cookie, at + services.SESSION - timedelta(minutes=1)) is not None
    assert session_of(cookie, at + services.SESSION) is None
    PressSession.objects.update(ends_at=at + timedelta(days=400))
    last = timezone.make_aware(timezone.datetime.combine(row.access_until, timezone.datetime.max.time()))
    assert session_of(cookie, last) is not None
    assert session_of(cookie, last + timedelta(seconds=1)) is None
    services.end_access(journalist_id=row.pk, why="Thôi việc ở báo.", by=leader, at=now())
    assert inside.get(ROOM).status_code == 302
    assert PressLetter.objects.filter(journalist_event__text="Thôi việc ở báo.").exists()


def test_no_other_site_sends_a_journalists_form_and_no_token_brings_a_second_cookie(inside):
    cookie = inside.cookies["press-vi"].value
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["press-vi"] = cookie
    for path in (ROOM, f"{ROOM}hoi/"):
        answer = strict.get(path)
        assert (answer.status_code, answer.cookies) == (200, {})
    elsewhere = [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "null"},
                 {"Origin": "https://xau.example"}]  # fmt: skip
    for headers in elsewhere:
        assert strict.post(f"{ROOM}ra/", headers=headers).status_code == 403
    assert session_of(cookie, now()) is not None
    assert strict.post(f"{ROOM}ra/", headers={"Origin": "http://testserver"}).status_code == 302
    assert session_of(cookie, now()) is None


def test_leaving_ends_the_session_itself(inside):
    cookie = inside.cookies["press-vi"].value
    assert inside.get(f"{ROOM}ra/").status_code == 405
    assert inside.post(f"{ROOM}ra/").status_code == 302
    assert session_of(cookie, now()) is None


def test_who_saw_what_under_embargo_is_kept_and_cannot_be_changed(inside, write, release, editor, client):
    early, free = write(embargo_at=now() + SOON), write()
    for kit in (early, free):
        press.add_document(kit_id=kit.pk, content=PDF, filename="so.pdf", title="Số", credit="Sở", by=editor, at=now())
        release(kit)
        assert inside.get(f"{ROOM}bo-tai-lieu/{kit.pk}/").status_code == 200
        file = kit.files.get()
        part = inside.get(f"{ROOM}bo-tai-lieu/{kit.pk}/tep/{file.pk}/", headers={"Range": "bytes=0-4"})
        assert (part.status_code, part.headers["Cache-Control"]) == (206, "private, no-store")
        assert b"".join(part.streaming_content) == b"%PDF-"
    seen = KitSeen.objects.order_by("pk").values_list("journalist", "version__kit", "file__name")
    assert list(seen) == [(inside.journalist.pk, early.pk, None), (inside.journalist.pk, early.pk, "so.pdf")]
    for statement in ("UPDATE pressroom_kitseen SET at = now()", "DELETE FROM pressroom_kitseen"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    client.force_login(editor)
    assert "Báo Mẫu" in client.get(f"/ban-lam-viec/bao-chi/bo-tai-lieu/{early.pk}/").text
    press.withdraw_kit(kit_id=early.pk, why="Sai số.", by=editor, at=now())
    assert inside.get(f"{ROOM}bo-tai-lieu/{early.pk}/").status_code == 410
    assert reads.was_out(early.pk, now(), embargoed=False) is None


def test_a_small_picture_under_embargo_is_not_read_without_a_line(inside, write, release, editor):
    kit, photos = write(embargo_at=now() + SOON), [image("Một"), image("Hai", size=(1500, 900))]
    press.add_pictures(kit_id=kit.pk, image_ids=[one.pk for one in photos], by=editor, at=now())
    release(kit)
    for file in kit.files.all():
        small = inside.get(f"{ROOM}bo-tai-lieu/{kit.pk}/tep/{file.pk}/?nho")
        assert b"".join(small.streaming_content).startswith(b"\xff\xd8\xff")
    seen = KitSeen.objects.values_list("journalist", "version__kit", "file__image")
    assert list(seen) == [(inside.journalist.pk, kit.pk, photos[0].pk)], "once a day: the page shows them together"


def test_only_staff_of_the_province_decide_and_with_words(applied, province, leader, client):
    row = applied()
    assert applied().pk == row.pk, "a second application of an address that waits is the first"
    for stranger in (province.hire(Role.REPORTER), province.hire(Role.LEADER, commune="Xã Đất Thử")):
        with pytest.raises(AccessDenied):
            services.refuse(journalist_id=row.pk, why="Không", by=stranger, at=now())
    client.force_login(province.hire(Role.LEADER, commune="Xã Đất Thử"))
    assert client.get(f"{DESK}{row.pk}/").status_code == 404
    client.force_login(leader)
    assert client.post(f"{DESK}{row.pk}/tu-choi/", {"why": " "}).status_code == 422
    with pytest.raises(PressRefused):
        services.accept(journalist_id=row.pk, until=today() + timedelta(days=1000), by=leader, at=now())
    assert client.post(f"{DESK}{row.pk}/tu-choi/", {"why": "Chưa rõ báo nào."}).status_code == 302
    with pytest.raises(PressRefused):
        services.accept(journalist_id=row.pk, until=today(), by=leader, at=now())
    assert applied().pk != row.pk, "who was refused may apply anew"


def test_the_database_holds_access_and_its_history(applied):
    row = applied()
    for change in ("state = 'accepted', access_until = now()", "access_until = now()"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE pressroom_journalist SET {change}")
    with pytest.raises(IntegrityError, match="journalist_decided"), transaction.atomic():
        JournalistEvent.objects.create(journalist=row, happening="accepted", at=now(), access_until=today())
    for statement in ("UPDATE pressroom_journalistevent SET text = 'x'", "DELETE FROM pressroom_journalistevent"):
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_personal_data_lies_sealed_and_goes(admitted, inside, run_jobs, settings):
    row = inside.journalist
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(j)::text FROM pressroom_journalist j")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT row_to_json(l)::text FROM pressroom_presslink l")
        kept += "".join(line for (line,) in cursor.fetchall())
    assert not [word for word in ("Trần", "TB-0042", "bao-mau.example") if word in kept]
    assert details_of(row).card == "TB-0042"
    erase_person(by=None, at=now(), person=Person.objects.get(pk=row.person_id))
    run_jobs()
    row.refresh_from_db()
    assert (row.state, bytes(row.details), row.person_id, row.address_id) == ("ended", b"", None, None)
    assert inside.get(ROOM).status_code == 302
    assert not Address.objects.filter(erased_at=None).exists()
    other = admitted(email="khac@bao.example", until=today())
    services.forget(at=now() + timedelta(days=settings.LANTOA_PRESS_KEEP_DAYS - 1))
    other.refresh_from_db()
    assert other.details
    services.forget(at=now() + timedelta(days=settings.LANTOA_PRESS_KEEP_DAYS + 2))
    other.refresh_from_db()
    assert (bytes(other.details), other.state, PressLink.objects.count()) == (b"", "ended", 0)
