"""Where things stand on the public site: every place a reader can go, in groups, and which of them the menu offers."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantoa.newsroom.enums import EventKind, SectionKind
from lantoa.newsroom.services.scaffold import SLUGS


class Link(NamedTuple):
    """One way, as a page shows it."""

    label: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A section of the newsroom, by its kind, a part of one, by a query, or a page of the portal, by its view."""

    key: str
    label: str | Promise
    view: str = ""
    part_of: SectionKind | None = None
    query: str = ""

    @property
    def section(self) -> SectionKind:
        """The section it is, or is part of; asked of what is no view."""
        return self.part_of or SectionKind(self.key)

    @property
    def url(self) -> str:
        """Its address in the reader's language."""
        if self.view:
            return _address(self.view, "", get_language())
        return _address("wagtail_serve", f"{SLUGS[self.section]}/", get_language()) + self.query

    def link(self, here: str = "") -> Link:
        """The way to it; on a page whose address starts with its own it is marked."""
        return Link(str(self.label), self.url, here.startswith(self.url))


@cache
def _address(view: str, below: str, _language: str | None) -> str:
    """Every page shows the same two dozen addresses; they are worked out once in each language."""
    return reverse(view, args=[below] if below else None)


@dataclass(frozen=True, slots=True)
class Group:
    """Places that belong together."""

    label: str | Promise
    places: tuple[Place, ...]


def _sections(*kinds: SectionKind) -> tuple[Place, ...]:
    return tuple(Place(kind.value, kind.label) for kind in kinds)


GROUPS = (
    Group(_("Policies and law"), (
        Place("guide", _("What can I get?"), "portal:guide"),
        *_sections(SectionKind.POLICIES, SectionKind.GUIDES, SectionKind.QUESTIONS, SectionKind.LAWS),
    )),
    Group(_("Ask and be told"), (
        Place("feedback", _("Ask or tell us"), "portal:feedback"),
        Place("tell_story", _("Tell your story"), "portal:tell_story"),
        Place("find_answer", _("Read an answer"), "portal:find_answer"),
        Place("answers", _("Questions and answers"), "portal:answers"),
        Place("subscribe", _("Get news"), "portal:subscribe"),
        Place("kits", _("To keep for offline"), "portal:kits"),
        Place("notifications", _("Notifications on this device"), "portal:notifications"),
    )),
    Group(_("Stories and news"), (
        Place(SectionKind.ARTICLES.value, _("Local stories")),
        *_sections(
            SectionKind.ROLE_MODELS, SectionKind.INITIATIVES, SectionKind.REPORTAGE, SectionKind.COLUMNS,
            SectionKind.CAMPAIGNS, SectionKind.SPECIALS,
        ),
    )),
    Group(_("To watch and to hear"), _sections(SectionKind.VIDEOS, SectionKind.AUDIO, SectionKind.PHOTOS)),
    Group(_("Days and places"), (
        Place("places", _("My commune or ward"), "portal:places"),
        Place("dialogues", _("Dialogues"), part_of=SectionKind.EVENTS, query=f"?loai={EventKind.DIALOGUE.value}"),
        *_sections(SectionKind.EVENTS, SectionKind.INSTITUTIONS),
        Place("announcements", _("Announcements"), "announcements:home"),
        Place("press", _("For the press"), "portal:press"),
        Place("figures", _("Figures"), "figures:statistics"),
        Place("open_data", _("Open data"), "figures:catalogue"),
    )),
    Group(_("About this site"), (
        Place("search", _("Search"), "portal:search"),
        Place("mine", _("What we keep about you"), "portal:mine_ask"),
        Place("save_data", _("Save data"), "portal:save_data"),
        Place("status", _("What works"), "portal:status"),
        Place("privacy", _("Personal data"), "portal:privacy"),
        Place("accessibility", _("Accessibility"), "portal:accessibility"),
        Place("corrections", _("Corrections and withdrawals"), "newsroom_corrections:list"),
    )),
)  # fmt: skip
"""Every place, in the order a reader looks for them."""

CONTENTS = Place("contents", _("All sections"), "portal:contents")
STAFF = Place("staff", _("For staff"), "account_login")
PLACES: dict[str, Place] = {place.key: place for group in GROUPS for place in group.places}

FOOTER = (
    ("guide", "policies", "answers", "articles", "places", "announcements"),
    ("feedback", "tell_story", "find_answer", "subscribe", "kits"),
    ("figures", "open_data", "save_data", "status", "privacy", "accessibility"),
)


def menu() -> list[Place]:
    """The places at the head of each page, as the installation chose them."""
    return [PLACES[key] for key in settings.LANTOA_MENU]


def footer() -> list[list[Place]]:
    """Three columns at the foot; the first ends with the way to everything, the last with the staff's door."""
    columns = [[PLACES[key] for key in keys] for keys in FOOTER]
    columns[0].append(CONTENTS)
    columns[-1].append(STAFF)
    return columns


def groups(sections: Iterable[str]) -> list[Group]:
    """Every place worth opening: all pages of the portal, and of the sections those that hold something."""
    filled = set(sections)
    kept = (Group(group.label, tuple(p for p in group.places if p.view or p.section in filled)) for group in GROUPS)
    return [group for group in kept if group.places]


def check_menu(**_options: object) -> list[CheckMessage]:
    """A menu that names what there is not is found when the product starts, not by a reader."""
    strange = [key for key in settings.LANTOA_MENU if key not in PLACES]
    if not strange:
        return []
    return [
        Error(
            f"LANTOA_MENU names no place of the portal: {', '.join(strange)}.",
            hint=f"Choose from: {', '.join(PLACES)}.",
            id="portal.E001",
        )
    ]
