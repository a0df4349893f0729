"""A browser's subscription: where its push service takes messages, and the keys only that browser holds the rest of.

The written form is the W3C one, ``{"endpoint", "keys": {"auth", "p256dh"}}`` (Push API, PushSubscription.toJSON), with
sorted names and nothing else in it, so that the same subscription is the same text. Pure: no Django.
"""

import base64
import binascii
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

LONGEST = 2000
"""Characters of the written form; push services use three to five hundred."""
PUSH_HOSTS = (
    "fcm.googleapis.com", "*.push.services.mozilla.com", "web.push.apple.com", "*.notify.windows.com",
)  # fmt: skip
"""The push services of the browsers people have; an account may name others."""

_PLAIN = re.compile(r"[!-~]+")


class NotASubscriptionError(ValueError):
    """What was given is no push subscription."""


@dataclass(frozen=True, slots=True)
class PushSubscription:
    """One browser: ``p256dh`` is its public key (65 bytes, uncompressed P-256), ``auth`` 16 secret bytes (RFC 8291)."""

    endpoint: str
    p256dh: bytes
    auth: bytes

    @property
    def origin(self) -> str:
        """Scheme, host and port of the push service: the audience of our proof."""
        parts = urlsplit(self.endpoint)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def host(self) -> str:
        """The push service, as people may see it."""
        return urlsplit(self.endpoint).hostname or ""

    def written(self) -> str:
        """Return the one written form."""
        keys = {"auth": encoded(self.auth), "p256dh": encoded(self.p256dh)}
        return json.dumps({"endpoint": self.endpoint, "keys": keys}, sort_keys=True, separators=(",", ":"))


def parse(text: str) -> PushSubscription:
    """Read a subscription as a browser writes it; raises NotASubscriptionError whatever the text."""
    try:
        if len(text) > 2 * LONGEST:
            raise NotASubscriptionError("too long")
        given = json.loads(text)
        keys = given["keys"]
        found = PushSubscription(_endpoint(given["endpoint"]), decoded(keys["p256dh"]), decoded(keys["auth"]))
        if len(found.auth) != 16 or len(found.p256dh) != 65:
            raise NotASubscriptionError("keys of the wrong length")
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), found.p256dh)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotASubscriptionError(type(error).__name__) from None
    if len(found.written()) > LONGEST:
        raise NotASubscriptionError("too long")
    return found


def allowed(endpoint: str, hosts: Sequence[str]) -> bool:
    """Tell whether we post there: somebody else typed this address, and it must not lead into our own network.

    A host (``*.`` for any name below it) stands for https at its usual port; an origin (``http://127.0.0.1:8714``, for
    stand-ins) for exactly that.
    """
    parts = urlsplit(endpoint)
    usual = parts.scheme == "https" and parts.port in (None, 443)
    return any(
        f"{parts.scheme}://{parts.netloc}" == host
        if "://" in host
        else usual and fnmatchcase(parts.hostname or "", host)
        for host in hosts
    )


def hosts_of(setting: object) -> tuple[str, ...]:
    """Return the hosts of an account's setting, one a line or word; the known ones when it is empty."""
    return tuple(str(setting or "").lower().split()) or PUSH_HOSTS


def encoded(raw: bytes) -> str:
    """Return bytes in base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return what base64url (or base64), padded or not, stands for; raises ValueError."""
    plain = text.rstrip("=").replace("+", "-").replace("/", "_")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error


def _endpoint(given: object) -> str:
    if not isinstance(given, str) or not _PLAIN.fullmatch(given):
        raise NotASubscriptionError("no endpoint")
    parts = urlsplit(given)
    _ = parts.port  # raises ValueError
    if parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc or parts.fragment:
        raise NotASubscriptionError("no endpoint")
    return given
