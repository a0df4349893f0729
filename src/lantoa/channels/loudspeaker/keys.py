"""Ed25519 keys (RFC 8032) as texts: base64url without padding of the 32 raw bytes."""

import base64
import binascii

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey


def new_private() -> str:
    """Return a fresh private key."""
    return _text(Ed25519PrivateKey.generate().private_bytes_raw())


def public_of(private: str) -> str:
    """Return the public key of a private one; raises ValueError when it is none."""
    return _text(_private(private).public_key().public_bytes_raw())


def sign(private: str, content: bytes) -> str:
    """Return the signature of ``content``; raises ValueError when ``private`` is no key."""
    return _text(_private(private).sign(content))


def genuine(public: str, content: bytes, signature: str) -> bool:
    """Tell whether ``signature`` is that of ``public`` over exactly these bytes; never raises, whatever the texts."""
    try:
        Ed25519PublicKey.from_public_bytes(_raw(public)).verify(_raw(signature), content)
    except (ValueError, InvalidSignature):
        return False
    return True


def is_public(text: str) -> bool:
    """Tell whether the text is a public key."""
    try:
        Ed25519PublicKey.from_public_bytes(_raw(text))
    except ValueError:
        return False
    return True


def _private(text: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(_raw(text))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError("not base64url") from error
    if _text(raw) != text:
        raise ValueError("not the shortest base64url")
    return raw
