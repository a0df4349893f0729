"""How long a search takes among 100,000 pages, beside Wagtail's own search. Last line: one JSON object.

Works in a scratch database of its own, dropped at the end (KEEP=1 keeps it, and uses a kept one again). The pages are
real rows of three types with text, spread over ten years and the communes of the built-in province, old names among
them; both indexes are made by their own code, from the same rows. Each query is asked of both, in turn. Times are
milliseconds: `p95_ms` of the whole search (hits with addresses, counts, places named), `page_p95_ms` of the finished
page of HTML. `right` is the share of queries whose first twenty hold a page they were made from (a page about the
commune that stands where the old one stood, for old names).
"""

import json
import os
import random
import statistics
import sys
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.corpus import Corpus
from bench.search_promises import broken
from bench.segments import psql
from lantoa.config.embedded import Server

ITEMS = int(os.environ.get("ITEMS", "100000"))
QUERIES = int(os.environ.get("QUERIES", "600"))
PEER_EVERY = 4
"""The peer, far slower, is asked every so many queries."""
KEEP = os.environ.get("KEEP") == "1"
DATABASE = "lantoa_bench_search"
NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
THEN, REFORM = date(2022, 9, 15), date(2025, 7, 1)


def prepare() -> bool:
    """Point the settings at the scratch database; true when it holds the pages already."""
    os.environ["PATH"] = f"{Server.here().binaries}:{os.environ['PATH']}"
    there = psql(f"SELECT count(*) FROM pg_database WHERE datname = '{DATABASE}'") == "1"
    if there and not KEEP:
        psql(f"DROP DATABASE {DATABASE}")
        there = False
    if not there:
        psql(f"CREATE DATABASE {DATABASE}")
    os.environ["DATABASE_URL"] = Server.here().url(DATABASE)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    call_command("createcachetable", verbosity=0)
    from lantoa.search.models import SearchItem

    return SearchItem.objects.count() >= ITEMS


def fill() -> dict[str, float]:
    """The province, the site, the pages; then both indexes, each by its own code. How long these took, in seconds."""
    from django.db import connection
    from wagtail.models import Locale

    from lantoa.newsroom import services as newsroom
    from lantoa.territory import services as territory
    from lantoa.territory.models import UnitVersion

    territory.load_units(province="96", as_of=THEN, at=NOW)
    territory.apply_reform(province="96", on=REFORM, at=NOW)
    Locale.objects.get_or_create(language_code="vi")
    top = UnitVersion.objects.filter(parent=None, valid__contains=NOW.date()).values_list("unit_id", flat=True)[0]
    site = newsroom.ensure_site(province_name="Tỉnh Mẫu", unit_id=top, by=None, at=NOW)
    took = make_pages(site)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return took


SECONDARY = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = ANY(ARRAY[
    'search_searchitem', 'search_searchword', 'wagtailsearch_indexentry']::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def make_pages(site: Any) -> dict[str, float]:
    """Write the rows as approved pages have them (the gate is not what is measured here) and put them in both indexes,
    whose own trees are planted afterwards. Seconds by index."""
    from django.db import connection, transaction
    from wagtail.search.backends import get_search_backend

    from lantoa.newsroom.enums import SectionKind
    from lantoa.newsroom.models import types_by_section

    corpus, draw = Corpus(7), random.Random(7)
    kinds = (SectionKind.ARTICLES, SectionKind.REPORTAGE, SectionKind.QUESTIONS)
    places, took = today_and_before(), dict.fromkeys(("ours_put_s", "wagtail_put_s"), 0.0)
    index = get_search_backend().get_index_for_model(types_by_section()[SectionKind.ARTICLES])
    norms = index._refresh_title_norms  # noqa: SLF001 (over the whole table: once, not every time)
    index._refresh_title_norms = lambda: None  # noqa: SLF001 (as above)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica; SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(SECONDARY)
        trees = cursor.fetchall()
        for name, _planted in trees:
            cursor.execute(f"DROP INDEX {name}")
        for kind, share in zip(kinds, (0.6, 0.3, 0.1), strict=True):
            model, parent = types_by_section()[kind], site.sections[kind]["vi"]
            for made in insert(model, parent, round(ITEMS * share), corpus, draw, places):
                put(model, made, index, took)
        norms(full=True)
        for _name, planted in trees:
            cursor.execute(planted)
    return {name: round(seconds, 1) for name, seconds in took.items()}


def put(model: Any, made: list[tuple[Any, dict[str, Any], str]], index: Any, took: dict[str, float]) -> None:
    """These pages in both indexes, each by its own code, the text of the pages given to both."""
    from lantoa.kernel.text import fold
    from lantoa.search import services as search

    entries, pages = [], []
    for base, row, body in made:
        entries.append(
            search.Entry(
                source="newsroom.page", ref=base.pk, kind=model._meta.model_name, language="vi",
                unit_id=row["unit_id"], published_at=base.first_published_at, title=base.title, lead=row["lead"],
                text=body,
            )
        )  # fmt: skip
        facts = {"title": base.title, "slug": base.slug, "lead": row["lead"], "locale_id": base.locale_id}
        page = model(pk=base.pk, **facts)
        whole = fold(f"{base.title} {row['lead']} {body}")
        page.plain = lambda whole=whole: whole
        pages.append(page)
    took["ours_put_s"] += clocked(lambda: search.put(entries))[0] / 1000
    took["wagtail_put_s"] += clocked(lambda: index.add_items(model, pages))[0] / 1000


def today_and_before() -> list[tuple[int, str]]:
    """The communes of today, each with a name to be written: mostly its own, sometimes one that was merged into it."""
    from lantoa.territory.models import UnitVersion
    from lantoa.territory.selectors import successors_of

    communes = UnitVersion.objects.filter(level=3)
    now = list(communes.filter(valid__contains=NOW.date()).values_list("unit_id", "name"))
    gone = dict(communes.filter(valid__endswith__lte=NOW.date()).values_list("unit_id", "name"))
    heirs = successors_of(sorted(gone), NOW.date())
    return now * 6 + [(pk, gone[old]) for old, found in heirs.items() for pk in found]


def insert(
    model: Any, parent: Any, count: int, corpus: Corpus, draw: random.Random, places: list[Any]
) -> Iterator[Any]:
    """So many live pages of this type below this section; yields some at a time, with their text."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection
    from wagtail.models import Page

    kind = ContentType.objects.get_for_model(model)
    fields = list(model._meta.local_concrete_fields)
    names = ", ".join(f'"{one.column}"' for one in fields)
    into = f'INSERT INTO "{model._meta.db_table}" ({names}) VALUES ({", ".join(["%s"] * len(fields))})'
    for start in range(0, count, 500):
        bases, rows, texts = [], [], []
        for number in range(start, min(start + 500, count)):
            unit_id, place = draw.choice(places)
            title, lead, body = corpus.page(place)
            path = Page._get_path(parent.path, parent.depth + 1, number + 1)  # noqa: SLF001 (as a bulk load must)
            at = NOW - timedelta(minutes=draw.randrange(10 * 365 * 24 * 60))
            facts = {
                "path": path, "depth": parent.depth + 1, "title": title, "draft_title": title, "live": True,
                "slug": f"bai-{number}", "url_path": f"{parent.url_path}bai-{number}/", "content_type": kind,
                "locale_id": parent.locale_id, "first_published_at": at, "last_published_at": at,
            }  # fmt: skip
            bases.append(Page(translation_key=uuid.uuid4(), **facts))
            text = [{"type": "paragraph", "value": f"<p>{body}</p>", "id": str(uuid.uuid4())}]
            texts.append(body)
            rows.append({"lead": lead, "unit_id": unit_id, "body": json.dumps(text, ensure_ascii=False)})
        for base, row in zip(Page.objects.bulk_create(bases), rows, strict=True):
            row["page_ptr_id"] = base.pk
        blank = {one.attname: None if one.null else empty(one) for one in fields if one.attname not in rows[0]}
        with connection.cursor() as cursor:
            cursor.executemany(into, [[{**blank, **row}[one.attname] for one in fields] for row in rows])
        yield list(zip(bases, rows, texts, strict=True))
    Page.objects.filter(pk=parent.pk).update(numchild=count)


def empty(column: Any) -> Any:
    """What the column holds when nobody wrote anything."""
    from django.db import connection

    value = column.get_default()
    return column.get_db_prep_save("" if value is None else value, connection)


@dataclass
class Query:
    """One thing somebody looks for: of which sort, what is typed, what it is narrowed to, and what would be right."""

    sort: str
    text: str
    narrowed: dict[str, Any] = field(default_factory=dict)
    right: Callable[[list[Any]], bool] = bool


def queries() -> Iterator[Query]:
    """The mix, made from pages drawn by chance: 25 in 100 with marks, 25 without, 15 misspelt, 15 narrowed, 10 by a
    commune that is gone, 10 suggestions."""
    from lantoa.kernel.text import fold
    from lantoa.search.models import SearchItem

    draw = random.Random(11)
    ids = list(SearchItem.objects.values_list("pk", flat=True))
    items = SearchItem.objects.in_bulk(draw.sample(ids, QUERIES))
    sorts = ["marked"] * 5 + ["plain"] * 5 + ["misspelt"] * 3 + ["narrowed"] * 3 + ["gone"] * 2 + ["suggested"] * 2
    old = gone_names()
    for number, item in enumerate(items.values()):
        sort = sorts[number % len(sorts)]
        words = item.title.replace(",", "").split()
        start = draw.randrange(max(1, len(words) - 4))
        some = " ".join(words[start : start + draw.randint(2, 5)])
        like = fold(some)
        title = item.title

        def right(hits: list[Any], like: str = like) -> bool:
            return any(like in fold(f"{hit.title} {hit.lead}") for hit in hits)

        def same(hits: list[Any], title: str = title) -> bool:
            return any(hit == title for hit in hits)

        if sort == "marked":
            yield Query(sort, some, {}, right)
        elif sort == "plain":
            yield Query(sort, like, {}, right)
        elif sort == "misspelt":
            yield Query(sort, slip(like, draw), {}, right)
        elif sort == "narrowed":
            one = draw.choice(["kind", "year", "unit_id", "days"])
            day, month = item.published_at.date(), timedelta(days=30)
            narrowed = {"first": day - month, "last": day + month} if one == "days" else {one: getattr(item, one)}
            yield Query(sort, draw.choice([some, like]), narrowed, right)
        elif sort == "gone":
            name, heirs = draw.choice(old)
            yield Query(sort, draw.choice([name, fold(name), f"{fold(name)} vay von"]), {},
                        lambda hits, heirs=heirs: any(heirs.intersection(about(hit)) for hit in hits))  # fmt: skip
        else:
            begun = draw.choice([item.title, fold(item.title)])[: draw.randint(5, 24)].strip()
            yield Query(sort, begun, {}, lambda titles, begun=begun: any(fits(one, begun) for one in titles))


def fits(title: str, typed: str) -> bool:
    """Whether a title has what was typed, its last word begun."""
    from lantoa.kernel.text import fold

    *whole, begun = fold(typed).split()
    words = fold(title).split()
    return set(whole) <= set(words) and any(word.startswith(begun) for word in words)


def about(hit: Any) -> list[int]:
    """The units of one of our hits, or of one of the peer's, which are pages."""
    return hit.unit_ids if hasattr(hit, "unit_ids") else [hit.unit_id]


def gone_names() -> list[tuple[str, set[int]]]:
    """Names of communes that no commune bears today, each with the units that hold its ground."""
    from lantoa.territory.models import UnitVersion
    from lantoa.territory.selectors import successors_of

    communes = UnitVersion.objects.filter(level=3)
    today = set(communes.filter(valid__contains=NOW.date()).values_list("short_name", flat=True))
    gone = dict(communes.filter(valid__endswith__lte=NOW.date()).values_list("unit_id", "short_name"))
    heirs = successors_of(sorted(gone), NOW.date())
    return [(name, set(heirs[pk])) for pk, name in gone.items() if name not in today and " " in name and heirs[pk]]


def slip(text: str, draw: random.Random) -> str:
    """The text with one letter of its longest word left out, doubled, wrong, or changed with its neighbour."""
    words = text.split()
    at = max(range(len(words)), key=lambda n: len(words[n]))
    word = words[at]
    n = draw.randrange(1, max(2, len(word) - 1))
    before, after = word[:n], word[n + 1 :]
    other = draw.choice("aeiouhnt")
    words[at] = draw.choice(
        [
            before + after,
            before + word[n] * 2 + after,
            before + other + after,
            before[:-1] + word[n] + before[-1] + after,
        ]
    )
    return " ".join(words)


def ours(query: Query) -> list[Any]:
    """The search as the portal's page asks for it: hits with addresses, counts, choices; or the titles suggested."""
    from lantoa.portal.finding import choices
    from lantoa.search import selectors

    if query.sort == "suggested":
        return selectors.suggestions(query.text, language="vi")
    wanted = selectors.Wanted(query.text, language="vi", **query.narrowed)
    found = selectors.find(wanted)
    choices(wanted, found)
    return list(found.hits)


def peer(query: Query) -> list[Any]:
    """The same words by Wagtail's database search, as its manual has it: twenty pages with addresses, no counts."""
    from wagtail.models import Page
    from wagtail.search.backends import get_search_backend

    from lantoa.newsroom.models import ArticlePage, QuestionPage, ReportagePage

    pages, backend = Page.objects.live().public(), get_search_backend()
    if query.sort == "suggested":
        return [page.title for page in backend.autocomplete(query.text, pages)[:8]]
    kinds = {model._meta.model_name: model for model in (ArticlePage, ReportagePage, QuestionPage)}
    if kind := query.narrowed.get("kind"):
        pages = kinds[kind].objects.live().public()
    if year := query.narrowed.get("year"):
        pages = pages.filter(first_published_at__gte=datetime(year, 1, 1, tzinfo=UTC),
                             first_published_at__lt=datetime(year + 1, 1, 1, tzinfo=UTC))  # fmt: skip
    if unit_id := query.narrowed.get("unit_id"):
        pages = ArticlePage.objects.live().public().filter(unit=unit_id)
    found = [page.specific for page in backend.search(query.text, pages)[:20]]
    assert all(page.url for page in found)
    return found


def as_page(query: Query, number: int) -> None:
    """The same as a reader has it: the whole answer of the portal."""
    from django.test import Client

    names = {"kind": "loai", "year": "nam", "unit_id": "xa", "first": "tu", "last": "den"}
    asked = {"q": query.text, **{names[what]: value for what, value in query.narrowed.items()}}
    path = "/tim/"
    if query.sort == "suggested":
        path, asked["dang"] = "/tim/goi-y/", "json"
    answer = Client(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250}").get(path, asked)
    assert answer.status_code == 200, answer.status_code


def clocked(call: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what was answered."""
    started = time.perf_counter()
    answer = call()
    return (time.perf_counter() - started) * 1000, answer


def p95(times: list[float]) -> float:
    """The time that 95 in 100 do not exceed."""
    return round(statistics.quantiles(times, n=20, method="inclusive")[-1], 1)


def measure(asked: list[Query]) -> dict[str, Any]:
    """Every query of ours, every so many of the peer's, in turn; then as whole pages."""
    from django.utils import translation

    translation.activate("vi")
    for query in asked[:20]:
        ours(query), as_page(query, 60_000)
    for query in asked[:10]:
        peer(query)
    times: dict[str, list[float]] = defaultdict(list)
    right: dict[str, list[bool]] = defaultdict(list)
    for number, query in enumerate(asked):
        took, hits = clocked(lambda query=query: ours(query))
        for name in ("ours", query.sort):
            times[name].append(took)
            right[name].append(query.right(hits))
        if number % PEER_EVERY == 0:
            took, hits = clocked(lambda query=query: peer(query))
            times["peer"].append(took)
            right["peer"].append(query.right(hits))
        times["page"].append(clocked(lambda query=query, number=number: as_page(query, number))[0])
    share = {name: round(statistics.fmean(known), 3) for name, known in right.items()}
    sorts = {name: {"p95_ms": p95(took), "right": share[name]} for name, took in times.items() if name in
             {query.sort for query in asked}}  # fmt: skip
    return {
        "p95_ms": p95(times["ours"]), "p50_ms": round(statistics.median(times["ours"]), 1),
        "max_ms": round(max(times["ours"]), 1), "page_p95_ms": p95(times["page"]), "right": share["ours"],
        "wagtail_p95_ms": p95(times["peer"]), "wagtail_p50_ms": round(statistics.median(times["peer"]), 1),
        "wagtail_right": share["peer"], "ratio": round(p95(times["peer"]) / p95(times["ours"]), 1), "sorts": sorts,
    }  # fmt: skip


def main() -> None:
    """Fill, ask, print; exit code 1 when a promise is broken."""
    filled = prepare()
    took = {} if filled else fill()
    print(f"ready: {took}", flush=True)
    asked = list(queries())
    random.Random(3).shuffle(asked)
    figures = measure(asked)
    load = round(os.getloadavg()[0], 1)
    if not KEEP:
        from django.db import connection

        connection.close()
        psql(f"DROP DATABASE {DATABASE}")
    for name, facts in figures["sorts"].items():
        print(f"{name}: {facts}")
    wrong = broken(figures)
    print(json.dumps({"bench": "search", "items": ITEMS, "queries": len(asked), "load": load, "broken": wrong,
                      **took, **figures}))  # fmt: skip
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
