"""Addresses in a text: found, told apart from our own short ones, and swapped."""

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
_SHORT = re.compile(rf"https?://[^/]+/l/([{LETTERS}]{{{LENGTH}}})")
_TAIL = ".,;:!?…”’*_"


def short_url(code: str) -> str:
    """The address a code has today."""
    return f"{settings.LANTOA_BASE_URL}/l/{code}"


def code_of(address: str) -> str | None:
    """The code when the address looks like a short one, wherever it leads; `links_in` tells whether it is ours."""
    found = _SHORT.fullmatch(address)
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


def links_in(texts: Iterable[str]) -> dict[str, ShortLink]:
    """Address → link, for the short links of ours in these texts, in order: at the place where they were made or where
    this installation stands now. No query when nothing looks like one."""
    asked: dict[str, str] = {}
    for text in texts:
        for match in _ADDRESS.finditer(text):
            address = _bare(match[0])
            if code := code_of(address):
                asked[address] = code
    rows = {row.code: row for row in ShortLink.objects.filter(code__in=asked.values())} if asked else {}
    found = {address: rows[code] for address, code in asked.items() if code in rows}
    return {address: row for address, row in found.items() if address in (row.url, short_url(row.code))}


def targets_in(texts: Iterable[str]) -> dict[str, str]:
    """Code → where it leads, for the short links of ours in these texts."""
    return {row.code: row.target for row in links_in(texts).values()}
