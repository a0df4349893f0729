from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from lantoa.kernel import events
from lantoa.kernel.jobs import forget_failed

heard = []


@dataclass(frozen=True, slots=True)
class Rang(events.Event):
    number: int
    note: str | None


@events.subscribe(Rang)
def first(event):
    heard.append(("first", event))


@events.subscribe(Rang)
def second(event):
    heard.append(("second", event))


def pending():
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'")
        return cursor.fetchone()[0]


@pytest.mark.django_db
def test_each_subscriber_hears_an_event_once_it_is_delivered(run_jobs):
    heard.clear()
    events.emit(Rang(7, "Đất Mũi"))
    assert heard == []
    assert run_jobs() == 2
    assert heard == [("first", Rang(7, "Đất Mũi")), ("second", Rang(7, "Đất Mũi"))]


@pytest.mark.django_db
def test_an_event_goes_with_its_transaction():
    with transaction.atomic():
        events.emit(Rang(1, None))
        assert pending() == 2
        transaction.set_rollback(True)
    assert pending() == 0


@pytest.mark.django_db
def test_what_failed_for_good_is_forgotten_after_a_week() -> None:
    with connection.cursor() as cursor:
        for status in ("failed", "failed", "todo"):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, status, args) VALUES ('q', 't', %s, '{}')"
                " RETURNING id",
                [status],
            )
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at) SELECT id, 'failed', now() FROM procrastinate_jobs"
            " WHERE status = 'failed'"
        )
        cursor.execute("SELECT min(id) FROM procrastinate_jobs")
        [old] = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '8 days' WHERE job_id = %s", [old])
        forget_failed.func(timestamp=0)
        cursor.execute("SELECT status FROM procrastinate_jobs ORDER BY id")
        assert cursor.fetchall() == [("failed",), ("todo",)]
