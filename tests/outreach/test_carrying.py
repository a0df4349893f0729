"""Placements that a worker carries: claimed, settled, in doubt, receipted; every path of the state machine."""

import contextlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import LazySettings
from django.db import connection
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.channels.contract import Accepted, Outcome, Rejected, Retry, Throttled, Unknown
from lantoa.channels.events import ReceiptReceived
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.placing import Priority
from lantoa.channels.registry import PUBLIC_BUILT_IN, public
from lantoa.kernel.errors import LantoaError
from lantoa.outlets.models import Outlet
from lantoa.outreach.models import Broadcast, ParkedReceipt, Placement, PlacementEvent
from lantoa.outreach.outcomes import settle
from lantoa.outreach.placement_enums import PLACEMENT_MOVES, PlacementState
from lantoa.outreach.services import Shown, cancel, confirm, pause, resume, retry_placement, take_down, undo
from lantoa.outreach.services.broadcasts import hold_unapproved
from lantoa.outreach.services.carrying import Ended, Taken, complete_placements, reap_placements, take_placements
from lantoa.outreach.services.ending import tidy
from lantoa.outreach.services.receipts import sweep_receipts, take_receipts
from lantoa.outreach.worker.placements import PlacementLane
from tests.outreach.public_world import HERE, HornPlacer, outlet, placed, public_version, settle_unit, states_of
from tests.outreach.world import LEASE, NOW, World, sql

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _horn(settings: LazySettings) -> Iterator[None]:
    settings.LANTOA_PUBLIC_CHANNELS = [*PUBLIC_BUILT_IN, f"{HERE}.HORN"]
    return


@pytest.fixture
def place(world: World) -> World:
    settle_unit(world)
    return world


def take(limit: int = 16, *, at: datetime = NOW, account_id: int | None = None) -> list[Taken]:
    return take_placements(kind="horn", account_id=account_id, limit=limit, at=at, lease=LEASE)


def end(taken: list[Taken], outcome: Outcome, *, at: datetime = NOW) -> int:
    capability = public("horn").capability
    return complete_placements([
        Ended(one, settle(outcome, capability=capability, urgency=one.urgency, attempts=one.attempts,
                          in_doubt=one.in_doubt, now=at), at)
        for one in taken
    ])  # fmt: skip


def receipt(one: Placement, state: str = "delivered", *, number: int = 1, key: str = "", provider_id: str = "",
            account_id: int | None = None, at: datetime = NOW) -> ReceiptReceived:  # fmt: skip
    return ReceiptReceived(account_id or one.account_id or 0, "horn", provider_id, key, state, at.isoformat(), number)


def test_what_a_placer_gets_is_the_approved_words_and_the_place(place: World) -> None:
    outlet(place, "horn", "Cụm loa ấp", settings={"place": "Nóc trụ sở"})
    version = public_version(place, ["horn"], {"horn": "Kính thưa {name}, vay vốn làm ăn."})
    row = placed(place, ["horn"], version=version, priority=Priority.PREFERRED)
    [one] = take()
    assert (one.placing.key, one.placing.text, one.placing.place.name) == (
        f"{row.key}-p{Outlet.objects.get().pk}-0", "Kính thưa bà con, vay vốn làm ăn.", "Cụm loa ấp",
    )  # fmt: skip
    assert one.placing.place.settings == {"place": "Nóc trụ sở"}
    assert (one.placing.place.unit, one.placing.priority) == ("Xã Tân Thử", Priority.PREFERRED)
    assert take() == [], "it is held"


def test_accepted_waits_for_its_receipt_and_done_by_it(place: World) -> None:
    account = ChannelAccount.objects.create(kind="horn", name="Đài", slug="dai")
    outlet(place, "horn", account_id=account.pk)
    row = placed(place, ["horn"])
    assert take() == [], "the outlet hangs on an account"
    taken = take(account_id=account.pk)
    early = receipt(Placement.objects.get(), key=taken[0].placing.key, account_id=account.pk)
    assert take_receipts([early, early], at=NOW) == 1
    assert states_of(row) == {"sending": 1}, "on the wire: the receipt waits"
    end(taken, Accepted("p-1"))
    one = Placement.objects.get()
    assert (one.state, one.done_at, one.provider_id) == (PlacementState.DONE, NOW, "p-1")
    assert list(one.history.values_list("step", "before", "after")) == [
        ("placed", "sending", "accepted"), ("receipt", "accepted", "done"),
    ]  # fmt: skip
    assert ParkedReceipt.objects.get().placement_id == one.pk
    assert tidy(at=NOW) == 1


def test_a_device_speaks_for_its_own_outlet_alone(place: World) -> None:
    account = ChannelAccount.objects.create(kind="horn", name="Đài", slug="dai")
    outlet(place, "horn", account_id=account.pk, settings={"commune": "32000", "device": "loa-1"})
    placed(place, ["horn"])
    end(take(account_id=account.pk), Accepted("p-1"))
    one = Placement.objects.get()
    for number, device in enumerate(("loa-2", "loa-1"), 1):
        said = InboundEvent.objects.create(
            account=account, provider_event_id=f"e-{number}", kind="horn", raw=b"{}", received_at=NOW,
            headers={"topic": f"96/32000/{device}/ack"},
        )  # fmt: skip
        take_receipts([receipt(one, key=one.key, number=said.pk)], at=NOW)
        one.refresh_from_db()
        assert one.state == ("done" if device == "loa-1" else "accepted")


def test_a_receipt_by_the_providers_own_id_and_one_of_another_account(place: World) -> None:
    account = ChannelAccount.objects.create(kind="horn", name="Đài", slug="dai")
    other = ChannelAccount.objects.create(kind="horn", name="Đài khác", slug="dai-khac")
    outlet(place, "horn", account_id=account.pk)
    row = placed(place, ["horn"])
    end(take(account_id=account.pk), Accepted("p-9"))
    one = Placement.objects.get()
    take_receipts([receipt(one, provider_id="p-9", account_id=other.pk)], at=NOW)
    assert states_of(row) == {"accepted": 1}
    take_receipts([receipt(one, "failed", provider_id="p-9", number=2)], at=NOW)
    take_receipts([receipt(one, provider_id="p-9", number=3)], at=NOW)
    take_receipts([receipt(one, "failed", provider_id="p-9", number=4)], at=NOW)
    sweep_receipts(at=timezone.now())
    assert states_of(row) == {"done": 1}, "the higher word wins"
    assert [one.status for one in ParkedReceipt.objects.order_by("pk")] == ["parked", "applied", "applied", "moot"]


def test_refused_is_failed_and_tried_again_under_a_new_key(place: World) -> None:
    outlet(place, "horn")
    row = placed(place, ["horn"])
    end(take(), Rejected("cột hỏng"))
    one = Placement.objects.get()
    assert (one.state, one.reason, one.history.get().note) == (PlacementState.FAILED, "refused", "cột hỏng")
    tidy(at=NOW)
    again = retry_placement(placement=one, by=place.officer, at=NOW)
    assert again.key == one.key[:-1] + "1"
    row.refresh_from_db()
    assert row.state == "running"
    [taken] = take()
    assert (taken.placing.key, taken.attempts) == (again.key, 1)


def test_put_off_comes_back_and_gives_up_in_the_end(place: World) -> None:
    outlet(place, "horn")
    row = placed(place, ["horn"])
    at = NOW
    for _number in range(5):
        at += timedelta(hours=1)
        end(take(at=at), Retry("bận"), at=at)
    assert states_of(row) == {"failed": 1}
    assert Placement.objects.get().reason == "gave_up"


def test_throttled_costs_no_attempt(place: World) -> None:
    outlet(place, "horn")
    placed(place, ["horn"])
    end(take(), Throttled("chờ", after=timedelta(seconds=30)))
    one = Placement.objects.get()
    assert (one.state, one.attempts, one.not_before) == (PlacementState.PLANNED, 0, NOW + timedelta(seconds=30))


def test_a_lost_lease_is_in_doubt_and_taken_again_with_the_same_key(place: World) -> None:
    outlet(place, "horn")
    row = placed(place, ["horn"])
    first = take()
    later = NOW + LEASE + timedelta(seconds=1)
    assert reap_placements(at=later) == 1
    assert states_of(row) == {"unknown": 1}
    second = take(at=later)
    assert (second[0].placing.key, second[0].in_doubt) == (first[0].placing.key, True)
    assert end(first, Accepted("late"), at=later) == 0, "its lease is another's now"
    end(second, Retry("bận"), at=later)
    assert states_of(row) == {"unknown": 1}, "a refusal to take it again proves nothing"


def test_a_worker_that_was_only_late_still_tells_the_truth(place: World) -> None:
    outlet(place, "horn")
    row = placed(place, ["horn"])
    taken = take()
    reap_placements(at=NOW + LEASE * 2)
    assert end(taken, Accepted("p-1"), at=NOW + LEASE * 2) == 1
    assert states_of(row) == {"accepted": 1}


def test_made_ready_too_late_it_is_not_put_there_and_costs_no_attempt(place: World) -> None:
    outlet(place, "horn")
    row = placed(place, ["horn"])
    [one] = take()
    HornPlacer.BLOWN.clear()
    moments: Any = SimpleNamespace(now=lambda: NOW)
    lane = PlacementLane("horn", None, SimpleNamespace(), moments, lease=LEASE)  # type: ignore[arg-type]
    ended = async_to_sync(lane._carry)(one, 0.0)
    assert complete_placements([ended]) == 1
    found = Placement.objects.get(broadcast=row)
    assert (found.state, found.attempts, HornPlacer.BLOWN) == ("planned", 0, [])
    assert found.not_before == NOW + timedelta(seconds=5)


def test_a_placer_goes_by_the_ledgers_clock_however_wrong_the_workers_is() -> None:
    moments: Any = SimpleNamespace(now=lambda: NOW)
    lane = PlacementLane("horn", None, SimpleNamespace(), moments, lease=LEASE)  # type: ignore[arg-type]
    assert lane._placer.now() == NOW


@pytest.mark.parametrize("how", ["pause", "cancel", "revoke", "expire"])
def test_nothing_is_taken_of_what_may_not_go_out(place: World, how: str) -> None:
    outlet(place, "horn")
    row = placed(place, ["horn"])
    at = NOW
    if how == "pause":
        pause(broadcast=row, by=place.leader, at=NOW)
    elif how == "cancel":
        cancel(broadcast=row, by=place.leader, at=NOW)
    elif how == "revoke":
        from lantoa.approvals.models import Decision
        from lantoa.approvals.services import revoke

        revoke(decision_id=Decision.objects.get().pk, by=place.reviewer, at=NOW, reason="Sai")
    else:
        at = row.expires_at
    assert take(at=at) == []
    if how == "revoke":
        hold_unapproved(subject=row.version.message.subject, sha256=row.version.sha256, at=NOW)
        row.refresh_from_db()
        assert row.state == "paused"


def test_urgent_comes_first_then_preferred(place: World) -> None:
    outlet(place, "horn")
    version = public_version(place, ["horn"])
    for priority in (Priority.NORMAL, Priority.PREFERRED, Priority.URGENT):
        placed(place, ["horn"], version=version, priority=priority)
    assert [take(1)[0].placing.priority for _number in range(3)] == [
        Priority.URGENT, Priority.PREFERRED, Priority.NORMAL,
    ]  # fmt: skip


def test_not_before_its_hour(place: World) -> None:
    outlet(place, "horn")
    placed(place, ["horn"], starts_at=NOW + timedelta(hours=3))
    assert take(at=NOW + timedelta(hours=2)) == []
    assert len(take(at=NOW + timedelta(hours=3))) == 1


def test_a_claim_costs_the_same_for_many(place: World, django_assert_num_queries: Any) -> None:
    for number in range(40):
        outlet(place, "horn", f"Loa {number}")
    placed(place, ["horn"])
    with django_assert_num_queries(8):
        assert len(take(40)) == 40


MOVES = st.lists(
    st.sampled_from(
        ["take", "accept", "deliver", "refuse", "retry", "unknown", "lose", "late", "receipt", "failed", "confirm",
         "undo", "again", "down", "pause", "resume", "cancel", "expire", "tidy"]
    ),
    min_size=1, max_size=14,
)  # fmt: skip


class Walker:
    """Does what the moves say, as people, workers and providers would, in any order; refusals are part of life."""

    def __init__(self, world: World, row: Broadcast) -> None:
        self.world, self.row, self.at, self.held, self.number = world, row, NOW, [], 0  # type: ignore[var-annotated]

    @property
    def one(self) -> Placement:
        return Placement.objects.get(broadcast=self.row)

    def go(self, move: str) -> None:
        self.at += timedelta(seconds=7)
        self.number += 1
        with contextlib.suppress(LantoaError):
            getattr(self, f"_{move}")()

    def _take(self) -> None:
        self.held = take(at=self.at) or self.held

    def _end(self, outcome: Outcome) -> None:
        end(self.held, outcome, at=self.at)

    def _accept(self) -> None:
        self._end(Accepted("p"))

    def _deliver(self) -> None:
        self._end(Accepted("p", delivered=True))

    def _refuse(self) -> None:
        self._end(Rejected("không"))

    def _retry(self) -> None:
        self._end(Retry("bận"))

    def _unknown(self) -> None:
        self._end(Unknown("mất"))

    def _lose(self) -> None:
        self.at += LEASE
        reap_placements(at=self.at)

    def _late(self) -> None:
        self._lose()
        self._accept()

    def _receipt(self, state: str = "delivered") -> None:
        take_receipts([receipt(self.one, state, number=self.number, key=self.one.key, at=self.at)], at=self.at)

    def _failed(self) -> None:
        self._receipt("failed")

    def _confirm(self) -> None:
        shown = Shown(at=self.at, words="thấy rồi")
        confirm(placement=self.one, shown=shown, by=self.world.officer, at=self.at)

    def _undo(self) -> None:
        undo(placement=self.one, by=self.world.officer, at=self.at)

    def _again(self) -> None:
        retry_placement(placement=self.one, by=self.world.officer, at=self.at)

    def _down(self) -> None:
        take_down(placement=self.one, by=self.world.officer, at=self.at)

    def _pause(self) -> None:
        pause(broadcast=self.row, by=self.world.leader, at=self.at)

    def _resume(self) -> None:
        resume(broadcast=self.row, by=self.world.leader, at=self.at)

    def _cancel(self) -> None:
        cancel(broadcast=self.row, by=self.world.leader, at=self.at)

    def _expire(self) -> None:
        self.at += timedelta(days=5)
        tidy(at=self.at)

    def _tidy(self) -> None:
        tidy(at=self.at)


@settings(max_examples=60)
@given(moves=MOVES)
def test_any_walk_keeps_the_promises(place: World, moves: list[str]) -> None:
    from django.db import transaction

    with transaction.atomic():
        outlet(place, "horn", f"Loa {Outlet.objects.count()}")
        row = placed(place, ["horn"])
        walker, before = Walker(place, row), PlacementState.PLANNED
        for move in moves:
            told = PlacementEvent.objects.count()
            walker.go(move)
            one = walker.one
            after = PlacementState(one.state)
            assert _path(before, after), (move, before, after)
            if after is PlacementState.DONE and before is not PlacementState.DONE:
                assert PlacementEvent.objects.count() > told, "done only with a word that says so"
            assert (one.lease_until is not None) == (after is PlacementState.SENDING)
            assert (one.done_at is not None) >= (after is PlacementState.DONE)
            before = after
        row.refresh_from_db()
        assert sum(states_of(row).values()) == row.placement_count
        if row.state == "done":
            assert before not in (PlacementState.PLANNED, PlacementState.SENDING, PlacementState.ACCEPTED)
        transaction.set_rollback(True)


def _path(before: PlacementState, after: PlacementState) -> bool:
    """Whether one act may lead there: at most three moves of the table."""
    reached = {before}
    for _step in range(3):
        reached |= {state for one in reached for state in PLACEMENT_MOVES[one]}
    return after in reached


def test_the_table_of_open_states_is_what_finish_waits_for(place: World) -> None:
    outlet(place, "horn")
    row = placed(place, ["horn"])
    end(take(), Accepted("p"))
    assert tidy(at=NOW) == 0
    confirm(placement=Placement.objects.get(), shown=Shown(at=NOW), by=place.officer, at=NOW)
    assert tidy(at=NOW) == 1
    row.refresh_from_db()
    assert row.finished_at == NOW


def test_sql_of_the_claim_uses_its_index(place: World) -> None:
    outlet(place, "horn")
    placed(place, ["horn"])
    sql("SET LOCAL session_replication_role = replica")  # many more that are due tomorrow, at outlets nobody knows
    sql(MANY_MORE)
    sql("ANALYZE outreach_placement")
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN SELECT 1 FROM outreach_placement WHERE kind = 'horn' AND not_before <= now()")
        assert "outreach_placement_due" in "".join(line[0] for line in cursor.fetchall())


MANY_MORE = """
INSERT INTO outreach_placement SELECT (jsonb_populate_record(p, jsonb_build_object(
    'id', p.id + n, 'outlet_id', p.outlet_id + n, 'key', p.key || n, 'not_before', now() + interval '1 day'))).*
FROM outreach_placement p, generate_series(1, 5000) n
"""
