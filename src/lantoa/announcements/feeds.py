"""A feed in three forms, the same bytes as long as nothing changes.

RSS 2.0 (rssboard.org), Atom (RFC 4287) with tombstones (RFC 6721), JSON Feed 1.1 (jsonfeed.org). An item's id is its
``urn:uuid:`` in all three; ids never change.
"""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from uuid import uuid5
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils.translation import gettext as _
from django.utils.translation import override

from lantoa.announcements.enums import Form
from lantoa.announcements.models import Announcement
from lantoa.announcements.selectors import Feed, feed_url, hub_urls, item_url

ATOM, TOMB, DC = (
    "http://www.w3.org/2005/Atom",
    "http://purl.org/atompub/tombstones/1.0",
    "http://purl.org/dc/elements/1.1/",
)
TYPES: dict[str, str] = {
    Form.RSS: "application/rss+xml",
    Form.ATOM: "application/atom+xml",
    Form.JSON: "application/feed+json",
}
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
"""What XML 1.0 has no way to write."""


def rendered(feed: Feed, form: str) -> bytes:
    """Return the feed's bytes in one form; raises KeyError for a form that we do not know."""
    with override(feed.language):
        return _FORMS[form](feed)


def urn(one: Announcement) -> str:
    """An item's name in every feed."""
    return f"urn:uuid:{one.public_id}"


def title_of(feed: Feed) -> str:
    """What the feed is called."""
    return _("%(page)s: announcements") % {"page": feed.page.name}


def paragraphs(text: str) -> list[str]:
    """The text's paragraphs, empty ones left out."""
    return [part.strip() for part in re.split(r"\n\s*\n", _UNFIT.sub("", text)) if part.strip()]


def _html(one: Announcement) -> str:
    parts = [f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in paragraphs(one.text)]
    if one.link:
        more = _("Read more")
        parts.append(f'<p><a href="{escape(one.link)}">{escape(more)}</a></p>')
    return "".join(parts)


def _add(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    child = SubElement(parent, tag, attributes)
    child.text = _UNFIT.sub("", text) or None
    return child


def _bytes(root: Element) -> bytes:
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rss(feed: Feed) -> bytes:
    names = {"version": "2.0", "xmlns:atom": ATOM, "xmlns:dc": DC}
    root = Element("rss", names)
    channel = SubElement(root, "channel")
    _add(channel, "title", title_of(feed))
    _add(channel, "link", feed.home)
    _add(channel, "description", title_of(feed))
    _add(channel, "language", feed.language)
    _add(channel, "lastBuildDate", format_datetime(feed.changed_at.astimezone(UTC), usegmt=True))
    own = feed_url(feed.page.slug, feed.language, Form.RSS)
    _add(channel, "atom:link", rel="self", href=own, type=TYPES[Form.RSS])
    for hub in hub_urls():
        _add(channel, "atom:link", rel="hub", href=hub)
    for one in feed.items:
        entry = SubElement(channel, "item")
        _add(entry, "title", one.title)
        _add(entry, "link", item_url(one))
        _add(entry, "guid", urn(one), isPermaLink="false")
        _add(entry, "pubDate", format_datetime(one.published_at.astimezone(UTC), usegmt=True))
        _add(entry, "description", _html(one))
        if one.source:
            _add(entry, "dc:creator", one.source)
    return _bytes(root)


def _atom(feed: Feed) -> bytes:
    root = Element("feed", {"xmlns": ATOM, "xmlns:at": TOMB, "xml:lang": feed.language})
    _add(root, "id", f"urn:uuid:{uuid5(feed.page.public_id, feed.language)}")
    _add(root, "title", title_of(feed))
    _add(root, "updated", _rfc3339(feed.changed_at))
    _add(_add(root, "author"), "name", feed.page.name)
    _add(root, "link", rel="alternate", href=feed.home, type="text/html")
    own = feed_url(feed.page.slug, feed.language, Form.ATOM)
    _add(root, "link", rel="self", href=own, type=TYPES[Form.ATOM])
    for hub in hub_urls():
        _add(root, "link", rel="hub", href=hub)
    for one in feed.items:
        entry = SubElement(root, "entry")
        _add(entry, "id", urn(one))
        _add(entry, "title", one.title)
        _add(entry, "link", rel="alternate", href=item_url(one), type="text/html")
        _add(entry, "published", _rfc3339(one.published_at))
        _add(entry, "updated", _rfc3339(one.updated_at))
        if one.source:
            _add(_add(entry, "author"), "name", one.source)
        _add(entry, "content", _html(one), type="html")
    for one in feed.gone:
        if one.withdrawn_at is not None:
            _add(root, "at:deleted-entry", ref=urn(one), when=_rfc3339(one.withdrawn_at))
    return _bytes(root)


def _json(feed: Feed) -> bytes:
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": title_of(feed),
        "home_page_url": feed.home,
        "feed_url": feed_url(feed.page.slug, feed.language, Form.JSON),
        "language": feed.language,
        "hubs": [{"type": "WebSub", "url": hub} for hub in hub_urls()],
        "items": [_json_item(one) for one in feed.items],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode("utf-8", "replace")


def _json_item(one: Announcement) -> dict[str, object]:
    told: dict[str, object] = {
        "id": urn(one),
        "url": item_url(one),
        "title": one.title,
        "content_html": _html(one),
        "date_published": _rfc3339(one.published_at),
        "date_modified": _rfc3339(one.updated_at),
        "language": one.language,
    }
    return told | ({"authors": [{"name": one.source}]} if one.source else {})


_FORMS: dict[str, Callable[[Feed], bytes]] = {Form.RSS: _rss, Form.ATOM: _atom, Form.JSON: _json}
