"""Addresses in a text: found, told apart from our own short ones, and swapped. Pure, but for `targets_in`."""

import re
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from django.conf import settings

from lantoa.outreach.models import ShortLink

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
"""None that a reader mistakes for another."""
LENGTH = 7
LONGEST = 2000
"""Characters of an address that is taken; a longer one stays in the text as it is."""

_ADDRESS = re.compile(r"https?://[^\s<>\"'`{}|\\^]+", re.IGNORECASE)
_OURS = re.compile(rf"/l/([{LETTERS}]{{{LENGTH}}})")
_TAIL = ".,;:!?…”’*_"


def short_url(code: str) -> str:
    """The address people press."""
    return f"{settings.LANTOA_BASE_URL}/l/{code}"


def code_of(address: str) -> str | None:
    """The code when the address is one of our short ones."""
    stem = settings.LANTOA_BASE_URL
    found = _OURS.fullmatch(address[len(stem) :]) if address.startswith(stem) else None
    return found[1] if found else None


def swapped(text: str, swap: Callable[[str], str]) -> str:
    """The text with every address replaced by what `swap` makes of it; the punctuation after one stays."""

    def each(found: re.Match[str]) -> str:
        address = _bare(found[0])
        return swap(address) + found[0][len(address) :] if _leads_somewhere(address) else found[0]

    return _ADDRESS.sub(each, text)


def _bare(found: str) -> str:
    """An address without the sentence's own marks: "(xem https://a.vn/b)." → "https://a.vn/b"."""
    while found:
        last = found[-1]
        if last in _TAIL or (last in ")]" and found.count(last) > found.count("(["[")]".index(last)])):
            found = found[:-1]
        else:
            break
    return found


def _leads_somewhere(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname) and len(address) <= LONGEST
    except ValueError:
        return False


def codes_in(texts: Iterable[str]) -> list[str]:
    """The codes of our short links in these texts, each once, in order."""
    found: dict[str, None] = {}
    for text in texts:
        for match in _ADDRESS.finditer(text):
            if code := code_of(_bare(match[0])):
                found[code] = None
    return list(found)


def targets_in(texts: Iterable[str]) -> dict[str, str]:
    """Code → where it leads, for the short links in these texts that exist; no query when there is none."""
    codes = codes_in(texts)
    return dict(ShortLink.objects.filter(code__in=codes).values_list("code", "target")) if codes else {}
