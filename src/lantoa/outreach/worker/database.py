"""The loop's way to the database: a few threads, each with its own connection, whatever happens to it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import InterfaceError, OperationalError, close_old_connections, connection


class Threads:
    """Runs synchronous services outside the loop; a lost connection is dropped and the error passed on."""

    def __init__(self, size: int = 4) -> None:
        self._pool = ThreadPoolExecutor(max_workers=size, thread_name_prefix="ledger")

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call `function` in a thread and return what it returns."""
        call = partial(_guarded, partial(function, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def release(self) -> None:
        """Let the threads go without waiting for what they are at; each ends with its call."""
        self._pool.submit(connection.close)
        self._pool.shutdown(wait=False)

    def close(self) -> None:
        """Let the threads and their connections go."""
        for _ in range(8):
            self._pool.submit(connection.close)
        self._pool.shutdown(wait=True)


def _guarded[R](function: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return function()
    except (OperationalError, InterfaceError):
        connection.close()
        raise
