"""The claim asks everything again, row by row; completion is fenced; doubt is settled as the channel allows."""

from datetime import timedelta

import pytest

from lantoa.approvals.services import revoke
from lantoa.channels.contract import Accepted, AccountProblem, Rejected, Retry, Throttled, Unknown
from lantoa.channels.registry import capability
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.models import Broadcast, Delivery, DeliveryAttempt, Feed, Outbox, Standing
from lantoa.outreach.services import Form, cancel, pause, reach_missed, resume, retry_failed, save_message
from lantoa.outreach.services.ending import tidy
from lantoa.outreach.services.settling import complete, give_back, reap, renew
from tests.outreach.world import LEASE, NOW, World, finish, people, released, settled, states, take, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
LATER = NOW + timedelta(hours=1)
NIGHT = NOW.replace(hour=16)  # 23:00 in Việt Nam


def test_a_claim_commits_the_intent_first_and_hands_out_each_delivery_once(world: World) -> None:
    row = released(world, 5)
    first, second = take(limit=3).claimed, take(limit=3).claimed
    assert len({one.id for one in (*first, *second)}) == 5
    assert states(row) == {"sending": 5}
    held = set(Outbox.objects.filter(lease_until=NOW + LEASE).values_list("delivery_id", "attempt"))
    assert held == {(one.id, one.attempt) for one in (*first, *second)}
    assert finish(first) == 3
    assert states(row) == {"sending": 2, "accepted": 3}


def test_who_withdraws_between_release_and_claim_is_not_sent_to(world: World) -> None:
    row = released(world, 3)
    gone = Delivery.objects.filter(broadcast=row).first().person_id
    withdraw(gone)
    assert len(take().claimed) == 2
    assert Delivery.objects.filter(state="suppressed").values_list("person_id", "reason").get() == (gone, "withdrawn")


def test_a_revoked_approval_stops_the_claim_even_while_the_broadcast_runs(world: World) -> None:
    from lantoa.approvals.models import Decision

    row = released(world, 3)
    revoke(decision_id=Decision.objects.get().pk, by=world.reviewer, at=NOW, reason="Sai lãi suất")
    assert (take().claimed, states(row)) == ([], {"pending": 3})


def test_an_edit_while_it_runs_changes_nothing_of_what_runs(world: World) -> None:
    row = released(world, 2)
    written = row.version.message
    save_message(message=written, forms=[Form(channel="sms", body="Khác")], by=world.editor, at=NOW)
    assert {one.version_id for one in take().claimed} == {row.version_id}


def test_what_is_past_its_last_hour_expires(world: World) -> None:
    row = released(world, 2, expires_at=LATER)
    assert (take(at=LATER).claimed, states(row)) == ([], {"expired": 2})
    tidy(at=LATER)
    assert Broadcast.objects.get(pk=row.pk).state == BroadcastState.DONE


def test_at_night_ordinary_messages_wait_for_morning_and_no_worker_sleeps(world: World) -> None:
    window = capability("sms").default_window
    row = released(world, 2)
    batch = take(at=NIGHT, window=window)
    assert (batch.claimed, batch.touched) == ([], 1)
    morning = NOW.replace(hour=0) + timedelta(days=1)
    assert Feed.objects.values_list("not_before", flat=True).get() == morning
    assert take(at=NIGHT + timedelta(hours=1), window=window).touched == 0
    assert len(take(at=morning, window=window).claimed) == 2
    assert states(row) == {"sending": 2}


def test_urgent_messages_pass_the_night(world: World) -> None:
    released(world, 2, urgency="urgent")
    assert len(take(at=NIGHT, window=capability("sms").default_window).claimed) == 2


def test_pause_stops_claims_and_resume_lets_them_go_on(world: World) -> None:
    row = released(world, 4)
    first = take(limit=1).claimed
    pause(broadcast=row, by=world.officer, at=NOW)
    assert take().claimed == []
    finish(first)
    assert states(row) == {"accepted": 1, "pending": 3}
    resume(broadcast=row, by=world.officer, at=NOW)
    assert len(take().claimed) == 3


def test_stopping_counts_everybody_exactly(world: World) -> None:
    row = released(world, 4)
    first = take(limit=2).claimed
    cancel(broadcast=row, by=world.officer, at=NOW)
    finish(first[:1])
    finish(first[1:], Retry("busy"))
    assert states(row) == {"accepted": 1, "pending": 1, "suppressed": 2}
    tidy(at=NOW)
    assert states(row) == {"accepted": 1, "suppressed": 3}


@pytest.mark.parametrize(
    ("channel", "outcome", "expected"),
    [
        ("sms", Retry("busy"), ("pending", "try_again", True)),
        ("sms", Throttled("slow", after=timedelta(minutes=1)), ("pending", "try_again", True)),
        ("sms", AccountProblem("no money"), ("pending", "try_again", True)),
        ("sms", Rejected("99"), ("failed", "refused", False)),
        ("sms", Rejected("gone", suppress=True), ("failed", "dead_address", False)),
        ("sms", Unknown("dropped"), ("unknown", "no_answer", True)),
        ("zalo", Unknown("dropped"), ("unknown", "no_answer", False)),
        ("email", Unknown("dropped"), ("unknown", "no_answer", False)),
    ],
)
def test_each_outcome_of_a_transport_has_its_place(world, channel, outcome, expected) -> None:
    released(world, 1, (channel,))
    finish(take(channel).claimed, outcome, channel=channel)
    row = Standing.objects.get()
    assert (row.state, row.reason, row.not_before is not None) == expected


def test_a_throttled_call_does_not_count_as_an_attempt_and_retries_end(world: World) -> None:
    released(world, 1)
    at = NOW
    for _ in range(20):
        finish(take(at=at).claimed, Throttled("slow", after=timedelta(seconds=1)), at=at)
        at += timedelta(minutes=1)
    assert Standing.objects.get().attempts == 0
    for _ in range(5):
        finish(take(at=at).claimed, Retry("busy"), at=at)
        at += timedelta(hours=2)
    assert Delivery.objects.values_list("state", "reason").get() == ("failed", "gave_up")


def test_a_worker_that_lost_its_lease_changes_nothing(world: World) -> None:
    released(world, 1)
    stale = take().claimed
    reap(at=LATER)
    fresh = take(at=LATER).claimed
    assert [one.in_doubt for one in fresh] == [True]
    assert fresh[0].key == stale[0].key
    assert finish(stale, Rejected("no")) == 0
    assert finish(fresh, at=LATER) == 1
    assert Delivery.objects.values_list("state", "attempts").get() == ("accepted", 2)


def test_a_worker_that_was_only_late_still_tells_the_truth(world: World) -> None:
    released(world, 1, ("zalo",))
    late = take("zalo").claimed
    reap(at=LATER)
    assert Standing.objects.values_list("state", "not_before").get() == ("unknown", None)
    assert take("zalo", at=LATER).claimed == []
    assert finish(late, channel="zalo") == 1
    assert Delivery.objects.get().state == "accepted"


def test_what_a_late_worker_never_sent_is_sent_though_its_broadcast_was_done(world: World) -> None:
    row = released(world, 1, ("zalo",))
    late = take("zalo").claimed
    reap(at=LATER)
    assert tidy(at=LATER) == 1
    row.refresh_from_db()
    assert (row.state, row.finished_at) == ("done", LATER)
    assert finish(late, Retry("busy"), channel="zalo", at=LATER) == 1
    row.refresh_from_db()
    assert (row.state, row.finished_at) == ("running", None)
    assert tidy(at=LATER) == 0
    soon = LATER + timedelta(minutes=1)
    assert finish(take("zalo", at=soon).claimed, channel="zalo", at=soon) == 1
    assert tidy(at=soon) == 1
    assert states(row) == {"accepted": 1}


def test_an_expired_lease_is_unknown_and_only_a_channel_with_a_key_is_tried_again(world: World) -> None:
    released(world, 1, ("sms",))
    released(world, 1, ("email",))
    take("sms"), take("email")
    assert reap(at=NOW + LEASE / 2) == 0
    assert reap(at=LATER) == 2
    sent = Standing.objects.filter(address_id__isnull=False)
    assert dict(sent.values_list("channel", "not_before")) == {"sms": LATER, "email": None}
    assert set(sent.values_list("state", flat=True)) == {"unknown"}


def test_an_urgent_message_in_doubt_is_sent_again_also_without_a_key(world: World) -> None:
    released(world, 1, ("email",), urgency="urgent")
    take("email")
    reap(at=LATER)
    assert [one.in_doubt for one in take("email", at=LATER).claimed] == [True]


def test_who_withdraws_while_in_doubt_stays_in_doubt_and_is_not_sent_to_again(world: World) -> None:
    row = released(world, 1)
    take()
    reap(at=LATER)
    withdraw(Delivery.objects.get().person_id)
    assert take(at=LATER).claimed == []
    assert (states(row), Standing.objects.get().not_before) == ({"unknown": 1}, None)


@pytest.mark.parametrize("names", [("",), ("", ""), ("a", ""), ("", "b"), ("a\x1fb", "c")])
def test_a_provider_may_name_its_messages_or_not(world: World, names: tuple[str, ...]) -> None:
    released(world, len(names))
    claimed = take().claimed
    taken = [settled(one, Accepted(name)) for one, name in zip(claimed, names, strict=True)]
    assert complete(taken) == len(names)
    found = dict(Delivery.objects.values_list("pk", "provider_id"))
    assert [found[one.id] for one in claimed] == [name.replace("\x1f", " ") for name in names]


def test_renewed_leases_hold_and_given_back_deliveries_are_due_at_once(world: World) -> None:
    released(world, 2)
    one, other = take().claimed
    assert renew([one], until=LATER + LEASE) == {one.id}
    assert give_back([other], at=NOW) == 1
    assert reap(at=LATER) == 0
    assert [again.id for again in take().claimed] == [other.id]
    assert Standing.objects.get(pk=other.id).attempts == 1


def test_running_broadcasts_share_a_claim(world: World) -> None:
    first, second = released(world, 10), released(world, 10)
    counts = [0, 0]
    for one in take(limit=10).claimed:
        counts[Delivery.objects.get(pk=one.id).broadcast_id == second.pk] += 1
    assert counts == [5, 5]
    assert first.pk != second.pk


def test_a_broadcast_with_nothing_left_is_done(world: World) -> None:
    row = released(world, 2)
    batch = take().claimed
    assert tidy(at=NOW) == 0
    finish(batch)
    assert (tidy(at=NOW), Broadcast.objects.get(pk=row.pk).state) == (1, "done")


def test_a_retry_by_hand_begins_a_new_generation_with_its_attempt_row(world: World) -> None:
    row = released(world, 2)
    one, dead = take().claimed
    finish([one], Rejected("99"))
    finish([dead], Rejected("gone", suppress=True))
    tidy(at=NOW)
    assert retry_failed(broadcast=row, by=world.officer, at=NOW) == 1
    again = take().claimed
    assert [(a.id, a.key != one.key) for a in again] == [(one.id, True)]
    assert Broadcast.objects.get(pk=row.pk).state == "running"
    assert DeliveryAttempt.objects.filter(step="retry").values_list("delivery_id", flat=True).get() == one.id


def test_the_missed_are_reached_again_by_another_channel_and_nobody_else(world: World) -> None:
    both = people(world, 3, ("zalo", "sms"))
    people(world, 1, ("zalo",))
    row = released(world, 0, ("zalo",))
    batch = {Delivery.objects.get(pk=one.id).person_id: one for one in take("zalo").claimed}
    finish([one for person, one in batch.items() if person != both[0]], Rejected("-213"), channel="zalo")
    finish([batch[both[0]]], channel="zalo")
    child = reach_missed(broadcast=row, channels=["sms"], by=world.officer, at=NOW, expires_at=NOW + timedelta(days=1))
    assert child.audience_count == 2
    assert set(Delivery.objects.filter(broadcast=child).values_list("person_id", "channel", "state")) == {
        (both[1], "sms", "pending"),
        (both[2], "sms", "pending"),
    }


def test_an_address_its_provider_calls_dead_is_not_written_to_again(world: World, run_jobs) -> None:
    released(world, 2)
    one, other = take().claimed
    finish([one], Rejected("gone", suppress=True))
    finish([other])
    run_jobs()
    second = released(world, 0)
    assert states(second) == {"suppressed": 1, "pending": 1}


def test_approval_and_revocation_move_what_waits(world: World, run_jobs) -> None:
    from lantoa.approvals.models import Decision
    from lantoa.approvals.services import decide
    from lantoa.outreach.services import ask_approval, freeze
    from tests.outreach.world import draft, message

    people(world, 1)
    written = message(world)
    row = draft(world, freeze(message=written, by=world.editor, at=NOW))
    seen = [row.state]
    asked = ask_approval(message=written, by=world.editor, at=NOW)
    decide(submission_id=asked.pk, by=world.reviewer, at=NOW, approve=True)
    run_jobs()
    seen.append(Broadcast.objects.get().state)
    revoke(decision_id=Decision.objects.get().pk, by=world.reviewer, at=NOW, reason="Sai")
    run_jobs()
    seen.append(Broadcast.objects.get().state)
    assert seen == ["draft", "approved", "draft"]
