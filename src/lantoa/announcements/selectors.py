"""Reads of the announcements: what stands on a page, and where it is found. Everything here is public."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Max, QuerySet
from django.db.models.functions import Greatest

from lantoa.announcements.enums import Form, Language
from lantoa.announcements.models import Announcement, AnnouncementPage

FEEDS, PAGES = "/feeds/", "/thong-bao/"
"""Where the room's addresses hang. Whole addresses are put together from them, not by `reverse()`: that would load
every page of the house into a worker."""
SHOWN = 50
"""Items in a feed."""
REMEMBERED = timedelta(days=90)
"""How long a feed says of an item that it was taken away."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What one feed says: a page's items in one language, newest first, and what was taken away."""

    page: AnnouncementPage
    language: str
    items: Sequence[Announcement]
    gone: Sequence[Announcement]
    changed_at: datetime

    @property
    def home(self) -> str:
        """Where people read it."""
        return page_url(self.page.slug, self.language)


def pages() -> QuerySet[AnnouncementPage]:
    """Every page, by name."""
    return AnnouncementPage.objects.order_by("name")


def items(page: AnnouncementPage | None = None, *, languages: Sequence[str] = ()) -> QuerySet[Announcement]:
    """What stands there now, newest first; of every page when none is named."""
    found = Announcement.objects.filter(withdrawn_at=None).select_related("page")
    if page is not None:
        found = found.filter(page=page)
    if languages:
        found = found.filter(language__in=languages)
    return found.order_by("-published_at", "-pk")


def readable(page: AnnouncementPage | None, language: str) -> QuerySet[Announcement]:
    """What a reader of this language sees: the items in it; where there are none, those in every other."""
    own = items(page, languages=[language])
    return own if own.exists() else items(page)


def item(slug: str, public_id: UUID) -> Announcement | None:
    """One item, also when it was taken away."""
    return Announcement.objects.select_related("page").filter(page__slug=slug, public_id=public_id).first()


def feed(slug: str, language: str, *, at: datetime) -> Feed | None:
    """What the feed says; None when there is no such page or language."""
    page = AnnouncementPage.objects.filter(slug=slug).first()
    if page is None or language not in Language.values:
        return None
    mine = Announcement.objects.filter(page=page, language=language)
    gone = mine.filter(withdrawn_at__gt=at - REMEMBERED).order_by("-withdrawn_at", "-pk")[:SHOWN]
    last = mine.aggregate(last=Max(Greatest("updated_at", "withdrawn_at")))["last"]
    return Feed(page, language, list(items(page, languages=[language])[:SHOWN]), list(gone), last or page.created_at)


def feed_url(slug: str, language: str, form: str) -> str:
    """A feed's whole address: its name in WebSub."""
    return f"{settings.LANTOA_BASE_URL}{FEEDS}{slug}/{language}/{form}"


def topic_of(url: str) -> tuple[str, str, str] | None:
    """Page, language and form of a feed's whole address; None when it is no feed of ours."""
    start = settings.LANTOA_BASE_URL + FEEDS
    parts = url.removeprefix(start).split("/") if url.startswith(start) else []
    if len(parts) != 3 or parts[1] not in Language.values or parts[2] not in Form.values:
        return None
    slug, language, form = parts
    return (slug, language, form) if AnnouncementPage.objects.filter(slug=slug).exists() else None


def hub_urls() -> list[str]:
    """Our own hub's address, then that of the hub the setting names."""
    own = f"{settings.LANTOA_BASE_URL}{FEEDS}hub/"
    return [own, *([settings.LANTOA_WEBSUB_HUB] if settings.LANTOA_WEBSUB_HUB else [])]


def page_url(slug: str, language: str = "vi") -> str:
    """A page's whole address, in the language of its items where the site speaks it."""
    return f"{settings.LANTOA_BASE_URL}{_prefix(language)}{PAGES}{slug}/"


def item_url(one: Announcement) -> str:
    """An item's whole address, for ever the same."""
    return f"{page_url(one.page.slug, one.language)}{one.public_id}/"


def _prefix(language: str) -> str:
    spoken = {code for code, _name in settings.LANGUAGES}
    return f"/{language}" if language in spoken and language != settings.LANGUAGE_CODE else ""
