"""The hub: nobody is told who did not mean it, everybody who did is told, and no call leads into our own network."""

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from lantoa.announcements import jobs
from lantoa.announcements.enums import Standing
from lantoa.announcements.events import FeedChanged, WishMade
from lantoa.announcements.models import HubPush, HubSubscriber, HubWish
from lantoa.announcements.outside import is_public
from lantoa.announcements.pushing import GIVEN_UP, ask_back, push_due
from lantoa.announcements.services import forget_old, hub, publish, withdraw
from lantoa.announcements.services.hub import A_HOUR, LONGEST
from lantoa.kernel.clock import now
from tests.announcements.conftest import PLACING, Reader

type RunJobs = Callable[[], int]
pytestmark = pytest.mark.django_db
BASE = "http://localhost:8000"
TOPIC = f"{BASE}/feeds/xa-dat-mui/vi/atom.xml"
SECRET = "bi-mat-cua-nguoi-doc"


@pytest.fixture(autouse=True)
def house(settings: Any) -> None:
    settings.LANTOA_BASE_URL = BASE
    settings.LANTOA_HUB_PRIVATE_CALLBACKS = True
    publish(placing=PLACING, at=datetime(2026, 12, 1, tzinfo=UTC))


def ask(callback: str, **changes: str) -> int:
    form = {"hub.mode": "subscribe", "hub.topic": TOPIC, "hub.callback": callback, "hub.secret": SECRET}
    wish = {**form, **{f"hub.{name}": value for name, value in changes.items()}}
    return Client().post("/feeds/hub/", wish).status_code


def change(number: int = 2) -> None:
    publish(placing=replace(PLACING, key=f"k-{number}", text=f"Lời mới {number}"), at=now())


def test_a_reader_subscribes_is_told_signed_and_leaves(reader: Reader, run_jobs: RunJobs) -> None:
    assert ask(reader.url, lease_seconds="7200") == 202
    run_jobs()
    [asked] = reader.asked
    assert {name: asked[name] for name in ("ai", "hub.mode", "hub.topic", "hub.lease_seconds")} == {
        "ai": "toi", "hub.mode": "subscribe", "hub.topic": TOPIC, "hub.lease_seconds": "7200",
    }  # fmt: skip
    [subscriber] = HubSubscriber.objects.all()
    assert abs(subscriber.lease_until - now() - timedelta(seconds=7200)) < timedelta(seconds=30)
    assert SECRET.encode() not in bytes(subscriber.sealed_secret)

    change()
    run_jobs()
    [(head, body)] = reader.got
    assert body == Client().get("/feeds/xa-dat-mui/vi/atom.xml").content
    assert "Lời mới 2" in body.decode()
    assert head["content-type"] == "application/atom+xml; charset=utf-8"
    assert head["link"] == f'<{BASE}/feeds/hub/>; rel="hub", <{TOPIC}>; rel="self"'
    assert head["x-hub-signature"] == "sha256=" + hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()

    assert ask(reader.url, mode="unsubscribe") == 202
    run_jobs()
    change(3)
    run_jobs()
    assert len(reader.got) == 1


def test_who_did_not_mean_it_is_not_told(reader: Reader, run_jobs: RunJobs) -> None:
    reader.agrees = False
    ask(reader.url)
    run_jobs()
    change()
    run_jobs()
    assert (len(reader.asked), reader.got, HubSubscriber.objects.count()) == (1, [], 0)
    assert HubWish.objects.get().standing == Standing.REFUSED


def test_nobody_can_end_anothers_subscription(reader: Reader, run_jobs: RunJobs) -> None:
    ask(reader.url)
    run_jobs()
    reader.agrees = False
    ask(reader.url, mode="unsubscribe")
    run_jobs()
    change()
    run_jobs()
    assert len(reader.got) == 1


def test_subscribing_again_renews_and_changes_the_secret(reader: Reader, run_jobs: RunJobs) -> None:
    for secret in (SECRET, ""):
        ask(reader.url, secret=secret)
        run_jobs()
    change()
    run_jobs()
    [(head, _body)] = reader.got
    assert HubSubscriber.objects.count() == 1
    assert "x-hub-signature" not in head


def test_a_lease_ends(reader: Reader, run_jobs: RunJobs) -> None:
    ask(reader.url, lease_seconds="1")  # given an hour: less is not given
    run_jobs()
    HubSubscriber.objects.update(lease_until=now() - timedelta(seconds=1))
    change()
    run_jobs()
    assert reader.got == []
    ask(reader.url, lease_seconds="999999999")
    run_jobs()
    [subscriber] = HubSubscriber.objects.all()
    assert subscriber.lease_until <= now() + timedelta(seconds=LONGEST)


def test_a_reader_that_fails_is_tried_again_with_what_stands_there_then(reader: Reader, run_jobs: RunJobs) -> None:
    ask(reader.url)
    run_jobs()
    reader.status = 500
    change(2)
    run_jobs()
    [push] = HubPush.objects.all()
    assert (push.standing, push.attempts) == (Standing.WAITING, 1)
    assert timedelta(seconds=30) < push.not_before - now() <= timedelta(minutes=1)
    assert push_due(at=now()) == 0  # not yet
    change(3)
    assert HubPush.objects.count() == 1
    reader.status = 200
    assert push_due(at=now() + timedelta(minutes=2)) == 1
    assert "Lời mới 3" in reader.got[-1][1].decode()
    assert HubPush.objects.get().standing == Standing.DONE


def test_a_reader_that_never_answers_is_given_up_and_told_of_the_next_change(reader: Reader, run_jobs: RunJobs) -> None:
    ask(reader.url)
    run_jobs()
    reader.status = 500
    change(2)
    at = now()
    for _try in range(8):
        push_due(at=at)
        at += timedelta(days=1)
    assert HubPush.objects.get().standing == Standing.REFUSED
    assert len(reader.got) == 7
    reader.status = 200
    HubSubscriber.objects.update(lease_until=at + timedelta(days=1))
    change(3)
    push_due(at=at)
    assert len(reader.got) == 8


def test_a_reader_that_is_gone_is_told_no_more(reader: Reader, run_jobs: RunJobs) -> None:
    ask(reader.url)
    run_jobs()
    reader.status = 410
    change(2)
    run_jobs()
    change(3)
    run_jobs()
    assert len(reader.got) == 1


def test_a_change_while_a_push_is_on_its_way_is_told_too(reader: Reader, run_jobs: RunJobs) -> None:
    ask(reader.url)
    run_jobs()
    change(2)
    push = HubPush.objects.get()
    change(3)  # the row is the same; whoever holds the older serial may not settle it
    from lantoa.announcements.pushing import _note_push

    _note_push(push, 200, now())
    assert HubPush.objects.get().standing == Standing.WAITING
    run_jobs()
    assert "Lời mới 3" in reader.got[-1][1].decode()


def test_taking_away_is_told(reader: Reader, run_jobs: RunJobs) -> None:
    ask(reader.url)
    run_jobs()
    withdraw(key=PLACING.key, at=now())
    run_jobs()
    assert "deleted-entry" in reader.got[0][1].decode()


def test_another_hub_is_told_that_something_changed(reader: Reader, run_jobs: RunJobs, settings: Any) -> None:
    settings.LANTOA_WEBSUB_HUB = reader.url
    change()
    run_jobs()
    assert sorted(form["hub.url"] for form in reader.forms()) == [
        f"{BASE}/feeds/xa-dat-mui/vi/{form}" for form in ("atom.xml", "feed.json", "rss.xml")
    ]
    assert {form["hub.mode"] for form in reader.forms()} == {"publish"}
    assert reader.got[0][0]["content-type"].startswith("application/x-www-form-urlencoded")


@pytest.mark.parametrize(
    "changes",
    [
        {"mode": "publish"},
        {"mode": ""},
        {"topic": "http://localhost:8000/thong-bao/"},
        {"topic": "https://elsewhere.example/feeds/xa-dat-mui/vi/atom.xml"},
        {"topic": "http://localhost:8000/feeds/khac/vi/atom.xml"},
        {"callback": "ftp://reader.example/"},
        {"callback": "http://user:pass@reader.example/"},
        {"callback": "http://reader.example/\r\nX: y"},
        {"callback": "http://[::1/"},
        {"callback": ""},
        {"callback": "http://reader.example:99999/"},
        {"secret": "x" * 200},
    ],
)
def test_wishes_that_make_no_sense_are_refused_with_a_reason(changes: dict[str, str]) -> None:
    form = {"mode": "subscribe", "topic": TOPIC, "callback": "https://reader.example/", **changes}
    reply = Client().post("/feeds/hub/", {f"hub.{name}": value for name, value in form.items()})
    assert reply.status_code == 400
    assert reply.content.strip()
    assert HubWish.objects.count() == 0


def test_one_host_cannot_make_us_call_others_without_end() -> None:
    answers = [ask(f"https://reader.example/{n}") for n in range(A_HOUR + 1)]
    assert answers == [202] * A_HOUR + [429]


def test_many_hosts_together_cannot_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub, "WAITING", 3)
    assert [ask(f"https://{n}.example/") for n in range(5)] == [202] * 3 + [429] * 2
    HubWish.objects.update(standing=Standing.DONE)
    monkeypatch.setattr(hub, "SUBSCRIBERS", 0)
    assert ask("https://9.example/") == 429
    assert ask("https://9.example/", mode="unsubscribe") == 202


def test_a_reader_told_in_vain_three_times_is_told_no_more(reader: Reader, run_jobs: RunJobs) -> None:
    ask(reader.url)
    run_jobs()
    reader.status = 500
    at = now()
    for number in range(2, 2 + GIVEN_UP):
        assert HubSubscriber.objects.filter(ended_at=None).update(lease_until=at + timedelta(days=30)) == 1
        change(number)
        for _try in range(8):
            push_due(at=at)
            at += timedelta(hours=13)
    assert HubSubscriber.objects.get().ended_at is not None


def test_events_only_hurry_and_call_nobody(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "ask_back", lambda **_k: pytest.fail("called within the events"))
    monkeypatch.setattr(jobs, "push_due", lambda **_k: pytest.fail("called within the events"))
    jobs.ask_who_wished(WishMade(1))
    jobs.tell_readers(FeedChanged("xa-dat-mui", "vi"))
    assert ProcrastinateJob.objects.filter(task_name="announcements.talk").count() == 1


def test_no_call_leads_into_our_own_network(reader: Reader, settings: Any) -> None:
    settings.LANTOA_HUB_PRIVATE_CALLBACKS = False
    assert ask(reader.url) == 202
    at = now()
    for _try in range(3):
        ask_back(at=at)
        at += timedelta(hours=1)
    assert reader.asked == []
    assert HubWish.objects.get().standing == Standing.REFUSED


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.1.1", False),
        ("172.16.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fc00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::7f00:1", False),
        ("2002:7f00:1::", False),
        ("fec0::1", False),
        ("::7f00:1", False),
        ("::ffff:0:7f00:1", False),
        ("no address", False),
    ],
)
def test_which_addresses_are_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@given(st.text(max_size=60))
def test_any_text_is_judged(text: str) -> None:
    assert is_public(text) in (True, False)


def test_settled_matters_are_forgotten_after_a_week(reader: Reader, run_jobs: RunJobs) -> None:
    ask(reader.url)
    run_jobs()
    change()
    run_jobs()
    forget_old(at=now() + timedelta(days=6))
    assert (HubWish.objects.count(), HubPush.objects.count()) == (1, 1)
    forget_old(at=now() + timedelta(days=8))
    assert (HubWish.objects.count(), HubPush.objects.count(), HubSubscriber.objects.count()) == (0, 0, 1)
    forget_old(at=now() + timedelta(days=30))
    assert HubSubscriber.objects.count() == 0
