"""How often the links of a message were pressed: by link, channel and hour; never by whom."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet, Sum

from lantoa.outreach.models import Broadcast, LinkClicks, ShortLink


@dataclass(frozen=True, slots=True)
class LinkCount:
    """One link of the words that went out, and its presses."""

    channel: str
    code: str
    target: str
    clicks: int


def clicks_since_release(broadcast: Broadcast) -> list[LinkCount]:
    """The links of this broadcast's wording on its channels with their presses since it was released, most first.

    A link belongs to the message: another broadcast of it on the same channel counts here too. Two queries, or none.
    """
    links = _links(broadcast)
    if not links or broadcast.released_at is None:
        return []
    counted = _clicks(broadcast).values_list("link__code").annotate(n=Sum("clicks")).order_by()
    counts: dict[str, int] = dict(counted)
    found = [
        LinkCount(one.channel, one.code, one.target, counts.get(one.code, 0))
        for one in ShortLink.objects.filter(code__in=links)
        if one.channel in broadcast.channels
    ]
    return sorted(found, key=lambda one: (-one.clicks, one.channel, one.target))


def clicks_by_hour(broadcast: Broadcast) -> Iterator[tuple[datetime, str, str, str, int]]:
    """(hour, channel, code, address, presses) since release, in time order, read in pieces."""
    rows = _clicks(broadcast).values_list("hour", "link__channel", "link__code", "link__target")
    yield from rows.annotate(n=Sum("clicks")).order_by("hour", "link__channel", "link__code").iterator(2000)


def _links(broadcast: Broadcast) -> list[str]:
    links: dict[str, str] = broadcast.version.content.get("links", {})
    return list(links)


def _clicks(broadcast: Broadcast) -> "QuerySet[LinkClicks]":
    start = broadcast.released_at
    if start is None:
        return LinkClicks.objects.none()
    hour = start.replace(minute=0, second=0, microsecond=0)
    return LinkClicks.objects.filter(
        link__code__in=_links(broadcast), link__channel__in=broadcast.channels, hour__gte=hour
    )
