"""Which pages there are: every address a reader reaches by links from the home page, one or two of each kind."""

import html.parser
import os
import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass, field

from django.conf import settings
from django.urls import Resolver404, resolve
from wagtail.models import Page

from lantoa.newsroom.models import SectionPage

ENOUGH_OF_A_KIND = int(os.environ.get("AUDIT_OF_A_KIND", "2"))
LANGUAGES = [code for code, _name in settings.LANGUAGES]
WANTED = os.environ.get("AUDIT_LANGUAGES", "").split(",") if os.environ.get("AUDIT_LANGUAGES") else LANGUAGES
MOST_READ = 4000


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A page to look at: what kind it is and where."""

    kind: str
    path: str
    indexable: bool = field(compare=False)

    @property
    def name(self) -> str:
        """A file name for what is said of it."""
        return self.path.strip("/").replace("/", "-").replace("?", "-") or "home"


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
    waiting = ["/" if code == settings.LANGUAGE_CODE else f"/{code}/" for code in WANTED]
    seen, kept = set(waiting), dict[str, list[Found]]()
    while waiting and len(seen) < MOST_READ:
        path = waiting.pop(0)
        kind = kind_of(path)
        if kind is None or len(kept.get(kind, ())) >= ENOUGH_OF_A_KIND:
            continue
        links = _read(base, path)
        if links is None:
            continue
        kept.setdefault(kind, []).append(Found(kind, path, links.indexable))
        for href in links.found:
            target = _own(base, path, href)
            if target and target not in seen:
                seen.add(target)
                waiting.append(target)
    return [page for of_a_kind in kept.values() for page in of_a_kind]


def kind_of(path: str) -> str | None:
    """The view, or the type of Wagtail page, with its language; None for what no page answers."""
    parts = urllib.parse.urlsplit(path)
    try:
        match = resolve(parts.path)
    except Resolver404:
        return None
    first = parts.path.split("/")[1]
    language = first if first in LANGUAGES else settings.LANGUAGE_CODE
    if language not in WANTED:
        return None
    if match.url_name != "wagtail_serve":
        return f"{match.view_name} {language}" if "media" not in match.view_name else None
    steps = parts.path.removeprefix(f"/{language}").strip("/")
    page = Page.objects.live().filter(url_path__endswith=f"/{steps}/", locale__language_code=language).first()
    if page is None:
        return None
    section = f" of {page.specific.kind}" if page.specific_class is SectionPage else ""
    return f"{page.specific_class.__name__}{section} {language}"


def _read(base: str, path: str) -> _Links | None:
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
