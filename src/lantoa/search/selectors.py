"""What is found, in which order, and what was looked for in vain. Everything here is public; nothing hides a row."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum
from django.utils import timezone
from django.utils.functional import Promise

from lantoa.kernel import clock
from lantoa.kernel.text import fold
from lantoa.search import words
from lantoa.search.models import SearchFilled, SearchItem, SearchMiss
from lantoa.search.rules import HOURS_APART
from lantoa.search.sources import kinds, source_of
from lantoa.search.spelling import mend
from lantoa.territory import naming
from lantoa.territory import selectors as territory

A_PAGE, LAST_PAGE, COUNTED = 20, 10, 1000
_HOLDS = {
    "kind": "kind = %s", "language": "language = %s", "year": "year = %s", "since": "published_at >= %s",
    "before": "published_at < %s",
}  # fmt: skip
"""What a search is narrowed to, as the ranking knows it too (migrations 0002 and 0003)."""
_ABOUT = "(unit_id = ANY (%s) OR further_ids <> '{}' AND further_ids && %s::bigint[])"
"""About one of these places, as the ranking knows it too (migration 0004)."""
FEW = 3
"""Below so many hits, slips of the pen are looked for too."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for: words, and what it is narrowed to ("" and None: to nothing)."""

    text: str = ""
    kind: str = ""
    language: str = ""
    year: int | None = None
    unit_id: int | None = None
    first: date | None = None
    """Published on this day or later."""
    last: date | None = None
    """Published on this day or earlier."""

    def narrowed_to(self) -> dict[str, Any]:
        """What else than words and place it is narrowed to, by name; days as moments, the end left out."""
        names = {"kind": self.kind, "language": self.language, "year": self.year}
        days = {"since": self.first, "before": self.last and self.last + timedelta(days=1)}
        moments = {name: _begins(day).isoformat() for name, day in days.items() if day}
        return {name: value for name, value in names.items() if value not in ("", None)} | moments


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing found: where it is read, what kind it is, and by which step of the ranking (6: after mending)."""

    id: int
    title: str
    lead: str
    url: str
    kind: str | Promise
    language: str
    unit_ids: Sequence[int]
    """What it is about, the unit that answers for it first."""
    published_at: Any
    step: int


@dataclass(frozen=True, slots=True)
class Narrowing:
    """How many of the hits are of each kind, year and unit; `total` stops counting at `COUNTED`."""

    total: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    units: dict[int, int] = field(default_factory=dict)

    @property
    def more(self) -> bool:
        """Whether there are more than were counted: then the parts are only those of the first."""
        return self.total > COUNTED


@dataclass(frozen=True, slots=True)
class Found:
    """A page of hits, best first; `mended` is what the words were read as besides; `places` the units they name;
    `elsewhere` how many there are in other languages, when there is none in this one."""

    hits: Sequence[Hit]
    narrowing: Narrowing
    places: Sequence[naming.NamedPlace] = ()
    mended: str = ""
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class _Asked:
    marked: str | None
    plain: str | None
    phrase: str
    only: dict[str, Any]
    inside: list[int] | None
    near: list[int] | None
    beside: str | None


def find(wanted: Wanted, *, page: int = 1, on: date | None = None) -> Found:
    """The best hits for the words, twenty a page, at most ten pages; six queries, ten with a slip mended, one
    or two more when it is narrowed, one when there is nothing in the language.

    Marks count when they are typed; the name of a unit, one of today or one that is gone, also finds what is about the
    unit that holds its ground today.
    """
    typed = words.plain(wanted.text)
    if not typed:
        return Found((), Narrowing())
    on, page = on or clock.today(), max(1, min(page, LAST_PAGE))
    places = naming.named_in(wanted.text, on=on)
    asked = _asked(wanted, typed, places, on)
    narrowing = _narrowing(asked)
    ranked = _ranked(asked, page * A_PAGE)
    mended = ""
    if narrowing.total < FEW and (mended := mend(typed, language=wanted.language or "vi")):
        again = _asked(replace(wanted, text=fold(mended)), words.plain(mended), (), on)
        had = {pk for pk, _step in ranked}
        ranked += [(pk, 6) for pk, _step in _ranked(again, page * A_PAGE) if pk not in had]
        narrowing = _narrowing(asked, again)
    elsewhere = 0
    if not narrowing.total and wanted.language:
        every = replace(asked, only={name: value for name, value in asked.only.items() if name != "language"})
        elsewhere = _narrowing(every).total
    return Found(_hits(ranked[(page - 1) * A_PAGE : page * A_PAGE]), narrowing, places, mended, elsewhere)


def _asked(wanted: Wanted, typed: list[str], places: Sequence[naming.NamedPlace], on: date) -> _Asked:
    as_written = words.marked(wanted.text)
    names = {word for place in places for word in words.plain(place.typed)}
    beside = [word for word in typed if word not in names]
    roots = sorted({unit_id for place in places for unit_id in place.now_ids})
    return _Asked(
        marked=words.every(as_written) if as_written != typed else None,
        plain=words.every(typed),
        phrase=words.phrase(wanted.text),
        only=wanted.narrowed_to(),
        inside=territory.reach_of([wanted.unit_id], on=on) if wanted.unit_id else None,
        near=territory.reach_of(roots, on=on) if roots else None,
        beside=words.every(beside) or None,
    )


def _ranked(asked: _Asked, most: int) -> list[tuple[int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, step FROM search_find(%s::tsquery, %s::tsquery, %s, %s::jsonb, %s::bigint[], %s::bigint[],"
            " %s::tsquery, %s)",
            [asked.marked, asked.plain, asked.phrase, json.dumps(asked.only), asked.inside, asked.near, asked.beside,
             most],
        )  # fmt: skip
        return [(pk, step) for pk, step in cursor.fetchall()]


_COUNTS = """
WITH hits AS MATERIALIZED (SELECT kind, year, unit_id, further_ids FROM search_searchitem WHERE {where}),
    counted AS MATERIALIZED (SELECT * FROM hits LIMIT {most})
SELECT CASE grouping(kind, year) WHEN 1 THEN 'kind' WHEN 2 THEN 'year' ELSE 'total' END, coalesce(kind, year::text),
    count(*) FROM counted GROUP BY GROUPING SETS ((kind), (year), ())
UNION ALL
SELECT 'unit', unit::text, count(*) FROM counted, unnest(array_prepend(unit_id, further_ids)) unit
WHERE unit IS NOT NULL GROUP BY unit
"""
"""Planned as if all were wanted: for the first thousand alone, the planner would read text after text."""


_BY_THE_INDEX = f"SET LOCAL enable_seqscan = off; {_COUNTS}; SET LOCAL enable_seqscan = on"
"""The same, finding texts by their index: the planner takes comparing a text for cheap, and where more than a language
narrows the search it would unpack and compare every text there is (ten times slower). Sent as one, the three statements
are one transaction, and one way to the database and back."""


def _narrowing(*read: _Asked) -> Narrowing:
    """Count what meets any of these readings of one question, and its parts, up to a limit."""
    asked, holds = read[0], []
    values: list[Any] = []
    for one in read:
        holds.append("text_plain @@ %s::tsquery")
        values.append(one.plain)
        if one.near is not None:
            holds.append(_ABOUT + (" AND text_plain @@ %s::tsquery" if one.beside else ""))
            values += [one.near, one.near, *([one.beside] if one.beside else [])]
    narrow = [_HOLDS[name] for name in asked.only]
    values += asked.only.values()
    if asked.inside is not None:
        narrow.append(_ABOUT)
        values += [asked.inside, asked.inside]
    where = " AND ".join([f"(({') OR ('.join(holds)}))", *narrow])
    counts: dict[str, dict[Any, int]] = defaultdict(dict)
    further = asked.inside is not None or asked.only.keys() - {"language"}
    with connection.cursor() as cursor:
        cursor.execute((_BY_THE_INDEX if further else _COUNTS).format(where=where, most=COUNTED + 1), values)
        if further:
            cursor.nextset()
        for part, key, number in cursor.fetchall():
            counts[part][key] = number
    total = counts["total"].get(None, 0)
    numbers = {part: {int(key): number for key, number in counts[part].items()} for part in ("year", "unit")}
    return Narrowing(total, counts["kind"], numbers["year"], numbers["unit"])


def _hits(ranked: Sequence[tuple[int, int]]) -> list[Hit]:
    """The items with their addresses, in this order; what may not be read at this moment is left out."""
    columns = ("id", "source", "ref", "title", "lead", "kind", "language", "unit_id", "further_ids",
               "published_at")  # fmt: skip
    items = {row.id: row for row in SearchItem.objects.filter(pk__in=[pk for pk, _step in ranked]).only(*columns)}
    refs: dict[str, list[int]] = defaultdict(list)
    for item in items.values():
        refs[item.source].append(item.ref)
    found = {name: source.addresses(ids) for name, ids in refs.items() if (source := source_of(name))}
    names = kinds()
    return [
        Hit(pk, row.title, row.lead, url, names.get(row.kind, ""), row.language, row.about, row.published_at, step)
        for pk, step in ranked
        if (row := items.get(pk)) and (url := found.get(row.source, {}).get(row.ref))
    ]


def filled(text: str) -> Hit | None:
    """What an editor wrote for exactly these words, if it is public."""
    made = SearchFilled.objects.filter(query=fold(text)).first()
    item = made and SearchItem.objects.filter(source=made.source, ref=made.ref).values_list("pk", flat=True).first()
    return next(iter(_hits([(item, 0)])), None) if item else None


_SUGGEST = """
SELECT min(title) FROM (SELECT title, title_folded, published_at FROM search_searchitem
    WHERE title_plain @@ %s::tsquery AND language = %s LIMIT 500) few
GROUP BY title_folded ORDER BY title_folded LIKE %s DESC, max(published_at) DESC LIMIT %s
"""


def suggestions(text: str, *, language: str, n: int = 8) -> list[str]:
    """Titles that hold the words, the last of which may still be unfinished; those that begin so first."""
    typed = words.plain(text)
    if not typed or len(typed[-1]) + len(typed) < 3:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SUGGEST, [words.every(typed, unfinished=True), language, f"{words.phrase(text)}%", n])
        return [row[0] for row in cursor.fetchall()]


def saying(phrase: str, *, source: str) -> list[int]:
    """What of a source has these words one after the other, folded: its own ids, in no order of worth. One query."""
    wanted = words.in_a_row(words.plain(phrase))
    if not wanted:
        return []
    with connection.cursor() as cursor:
        asked = "SELECT ref FROM search_searchitem WHERE source = %s AND text_plain @@ %s::tsquery"
        cursor.execute(asked, [source, wanted])
        return [ref for (ref,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Missed:
    """A query that found nothing: how often, when last, and what was written for it since."""

    query: str
    times: int
    last: date
    filled: SearchFilled | None


def misses(n: int = 200) -> list[Missed]:
    """What several people, or one at several hours, looked for in vain, the most wanted first; never who."""
    rows: dict[str, list[SearchMiss]] = defaultdict(list)
    wanted = SearchMiss.objects.values("query").annotate(sum=Sum("times")).filter(sum__gte=HOURS_APART)
    for row in SearchMiss.objects.filter(query__in=wanted.order_by("-sum").values("query")[: 4 * n]):
        rows[row.query].append(row)
    done = {one.query: one for one in SearchFilled.objects.filter(query__in=rows)}
    lines = [
        Missed(query, sum(day.times for day in days), max(day.day for day in days), done.get(query))
        for query, days in rows.items()
        if sum(day.hours.bit_count() for day in days) >= HOURS_APART
    ]
    return sorted(lines, key=lambda line: (line.filled is not None, -line.times, line.query))[:n]
