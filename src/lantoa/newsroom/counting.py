"""Pages as figures: how many were published, by content line, by place and month; events by the month they begin."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils import timezone
from wagtail.models import Page

from lantoa.newsroom.models import EventPage, types_by_section
from lantoa.newsroom.public import in_public


@dataclass(frozen=True, slots=True)
class PageTally:
    """Pages, each once: by content line, and by the programmes they count for together, as codes in order (none for
    many). Both parts add up to the same."""

    lines: Mapping[str, int]
    programmes: Mapping[tuple[str, ...], int]


def pages_published(unit_ids: Iterable[int], *, start: date, end: date) -> PageTally:
    """Pages first published from `start` to `end`, both included. One query.

    Of every kind that is a piece of communication; legal texts, offices and pages that only gather others are not.
    A page counts once however many languages and programmes it has, by its first publication: a translation that comes
    out later counts in no later period. Pages later withdrawn count too.
    """
    span = {"unit__in": list(unit_ids), **_between("first_published_at", start, end)}
    first: dict[object, tuple[str, tuple[str, ...]]] = {}
    columns = ("translation_key", "content_line", "programmes")
    for _published, key, line, programmes in _first_published(columns, span):
        first.setdefault(key, (line, tuple(sorted(set(programmes)))))
    lines, programmes_together = Counter(line for line, _p in first.values()), Counter(p for _l, p in first.values())
    return PageTally(dict(lines), dict(programmes_together))


def pages_by_month(year: int) -> dict[tuple[int, int, str], int]:
    """The same for every place: (unit, month, content line) → pages first published then. One query."""
    first: dict[object, tuple[int, int, str]] = {}
    span = _between("first_published_at", date(year, 1, 1), date(year, 12, 31))
    for published, key, unit_id, line in _first_published(("translation_key", "unit_id", "content_line"), span):
        first.setdefault(key, (unit_id, timezone.localtime(published).month, line))
    return dict(Counter(first.values()))


def events_by_month(year: int) -> dict[tuple[int, int], int]:
    """(unit, month) → published events that begin then and were not called off, each once in all languages. One
    query."""
    rows = in_public(EventPage.objects).filter(called_off=False)
    rows = rows.filter(**_between("starts_at", date(year, 1, 1), date(year, 12, 31))).order_by("pk")
    events = {key: (unit, timezone.localtime(at).month) for key, unit, at in rows.values_list(
        "translation_key", "unit_id", "starts_at")}  # fmt: skip
    return dict(Counter(events.values()))


def _between(field: str, start: date, end: date) -> dict[str, datetime]:
    zone = timezone.get_default_timezone()
    after = datetime.combine(end + timedelta(days=1), time.min, zone)
    return {f"{field}__gte": datetime.combine(start, time.min, zone), f"{field}__lt": after}


def _first_published(columns: tuple[str, ...], span: dict[str, Any]) -> Iterable[tuple[Any, ...]]:
    """Pages of every counted kind, the first published first: that moment, then these columns. What was out before the
    span in another language is none of them."""
    kinds = [model for model in types_by_section().values() if model.counted]
    wanted = ("first_published_at", *columns)
    before = Page.objects.filter(
        translation_key=OuterRef("translation_key"), first_published_at__lt=span["first_published_at__gte"]
    )
    out = [model.objects.filter(~Exists(before), **span) for model in kinds]
    first, *others = [pages.order_by().values_list(*wanted) for pages in out]
    return first.union(*others, all=True).order_by("first_published_at")  # type: ignore[no-any-return]
