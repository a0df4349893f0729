"""The worker's clock is the database's: a machine whose own clock jumps keeps its leases, rates and hours right."""

import asyncio
import time
from datetime import UTC, datetime, timedelta

from django.db import connection

from lantoa.outreach.worker.database import Threads

AGAIN = 30.0
"""Seconds after which the two are compared anew."""


class Moments:
    """Tells the time of the ledger: the database's at the last look, moved on by this machine's steady clock."""

    def __init__(self) -> None:
        self._told = datetime.now(UTC)
        self._steady = time.monotonic()
        self._due = 0.0

    def now(self) -> datetime:
        """Return the ledger's time."""
        return self._told + timedelta(seconds=time.monotonic() - self._steady)

    async def keep(self, threads: Threads) -> None:
        """Look at the database's clock when it is time to."""
        if asyncio.get_running_loop().time() < self._due:
            return
        self._told, self._steady = await threads.run(_look)
        self._due = asyncio.get_running_loop().time() + AGAIN


def _look() -> tuple[datetime, float]:
    with connection.cursor() as cursor:
        before = time.monotonic()
        cursor.execute("SELECT clock_timestamp()")
        told: datetime = cursor.fetchone()[0]
    return told, (before + time.monotonic()) / 2
