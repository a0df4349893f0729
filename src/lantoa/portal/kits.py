"""What a commune's people keep on their phones for days without a network: a megabyte of pages and one sound."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lantoa.kernel.clock import now, today
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import AudioPage, Card, cards, cards_of_each
from lantoa.outreach.selectors import leaflets
from lantoa.portal import menu, places, presenting
from lantoa.portal.context import in_sentence
from lantoa.territory import selectors as territory

LIMIT = 1_000_000
"""Bytes of a whole kit, as a phone stores them."""
LEAFLETS = "leaflets"
SHARES = (
    (SectionKind.POLICIES, 12),
    (SectionKind.INSTITUTIONS, 6),
    (LEAFLETS, 6),
    (SectionKind.GUIDES, 4),
    (SectionKind.QUESTIONS, 4),
)
"""What goes in after the commune's own page, and how many of each; the last sound comes after all of it. What would
pass `LIMIT` is left out, and what comes after it still goes in where it fits."""
COMMUNE_PAGE = "portal/commune.html"
LEAFLET_PAGE = "portal/leaflet.html"
A_DAY = 24 * 3600


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing of a kit."""

    url: str
    title: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class Kit:
    """A commune's kit: its pieces, and a version that changes when one of them does."""

    name: str
    code: str
    pieces: tuple[Piece, ...]
    version: str

    @property
    def size(self) -> int:
        """Bytes of all of it."""
        return sum(piece.size for piece in self.pieces)

    @property
    def urls(self) -> list[str]:
        """The addresses to keep."""
        return [piece.url for piece in self.pieces]


def kit(code: str, request: HttpRequest) -> Kit | None:
    """The kit of the commune with this official code; None when there is no such commune today."""
    try:
        unit = territory.unit_by_code(code, on=today())
    except territory.UnknownUnit:
        return None
    name = territory.names_on([unit.pk], today()).get(unit.pk, "")
    pieces: list[Piece] = []
    marks: list[str] = []
    for piece, mark in _offered(unit.pk, request):
        if sum(one.size for one in pieces) + piece.size <= LIMIT:
            pieces.append(piece)
            marks.append(f"{piece.url} {mark}")
    return Kit(in_sentence(name), code, tuple(pieces), sha256("\n".join(marks).encode()).hexdigest()[:16])


def _offered(unit_id: int, request: HttpRequest) -> Iterator[tuple[Piece, str]]:
    """What could go in, the most needed first, with what changes when it does."""
    around = [*territory.reach_ids(unit_id, on=today()), *territory.above_ids(unit_id, on=today())]
    language = translation.get_language() or "vi"
    if place := presenting.chosen(str(unit_id)):
        yield _commune(place, language, request)
    mine = Q(locale__language_code=language)
    found = cards_of_each({kind: most for kind, most in SHARES if kind != LEAFLETS}, mine, about=around)
    for section, most in SHARES:
        if section == LEAFLETS:
            yield from _leaflets(around, most, language, request)
        for card in [one for one in found if one.section == section]:
            yield _piece(card, language, request), str(card.changed)
    for own in cards(mine & Q(file__isnull=False), about=around, kinds=[SectionKind.AUDIO], n=1):
        yield _piece(own, language, request), str(own.changed)
        newest = AudioPage.objects.select_related("file").get(pk=own.pk)
        title = _("To listen: %(title)s") % {"title": newest.title}
        yield Piece(newest.file.url, title, _("Sound"), newest.file.file_size or LIMIT), str(newest.file_id)


def _commune(place: presenting.Chosen, language: str, request: HttpRequest) -> tuple[Piece, str]:
    """The commune's own page: its office, its desks with their numbers, the hotline, what is new."""
    here = places.here(place)
    told = [place.title, place.office, settings.LANTOA_HOTLINE, settings.LANTOA_HOTLINE_HOURS, *here.statuses]
    told += [f"{one.pk} {one.last_published_at}" for one in (*here.desks, *here.policies)]
    told += [f"{one.pk} {one.changed}" for one in here.news]
    mark = sha256("\n".join(told).encode()).hexdigest()
    said = {"place": place, "here": here, "policies_url": menu.PLACES["policies"].url}
    key = f"kit:commune:{place.unit_id}:{mark}:{language}"
    size = cache.get_or_set(key, lambda: _long(COMMUNE_PAGE, said, request), A_DAY)
    url = reverse("portal:commune", args=[place.unit_id])
    return Piece(url, place.title, _("Office, contacts and news of this place"), size or 0), mark


def _leaflets(around: list[int], most: int, language: str, request: HttpRequest) -> Iterator[tuple[Piece, str]]:
    """What was handed out on paper there, as pages to read."""
    for one in leaflets.leaflets_in(around, language=language, at=now(), n=most):
        key = f"kit:leaflet:{one.pk}:{one.sha256}:{language}"
        size = cache.get_or_set(key, partial(_drawn, one.pk, language, request), A_DAY) or 0
        yield Piece(reverse("portal:leaflet", args=[one.pk]), one.title, _("Leaflet"), size), one.sha256


def _drawn(pk: int, language: str, request: HttpRequest) -> int:
    found = leaflets.leaflet(pk, language=language)
    return _long(LEAFLET_PAGE, {"leaflet": found}, request)


def _long(template: str, said: dict[str, Any], request: HttpRequest) -> int:
    return len(render_to_string(template, said, request).encode())


def _piece(card: Card, language: str, request: HttpRequest) -> Piece:
    key = f"kit:{card.pk}:{card.changed.timestamp() if card.changed else 0:.0f}"
    size = cache.get_or_set(key, lambda: _weight(card, request), A_DAY) or 0
    return Piece(address_of(language, card.url_path), card.title, card.kind, size)


def _weight(card: Card, request: HttpRequest) -> int:
    page: Any = card.model.objects.get(pk=card.pk)
    return len(page.serve(request).render().content)
