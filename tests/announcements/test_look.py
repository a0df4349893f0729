"""How the pages and the box stand in a browser: readable by everybody, on a phone, in a frame of another site."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from lantoa.announcements.services import publish
from tests.announcements.conftest import PLACING

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
TITLES = [
    "Đăng ký thẻ bảo hiểm y tế cho hộ cận nghèo trước ngày 15 tháng 12",
    "Vay vốn làm ăn: tổ tiết kiệm và vay vốn nhận hồ sơ",
    "Lịch khám bệnh lưu động tại các ấp",
    "Dạy nghề nuôi tôm sinh thái, không mất học phí",
    "Hỗ trợ làm nhà: mẫu đơn mới",
    "Họp lấy ý kiến về danh sách hộ nghèo",
]


@pytest.fixture(autouse=True)
def standing(settings: Any) -> Any:
    for number, title in enumerate(TITLES):
        placing = replace(PLACING, key=f"k-{number}", about=f"m-{number}", title=title)
        row = publish(placing=placing, at=AT + timedelta(hours=number))
    return row


def look(page: Any, url: str, width: int, name: str, height: int = 740) -> None:
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(url)
    if shots := os.environ.get("LANTOA_SHOTS"):
        page.screenshot(path=Path(shots) / f"{name}-{width}.png", full_page=True)
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{name} at {width} scrolls sideways"
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    assert said == []


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_are_for_everybody(page: Any, live_server: Any, standing: Any, width: int) -> None:
    here = f"{live_server.url}/thong-bao"
    look(page, f"{here}/", width, "all")
    look(page, f"{here}/xa-dat-mui/", width, "page")
    look(page, f"{here}/xa-dat-mui/{standing.public_id}/", width, "item")
    look(page, f"{here}/xa-dat-mui/nhung/", width, "embed")


@pytest.mark.parametrize("width", [260, 300, 600])
def test_the_box_is_for_everybody_however_narrow(page: Any, live_server: Any, width: int) -> None:
    look(page, f"{live_server.url}/thong-bao/xa-dat-mui/hop/", width, "box", 420)


def test_the_box_stands_in_a_frame_of_another_site_and_leaves_no_cookie(page: Any, live_server: Any) -> None:
    box = f"{live_server.url}/thong-bao/xa-dat-mui/hop/"
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("https://co-quan.example/", lambda route: route.fulfill(
        body=f'<html lang="vi"><body><iframe src="{box}" title="x" width="300" height="420"></iframe></body></html>',
        content_type="text/html",
    ))  # fmt: skip
    page.goto("https://co-quan.example/")
    assert page.frame_locator("iframe").get_by_role("link").count() == 7  # the name, five items, all of them
    assert page.context.cookies() == []
    assert {url.split("/")[2] for url in asked} == {"co-quan.example", live_server.url.split("/")[2]}
