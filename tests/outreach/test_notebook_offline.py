"""The notebook in a browser whose network comes and goes: every note arrives, each once, whatever answer was lost."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from lantoa.kernel.models import User
from lantoa.outreach.confirm_links import notebook_for
from lantoa.outreach.models import Placement, VisitNote
from tests.outreach.test_notebook import told
from tests.outreach.test_placement_screens import AXE, SIZES, sign_in
from tests.outreach.world import World

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=list(SIZES))
def size(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture
def context(size: str, browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(viewport=SIZES[size], locale="vi-VN")  # type: ignore[arg-type]
    yield opened
    opened.close()
    with connection.cursor() as cursor:  # a browser closed in the middle of an answer leaves the server's session open
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND state = 'idle' AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def placement(world: World) -> Placement:
    return told(world)


@pytest.fixture
def notebook(context: BrowserContext, placement: Placement, live_server: Any) -> Page:
    """The page, opened once with a network, its worker in charge."""
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
    page.goto(live_server.url + notebook_for(placement).removeprefix(django_settings.LANTOA_BASE_URL))
    page.wait_for_selector("#so-tay[data-ready='1']")
    assert not [said for said in problems if "Content Security Policy" in said]
    return page


def note(page: Page, households: int, questions: str = "") -> None:
    page.fill("[name=households]", str(households))
    page.fill("[name=questions]", questions)
    page.click("#so-tay button[type=submit]")


def stored(page: Page) -> set[str]:
    """What sorts of file the worker holds."""
    held = page.evaluate("caches.open('so-tay-1').then(store => store.keys()).then(all => all.map(one => one.url))")
    return {"html" if url == page.url else url.rsplit(".", 1)[-1] for url in held}


def until(holds: Callable[[], bool]) -> None:
    last = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < last
        time.sleep(0.1)


def kept() -> list[int]:
    return sorted(VisitNote.objects.values_list("households", flat=True))


def test_notes_written_without_a_network_arrive_once_when_it_is_back(notebook: Page, context: BrowserContext) -> None:
    note(notebook, 3)
    expect(notebook.locator("#so-tay-notes")).to_have_text("1")
    context.set_offline(True)
    note(notebook, 4, "Vay được bao lâu?")
    note(notebook, 5)
    expect(notebook.locator("#cho-gui li")).to_have_count(2)
    assert kept() == [3]
    context.set_offline(False)
    notebook.evaluate("dispatchEvent(new Event('online'))")
    expect(notebook.locator("#cho-gui li")).to_have_count(0)
    assert kept() == [3, 4, 5]
    expect(notebook.locator("#so-tay-households")).to_have_text("12")


def test_a_note_whose_answer_was_lost_is_sent_again_and_counts_once(notebook: Page) -> None:
    """The request reaches the server, its answer never reaches the phone."""
    lost: list[str] = []

    def lose(route: Route) -> None:
        route.fetch()
        lost.append(route.request.post_data or "")
        route.abort("connectionreset")

    notebook.route("**/gui/", lose)
    note(notebook, 6)
    expect(notebook.locator("#so-tay-tin")).to_contain_text("Mất mạng")
    assert kept() == [6]
    assert len(lost) == 1
    notebook.unroute("**/gui/")
    notebook.evaluate("dispatchEvent(new Event('online'))")
    expect(notebook.locator("#cho-gui li")).to_have_count(0)
    assert kept() == [6]
    expect(notebook.locator("#so-tay-notes")).to_have_text("1")


def test_the_notebook_opens_and_keeps_without_a_network(notebook: Page, context: BrowserContext) -> None:
    """The tab is closed and opened again in a place without a network; the note outlives both."""
    address = notebook.url
    until(lambda: stored(notebook) >= {"html", "css", "js"})
    notebook.close()
    context.set_offline(True)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Nói và ghi lại")
    assert page.evaluate("getComputedStyle(document.querySelector('.btn')).minHeight") != "auto"
    note(page, 8)
    expect(page.locator("#cho-gui li")).to_have_count(1)
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(address)
    expect(page.locator("#cho-gui li")).to_have_count(0)
    assert kept() == [8]


def test_two_tabs_and_a_worker_send_a_note_once(notebook: Page, context: BrowserContext) -> None:
    context.set_offline(True)
    note(notebook, 9)
    expect(notebook.locator("#cho-gui li")).to_have_count(1)
    other = context.new_page()
    other.goto(notebook.url)
    context.set_offline(False)
    for page in (notebook, other):
        page.evaluate("dispatchEvent(new Event('online'))")
    for page in (notebook, other):
        page.evaluate("notebook.flush()")
    assert kept() == [9]


def test_a_refused_note_stays_in_the_phone_and_can_be_put_right(notebook: Page) -> None:
    note(notebook, 7, "Hỏi số 0912 345 678")
    waiting = notebook.locator("#cho-gui li")
    expect(waiting).to_contain_text("số điện thoại")
    assert kept() == []
    waiting.get_by_role("button").click()
    expect(notebook.locator("[name=questions]")).to_have_value("Hỏi số 0912 345 678")
    notebook.fill("[name=questions]", "Hỏi số của tổ vay vốn")
    notebook.click("#so-tay button[type=submit]")
    expect(waiting).to_have_count(0)
    until(lambda: kept() == [7])


def test_the_pages_hold_on_a_phone_and_on_a_desk(
    world: World, notebook: Page, placement: Placement, size: str, live_server: Any
) -> None:
    note(notebook, 3, "Vay được bao lâu? Có phải thế chấp không?")
    expect(notebook.locator("#so-tay-notes")).to_have_text("1")
    notebook.reload()
    looked_at(notebook, f"notebook-{size}")
    sign_in(notebook, User.objects.get(pk=world.officer.pk), live_server.url)
    notebook.goto(f"{live_server.url}/ban-lam-viec/lan-toa/diem/{placement.pk}/")
    looked_at(notebook, f"propagandist-{size}")


def looked_at(page: Page, name: str) -> None:
    """Nothing wider than the screen, no fault for axe; a picture with `SHOTS=folder`."""
    if shots := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(shots) / f"{name}.png"), full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]
    found = Axe().run(page, options=AXE)
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found.response["violations"]] == []
