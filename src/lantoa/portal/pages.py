"""Which page an address of ours is: what it is called, and who answers for it; never a page of one person."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.urls.resolvers import ResolverMatch
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_from_path, override
from django.utils.translation import gettext_lazy as _

from lantoa.announcements import selectors as announcements
from lantoa.announcements.models import AnnouncementPage
from lantoa.figures.catalogue import SETS
from lantoa.kernel.clock import now, today
from lantoa.newsroom import selectors as newsroom
from lantoa.outreach.selectors import leaflets
from lantoa.portal.audiences import DOORS
from lantoa.portal.openness import WRITTEN, is_open
from lantoa.portal.places import FAR_BEYOND, once_coded
from lantoa.pressroom.selectors import kits
from lantoa.territory import naming
from lantoa.territory import selectors as territory

LONGEST = 300


@dataclass(frozen=True, slots=True)
class Page:
    """What a page is called, the place it is about (else the province), and who answers for it, when somebody does."""

    title: str | Promise
    unit_id: int | None = None
    agency_id: int | None = None


def _door(slug: str) -> Page | None:
    door = DOORS.get(slug)
    return Page(door.label) if door else None


def _commune(unit_id: int) -> Page | None:
    found = naming.what_became_of(unit_id, on=today()) if unit_id < FAR_BEYOND else None
    if found is None or not found.heirs:
        return None
    return Page(found.name, found.heirs[0][0] if len(found.heirs) == 1 else None)


def _kit(code: str) -> Page | None:
    known = once_coded(code)
    if known is None:
        return None
    _gone, heirs = known
    return Page(_("To keep for offline"), heirs[0].id if len(heirs) == 1 else None)


def _leaflet(pk: int) -> Page | None:
    found = leaflets.leaflet(pk, language=get_language() or settings.LANGUAGE_CODE)
    return Page(found.title, agency_id=found.agency_id) if found else None


def _press_kit(pk: int) -> Page | None:
    found = kits.read_kit(kits.kits_out(now()), pk)
    return Page(found.text.title, found.version.kit.unit_id) if found else None


def _data_set(slug: str) -> Page | None:
    return Page(SETS[slug].title) if slug in SETS else None


def _bulletin(page: str) -> Page | None:
    found = AnnouncementPage.objects.filter(slug=page).first()
    return Page(found.name) if found else None


def _announcement(page: str, public_id: Any) -> Page | None:
    found = announcements.item(page, public_id)
    return Page(found.title) if found and found.withdrawn_at is None else None


PAGES: dict[str, str | Promise | Callable[..., Page | None]] = {
    "portal:home": _("Home"),
    "portal:search": _("Search"),
    "portal:answers": _("Questions and answers"),
    "portal:feedback": _("Ask or tell us"),
    "portal:guide": _("What can I get?"),
    "portal:audience": _door,
    "portal:places": _("My commune or ward"),
    "portal:commune": _commune,
    "portal:find_answer": _("Read an answer"),
    "portal:tell_story": _("Tell your story"),
    "portal:subscribe": _("Get news"),
    "portal:notifications": _("Notifications on this device"),
    "portal:kits": _("To keep for offline"),
    "portal:kit": _kit,
    "portal:leaflet": _leaflet,
    "portal:save_data": _("Save data"),
    "portal:status": _("What works"),
    "portal:press": _("For the press"),
    "portal:press_kit": _press_kit,
    "portal:press_register": _("Register as a journalist"),
    "portal:press_enter": _("Enter the press room"),
    "portal:contents": _("All sections"),
    "portal:privacy": _("Personal data"),
    "portal:accessibility": _("Accessibility"),
    "figures:statistics": _("Figures"),
    "figures:catalogue": _("Open data"),
    "figures:dataset": _data_set,
    "newsroom_corrections:list": _("Corrections and withdrawals"),
    "announcements:home": _("Announcements"),
    "announcements:page": _bulletin,
    "announcements:embed": _bulletin,
    "announcements:item": _announcement,
}
"""Every open view: what its page is called, or how to find that out from the address."""


@dataclass(frozen=True, slots=True)
class OpenPage:
    """A page that everybody may open, by its path without a query."""

    address: str
    page: Page

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.page.title)

    @property
    def unit_id(self) -> int:
        """The place it is about: the page's own, else the province."""
        return self.page.unit_id or territory.province(settings.LANTOA_PROVINCE_CODE, today()).pk

    @property
    def agency_id(self) -> int | None:
        """Who answers for it, when somebody is named."""
        return self.page.agency_id


def open_page(typed: str) -> OpenPage | None:
    """The page of ours that a path leads to; None for anything else: another site, a person's page, one taken down."""
    path = typed.partition("?")[0].partition("#")[0]
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST:
        return None
    with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
        try:
            match = resolve(path)
        except Resolver404:
            return None
        page = _page(path, match) if is_open(match) else None
    return OpenPage(path, page) if page else None


def _page(path: str, match: ResolverMatch) -> Page | None:
    if match.view_name == WRITTEN:
        written = newsroom.page_at(path)
        return Page(written.title, written.unit_id, written.owner_agency_id) if written else None
    known = PAGES.get(match.view_name, settings.LANTOA_NAME)
    return known(**match.kwargs) if callable(known) else Page(known)
