"""Lists that stay quick among very many pages: by nearness to an audience, and counted only as far as one leafs."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import listing

pytestmark = pytest.mark.django_db


@pytest.fixture
def stories(publish):
    said = {"Tất cả": [], "Hộ nghèo": ["poor"], "Cán bộ": ["cadres"], "Mọi người": ["people"],
            "Nghèo và mọi người": ["poor", "people"]}  # fmt: skip
    for title, groups in said.items():
        publish("article", title, audience_groups=groups)


@pytest.mark.parametrize(
    ("audience", "n", "titles"),
    [
        ("poor", 2, ["Nghèo và mọi người", "Hộ nghèo"]),
        ("poor", 3, ["Nghèo và mọi người", "Hộ nghèo", "Mọi người"]),
        ("poor", 9, ["Nghèo và mọi người", "Hộ nghèo", "Mọi người", "Tất cả"]),
        ("near_poor", 2, ["Nghèo và mọi người", "Mọi người"]),
        ("cadres", 2, ["Cán bộ", "Nghèo và mọi người"]),
    ],
)
def test_what_was_written_for_them_comes_first_and_nothing_twice(stories, audience, n, titles):
    pages = newsroom.published(SectionKind.ARTICLES, language="vi")
    with CaptureQueriesContext(connection) as asked:
        found = newsroom.speaking_to(pages, [audience], n=n)
    assert ([page.title for page in found], len(asked)) == (titles, 1)
    alone = newsroom.speaking_to(pages, [audience], n=n, others=False)
    assert all(audience in page.audience_groups for page in alone)


def test_no_audience_means_what_speaks_to_everyone(stories):
    pages = newsroom.published(SectionKind.ARTICLES, language="vi")
    found = newsroom.speaking_to(pages, [], n=9)
    assert [page.title for page in found] == ["Nghèo và mọi người", "Mọi người", "Tất cả"]


def test_every_number_of_a_long_list_is_a_page_and_its_end_is_told_only_when_counted(
    publish, site, client, monkeypatch
):
    for number in range(5):
        publish("article", f"Chuyện {number}")
    monkeypatch.setattr(listing, "A_PAGE", 1)
    monkeypatch.setattr(listing, "FAR", 2)
    url = site.articles["vi"].url

    def shown(page: str) -> tuple[int, int, bool, str]:
        answer = client.get(url, {"page": page})
        found = answer.context["listed"]
        pager = answer.content.decode().split('class="pager"')[1].split("</nav>")[0]
        return found.number, found.paginator.num_pages, found.paginator.more, pager

    for asked, told in {
        "": (1, 3, True), "2": (2, 4, True), "3": (3, 5, False), "5": (5, 5, False), "99": (5, 5, False),
        "9" * 40: (5, 5, False), "x": (1, 3, True), "-1": (1, 3, True), "0": (1, 3, True), "²": (1, 3, True),
    }.items():  # fmt: skip
        number, last, more, pager = shown(asked)
        assert (number, last, more) == told, asked
        assert pager.count("<span>…</span>") >= more
        assert ('rel="next"' in pager) == (number < 5)
