"""A provider that calls our webhook: signed requests over lasting connections, as many as go or so many a second.

A request without an answer of 200 is sent again, the same bytes, as providers do. Written on bare streams, because it
shares the processor with what it measures.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

PATH = "/webhook/zalo/inbound/"
APP, SECRET = "1710002022", "bench-oa-secret"
GIVES_UP = 120.0
"""Seconds a request is tried again."""


def request(number: int, run: str) -> bytes:
    """One citizen's message, signed as Zalo signs, as bytes on the wire."""
    stamp = str(int(time.time() * 1000))
    event = {
        "event_name": "user_send_text", "app_id": APP, "sender": {"id": str(7_000_000_000_000_000 + number % 5000)},
        "recipient": {"id": "4171000000000000001"}, "timestamp": stamp,
        "message": {"msg_id": f"{run}-{number}", "text": "Cho tôi hỏi thủ tục vay vốn hộ nghèo ở xã mình."},
    }  # fmt: skip
    body = json.dumps(event, ensure_ascii=False).encode()
    mac = hashlib.sha256(APP.encode() + body + stamp.encode() + SECRET.encode()).hexdigest()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-ZEvent-Signature: mac={mac}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


@dataclass
class Calls:
    """What became of the calls of one run."""

    sent: int = 0
    acknowledged: int = 0
    repeated: int = 0
    refused: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)  # from the moment a call was due to its 200

    def quantile(self, share: float) -> float:
        """Milliseconds within which this share of the calls was answered."""
        ordered = sorted(self.waits)
        return round(ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000, 1) if ordered else 0.0


class Line:
    """One lasting connection."""

    def __init__(self, port: int) -> None:
        self.port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, raw: bytes) -> int:
        """Send and return the status; 0 when there was no answer."""
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self.port)
            reader, writer = self._streams
            writer.write(raw)
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 5)
            await asyncio.wait_for(_rest(reader, head.lower()), 5)
            return int(head[9:12])
        except (OSError, asyncio.IncompleteReadError, TimeoutError, ValueError):
            self.close()
            return 0

    def close(self) -> None:
        """Hang up."""
        if self._streams is not None:
            self._streams[1].close()
        self._streams = None


async def _rest(reader: asyncio.StreamReader, head: bytes) -> None:
    """Read the body away, so that the line can be used again."""
    if b"transfer-encoding: chunked" in head:
        await reader.readuntil(b"0\r\n\r\n")
        return
    length = next((int(line[15:]) for line in head.split(b"\r\n") if line.startswith(b"content-length:")), 0)
    await reader.readexactly(length)


async def as_many_as_go(port: int, run: str, seconds: float, lines: int = 16) -> Calls:
    """Keep every line busy for so long."""
    calls, numbers, begun = Calls(), iter(range(10**9)), time.monotonic()
    await asyncio.gather(*(_busy(Line(port), run, numbers, begun + seconds, calls) for _ in range(lines)))
    calls.seconds = time.monotonic() - begun
    return calls


async def _busy(line: Line, run: str, numbers: Iterator[int], end: float, calls: Calls) -> None:
    while time.monotonic() < end:
        calls.sent += 1
        if await line.call(request(next(numbers), run)) == 200:
            calls.acknowledged += 1
        else:
            calls.refused += 1
    line.close()


async def so_many_a_second(port: int, run: str, seconds: float, rate: int = 200) -> Calls:
    """Call at a steady rate, whatever the answers; a wait counts from the moment the call was due."""
    calls, idle, begun = Calls(), [Line(port) for _ in range(8)], time.monotonic()
    tasks = []
    for number in range(int(seconds * rate)):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.monotonic()))
        tasks.append(asyncio.create_task(_one(port, idle, request(number, run), due, calls)))
    await asyncio.gather(*tasks)
    calls.seconds = time.monotonic() - begun
    for line in idle:
        line.close()
    return calls


async def _one(port: int, idle: list[Line], raw: bytes, due: float, calls: Calls) -> None:
    calls.sent += 1
    line = idle.pop() if idle else Line(port)
    pause = 0.2
    while time.monotonic() - due < GIVES_UP:
        if await line.call(raw) == 200:
            calls.acknowledged += 1
            calls.waits.append(time.monotonic() - due)
            break
        calls.repeated += 1
        await asyncio.sleep(pause)
        pause = min(pause * 2, 3.0)
    idle.append(line)
