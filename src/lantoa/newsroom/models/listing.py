"""How a section lists its pages: by kind, in the order people look for them."""

import re
from collections.abc import Callable, Hashable, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.db.models.functions import ExtractYear, Left, Length
from django.utils import timezone
from wagtail.fields import StreamField
from wagtail.models import Page

from lantoa.kernel import prepared
from lantoa.kernel.text import fold
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.enums import EventKind, LegalKind, SectionKind, Standing
from lantoa.newsroom.models.law import cited
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


class Slices:
    """The rows of a query that hangs on facts and on what is told when it is asked, for a paginator: each slice of them
    is one statement, put together once. Rows of values are made into `one`; of narrow rows, which are put in order
    faster, those of a `kind` are shown whole; all are counted unless `total` is known.
    """

    def __init__(
        self,
        build: Callable[..., Any],
        *facts: Hashable,
        told: prepared.Told = (),
        one: Callable[..., Any] | None = None,
        kind: str | None = None,
        total: int | None = None,
    ) -> None:
        self._asked, self._told, self._one, self._kind, self._total = (build, *facts), told, one, kind, total

    def __getitem__(self, part: slice) -> list[Any]:
        facts = part.start, part.stop, self._kind, *self._asked
        if self._one is None:
            return prepared.objects(_sliced, *facts, told=self._told)
        return [self._one(*row) for row in prepared.rows(_sliced, *facts, told=self._told)]

    def count(self) -> int:
        """How many rows there are."""
        if self._total is None:
            self._total = prepared.count(_unsorted, None, *self._asked, told=self._told)
        return self._total

    def count_to(self, most: int) -> int:
        """How many rows there are, counted no further than this."""
        return prepared.count(_unsorted, most, *self._asked, told=self._told)


def _unsorted(most: int | None, build: Callable[..., Any], *rest: Any) -> Any:
    return build(*rest).order_by().values("pk")[:most]


def _sliced(first: int, end: int, kind: str | None, build: Callable[..., Any], *rest: Any) -> Any:
    rows = build(*rest)[first:end]
    if kind is None:
        return rows
    whole = types_by_section()[kind].objects.filter(pk__in=rows.values("pk"))
    return _told_of(whole.order_by(*rows.query.order_by))


class FarPaginator(Paginator[Any]):
    """Numbered pages that count no further than `FAR` behind the one asked for: every number shown is a page that
    there is, and `more` tells whether others follow the last of them."""

    def __init__(self, rows: Slices, per_page: int, number: int) -> None:
        super().__init__(rows, per_page)  # type: ignore[arg-type]
        most = (number + FAR) * per_page
        found = rows.count_to(most + 1)
        self.more = found > most
        self.count = min(found, most)


def _newest(path: str) -> Any:
    """By the index `newsroom_children_newest`."""
    return _in(path).order_by("-first_published_at", "-pk")


def by_name(path: Any) -> Any:
    """The public pages that stand in a section, by name; read by the index `newsroom_children_by_name`."""
    return _in(path).order_by("title", "pk")


def _in(path: Any) -> Any:
    """The public pages that stand in a section, as the tree has them."""
    stands_in = Left("path", Length("path") - Page.steplen)
    return in_public(Page.objects.order_by().alias(stands_in=stands_in).filter(stands_in=path))


def _below(path: str, model: type[Page]) -> Any:
    """The published pages of a section."""
    return in_public(model.objects.filter(path__startswith=path, depth=len(path) // model.steplen + 1))


def _told_of(pages: Any) -> Any:
    """With their pictures, without what stands below: no list shows that."""
    written = (field.name for field in pages.model._meta.fields if isinstance(field, StreamField))
    return with_pictures(pages.defer(*written))


def listed(section: Any, query: Query) -> dict[str, Any]:
    """What a section shows: `listed` (a page of pages), `list_template`, and the kind's own facts."""
    model, order = types_by_section()[section.kind], ORDERS.get(section.kind)
    many = LONG_PAGE if section.kind in (SectionKind.LAWS, SectionKind.QUESTIONS, SectionKind.INSTITUTIONS) else A_PAGE
    number = page_asked(query)
    facts: dict[str, Any] = {}
    if order is None:
        shown: Paginator[Any] = FarPaginator(Slices(_newest, section.path, kind=section.kind), many, number)
    else:
        rows, facts = order(section.path, query)
        shown = Paginator(rows, many)  # type: ignore[arg-type]
    return {
        "listed": shown.get_page(number),
        "list_template": f"newsroom/lists/{LISTS.get(section.kind, 'stories')}.html",
        "icon": model.icon,
        **facts,
    }


def page_asked(query: Query) -> int:
    """The number of the page of a list that an address asks for; 1 for what is no number."""
    asked = query.get("page", "")
    return max(1, int(asked[:LONGEST_NUMBER])) if asked.isdecimal() else 1


class LawRow(NamedTuple):
    """A legal text as the library lists it."""

    title: str
    abstract: str
    number: str
    kind: str
    issuer: str
    issued_on: date
    url_path: str
    language: str
    standing: str

    @property
    def named(self) -> str:
        """How people cite it."""
        return cited(self.kind, self.number)

    @property
    def words(self) -> str:
        """Where it stands, in words."""
        return str(Standing(self.standing).label)

    @property
    def url(self) -> str:
        """Its address on the site."""
        return address_of(self.language, self.url_path)


ON_A_ROW = (*LawRow._fields[:-2], "locale__language_code", "standing")


def _laws(path: str, query: Query) -> tuple[Slices, dict[str, Any]]:
    """The legal library: by number or words, kind, issuer, year, in force today; newest first."""
    today = timezone.localdate()
    asked = {name: query.get(name, "").replace("\0", "").strip()[:100] for name in ("q", "loai", "noi", "nam")}
    binding = bool(query.get("hieu-luc"))
    narrowed = binding or any(asked.values())
    have = prepared.rows(_laws_had, path)
    total = None if narrowed else sum(n for *_of, n in have)
    kinds = {kind for kind, *_rest in have}
    return Slices(_laws_found, path, *asked.values(), binding, today, one=LawRow, total=total), {
        "asked": {**asked, "in_force": binding, "any": narrowed},
        "kinds": [(code, label) for code, label in LegalKind.choices if code in kinds],
        "issuers": sorted({issuer for _kind, issuer, *_rest in have}, key=fold),
        "years": sorted({year for _kind, _issuer, year, _n in have}, reverse=True),
    }


def _laws_found(path: str, words: str, kind: str, issuer: str, year: str, binding: bool, today: date) -> Any:
    return found_laws(
        _below(path, types_by_section()[SectionKind.LAWS]), words=words, kind=kind, issuer=issuer,
        year=int(year) if YEAR.fullmatch(year) else None, in_force_on=today if binding else None, on=today,
    ).values_list(*ON_A_ROW)  # fmt: skip


def _laws_had(path: str) -> Any:
    pages = _below(path, types_by_section()[SectionKind.LAWS]).annotate(of=ExtractYear("issued_on"))
    return pages.order_by().values_list("kind", "issuer", "of").annotate(n=Count("pk"))


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


def _events(path: str, query: Query) -> tuple[Slices, dict[str, Any]]:
    """What is to come, soonest first; on request what lies behind us, latest first; both of one kind when asked."""
    now, past = timezone.now(), "da-qua" in query
    have: dict[str, int] = dict(prepared.rows(_events_had, path, past, told=(now,)))
    kinds = [(code, label) for code, label in EventKind.choices if code in have or code == query.get("loai")]
    asked = next((one for one in kinds if one[0] == query.get("loai")), ("", ""))
    total = have.get(asked[0], 0) if asked[0] else sum(have.values())
    return Slices(_events_of, path, past, asked[0], told=(now,), total=total), {
        "past": past, "kinds": kinds, "asked": asked[0], "narrowed": asked[1],
    }  # fmt: skip


def _events_of(path: str, past: bool, kind: str, now: datetime) -> Any:
    pages, coming = _below(path, types_by_section()[SectionKind.EVENTS]), to_come(now)
    rows = pages.exclude(coming).order_by("-starts_at") if past else pages.filter(coming).order_by("starts_at")
    return _told_of(rows.filter(kind=kind) if kind else rows)


def _events_had(path: str, past: bool, now: datetime) -> Any:
    pages, coming = _below(path, types_by_section()[SectionKind.EVENTS]), to_come(now)
    rows = pages.exclude(coming) if past else pages.filter(coming)
    return rows.order_by().values_list("kind").annotate(n=Count("pk"))


def to_come(now: datetime) -> Q:
    """The condition that an event is not yet over."""
    return Q(ends_at__gte=now) | Q(ends_at=None, starts_at__gte=now)


def _offices(path: str, query: Query) -> tuple[Slices, dict[str, Any]]:
    """Offices by name."""
    return Slices(by_name, path, kind=SectionKind.INSTITUTIONS), {}


def _campaigns(path: str, query: Query) -> tuple[Slices, dict[str, Any]]:
    """Campaigns, the one begun last first."""
    return Slices(_begun, path), {}


def _begun(path: str) -> Any:
    pages = _below(path, types_by_section()[SectionKind.CAMPAIGNS])
    return _told_of(pages.order_by(F("starts_on").desc(), "-pk"))


ORDERS: dict[str, Callable[[str, Query], tuple[Slices, dict[str, Any]]]] = {
    SectionKind.LAWS: _laws,
    SectionKind.EVENTS: _events,
    SectionKind.INSTITUTIONS: _offices,
    SectionKind.CAMPAIGNS: _campaigns,
}
