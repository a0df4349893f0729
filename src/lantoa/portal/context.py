"""What every public page knows about the site it belongs to."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.clock import today
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.services.site import SLUGS
from lantoa.territory import selectors as territory

POLICIES, ARTICLES = SLUGS[SectionKind.POLICIES], SLUGS[SectionKind.ARTICLES]

type Entry = tuple[str | Promise, str]

NAV: tuple[Entry, ...] = (
    (_("Policies"), POLICIES),
    (_("Questions and answers"), "portal:answers"),
    (_("Local stories"), ARTICLES),
    (_("Ask or tell us"), "portal:feedback"),
    (_("Read an answer"), "portal:find_answer"),
)
"""The main sections: words, and an address by name or by the slug of the newsroom's section."""

FOOTER: tuple[tuple[Entry, ...], ...] = (
    (
        (_("Policies"), POLICIES),
        (_("Questions and answers"), "portal:answers"),
        (_("Local stories"), ARTICLES),
        (_("Announcements"), "announcements:home"),
    ),
    (
        (_("Ask or tell us"), "portal:feedback"),
        (_("Tell your story"), "portal:tell_story"),
        (_("Read an answer"), "portal:find_answer"),
        (_("Get news"), "portal:subscribe"),
    ),
    (
        (_("Personal data"), "portal:privacy"),
        (_("Accessibility"), "portal:accessibility"),
        (_("For staff"), "account_login"),
    ),
)


def address(place: str) -> str:
    """The address of a section or of a named view, in the reader's language."""
    if place in (POLICIES, ARTICLES):
        return reverse("wagtail_serve", args=[f"{place}/"])
    return reverse(place)


def in_sentence(name: str) -> str:
    """A unit's name as it stands inside a sentence: "xã Đất Mũi", not "Xã Đất Mũi"."""
    return name[:1].lower() + name[1:]


@lru_cache(maxsize=8)
def _province_names(code: str, on: date) -> tuple[str, str]:
    found = territory.version_on(territory.province(code, on=on).pk, on)
    return (in_sentence(found.name), found.short_name) if found else ("", "")


def province_name() -> str:
    """The province this installation serves, by its name of today; empty before its units are loaded.

    In Vietnamese with its kind ("tỉnh …"), in other languages the bare name.
    """
    if settings.LANTOA_PROVINCE:
        return settings.LANTOA_PROVINCE
    try:
        full, short = _province_names(settings.LANTOA_PROVINCE_CODE, today())
        return full if get_language() == "vi" else short
    except territory.UnknownUnit:  # not remembered: the units may be loaded any moment
        return ""


@dataclass(frozen=True)
class SiteFacts:
    """The site's name, place, hotline and ways around, each worked out only when a page shows it."""

    path: str
    name: str = "Lan Tỏa"

    @property
    def hotline(self) -> str:
        """The number people call."""
        return settings.LANTOA_HOTLINE

    @property
    def hotline_hours(self) -> str:
        """When it is answered."""
        return settings.LANTOA_HOTLINE_HOURS

    @cached_property
    def province(self) -> str:
        """The province's name."""
        return province_name()

    @property
    def home(self) -> str:
        """The home page in the reader's language."""
        return reverse("portal:home")

    @property
    def search_url(self) -> str:
        """The search page in the reader's language."""
        return reverse("portal:search")

    @cached_property
    def nav(self) -> list[dict[str, object]]:
        """The main sections, the one being read marked."""
        return [self._link(label, place) for label, place in NAV]

    @cached_property
    def footer(self) -> list[list[dict[str, object]]]:
        """Three columns of links."""
        return [[self._link(label, place) for label, place in column] for column in FOOTER]

    def _link(self, label: str | Promise, place: str) -> dict[str, object]:
        url = address(place)
        return {"label": label, "url": url, "current": self.path.startswith(url)}


def site(request: HttpRequest) -> dict[str, object]:
    """The facts of the site; nothing about any one province is in code."""
    return {"site": SiteFacts(request.path)}
