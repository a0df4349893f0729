"""What can be found is put and taken here, in the transaction that makes it public or ends that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import QuerySet

from lantoa.kernel import audit, clock
from lantoa.kernel.models import User
from lantoa.kernel.text import fold, normalise
from lantoa.search import words
from lantoa.search.models import SearchFilled, SearchItem, SearchMiss
from lantoa.search.rules import may_be_kept
from lantoa.search.sources import all_sources


@dataclass(frozen=True, slots=True)
class Entry:
    """A public thing: which one it is, what kind, in which language, about which places, and its words."""

    source: str
    ref: int
    kind: str
    language: str
    unit_id: int | None
    published_at: datetime
    title: str
    lead: str = ""
    text: str = ""
    further_ids: Sequence[int] = ()
    """The units it is about besides `unit_id`."""


_PUT = """
INSERT INTO search_searchitem (source, ref, kind, language, unit_id, further_ids, published_at, year, title, lead,
    title_folded, title_marked, title_plain, text_marked, text_plain)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::tsvector, %s::tsvector, %s::tsvector, %s::tsvector)
ON CONFLICT (source, ref) DO UPDATE SET kind = excluded.kind, language = excluded.language, unit_id =
    excluded.unit_id, further_ids = excluded.further_ids, published_at = excluded.published_at, year = excluded.year,
    title = excluded.title, lead = excluded.lead, title_folded = excluded.title_folded, title_marked =
    excluded.title_marked, title_plain = excluded.title_plain, text_marked = excluded.text_marked, text_plain =
    excluded.text_plain
"""
_LEARN = """
INSERT INTO search_searchword (word, deletes)
SELECT word, ARRAY(SELECT word UNION SELECT overlay(word PLACING '' FROM n FOR 1)
    FROM generate_series(1, char_length(word)) n WHERE char_length(word) > 1)
FROM (SELECT unnest(%s::text[]) AS word ORDER BY 1) one
WHERE NOT EXISTS (SELECT FROM search_searchword k WHERE k.word = one.word)
ON CONFLICT (word) DO NOTHING
"""


@transaction.atomic
def put(entries: Iterable[Entry]) -> int:
    """Let these be found, each as it stands now; what was put before under the same name is replaced. How many."""
    rows = list(entries)
    if not rows:
        return 0
    with connection.cursor() as cursor:
        cursor.executemany(_PUT, [_row(one) for one in rows])
        learnt = {word for one in rows for word in words.plain(f"{one.title} {one.lead} {one.text}")
                  if words.may_slip(word)}  # fmt: skip
        cursor.execute(_LEARN, [sorted(learnt)])
    return len(rows)


def _row(one: Entry) -> list[Any]:
    title, lead = normalise(one.title)[:300], normalise(one.lead)[:600]
    whole = f"{title} {lead} {one.text}"
    return [
        one.source, one.ref, one.kind, one.language, one.unit_id, [*one.further_ids], one.published_at,
        clock.local(one.published_at).year, title, lead, words.phrase(title)[:320],
        words.vector(words.marked(title)), words.vector(words.plain(title)),
        words.vector(words.marked(whole)), words.vector(words.plain(whole)),
    ]  # fmt: skip


def take_out_except(source: str, refs: QuerySet[Any]) -> None:
    """Let nothing of this source be found but these (a query for their ids)."""
    SearchItem.objects.filter(source=source).exclude(ref__in=refs).delete()


def rebuild() -> dict[str, int]:
    """Put everything public anew, source by source, and forget words that nothing is made of; how many of each.

    Searching goes on meanwhile. What is no longer public is taken out by each source.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM search_searchword")
    return {source.name: source.rebuild() for source in all_sources()}


_MISSED = """
INSERT INTO search_searchmiss AS m (query, day, hours, times) VALUES (%s, %s, %s, 1)
ON CONFLICT (query, day) DO UPDATE SET times = m.times + 1, hours = m.hours | excluded.hours
"""


def note_miss(text: str, *, at: datetime) -> None:
    """Count a query that found nothing, if it is one that may be kept; nothing of who asked."""
    query = fold(text)
    if not may_be_kept(query):
        return
    here = clock.local(at)
    with connection.cursor() as cursor:
        cursor.execute(_MISSED, [query, here.date(), 1 << here.hour])


@transaction.atomic
def fill(*, query: str, item_id: int, by: User, at: datetime) -> SearchFilled:
    """Say what was written for a query that had found nothing; from now on it finds this first."""
    item = SearchItem.objects.get(pk=item_id)
    filled, _made = SearchFilled.objects.update_or_create(
        query=query, defaults={"source": item.source, "ref": item.ref, "by": by, "at": at}
    )
    audit.record("search.filled", by=by, at=at, subject=f"search.filled:{filled.pk}", facts={"item": item.ref})
    return filled


def forget(*, at: datetime) -> int:
    """Drop counts older than the setting allows; how many."""
    last = clock.local(at).date() - timedelta(days=settings.LANTOA_SEARCH_MISS_DAYS)
    return SearchMiss.objects.filter(day__lt=last).delete()[0]
