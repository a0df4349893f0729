"""A worker that was killed leaves its jobs behind: they are done, once, and none stands in another's way for ever."""

import asyncio

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from lantoa.outreach.worker.rescue import rescue

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]


def begun_by_the_dead(lock: str) -> int:
    """A job under way, of a worker whose heart stopped an hour ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH dead AS (INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')"
            " RETURNING id) INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, status,"
            " worker_id, args) SELECT 'hub', 'announcements.talk', %s, %s, 'doing', id, '{}' FROM dead RETURNING id",
            [lock, lock],
        )
        return int(cursor.fetchone()[0])


def waiting(lock: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, lock, queueing_lock, args)"
            " VALUES ('hub', 'announcements.talk', %s, %s, '{}') RETURNING id",
            [lock, lock],
        )
        return int(cursor.fetchone()[0])


def jobs() -> list[tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, status::text FROM procrastinate_jobs ORDER BY id")
        return cursor.fetchall()


def rescued() -> int:
    async def go() -> int:
        worker = app.with_connector(app.connector.get_worker_connector())
        async with worker.open_async():
            return await rescue(worker.job_manager)

    return asyncio.run(go())


def test_a_stalled_job_is_begun_again() -> None:
    stalled = begun_by_the_dead("talk")
    assert rescued() == 1
    assert jobs() == [(stalled, "todo")]
    assert rescued() == 0


def test_a_stalled_job_whose_work_waits_already_is_let_go_and_the_others_still_come_back() -> None:
    begun_by_the_dead("talk")
    same, other = waiting("talk"), begun_by_the_dead("other")
    assert rescued() == 2
    assert jobs() == [(same, "todo"), (other, "todo")]
