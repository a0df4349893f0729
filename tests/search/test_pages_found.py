"""Pages are found from the moment they are public to the moment they are not, whatever door they leave by."""

from datetime import UTC, date, datetime

import pytest
from django.db import connection, transaction
from wagtail.models import Page, PageViewRestriction

from lantoa.newsroom import services
from lantoa.newsroom.models import ArticlePage
from lantoa.search.models import SearchItem
from lantoa.search.selectors import Wanted, find
from lantoa.search.services import rebuild
from tests.search.conftest import NOW, Write

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def titles(query, **narrowed):
    return [hit.title for hit in find(Wanted(query, language="vi", **narrowed)).hits]


@pytest.fixture
def pages(write: Write, publish) -> dict[str, ArticlePage]:
    write("Bản nháp giảm nghèo")
    names = ("Giảm nghèo bền vững ở ấp", "Diễn biến mùa lũ", "Nghề nuôi cua")
    bodies = {"Nghề nuôi cua": [("paragraph", "<p>Hộ <b>Đặng</b> nuôi cua dưới tán rừng.</p>")]}
    return {title: publish(write(title, body=bodies.get(title, []))) for title in names}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("giảm nghèo", ["Giảm nghèo bền vững ở ấp"]),
        ("giam ngheo", ["Giảm nghèo bền vững ở ấp"]),
        ("GIAM  NGHEO ben vung", ["Giảm nghèo bền vững ở ấp"]),
        ("gaim ngeo", ["Giảm nghèo bền vững ở ấp"]),
        ("giamr ngheof", ["Giảm nghèo bền vững ở ấp"]),
        ("dien bien", ["Diễn biến mùa lũ"]),
        ("dang", ["Nghề nuôi cua"]),
        ("Đặng", ["Nghề nuôi cua"]),
        ("tan rung", ["Nghề nuôi cua"]),
        ("không có chữ này", []),
        ("'; DROP TABLE x --", []),
        ("a & b | !c:*", []),
        ("  ", []),
    ],
)
def test_pages_are_found_with_and_without_marks_and_with_slips(query, found, pages):
    assert titles(query) == found


def test_what_is_found_by_mending_too_is_counted(write: Write, publish, client):
    exact = "Vay vạn chài"
    meant = {f"Vay vốn làm ghe số {number}" for number in range(25)}
    for title in (exact, *meant):
        publish(write(title))
    first, second = (client.get("/tim/", {"q": "vay van", "page": page}).context["found"] for page in ("1", "2"))
    assert (first.hits[0].title, first.narrowing.total) == (exact, 26)
    assert {hit.title for hit in (*first.hits, *second.hits)} == {exact, *meant}
    assert len(first.hits) + len(second.hits) == 26


def test_days_narrow_the_hits_and_their_counts_both_days_included(pages, client):
    days = {
        "Giảm nghèo bền vững ở ấp": datetime(2026, 3, 31, 16, 59, tzinfo=UTC),
        "Diễn biến mùa lũ": datetime(2026, 3, 31, 17, tzinfo=UTC),
    }
    for title, moment in days.items():
        SearchItem.objects.filter(title=title).update(published_at=moment)
    early, late = days
    march, april = date(2026, 3, 31), date(2026, 4, 1)

    def found(**narrowed):
        seen = find(Wanted("chuyen o ap", language="vi", **narrowed))
        assert seen.narrowing.total == len(seen.hits)
        return {hit.title for hit in seen.hits} & set(days)

    assert (found(last=march), found(first=april, last=april)) == ({early}, {late})
    assert found(first=march, last=april) == found() == set(days)
    asked = {"q": "chuyen o ap", "tu": "2026-04-01", "den": "01/04/2026"}
    shown = client.get("/tim/", asked).text.replace("\xa0", " ")
    assert ("Diễn biến mùa lũ" in shown, "Giảm nghèo bền vững" in shown) == (True, False)
    wrong = {"den": "31/02/2026"}, {"den": "9999-12-31"}, {"den": "2026-03-31"}
    told = ["Không có ngày này", "Không có ngày này", "Ngày này trước ngày đầu"]
    for days_typed, said in zip(wrong, told, strict=True):
        shown = client.get("/tim/", asked | days_typed).text
        field = shown[: shown.index('name="den"')].rpartition('<div class="field')[2]
        assert said in field
        assert 'value="2026-04-01"' in shown


def test_a_withdrawn_page_is_found_no_more(pages, leader):
    page = pages["Nghề nuôi cua"]
    services.sync_groups(user=leader, at=NOW)
    services.withdraw_page(page=page, by=leader, at=NOW, reason="Sai số liệu.")
    assert titles("nghe nuoi cua") == []
    assert not SearchItem.objects.filter(ref=page.pk).exists()


def test_a_page_leaves_by_every_door(pages):
    for title, leave in {
        "Nghề nuôi cua": lambda page: Page.objects.filter(pk=page.pk).update(live=False),
        "Diễn biến mùa lũ": lambda page: PageViewRestriction.objects.create(page=page, restriction_type="login"),
    }.items():
        assert titles(title) == [title]
        leave(pages[title])
        assert titles(title) == []


def test_a_restricted_section_hides_what_stands_in_it(pages, site):
    PageViewRestriction.objects.create(page=Page.objects.get(pk=site.articles["vi"].pk), restriction_type="login")
    assert SearchItem.objects.count() == 0
    assert rebuild()["newsroom.page"] == 0


def test_a_withdrawal_that_is_rolled_back_leaves_the_page_found(pages):
    with transaction.atomic():
        Page.objects.filter(pk=pages["Nghề nuôi cua"].pk).update(live=False)
        assert titles("nghề nuôi cua") == []
        transaction.set_rollback(True)
    assert titles("nghề nuôi cua") == ["Nghề nuôi cua"]


def test_a_new_version_replaces_the_old_words_only_when_it_is_approved(pages, editor, publish):
    page = pages["Nghề nuôi cua"]
    draft = services.revise_page(page=page, by=editor, at=NOW, title="Nghề nuôi tôm")
    assert titles("nuôi tôm") == []
    publish(draft)
    assert titles("nuôi tôm") == ["Nghề nuôi tôm"]
    assert SearchItem.objects.filter(ref=page.pk).count() == 1


def test_a_rebuild_makes_the_same_again(pages):
    columns = ("ref", "kind", "language", "title", "text_marked", "text_plain", "title_folded", "published_at")
    before = list(SearchItem.objects.order_by("ref").values_list(*columns))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchitem")
    assert rebuild()["newsroom.page"] == 3
    assert list(SearchItem.objects.order_by("ref").values_list(*columns)) == before


def test_a_search_asks_few_questions(pages, django_assert_max_num_queries):
    find(Wanted("giảm nghèo", language="vi"))
    with django_assert_max_num_queries(12):
        find(Wanted("giảm nghèo", language="vi"))
