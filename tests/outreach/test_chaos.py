"""A small run of `make chaos-outreach`, and its judge: one that never condemns proves nothing."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import psycopg
import pytest
from django.db import connection

from chaos import placed
from chaos.doors import WITH_BROKER
from chaos.mishaps import FULL_AUDIENCE, Crash, Jump, Kill, Storm, schedule
from chaos.other_side import REFUSED_BY, posts, taken
from chaos.outlets import KINDS
from chaos.placed import Placed, Post
from chaos.verdict import BROKEN_IF, Forgery, Row, Taken, broken, judge, let_in, restless
from lantoa.channels.contract import Outgoing
from lantoa.channels.viettel.transport import request_id
from lantoa.channels.vnpt.transport import VnptTransport

ROOT = Path(__file__).resolve().parents[2]
GOOD = Row(1, 10, "zalo", "ordinary", "delivered", "", 1, "msg-1", 0)
TEXT_GATEWAYS = {"smpp", "sms", "viettel", "vnpt"}
OTHER_WAYS = {"email", "portal", "telegram", "webpush", "zalo", "zbs"}
FORGED = Forgery("from_other", "zalo", "a", frozenset({"read"}), 200)


def url_of_this_database() -> str:
    """As Django reaches it: on a port or by a socket."""
    at = connection.get_connection_params()
    wishes = {name: at[name] for name in ("host", "port", "password") if at.get(name)}
    return f"postgresql://{at['user']}@/{at['dbname']}?{urlencode(wishes)}"


@pytest.mark.django_db
def test_a_run_takes_its_tables_from_this_database() -> None:
    with psycopg.connect(url_of_this_database()) as there:
        assert there.execute("SELECT to_regclass('outreach_placement') IS NOT NULL").fetchone() == (True,)


@pytest.fixture(scope="module")
def verdict(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> dict[str, Any]:
    with django_db_blocker.unblock():
        template = url_of_this_database()
    scratch = str(tmp_path_factory.mktemp("chaos"))
    wishes = {"SEED": "7", "CHAOS_SCALE": "0.004", "CHAOS_TEMPLATE": template, "TMPDIR": scratch}
    run = [sys.executable, "-m", "chaos.outreach"]
    done = subprocess.run(run, cwd=ROOT, env=os.environ | wishes, capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("}"), done.stdout[-3000:] + done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert (done.returncode == 0) == (not found["broken"])
    return found


def test_a_small_run_loses_nobody_and_explains_every_double(verdict: dict[str, Any]) -> None:
    assert verdict["broken"] == [], json.dumps(verdict)
    assert verdict["audience"] == verdict["sum_states"] == 400
    assert (verdict["sigkills"], verdict["postgres_crashes"], verdict["clock_jumps"]) == (3, 2, 4)
    assert verdict["states"].keys() & {"pending", "sending"} == set()
    assert verdict["forged_sent"] > 0
    ways = verdict["by_way"].keys()
    assert ways - TEXT_GATEWAYS == OTHER_WAYS
    # The gateways take texts in a race: among so few people, one may come too late for each.
    assert ways & TEXT_GATEWAYS


def test_a_small_run_explains_what_became_of_every_placement(verdict: dict[str, Any]) -> None:
    assert verdict["placed"].keys() == set(KINDS)
    assert {kind: sum(states.values()) for kind, states in verdict["placed"].items()} == {
        kind: 20 if kind == "press" else 10 for kind in KINDS
    }
    assert (verdict["placed_lost_by_kind"], verdict["placed_doubles_unexplained"]) == ({}, 0)


def test_a_small_run_believes_no_forgery(verdict: dict[str, Any]) -> None:
    assert (verdict["forged_accepted"], verdict["forged_believed"]) == (0, {})


def test_a_small_run_lies_at_every_door(verdict: dict[str, Any]) -> None:
    assert verdict["forged_at"].keys() >= {"zalo", "sms", "short_code", "telegram", "facebook"}
    assert ("loudspeaker" in verdict["forged_at"]) == WITH_BROKER


def test_no_forgery_passes_the_door(verdict: dict[str, Any]) -> None:
    assert verdict["forged_stored"] == 0
    assert verdict["forged_believed"] == {}


def test_the_mishaps_are_a_function_of_the_seed() -> None:
    one, same, other = schedule(1, FULL_AUDIENCE), schedule(1, FULL_AUDIENCE), schedule(2, FULL_AUDIENCE)
    assert one == same
    assert one != other
    assert [due.share for due in one] == sorted(due.share for due in one)
    counted = {kind: sum(isinstance(due.mishap, kind) for due in one) for kind in (Kill, Crash, Jump, Storm)}
    assert counted == {Kill: 36, Crash: 2, Jump: 4, Storm: 25}
    assert {due.mishap.how for due in one if isinstance(due.mishap, Crash)} == {"kill", "immediate"}
    jumps = [due.mishap.seconds for due in one if isinstance(due.mishap, Jump)]
    assert (jumps[1], jumps[3], abs(jumps[0]), jumps[0] + jumps[2]) == (0, 0, 3600, 0)


def judged(row: Row, other: Taken | None, *forgeries: Forgery, stored: int = 0) -> dict[str, Any]:
    taken = {("zalo" if row.channel == "none" else row.channel, "a"): other} if other else {}
    return judge([row], {10: (row.channel, "a")}, taken, forgeries, stored)


def wrong(found: dict[str, Any]) -> list[str]:
    whole = {"audience": 1, "sum_states": 1, "balanced": True, "workers_died": 0}
    return broken(found | whole)


def test_what_agrees_breaks_no_promise() -> None:
    found = judged(GOOD, Taken(1, words={"msg-1": "delivered"}))
    assert wrong(found) == []
    assert found["lost_by_kind"] == {}


@pytest.mark.parametrize(
    ("row", "times", "kind"),
    [
        (replace(GOOD, state="pending"), 0, "pending_for_ever"),
        (replace(GOOD, state="pending"), 1, "pending_for_ever_though_taken"),
        (replace(GOOD, state="sending"), 0, "sending_for_ever"),
        (replace(GOOD, state="sending"), 1, "sending_for_ever_though_taken"),
        (replace(GOOD, state="accepted"), 0, "reached_though_never_taken"),
        (replace(GOOD, state="delivered"), 0, "reached_though_never_taken"),
        (replace(GOOD, state="failed", reason="gave_up"), 1, "failed_though_taken"),
        (replace(GOOD, state="expired", reason="too_late"), 1, "expired_though_taken"),
        (replace(GOOD, state="suppressed", reason="withdrawn"), 1, "suppressed_though_taken"),
    ],
)
def test_each_kind_of_loss_is_named(row: Row, times: int, kind: str) -> None:
    found = judged(row, Taken(times) if times else None)
    assert (found["lost"], found["lost_by_kind"]) == (1, {kind: 1})
    assert "lost" in wrong(found)


@pytest.mark.parametrize(
    ("row", "times"),
    [
        (replace(GOOD, state="failed", reason="refused"), 0),
        (replace(GOOD, state="failed", reason="not_delivered"), 1),
        (replace(GOOD, state="unknown"), 1),
        (replace(GOOD, channel="portal"), 0),
    ],
)
def test_what_is_known_to_have_failed_or_is_in_doubt_is_not_lost(row: Row, times: int) -> None:
    assert judged(row, Taken(times))["lost"] == 0


@pytest.mark.parametrize(
    ("row", "times", "kind", "count"),
    [
        (replace(GOOD, channel="sms"), 2, "doubles_idempotent", 1),
        (replace(GOOD, channel="sms", urgency="urgent", again_in_doubt=1), 2, "doubles_idempotent", 1),
        (replace(GOOD, channel="sms", carrier="smpp", urgency="urgent", again_in_doubt=1), 2, "doubles_by_policy", 1),
        (replace(GOOD, channel="sms", carrier="viettel", again_in_doubt=1), 2, "doubles_unexplained", 1),
        (replace(GOOD, urgency="urgent", again_in_doubt=2), 3, "doubles_by_policy", 2),
        (replace(GOOD, urgency="urgent", again_in_doubt=1), 3, "doubles_unexplained", 1),
        (replace(GOOD, urgency="ordinary", again_in_doubt=1), 2, "doubles_unexplained", 1),
    ],
)
def test_each_double_is_explained_or_condemned(row: Row, times: int, kind: str, count: int) -> None:
    found = judged(row, Taken(times))
    assert found[kind] == count
    assert (kind in wrong(found)) == (kind != "doubles_by_policy")


@pytest.mark.parametrize(
    ("row", "refused", "by_policy"),
    [
        (replace(GOOD, state="unknown"), False, True),
        (replace(GOOD, state="unknown", urgency="urgent"), False, False),
        (replace(GOOD, state="unknown", urgency="urgent"), True, True),
        (replace(GOOD, state="unknown", urgency="urgent", attempts=5), False, True),
        (replace(GOOD, state="unknown", channel="sms"), False, False),
        (replace(GOOD, state="unknown", channel="sms", carrier="smpp"), False, True),
        (replace(GOOD, state="unknown", channel="webpush"), False, False),
        (replace(GOOD, state="unknown", channel="webpush"), True, True),
    ],
)
def test_a_doubt_may_stay_only_where_policy_leaves_it(row: Row, refused: bool, by_policy: bool) -> None:
    found = judged(row, Taken(1, refused=refused))
    assert (found["unknown_by_policy"], found["unknown_unexplained"]) == (int(by_policy), int(not by_policy))


@pytest.mark.parametrize(
    ("row", "words", "lost"),
    [
        (GOOD, {"msg-1": "read"}, 1),
        (GOOD, {"msg-2": "read"}, 0),  # the id of a double whose answer was lost: nobody can know whose it is
        (replace(GOOD, state="failed", reason="not_delivered"), {"msg-1": "delivered"}, 1),
        (replace(GOOD, channel="sms", state="accepted"), {"any": "failed"}, 1),
        (replace(GOOD, channel="sms", carrier="smpp", state="accepted"), {"any": "failed"}, 0),
        (replace(GOOD, channel="zbs", state="accepted"), {"any": "delivered"}, 1),
        (replace(GOOD, channel="sms", state="delivered"), {"any": "failed"}, 0),
    ],
)
def test_a_receipt_that_was_taken_must_show(row: Row, words: dict[str, str], lost: int) -> None:
    assert judged(row, Taken(1, words=words))["receipts_lost"] == lost


def test_a_forgery_counts_when_it_passed_the_door_was_kept_or_was_believed() -> None:
    assert let_in([replace(FORGED, kind="unsigned")]) == [replace(FORGED, kind="unsigned")]
    assert let_in([replace(FORGED, kind="unsigned", status=403), FORGED]) == []
    read = replace(GOOD, state="read")
    assert judged(read, Taken(1), FORGED)["forged_believed"] == {"zalo from_other": 1}
    assert judged(GOOD, Taken(1), FORGED)["forged_accepted"] == 0
    assert judged(GOOD, Taken(1), stored=2)["forged_accepted"] == 2


def test_the_books_of_all_gateways_are_read_together(tmp_path: Path) -> None:
    books = {
        "sms": [accepted("k", "84900000001")],
        "smpp": [
            accepted("k", "84900000001"),
            {"told": "id-k", "word": "failed"},
            {"told": "id-k", "word": "delivered"},
        ],
        "zalo": [accepted("z", "84900000002"), accepted("z", "9000000003")],
        "webpush": [accepted("b:1", "b"), accepted("b:1", "b", times=2), accepted("b:2", "b")],
    }
    for name, entries in books.items():
        (tmp_path / f"{name}.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in entries))
    found = taken(tmp_path, 1, {1: ("sms", "84900000001"), 2: ("zbs", "84900000002"), 3: ("zalo", "9000000003")}, [])
    assert found == {
        ("sms", "84900000001"): Taken(2, words={"id-k": "delivered"}),
        ("zbs", "84900000002"): Taken(1),
        ("zalo", "9000000003"): Taken(1),
        ("webpush", "b"): Taken(2, replaced=1),
    }


@pytest.mark.parametrize(
    ("told", "word"),
    [
        ([], ""), (["a delivered"], ""), (["a delivered", "b delivered"], "delivered"),
        (["b delivered", "a failed"], "failed"), (["a failed"], "failed"),
    ],
)  # fmt: skip
def test_a_long_text_is_delivered_with_all_its_parts(tmp_path: Path, told: list[str], word: str) -> None:
    words = [one.split() for one in told]
    book = [{"told": part, "word": said} for part, said in words]
    book.insert(min(1, len(book)), {**accepted("b", "84900000001"), "provider_id": "b", "parts": ["a", "b"]})
    (tmp_path / "smpp.jsonl").write_text("".join(f"{json.dumps(one)}\n" for one in book))
    [found] = taken(tmp_path, 1, {1: ("sms", "84900000001")}, []).values()
    assert found.words.get("b", "") == word


def test_the_judge_knows_a_delivery_by_the_number_its_gateway_gets() -> None:
    assert REFUSED_BY["viettel"][1](GOOD, "") == request_id(GOOD.key)
    vnpt = VnptTransport({"url": "", "templates": "1: Chào"}, {})
    asked = vnpt._request(Outgoing(key=GOOD.key, address="84900000001", text="Chào"))
    assert REFUSED_BY["vnpt"][1](GOOD, "") == asked["REQID"]


def said(word: str) -> dict[str, Any]:
    return {"told": "id-k", "word": word}


def accepted(key: str, address: str, times: int = 1) -> dict[str, Any]:
    return {"accepted": key, "provider_id": f"id-{key}", "address": address, "times": times}


def test_a_message_to_nobody_of_ours_is_a_stranger() -> None:
    found = judge([GOOD], {10: ("zalo", "a")}, {("zalo", "a"): Taken(1), ("zalo", "b"): Taken(1)}, [], 0)
    assert wrong(found) == ["strangers"]


def test_a_sum_that_does_not_agree_breaks_the_first_promise() -> None:
    figures: dict[str, Any] = dict.fromkeys(BROKEN_IF, 0)
    assert broken(figures | {"audience": 5, "sum_states": 4, "balanced": True}) == ["sum_states"]
    assert broken(figures | {"audience": 5, "sum_states": 5, "balanced": False}) == ["sum_states"]


def test_time_moves_what_has_orders_to_repeat_and_nothing_else() -> None:
    doubt = replace(GOOD, state="unknown")
    moving = [replace(GOOD, state="pending"), replace(doubt, urgency="urgent"), replace(doubt, channel="sms")]
    resting = [GOOD, doubt, replace(doubt, channel="sms", attempts=5)]
    assert list(map(restless, moving + resting)) == [True] * 3 + [False] * 3


POST = Placed(1, "facebook", "ordinary", "done", "", 1, False, "k-p1-0", "Tin 01-1", 0)


def met(row: Placed, times: int, *, refused: bool = False) -> dict[str, Any]:
    there = [Post(row.kind, f"<{row.key}@example.test>", f"{row.mark}: vay vốn", times)] if times else []
    return placed.judge([row], there, [row.id] if refused else [])


@pytest.mark.parametrize(
    ("row", "times"),
    [
        (POST, 1),
        (replace(POST, kind="press", state="accepted"), 1),
        (replace(POST, kind="zalo_broadcast", state="accepted"), 1),
        (replace(POST, state="failed", reason="refused"), 0),
        (replace(POST, kind="telegram_channel", state="unknown"), 1),
        (replace(POST, kind="loudspeaker", state="failed", reason="not_placed"), 0),
    ],
)
def test_a_placement_that_agrees_breaks_no_promise(row: Placed, times: int) -> None:
    found = met(row, times)
    assert [name for name in placed.BROKEN_IF if found[name]] == []
    assert found["placed"] == {row.kind: {row.state: 1}}


@pytest.mark.parametrize(
    ("row", "times", "kind"),
    [
        (replace(POST, state="planned"), 0, "planned_for_ever"),
        (replace(POST, state="sending"), 1, "sending_for_ever_though_taken"),
        (POST, 0, "met_though_never_taken"),
        (replace(POST, kind="press", state="accepted"), 0, "met_though_never_taken"),
        (replace(POST, kind="loudspeaker", state="accepted"), 1, "receipt_never_heard"),
        (replace(POST, kind="loudspeaker", state="failed", reason="not_placed"), 1, "failed_though_taken"),
        (replace(POST, state="missed"), 1, "missed_though_taken"),
    ],
)
def test_each_way_to_lose_a_placement_is_named(row: Placed, times: int, kind: str) -> None:
    found = met(row, times)
    assert (found["placed_lost"], found["placed_lost_by_kind"]) == (1, {f"{row.kind} {kind}": 1})


@pytest.mark.parametrize(
    ("row", "by_policy"),
    [
        (replace(POST, doubts=1), False),
        (replace(POST, kind="loudspeaker", urgency="urgent", doubts=1), False),
        (replace(POST, kind="telegram_channel", urgency="urgent", doubts=1), False),
        (replace(POST, kind="press", state="accepted", urgency="urgent", doubts=1), True),
        (replace(POST, kind="press", state="accepted", doubts=1), False),
        (replace(POST, kind="press", state="accepted", urgency="urgent"), False),
    ],
)
def test_a_second_post_is_explained_by_policy_or_condemned(row: Placed, by_policy: bool) -> None:
    found = met(row, 2)
    assert (found["placed_doubles_by_policy"], found["placed_doubles_unexplained"]) == (by_policy, not by_policy)


@pytest.mark.parametrize(
    ("row", "refused", "by_policy"),
    [
        (POST, False, False),
        (replace(POST, attempts=5), False, True),
        (replace(POST, kind="telegram_channel", urgency="urgent"), False, True),
        (replace(POST, kind="press", urgency="urgent"), False, False),
        (replace(POST, kind="press", urgency="urgent"), True, True),
        (replace(POST, kind="press"), False, True),
    ],
)
def test_a_placement_may_stay_in_doubt_only_where_policy_leaves_it(row: Placed, refused: bool, by_policy: bool) -> None:
    found = met(replace(row, state="unknown"), 1, refused=refused)
    assert (found["placed_unknown_by_policy"], found["placed_unknown_unexplained"]) == (by_policy, not by_policy)


def test_a_post_is_told_by_our_key_or_by_its_words_and_else_is_a_strangers() -> None:
    mail = replace(POST, id=2, kind="press", state="accepted", key="k-p2-0")
    other = replace(mail, id=3, key="k-p3-0")  # of the same words, at another newsroom
    there = [Post("press", f"<{one.key}@example.test>", POST.mark, 1) for one in (other, mail)]
    there.append(Post("facebook", "x", POST.mark, 1))
    rows = [POST, mail, other]
    assert placed.matched(rows, there) == ({1: 1, 2: 1, 3: 1}, 0)
    assert placed.matched(rows, [*there, Post("press", "<other@example.test>", POST.mark, 1)])[1] == 1


def test_the_books_of_zalo_and_of_the_relay_hold_both_people_and_outlets() -> None:
    kit = {"key": "<k>", "provider_id": "Q1", "address": "bao0-1@bao.example.test", "text": "Tin", "times": 1}
    mail = {**kit, "address": "nguoi1@example.test"}
    found = posts(lambda name: [kit, mail] if name == "smtp" else [])
    assert found == [Post("press", "<k>", "Tin", 1)]


@pytest.mark.parametrize(
    ("row", "moves"),
    [
        (replace(POST, state="planned"), True),
        (replace(POST, state="unknown", due=True), True),
        (replace(POST, kind="loudspeaker", state="accepted"), True),
        (replace(POST, state="unknown"), False),
        (replace(POST, kind="press", state="accepted"), False),
        (POST, False),
    ],
)
def test_time_moves_a_placement_that_waits_for_a_wire_or_a_word(row: Placed, moves: bool) -> None:
    assert placed.restless(row) == moves
