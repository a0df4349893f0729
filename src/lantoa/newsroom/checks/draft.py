"""A version of a page as the checks see it: its pieces in order, and the few facts they need, fetched once."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from html import unescape
from typing import Any
from unicodedata import normalize
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.db.models import CharField, EmailField, Field, Model, Q, TextField, URLField
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Orderable, Page

from lantoa.kernel.text import fold
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.checks import legal_numbers
from lantoa.newsroom.enums import Standing
from lantoa.newsroom.exact import images_shown
from lantoa.newsroom.holding import hours_of
from lantoa.newsroom.models import BasePage, LegalTextPage, NewsImage
from lantoa.newsroom.together import going_with

_BREAK = re.compile(r"</(?:p|li|h\d)>|<br\s*/?>")
_TAG = re.compile(r"<[^>]+>")
_ANCHOR = re.compile(r"<a\b(?P<inside>[^>]*)>(?P<words>.*?)</a>", re.DOTALL)
_ATTRIBUTE = re.compile(r'(\w+)="([^"]*)"')
OF_EVERY_PAGE = ("sources", "seo_title", "search_description")
"""Fields that every kind has and readers or search engines see, besides title and lead."""
_KIND_OF = {"seo_title": "title", "search_description": "lead"}
UNSEEN = frozenset({"people_agreed"})
"""Texts of a page's own that no reader sees: where the consent to a film is kept."""
_ENDS = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+(?=[^a-zà-ỹ])|\n+")


@dataclass(frozen=True, slots=True)
class Link:
    """A link in a text: its words, and the page of ours (id or path) or the address it leads to."""

    words: str
    page_id: int | None
    address: str


@dataclass(frozen=True)
class Piece:
    """One part of the page: a field, or one block of a text of many pieces."""

    field: str
    kind: str
    """`title`, `lead`, `field`, `alt` (a picture's alt text and credit), or the block's name."""
    place: str
    text: str
    html: str = ""
    page_id: int | None = None

    @cached_property
    def sentences(self) -> list[str]:
        """The text cut where sentences and lines end, its letters and marks in one form."""
        return [found for one in _ENDS.split(normalize("NFC", self.text)) if (found := one.strip())]

    @cached_property
    def links(self) -> list[Link]:
        """The links in it."""
        found = [Link(self.text.strip(), self.page_id, "")] if self.page_id else []
        for anchor in _ANCHOR.finditer(self.html):
            told = dict(_ATTRIBUTE.findall(anchor["inside"]))
            inside = told.get("linktype") == "page"
            pk = int(told["id"]) if inside and told.get("id", "").isdigit() else None
            address = unescape(told.get("href", ""))
            found.append(Link(_plain(anchor["words"]).strip(), pk, address))
        return found


@dataclass(frozen=True)
class Draft:
    """A version of a page with what the checks ask of the database."""

    page: BasePage
    on: date
    language: str
    pieces: list[Piece]
    images: list[NewsImage]
    """The pictures it shows."""

    @classmethod
    def of(cls, page: BasePage, *, on: date) -> "Draft":
        """The version as it would be read on that day, or on the day it is to go out: its own, or the last one of
        what holds it."""
        day = max([on, *map(timezone.localdate, _hours(page, on))])
        language = page.locale.language_code if page.locale_id else "vi"
        ids = images_shown(page)
        images = list(NewsImage.objects.filter(pk__in=ids).order_by("pk")) if ids else []
        return cls(page, day, language, [*_pieces(page), *map(_words_of, images)], images)

    def field(self, name: str) -> Piece:
        """A field of the page where nothing is written yet, by the name its form gives it."""
        return Piece(name, "field", _label(self.page._meta.get_field(name)), "")

    @cached_property
    def standings(self) -> dict[str, list[tuple[Standing, Any]]]:
        """Folded number → the published legal texts of that number, each once in whatever languages, and where each
        stands on the day. An office begins its numbers anew every year, and every office has its own."""
        numbers = {fold(number) for piece in self.pieces for number in legal_numbers.numbers(piece.text)}
        if not numbers:
            return {}
        texts = LegalTextPage.objects.live().numbered(numbers).with_days(self.on)
        found: dict[str, dict[Any, tuple[Standing, Any]]] = {}
        for text in texts:
            found.setdefault(fold(text.number), {})[text.translation_key] = (Standing(text.standing), text)
        return {number: list(same.values()) for number, same in found.items()}

    @cached_property
    def dead_links(self) -> list[tuple[Piece, Link]]:
        """The links to pages of this site that readers cannot open, now or once this one is out."""
        inside = [(piece, link) for piece in self.pieces for link in piece.links if link.page_id or _path(link)]
        if not inside:
            return []
        ids = {link.page_id for _piece, link in inside if link.page_id}
        slugs = {path.strip("/").rpartition("/")[2] for _piece, link in inside if (path := _path(link))}
        named = Q(pk__in=ids) | Q(slug__in=slugs) | Q(depth=2)
        pages = Page.objects.live().filter(named, depth__gt=1)
        rows = [*pages.values_list("pk", "locale__language_code", "url_path"), *_coming(going_with(self.page.pk))]
        alive = {pk for pk, _language, _path in rows} | {address_of(language, path) for _pk, language, path in rows}
        return [(piece, link) for piece, link in inside if (link.page_id or _path(link)) not in alive]


def _hours(page: BasePage, on: date) -> Iterator[datetime]:
    """The hours before which the version does not go out."""
    if page.go_live_at:
        yield page.go_live_at
    if page.pk:
        yield from hours_of(page.pk, datetime.combine(on, time.min, tzinfo=timezone.get_current_timezone()))


def _coming(ids: set[int]) -> Iterator[tuple[int, str, str]]:
    """These pages with their language and the path that their newest version will have."""
    pages = Page.objects.filter(pk__in=ids, latest_revision__isnull=False) if ids else Page.objects.none()
    newest = pages.values_list("pk", "locale__language_code", "url_path", "latest_revision__content__slug")
    for pk, language, path, slug in newest:
        yield pk, language, f"{path.rstrip('/').rpartition('/')[0]}/{slug}/"


def _path(link: Link) -> str:
    """The path of an address that only a page of ours can answer, closed by a slash."""
    parts = urlsplit(link.address)
    if not parts.path.startswith("/") or parts.netloc not in ("", urlsplit(settings.LANTOA_BASE_URL).netloc):
        return ""
    path = unquote(parts.path)
    closed = f"{path.rstrip('/')}/"
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        return "" if _has_view(path) or _has_view(closed) else closed


def _has_view(path: str) -> bool:
    """Whether something besides the pages answers there, in the language being spoken."""
    try:
        return resolve(path).url_name != "wagtail_serve"
    except Resolver404:
        return False


def _pieces(page: BasePage) -> Iterator[Piece]:
    """Every text of the page that readers see, once: its fields and blocks, and the rows kept with it."""
    yield Piece("title", "title", _("Title"), page.title)
    yield Piece("lead", "lead", _("Lead"), page.lead)
    base = {field.name for field in BasePage._meta.get_fields()}
    own = [field for field in page._meta.get_fields() if field.name not in base]
    for field in own:
        if isinstance(field, Field) and field.editable:
            yield from _of_field(field, page)
    for relation in get_all_child_relations(page):
        if issubclass(relation.related_model, Orderable):
            yield from _of_rows(relation, page)
    for name in OF_EVERY_PAGE:
        yield from _of_field(page._meta.get_field(name), page)


def _of_field(field: Any, of: Model) -> Iterator[Piece]:
    value = field.value_from_object(of)
    place = _label(field)
    if isinstance(field, StreamField):
        yield from _of_stream(field.name, place, value)
    elif isinstance(field, RichTextField) and value:
        yield Piece(field.name, "paragraph", place, _plain(value), value)
    elif is_said(field) and value:
        yield Piece(field.name, _KIND_OF.get(field.name, "field"), place, str(value))


def is_said(field: Any) -> bool:
    """Whether a plain field holds words for readers: neither an address nor one of a list, and not kept from them."""
    plain = isinstance(field, CharField | TextField) and not isinstance(field, URLField | EmailField)
    return plain and field.editable and not field.choices and field.name not in UNSEEN


def _of_rows(relation: Any, page: BasePage) -> Iterator[Piece]:
    """The words of the rows that are edited with the page, such as who has done the same."""
    name = relation.get_accessor_name()
    for number, row in enumerate(getattr(page, name).all(), 1):
        for field in row._meta.get_fields():
            if is_said(field) and (value := getattr(row, field.name)):
                yield Piece(name, "field", f"{_label(field)} {number}", value)


def _label(field: Any) -> str:
    label = str(field.verbose_name)
    return f"{label[:1].upper()}{label[1:]}"


def of_picture(title: str, text: str = "") -> Piece:
    """A picture as a part of the page."""
    return Piece("images", "alt", _("Picture “%(title)s”") % {"title": title}, text)


def _words_of(image: NewsImage) -> Piece:
    return of_picture(image.title, f"{image.description}\n{image.credit}".strip())


def _of_stream(name: str, place: str, value: Any) -> Iterator[Piece]:
    for number, child in enumerate(value, 1):
        leaves = list(_leaves(child.block, child.value))
        html = "".join(one for rich, one in leaves if rich)
        text = "\n".join(_plain(one) if rich else one for rich, one in leaves if one)
        target = child.value.get("page") if child.block_type == "button" else None
        where = _("%(field)s, part %(number)s (%(kind)s)") % {
            "field": place, "number": number, "kind": child.block.label,
        }  # fmt: skip
        yield Piece(name, child.block_type, where, text, html, getattr(target, "pk", None))


def _leaves(block: blocks.Block, value: Any) -> Iterator[tuple[bool, str]]:
    """The texts in a block's value, in order; True for those that are HTML."""
    if isinstance(block, blocks.RichTextBlock):
        yield True, getattr(value, "source", value) or ""
    elif isinstance(block, blocks.CharBlock | blocks.TextBlock):
        yield False, str(value or "")
    elif isinstance(block, blocks.StructBlock):
        for name, child in block.child_blocks.items():
            yield from _leaves(child, value.get(name))
    elif isinstance(block, blocks.ListBlock):
        for one in value or []:
            yield from _leaves(block.child_block, one)
    elif isinstance(block, TypedTableBlock) and value:
        yield False, value.caption or ""
        yield False, " ".join(column["heading"] or "" for column in value.columns)
        for row in value.rows:
            yield False, " ".join(str(cell.value) for cell in row)


def _plain(html: str) -> str:
    return unescape(_TAG.sub("", _BREAK.sub("\n", html))).replace("\xa0", " ").strip("\n")
