"""Reads of the press room."""

from datetime import date
from urllib.parse import unquote, urlsplit

from django.db.models import Q

from lantoa.kernel.access import Person
from lantoa.newsroom import selectors as newsroom
from lantoa.pressroom.models import Clipping, ClippingSet


def clippings(
    user: Person, *, query: str = "", medium: str = "", start: date | None = None, end: date | None = None,
    struck: bool = False,
) -> ClippingSet:  # fmt: skip
    """The pieces a person may see, newest first; `query` finds outlet or title, marks or none."""
    rows = Clipping.objects.visible_to(user).select_related("page", "entered_by")
    rows = rows.exclude(struck_at=None) if struck else rows.standing()
    if query:
        rows = rows.filter(Q(title__unaccent__icontains=query) | Q(outlet_name__unaccent__icontains=query))
    if medium:
        rows = rows.filter(medium=medium)
    if start:
        rows = rows.filter(told_on__gte=start)
    return rows.filter(told_on__lte=end) if end else rows


def page_at(address: str) -> int | None:
    """The published page of ours at this address, whole or the path alone; None where none stands."""
    path = unquote(urlsplit(address.strip()).path).strip("/")
    page = newsroom.page_at(f"/{path}/") if path else None
    return page.pk if page else None
