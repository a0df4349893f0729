"""Bodies and answers over real sockets: who is slow, who leaves, and what an application is told."""

import http.client
import io
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File as DjangoFile
from django.core.handlers.wsgi import WSGIHandler
from django.http import FileResponse, HttpResponse, StreamingHttpResponse

from lantoa.config import bridge
from lantoa.kernel.partial import answer_with
from tests.config.conftest import Served

MEGABYTE, MARK = 2**20, '"a"'


class Site:
    """A WSGI application that keeps what it was asked, and notes what was closed, where and how often."""

    largest_body = MEGABYTE

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.bodies: list[bytes] = []
        self.closed: list[str] = []
        self.files: list[Path] = []

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        self.asked.append(environ)
        self.bodies.append(environ["wsgi.input"].read())
        return getattr(self, environ["PATH_INFO"].strip("/") or "environ")(environ, start)

    def environ(self, environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
        start("200 OK", [("Content-Type", "application/json"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])
        return [json.dumps({key: value for key, value in environ.items() if isinstance(value, str)}).encode()]

    def file(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        content = Told(self, self.files[0].read_bytes())
        start("200 OK", [("Content-Length", str(len(content.getvalue())))])
        return environ["wsgi.file_wrapper"](content, 8192)

    def stream(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [])
        return Stream(self, 50_000)

    def few(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [])
        return Stream(self, 3)

    def broken(self, environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("200 OK", [])
        return Stream(self, -2000)


class Told(io.BytesIO):
    def __init__(self, site: Site, content: bytes) -> None:
        super().__init__(content)
        self.site = site

    def close(self) -> None:
        self.site.closed.append("file")
        super().close()


class Stream:
    def __init__(self, site: Site, pieces: int) -> None:
        self.site, self.pieces, self.thread, self.taken = site, pieces, threading.get_ident(), 0

    def __iter__(self) -> Iterator[bytes]:
        for number in range(abs(self.pieces)):
            self.taken += 1
            assert threading.get_ident() == self.thread
            yield b"%06d" % number * 200
        if self.pieces < 0:
            raise OSError("the cursor has gone")

    def close(self) -> None:
        assert threading.get_ident() == self.thread
        self.site.closed.append(f"stream after {self.taken}")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    site = Site()
    site.files.append(tmp_path / "large")
    site.files[0].write_bytes(bytes(range(256)) * 4 * 1024 * 10)
    return site


@pytest.fixture
def served(serve: Callable[[Any], Served], site: Site) -> Served:
    return serve(site)


def until(true: Callable[[], Any], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def get(served: Served, path: str, method: str = "GET", **options: Any) -> tuple[int, list[tuple[str, str]], bytes]:
    with closing(http.client.HTTPConnection("127.0.0.1", served.port, timeout=10)) as line:
        line.request(method, path, **options)
        reply = line.getresponse()
        return reply.status, reply.getheaders(), reply.read()


def test_an_application_is_told_what_pep_3333_says(served: Served) -> None:
    head = (
        "Host: a.example\r\nCookie: a=1\r\nAccept: x\r\nCOOKIE: b=2\r\naccept: y\r\nX_Forwarded_For: 6.6.6.6\r\n"
        "Connection: close\r\n"
    )
    said = served.say(f"GET /environ/?q=%C4%91&z HTTP/1.1\r\n{head}\r\n".encode())
    assert said.startswith(b"HTTP/1.1 200 OK\r\ndate: ")
    assert said.count(b"set-cookie: ") == 2
    environ = json.loads(said.partition(b"\r\n\r\n")[2])
    assert environ.items() >= {
        "HTTP_COOKIE": "a=1; b=2", "HTTP_ACCEPT": "x,y", "REMOTE_ADDR": "127.0.0.1", "SCRIPT_NAME": "",
        "PATH_INFO": "/environ/", "QUERY_STRING": "q=%C4%91&z", "SERVER_PROTOCOL": "HTTP/1.1", "REQUEST_METHOD": "GET",
        "SERVER_PORT": str(served.port), "wsgi.url_scheme": "http", "HTTP_HOST": "a.example",
    }.items()  # fmt: skip
    assert "HTTP_X_FORWARDED_FOR" not in environ
    assert "CONTENT_LENGTH" not in environ


def test_a_path_is_told_byte_by_byte(served: Served, site: Site) -> None:
    site.__dict__["\xc3\xa1\xff//x"] = site.environ
    said = served.say(b"GET /%C3%A1%ff//x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    assert json.loads(said.partition(b"\r\n\r\n")[2])["PATH_INFO"] == "/\xc3\xa1\xff//x"


def test_a_body_arrives_whole_in_pieces_of_any_kind(served: Served, site: Site) -> None:
    content = bytes(range(256)) * 2048
    assert get(served, "/", "POST", body=content)[0] == 200
    pieces = [content[start : start + 70_000] for start in range(0, len(content), 70_000)]
    assert get(served, "/", "POST", body=iter(pieces), encode_chunked=True,
               headers={"Transfer-Encoding": "chunked"})[0] == 200  # fmt: skip
    assert site.bodies == [content, content]
    assert [asked["CONTENT_LENGTH"] for asked in site.asked] == [str(len(content))] * 2
    assert "HTTP_TRANSFER_ENCODING" not in site.asked[1]


def test_what_follows_a_body_is_no_header(served: Served, site: Site) -> None:
    served.say(
        b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: Cookie\r\n\r\n"
        b"3\r\nabc\r\n0\r\nCookie: sessionid=1\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n"
    )
    assert site.bodies == [b"abc"]
    assert not {"HTTP_COOKIE", "HTTP_X_FORWARDED_FOR"} & site.asked[0].keys()


@pytest.mark.parametrize(
    "body", [b"Content-Length: 100000\r\n\r\n" + b"x" * 99_999, b"Transfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n"]
)
def test_half_a_body_never_reaches_the_application(served: Served, site: Site, body: bytes) -> None:
    with served.connect() as line:
        line.sendall(b"POST / HTTP/1.1\r\nHost: a\r\n" + body)
    time.sleep(0.3)
    assert site.asked == []


def test_who_sends_too_much_is_told_so(served: Served, site: Site) -> None:
    for body, headers in (
        (b"x" * (MEGABYTE + 1), {}),
        (iter([b"x" * 65536] * 17), {"Transfer-Encoding": "chunked"}),
    ):
        status, _headers, words = get(served, "/", "POST", body=body, headers=headers, encode_chunked=bool(headers))
        assert (status, "nhiều nhất 1 MB" in words.decode()) == (413, True)
    assert get(served, "/", "POST", body=b"x" * MEGABYTE)[0] == 200
    assert len(site.asked) == 1


def test_who_sends_slowly_holds_no_thread(served: Served, site: Site) -> None:
    slow = [served.connect() for _ in range(bridge.THREADS * 5)]
    for line in slow:
        line.sendall(b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc")
    assert get(served, "/")[0] == 200
    slow[0].sendall(b"defghij")
    assert slow[0].recv(4096).startswith(b"HTTP/1.1 200")
    assert site.bodies[-1] == b"abcdefghij"
    for line in slow:
        line.close()


def test_who_reads_a_file_slowly_holds_no_thread_and_gets_it_whole(served: Served, site: Site) -> None:
    slow = [served.connect(small=True) for _ in range(20)]
    for line in slow:
        line.sendall(b"GET /file HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    time.sleep(0.5)
    began = time.monotonic()
    assert [get(served, "/")[0] for _ in range(20)] == [200] * 20
    assert time.monotonic() - began < 2
    assert site.closed == []  # nobody has it whole yet
    for line in slow[1:]:
        line.close()
    until(lambda: len(site.closed) == 19)
    heard = b""
    while more := slow[0].recv(MEGABYTE):
        heard += more
    slow[0].close()
    assert heard.partition(b"\r\n\r\n")[2] == site.files[0].read_bytes()
    until(lambda: site.closed == ["file"] * 20)


def test_a_stream_is_closed_in_its_thread_when_its_reader_leaves_and_when_it_ends(served: Served, site: Site) -> None:
    many = [served.connect(small=True) for _ in range(bridge.STREAMS)]
    for line in many:
        line.sendall(b"GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
        line.recv(1024)
    assert get(served, "/")[0] == 200  # streams have places of their own
    status, headers, body = get(served, "/stream")  # and no others
    assert (status, dict(headers)["retry-after"], "đợi" in body.decode()) == (503, "30", True)
    assert site.closed == ["stream after 0"]
    for line in many:
        line.close()
    until(lambda: len(site.closed) == bridge.STREAMS + 1)
    assert "stream after 50000" not in site.closed  # they waited for their readers
    status, _headers, body = get(served, "/few")
    assert (status, body) == (200, b"".join(b"%06d" % number * 200 for number in range(3)))
    assert site.closed[bridge.STREAMS + 1 :] == ["stream after 3"]


def test_a_stream_that_breaks_does_not_look_whole(served: Served, site: Site) -> None:
    with pytest.raises((http.client.IncompleteRead, ConnectionError)):
        get(served, "/broken")
    assert site.closed == ["stream after 2000"]


def test_readers_without_chunks_and_questions_for_the_head_alone(served: Served, site: Site) -> None:
    old = served.say(b"GET /few HTTP/1.0\r\nHost: a\r\n\r\n")
    assert b"content-length: 3600" in old
    assert b"chunked" not in old
    for path in ("/few", "/file", "/"):
        assert get(served, path, "HEAD")[::2] == (200, b"")
    assert sorted(site.closed) == ["file", "stream after 0", "stream after 3"]


def test_questions_in_a_row_are_answered_in_their_order(served: Served) -> None:
    said = served.say(b"".join(b"GET /environ?%d HTTP/1.1\r\nHost: a\r\n\r\n" % number for number in range(20)))
    found = [said.find(b'"QUERY_STRING": "%d"' % number) for number in range(20)]
    assert found == sorted(found)
    assert -1 not in found


def test_a_question_for_another_protocol_is_answered_in_this_one(served: Served, caplog: Any) -> None:
    upgrade = b"Connection: Upgrade\r\nUpgrade: %s\r\n"
    for protocol in (b"websocket", b"h2c"):
        said = served.say(b"GET / HTTP/1.1\r\nHost: a\r\n" + upgrade % protocol + b"\r\n")
        assert said.startswith(b"HTTP/1.1 200")


def test_django_answers_in_its_ways(serve: Callable[[Any], Served], tmp_path: Path, monkeypatch: Any) -> None:
    (tmp_path / "film").write_bytes(b"0123456789" * 1000)
    closed: list[str] = []

    def lines() -> Iterator[str]:
        try:
            for number in range(5):
                yield f"{number}\n"
        finally:
            closed.append("lines")

    def respond(handler: Any, request: Any) -> Any:
        if request.path == "/tep":
            return FileResponse((tmp_path / "film").open("rb"))
        if request.path == "/khuc":
            return answer_with(DjangoFile((tmp_path / "film").open("rb")), request, etag=MARK, content_type="video/mp4")
        return StreamingHttpResponse(lines()) if request.path == "/dong" else HttpResponse("chào")

    monkeypatch.setattr(WSGIHandler, "load_middleware", lambda self: None)
    monkeypatch.setattr(WSGIHandler, "get_response", respond)
    served = serve(WSGIHandler())
    assert get(served, "/tep")[2] == b"0123456789" * 1000
    status, headers, body = get(served, "/khuc", headers={"Range": "bytes=5-14"})
    assert (status, body, dict(headers)["content-length"]) == (206, b"5678901234", "10")
    assert get(served, "/dong")[2] == b"0\n1\n2\n3\n4\n"
    assert closed == ["lines"]
    status, headers, body = get(served, "/")
    assert (body.decode(), dict(headers)["content-length"]) == ("chào", "5")


def test_a_server_that_ends_lets_what_is_in_flight_finish(served: Served, site: Site) -> None:
    line = served.connect()
    line.sendall(b"GET /file HTTP/1.1\r\nHost: a\r\n\r\n")
    idle = served.connect()
    time.sleep(0.2)
    served.server.should_exit = True
    idle.settimeout(2)
    assert idle.recv(1) == b""
    heard = b""
    with suppress(TimeoutError):
        while more := line.recv(MEGABYTE):
            heard += more
    assert heard.partition(b"\r\n\r\n")[2] == site.files[0].read_bytes()
    for each in (line, idle):
        each.close()
    with pytest.raises(ConnectionRefusedError), socket.socket() as late:
        late.connect(("127.0.0.1", served.port))
