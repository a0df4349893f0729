"""Our own key pair, by which push services know us (RFC 8292), and the sealing of one payload (RFC 8291).

The private key is 32 bytes in base64url, made here, kept among the account's sealed secrets. A subscription is tied to
the public half: a new pair means that everybody subscribes again.
"""

import json
import os
from collections.abc import Callable
from datetime import datetime, timedelta

import http_ece
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from .subscription import PushSubscription, decoded, encoded

RECORD = 4096
"""Bytes of the one record a push message is: every push service takes as many (RFC 8291, section 4)."""
LARGEST = RECORD - 86 - 17
"""Bytes of payload that fit it beside the header (salt, size, key) and the seal with its delimiter."""
GOOD_FOR = timedelta(hours=12)
"""How long a proof is good; the standard allows 24 hours."""


def new_private_key() -> str:
    """Return a fresh private key."""
    number = ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value
    return encoded(number.to_bytes(32))


def private_key(text: str) -> ec.EllipticCurvePrivateKey:
    """Return the key of its text; raises ValueError for what is none."""
    return ec.derive_private_key(int.from_bytes(decoded(text)), ec.SECP256R1())


def public_key(text: str) -> str:
    """Return the public half that browsers subscribe with, in base64url; raises ValueError."""
    return encoded(_point(private_key(text)))


def sealed(payload: bytes, subscription: PushSubscription, *, salt: bytes | None = None,
           key: ec.EllipticCurvePrivateKey | None = None) -> bytes:  # fmt: skip
    """Return the body that this browser alone can read; a fresh key pair and salt each time but in tests."""
    body: bytes = http_ece.encrypt(
        payload,
        salt=salt or os.urandom(16),
        private_key=key or ec.generate_private_key(ec.SECP256R1()),
        dh=subscription.p256dh,
        auth_secret=subscription.auth,
        version="aes128gcm",
        rs=RECORD,
    )
    return body


class Prover:
    """Makes the ``Authorization`` header for each push service, and keeps it while it is good."""

    def __init__(self, private: str, contact: str, now: Callable[[], datetime]) -> None:
        self._key = private_key(private)
        self._public = encoded(_point(self._key))
        self._contact, self._now = contact, now
        self._made: dict[str, tuple[datetime, str]] = {}

    def header(self, origin: str) -> str:
        """Return the proof for one push service."""
        now = self._now()
        kept = self._made.get(origin)
        if kept is None or now > kept[0]:
            claims = {"aud": origin, "exp": int((now + GOOD_FOR).timestamp()), "sub": self._contact}
            kept = (now + GOOD_FOR / 2, f"vapid t={_signed(claims, self._key)}, k={self._public}")
            self._made[origin] = kept
        return kept[1]


def _signed(claims: dict[str, object], key: ec.EllipticCurvePrivateKey) -> str:
    """A JWT by ES256 (RFC 7515, 7518): the signature is r and s, 32 bytes each."""
    parts = [
        encoded(json.dumps(part, separators=(",", ":")).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims)
    ]
    told = ".".join(parts)
    r, s = decode_dss_signature(key.sign(told.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{told}.{encoded(r.to_bytes(32) + s.to_bytes(32))}"


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
