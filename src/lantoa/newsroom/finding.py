"""Pages among what can be found: put when they come through the gate; the database takes them out when they leave."""

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Page

from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.public import in_public
from lantoa.search import services as search
from lantoa.search import sources

SOURCE = "newsroom.page"
_WAYS = {"homepage", "sectionpage"}
"""Pages that only lead to others."""
_AT_ONCE = 200


def page_types() -> list[type[Any]]:
    """Every type of ours that can be found."""
    models = [model for model in apps.get_app_config("newsroom").get_models() if issubclass(model, Page)]
    return [model for model in models if model._meta.model_name not in _WAYS]


@transaction.atomic
def show(pages: "QuerySet[Any]") -> int:
    """Put those of these pages, all of one type, that are public at this moment; their rows stay locked."""
    if pages.model not in page_types():
        return 0
    about = ArraySubquery(pages.model.further_places().order_by("unit_id").values("unit_id"))
    readable = in_public(pages).select_related("locale").annotate(further_ids=about)
    return search.put([_entry(page) for page in readable.select_for_update(of=("self", "page_ptr"))])


def _entry(page: Any) -> search.Entry:
    return search.Entry(
        source=SOURCE, ref=page.pk, kind=page._meta.model_name, language=page.locale.language_code,
        unit_id=page.unit_id, published_at=page.first_published_at or page.last_published_at, title=page.title,
        lead=page.lead, text=page.all_words(), further_ids=page.further_ids,
    )  # fmt: skip


def rebuild() -> int:
    """Put every public page anew, some hundred at a time, and take out what is public no more; how many were put."""
    total = 0
    search.take_out_except(SOURCE, in_public(Page.objects).values("pk"))
    for model in page_types():
        ids = list(model.objects.live().order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), _AT_ONCE):
            total += show(model.objects.filter(pk__in=ids[start : start + _AT_ONCE]))
    return total


def addresses(ids: Iterable[int]) -> dict[int, str]:
    """Where each of these pages is read, of those that are public at this moment; one query."""
    pages = in_public(Page.objects).filter(pk__in=list(ids), depth__gt=1)
    rows = pages.values_list("pk", "locale__language_code", "url_path")
    return {pk: address_of(language, path) for pk, language, path in rows}


def register() -> None:
    """Make pages known to the search."""
    kinds = {model._meta.model_name: model._meta.verbose_name_plural for model in page_types()}
    sources.register(sources.Source(SOURCE, kinds=lambda: kinds, addresses=addresses, rebuild=rebuild))
