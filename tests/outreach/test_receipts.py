"""Receipts: kept once, upward only, in any order, before or after our own commit."""

from datetime import timedelta
from itertools import permutations

import pytest

from lantoa.channels.contract import Accepted, Rejected
from lantoa.channels.events import ReceiptReceived
from lantoa.outreach.models import Delivery, DeliveryAttempt, ParkedReceipt, Standing
from lantoa.outreach.services import retry_failed
from lantoa.outreach.services.receipts import sweep_receipts, take_receipt, take_receipts
from lantoa.outreach.services.settling import reap
from tests.outreach.world import NOW, World, finish, released, take

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def receipt(state: str, *, key: str = "", provider_id: str = "", inbound: int = 1, kind: str = "sms") -> bool:
    event = ReceiptReceived(1, kind, provider_id, key, state, NOW.isoformat(), inbound)
    return take_receipt(event, at=NOW)


@pytest.mark.parametrize("order", list(permutations(["delivered", "failed", "read"])))
def test_any_order_of_receipts_ends_the_same(world: World, order: tuple[str, ...]) -> None:
    released(world, 1)
    one = take().claimed[0]
    finish([one])
    for number, state in enumerate(order):
        receipt(state, key=one.key, inbound=number)
    assert Delivery.objects.get().state == "read"


def test_a_repeated_receipt_is_kept_once(world: World) -> None:
    released(world, 1)
    one = take().claimed[0]
    finish([one])
    assert [receipt("delivered", key=one.key), receipt("delivered", key=one.key)] == [True, False]
    assert ParkedReceipt.objects.values_list("status", "delivery_id").get() == ("applied", one.id)


@pytest.mark.parametrize(("named", "kind"), [("key", "sms"), ("provider_id", "zalo")])
def test_a_receipt_that_comes_before_our_commit_is_parked_and_applied_by_it(
    world: World, named: str, kind: str
) -> None:
    released(world, 1, (kind,))
    one = take(kind).claimed[0]
    receipt("delivered", kind=kind, **{named: {"key": one.key, "provider_id": f"p-{one.id}"}[named]})
    assert (Standing.objects.get().state, ParkedReceipt.objects.get().status) == ("sending", "parked")
    finish([one], channel=kind)
    assert (Delivery.objects.get().state, ParkedReceipt.objects.get().status) == ("delivered", "applied")


def test_a_receipt_settles_a_delivery_in_doubt(world: World) -> None:
    released(world, 1)
    one = take().claimed[0]
    receipt("delivered", key=one.key)
    reap(at=NOW + timedelta(hours=1))
    assert Standing.objects.values_list("state", "not_before").get() == ("delivered", None)
    assert take(at=NOW + timedelta(hours=1)).claimed == []


def test_a_receipt_for_nobody_is_kept_and_the_sweep_finds_its_delivery_later(world: World) -> None:
    released(world, 1, ("zalo",))
    one = take("zalo").claimed[0]
    finish([one], channel="zalo")
    ParkedReceipt.objects.create(inbound_id=7, account_id=1, kind="zalo", provider_id=f"p-{one.id}", state="delivered",
                                 occurred_at=NOW, received_at=NOW)  # fmt: skip
    receipt("delivered", provider_id="somebody-else", inbound=8, kind="zalo")
    assert sweep_receipts(at=NOW) == 1
    assert Delivery.objects.get().state == "delivered"
    assert ParkedReceipt.objects.filter(status="parked").values_list("provider_id", flat=True).get() == "somebody-else"


def test_a_late_failure_of_an_earlier_generation_does_not_undo_the_retry(world: World) -> None:
    row = released(world, 1)
    one = take().claimed[0]
    finish([one], Rejected("99"))
    retry_failed(broadcast=row, by=world.officer, at=NOW)
    again = take().claimed[0]
    finish([again])
    receipt("failed", key=one.key)
    assert Delivery.objects.get().state == "accepted"
    receipt("delivered", key=again.key, inbound=2)
    assert Delivery.objects.get().state == "delivered"


def test_a_reading_of_many_receipts_ends_as_one_by_one_would(world: World) -> None:
    released(world, 3, ("zalo",))
    first, second, third = take("zalo").claimed
    finish([first, second], channel="zalo")
    told = [
        ReceiptReceived(1, "zalo", "", first.key, "read", (NOW + timedelta(minutes=2)).isoformat(), 1),
        ReceiptReceived(1, "zalo", "", first.key, "delivered", (NOW + timedelta(minutes=1)).isoformat(), 2),
        ReceiptReceived(1, "zalo", f"p-{second.id}", "not-our-key", "failed", NOW.isoformat(), 3),
        ReceiptReceived(1, "zalo", "", third.key, "delivered", NOW.isoformat(), 4),
        ReceiptReceived(1, "zalo", "", first.key, "read", (NOW + timedelta(minutes=2)).isoformat(), 1),
    ]
    assert take_receipts(told, at=NOW) == 4
    rows = Standing.objects.order_by("pk").values_list("state", "reason", "delivered_at", "read_at")
    assert list(rows) == [
        ("read", "", NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)),
        ("failed", "not_delivered", None, None),
        ("sending", "", None, None),
    ]
    assert list(ParkedReceipt.objects.order_by("inbound_id").values_list("status", flat=True)) == [
        "applied", "moot", "applied", "parked",
    ]  # fmt: skip
    assert DeliveryAttempt.objects.filter(step="receipt").values_list("delivery_id", flat=True).get() == second.id


@pytest.mark.parametrize("key", ["0123456789abcdef-1-0", "x", "'; DROP TABLE outreach_delivery; --", "0" * 64])
def test_a_foreign_key_in_a_receipt_moves_nobody(world: World, key: str) -> None:
    released(world, 1)
    finish(take().claimed)
    receipt("failed", key=key)
    assert Delivery.objects.get().state == "accepted"


PARTS = ("a", "b", "c")


@pytest.mark.parametrize("order", list(permutations(PARTS)))
def test_a_long_text_is_delivered_when_all_its_parts_are(world: World, order: tuple[str, ...]) -> None:
    released(world, 1, ("zalo",))
    finish(take("zalo").claimed, Accepted("c", parts=PARTS), channel="zalo")
    seen = []
    for number, part in enumerate((*order, order[0])):
        receipt("delivered", provider_id=part, inbound=number, kind="zalo")
        seen.append(Delivery.objects.get().state)
    assert seen == ["accepted", "accepted", "delivered", "delivered"]
    assert not ParkedReceipt.objects.filter(status="parked").exists()


def test_a_part_told_twice_is_not_two_parts(world: World) -> None:
    released(world, 1, ("zalo",))
    finish(take("zalo").claimed, Accepted("b", parts=("a", "b")), channel="zalo")
    for number in range(3):
        receipt("delivered", provider_id="b", inbound=number, kind="zalo")
    assert Delivery.objects.get().state == "accepted"


@pytest.mark.parametrize("order", list(permutations([("a", "delivered"), ("b", "failed"), ("c", "delivered")])))
def test_a_long_text_of_which_a_part_fails_is_failed(world: World, order: tuple[tuple[str, str], ...]) -> None:
    released(world, 1, ("zalo",))
    finish(take("zalo").claimed, Accepted("c", parts=PARTS), channel="zalo")
    for number, (part, state) in enumerate(order):
        receipt(state, provider_id=part, inbound=number, kind="zalo")
    assert Delivery.objects.values_list("state", "reason").get() == ("failed", "not_delivered")


def test_receipts_of_parts_that_come_before_our_commit_or_all_at_once_count(world: World) -> None:
    released(world, 2, ("zalo",))
    early, late = take("zalo").claimed
    for number, part in enumerate(("a", "b")):
        receipt("delivered", provider_id=part, inbound=number, kind="zalo")
    finish([early], Accepted("c", parts=PARTS), channel="zalo")
    finish([late], Accepted("z", parts=("x", "y", "z")), channel="zalo")
    together = [ReceiptReceived(1, "zalo", part, "", "delivered", NOW.isoformat(), 9) for part in ("c", "x", "y", "z")]
    assert take_receipts(together, at=NOW) == 4
    assert set(Delivery.objects.values_list("state", flat=True)) == {"delivered"}
