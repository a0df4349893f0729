"""Webhooks on recorded payloads and on every other sequence of bytes: origin first, then meaning."""

import hashlib
import hmac
import json
from base64 import b64encode
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote_plus, urlencode
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.inbound import Forged, Inbound, Receipt, ReceiptState, Received, Subscription, Text, Unreadable
from lantoa.channels.sms.webhook import SmsHook
from lantoa.channels.sms.webhook import sign as sms_sign
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


TEXT = {
    "sender": "84900000001", "content": "HUY nhận tin", "serviceNumber": "8079", "keyword": "HUY", "cpid": "cp-1",
    "smsid": "77", "receiverTime": "20260301070000",
}  # fmt: skip
INBOUND = {"inbound_key": "inbound-key", "callback_secret": "c" * 40}


def texted(fields: dict[str, str], key: str = "inbound-key", keyword: str = "", **more: str) -> Received:
    query = urlencode({**fields, "sign": sms_sign(fields, key), **more})
    return Received(body=query.encode(), headers={"x-keyword": keyword}, query=True)


def sms_proven(received: Received, settings: dict[str, str] | None = None, secrets: dict[str, str] = INBOUND) -> bool:
    try:
        sms.verify(received, settings or {}, secrets, now=NOW)
    except Forged:
        return False
    return True


def test_a_text_to_the_short_code() -> None:
    received = texted(TEXT)
    assert sms_proven(received)
    assert sms.read(received) == [Text("84900000001", "HUY nhận tin", "77", NOW)]
    assert sms.answer(received) == (
        "<ClientResponse><Message></Message><Smsid>77</Smsid><Receiver>84900000001</Receiver></ClientResponse>",
        "text/xml",
    )


def test_the_signature_is_the_one_that_the_provider_writes_down() -> None:
    fields = {"cpid": "abcdef", "smsid": "1234", "content": "xyz", "receiverTime": ""}
    digest = hashlib.md5(b"abcdef1234xyz17417a0d20114d36a902e49cad0e97f3", usedforsecurity=False).digest()
    assert sms_sign(fields, "17417a0d20114d36a902e49cad0e97f3") == b64encode(digest).decode()


def test_a_plus_that_was_not_escaped_is_still_the_signature() -> None:
    fields = next(one for n in range(500) if "+" in sms_sign(one := {**TEXT, "smsid": str(n)}, "inbound-key"))
    query = "&".join(f"{name}={quote_plus(value)}" for name, value in fields.items())
    body = f"{query}&sign={sms_sign(fields, 'inbound-key')}".encode()
    assert sms_proven(Received(body=body, headers={}, query=True))


@pytest.mark.parametrize("name", ["cpid", "smsid", "content", "receiverTime"])
def test_a_text_with_one_changed_field_is_forged(name: str) -> None:
    signature = sms_sign(TEXT, "inbound-key")
    changed = {**TEXT, name: TEXT[name] + "0", "sign": signature}
    assert not sms_proven(Received(body=urlencode(changed).encode(), headers={}, query=True))


def test_a_text_seen_and_altered_is_a_repeat_of_its_smsid() -> None:
    altered = texted(TEXT, sender="84911111111")
    assert sms.event_id(altered) == sms.event_id(texted(TEXT))
    assert sms.event_id(texted({**TEXT, "smsid": "78"})) != sms.event_id(texted(TEXT))


def test_a_text_needs_a_key_of_ours_and_our_partner_code() -> None:
    assert not sms_proven(texted(TEXT, key=""), secrets={"callback_secret": "c" * 40})
    assert not sms_proven(texted(TEXT, key=""), secrets={"inbound_key": "", "callback_secret": "c" * 40})
    assert not sms_proven(texted(TEXT), {"cp_id": "cp-2"})
    assert sms_proven(texted(TEXT), {"cp_id": "cp-1"})
    secret_in_url = Received(body=texted(TEXT, key="x").body, headers={}, secret="c" * 40, query=True)
    assert not sms_proven(secret_in_url), "the secret of reports proves no text"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("LANTOA HUY", "HUY"),
        ("lantoa  Xin hỏi", "Xin hỏi"),
        ("HUY", "HUY"),
        ("LANTOAHUY", "LANTOAHUY"),
        ("LANTOA", None),
    ],
)
def test_the_keyword_of_a_shared_short_code_is_taken_off(content: str, text: str | None) -> None:
    found = sms.read(texted({**TEXT, "content": content}, keyword="LANTOA"))
    assert [one.text for one in found if isinstance(one, Text)] == ([text] if text else [])
    assert sms.notes({"keyword": "LANTOA"}) == {"x-keyword": "LANTOA"}
    assert sms.notes({}) == {"x-keyword": ""}


@given(st.dictionaries(st.sampled_from([*TEXT, "sign", "SMSID", "RequestId", "SendSuccess"]), st.text(max_size=40)))
def test_any_fields_are_read_or_unreadable_and_never_proven_without_the_key(fields: dict[str, str]) -> None:
    received = Received(body=urlencode(fields, errors="replace").encode(), headers={}, query=True)
    assert not sms_proven(received)
    assert 1 <= len(sms.event_id(received)) <= 200
    body, content_type = sms.answer(received)
    if content_type == "text/xml":
        assert fromstring(body).tag == "ClientResponse"
    try:
        found = sms.read(received)
    except Unreadable:
        return
    for one in found:
        for value in asdict(one).values():
            assert "\x00" not in str(value)
            str(value).encode()
