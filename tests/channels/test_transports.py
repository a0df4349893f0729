"""Each transport against its provider's stand-in over a real socket: every way a call can end, sorted rightly."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from typing import Any

import pytest
from aiohttp import web

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Outcome,
    Outgoing,
    Rejected,
    Retry,
    SendProblem,
    Throttled,
    Transport,
    Unknown,
    outcome_of,
)
from lantoa.channels.email.transport import EmailTransport
from lantoa.channels.portal.channel import PORTAL, PortalTransport
from lantoa.channels.smpp.transport import SmppTransport
from lantoa.channels.sms.transport import SmsTransport
from lantoa.channels.telegram.transport import TelegramTransport
from lantoa.channels.viettel.transport import ViettelTransport
from lantoa.channels.vnpt.transport import VnptTransport
from lantoa.channels.webpush.keys import new_private_key, public_key
from lantoa.channels.webpush.transport import WebPushTransport
from lantoa.channels.zalo.errors import problem_of as zalo_problem
from lantoa.channels.zalo.transport import ZaloTransport
from lantoa.channels.zbs.quota import Quota
from lantoa.channels.zbs.templates import read_register, stored
from lantoa.channels.zbs.transport import ZbsTransport
from lantoa.simulators.smpp import SmppSimulator
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import Simulator
from lantoa.simulators.telegram import TelegramSimulator
from lantoa.simulators.viettel import PATH as VIETTEL_PATH
from lantoa.simulators.viettel import ViettelSimulator
from lantoa.simulators.vnpt import PATH as VNPT_PATH
from lantoa.simulators.vnpt import VnptSimulator
from lantoa.simulators.webpush import PushSimulator
from lantoa.simulators.zalo import ZaloSimulator
from lantoa.simulators.zbs import ZbsSimulator

FILLED = "template: 271001\ncustomer_name: Bà Mẫu\ncontent: Bà con nhớ mang thẻ."
ZBS = Outgoing(key="d-1", address="+84900000001", text=FILLED)
TELEGRAM = Outgoing(key="d-1", address="700000001", text="Bà con nhớ mang thẻ.")
SMS = Outgoing(key="d-1", address="+84900000001", text="Bà con nhớ mang thẻ.")
ZALO = Outgoing(key="d-1", address="700000000000000001", text="Bà con nhớ mang thẻ.")
EMAIL = Outgoing(
    key="d-1",
    address="nguoi.nhan@example.org",
    subject="Thẻ bảo hiểm y tế",
    text="Bà con nhớ mang thẻ.",
    html="<p>Bà con nhớ mang thẻ.</p>",
    unsubscribe_url="https://lantoa.example/thoi/abc",
    reply_to="xa@example.org",
)


class OneToken:
    """Keeps a pair the way the database does, for one process."""

    def __init__(self, simulator: ZaloSimulator) -> None:
        self.simulator, self.token, self.renewals = simulator, "stale-from-yesterday", 0

    async def current(self) -> str:
        return self.token

    async def renewed(self, stale: str) -> str:
        if self.token == stale:
            self.renewals += 1
            self.token = self.simulator.access_token = f"fresh-{self.renewals}"
        return self.token


class OneTokenWithQuota(OneToken):
    """And remembers what was said of the quota."""

    quota: Quota | None = None

    async def note_quota(self, quota: Quota) -> None:
        self.quota = quota


@dataclass
class Bench:
    """A channel beside its stand-in."""

    simulator: Simulator
    transport: Transport
    message: Outgoing


type Open = Callable[..., Any]


@asynccontextmanager
async def sms(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with SmsSimulator(**wishes) as simulator:
        settings = {"url": simulator.url + SEND, "brandname": "LANTOA", "timeout": silence}
        async with SmsTransport(settings, {"api_key": "demo-api-key", "secret_key": "demo-secret-key"}) as transport:
            yield Bench(simulator, transport, SMS)


@asynccontextmanager
async def zalo(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with (
        ZaloSimulator(**wishes) as simulator,
        ZaloTransport({"api_url": simulator.url, "timeout": silence}, OneToken(simulator)) as transport,
    ):
        yield Bench(simulator, transport, ZALO)


@asynccontextmanager
async def email(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with SmtpSimulator(**wishes) as simulator:
        settings = {
            "host": "127.0.0.1",
            "port": simulator.smtp_port,
            "security": "none",
            "sender": "tin@lantoa.example",
            "sender_name": "Sở Lan Tỏa",
            "connections": 2,
            "timeout": silence,
        }
        async with EmailTransport(settings, {}) as transport:
            yield Bench(simulator, transport, EMAIL)


@asynccontextmanager
async def smpp(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with SmppSimulator(**wishes) as simulator:
        settings = {
            "host": "127.0.0.1",
            "port": simulator.smpp_port,
            "system_id": "lantoa",
            "brandname": "LANTOA",
            "timeout": silence,
        }
        async with SmppTransport(settings, {"password": "demo-pw"}) as transport:
            yield Bench(simulator, transport, SMS)


@asynccontextmanager
async def viettel(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with ViettelSimulator(**wishes) as simulator:
        settings = {
            "url": simulator.url + VIETTEL_PATH,
            "user": "lantoa",
            "cp_code": "LANTOA",
            "brandname": "LANTOA",
            "timeout": silence,
        }
        async with ViettelTransport(settings, {"password": "demo-pw"}) as transport:
            yield Bench(simulator, transport, SMS)


@asynccontextmanager
async def vnpt(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with VnptSimulator(**wishes) as simulator:
        settings = {
            "url": simulator.url + VNPT_PATH,
            "api_user": "lantoa",
            "label_id": "7",
            "templates": "103: Bà con nhớ mang {1}.",
            "timeout": silence,
        }
        async with VnptTransport(settings, {"api_pass": "demo-pw"}) as transport:
            yield Bench(simulator, transport, SMS)


NETWORK = pytest.mark.parametrize("bench", [sms, zalo, email, smpp, viettel, vnpt])
TELLS_NO_ID = (viettel, vnpt)


@asynccontextmanager
async def telegram(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with (
        TelegramSimulator(**wishes) as simulator,
        TelegramTransport(
            {"api_url": simulator.url, "timeout": silence}, {"bot_token": simulator.bot_token}
        ) as transport,
    ):
        yield Bench(simulator, transport, TELEGRAM)


@asynccontextmanager
async def webpush(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with PushSimulator(**wishes) as simulator:
        private = new_private_key()
        subscription = json.dumps(simulator.subscribe("may-1", public_key(private)))
        settings = {
            "contact": "mailto:tin@lantoa.example", "hosts": simulator.url, "timeout": silence,
            "base_url": "https://lantoa.example",
        }  # fmt: skip
        message = Outgoing(key="d-1", address=subscription, subject="Thẻ bảo hiểm", text="Bà con nhớ mang thẻ.")
        async with WebPushTransport(settings, {"vapid_private": private}) as transport:
            yield Bench(simulator, transport, message)


@asynccontextmanager
async def zbs(silence: float = 10, **wishes: Any) -> AsyncIterator[Bench]:
    async with ZbsSimulator(**wishes) as simulator:
        register = read_register("271001 | Nhắc việc | 300 | customer_name:30, content:200")
        settings = {"api_url": simulator.url, "timeout": silence, "templates": stored(register)}
        async with ZbsTransport(settings, OneTokenWithQuota(simulator)) as transport:
            yield Bench(simulator, transport, ZBS)


NETWORK = pytest.mark.parametrize("bench", [sms, zalo, email, telegram, webpush, zbs])


def run(work: Coroutine[Any, Any, None]) -> None:
    asyncio.run(work)


async def ended(bench: Bench, **changes: Any) -> Outcome:
    return await outcome_of(bench.transport, replace(bench.message, **changes))


@NETWORK
def test_an_accepted_message_is_in_the_providers_ledger_once(bench: Open) -> None:
    async def work() -> None:
        async with bench(slow_ms=20) as at:
            outcome = await ended(at)
            [entry] = at.simulator.ledger.entries.values()
            assert outcome == Accepted("" if bench in TELLS_NO_ID else entry.provider_id)
            assert at.simulator.ledger.totals() == {"accepted": 1, "doubles": 0, "repeats": 0, "calls": 1}

    run(work())


@NETWORK
@pytest.mark.parametrize("mishap", ["drop", "garbage"])
def test_accepted_without_a_readable_answer_is_unknown(bench: Open, mishap: str) -> None:
    async def work() -> None:
        async with bench(**{mishap: 1.0}) as at:
            outcome = await ended(at)
            assert type(outcome) is Unknown
            assert at.simulator.ledger.totals()["accepted"] == 1

    run(work())


@pytest.mark.parametrize("bench", [sms, zalo, viettel, vnpt, telegram, webpush, zbs])
@pytest.mark.parametrize(("mishap", "accepted"), [("error", 0), ("error_after", 1)])
def test_http_5xx_is_unknown_whatever_the_provider_did(bench: Open, mishap: str, accepted: int) -> None:
    async def work() -> None:
        async with bench(**{mishap: 1.0}) as at:
            assert type(await ended(at)) is Unknown
            assert at.simulator.ledger.totals()["accepted"] == accepted

    run(work())


@NETWORK
def test_silence_after_the_body_left_is_unknown(bench: Open) -> None:
    async def work() -> None:
        async with bench(slow_ms=1500, silence=0.3) as at:
            assert type(await ended(at)) is Unknown

    run(work())


@NETWORK
def test_throttling_is_safe_to_repeat_and_nothing_was_accepted(bench: Open) -> None:
    async def work() -> None:
        async with bench(throttle=1.0, retry_after=7) as at:
            outcome = await ended(at)
            assert type(outcome) is Throttled
            named = {email: timedelta(minutes=1), smpp: None}  # SMPP names no time
            assert outcome.after == named.get(bench, timedelta(seconds=7))
            assert at.simulator.ledger.totals()["accepted"] == 0
            at.simulator.behave(throttle=0.0)
            assert isinstance(await ended(at), Accepted)

    run(work())


def test_zalo_throttling_by_status_means_the_same() -> None:
    async def work() -> None:
        async with zalo(throttle=1.0, throttle_by_status=True, retry_after=3) as at:
            outcome = await ended(at)
            assert isinstance(outcome, Throttled)
            assert outcome.after == timedelta(seconds=3)

    run(work())


@NETWORK
def test_a_refusal_is_final(bench: Open) -> None:
    async def work() -> None:
        async with bench(refuse=1.0) as at:
            outcome = await ended(at)
            assert type(outcome) is Rejected
            assert outcome.suppress == (
                bench in (sms, email, smpp, telegram, webpush, zbs)
            )  # elsewhere a refusal does not say whose fault
            assert at.simulator.ledger.totals()["accepted"] == 0

    run(work())


@NETWORK
def test_a_provider_that_is_away_is_safe_to_retry(bench: Open) -> None:
    async def work() -> None:
        async with bench() as at:
            await at.simulator.stop()
            assert type(await ended(at)) is Retry

    run(work())


@NETWORK
def test_many_at_once_all_arrive_once(bench: Open) -> None:
    async def work() -> None:
        async with bench() as at:
            messages = [replace(at.message, key=f"d-{n}", address=_address(at.message.address, n)) for n in range(60)]
            outcomes = await at.transport.send_many(messages)
            assert {type(outcome) for outcome in outcomes} == {Accepted}
            assert at.simulator.ledger.totals() == {"accepted": 60, "doubles": 0, "repeats": 0, "calls": 60}

    run(work())


def _address(address: str, n: int) -> str:
    if address.startswith("{"):
        return address  # one browser; every message has a topic of its own
    return f"nguoi{n}@example.org" if "@" in address else address[:-2] + f"{n:02d}"


def test_sms_left_in_doubt_is_settled_by_the_same_key() -> None:
    async def work() -> None:
        async with sms(drop=1.0) as at:
            assert type(await ended(at)) is Unknown
            at.simulator.behave(drop=0.0)
            assert await ended(at, attempt=2) == Accepted("")  # the provider's "I have this one already" names no id
            assert at.simulator.ledger.totals() == {"accepted": 1, "doubles": 0, "repeats": 1, "calls": 2}

    run(work())


def test_sms_carries_the_text_as_approved_and_names_its_alphabet() -> None:
    async def work() -> None:
        async with sms() as at:
            await ended(at)
            await ended(at, key="d-2", text="Ba con nho mang the.")
            found = [(e.address, e.text, e.more["is_unicode"]) for e in at.simulator.ledger.entries.values()]
            assert found == [
                ("84900000001", "Bà con nhớ mang thẻ.", "1"),
                ("84900000001", "Ba con nho mang the.", "0"),
            ]

    run(work())


def test_sms_without_money_or_with_a_wrong_key_is_the_accounts_problem() -> None:
    async def work() -> None:
        async with sms(balance=0) as at:
            assert type(await ended(at)) is AccountProblem
        async with (
            SmsSimulator(api_key="another") as simulator,
            SmsTransport({"url": simulator.url + SEND}, {"api_key": "k", "secret_key": "s"}) as transport,
        ):
            assert type(await outcome_of(transport, SMS)) is AccountProblem

    run(work())


def test_zalo_renews_a_dead_token_once_for_all_who_wait() -> None:
    async def work() -> None:
        async with zalo() as at:
            messages = [replace(ZALO, key=f"d-{n}", text=f"Tin {n}") for n in range(20)]
            outcomes = await at.transport.send_many(messages)
            assert {type(outcome) for outcome in outcomes} == {Accepted}
            assert at.transport._keeper.renewals == 1

    run(work())


def test_zalo_to_one_who_left_suppresses() -> None:
    async def work() -> None:
        async with zalo() as at:
            at.simulator.unfollowed.add(ZALO.address)
            outcome = await ended(at)
            assert isinstance(outcome, Rejected)
            assert outcome.suppress

    run(work())


@pytest.mark.parametrize(
    ("code", "kind", "suppress"),
    [
        ("-32", Throttled, None),
        ("-211", AccountProblem, None),
        ("-213", Rejected, True),
        ("-216", AccountProblem, None),
        ("-220", AccountProblem, None),
        ("-227", Rejected, True),
        ("-230", Rejected, False),
        ("-232", Rejected, False),
        ("-234", Throttled, None),
        ("-244", Rejected, True),
        ("-321", AccountProblem, None),
        ("-99999", Rejected, False),
        ("-100", Unknown, None),
        ("", Unknown, None),
        ("none", Unknown, None),
    ],
)
def test_zalo_codes(code: str, kind: type[SendProblem], suppress: bool | None) -> None:
    problem = zalo_problem(code, datetime(2026, 3, 1, 16, 30, tzinfo=UTC))
    assert type(problem) is kind
    assert getattr(problem, "suppress", None) == suppress


def test_zalo_at_night_waits_for_six_in_the_morning() -> None:
    late, early, noon = (
        datetime(2026, 3, 1, hour, 30, tzinfo=UTC) for hour in (16, 20, 5)
    )  # 23:30, 03:30, 12:30 there
    six = datetime(2026, 3, 1, 23, 0, tzinfo=UTC)
    assert [zalo_problem("-234", at).until for at in (late, early)] == [six, six]
    assert zalo_problem("-234", noon).until == noon + timedelta(minutes=15)  # the clocks disagree: soon, not never


def test_email_is_text_and_html_with_one_click_unsubscribe_and_a_stable_id() -> None:
    async def work() -> None:
        async with email() as at:
            await ended(at)
            [raw] = at.simulator.mails.values()
            mail = message_from_bytes(raw, policy=default)
            assert {name: str(mail[name]) for name in ("From", "To", "Subject", "Message-ID", "Reply-To")} == {
                "From": "Sở Lan Tỏa <tin@lantoa.example>",
                "To": "nguoi.nhan@example.org",
                "Subject": "Thẻ bảo hiểm y tế",
                "Message-ID": "<d-1@lantoa.example>",
                "Reply-To": "xa@example.org",
            }
            assert mail["List-Unsubscribe"] == "<https://lantoa.example/thoi/abc>"
            assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
            parts = {part.get_content_type(): part.get_content().strip() for part in mail.iter_parts()}
            assert parts == {"text/plain": EMAIL.text, "text/html": EMAIL.html}

    run(work())


@pytest.mark.parametrize(
    ("address", "subject"),
    [
        ("không phải địa chỉ", "a"),
        ("a@b\r\nBcc: x@example.org", "a"),
        ("", "a"),
        ("a@example.org, b@example.org", "a"),
    ],
)
def test_email_to_what_is_no_address_is_rejected_before_the_wire(address: str, subject: str) -> None:
    async def work() -> None:
        async with email() as at:
            outcome = await ended(at, address=address, subject=subject)
            assert isinstance(outcome, Rejected)
            assert at.simulator.ledger.calls == 0

    run(work())


def test_email_headers_cannot_be_injected_through_the_subject() -> None:
    async def work() -> None:
        async with email() as at:
            await ended(at, subject="Tin\r\nBcc: x@example.org\n\nxin chào")
            [raw] = at.simulator.mails.values()
            mail = message_from_bytes(raw, policy=default)
            assert mail["Bcc"] is None
            assert mail["Subject"] == "Tin Bcc: x@example.org xin chào"

    run(work())


def test_email_keeps_its_connection_and_survives_one_that_the_server_closed() -> None:
    async def work() -> None:
        async with email() as at:
            at.transport._settings["connections"] = 1
            await at.transport.close()
            await at.transport.open()
            assert isinstance(await ended(at, key="d-1"), Accepted)
            at.simulator._server.close_clients()
            await asyncio.sleep(0.05)
            assert isinstance(await ended(at, key="d-2"), Accepted)
            at.simulator.behave(refuse=1.0)
            assert isinstance(await ended(at, key="d-3"), Rejected)
            at.simulator.behave(refuse=0.0)
            assert isinstance(await ended(at, key="d-4"), Accepted)
            assert [e.times for e in at.simulator.ledger.entries.values()] == [1, 1, 1]

    run(work())


def test_portal_accepts_and_delivers_at_once() -> None:
    message = Outgoing(key="d-9", address="abc", text="Chào bà con")

    async def work() -> None:
        async with PORTAL.connect({}, {}, None) as transport:
            assert isinstance(transport, PortalTransport)
            assert await transport.send(message) == Accepted("d-9", delivered=True)
            assert await transport.send_many([message] * 3) == [Accepted("d-9", delivered=True)] * 3

    run(work())


@asynccontextmanager
async def gateway_that_says(answer: Callable[[], web.Response]) -> AsyncIterator[Transport]:
    async def handler(_request: web.Request) -> web.Response:
        return answer()

    app = web.Application()
    app.router.add_post("/", handler)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    async with SmsTransport({"url": f"http://127.0.0.1:{runner.addresses[0][1]}/"}, {}) as transport:
        yield transport
    await runner.cleanup()


@pytest.mark.parametrize(
    ("status", "kind"),
    [(301, AccountProblem), (401, AccountProblem), (404, AccountProblem), (400, Rejected), (429, Throttled)],
)
def test_other_http_answers(status: int, kind: type[SendProblem]) -> None:
    async def work() -> None:
        headers = {"Location": "/elsewhere", "Retry-After": "not a number"}
        async with gateway_that_says(lambda: web.Response(status=status, headers=headers)) as transport:
            assert type(await outcome_of(transport, SMS)) is kind

    run(work())


NONSENSE = [
    b"",
    b"[]",
    b"null",
    b'"100"',
    b"{",
    b"[" * 60_000,
    b'{"CodeResult": null}',
    b'{"CodeResult": "x"}',
    b"\xff",
]


@pytest.mark.parametrize("answer", NONSENSE, ids=range(len(NONSENSE)))
def test_any_unreadable_answer_is_unknown(answer: bytes) -> None:
    async def work() -> None:
        async with gateway_that_says(lambda: web.Response(body=answer)) as transport:
            assert type(await outcome_of(transport, SMS)) is Unknown

    run(work())


def test_behaviour_is_the_same_in_every_run() -> None:
    async def fates() -> list[str]:
        async with sms(refuse=0.3, drop=0.3, throttle=0.2, seed=7) as at:
            return [type(await ended(at, key=f"d-{n}")).__name__ for n in range(30)]

    first, second = asyncio.run(fates()), asyncio.run(fates())
    assert first == second
    assert set(first) == {"Accepted", "Rejected", "Throttled", "Unknown"}
