"""Short links: made while a message is written, followed by whoever got it."""

import secrets
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection

from lantoa.outreach.linking import LENGTH, LETTERS, links_in, short_url, swapped
from lantoa.outreach.models import Message, ShortLink

SLOTS = 8
"""Rows an hour's count is spread over: as many people may press at the same instant without waiting for each other."""


def shorten(*, message: Message, channel: str, text: str, at: datetime) -> str:
    """The text with each address longer than a short one replaced by ours for this message and channel. The caller
    holds the message's row. A short link that belongs elsewhere (pasted from another form) is exchanged for our own."""

    ours = links_in([text])

    def swap(address: str) -> str:
        if known := ours.get(address):
            kept = known.message_id == message.pk and known.channel == channel
            return address if kept else _short(message, channel, known.target, at)
        return _short(message, channel, address, at) if len(address) > len(short_url("x" * LENGTH)) else address

    return swapped(text, swap)


def _short(message: Message, channel: str, target: str, at: datetime) -> str:
    link, _made = ShortLink.objects.get_or_create(
        message=message, channel=channel, digest=sha256(target.encode()).hexdigest(),
        defaults={"base": settings.LANTOA_BASE_URL, "code": fresh_code(), "target": target, "created_at": at},
    )  # fmt: skip
    return short_url(link.code)


def fresh_code() -> str:
    """A code nobody guesses from another."""
    return "".join(secrets.choice(LETTERS) for _ in range(LENGTH))


_FOLLOW = """
WITH opened AS (
    SELECT l.id, l.target FROM outreach_shortlink l
    WHERE l.code = %(code)s AND EXISTS (
        SELECT 1 FROM outreach_messageversion v
        WHERE v.message_id = l.message_id AND v.content -> 'links' ->> l.code = l.target AND (
            EXISTS (SELECT 1 FROM approvals_in_force a
                    WHERE a.subject = 'outreach.message:' || v.message_id AND a.sha256 = v.sha256)
            OR EXISTS (SELECT 1 FROM outreach_broadcast b WHERE b.version_id = v.id AND b.audience_count IS NOT NULL)))
), counted AS (
    INSERT INTO outreach_linkclicks AS c (link_id, hour, slot, clicks)
    SELECT id, %(hour)s, %(slot)s, 1 FROM opened WHERE %(counts)s
    ON CONFLICT (link_id, hour, slot) DO UPDATE SET clicks = c.clicks + 1
)
SELECT target FROM opened
"""


def follow(*, code: str, counts: bool, at: datetime) -> str | None:
    """Where a code leads, and one more press in its hour when this one `counts`: one statement, nothing of the person.

    None for a code that does not exist, or whose address stands in no text that was approved: an address typed into a
    draft is not vouched for by anybody yet.
    """
    values: dict[str, Any] = {
        "code": code,
        "hour": at.replace(minute=0, second=0, microsecond=0),
        "slot": secrets.randbelow(SLOTS),
        "counts": counts,
    }
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, values)
        row = cursor.fetchone()
    return str(row[0]) if row else None
