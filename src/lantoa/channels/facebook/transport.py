"""An answer to one person who wrote to a Page: under their comment, or as a message where they wrote one.

``POST /{comment_id}/comments`` (right pages_manage_engagement) and ``POST /{page_id}/messages`` (right pages_messaging,
24 hours after the person's last message, or 7 days by an officer's hand with the tag HUMAN_AGENT).
Source: developers.facebook.com, "Comment", "Object Comments", "Send API", "Message Tags", "Conversations".

Neither takes a key. In doubt, what stands under the comment or in the conversation is read: ours is the Page's own word
with the same text.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Accepted, Capability, Outgoing, Rejected, Secrets, Settings, Transport, Unknown

from .capability import ANSWERING
from .graph import WindowClosed
from .page import Page, moment, same_words

COMMENT = re.compile(r"[0-9]{1,32}(_[0-9]{1,32})?")
LISTED = "50"


def in_public(message_id: str) -> bool:
    """Tell whether everybody reads what has this id: a comment, whose id is digits; a message's never is."""
    return COMMENT.fullmatch(message_id) is not None


class FacebookTransport(Transport):
    """Answers through one Page."""

    capability: ClassVar[Capability] = ANSWERING

    def __init__(
        self, settings: Settings, secrets: Secrets, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._page = Page(settings, secrets)
        self._same = timedelta(hours=int(settings.get("match_hours") or 72))
        self._human = bool(settings.get("human_agent"))
        self._now = now

    async def open(self) -> None:
        """Make the connection pool."""
        await self._page.open()

    async def close(self) -> None:
        """Close the connection pool."""
        await self._page.close()

    async def send(self, message: Outgoing) -> Accepted:
        """Write under the comment, or send a message; a comment that was taken away cannot be answered."""
        if in_public(message.answers):
            found = await self._page.post(f"{message.answers}/comments", {"message": message.text})
            return _accepted(found.get("id"), delivered=True)
        if not message.answers:
            raise Rejected(_("nothing of theirs is left to answer to"))
        try:
            return await self._tell(message, {"messaging_type": "RESPONSE"})
        except WindowClosed:
            if not self._human:
                raise
            return await self._tell(message, {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"})

    async def resolve(self, message: Outgoing, provider_id: str) -> Accepted | None:
        """Look for our words where they should stand; None when they are not there."""
        under = in_public(message.answers)
        for one in await (self._under(message) if under else self._between(message)):
            if _from(one) == self._page.id and same_words(one.get("message"), message.text) and self._young(one):
                return _accepted(one.get("id"), delivered=under)
        return None

    async def _tell(self, message: Outgoing, how: dict[str, str]) -> Accepted:
        body = {"recipient": {"id": message.address}, "message": {"text": message.text}, **how}
        found = await self._page.post(f"{self._page.id}/messages", body)
        return _accepted(found.get("message_id"), delivered=False)

    async def _under(self, message: Outgoing) -> list[dict[str, Any]]:
        fields = {"fields": "id,message,from,created_time", "order": "reverse_chronological", "limit": LISTED}
        return await self._page.listed(f"{message.answers}/comments", **fields)

    async def _between(self, message: Outgoing) -> list[dict[str, Any]]:
        fields = f"messages.limit({LISTED}){{id,message,from,created_time}}"
        found = await self._page.listed(f"{self._page.id}/conversations", user_id=message.address, fields=fields)
        listed = [one["messages"].get("data") for one in found if isinstance(one.get("messages"), dict)]
        return [one for part in listed if isinstance(part, list) for one in part if isinstance(one, dict)]

    def _young(self, one: dict[str, Any]) -> bool:
        born = moment(one.get("created_time"))
        return born is None or self._now() - born <= self._same


def _accepted(provider_id: object, *, delivered: bool) -> Accepted:
    if not isinstance(provider_id, str) or not provider_id:
        raise Unknown(_("the answer cannot be read"))
    return Accepted(provider_id=provider_id[:120], delivered=delivered)


def _from(one: dict[str, Any]) -> str:
    author = one.get("from")
    return str(author.get("id", "")) if isinstance(author, dict) else ""
