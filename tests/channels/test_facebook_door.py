"""Facebook's webhook: the handshake, comments and messages, and nothing that is not proven."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.channels.events import TextReceived
from lantoa.channels.facebook.form import FacebookForm
from lantoa.channels.facebook.graph import LONGEST_REST, REST, rest_told
from lantoa.channels.facebook.webhook import FacebookHook, sign
from lantoa.channels.inbound import Received, Text, Unreadable
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.services import save_account
from lantoa.kernel import events
from lantoa.kernel.clock import now
from lantoa.simulators.facebook import FacebookSimulator

type RunJobs = Callable[[], int]
URL = "/webhook/facebook/trang-tinh/"
PAGE, PERSON = "104710000000001", "7000000000000001"
hook = FacebookHook()
quick = settings(max_examples=40)


def sample(name: str) -> dict[str, Any]:
    """An event in the platform's documented form, with made-up people."""
    return json.loads((Path(__file__).parent / "samples" / f"facebook_{name}.json").read_text())  # type: ignore[no-any-return]


def comment(**changes: Any) -> dict[str, Any]:
    event = sample("comment")
    event["entry"][0]["changes"][0]["value"].update(changes)
    return event


def message(**changes: Any) -> dict[str, Any]:
    event = sample("message")
    event["entry"][0]["messaging"][0]["message"].update(changes)
    return event


def read(event: object) -> list[Any]:
    return hook.read(Received(body=json.dumps(event).encode(), headers={}))


WHEN = datetime(2025, 12, 1, tzinfo=UTC)


def test_comments_and_messages_are_texts() -> None:
    assert read(comment()) == [Text(PERSON, "Xin hỏi bao giờ có thẻ?", "122_344", WHEN)]
    assert read(message()) == [Text(PERSON, "Xin chào", "m_AbCdEf-text", WHEN)]


@pytest.mark.parametrize(
    "event",
    [
        comment(item="reaction"),
        comment(verb="remove"),
        comment(**{"from": {"id": PAGE}}),
        comment(message=""),
        comment(comment_id=None),
        message(is_echo=True),
        message(text=None),
        {"object": "user", "entry": comment()["entry"]},
        {"object": "page"},
        {},
    ],
)
def test_what_is_no_citizens_word_says_nothing(event: object) -> None:
    assert read(event) == []


def test_the_same_event_has_the_same_id_and_another_has_another() -> None:
    ids = [hook.event_id(Received(body=json.dumps(e).encode(), headers={})) for e in (comment(), message())]
    respelled = hook.event_id(Received(body=json.dumps(comment(), indent=2).encode(), headers={}))
    assert len(set(ids)) == 2
    assert respelled == ids[0]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
parts = st.fixed_dictionaries(
    {},
    optional={
        name: json_values | st.sampled_from(["comment", "add", "feed", "7000", "9" * 40])
        for name in ("item", "verb", "message", "comment_id", "created_time", "field", "value", "from", "mid", "text")
    },
)
bodies = st.fixed_dictionaries(
    {
        "object": st.sampled_from(["page", "user"]) | json_values,
        "entry": st.lists(
            st.fixed_dictionaries(
                {
                    "id": json_values,
                    "changes": st.lists(st.fixed_dictionaries({"field": st.just("feed"), "value": parts}), max_size=2),
                    "messaging": st.lists(
                        st.fixed_dictionaries(
                            {"sender": parts | json_values, "message": parts, "timestamp": json_values}
                        ),
                        max_size=2,
                    ),
                }
            )
            | json_values,
            max_size=2,
        )
        | json_values,
    }
).map(lambda event: json.dumps(event).encode())


@given(st.binary(max_size=400) | bodies)
def test_any_body_has_an_id_and_is_read_or_unreadable(body: bytes) -> None:
    received = Received(body=body, headers={})
    assert 1 <= len(hook.event_id(received)) <= 200
    try:
        found = hook.read(received)
    except Unreadable:
        return
    for one in found:
        assert "\x00" not in f"{one}"
        f"{one}".encode()


# at the door


@pytest.fixture
def account(db: None) -> ChannelAccount:
    return save_account(
        by=None, at=now(), kind="facebook", name="Trang tỉnh", settings={"page_id": PAGE},
        secrets={"page_token": "t", "app_secret": "demo-app-secret", "verify_token": "demo-verify-token"},
    )  # fmt: skip


def post(event: dict[str, Any], *, secret: str = "demo-app-secret", url: str = URL) -> int:
    body = json.dumps(event).encode()
    headers = {"X-Hub-Signature-256": sign(body, secret)}
    return Client().post(url, body, content_type="application/json", headers=headers).status_code


def test_a_comment_is_told_once_however_often_it_comes(
    account: ChannelAccount, run_jobs: RunJobs, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[TextReceived] = []
    monkeypatch.setitem(events._handlers, "test.heard", (TextReceived, heard.append))
    monkeypatch.setitem(events._subscribers, TextReceived, ["test.heard"])
    assert [post(comment()) for _ in range(3)] == [200, 200, 200]
    run_jobs()
    [event] = heard
    assert (event.kind, event.sender, event.text, event.message_id) == (
        "facebook", PERSON, "Xin hỏi bao giờ có thẻ?", "122_344",
    )  # fmt: skip
    assert InboundEvent.objects.count() == 1


def test_forged_events_leave_no_trace(account: ChannelAccount) -> None:
    assert post(comment(), secret="another") == 403
    assert Client().post(URL, b"{}", content_type="application/json").status_code == 403
    save_account(by=None, at=now(), kind="facebook", name="Trang xã", settings={"page_id": "2"}, secrets={})
    assert post(comment(), url="/webhook/facebook/trang-xa/", secret="") == 403
    assert InboundEvent.objects.count() == 0


def test_the_handshake_echoes_its_challenge_to_who_knows_our_token(account: ChannelAccount) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "demo-verify-token", "hub.challenge": "1158201444"}
    reply = Client().get(URL, asked)
    assert (reply.status_code, reply.content, reply.headers["Content-Type"]) == (200, b"1158201444", "text/plain")
    for wrong in (
        {"hub.verify_token": "x"},
        {"hub.mode": "unsubscribe"},
        {"hub.challenge": ""},
        {"hub.challenge": "x" * 201},
    ):
        assert Client().get(URL, asked | wrong).status_code == 403
    assert Client().get(URL).status_code == 403
    assert InboundEvent.objects.count() == 0


def test_the_handshake_is_proven_by_the_account_as_it_stands(account: ChannelAccount) -> None:
    def answers(token: str) -> int:
        asked = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
        return Client().get(URL, asked).status_code

    assert (answers("demo-verify-token"), post(comment())) == (200, 200)  # the process remembers the account by now
    secrets = {"verify_token": "another-verify-token"}
    save_account(
        by=None, at=now(), kind="facebook", name="Trang tỉnh", settings=account.settings, secrets=secrets,
        account=account,
    )  # fmt: skip
    assert (answers("demo-verify-token"), answers("another-verify-token")) == (403, 200)
    ChannelAccount.objects.filter(pk=account.pk).update(enabled=False)
    assert answers("another-verify-token") == 403
    assert post(comment(comment_id="122_345")) == 200, "what people wrote before the provider knew is still taken"


def test_nobody_shakes_hands_with_an_account_that_has_no_token(db: None) -> None:
    save_account(by=None, at=now(), kind="facebook", name="Trang xã", settings={"page_id": "2"}, secrets={})
    asked = {"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}
    assert Client().get("/webhook/facebook/trang-xa/", asked).status_code == 403


@quick
@given(st.binary(max_size=500), st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=100))
def test_any_bytes_at_the_door_are_answered_and_not_kept(account: ChannelAccount, body: bytes, signature: str) -> None:
    headers = {"X-Hub-Signature-256": signature}
    assert Client().post(URL, body, content_type="application/json", headers=headers).status_code == 403
    assert Client().get(URL, QUERY_STRING=body.decode("latin-1")).status_code == 403
    assert InboundEvent.objects.count() == 0


@quick
@given(st.binary(max_size=500) | bodies)
def test_any_bytes_with_a_true_signature_are_kept_and_read_without_harm(
    account: ChannelAccount, run_jobs: RunJobs, body: bytes
) -> None:
    headers = {"X-Hub-Signature-256": sign(body, "demo-app-secret")}
    assert Client().post(URL, body, content_type="application/json", headers=headers).status_code == 200
    run_jobs()
    assert not InboundEvent.objects.filter(processed_at=None).exists()


@pytest.mark.django_db(transaction=True)
def test_the_stand_in_shakes_hands_and_speaks_over_a_socket(live_server: Any, run_jobs: RunJobs) -> None:
    from urllib.request import Request, urlopen

    from lantoa.simulators.stage import running

    save_account(
        by=None, at=now(), kind="facebook", name="Trang tỉnh", settings={"page_id": PAGE},
        secrets={"app_secret": "demo-app-secret", "verify_token": "demo-verify-token"},
    )  # fmt: skip
    stand_in = FacebookSimulator(webhook_url=live_server.url + URL)
    with running(stand_in):
        answers = []
        for path, wish in (("/_handshake", {}), ("/_comment", {"user_id": "7000", "text": "Xin hỏi"})):
            with urlopen(Request(stand_in.url + path, json.dumps(wish).encode(), method="POST"), timeout=10) as reply:
                answers.append(json.loads(reply.read()))
    assert answers == [{"webhook_status": 200, "challenge": "1158201444"}, {"webhook_status": 200}]
    assert InboundEvent.objects.count() == 1


def test_secrets_never_come_out_and_a_verify_token_is_made(db: None) -> None:
    data = {"name": "Trang", "enabled": "on", "page_id": PAGE, "page_token": "EAAB", "version": "v26.0",
            "match_hours": "72", "api_url": "https://graph.facebook.com"}  # fmt: skip
    form = FacebookForm(data, instance=ChannelAccount(kind="facebook"))
    assert form.is_valid(), form.errors
    values = form.values()
    assert values["secrets"]["page_token"] == "EAAB"
    assert len(values["secrets"]["verify_token"]) == 32
    assert "EAAB" not in str(form)
    assert not {"page_token", "app_secret", "verify_token"} & set(values["settings"])


def told(*minutes: object) -> str:
    return json.dumps({PAGE: [{"type": "pages", "estimated_time_to_regain_access": one} for one in minutes]})


@pytest.mark.parametrize(
    ("header", "rest"),
    [
        ("", REST),
        ("{}", REST),
        ("not json", REST),
        ("[1]", REST),
        (told(0), REST),
        (told(-3), REST),
        (told("7"), REST),
        (told(None, 2), timedelta(minutes=2)),
        (told(3, 19, 4), timedelta(minutes=19)),
        (told(10**9), LONGEST_REST),
        ('{"1": [{"estimated_time_to_regain_access": NaN}]}', REST),
        ('{"1": [{"estimated_time_to_regain_access": 1e999}]}', LONGEST_REST),
        ('{"1": {"estimated_time_to_regain_access": 5}}', REST),
        ("[" * 100_000, REST),
    ],
)
def test_the_page_rests_as_long_as_the_header_asks_and_never_for_ever(header: str, rest: timedelta) -> None:
    assert rest_told(header) == rest


@given(st.text(max_size=60) | json_values.map(json.dumps))
def test_any_usage_header_is_some_rest(header: str) -> None:
    assert timedelta(0) < rest_told(header) <= LONGEST_REST
