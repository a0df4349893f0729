"""Which page an address of ours is: what readers may judge, share and keep; never a page of one person."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.urls import Resolver404, resolve
from django.urls.resolvers import ResolverMatch
from django.utils.functional import Promise
from django.utils.translation import get_language_from_path, override
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.clock import today
from lantoa.newsroom import selectors as newsroom
from lantoa.territory import selectors as territory

OPEN: dict[str, str | Promise] = {
    "portal:home": _("Home"),
    "portal:search": _("Search"),
    "portal:answers": _("Questions and answers"),
    "portal:feedback": _("Ask or tell us"),
    "portal:find_answer": _("Read an answer"),
    "portal:subscribe": _("Get news"),
    "portal:notifications": _("Notifications on this device"),
    "portal:kits": _("To keep for offline"),
    "portal:kit": _("To keep for offline"),
    "portal:status": _("What works"),
    "portal:privacy": _("Personal data"),
    "portal:accessibility": _("Accessibility"),
    "announcements:home": _("Announcements"),
    "announcements:page": _("Announcements"),
    "announcements:item": _("Announcements"),
}
"""The views everybody may open, and what their pages are called. Pages of one person are not among them."""
WRITTEN = "wagtail_serve"
LONGEST = 300


def is_open(match: ResolverMatch | None) -> bool:
    """Whether an address leads to a page that is the same for everybody."""
    return match is not None and (match.view_name in OPEN or match.view_name == WRITTEN)


@dataclass(frozen=True)
class OpenPage:
    """A page that everybody may open, by its path without a query."""

    address: str
    match: ResolverMatch

    @cached_property
    def written(self) -> Any:
        """The page of the newsroom, when it is one that is published."""
        return newsroom.page_at(self.address) if self.match.view_name == WRITTEN else None

    @property
    def title(self) -> str:
        """What it is called."""
        return self.written.title if self.written else str(OPEN[self.match.view_name])

    @property
    def unit_id(self) -> int:
        """The place it is about: the page's own, else the province."""
        return self.written.unit_id if self.written else territory.province(settings.LANTOA_PROVINCE_CODE, today()).pk

    @property
    def agency_id(self) -> int | None:
        """Who answers for it, when somebody is named."""
        return self.written.owner_agency_id if self.written else None


def open_page(typed: str) -> OpenPage | None:
    """The page of ours that a path leads to; None for anything else: another site, a person's page, one taken down."""
    path = typed.partition("?")[0].partition("#")[0]
    if not path.startswith("/") or path.startswith("//") or len(path) > LONGEST:
        return None
    try:
        with override(get_language_from_path(path) or settings.LANGUAGE_CODE):
            match = resolve(path)
    except Resolver404:
        return None
    page = OpenPage(path, match)
    if not is_open(match) or (match.view_name == WRITTEN and page.written is None):
        return None
    return page
