"""Feeds: three forms of the same, valid to a reader, unchanged as long as nothing changes."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from defusedxml.ElementTree import fromstring
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.announcements.feeds import rendered
from lantoa.announcements.selectors import feed
from lantoa.announcements.services import publish, withdraw
from tests.announcements.conftest import PLACING

pytestmark = pytest.mark.django_db
AT = datetime(2026, 12, 1, 1, 0, 0, 250_000, tzinfo=UTC)
LATER = AT + timedelta(hours=3)
RSS, ATOM, JSON = (f"/feeds/xa-dat-mui/vi/{form}" for form in ("rss.xml", "atom.xml", "feed.json"))
BASE = "http://localhost:8000"
A = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(autouse=True)
def base(settings: Any) -> None:
    settings.LANTOA_BASE_URL = BASE


def get(url: str, **headers: str) -> Any:
    return Client().get(url, headers=headers)


def test_one_item_in_three_forms_has_one_name() -> None:
    row = publish(placing=PLACING, at=AT)
    name, url = f"urn:uuid:{row.public_id}", f"{BASE}/thong-bao/xa-dat-mui/{row.public_id}/"
    html = (
        "<p>Bà con đăng ký tại ủy ban xã &lt;trước&gt; ngày 15/12.</p><p>Nhớ mang căn cước &amp; sổ.</p>"
        f'<p><a href="{PLACING.link}">Xem thêm</a></p>'
    )
    rss = fromstring(get(RSS).content).find("channel/item")
    assert {part.tag: part.text for part in rss} == {
        "title": PLACING.title,
        "link": url,
        "guid": name,
        "pubDate": "Tue, 01 Dec 2026 01:00:00 GMT",
        "description": html,
        "{http://purl.org/dc/elements/1.1/}creator": PLACING.source,
    }
    assert rss.find("guid").get("isPermaLink") == "false"
    entry = fromstring(get(ATOM).content).find(f"{A}entry")
    assert entry.findtext(f"{A}id") == name
    assert (entry.findtext(f"{A}published"), entry.findtext(f"{A}updated")) == ("2026-12-01T01:00:00Z",) * 2
    assert entry.findtext(f"{A}content") == html
    assert json.loads(get(JSON).content)["items"] == [
        {
            "id": name,
            "url": url,
            "title": PLACING.title,
            "content_html": html,
            "date_published": "2026-12-01T01:00:00Z",
            "date_modified": "2026-12-01T01:00:00Z",
            "language": "vi",
            "authors": [{"name": PLACING.source}],
        }
    ]


def test_an_edit_keeps_the_id_and_moves_the_date() -> None:
    row = publish(placing=PLACING, at=AT)
    publish(placing=replace(PLACING, key="k-2", text="Gia hạn."), at=LATER)
    [entry] = fromstring(get(ATOM).content).findall(f"{A}entry")
    assert entry.findtext(f"{A}id") == f"urn:uuid:{row.public_id}"
    assert entry.findtext(f"{A}published") == "2026-12-01T01:00:00Z"
    assert entry.findtext(f"{A}updated") == "2026-12-01T04:00:00Z"
    assert fromstring(get(ATOM).content).findtext(f"{A}updated") == "2026-12-01T04:00:00Z"


def test_what_is_taken_away_leaves_the_lists_and_a_stone_in_atom(settings: Any) -> None:
    row = publish(placing=PLACING, at=datetime.now(UTC) - timedelta(days=1))
    withdraw(key=PLACING.key, at=datetime.now(UTC))
    assert fromstring(get(RSS).content).find("channel/item") is None
    assert json.loads(get(JSON).content)["items"] == []
    root = fromstring(get(ATOM).content)
    assert root.find(f"{A}entry") is None
    [stone] = root.findall("{http://purl.org/atompub/tombstones/1.0}deleted-entry")
    assert stone.get("ref") == f"urn:uuid:{row.public_id}"
    page = Client().get(f"/thong-bao/xa-dat-mui/{row.public_id}/")
    assert (page.status_code, PLACING.text[:20] in page.content.decode()) == (410, False)


def test_every_form_names_itself_and_the_hub(settings: Any) -> None:
    settings.LANTOA_WEBSUB_HUB = "https://hub.example/"
    publish(placing=PLACING, at=AT)
    hubs = [f"{BASE}/feeds/hub/", "https://hub.example/"]
    for url in (RSS, ATOM, JSON):
        link = get(url).headers["Link"]
        assert link == f'<{hubs[0]}>; rel="hub", <{hubs[1]}>; rel="hub", <{BASE}{url}>; rel="self"'
    links = [(one.get("rel"), one.get("href")) for one in fromstring(get(ATOM).content).findall(f"{A}link")]
    assert ("self", BASE + ATOM) in links
    assert [href for rel, href in links if rel == "hub"] == hubs
    assert json.loads(get(JSON).content)["hubs"] == [{"type": "WebSub", "url": hub} for hub in hubs]


@pytest.mark.parametrize("url", [RSS, ATOM, JSON])
def test_who_has_it_already_gets_304_until_something_changes(url: str) -> None:
    publish(placing=PLACING, at=AT)
    first = get(url)
    etag, changed = first.headers["ETag"], first.headers["Last-Modified"]
    assert changed == "Tue, 01 Dec 2026 01:00:00 GMT"
    for headers in ({"if-none-match": etag}, {"if-modified-since": changed}):
        again = get(url, **headers)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
        assert 'rel="hub"' in again.headers["Link"]
    assert get(url).content == first.content
    publish(placing=replace(PLACING, key="k-2", title="Gia hạn"), at=AT)  # within the same second
    for headers in ({"if-none-match": etag}, {"if-modified-since": changed}):
        assert get(url, **headers).status_code == 200
    assert first.cookies.output() == ""
    head = Client().head(url)
    assert (head.status_code, head.content) == (200, b"")


def test_feeds_are_by_language_and_unknown_ones_are_not_there() -> None:
    publish(placing=PLACING, at=AT)
    publish(placing=replace(PLACING, key="k-2", language="km", title="ប័ណ្ណ"), at=AT)
    assert [one["title"] for one in json.loads(get("/feeds/xa-dat-mui/km/feed.json").content)["items"]] == ["ប័ណ្ណ"]
    for url in ("/feeds/xa-dat-mui/fr/atom.xml", "/feeds/khac/vi/atom.xml", "/feeds/xa-dat-mui/vi/atom.html"):
        assert get(url).status_code == 404
    assert Client().post(ATOM).status_code == 405


@settings(max_examples=40)
@given(st.text(max_size=200), st.text(max_size=60), st.text(max_size=60))
def test_any_words_make_readable_feeds(text: str, title: str, source: str) -> None:
    words = {"key": uuid4().hex, "about": "", "text": text, "title": title, "source": source}
    publish(placing=replace(PLACING, **words), at=AT)
    found = feed("xa-dat-mui", "vi", at=AT)
    assert found is not None
    assert fromstring(rendered(found, "rss.xml")).find("channel/item") is not None
    assert fromstring(rendered(found, "atom.xml")).find(f"{A}entry") is not None
    assert json.loads(rendered(found, "feed.json"))["items"]
