"""In a browser: a page in Khmer from its draft to the notice that the original went on; finding by plain letters and by
the name of a commune that is gone."""

import re
from datetime import date

import pytest
from django.conf import settings as settings_of_django
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.newsroom import services
from lantoa.territory.enums import UnitKind
from lantoa.territory.services import merge_units
from lantoa.territory.services.deciding import Newcomer
from tests.newsroom.passing import let_out
from tests.portal.test_offline import looked_at, phone, root

__all__ = ["phone", "root"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
KHMER = "ប្រជាពលរដ្ឋអាចខ្ចីប្រាក់ពីធនាគារគោលនយោបាយសង្គមបានងាយស្រួល"
LOADED = """() => document.fonts.ready.then(() =>
  [...document.fonts].some((face) => face.family.includes("Khmer") && face.status === "loaded"))"""

LINES = """() => {
  const lines = [];
  for (const block of document.querySelectorAll("main :is(h1, h2, h3, p)")) {
    const texts = document.createTreeWalker(block, NodeFilter.SHOW_TEXT), part = document.createRange();
    let before = "", middle = -Infinity;
    while (texts.nextNode()) {
      const text = texts.currentNode;
      for (let place = 0; place < text.length; place++) {
        part.setStart(text, place);
        part.setEnd(text, place + 1);
        const [box] = part.getClientRects();
        if (box && box.height && (box.top + box.bottom) / 2 > middle + box.height / 2) {
          lines.push([block.localName, before, text.data[place]]);
          middle = (box.top + box.bottom) / 2;
        }
        before = text.data[place];
      }
    }
  }
  return lines;
}"""
"""Of each line of headings and paragraphs: where it stands, the letter before it, and the one it begins with."""
SIGN, COENG = re.compile("[\u17b4-\u17d3\u17dd]"), "\u17d2"


def no_line_cuts_a_cluster(page):
    """At the usual size and at twice the letters, no line begins with what belongs to the consonant before it."""
    for size in ("100%", "200%"):
        page.evaluate("(size) => (document.documentElement.style.fontSize = size)", size)
        lines = page.evaluate(LINES)
        assert sum(block == "h1" for block, _before, _first in lines) >= 3, "the heading goes over several lines"
        wrong = [line for line in lines if SIGN.match(line[2]) or line[1] == COENG]
        assert wrong == [], size
    page.evaluate("document.documentElement.style.fontSize = ''")


def signed_in(phone, user):
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings_of_django.SESSION_COOKIE_NAME]
    phone.add_cookies([{"name": cookie.key, "value": cookie.value, "domain": "localhost", "path": "/"}])


def test_a_khmer_page_from_draft_to_outdated(root, province, publish, phone, browser, live_server):
    editor, reviewer = province.hire(Role.EDITOR), province.hire(Role.REVIEWER)
    original = publish("article", "Vay vốn dễ hơn")
    draft = services.begin_translation(page=original, language="km", by=editor, at=now())
    written = services.revise_page(page=draft, by=editor, at=now(), title=KHMER, lead=KHMER)
    signed_in(phone, editor)
    desk = phone.new_page()
    desk.goto(reverse("newsroom:translation", args=[draft.pk]))
    expect(desk.get_by_role("heading", name="Vay vốn dễ hơn")).to_be_visible()
    reader = browser.new_context(base_url=live_server.url, locale="km-KH", viewport={"width": 320, "height": 640})
    page = reader.new_page()
    assert page.goto(f"/km/tin/{draft.slug}/").status == 404
    let_out(written, author=editor, reviewer=reviewer, at=now())
    page.goto(f"/km/tin/{draft.slug}/")
    expect(page.get_by_role("heading", level=1)).to_have_text(KHMER)
    expect(page.locator(".notice-warn")).to_have_count(0)
    assert page.evaluate(LOADED), "Khmer letters come with the page; few phones here have them"
    no_line_cuts_a_cluster(page)
    looked_at(page)
    changed = services.revise_page(page=original, by=editor, at=now(), lead="Lãi suất đã đổi.")
    let_out(changed, author=editor, reviewer=reviewer, at=now())
    page.reload()
    expect(page.locator(".notice-warn")).to_be_visible()
    looked_at(page)
    desk.goto(reverse("newsroom:translations") + "?ngon-ngu=km")
    expect(desk.get_by_text("Chậm so với bản gốc từ")).to_be_visible()
    reader.close()


@pytest.fixture
def merged(province):
    """The province's two communes are one, whose name neither of them bore."""
    new = merge_units(
        unit_ids=list(province.communes.values()), into=Newcomer("Xã Mới Thử", "Mới Thử", UnitKind.COMMUNE),
        on=date(2025, 7, 1), by=None, at=now(),
    )  # fmt: skip
    province.communes["Xã Mới Thử"] = new.pk
    return new


def test_plain_letters_and_old_names_find(root, province, merged, publish, phone):
    publish("article", "Cầu mới khánh thành", unit_id=merged.pk)
    page = phone.new_page()
    page.goto("/tim/")
    page.locator("#q").fill("cau moi khanh thanh")
    page.locator("main form").get_by_role("button", name="Tìm").first.click()
    expect(page.get_by_role("link", name="Cầu mới khánh thành")).to_be_visible()
    page.locator("#q").fill("bai xa")
    page.locator("main form").get_by_role("button", name="Tìm").first.click()
    expect(page.get_by_role("link", name="Cầu mới khánh thành")).to_be_visible()
    expect(page.locator(".notice")).to_contain_text("Xã Mới Thử")
    page.get_by_text("Thu hẹp").click()
    looked_at(page)
