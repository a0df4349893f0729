"""How long a search takes among 100,000 pages, beside Wagtail's own search. Last line: one JSON object.

Works in a scratch database of its own, dropped at the end (KEEP=1 keeps it, and uses a kept one again). The pages are
real rows of three types with text, spread over ten years and the communes of the built-in province, old names among
them, one in ten filed under another language (its text is Vietnamese all the same); both indexes are made by their own
code, from the same rows. Each query is asked of both, in turn. Times are milliseconds: `p95_ms` of the whole search
(hits with addresses, counts, places named), `page_p95_ms` of the finished page of HTML. `right` is the share of queries
whose first twenty hold a page they were made from (a page about the commune that stands where the old one stood, for
old names).
"""

import json
import os
import random
import statistics
import sys
from collections import defaultdict
from datetime import UTC, datetime
from typing import Any

from bench.search_pages import clocked, fill
from bench.search_promises import broken
from bench.search_queries import Query, queries
from bench.segments import psql
from lantoa.config.embedded import Server

ITEMS = int(os.environ.get("ITEMS", "100000"))
QUERIES = int(os.environ.get("QUERIES", "600"))
PEER_EVERY = 4
"""The peer, far slower, is asked every so many queries."""
KEEP = os.environ.get("KEEP") == "1"
DATABASE = "lantoa_bench_search"


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


def ours(query: Query) -> list[Any]:
    """The search as the portal's page asks for it: hits with addresses, counts, choices; or the titles suggested."""
    from lantoa.portal.finding import choices
    from lantoa.search import selectors

    if query.sort == "suggested":
        return selectors.suggestions(query.text, language="vi")
    wanted = selectors.Wanted(query.text, **{"language": "vi", **query.narrowed})
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
    if language := query.narrowed.get("language"):
        pages = pages.filter(locale__language_code=language)
    found = [page.specific for page in backend.search(query.text, pages)[:20]]
    assert all(page.url for page in found)
    return found


def as_page(query: Query, number: int) -> None:
    """The same as a reader has it: the whole answer of the portal."""
    from django.test import Client

    names = {"kind": "loai", "year": "nam", "unit_id": "xa", "first": "tu", "last": "den", "language": "ngon-ngu"}
    asked = {
        "q": query.text,
        **{names[what]: "moi" if value == "" else value for what, value in query.narrowed.items()},
    }
    path = "/tim/"
    if query.sort == "suggested":
        path, asked["dang"] = "/tim/goi-y/", "json"
    answer = Client(REMOTE_ADDR=f"198.51.{number // 250}.{number % 250}").get(path, asked)
    assert answer.status_code == 200, answer.status_code


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
    took = {} if filled else fill(ITEMS)
    print(f"ready: {took}", flush=True)
    asked = list(queries(QUERIES))
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
