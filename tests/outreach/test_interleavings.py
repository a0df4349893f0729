"""Whatever happens in whatever order: everybody counted once, nobody moves down, no lie about what left the house."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.channels.contract import Accepted, Outcome, Rejected, Retry, Unknown
from lantoa.channels.events import ReceiptReceived
from lantoa.outreach.enums import RANK
from lantoa.outreach.models import Broadcast, Delivery
from lantoa.outreach.services import CannotChangeError, cancel, pause, resume, retry_failed
from lantoa.outreach.services.claiming import Claimed
from lantoa.outreach.services.ending import tidy
from lantoa.outreach.services.receipts import sweep_receipts, take_receipt
from lantoa.outreach.services.settling import give_back, reap
from tests.outreach.world import NOW, World, finish, released, take, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.sql]

STEPS = (
    *("claim", "claim", "accept", "accept", "drop", "busy", "refuse", "crash", "reap", "deliver", "deliver", "fail"),
    *("read", "repeat", "withdraw", "pause", "resume", "retry", "give_back", "tidy", "cancel"),
)


class Provider:
    """What the other side really took; a repeated key is recognised."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()

    def take(self, key: str) -> Accepted:
        if key not in self.taken:
            self.taken[key] = 1
        return Accepted(f"p-{key}")


class Play:
    """One broadcast, two workers, and a clock."""

    def __init__(self, world: World, row: Broadcast) -> None:
        self.world, self.row, self.at = world, row, NOW
        self.provider = Provider()
        self.hands: list[list[Claimed]] = [[], []]
        self.receipts: list[ReceiptReceived] = []
        self.best: dict[int, int] = {}
        self.refused: set[int] = set()

    def step(self, name: str, pick: int) -> None:  # noqa: C901 - one case a step
        self.at += timedelta(seconds=1)
        hand = self.hands[pick % 2]
        match name:
            case "claim":
                hand += take(limit=2, at=self.at).claimed
            case "accept" | "drop" | "busy" | "refuse" if hand:
                self._answer(name, hand.pop(pick % len(hand)))
            case "crash":
                self.hands[pick % 2] = []
            case "give_back" if hand:
                give_back([hand.pop()], at=self.at)
            case "reap":
                self.at += timedelta(minutes=2)
                reap(at=self.at)
            case "deliver" | "fail" | "read" if self.provider.taken:
                self._report({"deliver": "delivered", "fail": "failed", "read": "read"}[name], pick)
            case "repeat" if self.receipts:
                take_receipt(self.receipts[pick % len(self.receipts)], at=self.at)
            case "withdraw":
                rows = Delivery.objects.filter(broadcast=self.row).order_by("pk")
                withdraw(rows[pick % rows.count()].person_id, at=self.at)
            case "tidy":
                tidy(at=self.at)
            case "pause" | "resume" | "cancel" | "retry":
                self._order({"pause": pause, "resume": resume, "cancel": cancel, "retry": retry_failed}[name])

    def _order(self, service: Callable[..., object]) -> None:
        try:
            with transaction.atomic():
                service(broadcast=self.row, by=self.world.officer, at=self.at)
        except CannotChangeError:
            pass

    def _answer(self, name: str, one: Claimed) -> None:
        outcome: Outcome
        if name == "busy":
            outcome = Retry("busy", after=timedelta(seconds=1))
        elif name == "refuse" and one.key not in self.provider.taken:
            outcome = Rejected("99")
        else:
            outcome = self.provider.take(one.key)
        if name == "drop":
            outcome = Unknown("dropped")
        finish([one], outcome, at=self.at)

    def _report(self, state: str, pick: int) -> None:
        key = sorted(self.provider.taken)[pick % len(self.provider.taken)]
        event = ReceiptReceived(
            1, "sms", f"p-{key}", key if pick % 3 else "", state, self.at.isoformat(), len(self.receipts)
        )
        self.receipts.append(event)
        take_receipt(event, at=self.at)

    def check(self) -> None:
        rows = list(Delivery.objects.filter(broadcast=self.row))
        assert len(rows) == Broadcast.objects.get(pk=self.row.pk).audience_count == 4
        taken = {int(key.split("-")[1]) for key in self.provider.taken}
        for row in rows:
            rank = RANK.get(row.state, 0)
            if self.best.get(row.pk, 0) >= RANK["delivered"]:
                assert rank >= self.best[row.pk], "a delivered message never moves down"
            self.best[row.pk] = max(rank, self.best.get(row.pk, 0))
            if row.state in ("accepted", "delivered", "read"):
                assert row.pk in taken, "what counts as handed over was taken by the provider"
            if row.pk in taken:
                assert row.state not in ("suppressed", "expired"), "what left the house is not called unsent"

    def settle(self) -> None:
        """Let everything come to rest: both workers die, leases run out, a third one finishes."""
        self.hands = [[], []]
        self._order(resume)
        for _ in range(8):
            self.at += timedelta(hours=1)
            reap(at=self.at)
            for one in take(limit=10, at=self.at).claimed:
                finish([one], self.provider.take(one.key), at=self.at)
            sweep_receipts(at=self.at)
            tidy(at=self.at)
            self.check()


@settings(max_examples=40)
@given(script=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 11)), max_size=40))
def test_no_interleaving_loses_doubles_or_lies(world: World, script: list[tuple[str, int]]) -> None:
    with transaction.atomic():
        play = Play(world, released(world, 4))
        for name, pick in script:
            play.step(name, pick)
            play.check()
        play.settle()
        rows = Delivery.objects.filter(broadcast=play.row)
        assert not rows.filter(state__in=["pending", "sending"]).exists(), "nobody is left waiting"
        assert Broadcast.objects.get(pk=play.row.pk).state in ("done", "cancelled")
        per_delivery = Counter(key.rpartition("-")[0] for key in play.provider.taken)
        retried = {key.rpartition("-")[0] for key in play.provider.taken if not key.endswith("-0")}
        assert all(count == 1 for stem, count in per_delivery.items() if stem not in retried), "nobody got it twice"
        transaction.set_rollback(True)
