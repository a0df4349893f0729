"""Fallback by receipts and by time: each person goes through the chain once, and is counted in one step, always."""

from collections import Counter
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.channels.contract import Rejected, Unknown
from lantoa.channels.events import ReceiptReceived
from lantoa.kernel.access import AccessDenied
from lantoa.outreach.models import Broadcast, Delivery, DeliveryAttempt
from lantoa.outreach.selectors import broadcast_account, sums
from lantoa.outreach.services import BadChainError, Step, cancel, go_on, record_visit, release
from lantoa.outreach.services.ending import tidy
from lantoa.outreach.services.receipts import take_receipt
from tests.outreach.world import NOW, World, approve, draft, finish, message, people, states, take, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
HOUR = timedelta(hours=1)
CHAIN = (Step("sms", HOUR), Step("visit", 2 * HOUR))


def chained(world: World, chain=CHAIN, **more) -> Broadcast:
    row = draft(
        world, approve(world, message(world)), ("zalo",), chain=chain, expires_at=NOW + timedelta(days=3), **more
    )
    return release(broadcast=row, by=world.leader, at=NOW)


def told(one, state: str, *, kind: str, at=NOW, inbound: int = 1) -> None:
    name = {"provider_id": f"p-{one.id}", "key": ""} if kind == "zalo" else {"provider_id": "", "key": one.key}
    take_receipt(ReceiptReceived(1, kind, name["provider_id"], name["key"], state, at.isoformat(), inbound), at=at)


def steps(row: Broadcast, person: int) -> list[tuple[int, str, str, bool]]:
    found = Delivery.objects.filter(broadcast=row, person_id=person).order_by("step")
    return list(found.values_list("step", "channel", "state", "moved_on"))


def test_who_was_not_reached_goes_on_by_receipt_or_by_time_and_ends_with_a_visit(world: World) -> None:
    failed, silent, reached, alone = (people(world, 1, kinds)[0] for kinds in (
        ("zalo", "sms"), ("zalo", "sms"), ("zalo", "sms"), ("email",)))  # fmt: skip
    row = chained(world)
    claimed = {Delivery.objects.get(pk=one.id).person_id: one for one in take("zalo").claimed}
    finish([claimed[failed]], Rejected("-213"), channel="zalo")
    finish([claimed[silent], claimed[reached]], channel="zalo")
    told(claimed[reached], "delivered", kind="zalo")
    assert go_on(at=NOW + timedelta(minutes=1)) == 2, "the failed one, and the one without any channel"
    assert steps(row, failed) == [(0, "zalo", "failed", True), (1, "sms", "pending", False)]
    assert steps(row, alone) == [(0, "none", "suppressed", True), (2, "visit", "pending", False)]
    assert go_on(at=NOW + timedelta(minutes=59)) == 0, "the silent one still has time"
    assert go_on(at=NOW + HOUR) == 1
    assert steps(row, silent) == [(0, "zalo", "accepted", True), (1, "sms", "pending", False)]
    assert steps(row, reached) == [(0, "zalo", "delivered", False)]
    finish(take("sms", at=NOW + HOUR).claimed, Rejected("99"), at=NOW + HOUR)
    assert go_on(at=NOW + HOUR) == 2
    assert sorted(states(row).items()) == [
        ("accepted", 1), ("delivered", 1), ("failed", 3), ("pending", 3), ("suppressed", 1),
    ]  # fmt: skip
    account = broadcast_account(row.pk)
    assert (account.audience, account.states) == (4, {"delivered": 1, "pending": 3})
    assert DeliveryAttempt.objects.filter(step="fallback").count() == 5
    assert all(one.balanced for one in sums(row.pk))


def test_a_late_receipt_calls_a_person_back_before_the_second_message_leaves(world: World) -> None:
    person = people(world, 1, ("zalo", "sms"))[0]
    row = chained(world)
    one = take("zalo").claimed[0]
    finish([one], channel="zalo")
    go_on(at=NOW + HOUR)
    told(one, "delivered", kind="zalo", at=NOW + HOUR)
    assert take("sms", at=NOW + HOUR).claimed == [], "asked again in the claiming statement"
    go_on(at=NOW + HOUR + timedelta(minutes=1))
    assert steps(row, person) == [(0, "zalo", "delivered", False), (1, "sms", "suppressed", True)]
    assert broadcast_account(row.pk).states == {"delivered": 1}
    tidy(at=NOW + 2 * HOUR)
    assert Broadcast.objects.get(pk=row.pk).state == "done"


def test_a_family_that_shares_a_phone_gets_the_fallback_once(world: World) -> None:
    people(world, 3, ("zalo", "sms"), phone="84900555555")
    row = chained(world, (Step("sms", HOUR),))
    finish(take("zalo").claimed, Rejected("-213"), channel="zalo")
    assert sum(go_on(at=NOW + timedelta(minutes=n)) for n in range(3)) == 1
    assert broadcast_account(row.pk).states == {"failed": 2, "pending": 1}


def test_who_withdrew_does_not_go_on_and_stopping_ends_the_chain(world: World) -> None:
    first, second = people(world, 2, ("zalo", "sms"))
    row = chained(world, (Step("sms", HOUR),))
    finish(take("zalo").claimed, Rejected("-213"), channel="zalo")
    withdraw(first)
    assert go_on(at=NOW + HOUR) == 1
    cancel(broadcast=row, by=world.officer, at=NOW + HOUR)
    assert steps(row, second)[-1] == (1, "sms", "suppressed", False)
    assert go_on(at=NOW + 2 * HOUR) == 0
    assert broadcast_account(row.pk).states == {"failed": 1, "suppressed": 1}


def test_a_visit_is_recorded_once_by_who_may_and_a_second_one_may_find_who_was_out(world: World) -> None:
    people(world, 2, ("email",))
    row = chained(world, (Step("visit", HOUR),))
    go_on(at=NOW)
    one, other = Delivery.objects.filter(broadcast=row, channel="visit")
    with pytest.raises(AccessDenied):
        record_visit(delivery=one, met=True, by=world.reviewer, at=NOW)
    assert record_visit(delivery=one, met=True, by=world.officer, at=NOW)
    assert not record_visit(delivery=one, met=True, by=world.officer, at=NOW)
    assert record_visit(delivery=other, met=False, by=world.officer, at=NOW)
    assert broadcast_account(row.pk).states == {"delivered": 1, "failed": 1}
    assert record_visit(delivery=other, met=True, by=world.officer, at=NOW + HOUR)
    assert broadcast_account(row.pk).states == {"delivered": 2}
    tidy(at=NOW + 5 * HOUR)
    assert Broadcast.objects.get(pk=row.pk).state == "done"


@pytest.mark.parametrize(
    "chain",
    [
        (Step("zalo", HOUR),),
        (Step("sms", HOUR), Step("sms", HOUR)),
        (Step("visit", HOUR), Step("sms", HOUR)),
        (Step("fax", HOUR),),
        (Step("sms", timedelta(0)),),
        (Step("sms", timedelta(days=15)),),
    ],
)
def test_a_chain_that_makes_no_sense_is_refused(world: World, chain) -> None:
    people(world, 1)
    with pytest.raises(BadChainError):
        draft(world, approve(world, message(world)), ("zalo",), chain=chain)


@settings(max_examples=25)
@given(script=st.lists(st.tuples(st.sampled_from(
    ("claim zalo", "claim sms", "accept", "refuse", "drop", "deliver", "fail", "wait", "go_on", "withdraw")),
    st.integers(0, 9)), max_size=30))  # fmt: skip
def test_whatever_happens_everybody_is_counted_once_and_nobody_gets_a_step_twice(world, script) -> None:
    with transaction.atomic():
        who = [*people(world, 2, ("zalo", "sms")), *people(world, 1, ("sms",)), *people(world, 1, ("email",))]
        row, at, hands, taken = chained(world), NOW, [], []
        for name, pick in script:
            at += timedelta(seconds=1)
            if name.startswith("claim"):
                kind = name.split()[1]
                hands += [(kind, one) for one in take(kind, at=at).claimed]
            elif name in ("accept", "refuse", "drop") and hands:
                kind, one = hands.pop(pick % len(hands))
                outcome = {"accept": None, "refuse": Rejected("no"), "drop": Unknown("?")}[name]
                finish([one], outcome, channel=kind, at=at)
                taken += [(kind, one)] if name == "accept" else []
            elif name in ("deliver", "fail") and taken:
                kind, one = taken[pick % len(taken)]
                told(
                    one, {"deliver": "delivered", "fail": "failed"}[name], kind=kind, at=at, inbound=len(script) + pick
                )
            elif name == "wait":
                at += HOUR
            elif name == "go_on":
                go_on(at=at)
            elif name == "withdraw":
                withdraw(who[pick % 4], at=at)
            account = broadcast_account(row.pk)
            assert (account.audience, sum(account.states.values())) == (4, 4)
            assert all(one.balanced for one in sums(row.pk))
        per_step = Counter(Delivery.objects.filter(broadcast=row).values_list("person_id", "step"))
        assert set(per_step.values()) <= {1}
        transaction.set_rollback(True)
