"""What one person wrote is worked in the order it came, by however many workers."""

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from urllib.parse import urlencode

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
PEOPLE, EACH = 4, 12


def zalo_account():
    return save_account(
        by=None, at=now(), kind="zalo", name="Zalo", settings={"app_id": "1"}, secrets={"oa_secret": "x"}
    )


def text_account():
    secrets = {"callback_secret": "s" * 40, "inbound_key": "x"}
    return save_account(by=None, at=now(), kind="sms", name="Tin nhắn", settings={}, secrets=secrets)


def bot_account():
    secrets = {"bot_token": "1:a", "webhook_secret": "w" * 40}
    return save_account(by=None, at=now(), kind="telegram", name="Bot", settings={}, secrets=secrets)


def store(account, event_id, body, *, query=False):
    received = Received(body=body, headers={}, query=query)
    store_inbound(account=account, event_id=event_id, received=received, at=now())


def write_text(account, person, number):
    """The same by text message: the person's number is their Zalo number's last digits."""
    query = urlencode({"sender": phone(person), "content": f"Câu {number}", "smsid": f"{person}-{number}", "sign": ""})
    store(account, f"{person}-{number}", query.encode(), query=True)


def write_bot(account, person, number):
    chat = {"id": int(person[-6:]) + 1, "type": "private"}
    said = {"message_id": number, "date": 1_764_547_200 + number, "chat": chat, "text": f"Câu {number}"}
    update = int(person[-3:]) * EACH + number + 1
    store(account, f"{person}-{number}", json.dumps({"update_id": update, "message": said}).encode())


def phone(person):
    return f"84912{int(person[-6:]):06d}"


def write(account, person, number):
    said = {"event_name": "user_send_text", "sender": {"id": person}, "timestamp": str(1_700_000_000_000 + number)}
    body = json.dumps({**said, "message": {"msg_id": f"{person}-{number}", "text": f"Câu {number}"}}).encode()
    store(account, f"{person}-{number}", body)


@pytest.mark.django_db(transaction=True)
def test_two_workers_keep_each_persons_order_on_every_channel_at_once(settings):
    settings.LANTOA_PROVINCE_CODE = "96"
    place = commune("xã Mẫu")
    apps.get_model("territory", "UnitCode").objects.create(unit_id=place.unit_id, code="96", valid=FOREVER)
    ways = ((zalo_account(), write), (text_account(), write_text), (bot_account(), write_bot))
    people = [str(7_000_000_000_000_000 + number) for number in range(PEOPLE)]
    for number in range(EACH):
        for person in people:
            for account, say in ways:
                say(account, person, number)
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
    assert list(told.values()) == [[f"Câu {number}" for number in range(EACH)]] * PEOPLE * len(ways)
    assert Counter(Case.objects.values_list("door", flat=True)) == dict.fromkeys(("zalo", "sms", "telegram"), PEOPLE)


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
