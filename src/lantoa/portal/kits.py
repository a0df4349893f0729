"""What a commune's people keep on their phones for days without a network: a megabyte of pages and one sound."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from lantoa.kernel.clock import now, today
from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import Card
from lantoa.outreach.selectors import leaflets
from lantoa.portal import presenting
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
"""What goes in after the commune's own page and the words of the last bulletin, and how many of each; the bulletin's
sound comes after all of it. What would pass `LIMIT` is left out; what comes after it still goes in where it fits."""
UNWEIGHED = 100_000
"""Bytes a piece counts for until it is weighed: as many as a page of ours may have."""
KEPT = 30 * 24 * 3600
"""Seconds a weight is remembered."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing of a kit."""

    url: str
    title: str
    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class _Offer:
    """What could go in. It is known as `key` to whoever weighs it and is another piece when `mark` changes; `size` is
    there for what need not be weighed."""

    url: str
    title: str
    kind: str
    key: str
    mark: str
    size: int = 0

    def weighing(self, size: int) -> Piece:
        return Piece(self.url, self.title, self.kind, size)


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


def kit(code: str) -> Kit | None:
    """The kit of the commune with this official code, in the language of the moment; None when there is no such commune
    today. What the worker has not weighed yet counts as `UNWEIGHED`."""
    place = _place(code)
    if place is None:
        return None
    offers = list(_offered(place))
    weights = cache.get_many(one.key for one in offers if not one.size)
    pieces: list[Piece] = []
    marks: list[str] = []
    for one in offers:
        piece = one.weighing(one.size or weights.get(one.key) or UNWEIGHED)
        if sum(other.size for other in pieces) + piece.size <= LIMIT:
            pieces.append(piece)
            marks.append(f"{one.url} {one.mark}")
    return Kit(place.name, code, tuple(pieces), sha256("\n".join(marks).encode()).hexdigest()[:16])


def weigh(code: str, length: Callable[[str], int]) -> None:
    """Weigh what could go into a commune's kit, in the language of the moment, and was not weighed yet: `length` says
    how many bytes there are at an address of ours, 0 for none."""
    place = _place(code)
    if place is None:
        return
    offers = [one for one in _offered(place) if not one.size]
    known = cache.get_many(one.key for one in offers)
    cache.set_many({one.key: length(one.url) for one in offers if not known.get(one.key)}, KEPT)


def _place(code: str) -> presenting.Chosen | None:
    try:
        return presenting.chosen(str(territory.unit_by_code(code, on=today()).pk))
    except territory.UnknownUnit:
        return None


def _offered(place: presenting.Chosen) -> Iterator[_Offer]:
    """What could go in, the most needed first."""
    above, reach = territory.around(place.unit_id, on=today())
    around = [*reach, *above]
    language = translation.get_language() or "vi"
    yield _own_page(place, language)
    bulletin = newsroom.newest_sound(around)
    yield from (_page(words) for words, _sound in bulletin)
    most_of = {kind: most for kind, most in SHARES if kind != LEAFLETS}
    found = newsroom.cards_speaking_to(most_of, (), about=around)
    for section, most in SHARES:
        if section == LEAFLETS:
            yield from _leaflets(around, most, language)
        yield from map(_page, found.get(section, ()))
    for _words, newest in bulletin:
        title = _("To listen: %(title)s") % {"title": newest.title}
        size = newest.file.file_size or LIMIT
        yield _Offer(newest.file.url, title, _("Sound"), f"kit:sound:{newest.file_id}", str(newest.file_id), size)


def _own_page(place: presenting.Chosen, language: str) -> _Offer:
    """The commune's own page: its office, its desks with their numbers, the hotline. What else it leads to goes in by
    itself, and changes the kit by itself."""
    told = f"{place.title} {place.office} {settings.LANTOA_HOTLINE} {settings.LANTOA_HOTLINE_HOURS}"
    mark = sha256(told.encode()).hexdigest()[:16]
    url = reverse("portal:commune", args=[place.unit_id])
    key = f"kit:commune:{place.unit_id}:{mark}:{language}"
    return _Offer(url, place.title, _("Office, contacts and news of this place"), key, mark)


def _leaflets(around: list[int], most: int, language: str) -> Iterator[_Offer]:
    """What was handed out on paper there, as pages to read."""
    for one in leaflets.leaflets_in(around, language=language, at=now(), n=most):
        key = f"kit:leaflet:{one.pk}:{one.sha256}:{language}"
        yield _Offer(reverse("portal:leaflet", args=[one.pk]), one.title, _("Leaflet"), key, one.sha256)


def _page(card: Card) -> _Offer:
    key = f"kit:{card.pk}:{card.changed.timestamp() if card.changed else 0:.0f}"
    return _Offer(card.url, card.title, card.kind, key, str(card.changed))
