"""What people see of the announcements, and the box on other agencies' sites."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from lantoa.announcements.services import publish
from tests.announcements.conftest import PLACING

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def standing() -> None:
    for number in range(7):
        placing = replace(PLACING, key=f"k-{number}", about=f"m-{number}", title=f"Tin số {number}")
        publish(placing=placing, at=AT + timedelta(hours=number))


def text(url: str) -> str:
    reply = Client().get(url)
    assert (reply.status_code, reply.cookies.output()) == (200, "")
    return reply.content.decode()


def test_the_newest_stand_first_everywhere() -> None:
    for url in ("/thong-bao/", "/thong-bao/xa-dat-mui/"):
        assert re.findall(r"Tin số \d", text(url))[:3] == ["Tin số 6", "Tin số 5", "Tin số 4"]
    assert "/thong-bao/xa-dat-mui/" in text("/thong-bao/")


def test_an_item_shows_its_words_escaped() -> None:
    url = re.search(r'href="(/thong-bao/xa-dat-mui/[0-9a-f-]{36}/)"', text("/thong-bao/"))
    assert url is not None
    page = text(url[1])
    assert "&lt;trước&gt; ngày 15/12." in page
    assert PLACING.source in page


def test_the_box_is_small_needs_nobody_and_may_be_framed(settings: Any) -> None:
    reply = Client().get("/thong-bao/xa-dat-mui/hop/")
    body = reply.content.decode()
    assert re.findall(r"Tin số \d", body) == ["Tin số 6", "Tin số 5", "Tin số 4", "Tin số 3", "Tin số 2"]
    policy = reply.headers["Content-Security-Policy"]
    assert "frame-ancestors *" in policy
    assert "script-src" not in policy
    assert "default-src 'none'" in policy
    assert "X-Frame-Options" not in reply.headers
    assert reply.cookies.output() == ""
    assert not re.findall(r"<script|<img|https?://", body)
    assert len(body) < 4000


def test_how_many_the_box_shows_is_bounded() -> None:
    counts = {n: text(f"/thong-bao/xa-dat-mui/hop/?n={n}").count("<li>") for n in ("2", "10", "99", "0", "-1", "x")}
    assert counts == {"2": 2, "10": 7, "99": 7, "0": 1, "-1": 5, "x": 5}


def test_the_box_speaks_the_sites_language() -> None:
    assert '<html lang="vi">' in text("/thong-bao/xa-dat-mui/hop/")
    english = text("/en/thong-bao/xa-dat-mui/hop/")
    assert '<html lang="en">' in english
    assert "All announcements" in english
    assert 'lang="vi">Tin số 6' in english  # nothing written in English yet
    publish(placing=replace(PLACING, key="e", language="en", title="Health card"), at=AT)
    english = text("/en/thong-bao/xa-dat-mui/hop/")
    assert "Health card" in english
    assert "Tin số" not in english


def test_the_other_pages_may_not_be_framed() -> None:
    for url in ("/thong-bao/", "/thong-bao/xa-dat-mui/", "/thong-bao/xa-dat-mui/nhung/"):
        assert Client().get(url).headers["X-Frame-Options"] == "DENY"


def test_the_lines_to_copy_name_the_box(settings: Any) -> None:
    settings.LANTOA_BASE_URL = "https://lantoa.example"
    page = text("/thong-bao/xa-dat-mui/nhung/")
    assert '&lt;iframe src="https://lantoa.example/thong-bao/xa-dat-mui/hop/" title="Xã Đất Mũi"' in page
    assert "https://lantoa.example/feeds/xa-dat-mui/vi/atom.xml" in page
    assert "https://lantoa.example/en/thong-bao/xa-dat-mui/hop/" in text("/en/thong-bao/xa-dat-mui/nhung/")


def test_pages_tell_news_readers_where_the_feeds_are() -> None:
    found = re.findall(r'<link rel="alternate" type="([^"]+)"', text("/thong-bao/xa-dat-mui/"))
    assert found[-3:] == ["application/rss+xml", "application/atom+xml", "application/feed+json"]


@pytest.mark.parametrize("url", ["/thong-bao/khac/", "/thong-bao/khac/hop/", "/thong-bao/khac/nhung/"])
def test_what_is_not_there_is_not_there(url: str) -> None:
    assert Client().get(url).status_code == 404
