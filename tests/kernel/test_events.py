from dataclasses import dataclass

import pytest
from django.db import connection, transaction

from lantoa.kernel import events

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
