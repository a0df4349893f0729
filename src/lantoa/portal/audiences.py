"""The six doors of the home page: for whom, and which pages concern them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lantoa.announcements import selectors as announcements
from lantoa.announcements.models import Announcement
from lantoa.kernel.clock import today
from lantoa.kernel.enums import Audience
from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.services.scaffold import SLUGS

MANY = 6


@dataclass(frozen=True, slots=True)
class Door:
    """A way into the site: whom it is for, and the kinds of pages listed behind it."""

    slug: str
    icon: str
    label: str | Promise
    lead: str | Promise
    audiences: tuple[str, ...]
    kinds: tuple[SectionKind, ...]
    asks: bool = False
    """Whether the guide “What can I get?” is for them."""
    announced: bool = False
    """Whether official announcements are for them."""


HOUSEHOLD = (SectionKind.POLICIES, SectionKind.GUIDES, SectionKind.QUESTIONS, SectionKind.LAWS, SectionKind.ARTICLES)
STAFF = (Audience.OFFICER, Audience.CADRE, Audience.PARTY_MEMBER, Audience.OFFICIAL, Audience.WORKER)
DOORS = {
    door.slug: door
    for door in (
        Door("ho-ngheo", "home", _("Poor households"),
             _("What your household gets, where to ask for it, and how others found their way out."),
             (Audience.POOR,), HOUSEHOLD, asks=True),
        Door("ho-can-ngheo", "house-check", _("Near-poor households"),
             _("What keeps a household from falling back, and where to ask for it."),
             (Audience.NEAR_POOR,), HOUSEHOLD, asks=True),
        Door("moi-thoat-ngheo", "up", _("Newly out of poverty"),
             _("What goes on after leaving the list, and for how long."),
             (Audience.ESCAPED,), HOUSEHOLD, asks=True),
        Door("can-bo", "users", _("Officers"),
             _("What to tell people, by which text, and what is being done elsewhere."),
             STAFF,
             (SectionKind.POLICIES, SectionKind.LAWS, SectionKind.GUIDES, SectionKind.INITIATIVES,
              SectionKind.ARTICLES),
             announced=True),
        Door("bao-chi", "loudspeaker", _("Press"),
             _("Announcements, stories and legal texts to quote, each approved, with its day."), (),
             (SectionKind.ARTICLES, SectionKind.REPORTAGE, SectionKind.ROLE_MODELS, SectionKind.EVENTS,
              SectionKind.LAWS),
             announced=True),
        Door("doanh-nghiep", "work", _("Businesses"),
             _("Models to join, households to work with, and whom to talk to."), (Audience.BUSINESS,),
             (SectionKind.INITIATIVES, SectionKind.POLICIES, SectionKind.LAWS, SectionKind.EVENTS,
              SectionKind.INSTITUTIONS)),
    )
}  # fmt: skip
"""By the plan's audiences. The press reads everything."""


@dataclass(frozen=True, slots=True)
class Tile:
    """A door as the home page shows it."""

    icon: str
    label: str
    text: str
    url: str


def tiles(counts: Mapping[str, int], place: str = "") -> list[Tile]:
    """The six doors, households with how many policies are theirs by `policies_by_audience`; `place` is kept in their
    addresses."""
    return [Tile(one.icon, str(one.label), _words(one, counts), address(one, place)) for one in DOORS.values()]


def address(door: Door, place: str = "") -> str:
    """Where a door leads, for readers of a place if one was chosen."""
    return reverse("portal:audience", args=[door.slug]) + (f"?xa={place}" if place else "")


def _words(door: Door, counts: Mapping[str, int]) -> str:
    if not door.asks:
        return str(door.lead)
    n = sum(counts.get(group, 0) for group in door.audiences)
    return ngettext("%(n)s policy", "%(n)s policies", n) % {"n": n} if n else gettext("nothing here yet")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Pages of one kind, laid out as `look` says, with the section that holds the rest."""

    title: str
    look: str
    icon: str
    pages: Sequence[Any]
    url: str


LOOKS = {
    SectionKind.LAWS: "laws", SectionKind.ARTICLES: "stories", SectionKind.REPORTAGE: "stories",
    SectionKind.ROLE_MODELS: "stories",
}  # fmt: skip


def shelves(door: Door) -> list[Shelf]:
    """What stands behind a door, kind by kind, empty kinds left out; two queries at most, and two for each kind that
    has an order of its own."""
    newest: dict[str, int] = {kind: _many(kind) for kind in door.kinds if kind not in ORDERED}
    found: dict[str, list[Any]] = {**newsroom.cards_speaking_to(newest, door.audiences)}
    for kind in set(door.kinds) - set(newest):
        found[kind] = ORDERED[kind](door.audiences, _many(kind))
    return [
        Shelf(str(kind.label), LOOKS.get(kind, "tiles"), newsroom.TYPES[kind].icon, found[kind],
              reverse("wagtail_serve", args=[f"{SLUGS[kind]}/"]))
        for kind in door.kinds if found[kind]
    ]  # fmt: skip


ORDERED: dict[SectionKind, Callable[[Sequence[str], int], list[Any]]] = {
    SectionKind.LAWS: lambda audiences, n: newsroom.laws_for(audiences, on=today(), n=n),
    SectionKind.EVENTS: lambda audiences, n: newsroom.events_for(audiences, n=n),
}
"""Kinds that come in another order than by the day they were published."""


def _many(kind: SectionKind) -> int:
    return 3 if LOOKS.get(kind) == "stories" else MANY


def announced() -> list[Announcement]:
    """The newest official announcements in the reader's language."""
    return list(announcements.readable(None, get_language() or "vi")[:MANY])
