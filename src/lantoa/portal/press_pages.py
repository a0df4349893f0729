"""What the pages for the press show, and the feed of kits."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import feedgenerator
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.newsroom.schema import absolute
from lantoa.pressroom.kit_content import Enclosed
from lantoa.pressroom.selectors.kits import Read

IN_THE_FEED = 30


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file as it is offered: what it is, where it is saved from, where a picture is seen."""

    file: Enclosed
    url: str
    small: str

    @property
    def ending(self) -> str:
        """Its kind in capitals: PDF, JPG."""
        return self.file.name.rpartition(".")[2].upper()


def shown(read: Read, *, at: datetime, journalist: bool = False) -> dict[str, Any]:
    """One kit as a page: its files with addresses, its pages, whether its embargo stands. One query."""
    door = "portal:journalist_file" if journalist else "portal:press_file"
    pictures = [_row(read, one, door) for one in read.pictures]
    pages = Page.objects.live().public().filter(pk__in=[one.id for one in read.text.pages])
    return {
        "read": read, "text": read.text, "cover": pictures[0] if pictures else None, "pictures": pictures,
        "documents": [_row(read, one, door) for one in read.documents], "pages": list(pages),
        "embargoed": read.version.is_embargoed(at),
    }  # fmt: skip


def _row(read: Read, file: Enclosed, door: str) -> FileRow:
    url = reverse(door, args=[read.version.kit_id, file.id])
    return FileRow(file, url, f"{url}?nho")


def atom(found: Sequence[Read], *, language: str) -> bytes:
    """The kits as an Atom feed; the same bytes as long as nothing goes out or is withdrawn."""
    feed = feedgenerator.Atom1Feed(
        title=_("For the press"), link=absolute(reverse("portal:press")), description=_("Press kits"),
        language=language, feed_url=absolute(reverse("portal:press_feed")),
    )  # fmt: skip
    for one in found:
        link = absolute(reverse("portal:press_kit", args=[one.version.kit_id]))
        since = max(filter(None, (one.released_at, one.version.embargo_at)))
        feed.add_item(
            title=one.text.title, link=link, description=one.text.summary, pubdate=since, updateddate=since,
            unique_id=link,
        )  # fmt: skip
    return feed.writeString("utf-8").encode()
