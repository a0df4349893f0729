"""Fifty readers read in a browser while a page goes out and comes down: no error, nothing old after two seconds."""

import time
from urllib.parse import quote

import pytest

from tests.e2e.conftest import PHONE
from tests.e2e.test_editorial_journeys import approve, write

pytestmark = pytest.mark.e2e

READERS, BROWSERS, SOON = 50, 5, 2.0
LIST = "/tin/"


@pytest.fixture
def readers(browser, site):
    """Fifty open pages in five browsers without scripts, and every answer they got."""
    met, pages = [], []
    contexts = [
        browser.new_context(base_url=site.url, viewport=PHONE, java_script_enabled=False) for _ in range(BROWSERS)
    ]
    for number in range(READERS):
        page = contexts[number % BROWSERS].new_page()
        page.on("response", lambda answer: met.append((answer.status, answer.url)))
        pages.append(page)
    yield pages, met
    for context in contexts:
        context.close()


def plain(words):
    """With plain spaces: compounds are bound by hard ones."""
    return words.replace("&nbsp;", " ").replace("\xa0", " ")


def moment_when(request, holds):
    """When a fresh request first finds it so; asked ten times a second."""
    for _tenth in range(600):
        if holds(plain(request.get(LIST).text())):
            return time.monotonic()
        time.sleep(0.1)
    raise AssertionError("it never came")


def everybody(pages, path, sees):
    """Every reader opens the address and sees it so."""
    for page in pages:
        page.goto(path, wait_until="domcontentloaded")
    for page in pages:
        assert sees(plain(page.content())), page.url


@pytest.mark.parametrize("screen", [PHONE], ids=["360"], indirect=True)
def test_fifty_readers_read_while_a_page_goes_out_and_comes_down(readers, colleague, new_context, mark):
    pages, met = readers
    title = f"Năm mươi người đọc {mark}"
    request = new_context().request
    writer, _look = colleague("bien-tap")
    write(writer, title)
    everybody(pages, LIST, lambda words: title not in words)

    chief, _look = colleague("nguoi-duyet")
    approve(chief, title)
    out = moment_when(request, lambda words: title in words)
    everybody(pages[: READERS // 2], LIST, lambda _words: True)  # they read on, whatever they see
    time.sleep(max(0.0, out + SOON - time.monotonic()))
    everybody(pages, LIST, lambda words: title in words)
    for path in ("/tin-moi/atom.xml", f"/tim/?q={quote(title)}"):
        assert title in plain(request.get(path).text()), path
    link = pages[0].get_by_role("link", name=title).get_attribute("href")
    everybody(pages, link, lambda words: title in words)

    chief.goto("/ban-lam-viec/trang/")
    chief.get_by_role("row").filter(has_text=title).get_by_role("link", name="Gỡ xuống").click()
    for box in chief.locator("main form").get_by_role("textbox").all():
        box.fill("Số liệu chưa đúng, viết lại.")
    chief.get_by_role("button", name="Gỡ xuống").click()
    chief.wait_for_url("**/ban-lam-viec/trang/")
    gone = time.monotonic()
    time.sleep(max(0.0, gone + SOON - time.monotonic()))
    everybody(pages, LIST, lambda words: title not in words)
    everybody(pages, link, lambda words: "đã được gỡ" in words)
    wrong = [(status, url) for status, url in met if status >= 400 and not url.endswith(link)]
    assert wrong == []
