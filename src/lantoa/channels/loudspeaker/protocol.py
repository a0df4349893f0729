"""What travels between us and a loudspeaker, and the exact bytes that are signed.

Our own proposal: no payload of the national system is public (Circular 39/2020/TT-BTTTT and the guide 2455/BTTTT-TTCS
of 27/6/2023 stand behind it). Described with examples in ``docs/modules/channels/loudspeaker.md``. Pure.

Signed is not the JSON, which two programs may write in two ways, but a text: a line with kind and version, the topic,
then each field of the kind in the fixed order, one a line, joined by LF, in UTF-8. A field that is absent is an empty
line; a number is written in decimal. No value may hold a control character, so lines cannot be forged.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from .keys import genuine, sign

FIELDS = {
    "cmd": ("msg_id", "op", "target", "url", "sha256", "start_at", "expires_at", "volume", "priority"),
    "ack": ("msg_id", "event", "at", "seconds", "error"),
    "status": ("state", "at", "volume", "firmware"),
}
"""The fields of each kind, in the order in which they are signed."""
MAX_BYTES = 8 * 1024
_MAX_TEXT, _MAX_NUMBER = 2000, 2**31 - 1
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
MSG_ID = re.compile(r"[0-9A-Za-z-]{1,80}", re.ASCII)
PART = re.compile(r"[0-9A-Za-z_-]{1,40}", re.ASCII)
"""One level of a topic: a code of a unit, or a device."""


class Op(StrEnum):
    """What a device is told to do."""

    PLAY = "play"
    STOP = "stop"  # `target` names the msg_id
    VOLUME = "volume"


class Word(StrEnum):
    """What a device says of a message."""

    STARTED = "started"
    FINISHED = "finished"
    FAILED = "failed"
    PUT_OFF = "put_off"  # an urgent message interrupted it; it will be played again, whole
    STOPPED = "stopped"  # we took it back


class NotGenuineError(ValueError):
    """A payload that is not what its sender signed, or not in the format."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a device listens and speaks: three levels of a topic."""

    province: str
    commune: str
    device: str

    def __post_init__(self) -> None:
        for part in (self.province, self.commune, self.device):
            if not PART.fullmatch(part):
                raise ValueError("a part of a topic is 1 to 40 of 0-9 A-Z a-z _ -")

    def topic(self, kind: str) -> str:
        """Return the topic of ``cmd``, ``ack`` or ``status``."""
        return f"{self.province}/{self.commune}/{self.device}/{kind}"

    @classmethod
    def of(cls, topic: str) -> "tuple[Address, str]":
        """Return the address and the kind of a topic; raises ValueError."""
        parts = topic.split("/")
        if len(parts) != 4 or parts[3] not in FIELDS:
            raise ValueError("not a topic of a loudspeaker")
        return cls(*parts[:3]), parts[3]


def canonical(kind: str, topic: str, values: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed; raises ValueError where a value cannot be one line."""
    lines = [f"lantoa-loudspeaker-{kind}-1", topic]
    return "\n".join(lines + [_line(values.get(name, "")) for name in FIELDS[kind]]).encode()


def _line(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError("a value is a text or a whole number")  # noqa: TRY004  (one word for whatever is malformed)
    if isinstance(value, int):
        if not 0 <= value <= _MAX_NUMBER:
            raise ValueError("a number is from 0 to 2147483647")
        return str(value)
    if len(value) > _MAX_TEXT or _CONTROL.search(value):
        raise ValueError("a text has at most 2000 characters and no control characters")
    return value


def sealed(kind: str, topic: str, values: Mapping[str, Any], private: str) -> bytes:
    """Return the signed payload; empty texts are left out. Raises ValueError."""
    told = {name: values[name] for name in FIELDS[kind] if values.get(name, "") != ""}
    told["sig"] = sign(private, canonical(kind, topic, told))
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def opened(topic: str, payload: bytes, public: str) -> dict[str, Any]:
    """Return the fields of a payload that the holder of ``public`` signed for this topic; raises NotGenuineError.

    A field we do not know is dropped: it is not signed. A name given twice is refused: two readers could differ.
    """
    try:
        _address, kind = Address.of(topic)
        told = read(payload)
        content = canonical(kind, topic, told)
    except ValueError as error:
        raise NotGenuineError(str(error)) from error
    if not genuine(public, content, str(told.get("sig", ""))):
        raise NotGenuineError("the signature is wrong")
    return {name: told[name] for name in FIELDS[kind] if name in told}


def read(payload: bytes) -> dict[str, Any]:
    """Return the JSON object of a payload, unproven; raises ValueError."""
    if len(payload) > MAX_BYTES:
        raise ValueError("too large")
    try:
        told = json.loads(payload, object_pairs_hook=_once)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if not isinstance(told, dict):
        raise ValueError("not an object")  # noqa: TRY004
    return told


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def moment_text(at: datetime) -> str:
    """Return an aware moment as it travels: UTC, whole seconds, ``2026-01-05T10:00:00Z``."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}Z"


def moment(text: object) -> datetime | None:
    """Return the moment a text tells, None when it tells none."""
    if not isinstance(text, str) or not _MOMENT.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
