"""The pool of connections: did the request leave, did a whole answer come, and is the socket still good?"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Self

import pytest

from lantoa.channels import http1
from lantoa.channels.contract import Retry, Unknown
from lantoa.channels.http1 import Answer, HttpPool, NeverLeft, NoAnswer
from lantoa.channels.wire import post_json

OK = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'
type Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Server:
    """A server that says what a test tells it to; counts connections and keeps requests."""

    def __init__(self, talk: Talk) -> None:
        self._talk, self.connections, self.requests = talk, 0, []

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/send?x=1"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                self.requests.append(head + await reader.readexactly(length))
                await self._talk(reader, writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def saying(*pieces: bytes, close: bool = False) -> Talk:
    async def talk(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.01)
        if close:
            writer.transport.abort()

    return talk


def ask(talk: Talk, times: int = 1, **more: object) -> tuple[list[object], Server]:
    """Post several times over one pool; returns what came back or was raised, and the server."""

    async def run() -> tuple[list[object], Server]:
        pool, found = HttpPool(connections=1, timeout=float(more.get("timeout", 5))), []
        async with Server(talk) as server:
            for _ in range(times):
                try:
                    found.append(await pool.post(server.url, b'{"a":"\xc4\x91"}', {"access_token": "t"}))
                except (NeverLeft, NoAnswer) as problem:
                    found.append(problem)
            await pool.close()
            return found, server

    return asyncio.run(run())


def test_one_connection_carries_many_requests_and_says_what_http_asks_for() -> None:
    found, server = ask(saying(OK), times=3)
    assert found == [Answer(200, "", b'{"ok":true}')] * 3
    assert server.connections == 1
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"POST /send?x=1 HTTP/1.1"
    assert {b"Content-Type: application/json; charset=utf-8", b"access_token: t", b"Content-Length: 10"} <= set(lines)
    assert body == '{"a":"đ"}'.encode()


def test_an_answer_in_pieces_is_read_to_its_end() -> None:
    found, _server = ask(saying(OK[:20], OK[20:70], OK[70:80], OK[80:]))
    assert found == [Answer(200, "", b'{"ok":true}')]
    chunked = b"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n"
    found, _server = ask(saying(chunked, b"0\r\n\r\n"))
    assert found == [Answer(429, "7", b"{}")]


@pytest.mark.parametrize(
    ("talk", "why"),
    [
        (saying(b"", close=True), "nothing, then gone"),
        (saying(OK[:60], close=True), "half an answer"),
        (saying(b"SMTP ready\r\n\r\n"), "another protocol"),
        (saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n" + b"x" * (http1.MAX_REPLY + 1)), "too long"),
    ],
)
def test_without_a_whole_answer_nobody_can_tell_and_the_socket_is_not_used_again(talk: Talk, why: str) -> None:
    found, server = ask(talk, times=2)
    assert [type(one) for one in found] == [NoAnswer, NoAnswer], why
    assert server.connections == 2


def test_a_server_that_dribbles_does_not_hold_a_sender_for_ever() -> None:
    async def dribble(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        for byte in OK:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.05)

    found, _server = ask(dribble, timeout=0.3)
    assert [str(one) for one in found] == ["timeout"]


def test_a_connection_that_the_server_closed_meanwhile_is_not_used_again() -> None:
    async def run() -> int:
        pool = HttpPool(connections=1, timeout=5)
        async with Server(saying(OK + b"")) as server:
            await pool.post(server.url, b"{}")
            for _target, connection in pool._idle:
                connection.transport.abort()
            await asyncio.sleep(0.01)
            await pool.post(server.url, b"{}")
            return server.connections

    assert asyncio.run(run()) == 2


def test_a_connection_that_the_server_will_close_is_let_go_without_waiting_for_it() -> None:
    gone = asyncio.Event()

    async def last(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(OK.replace(b"\r\n", b"\r\nConnection: close\r\n", 1))
        with contextlib.suppress(ConnectionError):
            assert await reader.read(1) == b""
        gone.set()

    async def run() -> None:
        pool = HttpPool(connections=1, timeout=5)
        async with Server(last) as server:
            await pool.post(server.url, b"{}")
            async with asyncio.timeout(2):
                await gone.wait()

    asyncio.run(run())


def test_bytes_nobody_asked_for_put_the_connection_out_of_step() -> None:
    found, server = ask(saying(OK + OK), times=2)
    assert found[0] == Answer(200, "", b'{"ok":true}')
    assert server.connections == 2


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/x", "ftp://127.0.0.1/x", "http:///x", "http://a b/", "x"])
def test_what_never_left_is_said_to_be_so(url: str) -> None:
    async def run() -> None:
        with pytest.raises(NeverLeft):
            await HttpPool(connections=1, timeout=1).post(url, b"{}")

    asyncio.run(run())


def test_a_header_cannot_smuggle_another_one() -> None:
    async def run() -> None:
        async with Server(saying(OK)) as server:
            with pytest.raises(NeverLeft):
                await HttpPool(connections=1, timeout=1).post(server.url, b"{}", {"access_token": "x\r\nHost: evil"})
            assert server.requests == []

    asyncio.run(run())


def test_no_more_sockets_than_allowed_and_a_cancelled_wait_loses_no_turn() -> None:
    async def slow(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(0.05)
        writer.write(OK)

    async def run() -> tuple[int, int]:
        pool = HttpPool(connections=2, timeout=5)
        async with Server(slow) as server:
            asked = [asyncio.create_task(pool.post(server.url, b"{}")) for _ in range(12)]
            await asyncio.sleep(0.02)
            for task in asked[4:7]:
                task.cancel()
            done = await asyncio.gather(*asked, return_exceptions=True)
            await pool.close()
            return server.connections, sum(isinstance(one, Answer) for one in done)

    assert asyncio.run(run()) == (2, 9)


def test_the_problems_of_the_wire_become_those_of_the_contract() -> None:
    async def run(talk: Talk) -> object:
        async with Server(talk) as server:
            try:
                return await post_json(HttpPool(connections=1, timeout=1), server.url, {})
            except (Retry, Unknown) as problem:
                return type(problem)

    async def refused() -> None:
        with pytest.raises(Retry):
            await post_json(HttpPool(connections=1, timeout=1), "http://127.0.0.1:1/", {})

    assert asyncio.run(run(saying(OK))) == {"ok": True}
    assert asyncio.run(run(saying(OK[:50], close=True))) is Unknown
    assert asyncio.run(run(saying(OK.replace(b'{"ok":true}', b"[1,2,3,4,5]")))) is Unknown
    asyncio.run(refused())
