"""Webhooks on recorded payloads and on every other sequence of bytes: origin first, then meaning."""

import hashlib
import hmac
import json
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.contract import Forged, Inbound, Receipt, ReceiptState, Received, Subscription, Text, Unreadable
from lantoa.channels.sms.webhook import SmsHook
from lantoa.channels.zalo.webhook import ZaloHook, sign

SAMPLES = Path(__file__).parent / "samples"
STAMP = "1772323200000"
NOW = datetime.fromtimestamp(int(STAMP) / 1000, UTC)
SETTINGS = {"app_id": "1710002022", "oa_id": "4171000000000000001"}
SECRETS = {"oa_secret": "oa-secret"}
PERSON = "7000000000000000001"

zalo, sms = ZaloHook(), SmsHook()


def sample(name: str) -> bytes:
    return (SAMPLES / name).read_bytes().strip()


def signed(body: bytes, stamp: str = STAMP, secret: str = "oa-secret", **headers: str) -> Received:
    mac = sign("1710002022", body, stamp, secret)
    return Received(body=body, headers={"x-zevent-signature": f"mac={mac}", **headers})


def proven(received: Received, settings: dict[str, object] = SETTINGS, now: datetime = NOW) -> bool:
    try:
        zalo.verify(received, settings, SECRETS, now=now)
    except Forged:
        return False
    return True


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        (
            "zalo_user_send_text.json",
            [Text(PERSON, "Nhà tôi thuộc hộ cận nghèo, có được cấp thẻ BHYT không?", "96d3cdf3af150460909", NOW)],
        ),
        ("zalo_numbers_for_ids.json", [Text(PERSON, "Xin chào", "96460909123456789012345", NOW)]),
        ("zalo_follow.json", [Subscription(PERSON, following=True, occurred_at=NOW)]),
        ("zalo_unfollow.json", [Subscription(PERSON, following=False, occurred_at=NOW)]),
        ("zalo_user_received_message.json", [Receipt("dd5cc8a86bf9f8a7a1e8", "", ReceiptState.DELIVERED, NOW)]),
        (
            "zalo_user_seen_message.json",
            [
                Receipt("dd5cc8a86bf9f8a7a1e8", "", ReceiptState.READ, NOW),
                Receipt("dd5cc8a86bf9f8a7a1e9", "", ReceiptState.READ, NOW),
            ],
        ),
    ],
)
def test_zalo_samples(name: str, meaning: list[Inbound]) -> None:
    received = signed(sample(name))
    assert proven(received)
    assert zalo.read(received) == meaning


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("sms_delivered.txt", [Receipt("f2b3ecbb", "d-1", ReceiptState.DELIVERED)]),
        ("sms_failed_though_status_5.txt", [Receipt("f2b3ecbc", "d-2", ReceiptState.FAILED)]),
        ("sms_on_its_way.txt", []),
    ],
)
def test_sms_samples(name: str, meaning: list[Inbound]) -> None:
    assert sms.read(Received(body=sample(name), headers={}, query=True)) == meaning


def test_zalo_timestamp_may_stand_in_the_header_only() -> None:
    body = json.dumps({"event_name": "user_send_text"}).encode()
    assert proven(signed(body, **{"x-zevent-timestamp": STAMP}))
    assert not proven(signed(body))


def test_zalo_hmac_counts_only_where_the_account_says_so() -> None:
    body = sample("zalo_follow.json")
    mac = hmac.new(b"oa-secret", b"1710002022" + body + STAMP.encode(), hashlib.sha256).hexdigest()
    received = Received(body=body, headers={"x-zevent-signature": f"mac={mac}"})
    assert not proven(received)
    assert proven(received, {**SETTINGS, "accept_hmac": True})


def test_zalo_age_is_limited_as_the_account_says() -> None:
    received = signed(sample("zalo_follow.json"))
    assert proven(received, now=NOW + timedelta(hours=11))
    assert not proven(received, now=NOW + timedelta(hours=13))
    assert not proven(received, {**SETTINGS, "tolerance": 300}, NOW + timedelta(seconds=301))
    assert proven(received, {**SETTINGS, "tolerance": 300}, NOW - timedelta(seconds=299))


def test_zalo_without_a_secret_proves_nothing() -> None:
    body = sample("zalo_follow.json")
    received = Received(body=body, headers={"x-zevent-signature": "mac=" + sign("1710002022", body, STAMP, "")})
    with pytest.raises(Forged):
        zalo.verify(received, SETTINGS, {}, now=NOW)


@given(st.binary(max_size=300), st.text(max_size=80), st.text(max_size=20))
def test_zalo_bytes_without_the_secret_are_forged(body: bytes, signature: str, stamp: str) -> None:
    assert not proven(Received(body=body, headers={"x-zevent-signature": signature, "x-zevent-timestamp": stamp}))


@given(st.data())
def test_zalo_one_changed_byte_is_forged(data: st.DataObject) -> None:
    body = sample("zalo_user_send_text.json")
    received = signed(body)
    at = data.draw(st.integers(0, len(body) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda value: value != body[at]))
    changed = body[:at] + bytes([byte]) + body[at + 1 :]
    assert not proven(Received(body=changed, headers=received.headers))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
events = st.dictionaries(
    st.sampled_from(["event_name", "timestamp", "sender", "follower", "message", "app_id"]),
    st.sampled_from(["user_send_text", "follow", "user_seen_message", STAMP, "9" * 40])
    | st.fixed_dictionaries({"id": json_values, "msg_id": json_values, "msg_ids": json_values, "text": json_values})
    | json_values,
)


@given(st.binary(max_size=400) | events.map(lambda event: json.dumps(event).encode()))
def test_zalo_any_body_has_an_id_and_is_read_or_unreadable(body: bytes) -> None:
    received = Received(body=body, headers={})
    assert 1 <= len(zalo.event_id(received)) <= 200
    assert zalo.event_id(received) == zalo.event_id(received)
    try:
        found = zalo.read(received)
    except Unreadable:
        return
    for one in found:
        for value in asdict(one).values():
            assert "\x00" not in str(value)
            str(value).encode()  # nothing that a database could not keep


def test_zalo_the_same_event_has_the_same_id_and_another_has_another() -> None:
    names = ["user_send_text", "follow", "unfollow", "user_received_message", "user_seen_message"]
    ids = [zalo.event_id(signed(sample(f"zalo_{name}.json"))) for name in names]
    assert len(set(ids)) == len(names)
    again = json.loads(sample("zalo_user_send_text.json"))
    respelled = json.dumps(again, indent=1).encode()  # a repeat may be spelled differently and carry another time
    assert zalo.event_id(Received(body=respelled, headers={})) == ids[0]


@given(st.binary(max_size=300) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace")))
def test_sms_any_query_has_an_id_and_is_read_or_unreadable(query: bytes) -> None:
    received = Received(body=query, headers={}, query=True)
    assert 1 <= len(sms.event_id(received)) <= 200
    try:
        sms.read(received)
    except Unreadable:
        return


@given(st.text(max_size=60))
def test_sms_only_the_right_secret_opens(secret: str) -> None:
    received = Received(body=b"SMSID=1", headers={}, secret=secret, query=True)
    for held in ({}, {"callback_secret": ""}, {"callback_secret": "right"}):
        if secret == "right" and held.get("callback_secret"):
            continue
        with pytest.raises(Forged):
            sms.verify(received, {}, held, now=NOW)
    sms.verify(Received(body=b"", headers={}, secret="right"), {}, {"callback_secret": "right"}, now=NOW)
