"""The address narrows: by language (the reader's, one that is named, every one) and by kind."""

from datetime import timedelta

import pytest
from django.utils import timezone

from lantoa.newsroom import services
from lantoa.newsroom.models import PolicyPage
from lantoa.search.models import SearchMiss
from tests.search.conftest import NOW

pytestmark = pytest.mark.django_db
ARTICLE, POLICY, KHMER = "Vay vốn ở ấp Kênh Mẫu", "Vay vốn làm ghe", "Vay vốn ខ្ចីប្រាក់"


@pytest.fixture
def shown(client, write, publish, site, editor):
    """`shown(loai=…)`: which of the three pages that hold the words the search shows."""
    article = publish(write(ARTICLE))
    day = timezone.localdate() + timedelta(days=180)
    publish(services.write_page(
        PolicyPage, parent=site.sections["policies"]["vi"], title=POLICY, lead="Ai được vay.", what="<p>Tiền vay.</p>",
        review_by=day, by=editor, at=NOW,
    ))  # fmt: skip
    khmer = services.begin_translation(page=article, language="km", by=editor, at=NOW)
    publish(services.revise_page(page=khmer, by=editor, at=NOW, title=KHMER))

    def ask(path: str = "/tim/", **narrowed: str) -> set[str]:
        answer = client.get(path, {"q": "vay von"} | narrowed)
        shown = {hit.title for hit in answer.context["found"].hits}
        assert all(title in answer.text.replace("\xa0", " ") for title in shown)
        return shown

    return ask


def test_a_language_in_the_address_finds_what_is_written_in_it(shown):
    assert shown(**{"ngon-ngu": "vi"}) == {ARTICLE, POLICY}
    assert shown(**{"ngon-ngu": "km"}) == {KHMER}
    assert shown(**{"ngon-ngu": "en"}) == set()


def test_every_language_is_asked_for_by_a_word_and_else_it_is_the_readers(shown):
    assert shown(**{"ngon-ngu": "moi"}) == {ARTICLE, POLICY, KHMER}
    assert shown() == shown(**{"ngon-ngu": "fr"}) == {ARTICLE, POLICY}
    assert shown("/km/tim/") == {KHMER}


def test_what_the_readers_language_has_not_is_pointed_to_in_others_and_is_no_miss(shown, client):
    assert shown("/en/tim/") == set()
    page = client.get("/en/tim/", {"q": "vay von"}).text
    assert "3 results in other languages" in page
    assert 'href="?q=vay%20von&amp;ngon-ngu=moi"' in page
    assert shown("/en/tim/", **{"ngon-ngu": "moi"}) == {ARTICLE, POLICY, KHMER}
    assert "other languages" not in client.get("/km/tim/", {"q": "vay von"}).text
    assert not SearchMiss.objects.exists()
    client.get("/en/tim/", {"q": "khong dau co"})
    assert [row.query for row in SearchMiss.objects.all()] == ["khong dau co"]


def test_a_kind_in_the_address_finds_only_its_own(shown):
    assert shown(loai="policypage") == {POLICY}
    assert shown(loai="articlepage") == {ARTICLE}
    assert shown(loai="articlepage", **{"ngon-ngu": "moi"}) == {ARTICLE, KHMER}
    assert shown(loai="videopage") == set()
    assert shown(loai="khong-co") == {ARTICLE, POLICY}
