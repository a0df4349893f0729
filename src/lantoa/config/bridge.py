"""A WSGI application behind a server that is one loop: bodies come and answers go in the loop, threads only think.

A phone far from the mast takes a minute to send a picture and another to read a page. No thread waits for it: a request
is here as a whole before a thread is asked, and an answer leaves its thread at once. Files are read piece by piece as
they are taken. Only a stream of another kind, which may hold a cursor of the database, keeps the thread that made it,
and it is closed there when its reader has gone.
"""

import asyncio
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from tempfile import SpooledTemporaryFile
from typing import IO, Any
from urllib.parse import unquote_to_bytes

THREADS = 6
"""Requests that a process works on at once."""
STREAMS = 8
"""Streams beside them. Whoever asks for one more is told to come again: it would take the place of requests, for as
long as its reader likes."""
COME_AGAIN = 30
"""Seconds after which there may be a place for a stream."""
BUSY = "Nhiều người đang tải dữ liệu cùng lúc. Xin đợi nửa phút rồi tải lại.\n"
LARGEST = 64 * 2**20
"""Bytes of a body that an application takes unless it says another number (`largest_body`)."""
IN_MEMORY = 128 * 2**10
PIECE = 64 * 2**10
"""Bytes of a file or a stream that are on their way to one reader."""
LINGER = 10.0
"""Seconds for which somebody who sends too much may go on sending, so as to read why it was not taken."""
TOO_LARGE = "Nội dung gửi lên quá lớn: mỗi lần nhiều nhất {most} MB. Hãy chọn tệp nhỏ hơn, hoặc gửi làm nhiều lần.\n"

type Environ = dict[str, Any]
type Headers = list[tuple[str, str]]
type Application = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]
type Receive = Callable[[], Awaitable[Any]]
type Send = Callable[[Any], Awaitable[None]]


class File:
    """`wsgi.file_wrapper`: a file that is read as its reader takes it."""

    def __init__(self, file: Any, size: int = PIECE) -> None:
        self.read: Callable[[], bytes] = partial(file.read, size)
        self.close: Callable[[], None] = getattr(file, "close", lambda: None)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.read, b"")


class Exchange:
    """One request and its answer, between the loop and the thread that works on it."""

    def __init__(self, application: Application, environ: Environ, streams: threading.Semaphore) -> None:
        self.status = ""
        self.headers: Headers = []
        self.begun = asyncio.Event()
        """There is something to send, or the work is done."""
        self._application, self._environ, self._loop = application, environ, asyncio.get_running_loop()
        self._streams, self._written = streams, list[bytes]()
        self._held, self._change = 0, threading.Condition()
        self._come, self._over, self.left = asyncio.Event(), False, False

    def work(self) -> bytes | File | None:
        """In a thread: the whole answer or a file to send; None when it was a stream, and then it has been sent."""
        reply = self._application(self._environ, self._start)
        if isinstance(reply, File):
            return reply
        try:
            if self._is_whole(reply):
                return b"".join([*self._written, *reply])
            if self._environ["REQUEST_METHOD"] == "HEAD":
                return None
            if not self._streams.acquire(blocking=False):
                return self._busy()
            try:
                self._stream(reply)
            finally:
                self._streams.release()
            return None
        finally:
            getattr(reply, "close", lambda: None)()

    def _busy(self) -> bytes:
        self.status = "503 Service Unavailable"
        self.headers = [("Content-Type", "text/plain; charset=utf-8"), ("Retry-After", str(COME_AGAIN)),
                        ("Cache-Control", "no-store")]  # fmt: skip
        return BUSY.encode()

    def _is_whole(self, reply: Iterable[bytes]) -> bool:
        """Whether its parts are here already (Django says so), or it cannot be sent but as a whole."""
        whole = isinstance(reply, (list, tuple)) or getattr(reply, "streaming", True) is False
        return whole or self._environ["SERVER_PROTOCOL"] == "HTTP/1.0"

    def _start(self, status: str, headers: Headers, _error: Any = None) -> Callable[[bytes], None]:
        self.status, self.headers = status, headers
        return self._written.append

    def _stream(self, reply: Iterable[bytes]) -> None:
        for piece in reply:
            with self._change:
                self._change.wait_for(lambda: self.left or self._held < PIECE)
                if self.left:
                    return
                self._written.append(piece)
                self._held += len(piece)
            self._loop.call_soon_threadsafe(self._say, False)

    def _say(self, over: bool) -> None:
        self._over = self._over or over
        self.begun.set()
        self._come.set()

    def done(self, _work: Any) -> None:
        """In the loop: the thread has finished."""
        self._say(True)

    async def pieces(self) -> AsyncGenerator[bytes]:
        """In the loop: the stream as it comes; while nothing is taken its thread waits."""
        while True:
            await self._come.wait()
            self._come.clear()
            with self._change:
                piece, over = b"".join(self._written), self._over
                self._written.clear()
                self._held = 0
                self._change.notify()
            if piece:
                yield piece
            if over:
                return

    async def leave_with_reader(self, receive: Receive) -> None:
        """In the loop: let the thread go when the reader has gone."""
        while (await receive())["type"] != "http.disconnect":
            pass
        self.leave()

    def leave(self) -> None:
        """In the loop: nobody takes any more."""
        with self._change:
            self.left = True
            self._change.notify()


class Bridge:
    """The ASGI application that asks a WSGI application."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self._most: int = getattr(application, "largest_body", LARGEST)
        self._threads = ThreadPoolExecutor(THREADS + STREAMS, "web")
        self._reading = ThreadPoolExecutor(2, "files")
        self._places, self._streams = asyncio.Semaphore(THREADS), threading.Semaphore(STREAMS)

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer a request."""
        declared, size = dict(scope["headers"]).get(b"content-length", b"0"), 0
        with SpooledTemporaryFile(IN_MEMORY) as body:
            while max(size, int(declared)) <= self._most:
                message = await receive()
                if message["type"] == "http.disconnect":
                    return  # half a body is none
                size += len(message["body"])
                body.write(message["body"])
                if not message["more_body"] and size <= self._most:
                    body.seek(0)
                    exchange = Exchange(self.application, environ_of(scope, body, size), self._streams)
                    await self._answer(exchange, scope, receive, send)
                    return
        await self._refuse(receive, send)

    async def _answer(self, exchange: Exchange, scope: Any, receive: Receive, send: Send) -> None:
        async with self._places:
            work = asyncio.get_running_loop().run_in_executor(self._threads, exchange.work)
            work.add_done_callback(exchange.done)
            await exchange.begun.wait()
        reply = work.result() if work.done() else None
        if isinstance(reply, bytes):
            await send(_start(exchange.status, _measured(exchange, reply, scope)))
            await send({"type": "http.response.body", "body": reply})
            return
        pieces = exchange.pieces() if reply is None else self._pieces(reply, exchange, scope["method"])
        leaving = asyncio.create_task(exchange.leave_with_reader(receive))
        try:
            await send(_start(exchange.status, exchange.headers))
            async for piece in pieces:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await work  # what went wrong in the middle of a stream cuts its connection off
            if not exchange.left:
                await send({"type": "http.response.body"})
        finally:
            leaving.cancel()
            exchange.leave()
            await pieces.aclose()

    async def _pieces(self, file: File, exchange: Exchange, method: str) -> AsyncGenerator[bytes]:
        run = partial(asyncio.get_running_loop().run_in_executor, self._reading)
        try:
            while method != "HEAD" and not exchange.left and (piece := await run(file.read)):
                yield piece
        finally:
            await run(file.close)

    async def _refuse(self, receive: Receive, send: Send) -> None:
        words = TOO_LARGE.format(most=self._most // 2**20).encode()
        said = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(words)))]
        await send(_start("413", [*said, ("Connection", "close")]))
        await send({"type": "http.response.body", "body": words, "more_body": True})
        with suppress(TimeoutError):  # were it closed at once, somebody who still sends could not read this
            async with asyncio.timeout(LINGER):
                while (await receive()).get("more_body"):
                    pass
        await send({"type": "http.response.body"})


def environ_of(scope: Any, body: IO[bytes], size: int) -> Environ:
    """A request as PEP 3333 tells it. A header whose name has an underscore is nobody's: it would look like another."""
    said: dict[str, str] = {}
    for name, value in scope["headers"]:
        if b"_" not in name:
            key, glue = name.decode("latin-1").upper().replace("-", "_"), "; " if name == b"cookie" else ","
            said[key] = f"{said[key]}{glue}{value.decode('latin-1')}" if key in said else value.decode("latin-1")
    environ: Environ = {"CONTENT_TYPE": said.pop("CONTENT_TYPE", "")}
    if said.pop("CONTENT_LENGTH", None) is not None or said.pop("TRANSFER_ENCODING", None) is not None:
        environ["CONTENT_LENGTH"] = str(size)  # it is here as a whole, however it came
    server, client = scope["server"] or ("localhost", 80), scope["client"] or ("", 0)
    return environ | {f"HTTP_{name}": value for name, value in said.items()} | {
        "REQUEST_METHOD": scope["method"], "SCRIPT_NAME": "", "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "SERVER_NAME": server[0], "SERVER_PORT": str(server[1]), "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": client[0], "wsgi.version": (1, 0), "wsgi.url_scheme": scope["scheme"], "wsgi.input": body,
        "wsgi.errors": sys.stderr, "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        "wsgi.file_wrapper": File,
    }  # fmt: skip


def _start(status: str, headers: Headers) -> dict[str, Any]:
    told = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers]
    return {"type": "http.response.start", "status": int(status[:3]), "headers": told}


def _measured(exchange: Exchange, reply: bytes, scope: Any) -> Headers:
    """The headers, with the length that an application left out."""
    known = any(name.lower() == "content-length" for name, _value in exchange.headers)
    if known or scope["method"] == "HEAD" or exchange.status[:3] in ("204", "304"):
        return exchange.headers
    return [*exchange.headers, ("Content-Length", str(len(reply)))]
