"""Results on their way into the ledger: gathered, written together, never dropped while the process lives."""

import asyncio
import logging
from contextlib import suppress

from django.db import DatabaseError, InterfaceError, OperationalError

from lantoa.outreach.services.settling import Completion, complete
from lantoa.outreach.worker.database import Threads

logger = logging.getLogger(__name__)

FULL = 500
"""Rows that are written at once without waiting for the clock."""
TICK = 0.2
"""Seconds a result waits at most for company."""
BACKLOG = 4 * FULL
"""Results that may wait before lanes claim no more: a fast provider must not outrun the ledger, nor memory."""
PATIENCE = 0.5
"""Seconds between tries while the database is away."""


class Completions:
    """Gathers results and writes them in batches; a row the database refuses is set apart from the others."""

    def __init__(self, threads: Threads) -> None:
        self._threads = threads
        self._waiting: list[Completion] = []
        self._wake = asyncio.Event()
        self._lock = asyncio.Lock()
        self.written = 0
        self.added = 0

    def add(self, result: Completion) -> None:
        """Take one result."""
        self._waiting.append(result)
        self.added += 1
        if len(self._waiting) >= FULL:
            self._wake.set()

    async def room(self) -> None:
        """Return when the ledger has kept up."""
        while len(self._waiting) > BACKLOG:  # noqa: ASYNC110 - several lanes wait; it ends with the next write
            await asyncio.sleep(0.02)

    async def run(self) -> None:
        """Write until cancelled."""
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), TICK)
            self._wake.clear()
            await self.flush()

    async def flush(self) -> None:
        """Write all there is; returns when it is in the ledger."""
        async with self._lock:
            while self._waiting:
                batch, self._waiting = self._waiting[: 4 * FULL], self._waiting[4 * FULL :]
                await self._write(batch)

    async def _write(self, batch: list[Completion]) -> None:
        while True:
            try:
                self.written += await self._threads.run(complete, batch)
            except (OperationalError, InterfaceError) as problem:
                logger.warning("the ledger cannot be reached, trying again: %s", type(problem).__name__)
                await asyncio.sleep(PATIENCE)
            except DatabaseError as refusal:
                await self._apart(batch, refusal)
                return
            else:
                return

    async def _apart(self, batch: list[Completion], refusal: DatabaseError) -> None:
        """Halve until the row that is refused stands alone; its lease will run out and leave it in doubt."""
        if len(batch) == 1:
            logger.error("the ledger refuses the result of delivery %s: %s", batch[0].claimed.id, refusal)
            return
        middle = len(batch) // 2
        await self._write(batch[:middle])
        await self._write(batch[middle:])
