"""Baked pages as bytes in a process, never more than `MOST` of them."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple, Self

from lantoa.portal.baking.shelf import Loaf

MOST = 32 * 2**20
"""Bytes of pages that a process keeps; the one kept longest goes first."""

OK, GONE = "200 OK", "410 Gone"
type Headers = list[tuple[str, str]]


class Form(NamedTuple):
    """A page in one encoding: what a WSGI server is told, and the same as bytes."""

    status: str
    body: bytes
    tag: str
    headers: Headers
    unchanged: Headers
    sent: tuple[bytes, bytes, bytes]
    sent_unchanged: tuple[bytes, bytes, bytes]

    @classmethod
    def of(cls, body: bytes, tag: str, headers: Headers, status: str) -> Self:
        """A form of a page and everything that is said with it."""
        headers = [*headers, ("ETag", tag), ("Content-Length", str(len(body)))]
        unchanged = [one for one in headers if not one[0].startswith("Content-")]
        sent = (b"HTTP/1.1 %s\r\n" % status.encode(), _lines(headers), body)
        sent_unchanged = (b"HTTP/1.1 304 Not Modified\r\n", _lines(unchanged), b"")
        return cls(status, body, tag, headers, unchanged, sent, sent_unchanged)

    def is_known(self, known: str | None) -> bool:
        """Whether a reader has it already, by its `If-None-Match`; what is gone is told each time."""
        return self.status == OK and known is not None and (known.strip() == "*" or self.tag in known)


def _lines(headers: Headers) -> bytes:
    return "".join([*(f"{name.lower()}: {value}\r\n" for name, value in headers), "\r\n"]).encode("latin-1")


@dataclass(slots=True)
class Page:
    """A baked page until a moment of the monotonic clock: as it is, with gzip, with brotli."""

    until: float
    size: int
    forms: dict[str, Form]

    @classmethod
    def of(cls, loaf: Loaf, headers: Headers, *, until: float, status: str = OK) -> Self:
        """A page of a body and the headers that all its encodings share."""
        name = blake2b(loaf[0], digest_size=12).hexdigest()
        shared = [*headers, ("Content-Type", "text/html; charset=utf-8"), ("Vary", "Accept-Encoding, Save-Data")]
        forms = {"": Form.of(loaf[0], f'"{name}"', shared, status)}
        for body, coding in zip(loaf[1:], ("gzip", "br"), strict=True):
            forms[coding] = Form.of(body, f'"{name}-{coding}"', [*shared, ("Content-Encoding", coding)], status)
        return cls(until, sum(map(len, loaf)) + 8192, forms)

    def answer(self, accepts: str, known: str | None, method: str) -> tuple[str, Headers, bytes]:
        """Status, headers and body for what a reader accepts and already has."""
        form = self.forms[coding_of(accepts)]
        if form.is_known(known):
            return "304 Not Modified", form.unchanged, b""
        return form.status, form.headers, form.body if method == "GET" else b""

    def sent(self, accepts: str, known: str | None) -> tuple[bytes, bytes, bytes]:
        """The same answer to a GET as bytes: first line, headers, body; the server's own headers belong after the
        first."""
        form = self.forms[coding_of(accepts)]
        return form.sent_unchanged if form.is_known(known) else form.sent


@lru_cache(256)
def coding_of(accepts: str) -> str:
    """The encoding for an `Accept-Encoding`: `br`, `gzip`, or nothing."""
    wanted = {}
    for part in accepts.lower().split(","):
        coding, _, weight = part.partition(";")
        wanted[coding.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return next((coding for coding in ("br", "gzip") if wanted.get(coding)), "")


class Memory:
    """Pages by address. Reading takes no lock."""

    def __init__(self, most: int = MOST) -> None:
        self._pages: dict[str, Page] = {}
        self._rooms: dict[str, str] = {}
        self._size, self._most, self._lock = 0, most, threading.Lock()
        self.get = self._pages.get

    def put(self, path: str, page: Page, room: str) -> None:
        """Keep a page; others make room for it."""
        with self._lock:
            self._drop(path)
            self._pages[path], self._rooms[path] = page, room
            self._size += page.size
            while self._size > self._most:
                self._drop(next(iter(self._pages)))

    def clear(self, rooms: Collection[str]) -> None:
        """Forget the pages of these rooms."""
        with self._lock:
            for path in [path for path, room in self._rooms.items() if room in rooms]:
                self._drop(path)

    def _drop(self, path: str) -> None:
        page = self._pages.pop(path, None)
        if page is not None:
            del self._rooms[path]
            self._size -= page.size
