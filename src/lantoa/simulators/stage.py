"""The ground every stand-in stands on: an HTTP server with the control pages, and a postman for its receipts."""

import asyncio
import random
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import aiohttp
from aiohttp import web

from lantoa.simulators.behaviour import Behaviour
from lantoa.simulators.ledger import Ledger

type Call = Callable[[aiohttp.ClientSession], Awaitable[int]]
"""One webhook call: sends itself and returns the HTTP status."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A receipt on its way: the call, and what it says of which message."""

    call: Call
    provider_id: str
    word: str


class Postman:
    """Delivers receipts in the background: late, repeated, shuffled or held back as the behaviour says."""

    def __init__(self, behaviour: Callable[[], Behaviour], ledger: Ledger) -> None:
        self._behaviour = behaviour
        self._ledger = ledger
        self._waiting: list[Letter] = []
        self._task: asyncio.Task[None] | None = None
        self._random = random.Random(behaviour().seed)  # noqa: S311  (order of receipts, not a secret)
        self.delivered = 0
        self.refused = 0

    @property
    def waiting(self) -> int:
        """Return how many receipts have not been delivered yet."""
        return len(self._waiting)

    def post(self, letter: Letter) -> None:
        """Take a receipt for delivery, as many times as the behaviour says."""
        self._waiting.extend([letter] * self._behaviour().receipt_repeat)

    def start(self) -> None:
        """Begin the rounds."""
        self._task = asyncio.create_task(self._rounds())

    async def stop(self) -> None:
        """End the rounds; what is undelivered is lost, as at a provider that goes down."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _rounds(self) -> None:
        timeout = aiohttp.ClientTimeout(total=10)
        async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=20)) as http:
            while True:
                behaviour = self._behaviour()
                await asyncio.sleep(max(behaviour.receipt_delay_ms, 20) / 1000)
                if not self._waiting or behaviour.receipt_hold:
                    continue
                batch, self._waiting = self._waiting, []
                if behaviour.receipt_shuffle:
                    self._random.shuffle(batch)
                for start in range(0, len(batch), 20):
                    await asyncio.gather(*(self._deliver(http, letter) for letter in batch[start : start + 20]))

    async def _deliver(self, http: aiohttp.ClientSession, letter: Letter) -> None:
        for pause in (0.2, 1.0, 3.0):
            with suppress(aiohttp.ClientError, TimeoutError):
                status = await letter.call(http)
                if status < 500:
                    self.delivered += 1
                    if status < 300:
                        self._ledger.told(letter.provider_id, letter.word)
                    return
            await asyncio.sleep(pause)
        self.refused += 1


class Simulator:
    """A stand-in for one provider.

    ``GET /_ledger`` shows what was accepted (``?full=1`` with every message), ``DELETE /_ledger`` forgets it,
    ``POST /_behave`` changes the behaviour, ``GET /_behave`` shows it.
    """

    name = "simulator"

    def __init__(self, *, ledger_path: Path | None = None, **wishes: Any) -> None:
        self.behaviour = Behaviour().changed(wishes)
        self.ledger = Ledger(ledger_path)
        self.postman = Postman(lambda: self.behaviour, self.ledger)
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._flusher: asyncio.Task[None] | None = None

    @property
    def url(self) -> str:
        """Return where the stand-in listens."""
        return f"http://127.0.0.1:{self.port}"

    def behave(self, **wishes: Any) -> None:
        """Change the behaviour; what is not named stays."""
        self.behaviour = self.behaviour.changed(wishes)

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the provider's own addresses."""
        return []

    async def start(self, port: int = 0) -> None:
        """Listen on 127.0.0.1; port 0 takes a free one."""
        app = web.Application(client_max_size=1024 * 1024)
        app.add_routes(
            [
                web.get("/_ledger", self._show_ledger),
                web.delete("/_ledger", self._clear_ledger),
                web.get("/_behave", self._show_behaviour),
                web.post("/_behave", self._behave),
                *self.routes(),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.postman.start()
        self._flusher = asyncio.create_task(self._flush())

    async def stop(self) -> None:
        """Stop listening; the ledger's file is complete afterwards."""
        if self._flusher is not None:
            self._flusher.cancel()
        await self.postman.stop()
        if self._runner is not None:
            await self._runner.cleanup()
        self.ledger.flush()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.stop()

    async def _flush(self) -> None:
        while True:
            await asyncio.sleep(0.5)
            self.ledger.flush()

    async def _show_ledger(self, request: web.Request) -> web.Response:
        found = self.ledger.as_json() if request.query.get("full") else self.ledger.totals()
        post = {"receipts_waiting": self.postman.waiting, "receipts_delivered": self.postman.delivered}
        return web.json_response({**found, **post, "receipts_refused": self.postman.refused})

    async def _clear_ledger(self, _request: web.Request) -> web.Response:
        self.ledger.clear()
        return web.json_response(self.ledger.totals())

    async def _show_behaviour(self, _request: web.Request) -> web.Response:
        return web.json_response(asdict(self.behaviour))

    async def _behave(self, request: web.Request) -> web.Response:
        try:
            self.behave(**await request.json())
        except (ValueError, TypeError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response(asdict(self.behaviour))


def mishap_before(simulator: Simulator, key: str, attempt: int) -> web.Response | None:
    """Return the HTTP failure that befalls this call before anything is accepted, if one does."""
    behaviour = simulator.behaviour
    if behaviour.happens("error", behaviour.error, key, attempt):
        return web.Response(status=503, text="Service Unavailable")
    if behaviour.throttle_by_status and behaviour.happens("throttle", behaviour.throttle, key, attempt):
        return web.Response(status=429, text="Too Many Requests", headers={"Retry-After": str(behaviour.retry_after)})
    return None


def mishap_after(
    simulator: Simulator, request: web.Request, key: str, attempt: int, answer: web.Response
) -> web.Response:
    """Return the answer to a call that *was* accepted, or what spoils it."""
    behaviour = simulator.behaviour
    if behaviour.happens("drop", behaviour.drop, key, attempt):
        if isinstance(request.transport, asyncio.Transport):
            request.transport.abort()
        return web.Response()
    if behaviour.happens("garbage", behaviour.garbage, key, attempt):
        return web.Response(text="<html>Bad gateway?</html>", content_type="text/html")
    if behaviour.happens("error_after", behaviour.error_after, key, attempt):
        return web.Response(status=500, text="Internal Server Error")
    if behaviour.happens("dribble", behaviour.dribble, key, attempt):
        return web.Response(body=_dribbled(answer, behaviour.dribble_ms / 1000), content_type=answer.content_type)
    return answer


async def _dribbled(answer: web.Response, pause: float) -> AsyncIterator[bytes]:
    for byte in answer.text or "":
        yield byte.encode()
        await asyncio.sleep(pause)


@contextmanager
def running(*simulators: Simulator) -> Iterator[None]:
    """Run stand-ins in a thread with a loop of its own, for callers that are not asynchronous."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        for simulator in simulators:
            asyncio.run_coroutine_threadsafe(simulator.start(), loop).result(10)
        yield
    finally:
        for simulator in simulators:
            asyncio.run_coroutine_threadsafe(simulator.stop(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
