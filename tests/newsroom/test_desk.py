"""The desk's list of pages: each person's own units, each page's stage, sending for approval."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import selectors, services, views
from lantoa.newsroom.enums import Stage
from tests.newsroom.conftest import NOW, Hire, Write

pytestmark = pytest.mark.django_db


def test_stage_follows_the_newest_version(write: Write, editor: User, reviewer: User, publish: object) -> None:
    def stages() -> dict[str, Stage]:
        return {page.title: page.stage for page in selectors.desk_pages(editor)}

    page, live = write("Một"), publish(write("Hai"))  # type: ignore[operator]
    assert stages() == {"Một": Stage.DRAFT, "Hai": Stage.LIVE}
    services.submit_page(page=page, by=editor, at=NOW)
    services.revise_page(page=live, by=editor, at=NOW, lead="Sửa.")
    assert stages() == {"Một": Stage.WAITING, "Hai": Stage.DRAFT}
    services.return_page(page=page, by=reviewer, at=NOW, note="Sửa")
    assert stages()["Một"] == Stage.RETURNED


def test_what_was_taken_down_has_a_stage_until_somebody_writes_on_it(
    write: Write, editor: User, leader: User, publish: Callable[..., Any], client: Client
) -> None:
    page, _draft = publish(write("Sai số liệu")), write("Bản nháp")
    services.withdraw_page(page=page, by=leader, at=NOW, reason="Sai số liệu")
    client.force_login(editor)
    shown = client.get(reverse("newsroom:pages"), {"giai-doan": Stage.WITHDRAWN.value})
    assert [(line.page.title, line.stage) for line in shown.context["lines"]] == [("Sai số liệu", Stage.WITHDRAWN)]
    assert [(tab["count"], tab["current"]) for tab in shown.context["tabs"]][-1] == (1, True)
    assert 'class="chip chip-bad"' in shown.text
    assert reverse("newsroom:send", args=[page.pk]) in shown.text
    services.revise_page(page=page, by=editor, at=timezone.now(), lead="Số đã đúng.")
    assert {one.title: one.stage for one in selectors.desk_pages(editor)} == {
        "Sai số liệu": Stage.DRAFT, "Bản nháp": Stage.DRAFT,
    }  # fmt: skip


def test_another_unit_sees_and_sends_nothing(write: Write, hire: Hire, other_unit: int, client: Client) -> None:
    page, stranger = write("Của người khác"), hire(Role.EDITOR, unit=other_unit)
    client.force_login(stranger)
    assert "Của người khác" not in client.get(reverse("newsroom:pages")).content.decode()
    assert client.post(reverse("newsroom:submit", args=[page.pk])).status_code == 404
    assert client.post(reverse("newsroom:submit", args=[1])).status_code == 404


def test_editor_sends_from_the_list(write: Write, editor: User, reviewer: User, client: Client) -> None:
    page = write("Gửi đi")
    client.force_login(editor)
    assert client.post(reverse("newsroom:submit", args=[page.pk])).status_code == 302
    assert [sent.title for sent in selectors.desk_pages(editor, Stage.WAITING)] == ["Gửi đi"]
    assert services.approve_page(page=page, by=reviewer, at=selectors.review_of(page).submission.submitted_at).live  # type: ignore[union-attr]


def test_however_many_pages_each_is_counted_and_listed(
    write: Write, editor: User, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "A_PAGE", 2)
    pages = [write(f"Bài {n}") for n in range(5)]
    services.submit_page(page=pages[0], by=editor, at=NOW)
    client.force_login(editor)
    url = reverse("newsroom:pages")
    with CaptureQueriesContext(connection) as two:
        first = client.get(url)
    assert [(tab["label"], tab["count"]) for tab in first.context["tabs"] if tab["count"]] == [
        ("Tất cả", 5), (str(Stage.DRAFT.label), 4), (str(Stage.WAITING.label), 1)
    ]  # fmt: skip
    seen = [line.page.title for n in (1, 2, 3) for line in client.get(url, {"page": n}).context["lines"]]
    assert sorted(seen) == [page.title for page in pages]
    monkeypatch.setattr(views, "A_PAGE", 5)
    with CaptureQueriesContext(connection) as five:
        client.get(url)
    assert len(five) == len(two) <= 16
    waiting = client.get(url, {"giai-doan": "waiting"}).context
    assert [line.page.title for line in waiting["lines"]] == ["Bài 0"]


def test_a_page_is_found_by_its_words_however_old(write: Write, editor: User, hire: Hire, other_unit: int) -> None:
    write("Vay vốn nuôi cua")
    for n in range(3):
        write(f"Bài {n}")
    assert [page.title for page in selectors.desk_pages_named(editor, "nuoi von", limit=1)] == ["Vay vốn nuôi cua"]
    assert selectors.desk_pages_named(editor, " ", limit=1) == []
    assert selectors.desk_pages_named(hire(Role.EDITOR, unit=other_unit), "nuôi", limit=1) == []
