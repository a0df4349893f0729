"""A propagandist's notebook: what a phone sends is kept once, each entry answered, nobody named."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.kernel.models import AuditEntry
from lantoa.outreach.confirm_links import notebook_for
from lantoa.outreach.models import Placement, VisitNote
from lantoa.outreach.services import Entry, Kept, cancel, keep_notes, renew_link
from lantoa.outreach.services.placement_ending import grace
from tests.outreach.public_world import outlet, placed, public_version, settle_unit
from tests.outreach.test_pages import as_
from tests.outreach.world import World

pytestmark = pytest.mark.django_db
SHEET = "Hộ nghèo được vay vốn.\n\nHỏi: Cần giấy tờ gì?\nĐáp: Mang căn cước công dân.\n\nChỉ bà con: Gặp tổ vay vốn."


def told(world: World, **more: Any) -> Placement:
    """A propagandist's placement, released an hour ago."""
    settle_unit(world)
    outlet(world, "propagandist", "Tuyên truyền viên ấp Tân Lập", settings={"contact": "Bộ phận một cửa xã"}, **more)
    version = public_version(world, ["propagandist"], texts={"propagandist": SHEET})
    at = timezone.now() - timedelta(hours=1)
    placed(world, ["propagandist"], at=at, expires_at=timezone.now() + timedelta(days=2), version=version)
    return Placement.objects.select_related("broadcast", "outlet").get(kind="propagandist")


@pytest.fixture
def placement(world: World) -> Placement:
    return told(world)


def path(placement: Placement, name: str = "notebook") -> str:
    return reverse(name, args=[notebook_for(placement).rstrip("/").rsplit("/", 1)[1]])


def entry(**more: Any) -> dict[str, Any]:
    plain = {"id": str(uuid4()), "day": f"{timezone.localdate()}", "households": "7", "questions": "Vay được bao lâu?"}
    return {**plain, **more}


def send(placement: Placement, *entries: dict[str, Any]) -> Any:
    body = json.dumps({"entries": list(entries)})
    return Client(enforce_csrf_checks=True).post(
        path(placement, "notebook_send"), body, content_type="application/json"
    )


def test_a_phone_sends_and_each_entry_is_answered(placement: Placement) -> None:
    first, wrong = entry(), entry(households="0")
    answer = send(placement, first, wrong)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store, private"
    [kept, refused] = answer.json()["entries"]
    assert kept == {"id": first["id"], "kept": True, "errors": {}}
    assert (refused["kept"], list(refused["errors"])) == (False, ["households"])
    assert (answer.json()["notes"], answer.json()["households"]) == (1, 7)
    note = VisitNote.objects.get()
    assert (str(note.entry), note.placement, note.households, note.questions, note.by_link) == (
        first["id"], placement, 7, "Vay được bao lâu?", True,
    )  # fmt: skip


def test_what_is_sent_again_counts_once_and_is_answered_alike(placement: Placement) -> None:
    one = entry()
    first, again = send(placement, one).json(), send(placement, one, one, entry()).json()
    assert again["entries"][0] == again["entries"][1] == first["entries"][0]
    assert (again["notes"], again["households"]) == (2, 14)


def test_a_full_notebook_takes_no_more_and_loses_nothing(placement: Placement, settings: Any) -> None:
    settings.LANTOA_NOTEBOOK_NOTES = 2
    first, second, third = entry(), entry(), entry(questions="Ai được vay?")
    [one, two, full] = send(placement, first, second, third).json()["entries"]
    assert ([one["kept"], two["kept"], full["kept"]], list(full["errors"])) == ([True, True, False], ["id"])
    assert "chỉ nhận 2 lần ghi" in full["errors"]["id"], "and the phone keeps what was not kept here"
    [again] = send(placement, second).json()["entries"]
    assert (again["kept"], VisitNote.objects.count()) == (True, 2)
    typed = {"entry": str(uuid4()), "day": third["day"], "households": "7", "questions": "Ai được vay?"}
    page = Client().post(path(placement), typed)
    shown = page.content.decode()
    assert (page.status_code, "chỉ nhận 2 lần ghi" in shown, "Ai được vay?" in shown) == (422, True, True)
    settings.LANTOA_NOTEBOOK_NOTES = 3
    assert [one["kept"] for one in send(placement, third, entry()).json()["entries"]] == [True, False]
    assert VisitNote.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_the_same_entry_sent_twice_at_once_counts_once(world: World) -> None:
    placement, one, answers = told(world), entry(), []

    def call() -> None:
        answers.append(send(placement, one).json()["entries"][0]["kept"])
        connection.close()

    threads = [threading.Thread(target=call) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [True] * 6
    assert VisitNote.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"households": "2001"}, "households"),
        ({"households": "-3"}, "households"),
        ({"households": "nhiều"}, "households"),
        ({"day": f"{timezone.localdate() + timedelta(days=2)}"}, "day"),
        ({"day": "2020-01-01"}, "day"),
        ({"day": "hôm qua"}, "day"),
        ({"hamlet": "999999"}, "hamlet"),
        ({"hamlet": "ấp"}, "hamlet"),
        ({"questions": "x" * 1001}, "questions"),
        ({"questions": "gọi chị Hai 0912 345 678"}, "questions"),
        ({"questions": "số 079123456789"}, "questions"),
    ],
)
def test_a_wrong_entry_is_refused_by_field_and_never_kept(placement: Placement, more: Any, field: str) -> None:
    [answer] = send(placement, entry(**more)).json()["entries"]
    assert (answer["kept"], list(answer["errors"])) == (False, [field])
    assert not VisitNote.objects.exists()


def test_money_and_dates_in_a_question_are_no_phone_numbers(placement: Placement) -> None:
    [answer] = send(placement, entry(questions="Vay 100.000.000 đồng trước 15/12/2026 được không?")).json()["entries"]
    assert answer["kept"]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"entries": 3}', '{"entries": []}', '{"entries": [{"id": "x"}]}', "\x00"]
)
def test_what_is_not_a_list_of_entries_is_no_server_error(placement: Placement, body: str) -> None:
    answer = Client().post(path(placement, "notebook_send"), body, content_type="application/json")
    assert answer.status_code == 400


def test_signs_that_nobody_sees_are_left_out(placement: Placement) -> None:
    [answer] = send(placement, entry(questions="Vay\x00 được\u200b không?")).json()["entries"]
    assert answer["kept"]
    assert VisitNote.objects.get().questions == "Vay được không?"


def test_too_many_at_once_are_refused_whole(placement: Placement) -> None:
    assert send(placement, *[entry() for _ in range(51)]).status_code == 400
    assert not VisitNote.objects.exists()


def test_the_form_without_javascript_keeps_once_and_keeps_what_was_typed(placement: Placement) -> None:
    page = Client(enforce_csrf_checks=True)
    body = page.get(path(placement)).content.decode()
    shown = body.split('name="entry" value="', 1)[1].split('"', 1)[0]
    typed = {"entry": shown, "day": f"{timezone.localdate()}", "households": "5", "questions": "gọi 0912345678"}
    refused = page.post(path(placement), typed)
    assert refused.status_code == 422
    assert "gọi 0912345678" in refused.content.decode()
    for _ in range(2):
        assert page.post(path(placement), {**typed, "questions": ""}).status_code == 302
    assert [note.households for note in VisitNote.objects.all()] == [5]


def test_the_page_shows_the_sheet_and_nothing_personal(placement: Placement) -> None:
    answer = Client().get(path(placement))
    body = answer.content.decode()
    for part in ("Hộ nghèo được vay vốn.", "Cần giấy tờ gì?", "Mang căn cước công dân.", "Bộ phận một cửa xã"):
        assert part in body
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "<script>" not in body
    assert "sessionid" not in answer.cookies


def test_a_phone_that_was_away_may_send_after_the_link_is_over_but_not_for_ever(
    placement: Placement, time_machine: Any
) -> None:
    one, over = entry(), placement.broadcast.expires_at + grace()
    time_machine.move_to(over + timedelta(days=13))
    assert send(placement, one).json()["entries"][0]["kept"]
    time_machine.move_to(over + timedelta(days=15))
    assert send(placement, entry()).status_code == 404


def test_a_closed_link_takes_nothing(world: World, placement: Placement) -> None:
    old = path(placement, "notebook_send")
    renew_link(placement=placement, by=world.officer, at=timezone.now())
    answer = Client().post(old, json.dumps({"entries": [entry()]}), content_type="application/json")
    assert answer.status_code == 404


def test_a_stopped_message_takes_no_more_notes(world: World, placement: Placement) -> None:
    cancel(broadcast=placement.broadcast, by=world.leader, at=timezone.now())
    [answer] = send(placement, entry()).json()["entries"]
    assert not answer["kept"]


def test_a_link_of_another_kind_opens_no_notebook(world: World) -> None:
    settle_unit(world)
    outlet(world, "board")
    placed(world, ["board"], at=timezone.now(), expires_at=timezone.now() + timedelta(days=2))
    board = Placement.objects.select_related("broadcast").get(kind="board")
    assert Client().get(path(board)).status_code == 404


def test_notes_never_change(placement: Placement) -> None:
    send(placement, entry())
    for act in (lambda: VisitNote.objects.update(households=9), VisitNote.objects.all().delete):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


def test_the_database_itself_keeps_an_entry_once(placement: Placement) -> None:
    note = {"placement": placement, "day": timezone.localdate(), "by_link": True, "received_at": timezone.now()}
    VisitNote.objects.create(entry=UUID(int=1), households=3, **note)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitNote.objects.create(entry=UUID(int=1), households=3, **note)
    with pytest.raises(IntegrityError), transaction.atomic():
        VisitNote.objects.create(entry=UUID(int=2), households=0, **note)


def test_an_entry_of_another_message_is_refused(world: World, placement: Placement) -> None:
    one = Entry(id=uuid4(), day=timezone.localdate(), households=4)
    keep_notes(placement=placement, entries=[one], by=world.officer, at=timezone.now())
    second = outlet(world, "propagandist", "Vị trí thứ hai")
    version = public_version(world, ["propagandist"], texts={"propagandist": SHEET})
    placed(world, ["propagandist"], at=timezone.now(), expires_at=timezone.now() + timedelta(days=2), version=version)
    other = Placement.objects.get(outlet=second)
    [kept] = keep_notes(placement=other, entries=[one], by=world.officer, at=timezone.now())
    assert (kept.new, list(kept.errors)) == (False, ["id"])


def test_keeping_is_on_record_without_a_word_of_what_was_asked(world: World, placement: Placement) -> None:
    one = Entry(id=uuid4(), day=timezone.localdate(), households=4, questions="câu hỏi")
    assert keep_notes(placement=placement, entries=[one], by=world.officer, at=timezone.now()) == [Kept(one.id, True)]
    row = AuditEntry.objects.get(action="outreach.notes_kept")
    assert json.loads(row.facts) == {"notes": 1, "households": 4, "link": False}


def test_the_desk_shows_what_was_noted_and_offers_it_as_the_count(world: World, placement: Placement) -> None:
    send(placement, entry(households="7"), entry(households="5"))
    body = as_(world.officer).get(reverse("outreach:placement", args=[placement.pk])).content.decode()
    assert notebook_for(placement) in body
    assert 'name="count" value="12"' in body
    assert "Mang căn cước công dân." in body


def test_files_for_all_outlets_of_a_kind(world: World) -> None:
    settle_unit(world)
    for name in ("Bảng tin cổng ấp", "Bảng tin chợ"):
        outlet(world, "board", name)
    row = placed(world, ["board"], at=timezone.now(), expires_at=timezone.now() + timedelta(days=2))
    client = as_(world.officer)
    answer = client.get(reverse("outreach:placement_lot", args=[row.pk, "board"]))
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/zip")
    assert client.get(reverse("outreach:placement_lot", args=[row.pk, "propagandist"])).status_code == 404
    assert (
        reverse("outreach:placement_lot", args=[row.pk, "board"])
        in client.get(reverse("outreach:placements", args=[row.pk])).content.decode()
    )


def test_a_text_that_cannot_be_printed_is_refused_in_words(world: World) -> None:
    settle_unit(world)
    outlet(world, "board", "Bảng tin cổng ấp")
    version = public_version(world, ["board"], texts={"board": "Nộp hồ sơ 😀"})
    placed(world, ["board"], at=timezone.now(), expires_at=timezone.now() + timedelta(days=2), version=version)
    row = Placement.objects.get()
    answer = as_(world.officer).get(reverse("outreach:placement_kit", args=[row.pk]), follow=True)
    assert "😀" in answer.content.decode()


def test_the_scripts_stay_small() -> None:
    scripts = Path(__file__).parents[2] / "src/lantoa/outreach/static/outreach"
    assert sum(script.stat().st_size for script in scripts.glob("*.js")) <= 6 * 1024
