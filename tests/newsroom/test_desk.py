"""The desk's list of pages: each person's own units, each page's stage, sending for approval."""

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import selectors, services
from lantoa.newsroom.enums import Stage
from tests.newsroom.conftest import NOW, Hire, Write

pytestmark = pytest.mark.django_db


def test_stage_follows_the_newest_version(write: Write, editor: User, reviewer: User, publish: object) -> None:
    def stages() -> dict[str, Stage]:
        return {line.page.title: line.stage for line in selectors.desk_pages(editor)}

    page, live = write("Một"), publish(write("Hai"))  # type: ignore[operator]
    assert stages() == {"Một": Stage.DRAFT, "Hai": Stage.LIVE}
    services.submit_page(page=page, by=editor, at=NOW)
    services.revise_page(page=live, by=editor, at=NOW, lead="Sửa.")
    assert stages() == {"Một": Stage.WAITING, "Hai": Stage.DRAFT}
    services.return_page(page=page, by=reviewer, at=NOW, note="Sửa")
    assert stages()["Một"] == Stage.RETURNED


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
    assert [line.stage for line in selectors.desk_pages(editor, Stage.WAITING)] == [Stage.WAITING]
    assert services.approve_page(page=page, by=reviewer, at=selectors.review_of(page).submission.submitted_at).live  # type: ignore[union-attr]
