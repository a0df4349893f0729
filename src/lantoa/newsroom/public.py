"""Which pages anybody may read."""

from functools import cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Left, Length
from wagtail.models import Locale, Page, PageViewRestriction


def in_public(pages: Any) -> Any:
    """Those of these pages that are live and that nobody restricted, neither themselves nor a page above them.

    Asked in the same statement; Wagtail's own `public` asks for the restrictions first, once more for each list.
    """
    return pages.filter(_unrestricted(), live=True)


@cache
def _unrestricted() -> Q:
    restricted = PageViewRestriction.objects.filter(page__path=Left(OuterRef("path"), Length("page__path")))
    return Q(~Exists(restricted))


@cache
def in_language(code: str) -> Q:
    """The condition that a page is in a language; one value, not a join, so that an index by language and day is read
    in its own order."""
    return Q(locale=Locale.objects.filter(language_code=code).values("pk")[:1])


def public(model: type[Page]) -> Any:
    """The public pages of one type; said by the page's own row, for the index `newsroom_newest_of_kind`."""
    return in_public(model.objects).filter(_of_type(model._meta.app_label, model.__name__.lower()))


@cache
def _of_type(app_label: str, name: str) -> Q:
    kind = ContentType.objects.filter(app_label=app_label, model=name)
    return Q(content_type=kind.values("pk")[:1])
