"""The account's webhook: ``X-ZEvent-Signature: mac=<hex>``.

Three implementations hash plainly, SHA-256 of app id + raw body + timestamp + OA secret, and one of them says it was
verified; two others use HMAC, untested. Plain is what we accept; HMAC too only when the account's settings say so.
The timestamp is the body's or ``X-ZEvent-Timestamp``: sources disagree, either is accepted.

A repeated event is harmless (its id is stored once), and the provider repeats for hours after an outage, so
the default tolerance is twelve hours; ``tolerance`` narrows it.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.inbound import (
    FilePart,
    Forged,
    Hook,
    Inbound,
    Receipt,
    ReceiptState,
    Received,
    Subscription,
    Text,
    Unreadable,
)
from lantoa.channels.wire import clean

TOLERANCE_SECONDS = 12 * 3600
WITH_FILES = frozenset({"user_send_image", "user_send_file", "user_send_audio", "user_send_video"})
_RECEIPTS = {"user_received_message": ReceiptState.DELIVERED, "user_seen_message": ReceiptState.READ}


class ZaloHook(Hook):
    """Proves and reads the events of one official account."""

    def verify(self, received: Received, settings: Settings, secrets: Secrets, *, now: datetime) -> None:
        """Check the signature and the age of the event; raises Forged."""
        given = received.headers.get("x-zevent-signature", "").strip().removeprefix("mac=").lower()
        app_id, secret = str(settings.get("app_id", "")), secrets.get("oa_secret", "")
        if not (app_id and secret and given):
            raise Forged("no signature, or the account has no secret to check it by")
        tolerance = int(settings.get("tolerance") or TOLERANCE_SECONDS)
        for stamp in _timestamps(received):
            if any(_same(given, mac) for mac in _macs(app_id, received.body, stamp, secret, settings)):
                if abs(now.timestamp() - int(stamp) / 1000) > tolerance:
                    raise Forged("the event is too old")
                return
        raise Forged("the signature is wrong")

    def event_id(self, received: Received) -> str:
        """Return the event's name with its message's id, or the person's and the moment, else a hash of the bytes."""
        try:
            event = _object(received.body)
        except Unreadable:
            return "raw:" + hashlib.sha256(received.body).hexdigest()
        name, ids = _text(event, "event_name"), sorted(_message_ids(event))
        parts = [name, *ids] if ids else [name, _person(event), _text(event, "timestamp")]
        if not all(parts):
            return "raw:" + hashlib.sha256(received.body).hexdigest()
        return "event:" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()

    def read(self, received: Received) -> list[Inbound]:
        """Return what the event says; events we have no use for say nothing."""
        event = _object(received.body)
        name, at = _text(event, "event_name"), _moment(_text(event, "timestamp"))
        ids = list(_message_ids(event))
        if name in _RECEIPTS:
            return _receipts(event, _RECEIPTS[name], at)
        person = _person(event)
        if name in ("follow", "unfollow"):
            return [Subscription(sender=person, following=name == "follow", occurred_at=at)] if person else []
        text = clean(_text(_part(event, "message"), "text"), 10_000)
        files = tuple(_files(_part(event, "message"))) if name in WITH_FILES else ()
        if name.startswith("user_send_") and person and (text or files) and ids:
            return [Text(sender=person, text=text, message_id=ids[0], occurred_at=at, files=files)]
        return []


def _receipts(event: dict[str, Any], state: ReceiptState, at: datetime | None) -> list[Inbound]:
    """One receipt for each message; one with a ``tracking_id`` is of a template sent by phone number (``zbs``)."""
    message = _part(event, "message")
    if tracked := _text(message, "tracking_id")[:100]:
        found = next(_message_ids(event), "")
        moment = _moment(_text(message, "delivery_time")) or at
        return [Receipt(provider_id=found, key=tracked, state=state, occurred_at=moment, kind="zbs")]
    return [Receipt(provider_id=one, key="", state=state, occurred_at=at) for one in _message_ids(event)]


def sign(app_id: str, body: bytes, timestamp: str, secret: str) -> str:
    """Return the plain SHA-256 signature of an event, in hexadecimal."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()


def _macs(app_id: str, body: bytes, stamp: str, secret: str, settings: Settings) -> Iterator[str]:
    yield sign(app_id, body, stamp, secret)
    if settings.get("accept_hmac"):
        yield hmac.new(secret.encode(), app_id.encode() + body + stamp.encode(), hashlib.sha256).hexdigest()


def _same(given: str, expected: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _timestamps(received: Received) -> Iterator[str]:
    try:
        stamp = _text(_object(received.body), "timestamp")
    except Unreadable:
        stamp = ""
    for candidate in (stamp, received.headers.get("x-zevent-timestamp", "")):
        if candidate.isascii() and candidate.isdecimal() and len(candidate) <= 15:
            yield candidate


def _object(body: bytes) -> dict[str, Any]:
    """Read the body with every number kept as text: the provider's ids do not fit a float."""
    try:
        event = json.loads(body, parse_int=str, parse_float=str)
    except (ValueError, RecursionError) as error:
        raise Unreadable("the event is not JSON") from error
    if not isinstance(event, dict):
        raise Unreadable("the event is not a JSON object")
    return event


def _part(event: dict[str, Any], name: str) -> dict[str, Any]:
    part = event.get(name)
    return part if isinstance(part, dict) else {}


def _text(part: dict[str, Any], name: str) -> str:
    value = part.get(name)
    return clean(value, 20_000) if isinstance(value, str) else ""


def _person(event: dict[str, Any]) -> str:
    return (_text(_part(event, "follower"), "id") or _text(_part(event, "sender"), "id"))[:64]


def _message_ids(event: dict[str, Any]) -> Iterator[str]:
    message = _part(event, "message")
    many = message.get("msg_ids")
    found = [message.get("msg_id"), *(many if isinstance(many, list) else [])]
    yield from dict.fromkeys(clean(one, 100) for one in found if isinstance(one, str) and one)


def _files(message: dict[str, Any]) -> Iterator[FilePart]:
    """Pictures and files lie on the provider's servers: ``attachments[].payload.url``."""
    many = message.get("attachments")
    for place, one in enumerate(many if isinstance(many, list) else []):
        payload = _part(one, "payload") if isinstance(one, dict) else {}
        if url := _text(payload, "url")[:2000]:
            yield FilePart(place, _text(payload, "name")[:200], url)


def _moment(stamp: str) -> datetime | None:
    if not (stamp.isascii() and stamp.isdecimal() and len(stamp) <= 14):
        return None
    return datetime.fromtimestamp(int(stamp) / 1000, UTC)
