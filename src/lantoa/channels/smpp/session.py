"""One bound connection to a centre: requests in the air by their sequence numbers, answers to whatever it asks.

The one distinction a delivery ledger lives by is kept: a request that could not be written *never left*; one that was
written and got no answer may have been taken.
"""

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress

from .pdu import Command, Frames, Malformed, Pdu

OK, INVALID_COMMAND, TRY_LATER = 0x00, 0x03, 0x64
"""Answers of ours: done; no such command; not stored, come again (ESME_RX_T_APPN)."""
PARTING = 2.0
"""Seconds a centre is given to answer our farewell."""

type Take = Callable[[Pdu], Awaitable[int]]
"""Takes a `deliver_sm` and returns the status to answer it with."""


class NeverLeft(Exception):
    """Not a byte of the request was written."""


class NoAnswer(Exception):
    """The request was written and no answer came."""


class Session:
    """Open from `connect` until `lost` is set; used inside one event loop."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, take: Take, patience: float) -> None:
        self.lost = asyncio.Event()
        self._reader, self._writer, self._take, self._patience = reader, writer, take, patience
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[Pdu]] = {}
        self._heard_at = asyncio.get_running_loop().time()
        self._taking: set[asyncio.Task[None]] = set()
        self._tasks = [asyncio.create_task(self._listen())]

    @classmethod
    async def connect(
        cls, host: str, port: int, *, tls: ssl.SSLContext | None, take: Take, patience: float, keepalive: float
    ) -> "Session":
        """Open a connection, not yet bound; raises NeverLeft."""
        try:
            async with asyncio.timeout(min(patience, 10)):
                reader, writer = await asyncio.open_connection(host, port, ssl=tls)
        except (OSError, TimeoutError, UnicodeError) as error:
            raise NeverLeft(type(error).__name__) from error
        session = cls(reader, writer, take, patience)
        session._tasks.append(asyncio.create_task(session._keep_alive(keepalive)))
        return session

    async def request(self, command: int, body: bytes = b"") -> Pdu:
        """Ask and wait for the answer; raises NeverLeft or NoAnswer, nothing else (but what cancels it)."""
        if self.lost.is_set():
            raise NeverLeft("closed")
        self._sequence = self._sequence % 0x7FFFFFFF + 1
        number = self._sequence
        answer: asyncio.Future[Pdu] = asyncio.get_running_loop().create_future()
        self._waiting[number] = answer
        try:
            self._writer.write(Pdu(command, number, body=body).encode())
            async with asyncio.timeout(self._patience):
                return await answer
        except TimeoutError as error:
            raise NoAnswer("timeout") from error
        finally:
            self._waiting.pop(number, None)

    async def close(self) -> None:
        """Say goodbye and hang up; safe to call twice."""
        if not self.lost.is_set():
            with suppress(NeverLeft, NoAnswer, TimeoutError):
                async with asyncio.timeout(PARTING):
                    await self.request(Command.UNBIND)
        for task in (*self._tasks, *self._taking):
            task.cancel()
        await asyncio.gather(*self._tasks, *self._taking, return_exceptions=True)
        self._hang_up("closed")
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(PARTING):
                await self._writer.wait_closed()

    async def _listen(self) -> None:
        frames, why = Frames(), "closed"
        try:
            while data := await self._reader.read(64 * 1024):
                self._heard_at = asyncio.get_running_loop().time()
                for pdu in frames.feed(data):
                    self._hear(pdu)
        except (OSError, Malformed) as error:
            why = type(error).__name__
        finally:
            self._hang_up(why)

    def _hear(self, pdu: Pdu) -> None:
        if pdu.answers:
            waiting = self._waiting.pop(pdu.sequence, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(pdu)
        elif pdu.command == Command.DELIVER_SM:
            task = asyncio.create_task(self._deliver(pdu))
            self._taking.add(task)
            task.add_done_callback(self._taking.discard)
        elif pdu.command in (Command.ENQUIRE_LINK, Command.UNBIND):
            self._answer(pdu.answer())
            if pdu.command == Command.UNBIND:
                self._writer.close()
        else:
            self._answer(Pdu(Command.GENERIC_NACK, pdu.sequence, INVALID_COMMAND))

    async def _deliver(self, pdu: Pdu) -> None:
        self._answer(pdu.answer(await self._take(pdu), b"\x00"))

    def _answer(self, pdu: Pdu) -> None:
        if not self.lost.is_set():
            self._writer.write(pdu.encode())

    async def _keep_alive(self, every: float) -> None:
        """Ask whether the centre is there after every silence; one that does not answer is not."""
        loop = asyncio.get_running_loop()
        while True:
            silent = loop.time() - self._heard_at
            if silent < every:
                await asyncio.sleep(every - silent)
                continue
            try:
                await self.request(Command.ENQUIRE_LINK)
            except (NeverLeft, NoAnswer):
                self._hang_up("silent")
                return

    def _hang_up(self, why: str) -> None:
        self.lost.set()
        self._writer.close()
        waiting, self._waiting = self._waiting, {}
        for answer in waiting.values():
            if not answer.done():
                answer.set_exception(NoAnswer(why))
