"""What every public page knows about the site it belongs to."""

from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.urls.resolvers import ResolverMatch
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from lantoa.kernel.clock import today
from lantoa.newsroom.interface import OWN_LANGUAGES
from lantoa.newsroom.translations import interface_reading
from lantoa.portal import dress, icons, menu
from lantoa.portal.middleware import saves
from lantoa.portal.openness import is_open
from lantoa.territory import selectors as territory


def in_sentence(name: str) -> str:
    """A unit's name as it stands inside a sentence: "xã Đất Mũi", not "Xã Đất Mũi"."""
    return name[:1].lower() + name[1:]


@lru_cache(maxsize=8)
def _province_names(code: str, on: date) -> tuple[str, str]:
    found = territory.version_on(territory.province(code, on=on).pk, on)
    return (in_sentence(found.name), found.short_name) if found else ("", "")


def forget_province() -> None:
    """Ask for the province's name anew: units have changed, perhaps."""
    _province_names.cache_clear()


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
    match: ResolverMatch | None = None
    light: bool = False
    """Whether the reader saves data: no web font, no photos but those a story needs."""

    @property
    def name(self) -> str:
        """What the site is called."""
        return settings.LANTOA_NAME

    @property
    def tagline(self) -> str:
        """What stands under the name; empty for the product's own words with the province's name."""
        return settings.LANTOA_TAGLINE

    @property
    def about(self) -> str:
        """What a search result or a shared link says of a page that has no words of its own for it."""
        return _("What you can get, where to hand it in, which papers you need. Ask, and someone answers.")

    @property
    def owner(self) -> str:
        """The agency that answers for the site."""
        return settings.LANTOA_OWNER

    @property
    def colour(self) -> str:
        """The colour of its head, in which browsers paint their own."""
        return settings.LANTOA_COLOUR

    @property
    def colours(self) -> str:
        """The address of the colours that are the installation's own; empty when all are the product's."""
        own = dress.stylesheet()
        return f"/mau-{dress.digest(own)}.css" if own else ""

    @property
    def seal(self) -> str:
        """The address of its seal; empty when the product's own mark stands there."""
        own = dress.seal(dress.IN_HEADS)
        return f"/con-dau-{dress.digest(own)}.png" if own else ""

    @property
    def icon(self) -> str:
        """The address of its icon for a home screen, the same in every language."""
        with override(settings.LANGUAGE_CODE):
            return reverse("portal:icon", args=[icons.TOUCH])

    @property
    def worker(self) -> str:
        """The worker to register: none for who may not keep pages."""
        with override("vi"):
            return reverse("portal:notifications_worker") if settings.LANTOA_OFFLINE else ""

    @property
    def address(self) -> str:
        """The page's whole address, as it is shared."""
        return f"{settings.LANTOA_BASE_URL}{self.path}"

    @property
    def base(self) -> str:
        """Where the site stands."""
        return settings.LANTOA_BASE_URL

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

    @property
    def is_open(self) -> bool:
        """Whether this page is the same for everybody: readers may judge it, share it, keep it."""
        return is_open(self.match)

    @cached_property
    def awaits_reader(self) -> bool:
        """Whether nobody at home in the reader's language has read the interface's words yet."""
        language = get_language() or settings.LANGUAGE_CODE
        return language not in OWN_LANGUAGES and interface_reading(language) is None

    @cached_property
    def nav(self) -> tuple[menu.Link, ...]:
        """The main sections, the one being read marked."""
        return tuple(place.link(self.path) for place in menu.menu())

    @property
    def footer(self) -> tuple[tuple[menu.Link, ...], ...]:
        """Three columns of links."""
        return tuple(tuple(place.link() for place in column) for column in menu.footer())


def site(request: HttpRequest) -> dict[str, object]:
    """The facts of the site; nothing about any one province is in code. Pages of borrowed rooms call something else
    `site`, so the heads that they share ask `house`."""
    facts = SiteFacts(request.path, request.resolver_match, saves(request))
    return {"site": facts, "house": facts}
