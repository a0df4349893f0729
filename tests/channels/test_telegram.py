"""The Telegram channel: answers sorted, updates proven and read, and a citizen who comes, asks and goes."""

import asyncio
import json
import threading
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django.live_server_helper import LiveServer

from lantoa.channels import webhooks
from lantoa.channels.contract import AccountProblem, Outgoing, Rejected, SendProblem, Throttled, Unknown, outcome_of
from lantoa.channels.inbound import Forged, Inbound, Received, Subscription, Text, Unreadable
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.services import save_account, store_inbound
from lantoa.channels.telegram.errors import problem_of
from lantoa.channels.telegram.transport import TelegramTransport, invite
from lantoa.channels.telegram.webhook import HEADER, TelegramHook
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.simulators.stage import running
from lantoa.simulators.telegram import TelegramSimulator

SAMPLES = Path(__file__).parent / "samples"
SECRET = "w" * 48
CHAT = "700000001"
NOW = datetime.fromtimestamp(1772323200, UTC)

hook = TelegramHook()


def sample(name: str) -> Received:
    return Received(body=(SAMPLES / f"telegram_{name}.json").read_bytes().strip(), headers={HEADER: SECRET})


@pytest.mark.parametrize(
    ("name", "meaning"),
    [
        ("message", [Text(CHAT, "Nhà tôi thuộc hộ cận nghèo, có được cấp thẻ BHYT không?", "904171001", NOW)]),
        ("start", [Subscription(CHAT, following=True, occurred_at=NOW, token="0af1_Zz-9")]),
        ("start_bare", [Subscription(CHAT, following=True, occurred_at=NOW, token="")]),
        ("blocked", [Subscription(CHAT, following=False, occurred_at=NOW)]),
        ("unblocked", [Subscription(CHAT, following=True, occurred_at=NOW)]),
        ("group", []),
    ],
)
def test_samples(name: str, meaning: list[Inbound]) -> None:
    received = sample(name)
    hook.verify(received, {}, {"webhook_secret": SECRET}, now=NOW)
    assert hook.read(received) == meaning


def test_an_update_is_known_by_its_number() -> None:
    names = ["message", "start", "start_bare", "blocked", "unblocked", "group"]
    assert [hook.event_id(sample(name)) for name in names] == [f"update:90417100{n}" for n in range(1, 7)]


@given(st.text(max_size=60))
def test_only_the_right_secret_opens(given_secret: str) -> None:
    received = Received(body=b"{}", headers={HEADER: given_secret})
    for held in ({}, {"webhook_secret": ""}, {"webhook_secret": SECRET}):
        if held.get("webhook_secret") == given_secret and given_secret:
            continue
        with pytest.raises(Forged):
            hook.verify(received, {}, held, now=NOW)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
parts = st.fixed_dictionaries(
    {},
    optional={
        "chat": st.fixed_dictionaries({"id": json_values | st.integers(1, 2**60), "type": st.just("private")}),
        "from": json_values,
        "text": json_values | st.sampled_from(["/start", "/start a", "/start \x00", "/dulieu", "\x00", "\ud800"]),
        "date": json_values | st.integers(0, 10**12),
        "new_chat_member": st.fixed_dictionaries({"status": json_values | st.sampled_from(["kicked", "member"])}),
    },
)
updates = st.fixed_dictionaries(
    {"update_id": json_values | st.integers(1, 2**40)},
    optional={"message": parts | json_values, "my_chat_member": parts},
)
bodies = st.binary(max_size=300) | updates.map(lambda update: json.dumps(update).encode())


@given(bodies)
def test_any_body_has_an_id_and_is_read_or_unreadable(body: bytes) -> None:
    received = Received(body=body, headers={})
    assert 1 <= len(hook.event_id(received)) <= 200
    try:
        found = hook.read(received)
    except Unreadable:
        return
    for one in found:
        for value in asdict(one).values():
            assert "\x00" not in str(value)
            str(value).encode()  # nothing that a database could not keep


@pytest.mark.parametrize(
    ("status", "words", "kind", "suppress"),
    [
        (403, "Forbidden: bot was blocked by the user", Rejected, True),
        (403, "Forbidden: user is deactivated", Rejected, True),
        (403, "Forbidden: bot can't initiate conversation with a user", Rejected, True),
        (403, "Forbidden: something new", Rejected, True),
        (400, "Bad Request: chat not found", Rejected, True),
        (400, "Bad Request: message is too long", Rejected, False),
        (400, "Bad Request: something new", Rejected, False),
        (401, "Unauthorized", AccountProblem, None),
        (404, "Not Found", AccountProblem, None),
        (429, "Too Many Requests: retry after 5", Throttled, None),
        (500, "Internal Server Error", Unknown, None),
        (502, "Bad Gateway", Unknown, None),
    ],
)
def test_refusals(status: int, words: str, kind: type[SendProblem], suppress: bool | None) -> None:
    problem = problem_of(status, words, "5")
    assert type(problem) is kind
    assert getattr(problem, "suppress", None) == suppress


@pytest.mark.parametrize(("told", "waits"), [("35", 35), ("", 5), ("-3", 5), ("soon", 5), ("99999999", 86400)])
def test_flood_control_waits_as_told_and_never_for_ever(told: str, waits: int) -> None:
    problem = problem_of(429, "", told)
    assert isinstance(problem, Throttled)
    assert problem.after == timedelta(seconds=waits)


def test_the_text_goes_out_plain_and_a_wrong_token_is_the_accounts_problem() -> None:
    text = "Bà con <b>nhớ</b> *mang* thẻ_BHYT: https://lantoa.example/l/abc"

    async def work() -> None:
        async with TelegramSimulator() as simulator:
            settings = {"api_url": simulator.url}
            async with TelegramTransport(settings, {"bot_token": simulator.bot_token}) as transport:
                await transport.send(Outgoing(key="k", address=CHAT, text=text))
                not_a_chat = await outcome_of(transport, Outgoing(key="k2", address="@somebody", text=text))
            async with TelegramTransport(settings, {"bot_token": "172:another"}) as transport:
                refused = await outcome_of(transport, Outgoing(key="k3", address=CHAT, text=text))
            [entry] = simulator.ledger.entries.values()
            assert entry.more["sent"] == {
                "chat_id": 700000001,
                "text": text,
                "link_preview_options": {"is_disabled": True},
            }
            assert isinstance(not_a_chat, Rejected)
            assert type(refused) is AccountProblem
            assert "another" not in refused.reason

    asyncio.run(work())


def test_an_invitation_leads_into_the_bots_chat() -> None:
    assert invite({"bot_name": "lantoa_bot"}, "ab12") == "https://t.me/lantoa_bot?start=ab12"


@pytest.fixture
def simulator() -> Any:
    bot = TelegramSimulator()
    with running(bot):
        yield bot


@pytest.fixture
def account(db: None, simulator: TelegramSimulator) -> ChannelAccount:
    return save_account(
        by=None, at=now(), kind="telegram", name="Telegram tỉnh",
        settings={"api_url": simulator.url, "bot_name": "lantoa_bot"},
        secrets={"bot_token": simulator.bot_token, "webhook_secret": SECRET},
    )  # fmt: skip


def post(account: ChannelAccount, body: bytes, secret: str = SECRET) -> int:
    url = reverse("webhook", args=["telegram", account.slug])
    headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
    return Client().post(url, body, content_type="application/json", headers=headers).status_code


@pytest.mark.django_db
def test_an_update_is_stored_once_and_its_secret_never(account: ChannelAccount) -> None:
    body = sample("message").body
    assert [post(account, body), post(account, body)] == [200, 200]
    [row] = InboundEvent.objects.all()
    assert (row.provider_event_id, bytes(row.raw)) == ("update:904171001", body)
    assert SECRET not in json.dumps(row.headers)


@pytest.mark.django_db
@settings(max_examples=60)
@given(body=bodies, secret=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=50))
def test_no_body_breaks_the_door_and_nothing_forged_is_kept(account: ChannelAccount, body: bytes, secret: str) -> None:
    before = InboundEvent.objects.count()
    assert post(account, body, secret) == 403
    assert InboundEvent.objects.count() == before
    assert post(account, body) == 200


@pytest.mark.django_db
def test_saving_tells_the_provider_where_updates_go(
    staff: Callable[..., Any], simulator: TelegramSimulator, settings: LazySettings
) -> None:
    desk = Client()
    desk.force_login(staff(Role.ADMINISTRATOR))
    typed = {
        "name": "Telegram tỉnh", "enabled": "on", "bot_token": "171:demo-bot-token-that-opens-nothing",
        "bot_name": "@lantoa_bot", "connections": "20", "api_url": simulator.url,
    }  # fmt: skip
    page = desk.post(reverse("channels:add", args=["telegram"]), typed, follow=True).content.decode()
    account = ChannelAccount.objects.get()
    assert simulator.webhook_url == f"{settings.LANTOA_BASE_URL}/webhook/telegram/{account.slug}/"
    assert simulator.webhook_secret == account.secrets()["webhook_secret"]
    assert len(simulator.webhook_secret) == 48
    assert simulator.allowed_updates == ["message", "my_chat_member"]
    assert account.settings["bot_name"] == "lantoa_bot"
    assert simulator.webhook_secret not in page
    assert "Địa chỉ webhook" not in page  # nobody has to carry it anywhere

    refused = desk.post(reverse("channels:add", args=["telegram"]), {**typed, "bot_token": "không phải"})
    assert "Đây không phải mã" in refused.content.decode()
    assert ChannelAccount.objects.count() == 1


@pytest.mark.django_db
def test_a_provider_that_is_away_is_told_of_and_the_settings_are_kept(staff: Callable[..., Any]) -> None:
    desk = Client()
    desk.force_login(staff(Role.ADMINISTRATOR))
    typed = {
        "name": "Telegram", "enabled": "on", "bot_token": "171:demo-bot-token-that-opens-nothing",
        "bot_name": "lantoa_bot", "connections": "20", "api_url": "http://127.0.0.1:9",
    }  # fmt: skip
    page = desk.post(reverse("channels:add", args=["telegram"]), typed, follow=True).content.decode()
    assert "Chưa báo được cho nhà cung cấp" in page
    assert ChannelAccount.objects.count() == 1


@pytest.mark.django_db
def test_send_me_a_test(staff: Callable[..., Any], account: ChannelAccount, simulator: TelegramSimulator) -> None:
    desk = Client()
    desk.force_login(staff(Role.ADMINISTRATOR))
    page = desk.post(reverse("channels:test", args=[account.pk]), {"address": CHAT}, follow=True)
    assert "Nhà cung cấp đã nhận tin thử" in page.content.decode()
    account.refresh_from_db()
    assert (account.health, [entry.address for entry in simulator.ledger.entries.values()]) == ("working", [CHAT])


@pytest.mark.django_db(transaction=True)
def test_a_citizen_writes_and_blocks_over_real_sockets(
    live_server: LiveServer, settings: LazySettings, account: ChannelAccount, simulator: TelegramSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    stored = threading.Semaphore(0)

    def store(**values: Any) -> int | None:
        kept = store_inbound(**values)
        stored.release()
        return kept

    monkeypatch.setattr(webhooks, "store_inbound", store)
    simulator.webhook_url, simulator.webhook_secret = f"{live_server.url}/webhook/telegram/{account.slug}/", SECRET
    for path, wish in (("/_user_says", {"text": "Xin hỏi"}), ("/_block", {}), ("/_start", {"token": "abc"})):
        body = json.dumps({"chat_id": 700000001, **wish}).encode()
        with urlopen(Request(simulator.url + path, body)) as reply:
            assert json.loads(reply.read()) == {"webhook_status": 200}
        assert stored.acquire(timeout=10)
    rows = [hook.read(Received(bytes(row.raw), {})) for row in InboundEvent.objects.order_by("pk")]
    said = [(type(one).__name__, getattr(one, "following", None)) for [one] in rows]
    assert said == [("Text", None), ("Subscription", False), ("Subscription", True)]
