"""The mark in our Message-IDs and return addresses by which an answer, a bounce or a refusal is known to be to us.

From and Subject of a mail prove nothing, and message keys can be guessed from one another. ``<key>.<proof>`` cannot:
the proof is an HMAC of the key. Whoever shows one has held that very mail, or was given it by somebody who had.
"""

import hmac
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256

from django.conf import settings

_MARK = re.compile(r"(?<![0-9a-z-])([0-9a-z][0-9a-z-]{0,63})\.([0-9a-f]{16})(?![0-9a-z])", re.IGNORECASE)
MARKS_READ = 50
"""Marks looked at in one header: a References line may name a whole conversation."""


def marked(key: str) -> str:
    """Return ``key.proof``, fit for a Message-ID, a local part and a subject."""
    return f"{key}.{proof(key)}"


def proof(key: str) -> str:
    """Return sixteen hexadecimal digits that only this installation can make for the key."""
    return hmac.new(_secret(settings.LANTOA_SECRET_KEYS[-1]), key.lower().encode(), sha256).hexdigest()[:16]


def proven_keys(text: str) -> Iterator[str]:
    """Yield the keys in a header whose proof holds, the last first."""
    for found in list(_MARK.finditer(text))[-MARKS_READ:][::-1]:
        if hmac.compare_digest(found[2].lower(), proof(found[1])):
            yield found[1].lower()


@cache
def _secret(phrase: str) -> bytes:
    # The oldest phrase: new ones are put in front of it, and a mail may be answered years later.
    return sha256(b"lantoa.channels.email\x1f" + phrase.encode()).digest()
