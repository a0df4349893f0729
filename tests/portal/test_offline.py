"""The portal on a phone in a real browser: pages without a network, a commune's kit, a message sent exactly once, the
way back; and the forms at the foot of a page without any script. With `SHOTS=folder` pages are kept as pictures."""

import os
import re
from datetime import date

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as settings_of_django
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from playwright.sync_api import Error, expect
from wagtail.models import Locale, Page

from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.listening.models import Case, CaseEvent, PageUse
from lantoa.newsroom import services
from lantoa.portal import throttle
from lantoa.territory.enums import UnitKind
from lantoa.territory.services.deciding import Newcomer, split_unit
from tests.portal.conftest import unit

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
KEPT = """async () => {
  const boxes = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  return (await Promise.all(boxes.map((box) => box.keys()))).flat().map((one) => new URL(one.url).pathname);
}"""
OUT = """() => new Promise((done) => {
  const opening = indexedDB.open("lantoa", 1);
  opening.onsuccess = () => {
    const asked = opening.result.transaction("out").objectStore("out").getAll();
    asked.onsuccess = () => done(asked.result);
  };
})"""

WORKS = """() => navigator.serviceWorker.controller !== null ||
  new Promise((done) => navigator.serviceWorker.addEventListener("controllerchange", () => done(true)))"""

TRIED = """() => new Promise((done) => {
  navigator.serviceWorker.addEventListener("message", ({ data }) => data === "out" && done());
  navigator.serviceWorker.controller.postMessage("flush");
})"""


@pytest.fixture
def root(transactional_db):
    """The root that migrations make and that an earlier test with real transactions swept away."""
    Locale.objects.get_or_create(language_code="vi")
    if not Page.objects.exists():
        Page.add_root(title="Root", slug="root", content_type=ContentType.objects.get_for_model(Page))


@pytest.fixture
def phone(browser, live_server, settings):
    settings.LANTOA_BASE_URL = live_server.url
    context = browser.new_context(base_url=live_server.url, locale="vi-VN", viewport={"width": 360, "height": 740})
    yield context
    context.close()


def looked_at(page):
    found = Axe().run(page, options=AXE).response["violations"]
    assert [(one["id"], [node["target"] for node in one["nodes"]][:3]) for one in found] == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} scrolls sideways"
    if shots := os.environ.get("SHOTS"):
        name = re.sub(r"\W+", "-", page.url.partition("://")[2].partition("/")[2]).strip("-") or "home"
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.screenshot(path=f"{shots}/{name}-{width}.png", full_page=True)
        page.set_viewport_size({"width": 360, "height": 740})


def begun(page):
    """The worker is there and holds the page."""
    page.goto("/")
    page.evaluate(WORKS)
    page.reload()


def test_a_phone_without_a_network(root, province, publish, phone, settings, browser, live_server):
    read, kept, gone = (
        publish("article", "Tổ tiết kiệm"),
        publish("policy", "Vay vốn"),
        publish("article", "Chuyện rút"),
    )
    page = phone.new_page()
    begun(page)
    may_be_installed(page, phone)
    read_and_judged(page, read, browser, live_server)
    pages_without_a_network(page, phone, read, kept)
    the_kit(page, phone, kept)
    a_kit_whose_commune_was_divided(page, province)
    a_message_exactly_once(page, phone)
    a_message_among_too_many(page, phone)
    a_message_with_something_missing(page, phone)
    a_withdrawn_page_is_gone(page, phone, gone, province)
    nothing_of_one_person_is_kept(page, phone)
    who_saves_data_reads_on(page, phone, publish)
    the_board(phone, province)
    the_way_back(page, phone, settings)


def may_be_installed(page, phone):
    """The browser finds nothing that speaks against it, but that a test's window keeps nothing when it closes."""
    page.wait_for_selector("head > link[rel=manifest]", state="attached")
    asked = phone.new_cdp_session(page)
    assert asked.send("Page.getAppManifest")["errors"] == []
    told = asked.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one for one in told if one["errorId"] != "in-incognito"] == []


def the_board(phone, province):
    client = Client()
    client.force_login(province.hire(Role.EDITOR))
    cookie = client.cookies[settings_of_django.SESSION_COOKIE_NAME]
    board = phone.new_page()
    phone.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}])
    board.goto("/ban-lam-viec/do-moi/?xem=all")
    expect(board.get_by_role("link", name="Tổ tiết kiệm")).to_be_visible()
    looked_at(board)
    board.get_by_role("button", name="Đã đọc, còn đúng").first.click()
    expect(board.get_by_text("Đã ghi: đọc lại, còn đúng.")).to_be_visible()
    board.close()


def read_and_judged(page, read, browser, live_server):
    page.goto(read.url)
    page.get_by_text("Chia sẻ trang này").click()
    expect(page.get_by_role("button", name="Chép liên kết")).to_be_visible()
    looked_at(page)
    for path in (
        "/tinh-trang/",
        "/quyen-rieng-tu/",
        "/tro-nang/",
        f"/trang-nay/bao-loi/?trang={read.url}",
        "/bo-tai-ve/",
    ):
        page.goto(path)
        looked_at(page)
    still = browser.new_context(java_script_enabled=False, base_url=live_server.url, locale="vi-VN")
    bare = still.new_page()
    bare.goto(read.url)
    bare.locator("button[name=co][value='1']").click()
    expect(bare.get_by_role("heading", name="Cảm ơn")).to_be_visible()
    assert PageUse.objects.get().yes == 1
    bare.get_by_role("link", name="Về lại trang").click()
    bare.get_by_role("link", name="Báo lỗi trang này").click()
    bare.locator("[name=text]").fill("Câu thứ hai sai.")
    bare.locator("form.form button").click()
    bare.wait_for_url("**/tra-loi/**")
    assert Case.objects.get().page_report.address == read.url
    assert still.cookies() == []
    still.close()


def pages_without_a_network(page, phone, read, kept):
    phone.set_offline(True)
    page.goto(read.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tổ tiết kiệm")
    page.goto(kept.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hiện không có mạng")
    looked_at(page)
    phone.set_offline(False)


def the_kit(page, phone, kept):
    page.goto("/bo-tai-ve/99001/")
    expect(page.get_by_role("link", name="Vay vốn")).to_be_visible()
    page.get_by_role("button", name="Lưu vào điện thoại này").click()
    expect(page.get_by_text("Đã lưu. Không có mạng vẫn mở được.")).to_be_visible()
    looked_at(page)
    phone.set_offline(True)
    page.goto(kept.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vay vốn")
    phone.set_offline(False)


def a_kit_whose_commune_was_divided(page, province):
    """The phone asks once; the reader is told once an hour, and may choose."""
    old = unit("Xã Đôi", UnitKind.COMMUNE, province.unit_id, "99006")
    parts = [Newcomer(f"Xã {part}", part, UnitKind.COMMUNE, code) for part, code in
             (("Trên", "99007"), ("Dưới", "99008"))]  # fmt: skip
    split_unit(unit_id=old, into=parts, on=date(2025, 7, 1), by=None, at=now())
    asked = []
    page.on("request", lambda one: asked.append(one.url) if "?ds=1" in one.url else None)
    page.evaluate("localStorage.kit = JSON.stringify({ of: '/bo-tai-ve/99006/?ds=1', version: 'x' })")
    told = page.get_by_role("status").filter(has_text="Bộ trang lưu trên máy này là của Xã Đôi")
    for _hour in range(2):
        page.reload()
        expect(told.get_by_role("link")).to_have_text(["Xã Dưới", "Xã Trên"])
        page.evaluate("localStorage.kit = JSON.stringify({ ...JSON.parse(localStorage.kit), asked: 0 })")
    assert len(asked) == 1
    looked_at(page)
    told.get_by_role("link", name="Xã Trên").click()
    page.get_by_role("button", name="Lưu vào điện thoại này").click()
    expect(page.get_by_text("Đã lưu. Không có mạng vẫn mở được.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tải về cho xã Trên")
    expect(told).to_have_count(0)


def a_message_exactly_once(page, phone):
    before = Case.objects.count()
    phone.set_offline(True)
    page.goto("/cho-gui/")
    page.locator("[name=matter]").first.check(force=True)
    page.locator("textarea[name=text]").fill("Nhà dột, xin hỏi hỗ trợ ở đâu?")
    page.locator("select[name=unit]").select_option(index=1)
    page.locator("form.form button").click()
    expect(page.locator("[data-part=count]")).to_have_text("1")
    expect(page.get_by_text("Nhà dột, xin hỏi hỗ trợ ở đâu?")).to_be_visible()
    looked_at(page)
    assert Case.objects.count() == before
    second = phone.new_page()
    second.goto("/cho-gui/")
    phone.set_offline(False)
    for tab in (page, second):  # besides what goes by itself
        tab.evaluate("navigator.serviceWorker.controller.postMessage('flush')")
    expect(page.get_by_text("Đã gửi")).to_be_visible()
    assert Case.objects.count() == before + 1
    assert CaseEvent.objects.filter(text="Nhà dột, xin hỏi hỗ trợ ở đâu?").count() == 1
    [left] = page.evaluate(OUT)
    case = Case.objects.latest("pk")
    assert (sorted(left), left["receipt"]) == (["at", "key", "receipt"], f"/tra-loi/{case.code}/")
    page.get_by_role("button", name="Tôi đã ghi mã, cất đi").click()
    expect(page.get_by_text("Không có tin nào đang chờ.")).to_be_visible()
    second.close()


def written_without_a_network(page, phone, text, **typed):
    phone.set_offline(True)
    page.goto("/cho-gui/")
    page.locator("[name=matter]").first.check(force=True)
    page.locator("textarea[name=text]").fill(text)
    page.locator("select[name=unit]").select_option(**typed)
    page.locator("form.form button").click()
    expect(page.get_by_text(text)).to_be_visible()
    phone.set_offline(False)


def a_message_among_too_many(page, phone):
    """Past the limit it is kept, and goes out once there is room."""
    before, full = Case.objects.count(), throttle.LIMITS["feedback"]
    throttle.LIMITS["feedback"] = 0
    written_without_a_network(page, phone, "Xã tôi cúp nước ba ngày.", index=1)
    page.evaluate(TRIED)
    expect(page.get_by_text("Chờ, rồi tự gửi đi")).to_be_visible()
    assert Case.objects.count() == before
    throttle.LIMITS["feedback"] = full
    page.evaluate(TRIED)
    expect(page.get_by_text("Đã gửi")).to_be_visible()
    assert Case.objects.count() == before + 1
    page.get_by_role("button", name="Tôi đã ghi mã, cất đi").click()
    expect(page.get_by_text("Đã gửi")).to_have_count(0)


def a_message_with_something_missing(page, phone):
    """All that was typed comes back into the form; once it is sent nothing waits here any more."""
    before, long = Case.objects.count(), "Đường ra ấp bị sạt. " * 20 + "Xin sửa sớm."
    written_without_a_network(page, phone, long, index=0)
    page.evaluate(TRIED)
    page.get_by_role("button", name="Sửa cho đủ rồi gửi").click()
    expect(page.locator("textarea[name=text]")).to_have_value(long)
    page.locator("select[name=unit]").select_option(index=1)
    page.locator("form.form button").click()
    page.wait_for_url("**/tra-loi/**")
    assert Case.objects.count() == before + 1
    page.goto("/cho-gui/")
    expect(page.get_by_text("Không có tin nào đang chờ.")).to_be_visible()


def a_withdrawn_page_is_gone(page, phone, gone, province):
    page.goto(gone.url)
    leader = province.hire(Role.LEADER)
    services.sync_groups(user=leader, at=now())
    services.withdraw_page(page=gone, by=leader, at=now(), reason="Đã cũ.")
    assert page.goto(gone.url).status == 410
    phone.set_offline(True)
    page.goto(gone.url)
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("đã được gỡ|Hiện không có mạng"))
    phone.set_offline(False)


def nothing_of_one_person_is_kept(page, phone):
    code = Case.objects.latest("pk").code
    for path in (f"/tra-loi/{code}/", "/gui-y-kien/", "/cua-toi/", "/tai-khoan/login/"):
        page.goto(path)
    phone.set_offline(True)
    with pytest.raises(Error, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(f"/tra-loi/{code}/")
    phone.set_offline(False)
    page.goto("/tinh-trang/")
    kept = page.evaluate(KEPT)
    assert "/tinh-trang/" in kept
    assert [path for path in kept if re.match("/(tra-loi|gui-y-kien|cua-toi|tai-khoan|ban-lam-viec)", path)] == []


def who_saves_data_reads_on(page, phone, publish):
    """The switch lightens pages; it takes none away from days without a network."""
    light = publish("article", "Chuyện nhẹ")
    page.goto("/it-du-lieu/")
    page.locator("main form button").first.click()
    assert "it-du-lieu" in {one["name"] for one in phone.cookies()}
    page.goto(light.url)
    nothing_of_one_person_is_kept(page, phone)
    phone.set_offline(True)
    page.goto(light.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Chuyện nhẹ")
    phone.set_offline(False)
    phone.clear_cookies()


def the_way_back(page, phone, settings):
    """What waits when all this is switched off still goes out, and only then the worker leaves."""
    before, full = Case.objects.count(), throttle.LIMITS["feedback"]
    throttle.LIMITS["feedback"] = 0
    written_without_a_network(page, phone, "Đèn đường ấp tôi hư.", index=1)
    settings.LANTOA_OFFLINE = False
    page.goto("/tinh-trang/")
    page.evaluate("navigator.serviceWorker.getRegistration().then((one) => one.update())")
    page.wait_for_function("caches.keys().then((names) => !names.length)")
    page.wait_for_timeout(1500)  # what the worker sends as it begins is refused: it stays
    assert Case.objects.count() == before
    throttle.LIMITS["feedback"] = full
    page.goto("/cho-gui/")
    expect(page.get_by_text("Chờ, rồi tự gửi đi")).to_be_visible()
    page.get_by_role("button", name="Gửi ngay").click()
    expect(page.get_by_text("Đã gửi")).to_be_visible()
    assert Case.objects.count() == before + 1
    until_nobody_works(page)
    assert page.evaluate("caches.keys()") == []
    page.goto("/tinh-trang/")  # a browser may still hold the page that asked for the worker: it comes and leaves again
    until_nobody_works(page)


def until_nobody_works(page):
    for _moment in range(100):
        if page.evaluate("navigator.serviceWorker.getRegistrations().then((all) => all.length)") == 0:
            return
        page.wait_for_timeout(100)
    raise AssertionError("a worker stays")
