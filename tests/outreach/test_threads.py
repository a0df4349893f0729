"""The loop's threads to the database: each with its own connection, and none of them stays."""

import asyncio
from threading import Barrier

import pytest
from django.db import connection

from lantoa.outreach.worker.database import Threads

pytestmark = pytest.mark.django_db(transaction=True)
MINE = "SELECT count(*) FROM pg_stat_activity WHERE pid = ANY(%s)"


def own_backend(together: Barrier) -> int:
    """The server's process behind this thread's connection, told when every thread has one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        found = int(cursor.fetchone()[0])
    together.wait(timeout=60)
    return found


def still_there(backends: list[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(MINE, [backends])
        return int(cursor.fetchone()[0])


def watched(backends: list[int]) -> int:
    """The same from a thread that keeps no connection."""
    try:
        return still_there(backends)
    finally:
        connection.close()


def test_every_threads_connection_is_closed_with_them_and_the_callers_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    connection.ensure_connection()
    mine, threads, together = connection.connection, Threads(4), Barrier(4)

    async def story() -> list[int]:
        backends = await asyncio.gather(*(threads.run(own_backend, together) for _thread in range(4)))
        assert len(set(backends)) == await asyncio.to_thread(watched, backends) == 4
        monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # as in a worker, which closes in its loop
        threads.close()
        return backends

    backends = asyncio.run(story())
    for _look in range(1000):  # the server's process ends after the socket is closed
        if not still_there(backends):
            break
    assert still_there(backends) == 0
    assert connection.connection is mine
    assert not mine.closed, "the caller's own connection is no thread's"
    threads.close()


def test_threads_let_go_close_the_connection_when_their_call_ends() -> None:
    threads, together = Threads(1), Barrier(2)

    async def story() -> int:
        call = asyncio.create_task(threads.run(own_backend, together))
        await asyncio.sleep(0)
        threads.release()
        await asyncio.to_thread(together.wait, 60)
        return await call

    backend = asyncio.run(story())
    for _look in range(1000):
        if not still_there([backend]):
            break
    assert still_there([backend]) == 0
