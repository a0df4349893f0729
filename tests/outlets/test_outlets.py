"""Outlets through their services and pages, and the constraints that hold whatever code asks for."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lantoa.channels.models import ChannelAccount
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry, User
from lantoa.outlets.enums import Sighting
from lantoa.outlets.facts import Facts
from lantoa.outlets.models import Outlet, OutletImport
from lantoa.outlets.selectors import counts_in_reach, in_reach, sighting
from lantoa.outlets.services import OutletRefusedError, note_seen, save_outlet
from tests.audience.world import OLD, REFORM, TODAY, World

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


def board(world: World, by: User, name: str = "Bảng tin ấp", unit: str = "Xã Đất Mũi", **more: Any) -> Outlet:
    facts = Facts(name=name, starts=more.pop("starts", OLD), **more)
    return save_outlet(by=by, at=NOW, kind="board", unit_id=world.units[unit], facts=facts)


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_outlet_is_kept_with_what_its_kind_asks_and_the_act_is_on_record(world: World) -> None:
    officer = world.hire(Role.CHANNEL_OFFICER)
    row = board(world, officer, settings={"place": "Cổng trụ sở ấp"}, keeper="Trưởng ấp")
    row.refresh_from_db()
    assert (row.kind, row.settings, row.keeper, row.quantity) == ("board", {"place": "Cổng trụ sở ấp"}, "Trưởng ấp", 1)
    entry = AuditEntry.objects.get(action="outlets.outlet_saved")
    assert (entry.by, entry.subject) == (officer, f"outlets.outlet:{row.pk}")


def test_outlets_of_an_abolished_commune_are_found_on_todays_map(world: World) -> None:
    officer = world.hire(Role.CHANNEL_OFFICER)
    old = board(world, officer, "Bảng tin cũ", unit="Xã Mỏ Ốc")
    here, elsewhere = board(world, officer), board(world, officer, unit="Xã Khánh An")
    found = in_reach(["board"], world.units["Xã Đất Mũi"], on=TODAY)
    assert set(found) == {old, here}
    assert set(in_reach(["board"], world.units["Tỉnh Mẫu"], on=TODAY)) == {old, here, elsewhere}
    assert counts_in_reach(world.units["Xã Khánh An"], on=TODAY) == {"board": 1}
    assert set(Outlet.objects.visible_to(world.hire(Role.REPORTER, unit="Xã Đất Mũi"))) == {old, here}


def test_one_out_of_use_is_not_reached_that_day(world: World) -> None:
    officer = world.hire(Role.CHANNEL_OFFICER)
    board(world, officer, ends=TODAY - timedelta(days=1))
    last_day = board(world, officer, "Ngày cuối", ends=TODAY)
    assert list(in_reach(["board"], world.units["Tỉnh Mẫu"], on=TODAY)) == [last_day]


def test_only_who_keeps_the_list_of_that_unit_changes_it(world: World) -> None:
    row = board(world, world.hire(Role.CHANNEL_OFFICER))
    for stranger in (world.hire(Role.EDITOR), world.hire(Role.CHANNEL_OFFICER, unit="Xã Khánh An")):
        with pytest.raises(AccessDenied):
            save_outlet(by=stranger, at=NOW, facts=Facts(name="Khác", starts=OLD), outlet=row)
        assert as_(stranger).post(reverse("outlets:edit", args=[row.pk]), {"name": "Khác"}).status_code in (403, 404)
    assert Outlet.objects.get().name == "Bảng tin ấp"


def test_what_does_not_hold_is_refused_in_words(world: World) -> None:
    officer = world.hire(Role.CHANNEL_OFFICER)
    board(world, officer)
    zalo = ChannelAccount.objects.create(kind="zalo", name="Z", slug="z")
    for wrong in ({"name": "Bảng tin ấp"}, {"name": " "}, {"ends": OLD - timedelta(days=1)}, {"account_id": zalo.pk}):
        with pytest.raises(OutletRefusedError):
            board(world, officer, **{"name": "Mới", **wrong})
    assert Outlet.objects.count() == 1


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE outlets_outlet SET unit_id = (SELECT min(id) FROM territory_unit)",
        "UPDATE outlets_outlet SET kind = 'leaflet'",
        "UPDATE outlets_outlet SET quantity = 0",
        "UPDATE outlets_outlet SET name = ''",
        "UPDATE outlets_outlet SET valid = 'empty'",
        "UPDATE outlets_outlet SET last_state = 'working'",
        "UPDATE outlets_outlet SET last_state = 'gone', last_seen_at = now()",
        "UPDATE outlets_outlet SET language = 'xx'",
        "UPDATE outlets_outlet SET account_id = (SELECT id FROM channels_channelaccount)",
        (
            "INSERT INTO outlets_outlet (public_id, kind, name, unit_id, keeper, language, quantity, settings, valid,"
            " last_state, created_at, changed_at) SELECT gen_random_uuid(), kind, name, unit_id, '', 'vi', 1, '{}',"
            " valid, '', now(), now() FROM outlets_outlet"
        ),
    ],
)
def test_the_database_holds_what_an_outlet_is(world: World, attack: str) -> None:
    board(world, world.hire(Role.CHANNEL_OFFICER))
    ChannelAccount.objects.create(kind="zalo", name="Z", slug="z")
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)


def test_a_sighting_fades_and_an_older_word_changes_nothing(world: World) -> None:
    row = board(world, world.hire(Role.CHANNEL_OFFICER))
    assert sighting(row, at=NOW) == Sighting.NEVER
    note_seen(outlet_ids=[row.pk], at=NOW)
    note_seen(outlet_ids=[row.pk], at=NOW - timedelta(hours=1), state=Sighting.TROUBLE)
    row.refresh_from_db()
    assert (row.last_seen_at, sighting(row, at=NOW)) == (NOW, Sighting.WORKING)
    assert sighting(row, at=NOW + timedelta(days=31)) == Sighting.NEVER


def test_an_officer_adds_and_changes_an_outlet_on_the_page(world: World) -> None:
    client = as_(world.hire(Role.CHANNEL_OFFICER))
    url = reverse("outlets:new", args=["leaflet"])
    typed = {
        "name": "Hội trường ấp", "unit": world.units["Xã Đất Mũi"], "hamlet": "Ấp Rạch Tàu", "quantity": "120",
        "language": "vi", "starts": "2024-02-01", "own-way": "meeting",
    }  # fmt: skip
    wrong = client.post(url, typed | {"hamlet": "Ấp Không Có"}).content.decode()
    assert 'value="Hội trường ấp"' in wrong
    answer = client.post(url, typed)
    row = Outlet.objects.get()
    assert answer.url == reverse("outlets:outlet", args=[row.pk])
    assert (row.hamlet_id, row.quantity, row.settings) == (world.units["Ấp Rạch Tàu"], 120, {"way": "meeting"})
    assert "Ấp Rạch Tàu" in client.get(answer.url).content.decode()
    edit = reverse("outlets:edit", args=[row.pk])
    assert 'value="2024-02-01"' in client.get(edit).content.decode()
    assert client.post(edit, typed | {"ends": "2026-01-31", "own-way": ""}).status_code == 302
    row.refresh_from_db()
    assert (row.valid.upper, row.settings) == (date(2026, 2, 1), {})


def test_the_list_is_narrowed_and_costs_the_same_for_many(world: World) -> None:
    officer = world.hire(Role.CHANNEL_OFFICER)
    for number in range(3):
        board(world, officer, f"Bảng {number}", hamlet_id=None if number else world.units["Ấp Rạch Tàu"])
    board(world, officer, "Bảng xa", unit="Xã Khánh An")
    client = as_(officer)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(reverse("outlets:list")).status_code == 200
        return len(found)

    queries()  # what a process asks once
    few = queries()
    for number in range(30):
        board(world, officer, f"Bảng thêm {number}", hamlet_id=world.units["Ấp Rạch Tàu"] if number % 2 else None)
    assert queries() == few
    shown = client.get(reverse("outlets:list"), {"noi": world.units["Xã Khánh An"]}).content.decode()
    assert "Bảng xa" in shown
    assert "Bảng 0" not in shown


def test_the_inventory_stands_by_hamlet_and_says_what_was_not_seen_for_how_long(world: World) -> None:
    officer, hamlet = world.hire(Role.CHANNEL_OFFICER), world.units["Ấp Rạch Tàu"]
    now = timezone.now()
    ages = {"Bảng mới": 0, "Bảng cũ": 20, "Bảng lâu": 100}
    rows = {name: board(world, officer, name, hamlet_id=hamlet) for name in [*ages, "Bảng chưa", "Bảng hỏng"]}
    for name, days in ages.items():
        note_seen(outlet_ids=[rows[name].pk], at=now - timedelta(days=days))
    note_seen(outlet_ids=[rows["Bảng hỏng"].pk], at=now, state=Sighting.TROUBLE)
    rows["Bảng xã"] = board(world, officer, "Bảng xã")
    rows["Bảng xa"] = board(world, officer, "Bảng xa", unit="Xã Khánh An")
    client, url = as_(officer), reverse("outlets:list")

    def shown(**chosen: Any) -> list[str]:
        body = client.get(url, chosen).content.decode()
        places = {name: body.find(f">{name}</a>") for name in rows}
        return sorted((name for name, at in places.items() if at >= 0), key=lambda name: places[name])

    inside = ["Bảng chưa", "Bảng cũ", "Bảng hỏng", "Bảng lâu", "Bảng mới"]
    assert shown() == ["Bảng xã", *inside, "Bảng xa"]
    body = client.get(url).content.decode()
    assert body.index("<h2>Xã Đất Mũi</h2>") < body.index("<b>Ấp Rạch Tàu</b>") < body.index("<h2>Xã Khánh An</h2>")
    assert shown(ap=hamlet) == inside
    assert shown(ap=hamlet, lau="7", xep="lau") == ["Bảng chưa", "Bảng lâu", "Bảng cũ", "Bảng hỏng"]
    assert shown(ap=hamlet, lau="30") == ["Bảng chưa", "Bảng hỏng", "Bảng lâu"]
    assert shown(noi=world.units["Xã Khánh An"], ap=hamlet) == ["Bảng xa"], "said on the form, the rest holds"
    lines = client.get(reverse("outlets:csv", args=["board"]), {"ap": hamlet, "lau": "90"}).content.decode("utf-8-sig")
    first, *told = list(csv.reader(io.StringIO(lines)))
    seen = f"{timezone.localtime(now - timedelta(days=100)):%d/%m/%Y %H:%M}"
    assert first[-2:] == ["Thấy lần cuối", "Tình trạng"]
    assert [(row[0], *row[-2:]) for row in told] == [
        ("Bảng chưa", "", "Chưa thấy hoạt động"),
        ("Bảng hỏng", f"{timezone.localtime(now):%d/%m/%Y %H:%M}", "Đang trục trặc"),
        ("Bảng lâu", seen, "Lâu chưa thấy hoạt động"),
    ]


LIST = """Tên,Mã đơn vị,Xã phường,Ấp khóm,Số bản,Ngôn ngữ,Dùng từ ngày,Cách phát
Hội trường ấp,32002,,Ấp Rạch Tàu,120,Khmer,01/02/2024,{meeting}
Trụ sở cũ,32001,,,30,,15/03/2021,
Trụ sở cũ,,Xã Mỏ Ốc,,30,,15/03/2021,
Nơi lạ,99999,,,1,,,
,32002,,,không rõ,Lào,32/13/2024,sai
"""


def upload(client: Client, world: World, content: bytes, name: str = "danh-sach.csv") -> Any:
    file = SimpleUploadedFile(name, content)
    typed = {"kind": "leaflet", "unit": world.units["Tỉnh Mẫu"], "file": file}
    return client.post(reverse("outlets:import_new"), typed)


def own_words() -> dict[str, str]:
    from lantoa.channels.leaflet.form import LeafletForm

    field = LeafletForm.base_fields["way"]
    return {"label": str(field.label), **{str(key): str(label) for key, label in field.choices}}


def test_a_list_is_tried_out_then_brought_in_and_wrong_rows_are_named(world: World) -> None:
    client, words = as_(world.hire(Role.CHANNEL_OFFICER)), own_words()
    content = LIST.replace("Cách phát", words["label"]).format(meeting=words["meeting"]).encode()
    answer = upload(client, world, content)
    row = OutletImport.objects.get()
    assert answer.url == reverse("outlets:import", args=[row.public_id])
    assert Outlet.objects.count() == 0, "a trial makes nothing"
    assert (row.rows, row.accepted, row.refused) == (5, 2, 3)
    wrong = {(one["number"], one["field"]) for one in row.problems}
    assert wrong == {
        (4, ""), (5, "Mã đơn vị"), (6, "Tên"), (6, "Số bản"), (6, "Dùng từ ngày"), (6, words["label"]),
    }  # fmt: skip
    assert "Hội trường" not in client.get(answer.url).content.decode()
    errors = client.get(reverse("outlets:import_errors", args=[row.public_id])).content.decode("utf-8-sig")
    assert errors.count("\n") == 7
    for _twice in range(2):
        client.post(reverse("outlets:import_run", args=[row.public_id]))
    made = {one.name: one for one in Outlet.objects.all()}
    assert {one.unit_id for one in made.values()} == {world.units["Xã Đất Mũi"], world.units["Xã Mỏ Ốc"]}
    assert made["Hội trường ấp"].settings == {"way": "meeting"}
    assert made["Hội trường ấp"].language == "km"
    assert made["Trụ sở cũ"].valid.lower == date(2021, 3, 15) < REFORM
    row.refresh_from_db()
    assert (row.state, bytes(row.content)) == ("done", b"")


def test_a_list_taken_away_comes_in_again_as_it_was(world: World) -> None:
    client, words = as_(world.hire(Role.CHANNEL_OFFICER)), own_words()
    upload(client, world, LIST.replace("Cách phát", words["label"]).format(meeting=words["meeting"]).encode())
    client.post(reverse("outlets:import_run", args=[OutletImport.objects.get().public_id]))
    before = list(Outlet.objects.values("name", "unit", "hamlet", "quantity", "language", "valid", "settings"))
    taken = client.get(reverse("outlets:csv", args=["leaflet"])).content
    Outlet.objects.all().delete()
    upload(client, world, taken)
    again = OutletImport.objects.latest("pk")
    assert (again.accepted, again.problems) == (2, [])
    client.post(reverse("outlets:import_run", args=[again.public_id]))
    assert list(Outlet.objects.values("name", "unit", "hamlet", "quantity", "language", "valid", "settings")) == before


def test_a_list_of_another_units_officer_stays_closed(world: World) -> None:
    client = as_(world.hire(Role.CHANNEL_OFFICER))
    upload(client, world, "Tên,Mã đơn vị\nA,32003\n".encode())
    url = reverse("outlets:import", args=[OutletImport.objects.get().public_id])
    assert as_(world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi")).get(url).status_code == 404
    assert client.get(url).status_code == 200
    assert upload(client, world, b"Ten la\nA\n").status_code == 200, "no column for the name: said on the form"
