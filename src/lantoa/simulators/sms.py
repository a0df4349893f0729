"""A stand-in for an eSMS-style gateway: the same JSON, the same codes, delivery reports by GET."""

import asyncio
from base64 import b64encode
from datetime import datetime, timedelta, timezone
from hashlib import md5
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import aiohttp
from aiohttp import web

from lantoa.simulators.ledger import Entry
from lantoa.simulators.stage import Letter, Simulator, mishap_after, mishap_before

SEND = "/MainService.svc/json/SendMultipleMessage_V4_post_json/"


class SmsSimulator(Simulator):
    """Accepts each RequestId once; answers a repeat with code 124."""

    name = "sms"

    def __init__(
        self,
        *,
        api_key: str = "demo-api-key",
        secret_key: str = "demo-secret-key",  # noqa: S107  (a stand-in's key opens nothing)
        balance: int | None = None,
        inbound_url: str = "",
        cp_id: str = "demo-cp",
        inbound_key: str = "demo-inbound-key",
        ledger_path: Path | None = None,
        **wishes: Any,
    ) -> None:
        super().__init__(ledger_path=ledger_path, **wishes)
        self.api_key, self.secret_key, self.balance = api_key, secret_key, balance
        self.inbound_url, self.cp_id, self.inbound_key = inbound_url, cp_id, inbound_key
        self._came_at: dict[str, str] = {}

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the sending address and what makes somebody write."""
        return [web.post(SEND, self._send), web.post("/_user_says", self._user_says)]

    async def _user_says(self, request: web.Request) -> web.Response:
        """Carry ``{"phone", "text"}`` (and ``"smsid"``, ``"url"``) to us as from the short code; tell what we said."""
        said = await request.json()
        stamp = datetime.now(timezone(timedelta(hours=7))).strftime("%Y%m%d%H%M%S")
        smsid = str(said.get("smsid") or uuid5(NAMESPACE_URL, f"{said}{self.ledger.calls}{stamp}").hex)
        stamp = self._came_at.setdefault(smsid, stamp)  # a text told again came when it came
        signed = f"{self.cp_id}{smsid}{said['text']}{stamp}{self.inbound_key}".encode()
        query = {
            "sender": str(said["phone"]), "content": str(said["text"]), "serviceNumber": "8079",
            "keyword": str(said["text"]).split(" ")[0], "cpid": self.cp_id, "smsid": smsid, "receiverTime": stamp,
            "sign": b64encode(md5(signed, usedforsecurity=False).digest()).decode(),
        }  # fmt: skip
        async with (
            aiohttp.ClientSession() as http,
            http.get(said.get("url") or self.inbound_url, params=query) as reply,
        ):
            return web.json_response({"status": reply.status, "body": await reply.text()})

    async def _send(self, request: web.Request) -> web.Response:
        try:
            body = await request.json()
        except ValueError:
            return _reply("110", ErrorMessage="Data is not valid")
        if not isinstance(body, dict) or (body.get("ApiKey"), body.get("SecretKey")) != (self.api_key, self.secret_key):
            return _reply("101", ErrorMessage="Authorize Failed")
        key = str(body.get("RequestId") or uuid5(NAMESPACE_URL, f"{body.get('Phone')}{self.ledger.calls}"))
        attempt = self.ledger.attempt(key)
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        refusal = mishap_before(self, key, attempt) or self._refusal(key, attempt, body)
        if refusal is not None:
            return refusal
        if self.balance is not None:
            self.balance -= 1
        sms_id = uuid5(NAMESPACE_URL, key).hex
        phone, text = str(body.get("Phone", "")), str(body.get("Content", ""))
        more = {"brandname": body.get("Brandname", ""), "is_unicode": body.get("IsUnicode", "")}
        entry = self.ledger.accept(key, provider_id=sms_id, address=phone, text=text, **more)
        self._report(entry, str(body.get("CallbackUrl") or ""))
        return mishap_after(self, request, key, attempt, _reply("100", SMSID=sms_id))

    def _refusal(self, key: str, attempt: int, body: dict[str, Any]) -> web.Response | None:
        behaviour = self.behaviour
        if self.ledger.recognise(key) is not None:
            return _reply("124", ErrorMessage="RequestId is duplicated")
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return web.Response(
                status=429, text="Too Many Requests", headers={"Retry-After": str(behaviour.retry_after)}
            )
        if not str(body.get("Phone", "")).isdecimal():
            return _reply("108", ErrorMessage="Phone number is not valid")
        if behaviour.happens("refuse", behaviour.refuse, key):
            return _reply("99", ErrorMessage="Phone number is blocked")
        if self.balance is not None and self.balance <= 0:
            return _reply("103", ErrorMessage="Balance not enough")
        return None

    def _report(self, entry: Entry, callback: str) -> None:
        if not (callback and self.behaviour.receipts):
            return
        failed = self.behaviour.happens("undelivered", self.behaviour.undelivered, entry.key)
        report = {
            "SMSID": entry.provider_id,
            "SendStatus": "5",
            "SendSuccess": "0" if failed else "1",
            "SendFailed": "1" if failed else "0",
            "TotalSent": "1",
            "TotalReceiver": "1",
            "TotalPrice": "0",
            "RequestId": entry.key,
            "TypeId": "2",
            "telcoid": "1",
            "phonenumber": entry.address,
        }

        async def call(http: aiohttp.ClientSession) -> int:
            async with http.get(callback, params=report) as reply:
                return reply.status

        self.postman.post(Letter(call, entry.provider_id, "failed" if failed else "delivered"))


def _reply(code: str, **more: str) -> web.Response:
    return web.json_response({"CodeResult": code, "CountRegenerate": 0, **more})
