"""The exact bytes that are signed, and what is not let through."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.inbound import Forged, Progress, Receipt, ReceiptState, Received, Seen, Unreadable
from lantoa.channels.loudspeaker import keys
from lantoa.channels.loudspeaker.hook import DEVICE_KEY, TOPIC, LoudspeakerHook
from lantoa.channels.loudspeaker.protocol import (
    Address,
    NotGenuineError,
    canonical,
    moment,
    moment_text,
    opened,
    sealed,
)
from lantoa.simulators.speaker import wire

CMD, ACK, STATUS = (f"96/32000/loa-1/{kind}" for kind in ("cmd", "ack", "status"))
PRIVATE = "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"
"""The first test key of RFC 8032, §7.1."""
PUBLIC = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
AT = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
hook = LoudspeakerHook()


def test_keys_are_those_of_the_standard() -> None:
    assert keys.public_of(PRIVATE) == PUBLIC
    empty = "5VZDAMNgrHKQhuLMgG6CioSHfx64k19KzIVuCVM6Hku2uGGMFaLm0Kb6pO9mfVAh9qZLDo6OQyUfBqo_7kHwCw"
    assert keys.genuine(PUBLIC, b"", keys.sign(PRIVATE, b""))
    assert len(keys.sign(PRIVATE, b"")) == len(empty)


def test_the_bytes_that_are_signed() -> None:
    told = {"msg_id": "m-1", "op": "play", "url": "https://x/é", "volume": 70, "priority": "urgent"}
    expected = f"lantoa-loudspeaker-cmd-1\n{CMD}\nm-1\nplay\n\nhttps://x/é\n\n\n\n70\nurgent"
    assert canonical("cmd", CMD, told) == expected.encode()
    assert wire.signed("cmd", CMD, told) == expected.encode()


def test_a_payload_says_what_was_signed_and_drops_what_was_not() -> None:
    payload = json.loads(sealed("ack", ACK, {"msg_id": "m-1", "event": "finished", "seconds": 0}, PRIVATE))
    assert list(payload) == ["msg_id", "event", "seconds", "sig"]
    more = json.dumps({**payload, "gift": "x"}).encode()
    assert opened(ACK, more, PUBLIC) == {"msg_id": "m-1", "event": "finished", "seconds": 0}
    for broken in (
        more.replace(b"finished", b"failed"), more.replace(b'"seconds": 0', b'"seconds": "0"') + b" x",
        more.replace(b'"seconds": 0', b'"seconds": false'), more.replace(b'"seconds": 0', b'"seconds": 0.0'),
    ):  # fmt: skip
        with pytest.raises(NotGenuineError):
            opened(ACK, broken, PUBLIC)
    for topic in ("96/32000/loa-2/ack", CMD, "96/32000/ack", "96/32000/loa-1/ack/x"):
        with pytest.raises(NotGenuineError):
            opened(topic, more, PUBLIC)


@given(st.binary(max_size=200) | st.recursive(st.none() | st.text() | st.integers() | st.floats(), st.lists).map(
    lambda value: json.dumps({"msg_id": value, "sig": value}).encode()
), st.text(max_size=60))  # fmt: skip
def test_no_bytes_break_the_hook(payload: bytes, key: str) -> None:
    received = Received(body=payload, headers={TOPIC: ACK})
    with pytest.raises(Forged):
        hook.verify(received, {DEVICE_KEY: key}, {}, now=AT)
    hook.event_id(received)
    with suppress(Unreadable):
        hook.read(received)


def test_both_sides_agree_whatever_the_words() -> None:
    @given(st.text(max_size=60), st.integers(0, 2**31 - 1))
    def agree(error: str, seconds: int) -> None:
        told = {"msg_id": "m-1", "event": "failed", "at": "x", "seconds": seconds, "error": error}
        device = Ed25519PrivateKey.generate()
        public = wire.text(device.public_key().public_bytes_raw())
        try:
            payload = wire.sealed("ack", "96/32000/loa-1", told, device)
        except ValueError:  # a control character, or half of a pair
            with pytest.raises(ValueError):
                canonical("ack", ACK, told)
            return
        assert {"error": "", **opened(ACK, payload, public)} == told
        command = sealed("cmd", CMD, {"msg_id": "m", "op": "volume", "target": error, "volume": seconds}, PRIVATE)
        assert {"target": "", **wire.proven(CMD, command, PUBLIC)}["target"] == error

    agree()


def ack(**told: object) -> Received:
    told = {"msg_id": "m-1", "event": "finished", "at": moment_text(AT), "seconds": 61} | told
    return Received(body=sealed("ack", ACK, told, PRIVATE), headers={TOPIC: ACK})


def test_what_an_acknowledgement_means() -> None:
    place = "96/32000/loa-1"
    seen = Seen(place, online=True, occurred_at=AT, told_at=AT)
    hook.verify(ack(), {DEVICE_KEY: PUBLIC}, {}, now=AT)
    assert hook.read(ack()) == [
        Receipt("m-1", "m-1", ReceiptState.DELIVERED, AT), Progress(place, "m-1", "finished", 61, "", AT), seen,
    ]  # fmt: skip
    failed = hook.read(ack(event="failed", seconds=0, error="expired"))
    assert failed[:2] == [
        Receipt("m-1", "m-1", ReceiptState.FAILED, AT), Progress(place, "m-1", "failed", 0, "expired", AT),
    ]  # fmt: skip
    assert hook.read(ack(event="put_off", seconds=5)) == [Progress(place, "m-1", "put_off", 5, "", AT), seen]
    with pytest.raises(Unreadable):
        hook.read(ack(event="exploded"))


def test_what_a_status_means_and_that_a_fast_clock_is_not_believed() -> None:
    def status(state: str, **headers: str) -> Received:
        body = sealed("status", STATUS, {"state": state, "at": moment_text(AT)}, PRIVATE)
        return Received(body=body, headers={TOPIC: STATUS, **headers})

    place = "96/32000/loa-1"
    assert hook.read(status("online")) == [Seen(place, online=True, occurred_at=AT, told_at=AT)]
    # a last will bears the moment of connecting: when it left, only we know
    assert hook.read(status("offline")) == [Seen(place, online=False, occurred_at=None, told_at=AT)]
    assert hook.read(status("online", ahead="1")) == [Seen(place, online=True, occurred_at=None, told_at=AT)]


def test_a_repeat_is_the_same_event_and_another_device_is_not() -> None:
    assert hook.event_id(ack()) == hook.event_id(ack())
    assert hook.event_id(ack()) != hook.event_id(ack(seconds=62))
    other = json.dumps({**json.loads(ack().body), "unsigned": "x"}, indent=2).encode()
    assert hook.event_id(Received(body=other, headers=ack().headers)) == hook.event_id(ack()), "the same, written anew"
    assert hook.event_id(Received(body=b"x", headers={TOPIC: ACK})) != hook.event_id(Received(body=b"x", headers={}))


@pytest.mark.parametrize("part", ["", "a/b", "+", "#", "a b", "x" * 41, "đài"])
def test_a_part_of_a_topic_is_plain(part: str) -> None:
    with pytest.raises(ValueError, match="part of a topic"):
        Address("96", "32000", part)


@given(st.datetimes(timezones=st.just(UTC), min_value=datetime(2000, 1, 1), max_value=datetime(2100, 1, 1)))  # noqa: DTZ001
def test_moments_travel_to_the_second(at: datetime) -> None:
    assert moment(moment_text(at)) == at.replace(microsecond=0)
    assert moment_text(at.astimezone(None) + timedelta(0)) == moment_text(at)
    assert moment(moment_text(at).replace("Z", "+07:00")) is None
