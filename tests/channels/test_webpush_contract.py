"""Web push against somebody else's push service: `web-push-testing` (npm) checks the proof and opens the payload.

It is no dependency of ours; `make system-test` puts it into `.local/push`, with a Node.js from PyPI.
"""

import asyncio
import json
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

from lantoa.channels.contract import Accepted, Outgoing, outcome_of
from lantoa.channels.webpush.keys import new_private_key, public_key
from lantoa.channels.webpush.transport import WebPushTransport

HOME = Path(__file__).parents[2] / ".local" / "push"
NODE, PROGRAM = HOME / "node", HOME / "node_modules" / "web-push-testing" / "src" / "bin" / "server.js"
pytestmark = pytest.mark.skipif(
    not (PROGRAM.exists() and NODE.exists()), reason="web-push-testing is not here: make system-test brings it"
)


@pytest.fixture
def service() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [str(NODE), str(PROGRAM), str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://localhost:{port}"
    try:
        for _ in range(100):
            try:
                urlopen(Request(f"{url}/status", b"", method="POST"), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(10)


def call(url: str, body: dict[str, Any]) -> Any:
    request = Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urlopen(request) as reply:
        return json.loads(reply.read())["data"]


def test_another_implementation_accepts_the_proof_and_reads_the_payload(service: str) -> None:
    private = new_private_key()
    told = call(f"{service}/subscribe", {"userVisibleOnly": "true", "applicationServerKey": public_key(private)})
    address = json.dumps({"endpoint": told["endpoint"], "keys": told["keys"]})
    origin = "/".join(told["endpoint"].split("/")[:3])

    async def work() -> Any:
        settings = {"contact": "mailto:tin@lantoa.example", "hosts": origin}
        async with WebPushTransport(settings, {"vapid_private": private}) as transport:
            message = Outgoing(key="d-1", address=address, subject="Thẻ", text="Bà con nhớ mang thẻ.")
            return await outcome_of(transport, message)

    outcome = asyncio.run(work())
    assert isinstance(outcome, Accepted), outcome
    [message] = call(f"{service}/get-notifications", {"clientHash": told["clientHash"]})["messages"]
    assert json.loads(message)["body"] == "Bà con nhớ mang thẻ."
