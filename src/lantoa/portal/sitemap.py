"""Every public page for search engines (sitemaps.org 0.9): an index, and parts of at most 50,000 addresses."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import override
from wagtail.models import Page

from lantoa.announcements.selectors import pages as announcement_pages
from lantoa.figures.catalogue import SETS
from lantoa.kernel.clock import now
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.models import HomePage
from lantoa.newsroom.public import in_public
from lantoa.newsroom.schema import absolute
from lantoa.portal.audiences import DOORS
from lantoa.portal.pages import PAGES
from lantoa.portal.places import communes
from lantoa.pressroom.selectors.kits import kits_out

A_PART = 20_000
"""Addresses in a part; with the other languages beside each, a part stays far below 50 MB."""
UNLISTED = frozenset({"portal:home", "portal:search", "portal:save_data"})
"""What asks search engines to pass on; the home page stands among the written ones."""
FIXED = tuple(name for name, named in PAGES.items() if not callable(named) and name not in UNLISTED)
"""The portal's own pages that need nothing to be found."""
HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
NAMES = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml"'


def _pages() -> Any:
    """The published pages below our home pages, those included. Two queries before it is asked itself."""
    below = Q(pk__in=[])
    for path in HomePage.objects.live().values_list("path", flat=True):
        below |= Q(path__startswith=path)
    return in_public(Page.objects).filter(below)


def parts() -> int:
    """How many parts there are: that of the portal's own pages, and those of the written ones. Three queries."""
    count: int = _pages().count()
    return 1 + -(-count // A_PART)


def index() -> Iterator[str]:
    """The index as XML."""
    yield f"{HEAD}<sitemapindex {NAMES.partition(' ')[0]}>\n"
    for number in range(parts()):
        yield f"<sitemap><loc>{absolute(reverse('portal:sitemap_part', args=[number]))}</loc></sitemap>\n"
    yield "</sitemapindex>\n"


def part(number: int) -> Iterator[str]:
    """One part as XML. Four queries: our home pages, what is shut, the pages, and what they are in other languages."""
    yield f"{HEAD}<urlset {NAMES}>\n"
    yield from _fixed() if number == 0 else _written(number)
    yield "</urlset>\n"


def _standing() -> Iterator[tuple[str, list[Any]]]:
    """The portal's own pages: each view with what it wants to know. A page of announcements leads to each of them, a
    kit to its leaflets."""
    yield from ((name, []) for name in FIXED)
    yield from (("portal:audience", [slug]) for slug in DOORS)
    for commune in communes():
        yield "portal:commune", [commune.id]
        yield from [("portal:kit", [commune.code])] if commune.code else []
    yield from (("portal:press_kit", [pk]) for pk in kits_out(now()).values_list("kit", flat=True))
    yield from (("figures:dataset", [slug]) for slug in SETS)
    yield from (("announcements:page", [page.slug]) for page in announcement_pages())


def _fixed() -> Iterator[str]:
    for name, wanted in _standing():
        faces = {}
        for language, _label in settings.LANGUAGES:
            with override(language):
                faces[language] = reverse(name, args=wanted)
        for address in faces.values():
            yield _url(address, None, faces)


def _written(number: int) -> Iterator[str]:
    start = (number - 1) * A_PART
    pages = _pages()
    ids = pages.order_by("pk").values("pk")[start : start + A_PART]
    columns = ("translation_key", "locale__language_code", "url_path", "last_published_at")
    rows = list(pages.filter(pk__in=ids).order_by("pk").values_list(*columns))
    faces: dict[Any, dict[str, str]] = defaultdict(dict)
    same = pages.filter(translation_key__in=[key for key, *_rest in rows])
    for key, language, path, _at in same.values_list(*columns):
        faces[key][language] = address_of(language, path)
    for key, language, path, at in rows:
        yield _url(address_of(language, path), at, faces[key])


def _url(address: str, at: datetime | None, faces: dict[str, str]) -> str:
    changed = f"<lastmod>{at.isoformat(timespec='seconds')}</lastmod>" if at else ""
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href={quoteattr(absolute(other))}/>'
        for language, other in sorted(faces.items())
        if len(faces) > 1
    )
    return f"<url><loc>{escape(absolute(address))}</loc>{changed}{others}</url>\n"
