"""The report's page in a browser, on a phone and on a desk: no fault for axe, nothing wider than the screen. With
`SHOTS=folder` it is kept as a picture."""

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Browser

from lantoa.channels.registry import publics
from tests.reporting.world import QUARTER, World, broadcast, build, case, plan, put, task, told

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
SIZES = {"360": {"width": 360, "height": 740}, "1280": {"width": 1280, "height": 900}}
AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def facts() -> World:
    with transaction.atomic():
        world = build()
        task(plan(world, world.province), world.office, "active")
        people = [(n, world.north, ("sms", "zalo", "telegram")[n % 3], "read") for n in range(40)]
        row = broadcast(world, world.north, people, line="b")
        case(world.north, "on_time")
        for kind in publics():
            for state in ("done", "done", "missed", "failed", "planned"):
                put(row, world.north, kind, state, count=1250)
        told(world.north, "radio", day=QUARTER.start, programmes=["ntp_poverty", "ntp_rural"], content_line="a")
    return world


@pytest.mark.parametrize("size", list(SIZES))
def test_the_page_fits_and_reads(browser: Browser, live_server: Any, size: str) -> None:
    world = facts()
    client = Client()
    client.force_login(world.clerk)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context = browser.new_context(viewport=SIZES[size])  # type: ignore[arg-type]
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
    page = context.new_page()
    address = reverse("reporting:report", args=[world.office, QUARTER.start, QUARTER.end])
    page.goto(f"{live_server.url}{address}")
    table = page.get_by_role("table", name="Tại điểm truyền thông")
    assert table.get_by_role("row").count() == 1 + 8 + 1
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    faults = [fault["id"] for fault in Axe().run(page, options=AXE).response["violations"]]
    if folder := os.environ.get("SHOTS"):
        page.screenshot(path=str(Path(folder) / f"bao-cao-{size}.png"), full_page=True)
    context.close()
    assert (wide, faults) == (0, [])
