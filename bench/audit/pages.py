"""Which pages there are: every address a reader reaches by links from the home page, one or two of each kind."""

import html.parser
import os
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import Resolver404, resolve
from django.utils.translation import get_language_from_path, override
from wagtail.models import Page

from lantoa.newsroom.models import SectionPage, types_by_section
from lantoa.portal.pages import PAGES

ENOUGH_OF_A_KIND = int(os.environ.get("AUDIT_OF_A_KIND", "2"))
OWN = settings.LANGUAGE_CODE
WANTED = list(filter(None, os.environ.get("AUDIT_LANGUAGES", "").split(","))) or list(dict(settings.LANGUAGES))
READ_FOR_LINKS = {"portal:kit": 200}
"""Views of which more are read than looked at: one commune's kit alone leads to the leaflet handed out there."""
OF_ONE_LANGUAGE = frozenset({"portal:leaflet"})
"""Views that only kits in the language of their text lead to; the sample speaks the site's own."""


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A page to look at: what kind it is and where."""

    kind: str
    path: str
    indexable: bool = field(compare=False)
    status: int = 200
    sent: str = ""
    """What a form sent, when the page is the answer to it."""
    cookie: str = ""
    """`name=value`, when nobody else gets the page."""

    @property
    def stands_alone(self) -> bool:
        """Whether its address alone leads to it, as Lighthouse needs."""
        return self.status == 200 and not self.sent and not self.cookie

    @property
    def name(self) -> str:
        """A file name for what is said of it."""
        return (self.path.strip("/").replace("/", "-").replace("?", "-") or "home") + ("-sent" if self.sent else "")


class _Links(html.parser.HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.indexable = True

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.found.append(given["href"] or "")
        if tag == "meta" and given.get("name") == "robots" and "noindex" in (given.get("content") or ""):
            self.indexable = False


def pages(base: str) -> list[Found]:
    """Crawl as a reader without scripts, from the front door of every language; at most two of each kind, in the order
    they are met."""
    waiting = ["/" if code == OWN else f"/{code}/" for code in WANTED]
    seen, kept = set(waiting), dict[str, list[Found]]()
    while waiting:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind is None or len(kept.get(kind, ())) >= READ_FOR_LINKS.get(kind.split()[0], ENOUGH_OF_A_KIND):
            continue
        links = read(base, path)
        if links is None:
            continue
        kept.setdefault(kind, []).append(Found(kind, path, links.indexable))
        for href in links.found:
            target = _own(base, path, href)
            if target and target not in seen:
                seen.add(target)
                waiting.append(target)
    return [page for of_a_kind in kept.values() for page in of_a_kind[:ENOUGH_OF_A_KIND]]


def overlooked(found: Iterable[Found]) -> list[str]:
    """What should have been among those found and is not, in words: every public view in every language, every type of
    page in the site's own and in each that one is published in."""
    wanted = {f"{view} {code}" for view in PAGES for code in WANTED if view not in OF_ONE_LANGUAGE or code == OWN}
    for model in types_by_section().values():
        written = set(model.objects.live().values_list("locale__language_code", flat=True))
        wanted |= {f"{model.__name__} {code}" for code in (written | {OWN}) & set(WANTED)}
    return [f"no link leads to any {kind}" for kind in sorted(wanted - {page.kind for page in found})]


def kind_of(path: str) -> str | None:
    """The view, or the type of Wagtail page, with its language; None for what no page answers."""
    parts = urllib.parse.urlsplit(path)
    language = get_language_from_path(parts.path) or OWN
    if language not in WANTED:
        return None
    try:
        with override(language):
            match = resolve(parts.path)
    except Resolver404:
        return None
    if match.url_name != "wagtail_serve":
        return f"{match.view_name} {language}" if "media" not in match.view_name else None
    steps = parts.path.removeprefix(f"/{language}/").strip("/")  # of our own language there is none: /video/
    page = Page.objects.live().filter(url_path__endswith=f"/{steps}/", locale__language_code=language).first()
    if page is None:
        return None
    section = f" of {page.specific.kind}" if page.specific_class is SectionPage else ""
    return f"{page.specific_class.__name__}{section} {language}"


def read(base: str, path: str) -> _Links | None:
    """The links of a page; None for what is no page."""
    try:
        with urllib.request.urlopen(base + path, timeout=60) as answer:
            if answer.headers.get_content_type() != "text/html":
                return None
            links = _Links()
            links.indexable = "noindex" not in answer.headers.get("X-Robots-Tag", "")
            links.feed(answer.read().decode())
            return links
    except urllib.error.HTTPError as refused:
        raise RuntimeError(f"{path}: {refused.code}; the portal links to what it does not have.") from refused


def _own(base: str, path: str, href: str) -> str | None:
    """The target as a path of our own, without its place in the page; None for others' and for what is no page."""
    target = urllib.parse.urlsplit(urllib.parse.urljoin(base + path, href))
    if target.scheme not in ("http", "https") or target.netloc != urllib.parse.urlsplit(base).netloc:
        return None
    staff = ("/ban-lam-viec/", "/tai-khoan/", "/quan-tri/")
    if target.path.startswith(staff):
        return None
    return target.path + (f"?{target.query}" if target.query else "")
