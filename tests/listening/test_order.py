"""What one person wrote is worked in the order it came, by however many workers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection

from lantoa.channels.inbound import Received
from lantoa.channels.reading import read_waiting
from lantoa.channels.services import save_account, store_inbound
from lantoa.kernel import events
from lantoa.kernel.clock import now
from lantoa.kernel.events import Event, emit
from lantoa.listening.models import Case
from lantoa.outreach.worker.events import run_events
from tests.listening.conftest import FOREVER, commune

HERE = Path(__file__).parent
PEOPLE, EACH = 6, 20


def zalo_account():
    return save_account(
        by=None, at=now(), kind="zalo", name="Zalo", settings={"app_id": "1"}, secrets={"oa_secret": "x"}
    )


def write(account, person, number):
    said = {"event_name": "user_send_text", "sender": {"id": person}, "timestamp": str(1_700_000_000_000 + number)}
    body = json.dumps({**said, "message": {"msg_id": f"{person}-{number}", "text": f"Câu {number}"}}).encode()
    store_inbound(account=account, event_id=f"{person}-{number}", received=Received(body=body, headers={}), at=now())


@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_each_persons_order(settings):
    settings.LANTOA_PROVINCE_CODE = "96"
    place = commune("xã Mẫu")
    apps.get_model("territory", "UnitCode").objects.create(unit_id=place.unit_id, code="96", valid=FOREVER)
    account = zalo_account()
    people = [str(7_000_000_000_000_000 + number) for number in range(PEOPLE)]
    for number in range(EACH):
        for person in people:
            write(account, person, number)
    database = str(connection.settings_dict["NAME"])
    racers = [
        subprocess.Popen(
            [sys.executable, str(HERE / "intake_racer.py"), database],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(2)
    ]  # fmt: skip
    for racer in racers:
        assert racer.stdout.readline() == "ready\n"
    for racer in racers:
        racer.stdin.write("go\n")
        racer.stdin.flush()
    for racer in racers:
        racer.communicate(timeout=120)
    assert [racer.returncode for racer in racers] == [0, 0]
    told = {
        case.pk: list(case.events.exclude(text="").order_by("pk").values_list("text", flat=True))
        for case in Case.objects.all()
    }
    assert list(told.values()) == [[f"Câu {number}" for number in range(EACH)]] * PEOPLE


@pytest.mark.django_db(transaction=True)
def test_while_one_worker_reads_an_account_another_reads_nothing_of_it():
    account = zalo_account()
    write(account, "7000000000000001", 1)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [0x6C61, account.pk])
            assert read_waiting(at=now()) == 0
            cursor.execute("ROLLBACK")
        assert read_waiting(at=now()) == 1
    finally:
        other.close()


@pytest.mark.django_db
def test_a_failing_event_holds_up_its_own_row_and_nobody_elses(monkeypatch):
    heard = []

    class Said(Event):
        pass

    def hear(event):
        if len(heard) == 0:
            heard.append("failed")
            raise ValueError("not now")
        heard.append("heard")

    monkeypatch.setitem(events._handlers, "test.said", (Said, hear))
    monkeypatch.setitem(events._subscribers, Said, ["test.said"])
    for key in ("a", "a", "b"):
        emit(Said(), in_order_of=key)
    assert run_events() == 2  # the first of "a", which fails, and "b"
    assert heard == ["failed", "heard"]
    assert run_events() == 0  # the second of "a" waits for the first one's retries
