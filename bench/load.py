"""Load on a web server: as much as goes (wrk), and so many requests a second, whatever the answers.

`python -m bench.load PORT HOST URL RATE SECONDS` prints the waits of the second kind: from the moment a request was due
to its last byte, so a server that stands still is not spared.
"""

import asyncio
import json
import re
import subprocess
import sys
import time
from typing import Any

LINES = 32


def as_many_as_go(port: int, host: str, url: str, seconds: float, *headers: str) -> dict[str, Any]:
    """wrk: one thread, 32 lasting connections. Requests and megabytes a second; raises on any error."""
    said = [word for header in (f"Host: {host}", *headers) for word in ("-H", header)]
    command = ["wrk", "-t1", f"-c{LINES}", f"-d{seconds:.0f}s", *said, f"http://127.0.0.1:{port}{url}"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise AssertionError(told)
    rate, size = re.search(r"Requests/sec:\s*([\d.]+)", told), re.search(r"(\d+) requests in", told)
    assert rate
    assert size
    return {"per_s": round(float(rate[1])), "requests": int(size[1])}


def so_many_a_second(port: int, host: str, url: str, rate: int, seconds: float) -> dict[str, Any]:
    """A process of its own that asks at a steady rate; milliseconds of waiting."""
    command = [sys.executable, "-m", "bench.load", str(port), host, url, str(rate), str(seconds)]
    found: dict[str, Any] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return found


class Line(asyncio.Protocol):
    """One lasting connection; one request at a time on it."""

    def __init__(self) -> None:
        self.transport: Any = None
        self.waiting: asyncio.Future[None] | None = None
        self.left = -1
        self.refused = 0

    def connection_made(self, transport: Any) -> None:
        """Keep the way to write."""
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        """Count down to the last byte."""
        if self.left < 0:
            head, _, data = data.partition(b"\r\n\r\n")
            self.refused += head[9:12] != b"200"
            found = re.search(rb"content-length: (\d+)", head.lower())
            self.left = int(found[1]) if found else 0
        self.left -= len(data)
        if self.left <= 0 and self.waiting is not None:
            self.left = -1
            self.waiting.set_result(None)
            self.waiting = None

    async def ask(self, request: bytes) -> None:
        """Send, and return when the whole answer is here."""
        self.waiting = asyncio.get_running_loop().create_future()
        waiting = self.waiting
        self.transport.write(request)
        await waiting


async def _steady(port: int, request: bytes, rate: int, seconds: float) -> dict[str, Any]:
    loop, waits = asyncio.get_running_loop(), list[float]()
    lines = [(await loop.create_connection(Line, "127.0.0.1", port))[1] for _ in range(LINES)]
    idle, tasks, begun = list(lines), set[asyncio.Task[None]](), time.perf_counter()

    async def one(due: float) -> None:
        while not idle:  # noqa: ASYNC110 - all lines are busy: the wait counts
            await asyncio.sleep(0.0005)
        line = idle.pop()
        await line.ask(request)
        waits.append(time.perf_counter() - due)
        idle.append(line)

    for number in range(int(rate * seconds)):
        due = begun + number / rate
        if (pause := due - time.perf_counter()) > 0:
            await asyncio.sleep(pause)
        task = asyncio.create_task(one(due))
        tasks.add(task)
        task.add_done_callback(tasks.discard)
    await asyncio.gather(*tasks)
    ordered = sorted(waits)
    at = {f"p{share:g}_ms": round(ordered[int(len(ordered) * share / 100)] * 1000, 2) for share in (50, 99, 99.9)}
    return at | {"requests": len(waits), "refused": sum(line.refused for line in lines)}


if __name__ == "__main__":
    import uvloop

    port, host, url, rate, seconds = sys.argv[1:]
    request = f"GET {url} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    print(json.dumps(uvloop.run(_steady(int(port), request, int(rate), float(seconds)))))
