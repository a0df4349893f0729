"""Reads of the press room."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote, urlsplit

from django.db.models import Q

from lantoa.channels.models import ChannelAccount
from lantoa.kernel.access import Person
from lantoa.newsroom import selectors as newsroom
from lantoa.pressroom.models import Clipping, ClippingSet, Kit, KitSet


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


def kits(user: Person) -> KitSet:
    """The kits a person may see, newest first."""
    return Kit.objects.visible_to(user).select_related("page", "made_by")


def offered_kits(*, language: str) -> KitSet:
    """The kits everybody may have, of releases in this language; newest first."""
    return Kit.objects.open().filter(page__locale__language_code=language).select_related("page")


def offered_kit(kit_id: int) -> Kit | None:
    """One of them, whatever its language; None where there is none any more."""
    return Kit.objects.open().filter(pk=kit_id).select_related("page").first()


@dataclass(frozen=True, slots=True)
class PressDesk:
    """Whom journalists call and write to, as the press account says; parts may be empty."""

    name: str
    phone: str
    email: str


def press_desk() -> PressDesk | None:
    """The contact of the press account in use; None where no account names one."""
    said = ChannelAccount.objects.filter(kind="press", enabled=True).order_by("pk").values_list("settings", flat=True)
    for one in said:
        if one.get("contact"):
            return PressDesk(one["contact"], one.get("contact_phone", ""), one.get("contact_email", ""))
    return None
