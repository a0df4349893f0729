"""What a commune's kit holds, in which order, and that it never outgrows a megabyte; leaflets as pages to read."""

import re
from datetime import date, timedelta

import pytest
from django.utils import translation

from lantoa.approvals.models import Decision
from lantoa.approvals.services import revoke
from lantoa.kernel.enums import Role
from lantoa.newsroom import services
from lantoa.newsroom.models import AudioPage, GuidePage, InstitutionPage, QuestionPage
from lantoa.outlets.models import Outlet
from lantoa.outreach.models import Placement
from lantoa.outreach.services import Form, Shown, cancel, confirm, save_message, take_down, undo
from lantoa.portal import kits
from lantoa.portal.jobs import weigh_kits
from lantoa.portal.pages import open_page
from lantoa.territory.enums import UnitKind
from lantoa.territory.services.deciding import Newcomer, merge_units, split_unit
from tests.newsroom.passing import let_out
from tests.newsroom.samples import document, fields_of, wav
from tests.outreach import world as outreach
from tests.outreach.public_world import outlet, placed
from tests.outreach.world import NOW
from tests.portal.conftest import unit

REFORM = date(2025, 7, 1)
HERE, THERE = "Xã Đất Thử", "Xã Bãi Xa"
WORDS = "Vay vốn làm ăn. Hỏi tổ vay vốn ở ấp.\n\nKhông cần thế chấp."


@pytest.fixture(autouse=True)
def _at_that_time(monkeypatch):
    monkeypatch.setattr(kits, "now", lambda: NOW + timedelta(days=1))


@pytest.fixture
def staff(province):
    """People who write and place messages in one commune."""

    def of(name):
        unit_id, agency_id = province.communes[name], province.offices[name]
        made = outreach.World(unit_id, agency_id, None, None, None, None, province.posts)
        made.editor, made.reviewer = made.hire(Role.EDITOR), made.hire(Role.REVIEWER)
        made.officer, made.leader = made.hire(Role.CHANNEL_OFFICER), made.hire(Role.LEADER)
        return made

    return of


@pytest.fixture
def hand_out(staff):
    """`hand_out("Xã …", "Vay vốn")` puts a leaflet there and tells that 90 copies are gone; `told=False` does not."""

    def go(name, title, *, told=True, language="vi", at=NOW):
        world = staff(name)
        if not Outlet.objects.filter(unit=world.unit_id).exists():
            outlet(world, "leaflet")
        written = outreach.message(world)
        form = Form(channel="leaflet", subject=title, body=WORDS, language=language)
        save_message(message=written, forms=[form], by=world.editor, at=at)
        written.refresh_from_db()
        row = placed(world, ["leaflet"], version=outreach.approve(world, written))
        if told:
            for one in Placement.objects.filter(broadcast=row):
                confirm(placement=one, shown=Shown(at=at, count=90), by=world.leader, at=at + timedelta(hours=1))
        return row, world

    return go


def titles(code="99001"):
    """What follows the commune's own page."""
    return [piece.title for piece in kit(code).pieces[1:]]


def kit(code="99001"):
    """What is in it once the worker has weighed it."""
    weigh_kits.func(0)
    with translation.override("vi"):
        return kits.kit(code)


def test_leaflets_of_the_commune_are_in_its_kit_once_they_were_handed_out(site, hand_out, client, province):
    row, _world = hand_out(HERE, "Tờ rơi vay vốn")
    hand_out(THERE, "Tờ rơi nơi khác")
    waiting, _other = hand_out(HERE, "Tờ rơi chưa phát", told=False)
    hand_out(HERE, "Khmer", language="km")
    assert titles() == ["Tờ rơi vay vốn"]
    listed = client.get("/bo-tai-ve/99001/").content.decode()
    assert f'<a href="/to-roi/{row.pk}/">Tờ rơi vay vốn</a>' in listed
    answer = client.get(f"/to-roi/{row.pk}/")
    said = answer.content.decode().replace("\xa0", " ")
    assert ["<p>Không cần thế chấp.</p>" in said, "UBND xã Đất Thử" in said] == [True, True]
    assert (answer.headers["Cache-Control"], "Set-Cookie" in answer.headers) == ("public, no-cache", False)
    _commune, piece = kit().pieces
    assert abs(piece.size - len(answer.content)) < 200, "the weight is the page's"
    assert client.get(f"/to-roi/{waiting.pk}/").status_code == 404
    assert (said.count('action="/trang-nay/"'), said.count('property="og:title" content="Tờ rơi vay vốn"')) == (1, 1)
    page = open_page(f"/to-roi/{row.pk}/")
    assert (page.title, page.agency_id) == ("Tờ rơi vay vốn", row.agency_id)
    assert open_page(f"/to-roi/{waiting.pk}/") is None
    listed = client.get("/en/bo-tai-ve/99001/").content.decode()
    assert re.findall(r'<li><a href="([^"]+)">', listed.partition('<ul class="bare rows')[2].partition("</ul>")[0]) == [
        f"/en/noi-toi-o/{province.communes[HERE]}/"
    ]


def test_a_leaflet_goes_with_its_proof_its_approval_or_its_broadcast(site, hand_out, client):
    def taken_back(row, world):
        undo(placement=row.placements.get(), by=world.leader, at=NOW + timedelta(hours=2), note="Nhầm")

    def taken_away(row, world):
        take_down(placement=row.placements.get(), by=world.leader, at=NOW + timedelta(hours=2), note="Sai số")

    def revoked(row, world):
        given = Decision.objects.get(submission__sha256=row.version.sha256)
        revoke(decision_id=given.pk, by=world.leader, at=NOW + timedelta(hours=2), reason="Sai số")

    def stopped(row, world):
        cancel(broadcast=row, by=world.leader, at=NOW + timedelta(hours=2))

    wrong = []
    for go in (taken_back, taken_away, revoked, stopped):
        row, world = hand_out(HERE, f"Tờ rơi {go.__name__}")
        row.refresh_from_db()
        before = (f"Tờ rơi {go.__name__}" in titles(), client.get(f"/to-roi/{row.pk}/").status_code)
        go(row, world)
        after = (f"Tờ rơi {go.__name__}" in titles(), client.get(f"/to-roi/{row.pk}/").status_code)
        if (before, after) != ((True, 200), (False, 404)):
            wrong.append((go.__name__, before, after))
    assert wrong == []


def test_a_years_old_leaflet_leaves_the_kit_and_keeps_its_page(site, hand_out, client, monkeypatch):
    row, _world = hand_out(HERE, "Tờ rơi cũ")
    monkeypatch.setattr(kits, "now", lambda: NOW + timedelta(days=366))
    assert titles() == []
    assert client.get(f"/to-roi/{row.pk}/").status_code == 200


def test_a_full_kit_stays_below_a_megabyte_and_keeps_its_order(site, publish, hand_out, province, monkeypatch):
    here = {"unit_id": province.communes[HERE]}
    for n in range(4):
        publish("policy", f"Chính sách {n}", **here)
    for kind, title in ((InstitutionPage, "Cơ quan"), (GuidePage, "Hướng dẫn"), (QuestionPage, "Câu hỏi")):
        publish(kind, title, **{**fields_of(kind), **here})
    for n in range(3):
        hand_out(HERE, f"Tờ rơi {n}", at=NOW + timedelta(minutes=n))
    sound = document("tin.wav", wav(60))
    sound.get_file_size()  # as whoever puts it into the library has it measured
    publish(AudioPage, "Bản tin", **{**fields_of(AudioPage), "file": sound, **here})
    whole = kit()
    policies, leaflets = [f"Chính sách {n}" for n in (3, 2, 1, 0)], [f"Tờ rơi {n}" for n in (2, 1, 0)]
    first, rest = [HERE, "Bản tin"], ["Hướng dẫn", "Câu hỏi", "Nghe: Bản tin"]
    assert [piece.title for piece in whole.pieces] == [*first, *policies, "Cơ quan", *leaflets, *rest]
    assert whole.size <= kits.LIMIT

    def weighing(page, leaflet):
        kits.cache.clear()
        lengths = {"noi-toi-o": 10_000, "to-roi": leaflet}
        kits.weigh("99001", lambda url: lengths.get(url.split("/")[1], page))
        return kits.kit("99001")

    heavy = weighing(190_000, 60_000)
    assert [piece.title for piece in heavy.pieces] == [*first, *policies], "the first needed fill it"
    assert (heavy.size, heavy.version != whole.version) == (960_000, True)
    lighter = weighing(190_000, 20_000)
    assert [piece.title for piece in lighter.pieces] == [*first, *policies, *leaflets[:2]], "what still fits goes in"
    assert lighter.size <= kits.LIMIT


def test_the_words_of_the_last_bulletin_are_in_a_kit_that_nobody_weighed_yet_or_that_has_no_room_for_its_sound(
    site, publish, province
):
    here = {"unit_id": province.communes[HERE]}
    sound = document("tin.wav", wav(130))
    assert sound.get_file_size() > kits.LIMIT
    publish(AudioPage, "Bản tin", **{**fields_of(AudioPage), "file": sound, **here})
    for n in range(12):
        publish("policy", f"Chính sách {n}", **here)
    with translation.override("vi"):
        fresh = kits.kit("99001")
    assert [piece.title for piece in fresh.pieces][:3] == [HERE, "Bản tin", "Chính sách 11"]
    assert ({piece.size for piece in fresh.pieces}, fresh.size) == ({kits.UNWEIGHED}, kits.LIMIT)
    assert [title for title in titles() if "Bản tin" in title] == ["Bản tin"]


def test_a_commune_without_a_code_stops_no_other_from_being_weighed(site, province):
    unit("Xã A", UnitKind.COMMUNE, province.unit_id)
    weigh_kits.func(0)
    assert kits.kit("99001").size < kits.UNWEIGHED


def test_the_commune_itself_comes_first_with_its_office_its_desks_and_the_hotline(
    site, publish, province, client, settings
):
    settings.LANTOA_HOTLINE = "0290 1022 000"
    here = {"unit_id": province.communes[HERE]}
    desk = publish(InstitutionPage, "Một cửa", **{**fields_of(InstitutionPage), **here, "phone": "0290 3 555 666"})
    for n in range(12):
        publish("policy", f"Chính sách {n}", **here)
    before = kit()
    first = before.pieces[0]
    assert (first.url, first.title) == (f"/noi-toi-o/{province.communes[HERE]}/", HERE)
    answer = client.get(first.url)
    said = [words in answer.text for words in ("UBND xã Đất Thử", "0290 3 555 666", "0290 1022 000")]
    assert (said, abs(first.size - len(answer.content)) < 200) == ([True, True, True], True)
    assert kit().version == before.version
    settings.LANTOA_HOTLINE = "1022"
    after = kit()
    assert after.version != before.version, "phones fetch the new number"
    revised = services.revise_page(page=desk, by=desk.owner, at=NOW, phone="0290 3 777 888")
    let_out(revised, author=desk.owner, reviewer=province.hire(Role.REVIEWER), at=NOW)
    assert kit().version != after.version


@pytest.fixture
def reformed(province):
    """Xã Cũ (99003) and Xã Xưa (99004) became Xã Mới (99005); Xã Đôi (99006) became Xã Trên (99007) and Xã Dưới, which
    has no code yet. Ids by name."""
    old = {name: unit(name, UnitKind.COMMUNE, province.unit_id, code) for name, code in
           (("Xã Cũ", "99003"), ("Xã Xưa", "99004"), ("Xã Đôi", "99006"))}  # fmt: skip
    new = Newcomer("Xã Mới", "Mới", UnitKind.COMMUNE, code="99005")
    merged = merge_units(unit_ids=[old["Xã Cũ"], old["Xã Xưa"]], into=new, on=REFORM, by=None, at=NOW)
    parts = [Newcomer("Xã Trên", "Trên", UnitKind.COMMUNE, code="99007"), Newcomer("Xã Dưới", "Dưới", UnitKind.COMMUNE)]
    upper, lower = split_unit(unit_id=old["Xã Đôi"], into=parts, on=REFORM, by=None, at=NOW)
    province.communes.update(old | {"Xã Mới": merged.pk, "Xã Trên": upper.pk, "Xã Dưới": lower.pk})
    return province.communes


def test_the_code_of_a_merged_commune_leads_to_its_only_heirs_kit_and_feed(site, reformed, client, publish):
    policy = publish("policy", "Vay vốn", unit_id=reformed["Xã Cũ"])
    answer = client.get("/bo-tai-ve/99003/")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/bo-tai-ve/99005/")
    assert answer.headers["Cache-Control"] == "public, no-cache"
    assert client.get("/en/bo-tai-ve/99004/?ds=1").headers["Location"] == "/en/bo-tai-ve/99005/?ds=1"
    told = client.get("/bo-tai-ve/99003/?ds=1", follow=True).json()
    assert told == {"version": kit("99005").version, "urls": kit("99005").urls}
    feed = client.get("/tin-moi/xa/99003/atom.xml")
    assert (feed.status_code, feed.headers["Location"]) == (302, "/tin-moi/xa/99005/atom.xml")
    assert feed.headers["Cache-Control"] == "public, no-cache"
    assert policy.url in client.get("/tin-moi/xa/99003/atom.xml", follow=True).text
    assert open_page("/bo-tai-ve/99003/").unit_id == reformed["Xã Mới"]


def test_the_code_of_a_divided_commune_gives_the_choice_of_its_heirs(site, reformed, client, publish):
    policy = publish("policy", "Vay vốn", unit_id=reformed["Xã Dưới"])
    choice = [["Xã Dưới", f"/noi-toi-o/{reformed['Xã Dưới']}/"], ["Xã Trên", "/bo-tai-ve/99007/"]]
    page = client.get("/bo-tai-ve/99006/")
    tiles = re.findall(r'class="tile" href="([^"]+)">.*?<b>([^<]+)</b>', page.text)
    assert (page.status_code, [[name.replace("\xa0", " "), url] for url, name in tiles]) == (200, choice)
    said = page.text.replace("\xa0", " ")
    assert "Tên cũ, dùng đến hết ngày 30/06/2025." in said
    assert "Đất xã cũ nay thuộc 2 nơi, bà con chọn nơi mình ở:" in said
    told = client.get("/bo-tai-ve/99006/?ds=1").json()
    assert told == {
        "words": "Bộ trang lưu trên máy này là của Xã Đôi, nay đã thuộc nơi khác. "
        "Bà con chọn nơi mình ở để lưu bộ mới:",
        "heirs": choice,
    }
    feed = client.get("/tin-moi/xa/99006/atom.xml")
    assert (feed.status_code, policy.url in feed.text, "Xã Đôi" in feed.text) == (200, True, True)
    assert open_page("/bo-tai-ve/99006/").title == "Bộ tải về"


def test_a_code_that_no_commune_bore_is_not_found(site, reformed, client):
    for wrong in ("/bo-tai-ve/00000/", "/bo-tai-ve/00000/?ds=1", "/bo-tai-ve/99/", "/tin-moi/xa/00000/atom.xml",
                  "/tin-moi/xa/99006/gi.xml"):  # fmt: skip
        assert client.get(wrong).status_code == 404, wrong
    assert open_page("/bo-tai-ve/00000/") is open_page("/bo-tai-ve/99/") is None
