"""Which pages anybody may read."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.db.models.functions import Left, Length
from wagtail.models import PageViewRestriction


def in_public(pages: Any) -> Any:
    """Those of these pages that are live and that nobody restricted, neither themselves nor a page above them.

    Asked in the same statement; Wagtail's own `public` asks for the restrictions first, once more for each list.
    """
    restricted = PageViewRestriction.objects.filter(page__path=Left(OuterRef("path"), Length("page__path")))
    return pages.live().filter(~Exists(restricted))
