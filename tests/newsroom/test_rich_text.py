"""Rich text on its way to readers: drawn without templates, its links found together, its words without a parser."""

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from wagtail.models import Locale
from wagtail.rich_text import get_text_for_indexing

from lantoa.kernel.text import words_of
from lantoa.newsroom import services
from lantoa.newsroom.blocks import Heading, Paragraph
from lantoa.newsroom.rich_text import written, written_together
from tests.newsroom.conftest import NOW

WORDS = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="<>&"), max_size=20)


def test_paragraphs_keep_writing_and_lose_the_rest():
    assert written('<p>Vay <b>vốn</b><script>alert(1)</script> <a href="javascript:x">đây</a></p>') == (
        "<p>Vay <b>vốn</b> <a>đây</a></p>"
    )
    assert Paragraph().render(Paragraph().to_python("<p>Một.</p>")) == "<p>Một.</p>"
    assert Heading().render("Hộ <nghèo>") == "<h2>Hộ &lt;nghèo&gt;</h2>"


def test_what_one_paragraph_breaks_stays_in_it():
    assert written_together(["<p><b>Mở mãi", "<p>Hai</p>", ""]) == ["<p><b>Mở mãi</b></p>", "<p>Hai</p>", ""]


@given(st.lists(WORDS, max_size=6))
def test_words_are_those_that_a_parser_finds(pieces):
    html = "".join(f"<p>{piece} <b>a</b>i</p><ul><li>{piece}</li></ul>" for piece in pieces)
    assert words_of(html).split() == get_text_for_indexing(html).split()


def test_marks_written_as_entities_are_words():
    assert words_of("<p>Lãi &lt; 5&nbsp;% &amp; vốn</p>").split() == ["Lãi", "<", "5", "%", "&", "vốn"]


@pytest.fixture
def known(write, publish, editor):
    """A page with its English, and one without."""
    Locale.objects.get_or_create(language_code="en")
    spoken, alone = (publish(write(title)) for title in ("Vay vốn", "Nuôi cua"))
    english = services.begin_translation(page=spoken, language="en", by=editor, at=NOW)
    return spoken, publish(english), alone


@pytest.mark.django_db
def test_links_of_all_paragraphs_take_one_query_and_lead_to_the_readers_language(known):
    spoken, english, alone = known
    sources = [f'<p><a linktype="page" id="{page.pk}">xem</a></p>' for page in (spoken, alone)]
    with translation.override("vi"), CaptureQueriesContext(connection) as asked:
        found = written_together([*sources * 10, '<p><a linktype="page" id="999999">mất</a></p>'])
    assert sum('FROM "wagtailcore_page"' in sql["sql"] for sql in asked.captured_queries) == 1
    assert found[:2] == [f'<p><a href="{page.url}">xem</a></p>' for page in (spoken, alone)]
    assert found[-1] == "<p><a>mất</a></p>"
    with translation.override("en"):
        assert written(sources[0]) == f'<p><a href="{english.url}">xem</a></p>'
        assert written(sources[1]) == found[1], "there is no English: the page itself"


@pytest.mark.django_db
def test_a_story_draws_its_pieces_in_their_order(write):
    page = write(body=[("paragraph", "<p>Một.</p>"), ("heading", "Hai"), ("paragraph", "<p>Ba.</p>")])
    template = Template("{% load writing_tags %}{% story page.body %}")
    assert template.render(Context({"page": page})) == "<p>Một.</p><h2>Hai</h2><p>Ba.</p>"
