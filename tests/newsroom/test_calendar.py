"""Events in people's own calendars."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.models import User
from lantoa.newsroom import ics, services
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import EventPage
from lantoa.newsroom.rules import NotReadyError
from tests.newsroom.conftest import NOW
from tests.newsroom.samples import document


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
    assert told[0]["URL"] == f"{settings.LANTOA_BASE_URL}{coming.url}"
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


DIALOGUE = {"kind": "dialogue", "answerers": "Chủ tịch UBND xã; Ngân hàng Chính sách xã hội"}


@pytest.mark.django_db
def test_list_and_calendar_are_narrowed_by_kind(event: Callable[..., Any], client: Client) -> None:
    event("Hỏi gì đáp nấy", 3, **DIALOGUE)
    event("Lớp ghi sổ", 4, kind="training")
    event("Phiên chợ", 5)
    event("Hỏi năm ngoái", -3, **DIALOGUE)

    def shown(query: str) -> str:
        return client.get(f"/su-kien/{query}").content.decode().replace("\xa0", " ")

    every, dialogues, over = shown(""), shown("?loai=dialogue"), shown("?loai=dialogue&da-qua=1")
    assert [t in every for t in ("Hỏi gì đáp nấy", "Lớp ghi sổ", "Phiên chợ", "Sự kiện sắp tới")] == [True] * 4
    assert [t in dialogues for t in ("Hỏi gì đáp nấy", "Lớp ghi sổ", "Đối thoại sắp tới")] == [True, False, True]
    assert [t in over for t in ("Hỏi năm ngoái", "Hỏi gì đáp nấy", "Đối thoại đã qua")] == [True, False, True]
    assert 'href="/su-kien/?loai=training"' in dialogues
    assert "loai=conference" not in dialogues, "only kinds that there are"
    assert 'href="/su-kien/lich.ics?loai=dialogue"' in dialogues
    assert "Sự kiện sắp tới" in shown("?loai=<script>")
    told = {one["SUMMARY"]: one.get("CATEGORIES") for one in read(client.get("/su-kien/lich.ics").content)}
    assert told == {"Hỏi gì đáp nấy": "Đối thoại", "Lớp ghi sổ": "Tập huấn", "Phiên chợ": None}
    only = read(client.get("/su-kien/lich.ics?loai=dialogue").content)
    assert [one["SUMMARY"] for one in only] == ["Hỏi gì đáp nấy"]


@pytest.mark.django_db
def test_dialogue_says_who_answers_takes_questions_and_then_tells_what_came_of_it(
    event: Callable[..., Any], client: Client
) -> None:
    coming = event("Hỏi gì đáp nấy", 3, **DIALOGUE)
    record = document("bien-ban.pdf", b"%PDF-1.4 ...")
    over = event("Hỏi tuần trước", -3, outcome="<p>Xã hứa sửa cầu.</p>", record=record, **DIALOGUE)
    market, off = event("Phiên chợ", 5), event("Đã hủy", 5, called_off=True, **DIALOGUE)
    pages = {page: client.get(page.url).content.decode().replace("\xa0", " ") for page in (coming, over, market, off)}
    ask = f"/gui-y-kien/?xa={coming.unit_id}&amp;buoi={coming.pk}"
    assert [ask in pages[coming], DIALOGUE["answerers"] in pages[coming]] == [True, True]
    assert ["buoi=" in pages[page] for page in (over, market, off)] == [False] * 3
    assert ["Xã hứa sửa cầu." in pages[over], record.url in pages[over]] == [True, True]
    assert b"".join(client.get(record.url)) == b"%PDF-1.4 ..."
    assert '"keywords":"Đối thoại"' in pages[coming]

    form = client.get(f"/gui-y-kien/?buoi={coming.pk}").content.decode()
    assert "Câu hỏi cho buổi đối thoại “Hỏi gì đáp nấy”" in form
    for wrong in (over.pk, market.pk, off.pk, "9" * 30, "²", "x"):
        assert "Câu hỏi cho buổi" not in client.get(f"/gui-y-kien/?buoi={wrong}").content.decode()


@pytest.mark.django_db
def test_dialogue_without_anyone_to_answer_is_not_sent(event: Callable[..., Any], editor: User) -> None:
    page = event("Hỏi gì đáp nấy", 3, live=False, **DIALOGUE)
    revision = services.revise_page(page=page, by=editor, at=NOW, title="Hỏi").get_latest_revision()
    revision.content = {**revision.content, "answerers": " "}
    revision.save()
    with pytest.raises(NotReadyError, match="Ai trả lời: Ghi ai sẽ trả lời"):
        services.submit_page(page=page, by=editor, at=NOW)


@pytest.mark.django_db
def test_versions_older_than_kinds_read_as_of_no_particular_kind(event: Callable[..., Any]) -> None:
    page = event("Buổi gặp", 3)
    revision = page.get_latest_revision()
    fields = {"kind", "answerers", "outcome", "record"}
    revision.content = {name: value for name, value in revision.content.items() if name not in fields}
    old = revision.as_object()
    assert (old.kind, old.named_kind, old.takes_questions) == ("other", "", False)
    with pytest.raises(IntegrityError, match="event_kind_known"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE newsroom_eventpage SET kind = 'party' WHERE page_ptr_id = %s", [page.pk])
