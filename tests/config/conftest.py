"""A server of this house in a thread, on a real socket."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from uvicorn.server import Server

from lantoa.config.bridge import Application, Bridge
from lantoa.config.server import Serving, options


class Here(Serving):
    def load_app(self) -> Bridge:
        return Bridge(self.app)  # type: ignore[arg-type]


class Served:
    """Where it listens, and raw bytes to it and from it."""

    def __init__(self, port: int, server: Server) -> None:
        self.port, self.server = port, server

    def connect(self, *, small: bool = False) -> socket.socket:
        line = socket.socket()
        if small:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        line.settimeout(10)
        line.connect(("127.0.0.1", self.port))
        return line

    def say(self, *parts: bytes, pause: float = 0.05) -> bytes:
        """Send the parts, each in a packet of its own, then read until the server closes or is silent for a while."""
        with self.connect() as line:
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for part in parts:
                line.sendall(part)
                time.sleep(pause)
            line.settimeout(3)
            heard = b""
            try:
                while more := line.recv(65536):
                    heard += more
                    line.settimeout(0.25)
            except (TimeoutError, ConnectionResetError):
                pass
            return heard


@pytest.fixture
def serve() -> Iterator[Callable[[Any], Served]]:
    running: list[tuple[Server, threading.Thread]] = []

    def begin(application: Application) -> Served:
        listening = socket.create_server(("127.0.0.1", 0))
        server = Server(Here(application, **options()))  # type: ignore[arg-type]
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        running.append((server, thread))
        while not server.started:
            time.sleep(0.01)
        return Served(listening.getsockname()[1], server)

    yield begin
    for server, thread in running:
        server.should_exit = True
        thread.join(12)
        assert not thread.is_alive()
