"""The pages that `bench.search` looks among, in Wagtail's index and in ours."""

import json
import random
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.corpus import Corpus

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
THEN, REFORM = date(2022, 9, 15), date(2025, 7, 1)


def fill(items: int) -> dict[str, float]:
    """The province, the site, the pages; then both indexes, each by its own code. How long these took, in seconds."""
    from django.db import connection
    from wagtail.models import Locale

    from lantoa.newsroom import services as newsroom
    from lantoa.territory import services as territory
    from lantoa.territory.models import UnitVersion

    territory.load_units(province="96", as_of=THEN, at=NOW)
    territory.apply_reform(province="96", on=REFORM, at=NOW)
    for code in ("vi", "en"):
        Locale.objects.get_or_create(language_code=code)
    top = UnitVersion.objects.filter(parent=None, valid__contains=NOW.date()).values_list("unit_id", flat=True)[0]
    site = newsroom.ensure_site(province_name="Tỉnh Mẫu", unit_id=top, by=None, at=NOW)
    took = make_pages(site, items)
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return took


SECONDARY = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = ANY(ARRAY[
    'search_searchitem', 'search_searchword', 'wagtailsearch_indexentry']::regclass[])
    AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""


def make_pages(site: Any, items: int) -> dict[str, float]:
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
            model = types_by_section()[kind]
            for language, part in (("vi", 0.9), ("en", 0.1)):
                parent = site.sections[kind][language]
                for made in insert(model, parent, round(items * share * part), corpus, draw, places):
                    put(model, made, language, index, took)
        norms(full=True)
        for _name, planted in trees:
            cursor.execute(planted)
    return {name: round(seconds, 1) for name, seconds in took.items()}


def put(
    model: Any, made: list[tuple[Any, dict[str, Any], str]], language: str, index: Any, took: dict[str, float]
) -> None:
    """These pages of a language in both indexes, each by its own code, the text of the pages given to both."""
    from lantoa.kernel.text import fold
    from lantoa.search import services as search

    entries, pages = [], []
    for base, row, body in made:
        entries.append(
            search.Entry(
                source="newsroom.page", ref=base.pk, kind=model._meta.model_name, language=language,
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


def clocked(call: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what was answered."""
    started = time.perf_counter()
    answer = call()
    return (time.perf_counter() - started) * 1000, answer
