"""The stand-ins behave as told, keep honest accounts, and are quick enough to be pushed hard."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Self

import aiohttp
import aiosmtplib
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from lantoa.simulators.behaviour import Behaviour
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import Simulator
from lantoa.simulators.zalo import ZaloSimulator

type Work = Callable[[], Awaitable[None]]


class Desk:
    """A server of ours that receives receipts."""

    def __init__(self) -> None:
        self.got: list[web.BaseRequest] = []
        self.bodies: list[bytes] = []
        self.arrived = asyncio.Event()
        self.wanted = 1
        self.url = ""

    async def __aenter__(self) -> Self:
        async def receive(request: web.BaseRequest) -> web.Response:
            self.bodies.append(await request.read())
            self.got.append(request)
            if len(self.got) >= self.wanted:
                self.arrived.set()
            return web.Response(text="ok")

        self.runner = web.ServerRunner(web.Server(receive))
        await self.runner.setup()
        await web.TCPSite(self.runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self.runner.addresses[0][1]}/hook/"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.runner.cleanup()

    async def expect(self, count: int) -> None:
        self.wanted = count
        if len(self.got) < count:
            self.arrived.clear()
            async with asyncio.timeout(5):
                await self.arrived.wait()


def sms(key: str, callback: str = "", phone: str = "84900000001") -> dict[str, str]:
    keys = {"ApiKey": "demo-api-key", "SecretKey": "demo-secret-key"}
    return {**keys, "RequestId": key, "Phone": phone, "Content": "Chào", "CallbackUrl": callback}


async def post(http: aiohttp.ClientSession, url: str, body: dict[str, Any], **headers: str) -> dict[str, Any]:
    async with http.post(url, json=body, headers=headers) as reply:
        return await reply.json()


def test_sms_accepts_a_key_once_and_reports_it() -> None:
    async def work() -> None:
        async with Desk() as desk, SmsSimulator() as at, aiohttp.ClientSession() as http:
            codes = [(await post(http, at.url + SEND, sms("k-1", desk.url)))["CodeResult"] for _ in range(3)]
            await desk.expect(1)
            assert codes == ["100", "124", "124"]
            assert at.ledger.totals() == {"accepted": 1, "doubles": 0, "repeats": 2, "calls": 3}
            report = desk.got[0].query
            assert (report["RequestId"], report["SendSuccess"], report["SendFailed"]) == ("k-1", "1", "0")

    asyncio.run(work())


def test_receipts_can_be_held_repeated_and_shuffled() -> None:
    async def work() -> None:
        wishes = {"receipt_hold": True, "receipt_repeat": 2, "receipt_shuffle": True}
        async with Desk() as desk, SmsSimulator(**wishes) as at, aiohttp.ClientSession() as http:
            for n in range(20):
                await post(http, at.url + SEND, sms(f"k-{n}", desk.url))
            assert (desk.got, at.postman.waiting) == ([], 40)
            async with http.post(at.url + "/_behave", json={"receipt_hold": False}) as reply:
                assert (await reply.json())["receipt_hold"] is False
            await desk.expect(40)
            keys = [request.query["RequestId"] for request in desk.got]
            assert sorted(keys) == sorted(f"k-{n}" for n in range(20) for _ in range(2))
            assert keys != sorted(keys, key=lambda key: int(key[2:]))

    asyncio.run(work())


def test_zalo_tokens_work_once() -> None:
    async def work() -> None:
        async with ZaloSimulator() as at, aiohttp.ClientSession() as http:
            form = {"refresh_token": "demo-refresh-token", "app_id": at.app_id, "grant_type": "refresh_token"}
            answers = []
            for _ in range(2):
                headers = {"secret_key": "demo-app-secret"}
                async with http.post(at.url + "/v4/oa/access_token", data=form, headers=headers) as reply:
                    assert reply.status == 200
                    answers.append(await reply.json())
            assert (answers[0]["expires_in"], answers[0]["refresh_token"]) == ("90000", at.refresh_token)
            assert answers[1]["error"] == -14014
            assert (at.refreshes, at.refused_refreshes) == (1, 1)

    asyncio.run(work())


def test_a_citizen_speaks_follows_and_leaves_by_signed_webhook() -> None:
    async def work() -> None:
        async with Desk() as desk, ZaloSimulator(webhook_url=desk.url) as at, aiohttp.ClientSession() as http:
            assert await post(http, at.url + "/_user_says", {"user_id": "7", "text": "Xin hỏi"}) == {
                "webhook_status": 200
            }
            await post(http, at.url + "/_unfollow", {"user_id": "7"})
            assert at.unfollowed == {"7"}
            await post(http, at.url + "/_follow", {"user_id": "7"})
            assert at.unfollowed == set()
            names = [json.loads(body)["event_name"] for body in desk.bodies]
            assert names == ["user_send_text", "unfollow", "follow"]
            assert all(request.headers["X-ZEvent-Signature"].startswith("mac=") for request in desk.got)

    asyncio.run(work())


def test_zalo_receipts_follow_acceptance() -> None:
    async def work() -> None:
        async with Desk() as desk, ZaloSimulator(webhook_url=desk.url, seen=1.0) as at, aiohttp.ClientSession() as http:
            at.access_token = "t"
            body = {"recipient": {"user_id": "7"}, "message": {"text": "Chào"}}
            answer = await post(http, at.url + "/v3.0/oa/message/cs", body, access_token="t")
            await desk.expect(2)
            events = [json.loads(body) for body in desk.bodies]
            message_id = answer["data"]["message_id"]
            assert {event["event_name"]: event["message"] for event in events} == {
                "user_received_message": {"msg_id": message_id},
                "user_seen_message": {"msg_ids": [message_id]},
            }

    asyncio.run(work())


@pytest.mark.parametrize("kind", [ZaloSimulator, SmsSimulator, SmtpSimulator])
def test_control_pages(kind: type[Simulator]) -> None:
    async def work() -> None:
        async with kind() as at, aiohttp.ClientSession() as http:
            async with http.post(at.url + "/_behave", json={"refuse": 0.5, "slow_ms": 3}) as reply:
                assert (reply.status, at.behaviour.refuse, at.behaviour.slow_ms) == (200, 0.5, 3)
            for wrong in ({"rude": 1}, {"slow_ms": "long"}, [1]):
                async with http.post(at.url + "/_behave", json=wrong) as reply:
                    assert reply.status == 400
            at.ledger.accept("k", provider_id="p", address="a", text="t")
            at.ledger.accept("k", provider_id="p", address="a", text="t")
            async with http.get(at.url + "/_ledger?full=1") as reply:
                found = await reply.json()
            assert (found["accepted"], found["doubles"], found["messages"][0]["times"]) == (1, 1, 2)
            async with http.delete(at.url + "/_ledger") as reply:
                assert (await reply.json())["accepted"] == 0

    asyncio.run(work())


def test_a_mailbox_is_read_over_http_and_waits_for_its_mail() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "a@a.example", "b@b.example", "Tin mẫu"
    mail["Message-ID"], mail["List-Unsubscribe"] = "<one@a.example>", "<http://a.example/stop/>"
    mail.set_content("Chào bà con.")

    async def work() -> None:
        async with SmtpSimulator() as at, aiohttp.ClientSession() as http:
            mailbox = f"{at.url}/_mails?to=b@b.example"

            async def read(query: str) -> list[dict[str, Any]]:
                async with http.get(mailbox + query) as reply:
                    found: list[dict[str, Any]] = await reply.json()
                    return found

            async with asyncio.TaskGroup() as group:
                waiting = group.create_task(read("&wait=20"))
                group.create_task(aiosmtplib.send(mail, hostname="127.0.0.1", port=at.smtp_port))
            (got,) = waiting.result()
            assert (got["subject"], got["text"].strip(), got["html"]) == ("Tin mẫu", "Chào bà con.", "")
            assert got["headers"]["List-Unsubscribe"] == "<http://a.example/stop/>"
            assert await read("&n=2&wait=0.05") == [got]
            async with http.get(at.url + "/_mails?to=c@c.example") as reply:
                assert await reply.json() == []
            async with http.get(at.url + "/_mails?wait=long") as reply:
                assert reply.status == 400

    asyncio.run(work())


def test_an_answer_can_be_let_out_byte_by_byte_though_the_message_was_taken() -> None:
    async def work() -> None:
        async with SmsSimulator(dribble=1.0, dribble_ms=1) as at, aiohttp.ClientSession() as http:
            async with http.post(at.url + SEND, json=sms("k")) as reply:
                pieces = [piece async for piece in reply.content.iter_any()]
            assert json.loads(b"".join(pieces))["CodeResult"] == "100"
            assert len(pieces) > 5
            assert at.ledger.totals()["accepted"] == 1

    asyncio.run(work())


def test_a_relay_that_lets_its_answer_out_slowly_has_taken_the_mail() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Message-ID"] = "a@a.example", "b@b.example", "<slow@a.example>"

    async def work() -> None:
        async with SmtpSimulator(dribble=1.0, dribble_ms=200) as at:
            with pytest.raises(aiosmtplib.SMTPException):
                await aiosmtplib.send(mail, hostname="127.0.0.1", port=at.smtp_port, start_tls=False, timeout=0.3)
            assert list(at.ledger.entries) == ["<slow@a.example>"]
            answer = await aiosmtplib.send(mail, hostname="127.0.0.1", port=at.smtp_port, start_tls=False)
            assert answer[1].count("Ok: wait") == 5
            assert answer[1].endswith("queued as Q00000002")

    asyncio.run(work())


def test_the_ledger_file_tells_which_receipts_were_taken(tmp_path: Path) -> None:
    path = tmp_path / "sms.jsonl"

    async def work() -> None:
        async with Desk() as desk, SmsSimulator(ledger_path=path) as at, aiohttp.ClientSession() as http:
            await post(http, at.url + SEND, sms("k", desk.url))
            await post(http, at.url + SEND, sms("nobody-listens", "http://127.0.0.1:9/"))
            async with asyncio.timeout(5):
                while not at.postman.delivered:  # noqa: ASYNC110 - the round trip of one receipt
                    await asyncio.sleep(0)

    asyncio.run(work())
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    accepted = {line["accepted"]: line["provider_id"] for line in lines if "accepted" in line}
    assert [line for line in lines if "told" in line] == [{"told": accepted["k"], "word": "delivered"}]


def test_the_ledger_file_holds_every_acceptance(tmp_path: Path) -> None:
    path = tmp_path / "sms.jsonl"

    async def work() -> None:
        async with SmsSimulator(ledger_path=path) as at, aiohttp.ClientSession() as http:
            for key in ("k-1", "k-2", "k-1"):
                await post(http, at.url + SEND, sms(key))

    asyncio.run(work())
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line.get("accepted") or line.get("repeated") for line in lines] == ["k-1", "k-2", "k-1"]


@given(st.text(max_size=20), st.floats(0, 1), st.integers(0, 9))
def test_chance_is_a_function_of_seed_and_message(key: str, rate: float, attempt: int) -> None:
    one, same = Behaviour(seed=1), Behaviour(seed=1)
    assert one.happens("drop", rate, key, attempt) == same.happens("drop", rate, key, attempt)
    assert not one.happens("drop", 0.0, key, attempt)
    assert one.happens("drop", 1.0, key, attempt)


def test_chance_keeps_its_rate() -> None:
    behaviour = Behaviour(seed=3)
    happened = sum(behaviour.happens("drop", 0.2, f"k-{n}") for n in range(5000))
    assert 900 < happened < 1100
