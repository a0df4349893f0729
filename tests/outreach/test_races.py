"""Two at once, each with a connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
from django.db import connection, transaction

from lantoa.channels.contract import Rejected
from lantoa.outreach.models import Broadcast, Delivery, Purse, Standing
from lantoa.outreach.selectors import sums
from lantoa.outreach.services import Step, cancel, go_on, pause, release
from lantoa.outreach.services.loading import hold
from lantoa.outreach.services.settling import reap
from tests.outreach.world import (
    LEASE,
    NOW,
    World,
    approve,
    draft,
    finish,
    message,
    people,
    released,
    sms_account,
    states,
    take,
)

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


def test_two_claims_of_two_broadcasts_share_the_last_place_of_each_number(world: World) -> None:
    people(world, 30)
    rows = [
        release(broadcast=draft(world, approve(world, message(world, f"Tin {number}."))), by=world.leader, at=NOW)
        for number in range(2)
    ]
    batches = together(*[lambda: take(limit=15, a_day=1).claimed] * 4)
    numbers = [one.address_id for batch in batches for one in batch]
    assert len(numbers) == len(set(numbers)), "nobody got a second message that day"
    taken = len(numbers)
    rest = sum(len(take(limit=60, a_day=1, at=NOW + timedelta(seconds=9)).claimed) for _ in range(2))
    assert taken + rest == 30
    assert len({row.pk for row in rows}) == 2


def test_two_claims_never_overdraw_one_purse(world: World) -> None:
    row = released(world, 40, budget=10_000)
    units = Delivery.objects.filter(broadcast=row).first().units
    price = 10_000 // (7 * units)
    batches = together(*[lambda: take(limit=5, price=price).claimed] * 4)
    assert sum(len(batch) for batch in batches) == 7
    assert Purse.objects.get(broadcast=row).spent == 7 * units * price <= 10_000


def test_two_workers_pay_one_bucket(world: World) -> None:
    account = sms_account("http://gateway.test", rate_per_second=10, hours="any")
    released(world, 60)
    loads = together(*[lambda: hold(account_id=account.pk, channel="sms", limit=60, at=NOW, lease=LEASE).claimed] * 3)
    assert sum(one.units for held in loads for one in held) in range(10, 13)


def test_two_workers_move_a_person_on_once(world: World) -> None:
    people(world, 20, ("zalo", "sms"))
    row = draft(world, approve(world, message(world)), ("zalo",), chain=(Step("sms", timedelta(hours=1)),))
    release(broadcast=row, by=world.leader, at=NOW)
    finish(take("zalo").claimed, Rejected("-213"), channel="zalo")
    together(*[lambda: go_on(at=NOW)] * 3)
    assert Delivery.objects.filter(broadcast=row, step=1).count() == 20
    assert Delivery.objects.filter(broadcast=row, moved_on=False).count() == 20
    assert all(one.balanced for one in sums(row.pk))


def test_a_late_answer_and_the_reaper_meet_and_the_truth_wins(world: World) -> None:
    row = released(world, 40)
    claimed = take().claimed
    together(lambda: reap(at=NOW + 2 * LEASE), lambda: finish(claimed))
    assert states(row) == {"accepted": 40}
    assert all(one.balanced for one in sums(row.pk))
