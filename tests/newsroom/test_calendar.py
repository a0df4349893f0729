"""Events in people's own calendars."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.models import User
from lantoa.newsroom import ics, services
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import EventPage
from tests.newsroom.conftest import NOW


def read(content: bytes) -> list[dict[str, str]]:
    """The events of a calendar, unfolded and unescaped by RFC 5545, every line within its limit."""
    assert content.endswith(b"\r\n")
    lines = content.removesuffix(b"\r\n").split(b"\r\n")
    assert [line for line in lines if len(line) > 75 or b"\n" in line] == []
    plain = content.replace(b"\r\n ", b"").decode().removesuffix("\r\n").split("\r\n")
    assert (plain[0], plain[1], plain[-1]) == ("BEGIN:VCALENDAR", "VERSION:2.0", "END:VCALENDAR")
    events: list[dict[str, str]] = []
    for line in plain:
        name, _colon, value = line.partition(":")
        if line == "BEGIN:VEVENT":
            events.append({})
        elif events and name not in ("BEGIN", "END"):
            events[-1][name] = _unescaped(value)
    return events


def _unescaped(value: str) -> str:
    kept, letters = "", iter(value)
    for letter in letters:
        if letter == "\\":
            following = next(letters)
            kept += "\n" if following in "nN" else following
        else:
            kept += letter
    return kept


@pytest.mark.django_db  # a page asks for its content type
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"], include_characters="\n")))
def test_any_words_come_back_whole(words: str) -> None:
    event = EventPage(title=words, starts_at=timezone.now(), place=words)
    (told,) = read(ics.calendar([event], name=words, host="example.test"))
    assert (told["SUMMARY"], told.get("LOCATION", "")) == (words, words)


@pytest.fixture
def event(site: services.SiteMade, editor: User, publish: Callable[..., Any]) -> Callable[..., Any]:
    def make(title: str, days: int, *, live: bool = True, **facts: Any) -> Any:
        starts = timezone.now() + timedelta(days=days)
        facts = {"starts_at": starts, "ends_at": starts + timedelta(hours=2), "organiser": "UBND xã", **facts}
        page = services.write_page(
            EventPage, parent=site.sections[SectionKind.EVENTS]["vi"], title=title, by=editor, at=NOW, **facts
        )
        return publish(page) if live else page

    return make


@pytest.mark.django_db
def test_one_event_and_all_to_come(event: Callable[..., Any], client: Client) -> None:
    coming = event("Đối thoại, hỏi đáp", 3, place="Nhà văn hóa ấp 4; gần chợ", join="<p>Báo trưởng ấp.</p>")
    event("Đã hủy", 5, called_off=True)
    past, hidden = event("Đã qua", -3), event("Chưa duyệt", 3, live=False)
    response = client.get("/su-kien/lich.ics")
    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    told = read(response.content)
    assert [(one["SUMMARY"], one["STATUS"]) for one in told] == [
        ("Đối thoại, hỏi đáp", "CONFIRMED"), ("Đã hủy", "CANCELLED"),
    ]  # fmt: skip
    assert told[0]["LOCATION"] == "Nhà văn hóa ấp 4; gần chợ"
    assert told[0]["DTSTART"] == coming.starts_at.strftime("%Y%m%dT%H%M%SZ")
    assert len({one["UID"] for one in told}) == 2
    assert [one["SUMMARY"] for one in read(client.get(f"/su-kien/{past.slug}.ics").content)] == ["Đã qua"]
    assert client.get(f"/su-kien/{hidden.slug}.ics").status_code == 404
    assert "Set-Cookie" not in response.headers


@pytest.mark.django_db
def test_list_tells_what_is_to_come_and_on_request_what_is_over(event: Callable[..., Any], client: Client) -> None:
    event("Gặp mặt", 3)
    event("Phiên chợ", -3)
    to_come, over = (
        client.get(url).content.decode().replace("\xa0", " ") for url in ("/su-kien/", "/su-kien/?da-qua=1")
    )
    assert ["Gặp mặt" in to_come, "Phiên chợ" in to_come] == [True, False]
    assert ["Gặp mặt" in over, "Phiên chợ" in over] == [False, True]
