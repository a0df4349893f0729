"""How a section lists its pages: by kind, in the order people look for them."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q
from django.db.models.functions import ExtractYear
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Page

from lantoa.kernel.text import fold
from lantoa.newsroom.enums import EventKind, LegalKind, SectionKind
from lantoa.newsroom.models.readable import types_by_section, with_pictures
from lantoa.newsroom.public import in_public

A_PAGE = 12
LONG_PAGE = 30
FAR = 100
"""Pages of a list that are counted behind the one asked for."""
LONGEST_NUMBER = 9
YEAR = re.compile("(19|20)[0-9]{2}")

LISTS: dict[str, str] = {
    SectionKind.POLICIES: "tiles",
    SectionKind.LAWS: "laws",
    SectionKind.EVENTS: "events",
    SectionKind.QUESTIONS: "questions",
    SectionKind.GUIDES: "tiles",
    SectionKind.COLUMNS: "tiles",
    SectionKind.CAMPAIGNS: "tiles",
    SectionKind.SPECIALS: "tiles",
    SectionKind.INSTITUTIONS: "offices",
}
"""The template of a kind's list, in `lists/`; stories with a picture otherwise."""

type Query = Mapping[str, str]


class FarPaginator(Paginator[Any]):
    """Numbered pages that count no further than `FAR` behind the one asked for: every number shown is a page that
    there is, and `more` tells whether others follow the last of them."""

    def __init__(self, rows: Any, per_page: int, *, standing: Any, number: int) -> None:
        super().__init__(rows, per_page)
        most = (number + FAR) * per_page
        found = standing.order_by().values("pk")[: most + 1].count()
        self.more = found > most
        self.count = min(found, most)


def listed(section: Any, query: Query) -> dict[str, Any]:
    """What a section shows: `listed` (a page of pages), `list_template`, and the kind's own facts."""
    model = types_by_section()[section.kind]
    pages = in_public(model.objects.child_of(section))
    order = ORDERS.get(section.kind)
    rows, facts = order(pages, query) if order else (pages.order_by("-first_published_at", "-pk"), {})
    many = LONG_PAGE if section.kind in (SectionKind.LAWS, SectionKind.QUESTIONS, SectionKind.INSTITUTIONS) else A_PAGE
    asked = query.get("page", "")
    number = max(1, int(asked[:LONGEST_NUMBER])) if asked.isdecimal() else 1
    written = (field.name for field in model._meta.fields if isinstance(field, StreamField))
    shown = Paginator(with_pictures(rows.defer(*written)), many)  # no list shows what stands below
    if order is None:  # the tree alone knows how many stand there, and faster
        shown = FarPaginator(shown.object_list, many, standing=in_public(Page.objects.child_of(section)), number=number)
    return {
        "listed": shown.get_page(number),
        "list_template": f"newsroom/lists/{LISTS.get(section.kind, 'stories')}.html",
        "icon": model.icon,
        **facts,
    }


def _laws(pages: Any, query: Query) -> tuple[Any, dict[str, Any]]:
    """The legal library: by number or words, kind, issuer, year, in force today; newest first."""
    today = timezone.localdate()
    asked = {name: query.get(name, "").replace("\0", "").strip()[:100] for name in ("q", "loai", "noi", "nam")}
    binding = bool(query.get("hieu-luc"))
    rows = found_laws(
        pages, words=asked["q"], kind=asked["loai"], issuer=asked["noi"],
        year=int(asked["nam"]) if YEAR.fullmatch(asked["nam"]) else None,
        in_force_on=today if binding else None, on=today,
    )  # fmt: skip
    have = list(pages.annotate(of=ExtractYear("issued_on")).values_list("kind", "issuer", "of").distinct().order_by())
    kinds = {kind for kind, _issuer, _year in have}
    return rows, {
        "asked": {**asked, "in_force": binding, "any": binding or any(asked.values())},
        "kinds": [(code, label) for code, label in LegalKind.choices if code in kinds],
        "issuers": sorted({issuer for _kind, issuer, _year in have}, key=fold),
        "years": sorted({year for _kind, _issuer, year in have}, reverse=True),
    }


def found_laws(
    pages: Any, *, words: str = "", kind: str = "", issuer: str = "", year: int | None = None,
    in_force_on: date | None = None, on: date,
) -> Any:  # fmt: skip
    """Legal texts that fit every part of a search, newest first, each with where it stands on `on`, or on the day that
    it must be in force.

    Every word of `words` must be in number, title, abstract, issuer or lead; marks and letter case do not matter.
    """
    if in_force_on:
        pages, on = pages.in_force(in_force_on), in_force_on
    rows = pages.standing_on(on)
    for word in fold(words).split():
        rows = rows.filter(folded__contains=word)
    exactly = {"kind": kind, "issuer": issuer, "issued_on__year": year}
    return rows.filter(**{name: value for name, value in exactly.items() if value}).order_by("-issued_on", "-pk")


def _events(pages: Any, query: Query) -> tuple[Any, dict[str, Any]]:
    """What is to come, soonest first; on request what lies behind us, latest first; both of one kind when asked."""
    now, past = timezone.now(), "da-qua" in query
    to_come = Q(ends_at__gte=now) | Q(ends_at=None, starts_at__gte=now)
    rows = pages.exclude(to_come).order_by("-starts_at") if past else pages.filter(to_come).order_by("starts_at")
    have = {*rows.order_by().values_list("kind", flat=True).distinct()}
    kinds = [(code, label) for code, label in EventKind.choices if code in have or code == query.get("loai")]
    asked = next((one for one in kinds if one[0] == query.get("loai")), ("", ""))
    return rows.filter(kind=asked[0]) if asked[0] else rows, {
        "past": past, "kinds": kinds, "asked": asked[0], "narrowed": asked[1],
    }  # fmt: skip


def _offices(pages: Any, query: Query) -> tuple[Any, dict[str, Any]]:
    """Offices by name."""
    return pages.order_by("title"), {}


def _campaigns(pages: Any, query: Query) -> tuple[Any, dict[str, Any]]:
    """Campaigns, the one begun last first."""
    return pages.order_by(F("starts_on").desc(), "-pk"), {}


ORDERS: dict[str, Callable[[Any, Query], tuple[Any, dict[str, Any]]]] = {
    SectionKind.LAWS: _laws,
    SectionKind.EVENTS: _events,
    SectionKind.INSTITUTIONS: _offices,
    SectionKind.CAMPAIGNS: _campaigns,
}
