"""Fifty readers read at once in browsers while a page goes out and comes down: no error, nothing old after two
seconds."""

import asyncio
import random
import threading
import time
from dataclasses import dataclass
from urllib.parse import quote

import pytest
from playwright.async_api import Error, async_playwright

from lantoa.kernel.text import slugify
from tests.e2e.conftest import PHONE
from tests.e2e.test_editorial_journeys import approve, write

pytestmark = pytest.mark.e2e

READERS, BROWSERS, SOON = 50, 5, 2.0
LIST = "/tin/"


@dataclass(frozen=True, slots=True)
class Look:
    """What one reader saw of the list: when it was asked for, when it was there, and whether the title stood in it."""

    reader: int
    asked: float
    seen: float
    status: int
    shown: bool


class Readers(threading.Thread):
    """Fifty pages in five browsers without scripts; each opens the list, reads, opens it again, all at once."""

    def __init__(self, url, title, launch):
        super().__init__(daemon=True)
        self.url, self.title, self.launch = url, title, launch
        self.over, self.looks, self.wrong = threading.Event(), [], []

    def run(self):
        asyncio.run(self._all())

    async def _all(self):
        async with async_playwright() as played:
            browser = await played.chromium.launch(**self.launch)
            contexts = [
                await browser.new_context(base_url=self.url, viewport=PHONE, java_script_enabled=False)
                for _ in range(BROWSERS)
            ]
            await asyncio.gather(*(self._one(number, contexts[number % BROWSERS]) for number in range(READERS)))
            await browser.close()

    async def _one(self, number, context):
        page, chance = await context.new_page(), random.Random(number)
        while not self.over.is_set():
            asked = time.monotonic()
            try:
                answer = await page.goto(LIST, wait_until="domcontentloaded")
                shown = self.title in plain(await page.content())
            except Error as problem:
                self.wrong.append(str(problem))
                continue
            self.looks.append(Look(number, asked, time.monotonic(), answer.status, shown))
            await asyncio.sleep(chance.uniform(0.5, 2.5))

    def all_looked_since(self, moment):
        """Wait until every reader has asked for the list after this moment; returns those looks."""
        for _tenth in range(900):
            since = [look for look in list(self.looks) if look.asked > moment]
            if len({look.reader for look in since}) == READERS:
                return since
            time.sleep(0.1)
        raise AssertionError(f"not everybody read: {self.wrong[:3]}")


@pytest.fixture
def reading(site, browser_type_launch_args):
    """`reading(title)`: they read from now on and look out for this title."""
    begun = []

    def go(title):
        begun.append(Readers(site.url, title, browser_type_launch_args))
        begun[-1].start()
        return begun[-1]

    yield go
    for one in begun:
        one.over.set()
        one.join(60)


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


def late(request, ways, until, *, there):
    """The addresses of `ways` that at that moment still say (or do not yet say) what is asked of each."""
    left = dict(ways)
    while left and time.monotonic() < until:
        left = {path: words for path, words in left.items() if (words in request.get(path).text()) is not there}
    return list(left)


@pytest.mark.parametrize("screen", [PHONE], ids=["360"], indirect=True)
def test_fifty_readers_read_while_a_page_goes_out_and_comes_down(reading, colleague, new_context, mark):
    title = f"Năm mươi người đọc {mark}"
    request = new_context().request
    writer, _look = colleague("bien-tap")
    write(writer, title)
    chief, _look = colleague("nguoi-duyet")
    readers = reading(title)
    before = readers.all_looked_since(0)

    deciding = time.monotonic()
    approve(chief, title)
    out = moment_when(request, lambda words: title in words)
    elsewhere = {path: f"/tin/{slugify(title)}/" for path in ("/tin-moi/atom.xml", f"/tim/?q={quote(title)}")}
    assert late(request, elsewhere, out + SOON, there=True) == []
    readers.all_looked_since(out + SOON)
    chief.goto("/ban-lam-viec/trang/")
    chief.get_by_role("row").filter(has_text=title).get_by_role("link", name="Gỡ xuống").click()
    chief.wait_for_url("**/go-xuong/")
    for box in chief.locator("main form").get_by_role("textbox").all():
        box.fill("Số liệu chưa đúng, viết lại.")
    going = time.monotonic()
    chief.get_by_role("button", name="Gỡ xuống").click()
    chief.wait_for_url("**/ban-lam-viec/trang/")
    gone = time.monotonic()
    assert late(request, elsewhere, gone + SOON, there=False) == []
    after = readers.all_looked_since(gone + SOON)
    readers.over.set()

    looks = list(readers.looks)
    assert (readers.wrong, {look.status for look in looks}) == ([], {200})
    assert [look for look in before if look.seen < deciding and look.shown] == [], "read before it was approved"
    assert [look for look in looks if out + SOON < look.asked and look.seen < going and not look.shown] == []
    assert [look for look in after if look.shown] == [], "read though it was taken down"
    assert len({look.reader for look in looks if look.shown}) == READERS, "everybody read it while it was out"
