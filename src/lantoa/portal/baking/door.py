"""The HTTP protocol of the server: what is baked is answered as its question arrives, and all else is uvicorn's.

A question is answered here only when it is alone on its connection, whole, and of the plainest form; whatever is not
goes on as if this were not here, and gets the same answer by the longer way. So nothing here needs to be right about
HTTP but the form below.
"""

import asyncio
import re
from collections.abc import Mapping
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


@lru_cache(1024)
def asked(lines: bytes) -> Mapping[str, str] | None:
    """The head of a plain GET after its first line as PEP 3333 names it; None when anything about it is unusual."""
    if not _LINES.fullmatch(lines):
        return None
    said = {"REQUEST_METHOD": "GET"}
    for name, value in _EACH.findall(lines):
        key, words = name.decode().upper().replace("-", "_"), value.decode()
        if key in _OTHERS or f"HTTP_{key}" in said or words != words.rstrip(" \t"):
            return None
        said[f"HTTP_{key}"] = words
    return said if said.get("HTTP_CONNECTION", "keep-alive").lower() == "keep-alive" else None


class Door(HttpToolsProtocol):
    """A connection. An application with `at_once(path, asked)` may answer by it: the head without its first lines, and
    the body; or None."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._at_once = getattr(getattr(self.app, "application", None), "at_once", None)
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
        if self._whole and self._at_once is not None and self._answered(data):
            return
        if self._whole:
            self._whole = self._headed = False
        super().data_received(data)

    def _answered(self, data: bytes) -> bool:
        if self.flow.write_paused or not (self.cycle is None or self.cycle.response_complete):
            return False
        first, _, lines = data.partition(b"\r\n")
        question = _QUESTION.fullmatch(first)
        if question is None or len(lines) > 2048 or (said := asked(lines)) is None:
            return False
        answer = self._at_once(question[1].decode(), said)
        if answer is None:
            return False
        if self.timeout_keep_alive_task is not None:
            self._unset_keepalive_if_required()
        status, head, body = answer
        self.transport.writelines((status, self._standing(), head, body))
        return True

    def _standing(self) -> bytes:
        """The server's own headers, the date among them, made once a second."""
        headers = self.server_state.default_headers
        if _told[0] is not headers:
            _told[:] = headers, b"".join(b"%s: %s\r\n" % header for header in headers)
        told: bytes = _told[1]
        return told

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


_told: list[Any] = [None, b""]
