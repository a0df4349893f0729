"""The loop's way to the database: a few threads, each with its own connection, whatever happens to it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    connections,
)
from django.db.backends.base.base import BaseDatabaseWrapper


class Threads:
    """Runs synchronous services outside the loop; a lost connection is dropped and the error passed on."""

    def __init__(self, size: int = 4) -> None:
        self._own: list[BaseDatabaseWrapper] = []
        self._pool = ThreadPoolExecutor(max_workers=size, thread_name_prefix="ledger", initializer=self._begin)

    def _begin(self) -> None:
        """Remember the connection of the thread that begins, so that whoever lets the threads go may close it."""
        own = connections[DEFAULT_DB_ALIAS]
        own.inc_thread_sharing()
        self._own.append(own)

    async def run[**P, R](self, function: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
        """Call `function` in a thread and return what it returns."""
        call = partial(_guarded, partial(function, *args, **kwargs))
        return await asyncio.get_running_loop().run_in_executor(self._pool, call)

    def release(self) -> None:
        """Let the threads go without waiting for what they are at; each ends with its call."""
        self._pool.submit(connections.close_all)  # of the thread that gets to it; `connection.close` would be ours
        self._pool.shutdown(wait=False)

    def close(self) -> None:
        """Let the threads and their connections go."""
        self._pool.shutdown(wait=True)
        with ThreadPoolExecutor(max_workers=1) as last:  # Django closes none in a loop's thread
            list(last.map(BaseDatabaseWrapper.close, self._own))


def _guarded[R](function: Callable[[], R]) -> R:
    close_old_connections()
    try:
        return function()
    except (OperationalError, InterfaceError):
        connection.close()
        raise
