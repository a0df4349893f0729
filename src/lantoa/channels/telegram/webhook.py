"""The bot's webhook: every update carries the secret we set it up with, ``X-Telegram-Bot-Api-Secret-Token``.

Only private chats count. ``/start`` is the way in (with a token when it came by our invitation); blocking the bot is
told by ``my_chat_member``. Source: core.telegram.org/bots/api (Update, ChatMemberUpdated, setWebhook), /bots/features
(deep linking: ``start`` takes up to 64 of ``A-Za-z0-9_-``).
"""

import hashlib
import hmac
import json
import re
from datetime import UTC, datetime
from typing import Any, ClassVar

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.inbound import Forged, Hook, Inbound, Received, Subscription, Text, Unreadable
from lantoa.channels.wire import clean

from .files import files_in, locate

HEADER = "x-telegram-bot-api-secret-token"
_START = re.compile(r"/start(?:@\w{1,64})?(?:\s+([0-9A-Za-z_-]{1,64}))?\s*")
_LEFT = frozenset({"kicked", "left"})


class TelegramHook(Hook):
    """Proves and reads the updates of one bot."""

    entered_by_hand: ClassVar[bool] = False
    secret_headers: ClassVar[tuple[str, ...]] = (HEADER,)

    def verify(self, received: Received, settings: Settings, secrets: Secrets, *, now: datetime) -> None:
        """Compare the secret in constant time; raises Forged."""
        held, given = secrets.get("webhook_secret", ""), received.headers.get(HEADER, "")
        if not held or not hmac.compare_digest(given.encode("utf-8", "replace"), held.encode()):
            raise Forged("the secret is wrong, or the account has none")

    def event_id(self, received: Received) -> str:
        """Return the update's number, else a hash of the bytes."""
        try:
            number = _number(_object(received.body).get("update_id"))
        except Unreadable:
            number = ""
        return f"update:{number}" if number else "raw:" + hashlib.sha256(received.body).hexdigest()

    def read(self, received: Received) -> list[Inbound]:
        """Return what the update says; updates we have no use for say nothing."""
        update = _object(received.body)
        if changed := _part(update, "my_chat_member"):
            return _membership(changed)
        message, number = _part(update, "message"), _number(update.get("update_id"))
        chat, words, files = _chat(message), _words(message), files_in(message)
        if not (chat and number and (words or files)) or _part(message, "from").get("is_bot") is True:
            return []
        at = _moment(message.get("date"))
        if started := _START.fullmatch(words):
            return [Subscription(sender=chat, following=True, occurred_at=at, token=started[1] or "")]
        return [Text(sender=chat, text=words, message_id=number, occurred_at=at, files=files)]

    def locate(self, received: Received, place: int, settings: Settings, secrets: Secrets) -> str:
        """Ask the provider where the update's file lies now."""
        return locate(settings, secrets, _object(received.body), place)


def _membership(changed: dict[str, Any]) -> list[Inbound]:
    chat, status = _chat(changed), _part(changed, "new_chat_member").get("status")
    if not chat or not isinstance(status, str) or status not in {"member", *_LEFT}:
        return []
    return [Subscription(sender=chat, following=status == "member", occurred_at=_moment(changed.get("date")))]


def _object(body: bytes) -> dict[str, Any]:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the update is not JSON") from error
    if not isinstance(update, dict):
        raise Unreadable("the update is not a JSON object")
    return update


def _part(whole: dict[str, Any], name: str) -> dict[str, Any]:
    part = whole.get(name)
    return part if isinstance(part, dict) else {}


def _chat(whole: dict[str, Any]) -> str:
    """The number of a private chat; empty for groups and channels."""
    chat = _part(whole, "chat")
    return _number(chat.get("id")) if chat.get("type") == "private" else ""


def _number(value: object) -> str:
    """A number above zero of at most 52 significant bits, as text; empty for anything else."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 2**52 else ""


def _words(message: dict[str, Any]) -> str:
    found = message.get("text") or message.get("caption")
    return clean(found, 10_000) if isinstance(found, str) else ""


def _moment(stamp: object) -> datetime | None:
    if not isinstance(stamp, int) or isinstance(stamp, bool) or not 0 < stamp < 10**11:
        return None
    return datetime.fromtimestamp(stamp, UTC)
