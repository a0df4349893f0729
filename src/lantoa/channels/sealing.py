"""Secrets at rest: sealed with the installation's keys (Fernet: AES-128-CBC, HMAC-SHA256), unreadable in a dump.

``settings.LANTOA_SECRET_KEYS`` lists pass phrases, newest first: what an old one sealed can still be read.
"""

import base64
import json
from collections.abc import Mapping
from functools import cache, lru_cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.errors import LantoaError


class SealBrokenError(LantoaError):
    """What was sealed cannot be read with the keys at hand."""


@cache
def _keys(phrases: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(sha256(phrase.encode()).digest())) for phrase in phrases])


def seal(secrets: Mapping[str, str]) -> bytes:
    """Return the secrets as bytes fit for a database column."""
    keys = _keys(tuple(settings.LANTOA_SECRET_KEYS))
    return keys.encrypt(json.dumps(dict(secrets), sort_keys=True).encode())


def unseal(sealed: bytes | memoryview) -> dict[str, str]:
    """Return what ``seal`` took, nothing for empty bytes; raises SealBrokenError when no key fits."""
    if not sealed:
        return {}
    try:
        return dict(_opened(tuple(settings.LANTOA_SECRET_KEYS), bytes(sealed)))
    except InvalidToken as error:
        raise SealBrokenError(
            _("The secrets of this channel cannot be read with this installation's keys. Enter them again.")
        ) from error


@lru_cache(maxsize=64)
def _opened(phrases: tuple[str, ...], sealed: bytes) -> dict[str, str]:
    """The same seal is opened once a process: a webhook opens it for every call."""
    found: dict[str, str] = json.loads(_keys(phrases).decrypt(sealed))
    return found
