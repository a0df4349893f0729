"""In a browser: what a phone keeps for days without a network outlasts a release of ours and a refresh that fails."""

import json

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import expect

from lantoa.config.static import LantoaStaticFiles
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.newsroom import services
from lantoa.newsroom.models import AudioPage, InstitutionPage, PolicyPage
from lantoa.outreach.selectors import leaflets
from lantoa.portal import worker
from tests.newsroom.passing import let_out
from tests.newsroom.samples import document, fields_of, wav
from tests.portal.test_kits import HERE, _at_that_time, hand_out, staff
from tests.portal.test_offline import begun, phone, root, the_way_back

__all__ = ["_at_that_time", "hand_out", "phone", "root", "staff"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SHEET = "ui/lantoa.css"
FIRST, SECOND = "a1" * 6, "b2" * 6
STYLED = """(release) => document.querySelector(`link[rel=stylesheet][href*="${release}"]`) !== null &&
  getComputedStyle(document.body).margin === "0px\""""
HEARD = """() => new Promise((done) => {
  const sound = document.querySelector("audio");
  sound.oncanplaythrough = () => done(Math.round(sound.duration));
  sound.onerror = () => done(sound.error.message);
  sound.preload = "auto";
  sound.load();
})"""
SAID = "navigator.serviceWorker.addEventListener('message', ({ data }) => data.said && (window.said = data.said))"
TOLD = """(words) => new Promise((done) => {
  const look = () => (window.said === words ? done() : setTimeout(look, 50));
  look();
})"""
GONE = """(name) => new Promise((done) => {
  const look = async () => ((await caches.has(name)) ? setTimeout(look, 50) : done());
  look();
})"""
OLDEN = """async () => {
  for (const [box, path] of [["pages-0123456789", "/tro-nang/"], ["kit-0123456789", "/dinh-chinh/"]])
    await (await caches.open(box)).add(path);
}"""
NEXT = "navigator.serviceWorker.getRegistration().then((one) => one.update())"
AN_HOUR_LATER = """() => localStorage.setItem("kit", JSON.stringify({ ...JSON.parse(localStorage.kit), asked: 1 }))"""


@pytest.fixture
def release(monkeypatch):
    """`release(FIRST)`: the stylesheet has that in its name, as collected files have, and no other name is known."""
    plain_url, plain_find = LantoaStaticFiles.url, finders.find

    def go(digest):
        hashed = SHEET.replace(".css", f".{digest}.css")

        def url(storage, name, force=False):
            return plain_url(storage, hashed if name == SHEET else name, force)

        def find(path, *more, **options):
            return plain_find(SHEET if path == hashed else path, *more, **options)

        monkeypatch.setattr(LantoaStaticFiles, "url", url)
        monkeypatch.setattr(finders, "find", find)
        worker.source.cache_clear()

    yield go
    monkeypatch.undo()
    worker.source.cache_clear()


@pytest.fixture
def pieces(root, province, publish, hand_out):
    """Title → address of what the commune's people keep."""
    here = {"unit_id": province.communes[HERE]}
    sound = document("tin.wav", wav(3))
    sound.get_file_size()
    pages = [
        publish("policy", "Vay vốn", **here),
        publish(InstitutionPage, "Một cửa", **{**fields_of(InstitutionPage), **here, "phone": "0290 3 555 666"}),
        publish(AudioPage, "Bản tin", **{**fields_of(AudioPage), "file": sound, **here}),
    ]
    row, _world = hand_out(HERE, "Tờ rơi vay vốn")
    return {
        HERE: f"/noi-toi-o/{here['unit_id']}/",
        "Tờ rơi vay vốn": f"/to-roi/{row.pk}/",
        **{one.title: one.url for one in pages},
    }


def opened_without_a_network(page, phone, pieces, release):
    phone.new_cdp_session(page).send("Network.clearBrowserCache")  # what a browser keeps by itself is no promise
    phone.set_offline(True)
    for title, address in pieces.items():
        page.goto(address)
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        assert page.evaluate(STYLED, release), f"{title} is bare"
    phone.set_offline(False)


def test_a_kit_and_visited_pages_outlast_a_release_and_a_failed_refresh(
    root, province, publish, pieces, phone, release, monkeypatch, settings
):
    read = publish("article", "Tổ tiết kiệm")
    release(FIRST)
    phone.add_init_script(SAID)
    page = phone.new_page()
    begun(page)
    page.goto(read.url)
    page.goto("/bo-tai-ve/99001/")
    page.get_by_role("button", name="Lưu vào điện thoại này").click()
    expect(page.get_by_text("Đã lưu. Không có mạng vẫn mở được.")).to_be_visible()
    page.evaluate(OLDEN)
    a_release_comes(page, release)
    kept = {**pieces, "Tổ tiết kiệm": read.url}
    opened_without_a_network(page, phone, kept, FIRST)
    contacts_and_sound(page, phone, pieces)
    names_of_before(page, phone)
    a_refresh_fails_and_is_tried_again(page, phone, province, pieces, monkeypatch)
    a_lost_kit_is_fetched(page, phone, pieces)
    the_way_back(page, phone, settings)


def a_release_comes(page, release):
    before = page.evaluate("caches.keys()")
    release(SECOND)
    page.goto("/tinh-trang/")
    page.evaluate(NEXT)
    [ready] = [name for name in before if name.startswith("ready-")]
    page.evaluate(GONE, ready)
    page.goto("/tinh-trang/")
    assert page.evaluate(STYLED, SECOND)


def contacts_and_sound(page, phone, pieces):
    phone.set_offline(True)
    for title in (HERE, "Một cửa"):
        page.goto(pieces[title])
        expect(page.get_by_role("link", name="0290 3 555 666").first).to_be_visible()
    page.goto(pieces["Bản tin"])
    assert page.evaluate(HEARD) == 3
    phone.set_offline(False)


def names_of_before(page, phone):
    """What was kept under a release's own name is taken over."""
    names = page.evaluate("caches.keys()")
    assert sorted(name.partition("-")[0] for name in names if "-" in name) == ["ready"]
    phone.set_offline(True)
    for path in ("/tro-nang/", "/dinh-chinh/"):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).not_to_contain_text("Hiện không có mạng")
    phone.set_offline(False)


def said(page, words):
    page.evaluate(TOLD, words)


def noted(page):
    return json.loads(page.evaluate("localStorage.kit"))


def a_refresh_fails_and_is_tried_again(page, phone, province, pieces, monkeypatch):
    def broken(*_asked, **_for):
        raise RuntimeError

    policy = PolicyPage.objects.get(title="Vay vốn")
    revised = services.revise_page(page=policy, by=policy.owner, at=now(), title="Vay vốn mới")
    let_out(revised, author=policy.owner, reviewer=province.hire(Role.REVIEWER), at=now())
    before = noted(page)
    page.evaluate(AN_HOUR_LATER)
    with monkeypatch.context() as patch:
        patch.setattr(leaflets, "leaflet", broken)
        page.goto("/tinh-trang/")
        said(page, "kit-failed")
    assert noted(page)["version"] == before["version"]
    opened_without_a_network(page, phone, pieces, FIRST)
    page.goto("/tinh-trang/")
    said(page, "kit")
    assert noted(page)["version"] != before["version"]
    fresh = {title: address for title, address in pieces.items() if title != "Vay vốn"}
    opened_without_a_network(page, phone, {**fresh, "Vay vốn mới": pieces["Vay vốn"]}, SECOND)


def a_lost_kit_is_fetched(page, phone, pieces):
    """As after a browser that made room, though the page remembers it."""
    page.evaluate("caches.delete('kit')")
    page.evaluate(AN_HOUR_LATER)
    page.goto("/tinh-trang/")
    said(page, "kit")
    phone.set_offline(True)
    page.goto(pieces[HERE])
    expect(page.get_by_role("heading", level=1)).to_have_text(HERE)
    phone.set_offline(False)
