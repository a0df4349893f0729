"""Every kind of page, and every section, can be baked: it is made only of what the stamps watch."""

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.newsroom.models import CampaignPage, ColumnPage
from lantoa.newsroom.roots import WATCHED, Roots
from lantoa.portal.baking import areas, oven
from tests.newsroom.test_types import KINDS, draft
from tests.portal.test_baked import _one_connection

__all__ = ["_one_connection", "draft"]
pytestmark = [pytest.mark.django_db, pytest.mark.sql]
MOST = 12
"""Queries of a first hit: the page with all that can stand on it, rows, files and names of units included."""


def test_every_kind_of_page_and_section_is_for_everybody(
    draft: Callable[..., Any], publish: Callable[..., Any], other_unit: int, settings: Any
) -> None:
    settings.LANTOA_BASE_URL = "http://localhost:8000"
    settings.LANTOA_PROVINCE = "tỉnh Mẫu"
    column, campaign = publish(draft(ColumnPage, "Mục")), publish(draft(CampaignPage, "Tháng cao điểm"))
    filed = {"column": column, "campaign": campaign, "further_units": [other_unit]}
    pages = [publish(draft(model, "Bài", **({} if model in (ColumnPage, CampaignPage) else filed))) for model in KINDS]
    django, wrong, known = get_wsgi_application(), {}, {WATCHED: Roots()}
    known[WATCHED].trust(until=time.monotonic() + 600)
    for url in [url for page in pages for url in (page.url, page.get_parent().url)]:
        oven.ask(django, url, known)
        with CaptureQueriesContext(connection) as asked:
            answer = oven.ask(django, url, known)
        if not answer.is_for_everybody(url, areas.room_of(url)) or len(asked) > MOST:
            wrong[url] = (answer.status, areas.strangers(answer.tables, areas.room_of(url)), len(asked), answer.headers)
    assert wrong == {}


def test_shut_page_is_for_nobody_else(draft: Callable[..., Any], publish: Callable[..., Any], settings: Any) -> None:
    from wagtail.models import PageViewRestriction

    settings.LANTOA_BASE_URL = "http://localhost:8000"
    page = publish(draft(KINDS[0], "Bài"))
    django = get_wsgi_application()
    assert oven.ask(django, page.url).is_for_everybody(page.url, areas.room_of(page.url))
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="mo")
    answer = oven.ask(django, page.url)
    assert not answer.is_for_everybody(page.url, areas.room_of(page.url))
    assert re.search(r"no-store|private", dict(answer.headers)["Cache-Control"])
