"""What stands on a page: put there, said anew, taken away; whoever reads the feeds is told in the same transaction."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.text import Truncator

from lantoa.announcements.enums import Language
from lantoa.announcements.models import Announcement, AnnouncementPage
from lantoa.announcements.services.hub import note_change
from lantoa.channels.placing import Placing
from lantoa.channels.wire import clean
from lantoa.kernel.text import slugify

MAIN = "chung"
"""The page of an outlet that names none."""
TICK = timedelta(seconds=1)
"""Dates in feeds have seconds: a change within one must still be seen."""


@transaction.atomic
def publish(*, placing: Placing, at: datetime) -> Announcement:
    """Put a placing on its page, or its new words in the place of the old; the same placing twice changes nothing.

    An item that was taken away and is placed anew is back under its old name. A language that no page has counts as
    Vietnamese.
    """
    page = _page(placing, at)
    about = clean(placing.about, 64) or placing.key
    language = placing.language if placing.language in Language.values else Language.VIETNAMESE
    words = _words(placing)
    row, made = Announcement.objects.select_for_update().get_or_create(
        page=page, language=language, about=about,
        defaults={"key": placing.key, "published_at": at, "updated_at": at, **words},
    )  # fmt: skip
    if not made:
        if row.key == placing.key:
            return row  # also when it was taken away meanwhile: a late repeat brings nothing back
        for name, value in {**words, "key": placing.key, "withdrawn_at": None}.items():
            setattr(row, name, value)
        row.updated_at = max(at, row.updated_at + TICK)
        row.save()
    note_change(page=page, language=language, at=at)
    return row


@transaction.atomic
def withdraw(*, key: str, at: datetime) -> Announcement | None:
    """Take away what this placing put there; None where it stands no more, by whatever reason."""
    row = Announcement.objects.select_for_update(of=("self",)).select_related("page").filter(key=key).first()
    if row is None or row.withdrawn_at is not None:
        return None
    row.withdrawn_at = max(at, row.updated_at + TICK)
    row.save(update_fields=["withdrawn_at"])
    note_change(page=row.page, language=row.language, at=at)
    return row


def _page(placing: Placing, at: datetime) -> AnnouncementPage:
    slug = slugify(str(placing.place.settings.get("page") or ""))[:60] or MAIN
    name = clean(placing.place.name, 160) or slug
    return AnnouncementPage.objects.get_or_create(slug=slug, defaults={"name": name, "created_at": at})[0]


def _words(placing: Placing) -> dict[str, str]:
    text = clean(placing.text, 100_000)
    title = clean(placing.title, 300).strip() or Truncator(text.strip()).chars(100) or placing.key
    return {
        "title": title,
        "text": text,
        "link": placing.link if placing.link.startswith(("https://", "http://")) and len(placing.link) <= 1000 else "",
        "source": clean(placing.source, 200),
        "legal_basis": clean(placing.legal_basis, 300),
    }
