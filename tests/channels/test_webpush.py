"""Web push: what the standards print, what a browser can read, and how a push service may answer."""

import asyncio
import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Outgoing,
    Rejected,
    SendProblem,
    Throttled,
    Unknown,
    outcome_of,
)
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.channels.webpush.accounts import push_door
from lantoa.channels.webpush.keys import LARGEST, Prover, new_private_key, private_key, public_key, sealed
from lantoa.channels.webpush.subscription import (
    NotASubscriptionError,
    PushSubscription,
    allowed,
    decoded,
    encoded,
    hosts_of,
    parse,
)
from lantoa.channels.webpush.transport import WebPushTransport, problem_of, topic_of
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.simulators.stage import running
from lantoa.simulators.webpush import PushSimulator

# RFC 8291, appendix A: every value as printed there.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
RECEIVER_PUBLIC = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_"
    "yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)
NOW = datetime(2026, 3, 1, 5, tzinfo=UTC)
BROWSER = PushSubscription("https://fcm.googleapis.com/fcm/send/abc", decoded(RECEIVER_PUBLIC), decoded(AUTH))


def test_the_standards_own_example_comes_out_byte_by_byte() -> None:
    assert encoded(sealed(PLAIN, BROWSER, salt=decoded(SALT), key=private_key(SENDER))) == BODY


def test_each_body_is_another_and_only_the_receiver_reads_it() -> None:
    one, other = sealed(PLAIN, BROWSER), sealed(PLAIN, BROWSER)
    assert one != other
    assert http_ece.decrypt(one, private_key=private_key(RECEIVER), auth_secret=decoded(AUTH)) == PLAIN
    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(one, private_key=ec.generate_private_key(ec.SECP256R1()), auth_secret=decoded(AUTH))


def test_the_largest_payload_fills_one_record_and_no_more() -> None:
    assert len(sealed(b"a" * LARGEST, BROWSER)) == 4096


def test_the_proof_names_service_contact_and_end_and_is_kept_while_it_is_good() -> None:
    clock = [NOW]
    private = new_private_key()
    prover = Prover(private, "mailto:tin@lantoa.example", lambda: clock[0])
    first = prover.header("https://fcm.googleapis.com")
    token, key = (part.partition("=")[2] for part in first.removeprefix("vapid ").split(", "))
    head, claims, _mark = (json.loads(base64.urlsafe_b64decode(p + "==")) if n < 2 else p
                           for n, p in enumerate(token.split(".")))  # fmt: skip
    assert head == {"typ": "JWT", "alg": "ES256"}
    assert claims == {
        "aud": "https://fcm.googleapis.com",
        "exp": int((NOW + timedelta(hours=12)).timestamp()),
        "sub": "mailto:tin@lantoa.example",
    }
    assert key == public_key(private)
    clock[0] += timedelta(hours=5)
    assert prover.header("https://fcm.googleapis.com") == first
    assert prover.header("https://web.push.apple.com") != first
    clock[0] += timedelta(hours=2)
    assert prover.header("https://fcm.googleapis.com") != first


@given(st.binary(min_size=0, max_size=300))
def test_base64url_there_and_back(raw: bytes) -> None:
    assert decoded(encoded(raw)) == raw


def written(**changes: Any) -> str:
    keys = {"p256dh": RECEIVER_PUBLIC, "auth": AUTH}
    return json.dumps({"endpoint": BROWSER.endpoint, "expirationTime": None, "keys": keys} | changes)


def test_a_subscription_has_one_written_form() -> None:
    padded = written(keys={"auth": AUTH + "==", "p256dh": RECEIVER_PUBLIC + "="}, more=1)
    assert parse(padded).written() == parse(written()).written() == parse(parse(written()).written()).written()
    assert parse(written()) == BROWSER


@pytest.mark.parametrize(
    "text",
    [
        "", "{}", "[]", "null", "1", "{" * 5000, "\x00", written(endpoint="ftp://a/b"), written(endpoint="https://"),
        written(endpoint="https://a:99999/"), written(endpoint="https://user@a/"), written(endpoint="https://a/\n"),
        written(endpoint="https://ví.dụ/"), written(endpoint=5), written(endpoint="https://a/" + "b" * 2000),
        written(keys={"auth": AUTH}), written(keys={"auth": "!", "p256dh": RECEIVER_PUBLIC}), written(keys=[]),
        written(keys={"auth": "AAAA", "p256dh": RECEIVER_PUBLIC}),
        written(keys={"auth": AUTH, "p256dh": encoded(b"\x04" + b"\x01" * 64)}),
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_said_to_be_none(text: str) -> None:
    with pytest.raises(NotASubscriptionError):
        parse(text)


@given(st.text(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["endpoint", "keys", "auth"]), inner),
    max_leaves=6,
).map(json.dumps))  # fmt: skip
def test_any_text_is_a_subscription_or_none(text: str) -> None:
    try:
        parse(text)
    except NotASubscriptionError:
        return


@pytest.mark.parametrize(
    ("endpoint", "takes"),
    [
        ("https://fcm.googleapis.com/fcm/send/a", True),
        ("https://updates.push.services.mozilla.com/wpush/v2/a", True),
        ("https://wns2-pn1p.notify.windows.com/w/?token=a", True),
        ("https://web.push.apple.com/a", True),
        ("http://fcm.googleapis.com/a", False),
        ("https://fcm.googleapis.com:8443/a", False),
        ("https://fcm.googleapis.com.evil.example/a", False),
        ("https://evilnotify.windows.com/a", False),
        ("https://127.0.0.1/a", False),
        ("https://localhost/a", False),
        ("https://169.254.169.254/latest", False),
        ("http://127.0.0.1:8721/push/a", False),
    ],
)
def test_nothing_is_posted_into_our_own_network(endpoint: str, takes: bool) -> None:
    assert allowed(endpoint, hosts_of("")) is takes
    assert allowed(endpoint, hosts_of("http://127.0.0.1:8721")) is (endpoint == "http://127.0.0.1:8721/push/a")


@pytest.mark.parametrize(
    ("status", "kind", "suppress"),
    [
        (404, Rejected, True), (410, Rejected, True), (403, Rejected, False), (413, Rejected, False),
        (400, Rejected, False), (429, Throttled, None), (401, AccountProblem, None), (301, AccountProblem, None),
        (500, Unknown, None), (503, Unknown, None),
    ],
)  # fmt: skip
def test_answers(status: int, kind: type[SendProblem], suppress: bool | None) -> None:
    problem = problem_of(status, "", NOW)
    assert type(problem) is kind
    assert getattr(problem, "suppress", None) == suppress


@pytest.mark.parametrize(
    ("told", "waits"),
    [
        ("7", timedelta(seconds=7)), ("9999999", timedelta(days=1)), ("", None), ("soon", None),
        ("Sun, 01 Mar 2026 05:02:00 GMT", timedelta(minutes=2)),
        ("Sun, 01 Mar 2020 05:02:00 GMT", timedelta(seconds=1)),
    ],
)  # fmt: skip
def test_retry_after_in_seconds_or_as_a_date(told: str, waits: timedelta | None) -> None:
    problem = problem_of(429, told, NOW)
    assert isinstance(problem, Throttled)
    assert problem.after == waits


def sent(simulator: PushSimulator, subscription: dict[str, Any], *messages: Outgoing, **settings: Any) -> list[Any]:
    async def work() -> list[Any]:
        async with simulator:
            subscription["endpoint"] = simulator.url + subscription["endpoint"]
            address = json.dumps(subscription)
            given_settings = {
                "contact": "mailto:tin@lantoa.example", "hosts": simulator.url, "base_url": "https://lantoa.example",
                **settings,
            }  # fmt: skip
            found = []
            async with WebPushTransport(given_settings, {"vapid_private": SENDER}) as transport:
                for message in messages:
                    one = Outgoing(**{**_fields(message), "address": message.address or address})
                    found.append(await outcome_of(transport, one))
            return found

    return asyncio.run(work())


def _fields(message: Outgoing) -> dict[str, Any]:
    return {name: getattr(message, name) for name in ("key", "address", "text", "subject", "language")}


def browser_of(simulator: PushSimulator) -> dict[str, Any]:
    return simulator.subscribe("may-1", public_key(SENDER)) | {"endpoint": "/push/may-1"}


def test_a_browser_reads_the_words_as_approved_and_opens_our_own_link() -> None:
    simulator = PushSimulator()
    text = "Bà con “cận nghèo” nhớ mang thẻ. Xem https://khac.example/a và https://lantoa.example/l/Ab3."
    message = Outgoing(key="d-1", address="", text=text, subject="Thẻ bảo hiểm y tế")
    assert sent(simulator, browser_of(simulator), message, ttl=3600, urgency="high") == [Accepted(topic_of("d-1"))]
    [browser] = simulator.browsers.values()
    assert browser.shown == [
        {
            "title": "Thẻ bảo hiểm y tế", "body": text, "tag": topic_of("d-1"), "lang": "vi",
            "url": "https://lantoa.example/l/Ab3",
        }
    ]  # fmt: skip
    assert browser.headers == [{"TTL": "3600", "Urgency": "high", "Topic": topic_of("d-1")}]
    assert len(topic_of("d-1")) == 32


def test_a_repeat_replaces_what_was_shown() -> None:
    simulator = PushSimulator()
    one = Outgoing(key="d-1", address="", text="Tin", subject="Tin")
    other = Outgoing(key="d-2", address="", text="Tin khác", subject="Tin")
    assert {type(outcome) for outcome in sent(simulator, browser_of(simulator), one, one, other)} == {Accepted}
    [browser] = simulator.browsers.values()
    assert [shown["body"] for shown in browser.shown] == ["Tin", "Tin khác"]
    assert browser.headers[0]["TTL"] == "86400"  # the standard's default would be 0: now or never


def test_who_turned_it_off_is_written_to_no_more() -> None:
    simulator = PushSimulator()
    subscription = browser_of(simulator)
    simulator.browsers["may-1"].gone = True
    gone, unknown = sent(
        simulator, subscription, Outgoing(key="d", address="", text="Tin"),
        Outgoing(key="d", address=written(endpoint="http://127.0.0.1:1/push/a"), text="Tin"),
    )  # fmt: skip
    assert (type(gone), gone.suppress) == (Rejected, True)
    assert (type(unknown), unknown.suppress) == (Rejected, False)  # another's network: never posted to
    assert "127.0.0.1" in unknown.reason


def test_a_browser_of_another_key_of_ours_does_not_stop_the_others() -> None:
    simulator = PushSimulator()
    subscription = simulator.subscribe("may-1", public_key(RECEIVER)) | {"endpoint": "/push/may-1"}
    [outcome] = sent(simulator, subscription, Outgoing(key="d", address="", text="Tin"))
    assert (type(outcome), outcome.suppress) == (Rejected, False)


def test_what_is_too_long_or_no_browser_never_leaves() -> None:
    simulator = PushSimulator()
    long, nobody = sent(
        simulator, browser_of(simulator), Outgoing(key="d", address="", text="ỗ" * 1400),
        Outgoing(key="d", address="84900000001", text="Tin"),
    )  # fmt: skip
    assert (type(long), long.suppress, type(nobody), nobody.suppress) == (Rejected, False, Rejected, True)
    assert simulator.ledger.calls == 0


def test_an_account_without_keys_waits_for_a_person() -> None:
    for held in ({}, {"vapid_private": "!"}, {"vapid_private": ""}):
        with pytest.raises(AccountProblem):
            WebPushTransport({}, held)


@pytest.mark.django_db
def test_the_key_pair_is_made_once_sealed_and_never_shown(staff: Callable[..., Any]) -> None:
    desk = Client()
    desk.force_login(staff(Role.ADMINISTRATOR))
    typed = {
        "name": "Thông báo", "enabled": "on", "contact": "mailto:tin@lantoa.example", "ttl": "3600",
        "urgency": "normal", "hosts": "", "connections": "10",
    }  # fmt: skip
    refused = desk.post(reverse("channels:add", args=["webpush"]), {**typed, "contact": "tin@lantoa.example"})
    assert "mailto:" in refused.content.decode()
    desk.post(reverse("channels:add", args=["webpush"]), typed)
    account = ChannelAccount.objects.get()
    private = account.secrets()["vapid_private"]
    door = push_door()
    assert door is not None
    assert (door.key, len(decoded(door.key))) == (public_key(private), 65)
    assert private.encode() not in bytes(account.sealed_secrets)
    assert private not in desk.get(reverse("channels:edit", args=[account.pk])).content.decode()
    desk.post(reverse("channels:edit", args=[account.pk]), {**typed, "name": "Tên mới"})
    account.refresh_from_db()
    assert (account.name, account.secrets()["vapid_private"]) == ("Tên mới", private)


@pytest.mark.django_db
def test_no_door_without_an_account_in_use() -> None:
    assert push_door() is None
    values = {"by": None, "at": now(), "kind": "webpush", "name": "Thông báo", "settings": {}}
    save_account(**values)
    assert push_door() is None  # no keys: nothing to subscribe with
    save_account(**values, secrets={"vapid_private": SENDER}, account=ChannelAccount.objects.get())
    assert push_door() is not None
    ChannelAccount.objects.update(enabled=False)
    assert push_door() is None


@pytest.mark.django_db
def test_send_me_a_test(staff: Callable[..., Any]) -> None:
    desk = Client()
    desk.force_login(staff(Role.ADMINISTRATOR))
    simulator = PushSimulator()
    with running(simulator):
        settings = {"contact": "mailto:tin@lantoa.example", "hosts": simulator.url}
        account = save_account(
            by=None, at=now(), kind="webpush", name="Thông báo", settings=settings, secrets={"vapid_private": SENDER}
        )
        address = json.dumps(simulator.subscribe("may-1", public_key(SENDER)))
        page = desk.post(reverse("channels:test", args=[account.pk]), {"address": address}, follow=True)
    assert "Nhà cung cấp đã nhận tin thử" in page.content.decode()
    assert [shown["title"] for shown in simulator.browsers["may-1"].shown] == ["Tin thử từ Lan Tỏa"]
