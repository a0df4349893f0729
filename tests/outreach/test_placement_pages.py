"""The pages of placements, of the link without an account, and of the composer's master text."""

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from lantoa.channels.placing import Kit, Measure, Placing, PublicChannel
from lantoa.channels.registry import PUBLIC_BUILT_IN
from lantoa.channels.services import save_account
from lantoa.kernel.enums import Role
from lantoa.outreach.confirm_links import link_for
from lantoa.outreach.models import Broadcast, Message, Placement, PlacementProof
from lantoa.outreach.services import Shown, cancel, confirm, pause, save_message
from tests.outreach.public_world import HORN_CAPABILITY, connect, outlet, photo, placed, settle_unit, states_of
from tests.outreach.test_pages import as_, place
from tests.outreach.world import NOW, World, message

pytestmark = pytest.mark.django_db


def script(placing: Placing) -> Kit:
    return Kit("kich-ban.txt", "text/plain; charset=utf-8", f"{placing.place.name}: {placing.text}".encode())


HORN_WITH_KIT = PublicChannel(
    capability=HORN_CAPABILITY, outlet_form="lantoa.channels.board.form.BoardForm", connect=connect, kit=script,
    derive=lambda title, text: ("", f"{title}. {text}"),
    measure=lambda text: Measure(len(text) / 200, f"{len(text) // 200} phút phát"),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _horn(settings: LazySettings) -> Iterator[None]:
    settings.LANTOA_PUBLIC_CHANNELS = [*PUBLIC_BUILT_IN, f"{__name__}.HORN_WITH_KIT"]
    return


@pytest.fixture
def now_placed(world: World) -> Broadcast:
    """A board and a place for leaflets, released an hour ago."""
    settle_unit(world)
    outlet(world, "board", "Bảng tin cổng ấp")
    outlet(world, "leaflet", "Hội trường ấp", quantity=120)
    at = timezone.now() - timedelta(hours=1)
    return placed(world, ["board", "leaflet"], at=at, expires_at=timezone.now() + timedelta(days=2))


def typed(**more: Any) -> dict[str, Any]:
    return {"at": f"{timezone.localtime():%Y-%m-%dT%H:%M}", "words": "Treo rồi", **more}


def picture() -> SimpleUploadedFile:
    return SimpleUploadedFile("anh.jpg", photo((300, 200)), "image/jpeg")


def test_the_page_offers_a_bulletins_print_order(world: World) -> None:
    settle_unit(world)
    outlet(world, "bulletin", "Bản tin xã", quantity=1200)
    row = placed(world, ["bulletin"])
    client, url = as_(world.officer), reverse("outreach:placement_lot", args=[row.pk, "bulletin"])
    assert f'href="{url}"' in client.get(reverse("outreach:placements", args=[row.pk])).content.decode()
    answer = client.get(url)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="dat-in-ban-tin.zip"'
    with ZipFile(BytesIO(answer.content)) as archive:
        assert archive.namelist() == ["bai-viet.docx", "phieu-dat-in.pdf", "so-luong.xlsx"]
        book = load_workbook(BytesIO(archive.read("so-luong.xlsx")))
    last = [cell.value for cell in list(book.worksheets[0].iter_rows())[-2]]
    assert (last[1], *last[-2:]) == ("Xã Tân Thử", 1200, 1200)


def test_an_officer_finds_confirms_and_takes_back_on_the_pages(world: World, now_placed: Broadcast) -> None:
    client = as_(world.officer)
    work = client.get(reverse("outreach:placement_work")).content.decode()
    assert "Bảng tin cổng ấp" in work
    assert "Hội trường ấp" in work
    today = client.get(reverse("desk:today")).content.decode()
    assert reverse("outreach:placement_work") in today
    one = Placement.objects.get(kind="board")
    url = reverse("outreach:placement", args=[one.pk])
    assert "Vay vốn làm ăn. Hỏi tổ vay vốn ở ấp." in client.get(url).content.decode()
    sent = reverse("outreach:placement_confirm", args=[one.pk])
    refused = client.post(sent, typed())
    assert refused.status_code == 422
    assert "Treo rồi" in refused.content.decode(), "what was typed stays"
    assert client.post(sent, typed(photo=SimpleUploadedFile("a.jpg", b"khong"))).status_code == 422
    assert client.post(sent, typed(photo=picture())).status_code == 302
    shown = client.get(url).content.decode()
    proof = PlacementProof.objects.get()
    photo_url = reverse("outreach:placement_photo", args=[one.pk, proof.pk])
    assert photo_url in shown
    answer = client.get(photo_url)
    assert (answer.status_code, answer.headers["Content-Type"], answer.content[:2]) == (200, "image/jpeg", b"\xff\xd8")
    assert Client().get(photo_url).status_code == 302
    elsewhere = apps.get_model("territory", "Unit").objects.create().pk
    assert as_(world.hire(Role.CHANNEL_OFFICER, unit_id=elsewhere)).get(photo_url).status_code == 404
    assert client.post(reverse("outreach:placement_undo", args=[one.pk]), {"note": "nhầm"}).status_code == 302
    assert states_of(now_placed) == {"planned": 2}
    assert "nhầm" in client.get(url).content.decode()


def test_whoever_holds_the_link_confirms_one_place_and_sees_nobody(world: World, now_placed: Broadcast) -> None:
    one = Placement.objects.select_related("broadcast").get(kind="leaflet")
    url = link_for(one).removeprefix("http://localhost:8000")
    stranger = Client(enforce_csrf_checks=True)
    page = stranger.get(url)
    text = page.content.decode()
    assert (page.status_code, page.headers["Referrer-Policy"]) == (200, "no-referrer")
    assert "no-store" in page.headers["Cache-Control"]
    assert "Hội trường ấp" in text
    assert world.officer.display_name not in text
    assert stranger.post(url, typed(count="0")).status_code == 422
    assert stranger.post(url, typed(count="110")).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.quantity_done) == ("done", 110)
    assert states_of(now_placed) == {"planned": 1, "done": 1}
    undo_url = reverse("confirm_undo", args=[url.rstrip("/").rpartition("/")[2]])
    assert undo_url in stranger.get(url).content.decode()
    assert stranger.post(undo_url).status_code == 302
    assert states_of(now_placed) == {"planned": 2}
    confirm(placement=one, shown=Shown(at=timezone.now(), count=9), by=world.officer, at=timezone.now())
    stranger.post(undo_url)
    assert states_of(now_placed) == {"planned": 1, "done": 1}, "not what an officer said"
    as_(world.officer).post(reverse("outreach:placement_link", args=[one.pk]))
    over = stranger.get(url)
    assert over.status_code == 404
    assert "Vay vốn" not in over.content.decode()


def test_held_back_shows_no_kit_and_says_wait(world: World) -> None:
    settle_unit(world)
    outlet(world, "horn", "Chòi canh")
    at = timezone.now() - timedelta(hours=1)
    row = placed(world, ["horn"], at=at, expires_at=timezone.now() + timedelta(days=2))
    one = Placement.objects.select_related("broadcast").get()
    client, kit = as_(world.officer), reverse("outreach:placement_kit", args=[one.pk])
    answer = client.get(kit)
    assert answer.content.decode().startswith("Chòi canh: ")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="kich-ban.txt"'
    token = link_for(one).rstrip("/").rpartition("/")[2]
    assert Client().get(reverse("confirm_kit", args=[token])).status_code == 200
    pause(broadcast=row, by=world.leader, at=timezone.now())
    assert client.get(kit).status_code == 404
    assert Client().get(reverse("confirm_kit", args=[token])).status_code == 404
    assert Client().get(reverse("confirm", args=[token])).status_code == 200


def test_the_broadcasts_page_list_and_file_show_what_became_of_each_outlet(world: World, now_placed: Broadcast) -> None:
    client = as_(world.officer)
    one = Placement.objects.get(kind="board")
    confirm(placement=one, shown=Shown(at=timezone.now(), photo=photo((60, 40)), words="=1+1"), by=world.officer,
            at=timezone.now())  # fmt: skip
    page = client.get(reverse("outreach:broadcast", args=[now_placed.pk])).content.decode()
    assert reverse("outreach:placements", args=[now_placed.pk]) in page
    assert 'class="equation' not in page, "nobody was written to, so no sum of people"
    listed = client.get(reverse("outreach:placements", args=[now_placed.pk]), {"o": "done"}).content.decode()
    assert "Bảng tin cổng ấp" in listed
    assert "Hội trường ấp" not in listed
    file = client.get(reverse("outreach:placement_file", args=[now_placed.pk]))
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 3
    assert "'=1+1" in lines[1]
    said = client.post(reverse("outreach:placements_remind", args=[now_placed.pk]))
    assert said.status_code == 302
    assert "Hội trường ấp" in client.get(reverse("desk:today")).content.decode()
    cancel(broadcast=now_placed, by=world.leader, at=timezone.now())
    assert client.get(reverse("outreach:broadcast", args=[now_placed.pk])).status_code == 200
    assert client.get(reverse("outreach:list")).status_code == 200


def test_pages_cost_the_same_for_many(world: World) -> None:
    settle_unit(world)
    for number in range(3):
        outlet(world, "board", f"Bảng {number}")
    row = placed(world, ["board"], at=timezone.now(), expires_at=timezone.now() + timedelta(days=2))
    client = as_(world.officer)

    def queries(url: str) -> int:
        client.get(url)
        with CaptureQueriesContext(connection) as found:
            assert client.get(url).status_code == 200
        return len(found)

    work, listed = reverse("outreach:placement_work"), "outreach:placements"
    few = queries(work), queries(reverse(listed, args=[row.pk]))
    for number in range(20):
        outlet(world, "board", f"Bảng thêm {number}")
    more = placed(world, ["board"], at=timezone.now(), expires_at=timezone.now() + timedelta(days=2),
                  version=row.version)  # fmt: skip
    assert (queries(work), queries(reverse(listed, args=[more.pk]))) == few


def test_an_editor_chooses_outlets_sees_how_many_and_releases(world: World) -> None:
    from tests.outreach.public_world import public_version

    place(world)
    outlet(world, "board")
    outlet(world, "board")
    version = public_version(world, ["board"])
    client = as_(world.officer)
    url = f"{reverse('outreach:new')}?tin={version.message_id}"
    form = client.get(url).content.decode()
    assert "2 điểm" in form or "2 outlet" in form
    wrong = client.post(url, {"channels": [], "publics": [], "urgency": "ordinary", "days": 3})
    assert wrong.status_code == 200
    wrong = client.post(url, {"channels": ["sms"], "urgency": "ordinary", "days": 3})
    assert Broadcast.objects.count() == 0, "people without an audience"
    answer = client.post(
        url, {"publics": ["board"], "place_unit": world.unit_id, "urgency": "ordinary", "days": 3, "priority": "normal"}
    )
    row = Broadcast.objects.get()
    assert answer.url == reverse("outreach:broadcast", args=[row.pk])
    assert row.placing == {"kinds": ["board"], "unit": None, "starts_at": None, "priority": "normal"}
    assert "btn-release" in client.get(answer.url).content.decode()
    release_url = reverse("outreach:release", args=[row.pk])
    assert "btn-release" in client.get(release_url).content.decode()
    client.post(release_url)
    assert states_of(row) == {"planned": 2}


def test_an_officer_is_told_that_urgent_at_the_outlets_is_a_leaders(world: World) -> None:
    from tests.outreach.public_world import public_version

    place(world)
    outlet(world, "board")
    version = public_version(world, ["board"])
    client = as_(world.officer)
    url = f"{reverse('outreach:new')}?tin={version.message_id}"
    assert "Khẩn: làm ngay, kể cả ban đêm; chỉ lãnh đạo mở gửi" in client.get(url).content.decode()
    answer = client.post(url, {"publics": ["board"], "urgency": "ordinary", "days": 3, "priority": "urgent"})
    row = Broadcast.objects.get()
    page = client.get(answer.url).content.decode()
    assert "Chỉ lãnh đạo mở gửi được tin này" in page
    assert "Khẩn tại điểm" in page
    assert "btn-release" not in page
    release_url = reverse("outreach:release", args=[row.pk])
    assert client.get(release_url).url == answer.url
    assert client.get(reverse("outreach:schedule", args=[row.pk])).url == answer.url
    assert client.post(release_url).status_code == 403
    assert states_of(row) == {}
    leader = as_(world.leader)
    assert "btn-release" in leader.get(release_url).content.decode()
    leader.post(release_url)
    assert states_of(row) == {"planned": 1}


def compose_data(row: Message, **more: str) -> dict[str, str]:
    bodies = {f"{form.channel}-body": form.body for form in row.forms.all()}
    subjects = {f"{form.channel}-subject": form.subject for form in row.forms.all()}
    return {"title": row.title, "master": row.master, **subjects, **bodies, **more}


def test_forms_remember_their_master_and_are_made_anew_on_demand(world: World) -> None:
    row = message(world, "Vay vốn làm ăn, không cần thế chấp.")
    client, url = as_(world.editor), reverse("messages:compose", args=[row.pk])
    assert row.master == "Vay vốn làm ăn, không cần thế chấp."
    assert 'value="*"' not in client.get(url).content.decode()
    client.post(url, compose_data(row, master="Vay vốn làm ăn, lãi thấp, không cần thế chấp."))
    row.refresh_from_db()
    assert "lãi thấp" not in row.forms.get(channel="zalo").body, "no form changes by itself"
    stale = client.get(url).content.decode()
    assert 'value="*"' in stale
    assert "<ins>" in stale
    client.post(url, compose_data(row, **{"lam-lai": "zalo"}))
    assert "lãi thấp" in row.forms.get(channel="zalo").body
    assert "lãi thấp" not in row.forms.get(channel="portal").body
    client.post(url, compose_data(row, **{"lam-lai": "board"}))
    assert row.forms.get(channel="board").body == row.master
    client.post(url, compose_data(row, **{"lam-lai": "*"}))
    assert all("lãi thấp" in form.body for form in row.forms.all())
    assert 'value="*"' not in client.get(url).content.decode()
    save_message(message=row, forms=[], title="Tên mới", by=world.editor, at=NOW)
    assert 'value="*"' in client.get(url).content.decode(), "a new title moves the master too"


def test_a_message_begins_with_the_public_kinds_asked_for(world: World) -> None:
    place(world)
    data = {"title": "Vay vốn", "body": "Hỏi tổ vay vốn.", "purpose": "policy_news", "publics": ["board", "horn"]}
    as_(world.editor).post(reverse("messages:new"), data)
    row = Message.objects.get()
    assert row.forms.get(channel="horn").body == "Vay vốn. Hỏi tổ vay vốn."
    assert set(row.forms.values_list("channel", flat=True)) == {"portal", "email", "zalo", "sms", "board", "horn"}


def test_the_measure_comes_while_typing_and_saves_nothing(world: World) -> None:
    client = as_(world.editor)
    board = client.post(reverse("messages:measure", args=["board"]), {"board-body": "a" * 1201}).content.decode()
    assert "chip-bad" in board
    horn = client.post(reverse("messages:measure", args=["horn"]), {"horn-body": "a" * 600}).content.decode()
    assert "3 phút phát" in horn
    sms = client.post(
        reverse("messages:measure", args=["sms"]), {"sms-body": "Hỏi ấp " * 20, "sms-send_plain": "on"}
    ).content.decode()
    assert 'aria-label="1/1"' in sms
    assert client.post(reverse("messages:measure", args=["khong-co"])).status_code == 404
    assert Message.objects.count() == 0


def test_the_price_comes_while_typing_with_marks_and_without(world: World) -> None:
    for kind, price in (("sms", 350), ("zbs", 300)):
        save_account(by=None, at=NOW, kind=kind, name=kind, settings={"price_per_unit": price, "templates": []})
    client = as_(world.editor)

    def told(kind: str, body: str) -> str:
        answer = client.post(reverse("messages:measure", args=[kind]), {f"{kind}-body": body})
        return " ".join(answer.content.decode().split())

    marked = told("sms", "Hỏi ấp " * 20)  # 140 characters with marks: three of 67
    assert "<b>3 tin</b>" in marked
    assert "1.050 đồng" in marked
    assert "Không dấu: 1 tin" in marked
    assert "Không dấu" not in told("sms", "Hoi ap " * 20)
    assert "300 đồng" in told("zbs", "Hỏi tổ vay vốn.")
    assert "đồng" not in told("zalo", "Hỏi tổ vay vốn."), "nobody entered a price"


def test_the_reviewer_reads_the_public_forms_too(world: World) -> None:
    from lantoa.outreach.reading import sections
    from tests.outreach.public_world import public_version

    read = sections(public_version(world, ["board"]).content)
    assert "Vay vốn làm ăn. Hỏi tổ vay vốn ở ấp." in "".join(one.text for one in read)
