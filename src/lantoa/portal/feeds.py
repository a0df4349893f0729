"""What is new on the portal as feeds: all of it, of one column, of one commune; RSS 2.0, Atom, JSON Feed 1.1."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils import feedgenerator, timezone

from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import Card, cards
from lantoa.newsroom.public import in_language
from lantoa.newsroom.schema import absolute

FORMS = {
    "rss.xml": "application/rss+xml",
    "atom.xml": "application/atom+xml",
    "feed.json": "application/feed+json",
}
SHOWN = 30
NEWS = [kind for kind in SectionKind if kind not in (SectionKind.INSTITUTIONS, SectionKind.COLUMNS)]


@dataclass(frozen=True)
class News:
    """A feed before it is written: what it is called, where it stands, what is in it."""

    title: str
    home: str
    url: str
    language: str
    items: Sequence[Card]


def news(
    *, title: str, home: str, url: str, language: str, where: Q | None = None, about: Sequence[int] | None = None
) -> News:  # fmt: skip
    """The newest published pages of one language that fit, about these units if any are given. One query."""
    items = cards(in_language(language) & (where or Q()), about=about, kinds=NEWS, n=SHOWN)
    return News(title, absolute(home), absolute(url), language, items)


def written(feed: News, form: str) -> bytes:
    """The feed in one form; the same bytes as long as nothing is published or withdrawn."""
    if form == "feed.json":
        return _json(feed)
    kind = feedgenerator.Atom1Feed if form == "atom.xml" else feedgenerator.Rss201rev2Feed
    out = kind(title=feed.title, link=feed.home, description=feed.title, language=feed.language, feed_url=feed.url)
    for card in feed.items:
        link = absolute(card.url)
        out.add_item(
            title=card.title, link=link, description=card.lead, pubdate=card.date,
            updateddate=card.changed or card.date, unique_id=link, categories=[card.kind],
        )  # fmt: skip
    return out.writeString("utf-8").encode()


def _json(feed: News) -> bytes:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "language": feed.language,
        "items": [
            {
                "id": absolute(card.url),
                "url": absolute(card.url),
                "title": card.title,
                "content_text": card.lead,
                "date_published": timezone.localtime(card.date).isoformat() if card.date else None,
                "date_modified": timezone.localtime(card.changed).isoformat() if card.changed else None,
                "tags": [card.kind],
            }
            for card in feed.items
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()
