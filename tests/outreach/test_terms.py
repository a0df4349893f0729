"""On what terms an account claims: rate, daily share of a number, budget, weight, urgency, and who may hold what."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.channels.contract import Accepted, Rejected, Retry, Unknown
from lantoa.channels.models import AccountPace, ChannelAccount
from lantoa.channels.pacing import allowance, pay, pay_ahead
from lantoa.channels.registry import capability
from lantoa.channels.services import TRIPS_AT, record_health
from lantoa.kernel.models import AuditEntry
from lantoa.outreach.models import Broadcast, Contacted, Delivery, Purse, Standing
from lantoa.outreach.services import CannotChangeError, release, resume, set_budget, set_weight
from lantoa.outreach.services.ending import tidy
from lantoa.outreach.services.loading import hold
from lantoa.outreach.services.settling import give_back, reap
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

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
DAY = timedelta(days=1)


def again(world: World, **more: object) -> Broadcast:
    """Another message to the same people."""
    written = message(world, "Tin khác, cũng ngắn gọn.")
    return release(broadcast=draft(world, approve(world, written), **more), by=world.leader, at=NOW)


# The daily share of one number


def test_a_number_gets_three_ordinary_messages_a_day_and_the_fourth_waits_for_its_hour(world: World) -> None:
    people(world, 1)
    for hour in range(3):
        row = again(world, expires_at=NOW + 3 * DAY)
        claimed = take(a_day=3, at=NOW + timedelta(hours=hour)).claimed
        assert len(claimed) == 1
        finish(claimed)
        assert states(row) == {"accepted": 1}
    fourth = again(world, expires_at=NOW + 3 * DAY)
    assert take(a_day=3, at=NOW + timedelta(hours=3)).claimed == []
    waits = Standing.objects.get(broadcast=fourth)
    assert (waits.state, waits.reason, waits.not_before) == ("pending", "often_enough", NOW + DAY)
    assert take(a_day=3, at=NOW + DAY - timedelta(seconds=1)).touched == 0
    assert len(take(a_day=3, at=NOW + DAY + timedelta(seconds=1)).claimed) == 1


def test_urgent_messages_pass_the_share_and_do_not_use_it_up(world: World) -> None:
    people(world, 1)
    for _ in range(5):
        again(world, urgency="urgent")
        assert len(take(a_day=3).claimed) == 1
    assert not Contacted.objects.exists()
    again(world)
    assert len(take(a_day=3).claimed) == 1


def test_a_second_attempt_of_one_delivery_counts_once(world: World) -> None:
    people(world, 1)
    again(world)
    for number in range(3):
        at = NOW + timedelta(minutes=number)
        finish(take(a_day=1, at=at).claimed, Retry("busy", after=timedelta(seconds=1)), at=at)
    assert len(Contacted.objects.get().deliveries) == 1
    assert len(take(a_day=1, at=NOW + timedelta(minutes=9)).claimed) == 1


def test_two_messages_to_one_number_in_one_claim_share_the_last_place(world: World) -> None:
    people(world, 1)
    first, second = again(world), again(world)
    claimed = take(a_day=1).claimed
    assert len(claimed) == 1
    assert {one.broadcast_id for one in claimed} <= {first.pk, second.pk}
    assert take(a_day=1, at=NOW + timedelta(seconds=2)).claimed == []
    assert Standing.objects.filter(reason="often_enough").count() == 1


# Rate


@settings(max_examples=60)
@given(
    rate=st.floats(0.5, 500),
    script=st.lists(st.tuples(st.floats(-7200, 7200), st.integers(1, 400)), min_size=1, max_size=25),
)
def test_no_second_is_given_more_than_the_rate_whatever_the_clocks_say(world, rate, script) -> None:
    account = sms_account("http://gateway.test")
    AccountPace.objects.filter(account=account).delete()
    latest, spent = NOW, 0.0
    for jump, units in script:
        at = NOW + timedelta(seconds=jump)
        latest = max(latest, at)
        if allowance(account_id=account.pk, rate=rate, at=at) > 0:
            pay(account_id=account.pk, units=units)
            spent += units
    whole = max(rate, 1.0) + rate * 2 * 7200
    assert spent <= whole + max(units for _jump, units in script)


def test_a_claim_takes_what_the_bucket_holds_and_a_reply_goes_before_bulk(world: World) -> None:
    account = sms_account("http://gateway.test", rate_per_second=10, hours="any")
    released(world, 40)
    first = hold(account_id=account.pk, channel="sms", limit=100, at=NOW, lease=LEASE)
    assert sum(one.units for one in first.claimed) in range(10, 13)
    assert hold(account_id=account.pk, channel="sms", limit=100, at=NOW, lease=LEASE).claimed == []
    pay_ahead(account=account, found=capability("sms"), units=10, at=NOW + timedelta(seconds=1))
    assert (
        hold(account_id=account.pk, channel="sms", limit=100, at=NOW + timedelta(seconds=1), lease=LEASE).claimed == []
    )
    later = hold(account_id=account.pk, channel="sms", limit=100, at=NOW + timedelta(seconds=2), lease=LEASE)
    assert 0 < len(later.claimed) <= 10


# The breaker


def test_an_account_that_fails_again_and_again_rests_longer_each_time_and_recovers_with_one_call(world: World) -> None:
    account = sms_account("http://gateway.test", hours="any")
    released(world, 5)

    def now() -> ChannelAccount:
        return ChannelAccount.objects.get(pk=account.pk)

    for _ in range(TRIPS_AT - 1):
        record_health(account_id=account.pk, outcome=Retry("no connection"), at=NOW)
    assert now().paused_until is None
    record_health(account_id=account.pk, outcome=Unknown("no answer"), at=NOW)
    assert now().paused_until == NOW + timedelta(seconds=5)
    assert hold(account_id=account.pk, channel="sms", limit=9, at=NOW, lease=LEASE).claimed == []
    later = NOW + timedelta(seconds=6)
    assert len(hold(account_id=account.pk, channel="sms", limit=9, at=later, lease=LEASE).claimed) == 1, (
        "tried with one"
    )
    record_health(account_id=account.pk, outcome=Retry("no connection"), at=later, failures=TRIPS_AT)
    assert now().paused_until == later + timedelta(seconds=10)
    record_health(account_id=account.pk, outcome=Accepted("x"), at=later + timedelta(seconds=11))
    assert (now().failures, now().paused_until) == (0, None)


# Budget


def test_a_budget_stops_the_broadcast_before_it_is_overdrawn_and_says_so(world: World, run_jobs) -> None:
    row = released(world, 10, budget=2000)
    units = Delivery.objects.filter(broadcast=row).first().units
    price = 2000 // (4 * units)
    claimed = take(price=price).claimed
    assert len(claimed) == 4
    assert take(price=price).claimed == []
    ChannelAccount.objects.create(kind="sms", name="SMS", slug="s", settings={"price_per_unit": price})
    finish(claimed[:3])
    assert tidy(at=NOW) == 0
    assert Broadcast.objects.get(pk=row.pk).state == "running", "one is still on the wire"
    finish(claimed[3:])
    Purse.objects.filter(broadcast=row).update(spent=4 * units * price)
    tidy(at=NOW)
    held = Broadcast.objects.get(pk=row.pk)
    assert (held.state, held.held_for) == ("paused", "budget")
    assert states(row) == {"accepted": 4, "pending": 6}
    set_budget(broadcast=row, limit=100 * units * price, by=world.officer, at=NOW)
    resume(broadcast=row, by=world.officer, at=NOW)
    assert len(take(price=price).claimed) == 6


def test_what_was_not_taken_goes_back_into_the_purse_and_what_is_in_doubt_stays_set_aside(world: World) -> None:
    row = released(world, 3, budget=1_000_000)
    refused, lost, unsent = take(price=100).claimed
    assert Purse.objects.get().spent == sum(one.reserved for one in (refused, lost, unsent)) > 0
    finish([refused], Rejected("no"))
    finish([lost], Unknown("dropped"))
    give_back([unsent], at=NOW)
    assert Purse.objects.get().spent == lost.reserved
    with pytest.raises(CannotChangeError, match=str(lost.reserved)):
        set_budget(broadcast=row, limit=lost.reserved - 1, by=world.officer, at=NOW)


@settings(max_examples=30)
@given(
    budget=st.integers(0, 3000), price=st.integers(1, 700), limits=st.lists(st.integers(1, 6), min_size=1, max_size=8)
)
def test_no_order_of_claims_and_ends_overdraws_a_budget(world, budget, price, limits) -> None:
    from django.db import transaction

    with transaction.atomic():
        row = released(world, 8, budget=budget)
        for number, limit in enumerate(limits):
            claimed = take(price=price, limit=limit, at=NOW + timedelta(seconds=number)).claimed
            assert Purse.objects.get(broadcast=row).spent <= budget
            finish(claimed, [Rejected("no"), Accepted("x"), Unknown("?")][number % 3])
            assert Purse.objects.get(broadcast=row).spent <= budget
        transaction.set_rollback(True)


# Sharing a channel


def test_broadcasts_share_a_channel_by_weight_and_urgent_ones_come_first(world: World) -> None:
    light, heavy = released(world, 40), released(world, 40)
    set_weight(broadcast=heavy, weight=30, by=world.officer, at=NOW)

    def shares(limit: int) -> list[int]:
        owners = [one.broadcast_id for one in take(limit=limit).claimed]
        return [owners.count(light.pk), owners.count(heavy.pk)]

    assert shares(40) == [10, 30]
    urgent = released(world, 40, urgency="urgent")
    owners = [one.broadcast_id for one in take(limit=50, allowance=20).claimed]
    assert set(owners) == {urgent.pk}, "when little may be sent, what is urgent goes"
    for weight in (0, 101):
        with pytest.raises(CannotChangeError):
            set_weight(broadcast=heavy, weight=weight, by=world.officer, at=NOW)
    assert AuditEntry.objects.filter(action="outreach.broadcast_weighed").count() == 1


def test_what_is_in_doubt_goes_again_only_through_the_account_that_may_have_it(world: World) -> None:
    from lantoa.outreach.services.claiming import claim

    def through(account: int, at=NOW):
        return claim(account_id=account, channel="sms", limit=9, at=at, lease=LEASE).claimed

    released(world, 2)
    lost, busy = through(1)
    finish([busy], Retry("busy", after=timedelta(seconds=1)))
    reap(at=NOW + 2 * LEASE)
    later = NOW + 3 * LEASE
    assert [one.id for one in through(2, later)] == [busy.id], "what was not taken may go elsewhere"
    assert [one.id for one in through(1, later)] == [lost.id]
