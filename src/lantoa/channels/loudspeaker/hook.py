"""What a device says, proven by its own key: acknowledgements become receipts, its state becomes "last seen".

Not called over HTTP: the listener hands over what came from the broker, the topic as a header, and finds the key.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.inbound import Forged, Hook, Inbound, Progress, Receipt, ReceiptState, Received, Seen, Unreadable

from .protocol import MSG_ID, Address, NotGenuineError, Word, moment, opened, read

TOPIC, DEVICE_KEY = "topic", "device_key"
AHEAD = timedelta(minutes=5)
"""A device whose moment lies further in our future has a wrong clock: our own moment counts then."""
_VERDICTS = {Word.FINISHED: ReceiptState.DELIVERED, Word.FAILED: ReceiptState.FAILED}


class LoudspeakerHook(Hook):
    """Reads ``…/ack`` and ``…/status``; ``settings["device_key"]`` is the public key that belongs to the topic."""

    methods = ()
    max_bytes = 8 * 1024
    entered_by_hand = False

    def verify(self, received: Received, settings: Settings, secrets: Secrets, *, now: datetime) -> None:
        """Check the device's signature over topic and fields; raises Forged."""
        key = str(settings.get(DEVICE_KEY) or "")
        if not key:
            raise Forged("no such device")
        try:
            told = opened(received.headers.get(TOPIC, ""), received.body, key)
        except NotGenuineError as error:
            raise Forged(str(error)) from error
        if "op" in told:
            raise Forged("a command is not for us")

    def event_id(self, received: Received) -> str:
        """Return the digest of topic and signature: a repeat is the same, however it is written and whatever unsigned
        words were put to it, and so is a retained status read again."""
        try:
            signed = str(read(received.body).get("sig") or "").encode("utf-8", "replace")
        except ValueError:
            signed = b""
        topic = received.headers.get(TOPIC, "").encode("utf-8", "replace")
        return "mqtt:" + hashlib.sha256(topic + b"\0" + (signed or received.body)).hexdigest()

    def read(self, received: Received) -> list[Inbound]:
        """Return what the device says; raises Unreadable."""
        topic = received.headers.get(TOPIC, "")
        try:
            _address, kind = Address.of(topic)
            told = read(received.body)
        except ValueError as error:
            raise Unreadable(str(error)) from error
        place, told_at = topic.rpartition("/")[0], moment(told.get("at"))
        at = told_at if "ahead" not in received.headers else None
        if kind == "status":
            online = told.get("state") == "online"
            return [Seen(place, online, occurred_at=at if online else None, told_at=told_at)]
        return _of_ack(place, told, at, told_at)


def _of_ack(place: str, told: dict[str, Any], at: datetime | None, told_at: datetime | None) -> list[Inbound]:
    key, word = str(told.get("msg_id", "")), str(told.get("event", ""))
    if not MSG_ID.fullmatch(key) or word not in set(Word):
        raise Unreadable("neither a message nor a word we know")
    seconds = told.get("seconds", 0)
    reason = str(told.get("error", ""))[:200]
    progress = Progress(place, key, word, seconds if isinstance(seconds, int) else 0, reason, at)
    verdict = _VERDICTS.get(Word(word))
    receipt: list[Inbound] = [Receipt(key, key, verdict, at)] if verdict else []
    return [*receipt, progress, Seen(place, online=True, occurred_at=at, told_at=told_at)]
