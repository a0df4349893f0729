"""The app's webhook: a handshake by GET, then events signed by the app's secret, ``X-Hub-Signature-256: sha256=<hex>``.

Source: developers.facebook.com, "Webhooks: Getting Started" (verification requests, event notifications) and "Webhooks
for Pages", "Messenger Platform: messages". What people write under a post (field ``feed``, item ``comment``, verb
``add``; ``photo``, ``video`` are addresses) and to the Page (``messaging``; ``attachments[].payload.url``) are texts;
what the Page itself writes is not.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import parse_qs

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.inbound import FilePart, Forged, Hook, Inbound, Received, Text, Unreadable
from lantoa.channels.wire import clean

LONGEST_CHALLENGE = 200
LONGEST_URL = 2000
WITH_FILES = frozenset({"image", "video", "audio", "file"})
LONGEST_ID = 150
"""Characters of an id: what keeps those of comments and messages has room for little more."""


class FacebookHook(Hook):
    """Proves and reads the events of one Page."""

    methods: ClassVar[tuple[str, ...]] = ("GET", "POST")
    file_hosts: ClassVar[str] = ".fbcdn.net, .fbsbx.com"

    def greets(self, method: str | None) -> bool:
        """Tell that the handshake comes by GET."""
        return method == "GET"

    def greeting(self, received: Received, settings: Settings, secrets: Secrets) -> str | None:
        """Answer the handshake with its challenge; raises Forged when it does not know our verify token."""
        if not received.query:
            return None
        asked = parse_qs(received.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=None)
        token, challenge = _one(asked, "hub.verify_token"), _one(asked, "hub.challenge")
        held = secrets.get("verify_token", "")
        if not held or not hmac.compare_digest(token.encode("utf-8", "replace"), held.encode()):
            raise Forged("the verify token is wrong")
        if _one(asked, "hub.mode") != "subscribe" or not challenge or len(challenge) > LONGEST_CHALLENGE:
            raise Forged("not a handshake")
        return clean(challenge, LONGEST_CHALLENGE)

    def verify(self, received: Received, settings: Settings, secrets: Secrets, *, now: datetime) -> None:
        """Check the signature of the raw bytes; raises Forged."""
        given = received.headers.get("x-hub-signature-256", "").strip()
        secret = secrets.get("app_secret", "")
        if not secret or received.query:
            raise Forged("the account has no secret to check it by")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), sign(received.body, secret).encode()):
            raise Forged("the signature is wrong")

    def event_id(self, received: Received) -> str:
        """Return a hash of what happened by the provider's ids, else of the bytes."""
        try:
            said = self.read(received)
        except Unreadable:
            said = []
        ids = [one.message_id for one in said if isinstance(one, Text)]
        if not ids:
            return "raw:" + hashlib.sha256(received.body).hexdigest()
        return "event:" + hashlib.sha256("\x1f".join(sorted(ids)).encode()).hexdigest()

    def read(self, received: Received) -> list[Inbound]:
        """Return the texts the event brings; events we have no use for say nothing."""
        event = _object(received.body)
        if event.get("object") not in ("page", None):
            return []
        said: list[Inbound] = []
        for entry in _objects(event.get("entry")):
            page = _id(entry.get("id"))
            said.extend(_comments(entry, page))
            said.extend(_messages(entry, page))
        return said


def sign(body: bytes, secret: str) -> str:
    """Return the signature header's value for these bytes."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def _comments(entry: dict[str, Any], page: str) -> Iterator[Text]:
    for change in _objects(entry.get("changes")):
        value = change.get("value")
        if change.get("field") != "feed" or not isinstance(value, dict):
            continue
        person, text = _id(_part(value, "from").get("id")), _text(value.get("message"))
        files = _named([("", value.get("photo")), ("", value.get("video"))])
        comment = _id(value.get("comment_id"))
        if (
            value.get("item") == "comment"
            and value.get("verb") == "add"
            and (text or files)
            and comment
            and person not in ("", page)
        ):
            at = _seconds(value.get("created_time"))
            yield Text(sender=person, text=text, message_id=comment, occurred_at=at, files=files)


def _messages(entry: dict[str, Any], page: str) -> Iterator[Text]:
    for one in _objects(entry.get("messaging")):
        message = _part(one, "message")
        person, text, mid = _id(_part(one, "sender").get("id")), _text(message.get("text")), _id(message.get("mid"))
        files = _named(_attached(message))
        if (text or files) and mid and person not in ("", page) and message.get("is_echo") != "true":
            at = _seconds(one.get("timestamp"), 1000)
            yield Text(sender=person, text=text, message_id=mid, occurred_at=at, files=files)


def _attached(message: dict[str, Any]) -> Iterator[tuple[object, object]]:
    """Names and addresses of what came with a message; a sticker, a link, a place on the map are no files."""
    for one in _objects(message.get("attachments")):
        payload = _part(one, "payload")
        if _text(one.get("type")) in WITH_FILES and "sticker_id" not in payload:
            yield payload.get("name"), payload.get("url")


def _named(many: Iterable[tuple[object, object]]) -> tuple[FilePart, ...]:
    """The files that have an address, which may be too long to keep only if it is none of the provider's."""
    found = [(_text(name)[:200], _text(url)) for name, url in many]
    return tuple(FilePart(place, name, url) for place, (name, url) in enumerate(found) if 0 < len(url) <= LONGEST_URL)


def _object(body: bytes) -> dict[str, Any]:
    """Read the body with every number kept as text: the provider's ids do not fit a float."""
    try:
        event = json.loads(body, parse_int=str, parse_float=str, object_pairs_hook=_pairs)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the event is not JSON") from error
    if not isinstance(event, dict):
        raise Unreadable("the event is not a JSON object")
    return event


def _pairs(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """True and false as text too, so that whichever way a flag is spelled it reads the same."""
    return {name: {True: "true", False: "false"}[value] if isinstance(value, bool) else value for name, value in pairs}


def _objects(value: object) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        yield from (one for one in value if isinstance(one, dict))


def _part(value: dict[str, Any], name: str) -> dict[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}


def _id(value: object) -> str:
    return clean(value, LONGEST_ID) if isinstance(value, str) else ""


def _text(value: object) -> str:
    return clean(value, 20_000).strip() if isinstance(value, str) else ""


def _seconds(value: object, per_second: int = 1) -> datetime | None:
    if not (isinstance(value, str) and value.isascii() and value.isdecimal() and len(value) <= 14):
        return None
    try:
        return datetime.fromtimestamp(int(value) / per_second, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _one(asked: dict[str, list[str]], name: str) -> str:
    return asked.get(name, [""])[0]
