"""What is baked is answered at the door exactly as by the longer way, and nothing else is answered there."""

import re
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lantoa.portal.baking import door, oven
from lantoa.portal.baking.layer import BakedPages
from lantoa.portal.baking.memory import Page
from tests.config.conftest import Served, serve  # noqa: F401

HOST = "mau.example"
BODY = "<p>Bà con góp vốn nuôi cua.</p>".encode() * 2000


class Counted(BakedPages):
    """Baked pages that count who came by which way."""

    quick = slow = 0

    def at_once(self, path: str, accepts: str, known: str | None) -> Any:
        answer = super().at_once(path, accepts, known)
        self.quick += answer is not None
        return answer

    def __call__(self, environ: Any, start: Any) -> Any:
        self.slow += 1
        return super().__call__(environ, start)


def django(environ: Any, start: Any) -> list[bytes]:
    start("404 Not Found", [("Content-Type", "text/plain"), ("Vary", "Cookie")])
    return [environ["PATH_INFO"].encode("latin-1")]


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    from django.conf import settings as told
    from django.test import override_settings

    with override_settings(LANTOA_BASE_URL=f"http://{HOST}"):
        assert f"http://{HOST}" == told.LANTOA_BASE_URL
        pages = Counted(django, tmp_path_factory.mktemp("baked"))
    pages._seeing = time.monotonic() + 600
    for path in ("/", "/tin/mot/", "/tin/mot_hai.3~/"):
        headers = [*pages._headers, ("Content-Language", "vi")]
        pages._memory.put(path, Page.of(oven.loaf(BODY), headers, until=time.monotonic() + 600), "tin")
    return pages


@pytest.fixture
def served(serve: Callable[[Any], Served], pages: Counted) -> Served:  # noqa: F811
    pages.quick = pages.slow = 0
    return serve(pages)


def head(*lines: str, first: str = "GET /tin/mot/ HTTP/1.1") -> bytes:
    return "".join(f"{line}\r\n" for line in (first, *(lines or (f"Host: {HOST}",)), "")).encode()


def answers(served: Served, question: bytes, *parts: bytes) -> list[bytes]:
    """Every answer in what came back, without the date."""
    heard = re.sub(rb"\r\ndate: [^\r]*", b"", served.say(question, *parts, pause=0.2 if parts else 0))
    return heard.split(b"HTTP/1.1 ")[1:]


LINES = st.sampled_from([
    "Accept-Encoding: gzip, deflate, br", "Accept-Encoding: gzip;q=1.0, br;q=0", "Accept-Encoding: BR", "Accept: */*",
    'If-None-Match: "x"', "If-None-Match: *", "If-None-Match:", "User-Agent: Nokia; (x)", "Range: bytes=0-9",
    "Connection: keep-alive", "Connection: close", "Connection: Upgrade", "Proxy-Connection: close", "Upgrade: h2c",
    "Cookie: sessionid=1", "Cookie:", "Authorization: Basic x", "Save-Data: on", "Save_Data: on", "X_Forwarded_For: 1",
    "Content-Length: 0", "Expect: 100-continue", "TE: trailers", f"Host: {HOST}", "Host: other.example",
    f"Host: {HOST} ", f"host:\t{HOST}", f"Host: {HOST.upper()}", "If-Modified-Since: Thu, 01 Jan 2026 00:00:00 GMT",
])  # fmt: skip
FIRST = st.sampled_from([
    "GET / HTTP/1.1", "GET /tin/mot/ HTTP/1.1", "GET /tin/mot_hai.3~/ HTTP/1.1", "GET /tin/hai/ HTTP/1.1",
    "GET /tin/mot/? HTTP/1.1", "GET /tin/mot/?a=1 HTTP/1.1", "GET /tin/m%6Ft/ HTTP/1.1", "HEAD /tin/mot/ HTTP/1.1",
    "GET //tin/mot/ HTTP/1.1", "GET /tin/mot/ HTTP/1.0", f"GET http://{HOST}/tin/mot/ HTTP/1.1", "get / HTTP/1.1",
    "POST /tin/mot/ HTTP/1.1", "GET /tin/mot/#a HTTP/1.1", "GET  / HTTP/1.1", "GET /tin/../tin/mot/ HTTP/1.1",
])  # fmt: skip


@given(first=FIRST, lines=st.lists(LINES, max_size=4), named=st.booleans())
@example(first="GET / HTTP/1.1", lines=["Accept-Encoding: br"], named=True)
@settings(max_examples=40)
def test_both_ways_answer_alike(served: Served, first: str, lines: list[str], named: bool) -> None:
    question = head(*([f"Host: {HOST}"] if named else []), *lines, first=first)
    at_the_door = answers(served, question)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(door.Door, "_answered", lambda self, data: False)
        assert at_the_door == answers(served, question)


def test_a_plain_question_is_answered_at_the_door_with_its_date(served: Served, pages: Counted) -> None:
    said = served.say(head(f"Host: {HOST}", "Accept-Encoding: gzip"))
    assert re.match(rb"HTTP/1\.1 200 OK\r\ndate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\n", said)
    tag = re.search(rb'etag: ("[^"]+-gzip")', said)
    assert tag
    again = served.say(head(f"Host: {HOST}", f"If-None-Match: {tag[1].decode()}", "Accept-Encoding: gzip"))
    assert again.startswith(b"HTTP/1.1 304 Not Modified\r\ndate: ")
    assert again.endswith(b"\r\n\r\n")
    assert b"content-" not in again.replace(b"content-security", b"").replace(b"x-content", b"")
    assert (pages.quick, pages.slow) == (2, 0)


PLAIN = head()


@pytest.mark.parametrize(("parts", "statuses", "quick"), [
    ([PLAIN, PLAIN, PLAIN], [200, 200, 200], 3),
    ([PLAIN + PLAIN], [200, 200], 0),
    ([PLAIN[:30], PLAIN[30:]], [200], 0),
    ([PLAIN[:30], PLAIN[30:] + PLAIN, PLAIN], [200, 200, 200], 1),
    ([PLAIN[:-1], PLAIN[-1:], PLAIN], [200, 200], 1),
    ([head(f"Host: {HOST}", "Content-Length: 5", first="POST /x HTTP/1.1"), PLAIN[:5], PLAIN], [404, 200], 1),
    # the body of somebody's request is nobody's question, however it looks
    ([head(f"Host: {HOST}", f"Content-Length: {len(PLAIN)}", first="POST /x HTTP/1.1"), PLAIN], [404], 0),
    ([head(f"Host: {HOST}", f"Content-Length: {len(PLAIN)}"), PLAIN], [200], 0),
    ([head(f"Host: {HOST}", "Transfer-Encoding: chunked", first="POST /x HTTP/1.1"), PLAIN], [400], 0),
    ([head(f"Host: {HOST}", "Content-Length: 0", "Transfer-Encoding: chunked"), PLAIN], [400], 0),
    ([head(f"Host: {HOST}", "Transfer-Encoding: chunked", "Transfer-Encoding: identity"), PLAIN], [400], 0),
    ([head(f"Host : {HOST}")], [400], 0),
    ([head(f"Host: {HOST}", " folded")], [400], 0),
    ([head(f"Host: {HOST}", "X: a\r b")], [400], 0),
    ([PLAIN.replace(b"\r\n", b"\n")], [400], 0),
    ([PLAIN.replace(b"\r\n", b"\n", 1)], [400], 0),
    ([head(f"Host: {HOST}", "Host: other.example")], [404], 0),
    ([head("Host: other.example")], [404], 0),
    ([head(f"Host: {HOST}", "X: \0")], [400], 0),
    ([b"\r\n" + PLAIN, PLAIN], [200, 200], 1),
])  # fmt: skip
def test_only_a_question_that_is_alone_and_whole_is_answered_at_the_door(
    served: Served, pages: Counted, parts: list[bytes], statuses: list[int], quick: int
) -> None:
    found = [int(answer[:3]) for answer in answers(served, *parts)]
    assert (found, pages.quick) == (statuses, quick)


def test_what_is_not_vouched_for_or_too_old_or_gone_is_not_answered_at_the_door(
    served: Served, pages: Counted, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(pages, "_seeing", time.monotonic() - 1)
        assert answers(served, PLAIN)[0].startswith(b"404")
    page = pages._memory.get("/tin/mot/")
    with monkeypatch.context() as patch:
        patch.setattr(page, "until", time.monotonic() - 1)
        assert answers(served, PLAIN)[0].startswith(b"404")
    pages._memory.put("/tin/ba/", page, "khac")
    question = head(first="GET /tin/ba/ HTTP/1.1")
    assert answers(served, question)[0].startswith(b"200")
    pages._memory.clear({"khac"})
    assert answers(served, question)[0].startswith(b"404")
    assert pages.quick == 1


def test_a_reader_who_takes_nothing_gets_no_more_than_fits(served: Served, pages: Counted) -> None:
    with served.connect(small=True) as line:
        line.sendall(PLAIN)
        assert line.recv(1) == b"H"
        for _ in range(400):
            with suppress(BlockingIOError):
                line.send(PLAIN, socket.MSG_DONTWAIT)
            time.sleep(0.002)
        assert 0 < pages.quick < 200


def test_connections_that_do_nothing_are_closed(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("LOOK", 0.1), ("SILENT", 0.5)):
        monkeypatch.setattr(door, name, seconds)
    served.server.config.timeout_keep_alive = 1  # type: ignore[assignment]
    began = time.monotonic()
    with served.connect() as empty, served.connect() as half, served.connect() as used, served.connect() as body:
        half.sendall(PLAIN[:10])
        body.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
        for _ in range(8):
            used.sendall(PLAIN)
            assert used.recv(len(BODY) + 4096).startswith(b"HTTP/1.1 200")
            time.sleep(0.2)
            with suppress(OSError):
                half.sendall(b"a")  # one byte and another does not count as haste
            _empty(used)
        assert time.monotonic() - began > 1.5  # a connection in use is not closed
        for line in (half, body, empty, used):
            with suppress(ConnectionResetError):
                assert line.recv(4096) == b""
    assert time.monotonic() - began < 6


def _empty(line: socket.socket) -> None:
    line.settimeout(0.05)
    with suppress(TimeoutError):
        while line.recv(65536):
            pass
    line.settimeout(10)


@pytest.mark.parametrize("secret", [b"Cookie: sessionid=k", b"cookie: sessionid=k", b"Authorization: Basic k"])
def test_nothing_that_opens_an_account_is_remembered(secret):
    before = door._question.cache_info().currsize
    assert door.question(b"GET / HTTP/1.1\r\nHost: a\r\n" + secret + b"\r\n\r\n", lambda _asked: True) is None
    assert door._question.cache_info().currsize == before
