"""The device's side of the protocol: what is signed, and how keys and moments are written."""

import base64
import json
import re
from contextlib import suppress
from datetime import datetime
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FIELDS = {
    "cmd": ("msg_id", "op", "target", "url", "sha256", "start_at", "expires_at", "volume", "priority"),
    "ack": ("msg_id", "event", "at", "seconds", "error"),
    "status": ("state", "at", "volume", "firmware"),
}
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def signed(kind: str, topic: str, told: dict[str, Any]) -> bytes:
    """Return the bytes under the signature: kind, topic and each field, one a line; raises ValueError."""
    lines = [f"lantoa-loudspeaker-{kind}-1", topic, *(told.get(name, "") for name in FIELDS[kind])]
    if any(isinstance(line, bool) or not isinstance(line, str | int) or _CONTROL.search(str(line)) for line in lines):
        raise ValueError("a value is a text of one line or a whole number")
    return "\n".join(map(str, lines)).encode()


def proven(topic: str, payload: bytes, platform_key: str) -> dict[str, Any]:
    """Return a command's fields; raises ValueError when it is not the platform's."""
    told = json.loads(payload, object_pairs_hook=_once)
    try:
        public = Ed25519PublicKey.from_public_bytes(raw(platform_key))
        public.verify(raw(str(told.get("sig", ""))), signed("cmd", topic, told))
    except InvalidSignature as error:
        raise ValueError("not signed by the platform") from error
    return {name: told[name] for name in FIELDS["cmd"] if name in told}


def sealed(kind: str, topic: str, told: dict[str, Any], private: Ed25519PrivateKey) -> bytes:
    """Return a payload with the device's signature."""
    signature = private.sign(signed(kind, f"{topic}/{kind}", told))
    return json.dumps({**told, "sig": text(signature)}, ensure_ascii=False).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def stamp(at: datetime) -> str:
    """Return a moment as it travels."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def moment(told: str) -> datetime | None:
    """Return the moment a text tells, None when it tells none."""
    with suppress(ValueError):
        found = datetime.fromisoformat(told)
        return found if found.tzinfo else None
    return None


def text(content: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def raw(told: str) -> bytes:
    """Return the bytes of base64url; raises ValueError."""
    return base64.urlsafe_b64decode(told + "=" * (-len(told) % 4))
