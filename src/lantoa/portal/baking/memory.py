"""Baked pages as bytes in a process, never more than `MOST` of them."""

import threading
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import blake2b
from typing import Self

from lantoa.portal.baking.shelf import Loaf

MOST = 32 * 2**20
"""Bytes of pages that a process keeps; the one kept longest goes first."""

OK, GONE = "200 OK", "410 Gone"
type Headers = list[tuple[str, str]]


@dataclass(slots=True)
class Page:
    """A baked page in its three encodings, each with its headers, until a moment of the monotonic clock."""

    until: float
    size: int
    status: str
    plain: tuple[bytes, str, Headers]
    gzip: tuple[bytes, str, Headers]
    brotli: tuple[bytes, str, Headers]

    @classmethod
    def of(cls, loaf: Loaf, headers: Headers, *, until: float, status: str = OK) -> Self:
        """A page of a body and the headers that all its encodings share."""
        name = blake2b(loaf[0], digest_size=12).hexdigest()
        shared = [*headers, ("Content-Type", "text/html; charset=utf-8"), ("Vary", "Accept-Encoding, Save-Data")]
        forms = []
        for body, coding in zip(loaf, ("", "gzip", "br"), strict=True):
            tag = f'"{name}-{coding}"' if coding else f'"{name}"'
            told = [*shared, ("ETag", tag), *([("Content-Encoding", coding)] if coding else [])]
            forms.append((body, tag, [*told, ("Content-Length", str(len(body)))]))
        return cls(until, sum(map(len, loaf)) + 4096, status, *forms)

    def answer(self, accepts: str, known: str | None, method: str) -> tuple[str, Headers, bytes]:
        """Status, headers and body for what a reader accepts and already has."""
        body, tag, headers = self._form(accepts)
        if self.status == OK and known is not None and (known.strip() == "*" or tag in known):
            return "304 Not Modified", [one for one in headers if not one[0].startswith("Content-")], b""
        return self.status, headers, body if method == "GET" else b""

    def _form(self, accepts: str) -> tuple[bytes, str, Headers]:
        if not accepts:
            return self.plain
        wanted = {}
        for part in accepts.lower().split(","):
            coding, _, weight = part.partition(";")
            wanted[coding.strip()] = weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
        if wanted.get("br"):
            return self.brotli
        return self.gzip if wanted.get("gzip") else self.plain


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
