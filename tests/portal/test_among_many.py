"""Lists that stay quick among very many pages: by nearness to an audience, and counted only as far as one leafs."""

from datetime import timedelta
from itertools import chain

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from wagtail.models import Page

from bench.many_pages import copies
from lantoa.kernel.clock import now
from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import InstitutionPage, listing
from lantoa.portal import kits, presenting
from lantoa.territory.enums import UnitKind
from lantoa.territory.services.deciding import Newcomer, merge_units
from tests.newsroom.samples import fields_of
from tests.portal.conftest import unit
from tests.portal.test_places import REFORM

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
    enough = sum(audience in page.audience_groups for page in pages) >= n
    with CaptureQueriesContext(connection) as asked:
        found = newsroom.speaking_to(newsroom.published, SectionKind.ARTICLES, audiences=[audience], n=n)
    assert ([page.title for page in found], len(asked)) == (titles, 1 if enough else 2)
    with CaptureQueriesContext(connection) as asked:
        shown = newsroom.cards_speaking_to({SectionKind.ARTICLES: n}, [audience])
    assert ([card.title for card in shown[SectionKind.ARTICLES]], len(asked)) == (titles, 1 if enough else 2)


def test_no_audience_means_all(stories):
    newest = ["Nghèo và mọi người", "Mọi người", "Cán bộ", "Hộ nghèo", "Tất cả"]
    assert [
        page.title for page in newsroom.speaking_to(newsroom.published, SectionKind.ARTICLES, audiences=[], n=9)
    ] == newest
    shown = newsroom.cards_speaking_to({SectionKind.ARTICLES: 2}, [])
    assert [card.title for card in shown[SectionKind.ARTICLES]] == newest[:2]


def test_cards_of_several_kinds_are_asked_for_once_each_kind_with_its_own_number(publish, stories):
    for number in range(3):
        publish("policy", f"Chính sách {number}", audience_groups=["poor"])
    most = {SectionKind.POLICIES: 2, SectionKind.ARTICLES: 2, SectionKind.GUIDES: 2}
    shown = newsroom.cards_speaking_to(most, ["poor"])
    assert {kind: [card.title for card in cards] for kind, cards in shown.items()} == {
        SectionKind.POLICIES: ["Chính sách 2", "Chính sách 1"],
        SectionKind.ARTICLES: ["Nghèo và mọi người", "Hộ nghèo"],
        SectionKind.GUIDES: [],
    }
    assert [card.url for card in shown[SectionKind.POLICIES]] == [
        "/chinh-sach/chinh-sach-2/",
        "/chinh-sach/chinh-sach-1/",
    ]
    with translation.override("en"):
        assert not any(newsroom.cards_speaking_to(most, ["poor"]).values())


def test_a_page_is_about_its_own_place_and_about_those_it_names_and_listed_once(publish, province):
    here, there = province.communes["Xã Bãi Xa"], province.communes["Xã Đất Thử"]
    publish("article", "Của đây", unit_id=here)
    publish("article", "Của kia, nhắc đây", unit_id=there, further_units=[here])
    publish("article", "Của đây, nhắc đây", unit_id=here, further_units=[here, there])
    publish("policy", "Chính sách của kia", unit_id=there)
    with CaptureQueriesContext(connection) as asked:
        found = newsroom.about_units([here])
    assert ([card.title for card in found], len(asked)) == (["Của đây, nhắc đây", "Của kia, nhắc đây", "Của đây"], 1)
    assert [page.title for page in newsroom.articles_near(here, on=now().date(), n=3)] == [one.title for one in found]
    [policy] = newsroom.cards_speaking_to({SectionKind.POLICIES: 3}, ["poor"], about=[there])[SectionKind.POLICIES]
    assert policy.title == "Chính sách của kia"
    assert newsroom.cards_speaking_to({SectionKind.POLICIES: 3}, ["poor"], about=[here])[SectionKind.POLICIES] == []


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


@pytest.fixture
def heir(province, publish):
    """A commune of today and the one that it took over, beside Xã Bãi Xa: ids of both, and its code."""
    old, other = (unit(name, UnitKind.COMMUNE, province.unit_id) for name in ("Xã Cũ Kỹ", "Xã Cũ Càng"))
    into = Newcomer("Xã Mới Tinh", "Mới Tinh", UnitKind.COMMUNE, code="99009")
    new = merge_units(unit_ids=[old, other], into=into, on=REFORM, by=None, at=now())
    for grant in chain(*province.posts.values()):
        grant.units.extend((old, new.pk))  # the province's people hold their posts over them too
    return new.pk, old, "99009"


def older(*pages):
    """Published a year before everything else."""
    Page.objects.filter(pk__in=[page.pk for page in pages]).update(first_published_at=now() - timedelta(days=365))


def test_what_concerns_a_commune_is_found_among_hundreds_of_newer_pages_also_when_it_is_about_several(
    client, province, heir, publish, django_assert_max_num_queries
):
    here, before, code = heir
    there = province.communes["Xã Bãi Xa"]
    several = {"unit_id": there, "further_units": [here]}
    older(
        publish("policy", "Chính sách hai xã", **several),
        publish("policy", "Chính sách xã cũ", unit_id=before),
        publish(InstitutionPage, "Một cửa", **{**fields_of(InstitutionPage), "unit_id": here}),
        publish("article", "Chuyện hai xã", **several),
        publish("article", "Chuyện xã cũ", unit_id=before),
    )
    policy, story = publish("policy", "Nơi khác", unit_id=there), publish("article", "Chuyện tỉnh")
    copies(story, 250)
    with translation.override("vi"):
        found = kits.kit(code)
        near = [one.title for one in presenting.stories(here)]
        alone = [one.title for one in presenting.stories(None)]
    assert {piece.title for piece in found.pieces[1:]} == {"Chính sách hai xã", "Chính sách xã cũ", "Một cửa"}
    assert (set(near[:2]), near[2], alone[0]) == ({"Chuyện hai xã", "Chuyện xã cũ"}, "Chuyện tỉnh", "Chuyện tỉnh")
    client.get("/", {"xa": here})
    with django_assert_max_num_queries(12):
        client.get("/", {"xa": here})
    feed = client.get(f"/tin-moi/xa/{code}/feed.json").json()["items"]
    assert {one["title"] for one in feed} == {
        "Chính sách hai xã", "Chính sách xã cũ", "Chuyện hai xã", "Chuyện xã cũ",
    }  # fmt: skip
    assert policy.title not in client.get(f"/noi-toi-o/{here}/").text
