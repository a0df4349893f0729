"""Whatever stands in rich text, readers get writing and nothing else."""

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from wagtail.rich_text import RichText

from lantoa.approvals.models import Submission
from lantoa.kernel.models import User
from lantoa.kernel.text import clean_html
from lantoa.kernel.text.markup import ATTRIBUTES, SCHEMES, TAGS
from lantoa.newsroom import services
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import ReadingPage, types_by_section
from tests.newsroom.conftest import NOW
from tests.newsroom.passing import let_out
from tests.newsroom.samples import fields_of
from tests.newsroom.vectors import VECTORS

HARMLESS = '<p>Bà con <b>xem</b> ở <a href="https://chinhsach.example/a?b=1&amp;c=2">đây</a>.</p><ul><li>Một</li></ul>'
PIECES = [*VECTORS, "<p>", "</p>", "<b>", "'", '"', "<!--", "-->", "chữ", "&lt;", "\x00"]


class Marks(HTMLParser):
    """Every tag with its attributes, as it comes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def only_writing(html: str) -> None:
    for tag, attributes in Marks(html).found:
        assert tag in TAGS, html
        assert set(attributes) <= ATTRIBUTES.get(tag, set()), html
        href = attributes.get("href") or ""
        scheme = href.partition(":")[0].lower() if ":" in href.partition("/")[0] else ""
        assert not scheme or scheme in SCHEMES, html


@pytest.mark.parametrize("vector", VECTORS)
def test_a_vector_leaves_only_writing(vector: str) -> None:
    cleaned = clean_html(f"<p>trước</p>{vector}<p>sau</p>")
    only_writing(cleaned)
    assert clean_html(cleaned) == cleaned


@given(st.lists(st.sampled_from(PIECES), max_size=8))
def test_no_way_of_putting_vectors_together_leaves_more(pieces: list[str]) -> None:
    cleaned = clean_html("".join(pieces))
    only_writing(cleaned)
    assert clean_html(cleaned) == cleaned


def test_what_people_write_stays_as_it_is() -> None:
    assert clean_html(HARMLESS) == HARMLESS


def poisoned(value: Any, vectors: str) -> Any:
    """The same value with the vectors behind every text that is HTML."""
    if isinstance(value, str):
        return value + vectors if value.startswith("<p>") else value
    if isinstance(value, RichText):
        return RichText(value.source + vectors)
    if isinstance(value, tuple):
        return value[0], poisoned(value[1], vectors)
    if isinstance(value, list):
        return [poisoned(one, vectors) for one in value]
    if isinstance(value, dict):
        return {key: poisoned(one, vectors) for key, one in value.items()}
    return value


def shapes(html: str) -> Iterator[tuple[str, str]]:
    for tag, attributes in Marks(html).found:
        yield tag, ""
        for name, value in attributes.items():
            yield tag, f"{name}={value}" if name.startswith("on") or "evil" in (value or "") else name


@pytest.mark.django_db
@pytest.mark.parametrize("model", types_by_section().values(), ids=lambda model: model.__name__)
def test_no_kind_of_page_lets_one_through(
    model: type[ReadingPage], site: services.SiteMade, editor: User, reviewer: User, client: Client
) -> None:
    seen, read = {}, {}
    desk = Client()
    desk.force_login(reviewer, "allauth.account.auth_backends.AuthenticationBackend")
    for name, vectors in (("other", ""), ("clean", ""), ("poisoned", "".join(VECTORS))):
        facts = {key: poisoned(value, vectors) for key, value in fields_of(model).items()}
        page = services.write_page(
            model, parent=site.sections[SectionKind(model.section)]["vi"], title=f"Trang {name}", lead="Vài lời.",
            by=editor, at=NOW, **facts,
        )  # fmt: skip
        page = let_out(page, author=editor, reviewer=reviewer, at=NOW)
        cache.clear()
        answer = client.get(page.get_url())
        assert answer.status_code == 200
        seen[name] = answer.content.decode()
        asked = Submission.objects.get(subject=f"newsroom.page:{page.pk}")
        read[name] = desk.get(reverse("approvals:review", args=[asked.pk])).content.decode()
        assert f"Trang {name}" in read[name]
    for told in (seen, read):
        assert set(shapes(told["poisoned"])) - set(shapes(told["clean"])) <= {(tag, "") for tag in TAGS} | {
            ("a", "href"), ("a", "class"), ("a", "aria-label"), ("li", "class"),
        }  # fmt: skip
        for wrong in ("<script>alert", "onerror=", "onclick=", "javascript:", "169.254.169.254"):
            assert wrong not in told["poisoned"].split("<main", 1)[1].replace("&lt;", ""), wrong
