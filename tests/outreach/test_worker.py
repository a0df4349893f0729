"""The worker itself: separate processes, real sockets, killed and stopped in the middle."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from lantoa.channels.events import ReceiptReceived, ReceiptsReceived
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.kernel.events import emit
from lantoa.outreach.events import AddressRefused, BroadcastReleased
from lantoa.outreach.models import Broadcast, Delivery, DeliveryAttempt, Outbox
from lantoa.outreach.selectors import broadcast_account
from lantoa.outreach.worker.events import run_events
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.stage import running
from tests.outreach.world import World, finish, released, sms_account, states, take

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.sql]
HERE = Path(__file__).parent
FAST = {"rate_per_second": 100_000, "timeout": 5}


def worker(*options: str) -> subprocess.Popen[str]:
    database = str(connection.settings_dict["NAME"])
    arguments = [sys.executable, str(HERE / "worker_process.py"), database, *options]
    return subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def until(condition: Callable[[], bool], process: subprocess.Popen[str], seconds: float = 60) -> None:
    """Wait for something another process does; its death or silence is a failure with its words."""
    end = time.monotonic() + seconds
    while not condition():
        assert process.poll() is None, process.communicate()[1]
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.01)


def spread(world: World, count: int) -> Broadcast:
    now = timezone.now()
    return released(world, count, at=now, expires_at=now + timedelta(days=2), urgency="urgent")  # also at night


def receipt(key: str, state: str, inbound_id: int, account_id: int = 1) -> ReceiptReceived:
    return ReceiptReceived(account_id, "sms", "", key, state, timezone.now().isoformat(), inbound_id)


def tell(*receipts: ReceiptReceived) -> None:
    emit(ReceiptsReceived([asdict(one) for one in receipts]))


def test_killed_in_the_middle_nobody_is_lost_and_nobody_doubled(world: World) -> None:
    gateway = SmsSimulator(slow_ms=10, drop=0.02)
    with running(gateway):
        sms_account(gateway.url + SEND, **FAST)
        row = spread(world, 2000)
        first = worker("--no-jobs", "--lease", "2", "--concurrency", "25")
        until(lambda: len(gateway.ledger.entries) > 600, first)
        first.send_signal(signal.SIGKILL)
        first.communicate()
        assert states(row).get("sending", 0) > 0, "it died with deliveries in its hands"
        second = worker("--no-jobs", "--lease", "2", "--drain")
        _out, words = second.communicate(timeout=120)
    assert second.returncode == 0, words
    assert states(row) == {"accepted": 2000}
    totals = gateway.ledger.totals()
    assert (totals["accepted"], totals["doubles"]) == (2000, 0)
    assert totals["repeats"] > 0, "what was in doubt was asked again with the same key"
    assert {entry.times for entry in gateway.ledger.entries.values()} == {1}
    assert len({entry.address for entry in gateway.ledger.entries.values()}) == 2000
    account = broadcast_account(row.pk)
    assert (account.audience, sum(account.states.values())) == (2000, 2000)
    assert Broadcast.objects.get(pk=row.pk).state == "done"


def test_told_to_stop_it_finishes_what_is_on_the_wire_and_gives_back_the_rest(world: World) -> None:
    gateway = SmsSimulator(slow_ms=200)
    with running(gateway):
        sms_account(gateway.url + SEND, **FAST)
        row = spread(world, 300)
        process = worker("--no-jobs", "--concurrency", "10")
        until(lambda: len(gateway.ledger.entries) > 10, process)
        process.send_signal(signal.SIGTERM)
        _out, words = process.communicate(timeout=60)
    assert process.returncode == 0, words
    counts = states(row)
    assert set(counts) == {"accepted", "pending"}, counts
    assert counts["accepted"] == len(gateway.ledger.entries)
    assert DeliveryAttempt.objects.filter(step="released").count() > 0


def test_two_workers_share_the_work_and_send_nothing_twice(world: World) -> None:
    gateway = SmsSimulator(slow_ms=100)
    with running(gateway):
        sms_account(gateway.url + SEND, **FAST)
        row = spread(world, 600)
        pair = [worker("--no-jobs", "--drain", "--concurrency", "10") for _ in range(2)]
        said = [process.communicate(timeout=120) for process in pair]
    assert [process.returncode for process in pair] == [0, 0], said
    assert states(row) == {"accepted": 600}
    assert gateway.ledger.totals() == {"accepted": 600, "doubles": 0, "repeats": 0, "calls": 600}
    assert not Outbox.objects.exists()
    written = [int(out.split()[0]) for out, _err in said]
    assert sum(written) == 600
    assert min(written) > 0


def test_a_throttled_account_pauses_and_nobody_fails(world: World) -> None:
    gateway = SmsSimulator(throttle=0.1, retry_after=1)
    with running(gateway):
        sms_account(gateway.url + SEND, **FAST)
        row = spread(world, 60)
        process = worker("--no-jobs", "--drain", "--concurrency", "5")
        _out, words = process.communicate(timeout=120)
    assert process.returncode == 0, words
    assert states(row) == {"accepted": 60}
    assert gateway.ledger.totals()["accepted"] == 60
    assert Delivery.objects.filter(broadcast=row).exclude(provider_id="").count() == 60


def test_jobs_of_all_rooms_are_done_and_their_events_too(world: World) -> None:
    gateway = SmsSimulator()
    with running(gateway):
        account = sms_account(gateway.url + SEND, **FAST)
        row = spread(world, 20)
        worker("--no-jobs", "--drain").communicate(timeout=60)
        for number, key in enumerate(sorted(gateway.ledger.entries)):
            tell(receipt(key, "failed" if number == 0 else "delivered", number, account.pk))
        process = worker("--drain")
        _out, words = process.communicate(timeout=60)
    assert process.returncode == 0, words
    assert states(row) == {"delivered": 19, "failed": 1}
    # the clock may strike while the worker leaves: a periodic job can wait, an event may not
    assert ProcrastinateJob.objects.filter(task_name="kernel.deliver").count() == 0


def test_an_event_whose_subscriber_fails_is_left_to_its_retries_and_holds_up_nobody(world: World) -> None:
    row = spread(world, 1)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
    one = take(at=timezone.now()).claimed[0]
    finish([one])
    emit(AddressRefused(-1, "sms", "no such address"))
    tell(receipt(one.key, "delivered", 1))
    emit(BroadcastReleased(row.pk, 1))
    run_events()
    assert states(row) == {"delivered": 1}
    with connection.cursor() as cursor:
        cursor.execute("SELECT args->>'handler', status, attempts FROM procrastinate_jobs")
        left = [found for found in cursor.fetchall() if "outreach" in found[0]]
    assert left == [("lantoa.outreach.jobs.silence_dead_address", "todo", 1)]


def test_an_account_whose_keys_are_lost_stops_no_other(world: World) -> None:
    with running(gateway := SmsSimulator()):
        lost = save_account(
            by=None, at=timezone.now(), kind="zalo", name="Mất khóa", settings={}, secrets={"app_secret": "x"}
        )
        ChannelAccount.objects.filter(pk=lost.pk).update(sealed_secrets=b"sealed by another installation")
        sms_account(gateway.url + SEND, **FAST)
        row = spread(world, 20)
        _out, words = worker("--no-jobs", "--drain").communicate(timeout=120)
    assert states(row) == {"accepted": 20}, words
    lost.refresh_from_db()
    assert (lost.health, lost.paused_until is not None) == ("stopped", True)
