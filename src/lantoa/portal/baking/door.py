"""The HTTP protocol of the server: what is baked is answered as its question arrives, and all else is uvicorn's.

A question is answered here only when it is alone on its connection, whole, and of the plainest form; whatever is not
goes on as if this were not here, and gets the same answer by the longer way. So nothing here needs to be right about
HTTP but the form below.
"""

import asyncio
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

LOOK = 5.0
"""Seconds between two looks at a connection."""
SILENT = 30.0
"""Seconds that the head of a request may take, or a sender or a reader may do nothing in the middle of it."""

_QUESTION = re.compile(rb"GET ((?:/[\w.~-]+)*/?) HTTP/1\.1")
_LINE = rb"([!#$%&'*+.^`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e]*)\r\n"
_LINES, _EACH = re.compile(rb"(?:%s)+\r\n" % _LINE), re.compile(_LINE)
_OTHERS = frozenset({"CONTENT_LENGTH", "TRANSFER_ENCODING", "EXPECT", "UPGRADE", "PROXY_CONNECTION", "TRAILER", "TE"})
"""Headers that change what a request is, or what comes after it."""
_SECRETS = (b"ookie", b"OOKIE", b"uthorization", b"UTHORIZATION")
"""What the names of headers that prove who somebody is end in, as clients write them."""

LONGEST = 4096
"""Bytes of a question that is looked at here."""

type Asked = Mapping[str, str]
type Answer = tuple[bytes, bytes, bytes]
"""First line, headers with the empty line, body."""


def question(data: bytes, is_plain: Callable[[Asked], bool]) -> tuple[str, str, str | None] | None:
    """The path, `Accept-Encoding` and `If-None-Match` of a plain GET; None when anything about it is unusual.

    What is read is remembered, so what opens somebody's account is not read here.
    """
    return None if any(name in data for name in _SECRETS) else _question(data, is_plain)


@lru_cache(1024)
def _question(data: bytes, is_plain: Callable[[Asked], bool]) -> tuple[str, str, str | None] | None:
    first, _, lines = data.partition(b"\r\n")
    path = _QUESTION.fullmatch(first)
    said = asked(lines) if path else None
    if path is None or said is None or not is_plain(said):
        return None
    return path[1].decode(), said.get("HTTP_ACCEPT_ENCODING", ""), said.get("HTTP_IF_NONE_MATCH")


@lru_cache(1024)
def asked(lines: bytes) -> Asked | None:
    """The head of a GET after its first line, as PEP 3333 names it; None when anything about it is unusual."""
    if not _LINES.fullmatch(lines):
        return None
    said = {"REQUEST_METHOD": "GET"}
    for name, value in _EACH.findall(lines):
        key, words = name.decode().upper().replace("-", "_"), value.decode()
        if key in _OTHERS or f"HTTP_{key}" in said or words != words.rstrip(" \t"):
            return None
        said[f"HTTP_{key}"] = words
    return said if said.get("HTTP_CONNECTION", "keep-alive").lower() == "keep-alive" else None


class Second:
    """What is sent within one second: the server's own headers, the date among them, and whole answers."""

    def __init__(self) -> None:
        self._headers: Any = None
        self._own = b""
        self._whole: dict[Answer, bytes] = {}

    def whole(self, answer: Answer, headers: list[tuple[bytes, bytes]]) -> bytes:
        """An answer in one piece, which is sent at half the cost of three."""
        if headers is not self._headers:
            self._headers, self._whole = headers, {}
            self._own = b"".join(b"%s: %s\r\n" % header for header in headers)
        found = self._whole.get(answer)
        if found is None:
            status, head, body = answer
            found = self._whole[answer] = b"".join((status, self._own, head, body))
        return found


_second = Second()


class Door(HttpToolsProtocol):
    """A connection. An application says by `is_plain` and `at_once` what it answers here (`BakedPages`)."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        application = getattr(self.app, "application", None)
        self._is_plain: Any = getattr(application, "is_plain", None)
        self._at_once: Any = getattr(application, "at_once", None)
        self._whole = True
        self._headed = True
        self._heard, self._left = self.loop.time(), 0
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: Any) -> None:
        """Begin to look after it."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(LOOK, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """It is over."""
        if self._timer is not None:
            self._timer.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Answer at once, or hand on."""
        if self._headed:
            self._heard = self.loop.time()
        if self._whole and self._answered(data):
            return
        if self._whole:
            self._whole = self._headed = False
        super().data_received(data)

    def _answered(self, data: bytes) -> bool:
        if (
            self._is_plain is None
            or len(data) > LONGEST
            or self.flow.write_paused
            or not (self.cycle is None or self.cycle.response_complete)
            or (asks := question(data, self._is_plain)) is None
            or (answer := self._at_once(*asks)) is None
        ):
            return False
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        self.transport.write(_second.whole(answer, self.server_state.default_headers))
        return True

    def on_message_begin(self) -> None:
        """A request has begun that is not answered at once."""
        self._whole = self._headed = False
        super().on_message_begin()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a header; what follows a body is none."""
        if not self._headed:
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        """Its head is here."""
        self._headed = True
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """All of it is here."""
        self._whole = True
        super().on_message_complete()

    def _unsupported_upgrade_warning(self) -> None:
        """Whoever asks for another protocol is answered in this one, without a word in the log."""

    def _look(self) -> None:
        """Close what nobody uses and what has come to a halt; one timer a connection, not one a request."""
        now, left = self.loop.time(), self.transport.get_write_buffer_size()
        at_work = self._whole and self.cycle is not None and not self.cycle.response_complete
        if left != self._left or (at_work and not left):
            self._heard, self._left = now, left
        if now - self._heard < (SILENT if left or not self._whole else self.timeout_keep_alive):
            self._timer = self.loop.call_later(LOOK, self._look)
        elif left:
            self.transport.abort()
        else:
            self.transport.close()
