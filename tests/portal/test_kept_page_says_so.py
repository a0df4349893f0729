"""In a browser: a page out of what the phone keeps says since when, and what the network says of it afterwards; of what
is kept ahead nothing is in another's language or for the eye alone."""

import re
import threading

import pytest
from django.core.handlers.base import BaseHandler
from playwright.sync_api import expect

from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.newsroom import services
from tests.newsroom.passing import let_out
from tests.portal.test_offline import KEPT, WORKS, begun, looked_at, phone, root

__all__ = ["phone", "root"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SINCE = re.compile(r"Bản lưu lúc \d\d:\d\d ngày \d\d/\d\d/\d{4}\.")
WAITS = """(path) => new Promise((done) => {
  const look = async () => ((await caches.match(path, { ignoreVary: true })) ? done() : setTimeout(look, 50));
  look();
})"""


@pytest.fixture
def line(monkeypatch):
    """The way to the server: `line.clear()` holds up every page until `line.set()`."""
    free, answered = threading.Event(), BaseHandler.get_response
    free.set()

    def slowly(handler, request):
        if not request.path.startswith("/static/"):
            assert free.wait(30)
        return answered(handler, request)

    monkeypatch.setattr(BaseHandler, "get_response", slowly)
    yield free
    free.set()


def mark(page):
    return page.locator("main > [role=status]")


def says(page, *words):
    expect(mark(page)).to_have_text(SINCE)
    for some in words:
        expect(mark(page)).to_contain_text(some)


def opened_slowly(page, line, url, title):
    """After four seconds the kept page stands there, and the answer is on its way still."""
    line.clear()
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    says(page, "Có mạng lại thì mở lại trang để xem bản mới.")
    expect(page.get_by_role("link", name="Mở lại trang")).to_have_count(0)


def test_a_kept_page_says_since_when_and_what_came_afterwards(root, province, publish, phone, line):
    read = publish("article", "Tổ tiết kiệm")
    page = phone.new_page()
    begun(page)
    page.goto(read.url)
    expect(mark(page)).to_have_count(0)
    without_a_network(page, phone, read)
    nothing_new(page, line, read)
    something_new(page, line, read, province)
    taken_down(page, line, read, province)


def without_a_network(page, phone, read):
    phone.set_offline(True)
    page.goto(read.url)
    says(page, "Có mạng lại thì mở lại trang để xem bản mới.")
    looked_at(page)
    for path, title in (("/cho-gui/", "Tin chờ có mạng để gửi"), ("/tin/khong-luu/", "Hiện không có mạng")):
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        expect(mark(page)).to_have_count(0)
    phone.set_offline(False)
    page.goto(read.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Tổ tiết kiệm")
    expect(mark(page)).to_have_count(0)


def nothing_new(page, line, read):
    opened_slowly(page, line, read.url, "Tổ tiết kiệm")
    line.set()
    expect(mark(page)).to_have_count(0)


def something_new(page, line, read, province):
    opened_slowly(page, line, read.url, "Tổ tiết kiệm")
    revised = services.revise_page(page=read, by=read.owner, at=now(), title="Tổ tiết kiệm mới")
    let_out(revised, author=read.owner, reviewer=province.hire(Role.REVIEWER), at=now())
    line.set()
    says(page, "Nay đã có bản mới hơn.")
    looked_at(page)
    page.get_by_role("link", name="Mở lại trang").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Tổ tiết kiệm mới")
    expect(mark(page)).to_have_count(0)


def taken_down(page, line, read, province):
    opened_slowly(page, line, read.url, "Tổ tiết kiệm mới")
    leader = province.hire(Role.LEADER)
    services.sync_groups(user=leader, at=now())
    services.withdraw_page(page=read, by=leader, at=now(), reason="Đã cũ.")
    line.set()
    says(page, "Nay trang này không còn nữa.")
    page.get_by_role("link", name="Mở lại trang").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Trang này đã được gỡ")


def test_only_the_readers_languages_are_kept_ahead(root, province, phone):
    page = phone.new_page()
    page.goto("/km/")
    page.evaluate(WORKS)
    kept = page.evaluate(KEPT)
    pages = [path for path in kept if not path.startswith("/static/")]
    assert sorted(pages) == ["/km/cho-gui/", "/km/ngoai-tuyen/"]
    assert [path for path in kept if "font" in path] == []
    assert len([path for path in kept if path.startswith("/static/")]) == 5
    page.goto("/en/")
    page.evaluate(WAITS, "/en/cho-gui/")
    phone.set_offline(True)
    for front, words in (("/km/", "km"), ("/en/", "en"), ("/", "km")):
        page.goto(f"{front}tin/khong-luu/")
        expect(page.locator("html")).to_have_attribute("lang", words if front != "/" else re.compile("km|en"))
        expect(page.locator("main a.btn")).to_have_count(2)


def test_who_saves_data_keeps_the_least_ahead(root, province, phone, live_server):
    phone.add_cookies([{"name": "it-du-lieu", "value": "1", "url": live_server.url}])
    page = phone.new_page()
    page.goto("/")
    page.evaluate(WORKS)
    names = [path.rpartition("/")[2] or path for path in page.evaluate(KEPT)]
    assert sorted(names) == ["/cho-gui/", "/ngoai-tuyen/", "lantoa.css", "outbox.js", "reader.js"]
    phone.set_offline(True)
    page.goto("/tin/khong-luu/")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Hiện không có mạng")
    page.goto("/cho-gui/")
    expect(page.get_by_text("Không có tin nào đang chờ.")).to_be_visible()
