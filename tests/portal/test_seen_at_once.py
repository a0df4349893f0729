"""In a browser whose worker keeps pages, before a server that bakes them: what changes is seen within two seconds."""

import socket
import threading
import time

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connection
from django.test.testcases import LiveServerThread
from playwright.sync_api import expect

from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.newsroom import services
from lantoa.portal.baking import layer
from tests.newsroom.passing import let_out
from tests.portal.test_offline import begun, root

__all__ = ["root"]
pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
MOST = 2.0
"""Seconds from the moment a change is let out, or a page taken down, until whoever reads has it before them."""


def free_port():
    with socket.socket() as door:
        door.bind(("localhost", 0))
        return door.getsockname()[1]


@pytest.fixture
def woken():
    """Addresses for which Django was asked."""
    return []


@pytest.fixture
def address(root, province, woken, settings, tmp_path):
    """Where the site stands, its pages baked and watched as `lantoa serve` does."""
    port, over = free_port(), threading.Event()
    settings.LANTOA_BASE_URL, settings.ALLOWED_HOSTS = f"http://localhost:{port}", ["localhost"]
    baked = []

    def layered(django):
        def counted(environ, start):
            woken.append(environ["PATH_INFO"])
            return django(environ, start)

        baked.append(layer.BakedPages(counted, tmp_path / "baked"))
        return baked[0]

    def watch():
        while not over.wait(layer.GLANCE):
            baked[0].look()
        connection.close()

    server = LiveServerThread("localhost", lambda django: layered(StaticFilesHandler(django)), port=port)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    yield settings.LANTOA_BASE_URL
    over.set()
    watcher.join()
    server.terminate()


def test_a_change_and_a_withdrawal_are_seen_at_once(publish, province, address, woken, browser):
    changed = publish("article", "Chuyện hôm qua")
    phone = browser.new_context(base_url=address, locale="vi-VN", viewport={"width": 360, "height": 740})
    page = phone.new_page()
    begun(page)
    for _time in range(3):
        page.goto(changed.url)
    expect(page.get_by_role("heading", level=1)).to_have_text("Chuyện hôm qua")
    assert woken.count(changed.url) == 1, "the page was baked"
    revised = services.revise_page(page=changed, by=changed.owner, at=now(), title="Chuyện hôm nay")
    let_out(revised, author=changed.owner, reviewer=province.hire(Role.REVIEWER), at=now())
    opened_once(page, changed.url, "Chuyện hôm nay")
    leader = province.hire(Role.LEADER)
    services.sync_groups(user=leader, at=now())
    services.withdraw_page(page=changed, by=leader, at=now(), reason="Đã cũ.")
    opened_once(page, changed.url, "Trang này đã được gỡ")
    phone.close()


def opened_once(page, url, words):
    """Opened one time, shortly after: whoever is shown first what was kept would have to open it again."""
    began = time.monotonic()
    page.wait_for_timeout(500)
    page.goto(url)
    expect(page.get_by_role("heading", level=1)).to_have_text(words)
    assert time.monotonic() - began <= MOST
