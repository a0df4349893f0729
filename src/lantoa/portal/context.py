"""What every public page knows about the site it belongs to."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from lantoa.kernel.clock import today
from lantoa.portal import menu
from lantoa.territory import selectors as territory


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

    @property
    def name(self) -> str:
        """What the site is called."""
        return settings.LANTOA_NAME

    @property
    def tagline(self) -> str:
        """What stands under the name; empty for the product's own words with the province's name."""
        return settings.LANTOA_TAGLINE

    @property
    def owner(self) -> str:
        """The agency that answers for the site."""
        return settings.LANTOA_OWNER

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
        return [self._link(place) for place in menu.menu()]

    @cached_property
    def footer(self) -> list[list[dict[str, object]]]:
        """Three columns of links."""
        return [[self._link(place) for place in column] for column in menu.footer()]

    def _link(self, place: menu.Place) -> dict[str, object]:
        return {"label": place.label, "url": place.url, "current": self.path.startswith(place.url)}


def site(request: HttpRequest) -> dict[str, object]:
    """The facts of the site; nothing about any one province is in code."""
    return {"site": SiteFacts(request.path)}
