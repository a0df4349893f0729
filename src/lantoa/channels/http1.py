"""HTTP/1.1 calls over lasting connections: as little as a sender of a million small messages needs.

llhttp (through `httptools`) reads the answers; what is written here is the pool and the one distinction that a delivery
ledger lives by: did the request leave the house or not? See docs/adr/0006 for why this is not a general client.
"""

import asyncio
import ssl
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import httptools

MAX_REPLY = 64 * 1024
"""Bytes of a provider's reply worth reading; a longer one is not a reply we know."""
IDLE = 15.0
"""Seconds after which an idle connection is not used again: a POST on one that the provider just closed is in doubt."""


class NeverLeft(Exception):
    """No byte of the request was written: nothing can have been accepted."""


class NoAnswer(Exception):
    """The request left and no whole answer came back."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    retry_after: str
    body: bytes
    noted: str = ""  # the value of the header that the pool was told to note


class _Connection(asyncio.Protocol):
    """One socket with at most one request in the air."""

    def __init__(self, max_reply: int, note: bytes) -> None:
        self.transport: asyncio.Transport | None = None
        self._max_reply, self._note = max_reply, note
        self.used_at = 0.0
        self.reusable = True
        self._answer: asyncio.Future[Answer] | None = None
        self._reset()

    def _reset(self) -> None:
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._size = 0
        self._retry_after = self._noted = ""

    def send(self, request: bytes, answer: "asyncio.Future[Answer]") -> None:
        """Write a request; its answer, or the reason why none comes, ends up in the future."""
        assert self.transport is not None
        self._answer = answer
        self.transport.write(request)

    def close(self) -> None:
        """Let the socket go."""
        self.reusable = False
        if self.transport is not None:
            self.transport.abort()

    # asyncio's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        if self._answer is None:  # nobody asked: whatever it is, this connection is out of step
            self.close()
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as error:
            self._fail(type(error).__name__)

    def eof_received(self) -> None:
        self._fail("closed")

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail(type(exc).__name__ if exc else "closed")

    # llhttp's calls

    def on_header(self, name: bytes, value: bytes) -> None:
        if len(name) == 11 and name.lower() == b"retry-after":
            self._retry_after = value.decode("latin-1")
        elif name and len(name) == len(self._note) and name.lower() == self._note:
            self._noted = value.decode("latin-1")

    def on_body(self, body: bytes) -> None:
        self._size += len(body)
        self._body.append(body)
        if self._size > self._max_reply:
            self._fail("too long")

    def on_message_complete(self) -> None:
        answer, self._answer = self._answer, None
        if answer is None:  # a second answer to one request
            self.close()
            return
        status = self._parser.get_status_code()
        self.reusable = self.reusable and self._parser.should_keep_alive()
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        if not answer.done():
            answer.set_result(Answer(status, self._retry_after, body, self._noted))
        self._body, self._size, self._retry_after, self._noted = [], 0, "", ""

    def _fail(self, why: str) -> None:
        answer, self._answer = self._answer, None
        self.close()
        if answer is not None and not answer.done():
            answer.set_exception(NoAnswer(why))


@dataclass(frozen=True, slots=True)
class _Target:
    """Where a URL leads, and the part of every request's head that is always the same."""

    host: str
    port: int
    secure: bool
    head: bytes  # from the path on


type Guard = Callable[[str, int], Awaitable[str]]
"""From a host and a port to the one address to connect to; raises NeverLeft where nobody may be led."""


class HttpPool:
    """At most `connections` sockets to one provider; `timeout` seconds from a request to its whole answer.

    `note` is a header of the answers, in lower case, that the caller wants to see beside the body.
    """

    def __init__(
        self, *, connections: int, timeout: float, content_type: str = "application/json", accept: str = "",
        max_reply: int = MAX_REPLY, guard: Guard | None = None, note: bytes = b"",
    ) -> None:  # fmt: skip
        self._most, self._timeout = connections, timeout
        self._types = f"Accept: {accept or content_type}\r\nContent-Type: {content_type}; charset=utf-8\r\n"
        self._max_reply, self._guard, self._note = max_reply, guard, note
        self._targets: dict[str, _Target] = {}
        self._idle: list[tuple[_Target, _Connection]] = []
        self._busy = 0
        self._waiting: deque[asyncio.Future[None]] = deque()

    async def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """Post `body`; raises NeverLeft or NoAnswer, nothing else (but what cancels it)."""
        return await self.call(b"POST", url, body, headers)

    async def call(self, method: bytes, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Answer:
        """The same by another method. The head of every address is remembered: not for addresses without number."""
        target = self._targets.get(url) or self._target(url)
        more = "".join(f"{name}: {value}\r\n" for name, value in headers.items()) if headers else ""
        if headers and more.count("\n") != len(headers):
            raise NeverLeft("a header holds a line break")
        while self._busy >= self._most:
            await self._turn()
        self._busy += 1
        connection: _Connection | None = None
        try:
            connection = self._fresh(target) or await self._connect(target)
            return await self._exchange(
                connection,
                b"%b %b%bContent-Length: %d\r\n\r\n%b" % (method, target.head, more.encode("latin-1"), len(body), body),
            )
        except BaseException:
            if connection is not None:
                connection.close()
            raise
        finally:
            self._busy -= 1
            if connection is not None:
                self._keep_or_close(target, connection)
            if self._waiting:
                self._wake()

    def _keep_or_close(self, target: _Target, connection: _Connection) -> None:
        if connection.reusable:
            connection.used_at = asyncio.get_running_loop().time()
            self._idle.append((target, connection))
        else:  # the server said that it would close: it need not be waited for
            connection.close()

    async def close(self) -> None:
        """Let every idle connection go; safe to call twice."""
        idle, self._idle = self._idle, []
        for _target, connection in idle:
            connection.close()
        await asyncio.sleep(0)  # the loop lets the sockets go, which may end right after

    async def _exchange(self, connection: _Connection, request: bytes) -> Answer:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Answer] = loop.create_future()
        alarm = loop.call_later(self._timeout, _expire, answer)
        try:
            connection.send(request, answer)
            return await answer
        finally:
            alarm.cancel()

    def _fresh(self, target: _Target) -> _Connection | None:
        """An idle connection to the target that is still good; others are let go."""
        now = asyncio.get_running_loop().time()
        while self._idle:
            found, connection = self._idle.pop()
            if found is target and connection.reusable and now - connection.used_at < IDLE:
                return connection
            connection.close()
        return None

    async def _connect(self, target: _Target) -> _Connection:
        loop = asyncio.get_running_loop()
        secure = ssl.create_default_context() if target.secure else None
        try:
            async with asyncio.timeout(min(self._timeout, 10)):
                host = await self._guard(target.host, target.port) if self._guard else target.host
                _transport, connection = await loop.create_connection(
                    lambda: _Connection(self._max_reply, self._note),
                    host,
                    target.port,
                    ssl=secure,
                    server_hostname=target.host if secure else None,
                    happy_eyeballs_delay=0.25,
                )
        except (OSError, TimeoutError, ssl.SSLError) as error:
            raise NeverLeft(type(error).__name__) from error
        return connection

    def _target(self, url: str) -> _Target:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise NeverLeft("not a web address")
        secure = parts.scheme == "https"
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        if not path.isascii() or any(character <= " " for character in path + parts.netloc):
            raise NeverLeft("not a web address")
        head = f"{path} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\nUser-Agent: LanToa\r\n{self._types}"
        target = _Target(parts.hostname, parts.port or (443 if secure else 80), secure, head.encode("latin-1"))
        self._targets[url] = target
        return target

    async def _turn(self) -> None:
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append(waiting)
        try:
            await waiting
        except asyncio.CancelledError:
            if waiting.done() and not waiting.cancelled():
                self._wake()  # this turn was given and is not used: to the next
            raise

    def _wake(self) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return


def _expire(answer: "asyncio.Future[Answer]") -> None:
    if not answer.done():
        answer.set_exception(NoAnswer("timeout"))
