"""Very many pages, and what one of each kind asks of the database when nobody has read it yet."""

from typing import Any

from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bench.many_pages import copies
from lantoa.kernel.clock import now
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import types_by_section
from lantoa.newsroom.services import draw_pictures_of, write_page
from lantoa.portal.baking import oven
from tests.newsroom.samples import fields_of

FRONT = ("/", "/tim/", "/hoi-dap/", "/thong-bao/")
_urls: dict[str, str] = {}


def fill(editors: Any, total: int) -> None:
    """One page of every kind through the gate, then as many copies of each as make the total; half are articles."""
    article, models = editors.pages[1], types_by_section()
    article.refresh_from_db()
    copies(article, total // 2)
    for kind, model in models.items():
        parent = editors.site.sections[SectionKind(kind)]["vi"]
        page = write_page(
            model, parent=parent, title=f"Mẫu {kind}", lead="Vài lời.", by=editors.writer, at=now(), **fields_of(model)
        )
        editors.approve(page)
        draw_pictures_of(page_id=page.pk)  # as the worker does when a page has gone out
        page.refresh_from_db()
        copies(page, total // 2 // len(models))
        _urls[model.__name__] = page.url
        _urls[f"list of {model.__name__}"] = parent.url
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def queries() -> dict[str, int]:
    """Queries of a first hit by kind of page."""
    django, found = get_wsgi_application(), {}
    for name, url in {**_urls, **{url: url for url in FRONT}}.items():
        oven.ask(django, "/tro-nang/")
        with CaptureQueriesContext(connection) as asked:
            answer = oven.ask(django, url)
        if not answer.status.startswith("200"):
            raise AssertionError(f"{url}: {answer.status}")
        found[name] = len(asked)
    return found
