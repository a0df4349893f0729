"""The provider everybody sends to: one cheap process that takes, answers and counts; HTTP and SMTP.

`POST /sms` takes one message and answers as eSMS does; `POST /bulk` takes many. `GET /_seen` tells what came, `POST
/_reset?delay_ms=N` forgets it and makes every answer wait. A message is known by its RequestId, a mail by its
recipient; each is counted once, so that a double shows.
"""

import argparse
import asyncio
import json
import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvloop

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_ID = re.compile(rb'"RequestId": ?"([^"]+)"')
_RECIPIENT = re.compile(rb"^RCPT TO:<([^>]+)>", re.IGNORECASE)


class Ledger:
    """What was taken, and when the first and the last of it came (monotonic seconds)."""

    def __init__(self) -> None:
        self.reset(0.0)

    def reset(self, delay: float) -> None:
        """Forget; answer after `delay` seconds from now on."""
        self.delay, self.taken, self.calls = delay, 0, 0
        self.first = self.last = 0.0
        self.ids: set[bytes] = set()

    def take(self, ids: list[bytes]) -> None:
        """Count one call that brought these messages."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.calls += 1
        self.taken += len(ids)
        self.ids.update(ids)

    def seen(self) -> dict[str, Any]:
        """The figures."""
        figures = {"taken": self.taken, "distinct": len(self.ids), "calls": self.calls}
        return figures | {"first": self.first, "last": self.last, "now": time.monotonic()}


LEDGER = Ledger()


class Http(asyncio.Protocol):
    """One keep-alive connection; requests one after the other, as clients send them."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.buffer = b""

    def data_received(self, data: bytes) -> None:
        """Answer every whole request in the buffer."""
        self.buffer = self.buffer + data if self.buffer else data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            head = self.buffer[:end]
            length = _LENGTH.search(head)
            stop = end + 4 + (int(length.group(1)) if length else 0)
            if len(self.buffer) < stop:
                return
            body, self.buffer = self.buffer[end + 4 : stop], self.buffer[stop:]
            self.answer(head[: head.index(b" HTTP/")], body)

    def answer(self, line: bytes, body: bytes) -> None:
        """Take the message or messages and say so, now or after the delay."""
        if line.startswith(b"POST /_reset"):
            wished = parse_qs(urlsplit(line.decode()[5:]).query)
            LEDGER.reset(float(wished.get("delay_ms", ["0"])[0]) / 1000)
            self.reply(b"{}")
            return
        if line.startswith(b"GET /_seen"):
            self.reply(json.dumps(LEDGER.seen()).encode())
            return
        ids = _ID.findall(body) if line.startswith(b"POST /bulk") else _ID.findall(body)[:1]
        LEDGER.take(ids)
        reply = b'{"CodeResult":"100","CountRegenerate":0,"SMSID":"%d"}' % LEDGER.taken
        if LEDGER.delay:
            asyncio.get_running_loop().call_later(LEDGER.delay, self.reply, reply)
        else:
            self.reply(reply)

    def reply(self, body: bytes) -> None:
        """Write one answer."""
        if not self.transport.is_closing():
            head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
            self.transport.write(head + body)


class Smtp(asyncio.Protocol):
    """One SMTP conversation (RFC 5321) that takes every mail."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Greet."""
        self.transport: asyncio.Transport = transport  # type: ignore[assignment]
        self.buffer, self.recipients, self.in_data = b"", list[bytes](), False
        self.transport.write(b"220 sink\r\n")

    def data_received(self, data: bytes) -> None:
        """Follow the conversation as far as the buffer goes."""
        self.buffer += data
        while True:
            end = self.buffer.find(b"\r\n.\r\n" if self.in_data else b"\r\n")
            if end < 0:
                return
            line, self.buffer = self.buffer[:end], self.buffer[end + (5 if self.in_data else 2) :]
            if self.in_data:
                self.in_data = False
                LEDGER.take(self.recipients)
                self.recipients = []
                self.transport.write(b"250 2.0.0 Ok: queued as S%d\r\n" % LEDGER.taken)
            else:
                self.command(line)

    def command(self, line: bytes) -> None:
        """Answer one command."""
        verb = line[:4].upper()
        if found := _RECIPIENT.match(line):
            self.recipients.append(found.group(1))
        if verb == b"EHLO":
            self.transport.write(b"250-sink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 ENHANCEDSTATUSCODES\r\n")
        elif verb == b"DATA":
            self.in_data = True
            self.transport.write(b"354 go on\r\n")
        elif verb == b"QUIT":
            self.transport.write(b"221 2.0.0 bye\r\n")
            self.transport.close()
        else:
            self.transport.write(b"250 2.0.0 Ok\r\n")


async def serve(http: int, smtp: int) -> None:
    """Listen until ended."""
    loop = asyncio.get_running_loop()
    await loop.create_server(Http, "127.0.0.1", http, backlog=1024)
    await loop.create_server(Smtp, "127.0.0.1", smtp, backlog=1024)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("http", type=int)
    parser.add_argument("smtp", type=int)
    chosen = parser.parse_args()
    uvloop.run(serve(chosen.http, chosen.smtp))
