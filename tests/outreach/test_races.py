"""Two at once, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from lantoa.outreach.models import Broadcast, Delivery, Standing
from lantoa.outreach.services import cancel, pause, release
from tests.outreach.world import NOW, World, approve, draft, message, people, released, states, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]


def together[R](*calls: Callable[[], R]) -> list[R]:
    """Start the calls at the same moment in threads of their own; returns what they returned."""
    barrier = Barrier(len(calls))

    def one(call: Callable[[], R]) -> R:
        try:
            barrier.wait(10)
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(60) for done in [pool.submit(one, call) for call in calls]]


def test_two_clicks_release_once(world: World) -> None:
    people(world, 50)
    row = draft(world, approve(world, message(world)))
    found = together(*[lambda: release(broadcast=row, by=world.leader, at=NOW).audience_count] * 3)
    assert found == [50, 50, 50]
    assert Delivery.objects.count() == 50


def test_two_broadcasts_of_one_version_released_together_reach_everybody_once(world: World) -> None:
    people(world, 40)
    version = approve(world, message(world))
    rows = [draft(world, version), draft(world, version)]
    together(*[lambda row=row: release(broadcast=row, by=world.leader, at=NOW) for row in rows])
    assert sorted(tuple(states(row).items()) for row in rows) == [(("pending", 40),), (("suppressed", 40),)]


def test_two_claims_take_disjoint_deliveries(world: World) -> None:
    released(world, 60)
    batches = together(*[lambda: take(limit=30).claimed] * 2)
    ids = [one.id for batch in batches for one in batch]
    assert len(ids) == len(set(ids))
    assert Standing.objects.filter(state="sending").count() == len(ids)


@pytest.mark.parametrize("stop", [pause, cancel])
def test_nothing_is_claimed_once_pausing_or_stopping_has_returned(world: World, stop: Callable[..., object]) -> None:
    row = released(world, 20)
    claimed, stopping = Event(), Event()

    def claim_slowly() -> int:
        with transaction.atomic():
            batch = take(limit=5).claimed
            claimed.set()
            assert stopping.wait(10)
        return len(batch)

    def stop_meanwhile() -> int:
        assert claimed.wait(10)
        stopping.set()
        stop(broadcast=row, by=world.officer, at=NOW)
        return len(take().claimed)

    assert together(claim_slowly, stop_meanwhile) == [5, 0]
    rest = "pending" if stop is pause else "suppressed"
    assert states(row) == {"sending": 5, rest: 15}
    assert Broadcast.objects.get(pk=row.pk).audience_count == 20
