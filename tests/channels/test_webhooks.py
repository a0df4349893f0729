"""The door for providers: nothing forged gets in, nothing true gets lost or counted twice, nothing breaks it."""

import json
import time
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.channels.events import ReceiptReceived, ReceiptsReceived, SubscriptionChanged, TextReceived
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.reading import read_waiting
from lantoa.channels.services import save_account
from lantoa.channels.zalo.webhook import sign
from lantoa.kernel import events
from lantoa.kernel.clock import now
from lantoa.kernel.events import Event

type RunJobs = Callable[[], int]
pytestmark = pytest.mark.django_db
quick = settings(max_examples=40)
SMS_URL = "/webhook/sms/tin-nhan-tinh/" + "c" * 40 + "/"
ZALO_URL = "/webhook/zalo/zalo-tinh/"


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """What the rooms above would be told."""
    told: list[Event] = []
    for kind in (ReceiptsReceived, TextReceived, SubscriptionChanged):
        name = f"test.{kind.__name__}"
        hear = (lambda event: told.extend(event.each())) if kind is ReceiptsReceived else told.append
        monkeypatch.setitem(events._handlers, name, (kind, hear))
        monkeypatch.setitem(events._subscribers, kind, [name])
    return told


def zalo(event: dict[str, object], *, secret: str = "demo-oa-secret", url: str = ZALO_URL) -> int:
    stamp = str(int(time.time() * 1000))
    body = json.dumps({"app_id": "1710002022", **event, "timestamp": stamp}).encode()
    headers = {"X-ZEvent-Signature": "mac=" + sign("1710002022", body, stamp, secret)}
    return Client().post(url, body, content_type="application/json", headers=headers).status_code


QUESTION = {"event_name": "user_send_text", "sender": {"id": "7000"}, "message": {"msg_id": "m-1", "text": "Xin hỏi"}}


def test_a_citizens_message_becomes_one_event_however_often_it_is_sent(
    zalo_account: ChannelAccount, heard: list[Event], run_jobs: RunJobs
) -> None:
    assert [zalo(QUESTION) for _ in range(3)] == [200, 200, 200]
    run_jobs()
    [row] = InboundEvent.objects.all()
    [event] = heard
    assert isinstance(event, TextReceived)
    assert (event.account_id, event.kind, event.sender, event.text, event.message_id, event.inbound_id) == (
        zalo_account.pk,
        "zalo",
        "7000",
        "Xin hỏi",
        "m-1",
        row.pk,
    )
    assert (row.processed_at is None, row.error) == (False, "")


def test_reading_twice_tells_once(zalo_account: ChannelAccount, heard: list[Event], run_jobs: RunJobs) -> None:
    zalo(QUESTION)
    run_jobs()
    assert read_waiting(at=now()) == 0
    run_jobs()
    assert len(heard) == 1


def test_receipts_repeated_and_out_of_order_are_told_once_each(
    zalo_account: ChannelAccount, sms_account: ChannelAccount, heard: list[Event], run_jobs: RunJobs
) -> None:
    seen = {"event_name": "user_seen_message", "message": {"msg_ids": ["p-1"]}}
    received = {"event_name": "user_received_message", "message": {"msg_id": "p-1"}}
    for event in (seen, received, seen, received):
        assert zalo(event) == 200
    for query in ("SMSID=s-1&RequestId=k-1&SendSuccess=1&SendFailed=0",) * 2:
        assert Client().get(f"{SMS_URL}?{query}").status_code == 200
    run_jobs()
    assert [(e.kind, e.provider_id, e.key, e.state) for e in heard if isinstance(e, ReceiptReceived)] == [
        ("zalo", "p-1", "", "read"),
        ("zalo", "p-1", "", "delivered"),
        ("sms", "s-1", "k-1", "delivered"),
    ]


def test_following_and_leaving(zalo_account: ChannelAccount, heard: list[Event], run_jobs: RunJobs) -> None:
    zalo({"event_name": "follow", "follower": {"id": "7000"}})
    zalo({"event_name": "unfollow", "follower": {"id": "7000"}})
    run_jobs()
    assert [(e.sender, e.following) for e in heard if isinstance(e, SubscriptionChanged)] == [
        ("7000", True),
        ("7000", False),
    ]


def test_forged_requests_leave_no_trace(zalo_account: ChannelAccount, sms_account: ChannelAccount) -> None:
    assert zalo(QUESTION, secret="another") == 403
    assert Client().post(ZALO_URL, b"{}", content_type="application/json").status_code == 403
    assert Client().get("/webhook/sms/tin-nhan-tinh/" + "d" * 40 + "/?SMSID=1").status_code == 403
    assert Client().get("/webhook/sms/tin-nhan-tinh/?SMSID=1").status_code == 403
    assert InboundEvent.objects.count() == 0


def test_one_accounts_secret_does_not_open_another(zalo_account: ChannelAccount) -> None:
    save_account(
        by=None,
        at=now(),
        kind="zalo",
        name="Zalo huyện",
        settings={"app_id": "1710002022"},
        secrets={"oa_secret": "its-own"},
    )
    assert zalo(QUESTION, url="/webhook/zalo/zalo-huyen/") == 403
    assert zalo(QUESTION, url="/webhook/zalo/zalo-huyen/", secret="its-own") == 200
    assert zalo(QUESTION) == 200  # the same message id at another account is another message
    assert InboundEvent.objects.count() == 2


@pytest.mark.parametrize(
    ("method", "url", "status"),
    [
        ("post", "/webhook/zalo/khong-co/", 404),
        ("post", "/webhook/telegram/zalo-tinh/", 404),
        ("post", "/webhook/sms/zalo-tinh/", 404),
        ("post", "/webhook/portal/zalo-tinh/", 404),
        ("get", ZALO_URL, 405),
        ("put", ZALO_URL, 405),
        ("post", SMS_URL, 405),
    ],
)
def test_wrong_doors(
    zalo_account: ChannelAccount, sms_account: ChannelAccount, method: str, url: str, status: int
) -> None:
    assert getattr(Client(), method)(url).status_code == status


def test_too_large_is_refused_unread(zalo_account: ChannelAccount, sms_account: ChannelAccount) -> None:
    body = b"x" * (256 * 1024 + 1)
    assert Client().post(ZALO_URL, body, content_type="application/json").status_code == 413
    assert Client().get(SMS_URL + "?a=" + "x" * 9000).status_code == 413
    assert InboundEvent.objects.count() == 0


def test_no_csrf_token_and_no_session_is_asked_for(zalo_account: ChannelAccount) -> None:
    stamp = str(int(time.time() * 1000))
    body = json.dumps({**QUESTION, "timestamp": stamp}).encode()
    headers = {"X-ZEvent-Signature": "mac=" + sign("1710002022", body, stamp, "demo-oa-secret")}
    reply = Client(enforce_csrf_checks=True).post(ZALO_URL, body, content_type="application/json", headers=headers)
    assert (reply.status_code, reply.cookies.output()) == (200, "")


@quick
@given(st.binary(max_size=500), st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=100))
def test_any_bytes_at_the_zalo_door_are_answered_and_not_kept(
    zalo_account: ChannelAccount, body: bytes, signature: str
) -> None:
    headers = {"X-ZEvent-Signature": signature, "X-ZEvent-Timestamp": signature[:13]}
    assert Client().post(ZALO_URL, body, content_type="application/json", headers=headers).status_code == 403
    assert InboundEvent.objects.count() == 0


@quick
@given(st.binary(max_size=500))
def test_any_bytes_with_a_true_signature_are_kept_and_read_without_harm(
    zalo_account: ChannelAccount, run_jobs: RunJobs, body: bytes
) -> None:
    stamp = str(int(time.time() * 1000))
    headers = {
        "X-ZEvent-Signature": "mac=" + sign("1710002022", body, stamp, "demo-oa-secret"),
        "X-ZEvent-Timestamp": stamp,
    }
    assert Client().post(ZALO_URL, body, content_type="application/json", headers=headers).status_code == 200
    run_jobs()
    row = InboundEvent.objects.order_by("pk").last()
    assert row is not None
    assert bytes(row.raw) == body
    assert row.processed_at is not None


@quick
@given(st.text(max_size=200), st.binary(max_size=100))
def test_any_query_at_the_sms_door_is_answered(
    sms_account: ChannelAccount, run_jobs: RunJobs, text: str, raw: bytes
) -> None:
    for query in (text.encode("utf-8", "replace").decode(), raw.decode("latin-1")):
        reply = Client().get(SMS_URL, {"SMSID": query, "RequestId": query, "SendSuccess": "1"})
        assert reply.status_code == 200
        assert Client().get(SMS_URL, QUERY_STRING=query).status_code == 200
    run_jobs()
    assert not InboundEvent.objects.filter(processed_at=None).exists()


def test_times_are_the_providers_own(zalo_account: ChannelAccount, heard: list[Event], run_jobs: RunJobs) -> None:
    before = datetime.now(UTC)
    zalo(QUESTION)
    run_jobs()
    [event] = heard
    assert isinstance(event, TextReceived)
    assert abs((datetime.fromisoformat(event.occurred_at) - before).total_seconds()) < 5
