"""Refusals that no table explains: whether they mean the message or the account is learnt from what else is taken.

A refusal of the message ends it, so it is said only when it is proven: refused twice with another message taken in
between. Until then the message waits, and where nothing is taken at all, or several in a row are not, so does the
account, for a person to read the gateway's words.
"""

from collections import OrderedDict
from datetime import timedelta
from functools import lru_cache
from hashlib import sha256

from lantoa.channels.contract import AccountProblem, Rejected, Retry, SendProblem

IN_A_ROW = 3
"""Unexplained refusals without a message taken from which on the account is thought to be meant."""
AGAIN = timedelta(minutes=1)
"""How long one message waits while others are taken."""
REMEMBERED = 10_000
"""Messages whose first refusal is kept in mind; one forgotten is only asked once more."""


class Unexplained:
    """What one login has been told lately, in this process; every transport of the login shares it."""

    def __init__(self) -> None:
        self._taken = self._in_a_row = 0
        self._refused: OrderedDict[str, int] = OrderedDict()

    def took(self) -> None:
        """Note that the gateway took a message."""
        self._taken, self._in_a_row = self._taken + 1, 0

    def meaning(self, key: str, reason: str) -> SendProblem:
        """Return what an unexplained refusal of this message means, as far as is known."""
        self._in_a_row += 1
        if self._taken > self._refused.setdefault(key, self._taken):
            del self._refused[key]
            return Rejected(reason)
        while len(self._refused) > REMEMBERED:
            self._refused.popitem(last=False)
        if self._taken and self._in_a_row < IN_A_ROW:
            return Retry(reason, after=AGAIN)
        return AccountProblem(reason)


def told(*login: str) -> Unexplained:
    """Return what a login has been told so far; a changed login begins anew."""
    return _told(sha256("\x1f".join(login).encode("utf-8", "replace")).digest())


@lru_cache(maxsize=64)
def _told(_login: bytes) -> Unexplained:
    return Unexplained()
