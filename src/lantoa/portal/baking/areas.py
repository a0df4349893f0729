"""Which addresses may be baked, and what each depends on."""

import re
from collections.abc import Iterable, Mapping
from hashlib import blake2b

from django.conf import settings

from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.services.scaffold import SLUGS

GATHERING = frozenset({SectionKind.CAMPAIGNS, SectionKind.COLUMNS, SectionKind.SPECIALS})
"""Kinds whose pages show pages of every kind."""
ROOMS = tuple(sorted(SLUGS[kind] for kind in SectionKind if kind not in GATHERING))
"""Sections whose pages show nothing but their own section, and what stands in `SHARED` and `LEANING`."""
DAY = "day"
"""Moves at midnight, with no table behind it: laws come into force, names change, events pass."""
SHARED = ("site", SLUGS[SectionKind.CAMPAIGNS], SLUGS[SectionKind.COLUMNS], DAY)
"""What every page may show: names of units and offices, pictures, the column or campaign it is filed in, the day."""
LEANING = {
    SLUGS[kind]: (SLUGS[SectionKind.LAWS],)
    for kind in (SectionKind.POLICIES, SectionKind.GUIDES, SectionKind.QUESTIONS)
}
"""Sections whose pages also show another: which texts the library holds."""
FRONT = "front"
"""Where all other addresses stand: they may show anything, so they are old as soon as anything has changed."""

LONGEST = 600
_ADDRESS = re.compile(r"/(?:[A-Za-z0-9_-]{1,200}/)*", re.ASCII)
_PREFIXES = "|".join(code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE)
_ROOM = re.compile(rf"/(?:(?:{_PREFIXES})/)?({'|'.join(ROOMS)})/")

WATCHED = {
    **{f"newsroom_{kind}": SLUGS[section] for kind, section in {
        "policypage": SectionKind.POLICIES, "articlepage": SectionKind.ARTICLES, "legaltextpage": SectionKind.LAWS,
        "legalchange": SectionKind.LAWS, "rolemodelpage": SectionKind.ROLE_MODELS,
        "initiativepage": SectionKind.INITIATIVES, "initiativecopy": SectionKind.INITIATIVES,
        "reportagepage": SectionKind.REPORTAGE, "photostorypage": SectionKind.PHOTOS, "videopage": SectionKind.VIDEOS,
        "audiopage": SectionKind.AUDIO, "eventpage": SectionKind.EVENTS, "questionpage": SectionKind.QUESTIONS,
        "guidepage": SectionKind.GUIDES, "campaignpage": SectionKind.CAMPAIGNS, "columnpage": SectionKind.COLUMNS,
        "specialpage": SectionKind.SPECIALS, "institutionpage": SectionKind.INSTITUTIONS,
    }.items()},
    **dict.fromkeys((
        "newsroom_homepage", "newsroom_sectionpage", "newsroom_newsimage", "newsroom_interfacereading",
        "wagtailcore_site", "wagtailcore_locale", "wagtailcore_pageviewrestriction", "wagtailredirects_redirect",
        "wagtaildocs_document", "territory_unitversion", "agencies_agencyversion",
    ), "site"),
    **dict.fromkeys((
        "territory_unitevent", "territory_unitlineage", "territory_designation", "territory_mapsheet",
    ), "noi-toi-o"),
    "listening_publishedanswer": "hoi-dap",
    "announcements_announcement": "thong-bao",
    "announcements_announcementpage": "thong-bao",
}  # fmt: skip
"""Tables with a trigger that moves a stamp, and which; beside `wagtailcore_page`, whose rows move their section's."""
BY_PAGE = frozenset({
    "newsroom_correction", "newsroom_withdrawal", "newsroom_rereading", "newsroom_translationstep",
})  # fmt: skip
"""Tables whose rows are said of one page; a trigger moves the stamp of the section that it stands in."""
FOLLOWING = frozenset({
    "wagtailcore_page",
    "newsroom_newsrendition",  # made from a picture, never changed
    "newsroom_clearance", "wagtailcore_revision", "approvals_in_force", "approvals_decision", "approvals_submission",
    "approvals_revocation", "kernel_user",  # written with, or before, the page that goes live or leaves on them
    "territory_unit", "territory_unitcode", "territory_unitclosure", "agencies_agency",  # with their versions
    "territory_mapshape",  # with its sheet
    "territory_successors",  # a function over the lineage
    "listening_case",  # before its answer is published
    "django_content_type",
    "lantoa_cache",
})  # fmt: skip
"""Tables that a page may read besides: they change only together with one that is watched."""
ACROSS = frozenset({"newsroom_listed"})
"""What is kept of the pages of every section: for those that are old as soon as anything has changed."""
_WITH_THE_PAGE = "page_further_units"
"""How the tables end that hold the places a page is about; they change when it is published."""


def may_be_baked(path: str) -> bool:
    """Whether an address is plain enough for a file: lower floors of letters and digits, each closed by a slash."""
    return len(path) <= LONGEST and _ADDRESS.fullmatch(path) is not None


def room_of(path: str) -> str:
    """The section that an address stands in, or `FRONT`."""
    found = _ROOM.match(path)
    return found.group(1) if found else FRONT


def strangers(tables: Iterable[str], room: str) -> set[str]:
    """The tables among those a page read whose changes would not be noticed in its room: such a page is not baked."""
    own = {room, *SHARED, *LEANING.get(room, ())}
    known = {table for table, area in WATCHED.items() if room == FRONT or area in own}
    if room == FRONT:
        known |= ACROSS
    return {table for table in set(tables) - known - BY_PAGE - FOLLOWING if not table.endswith(_WITH_THE_PAGE)}


def keys(stamps: Mapping[str, int]) -> dict[str, str]:
    """One short key a room: another as soon as anything its pages may show has changed."""
    found = {
        room: _digest([(area, stamps.get(area, 0)) for area in (*SHARED, *LEANING.get(room, ()), room)])
        for room in ROOMS
    }
    return found | {FRONT: _digest(sorted(stamps.items()))}


def _digest(facts: list[tuple[str, int]]) -> str:
    return blake2b(repr(facts).encode(), digest_size=9).hexdigest()
