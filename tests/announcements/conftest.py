"""Placings for our own pages, and a reader who listens on a socket."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from lantoa.channels.placing import Place, Placing

PLACING = Placing(
    key="0123456789abcdef-p7-0",
    place=Place(name="Xã Đất Mũi", settings={"page": "xa-dat-mui"}),
    title="Đăng ký thẻ bảo hiểm y tế",
    text="Bà con đăng ký tại ủy ban xã <trước> ngày 15/12.\n\nNhớ mang căn cước & sổ.",
    link="https://lantoa.example/chinh-sach/bhyt/",
    source="Ủy ban xã Đất Mũi",
    about="m-7",
)


@dataclass
class Reader:
    """A subscriber: agrees or not, answers as told, keeps what it got."""

    url: str = ""
    agrees: bool = True
    status: int = 204
    asked: list[dict[str, str]] = field(default_factory=list)
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def forms(self) -> list[dict[str, str]]:
        """What came as forms, for a stand-in of another hub."""
        return [{name: values[0] for name, values in parse_qs(body.decode()).items()} for _head, body in self.got]


@pytest.fixture
def reader() -> Iterator[Reader]:
    """A real server on a port of its own."""
    here = Reader()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            here.asked.append(asked)
            body = asked.get("hub.challenge", "").encode() if here.agrees else b"no"
            self.send_response(200 if here.agrees else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            here.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            self.send_response(here.status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    here.url = f"http://127.0.0.1:{server.server_port}/nhan?ai=toi"
    yield here
    server.shutdown()
    server.server_close()
    thread.join(5)
