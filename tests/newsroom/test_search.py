"""Search that forgives marks, and only ever shows what is published."""

import pytest

from lantoa.newsroom import selectors
from lantoa.newsroom.models import ArticlePage
from tests.newsroom.conftest import Write

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


@pytest.fixture
def pages(write: Write, publish: object) -> dict[str, ArticlePage]:
    write("Bản nháp giảm nghèo")
    titles = ("Giảm nghèo bền vững ở ấp", "Diễn biến mùa lũ", "Nghề nuôi cua")
    bodies = {"Nghề nuôi cua": [("paragraph", "<p>Hộ <b>Đặng</b> nuôi cua dưới tán rừng.</p>")]}
    return {title: publish(write(title, body=bodies.get(title, []))) for title in titles}  # type: ignore[operator]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("giảm nghèo", ["Giảm nghèo bền vững ở ấp"]),
        ("giam ngheo", ["Giảm nghèo bền vững ở ấp"]),
        ("GIAM  NGHEO ben vung", ["Giảm nghèo bền vững ở ấp"]),
        ("dien bien", ["Diễn biến mùa lũ"]),
        ("dang", ["Nghề nuôi cua"]),
        ("Đặng", ["Nghề nuôi cua"]),
        ("tan rung", ["Nghề nuôi cua"]),
        ("không có chữ này", []),
        ("  ", []),
    ],
)
def test_search_finds_with_and_without_marks(query: str, found: list[str], pages: dict[str, ArticlePage]) -> None:
    assert [page.title for page in selectors.search(query)] == found


def test_lists_hold_the_published_only(pages: dict[str, ArticlePage], write: Write) -> None:
    assert {page.title for page in selectors.latest_articles(9)} == set(pages)
    assert list(selectors.policies()) == []
    assert selectors.page_for_subject(f"newsroom.page:{pages['Nghề nuôi cua'].pk}") == pages["Nghề nuôi cua"]
    assert selectors.page_for_subject("outreach.message:1") is None
