"""A stand-in for the Zalo Official Account platform: rotating tokens, HTTP 200 on failure, signed webhooks."""

import asyncio
import hashlib
import json
import secrets
import time
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from lantoa.simulators.ledger import Entry
from lantoa.simulators.stage import Letter, Simulator, mishap_after, mishap_before


class ZaloSimulator(Simulator):
    """One official account with its followers: everyone follows until they unfollow.

    ``POST /_user_says {user_id, text, msg_id?}``, ``/_follow`` and ``/_unfollow {user_id}`` make a citizen act:
    the signed webhook goes out at once and the answer tells its status. ``POST /_expire`` kills the access token.
    """

    name = "zalo"

    def __init__(
        self,
        *,
        app_id: str = "1710002022",
        app_secret: str = "demo-app-secret",  # noqa: S107  (a stand-in's secret opens nothing)
        oa_id: str = "4171000000000000001",
        oa_secret: str = "demo-oa-secret",  # noqa: S107
        refresh_token: str = "demo-refresh-token",  # noqa: S107
        webhook_url: str = "",
        ledger_path: Path | None = None,
        **wishes: Any,
    ) -> None:
        super().__init__(ledger_path=ledger_path, **wishes)
        self.app_id, self.app_secret, self.oa_id, self.oa_secret = app_id, app_secret, oa_id, oa_secret
        self.webhook_url = webhook_url
        self.refresh_token, self.access_token = refresh_token, ""
        self.refreshes = self.refused_refreshes = 0
        self.unfollowed: set[str] = set()
        self._messages = self._doings = 0

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the platform's addresses and the citizen's."""
        return [
            web.post("/v4/oa/access_token", self._token),
            web.post("/v3.0/oa/message/{kind:cs|transaction|promotion}", self._send),
            web.post("/_user_says", self._user_says),
            web.post("/_follow", self._follow),
            web.post("/_unfollow", self._follow),
            web.post("/_expire", self._expire),
        ]

    async def _token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        if request.headers.get("secret_key") != self.app_secret or form.get("app_id") != self.app_id:
            return _error(-14004, "Invalid secret key")
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh_token:
            self.refused_refreshes += 1
            return _error(-14014, "Invalid refresh token")
        self.refreshes += 1
        self.access_token, self.refresh_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        return web.json_response(
            {"access_token": self.access_token, "refresh_token": self.refresh_token, "expires_in": "90000"}
        )

    async def _send(self, request: web.Request) -> web.Response:
        if not self.access_token or request.headers.get("access_token") != self.access_token:
            return _error(-216, "Access token is invalid")
        try:
            body = await request.json()
            person, text = str(body["recipient"]["user_id"]), str(body["message"]["text"])
        except (ValueError, KeyError, TypeError):
            return _error(-201, "Params is invalid")
        key = f"{person}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        attempt = self.ledger.attempt(key)
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        refusal = mishap_before(self, key, attempt) or self._refusal(key, attempt, person, text)
        if refusal is not None:
            return refusal
        self._messages += 1
        entry = self.ledger.accept(key, provider_id=f"msg-{self._messages:012d}", address=person, text=text)
        self._report(entry)
        data = {"message_id": entry.provider_id, "user_id": person}
        answer = web.json_response({"error": 0, "message": "Success", "data": data})
        return mishap_after(self, request, key, attempt, answer)

    def _refusal(self, key: str, attempt: int, person: str, text: str) -> web.Response | None:
        behaviour = self.behaviour
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return _error(-32, "Your application reached limit call api", retry_after=behaviour.retry_after)
        if person in self.unfollowed:
            return _error(-213, "User has not followed OA")
        if len(text) > 2000:
            return _error(-201, "Text is too long")
        if behaviour.happens("refuse", behaviour.refuse, person):
            return _error(-230, "User has not interacted with the OA in the past 7 days")
        return None

    def post_receipt(self, event: dict[str, Any], entry: Entry, word: str) -> None:
        """Have a signed event about a message delivered to the webhook."""
        self._post(event, entry, word)

    def _report(self, entry: Entry) -> None:
        behaviour = self.behaviour
        if not behaviour.receipts or behaviour.happens("undelivered", behaviour.undelivered, entry.key):
            return
        mine = entry.provider_id
        self._post({"event_name": "user_received_message", "message": {"msg_id": mine}}, entry, "delivered")
        if behaviour.happens("seen", behaviour.seen, entry.key):
            self._post({"event_name": "user_seen_message", "message": {"msg_ids": [mine]}}, entry, "read")

    def _post(self, event: dict[str, Any], entry: Entry, word: str) -> None:
        if self.webhook_url:
            people = {"sender": {"id": self.oa_id}, "recipient": {"id": entry.address}}
            body, headers = self.signed({**event, **people})
            self.postman.post(Letter(lambda http: self._call(http, body, headers), entry.provider_id, word))

    def signed(self, event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
        """Return an event as the platform would send it: body and headers, signed now."""
        stamp = str(int(time.time() * 1000))
        body = json.dumps({"app_id": self.app_id, **event, "timestamp": stamp}, ensure_ascii=False).encode()
        mac = hashlib.sha256(self.app_id.encode() + body + stamp.encode() + self.oa_secret.encode()).hexdigest()
        headers = {"Content-Type": "application/json", "X-ZEvent-Signature": f"mac={mac}", "X-ZEvent-Timestamp": stamp}
        return body, headers

    async def _call(self, http: aiohttp.ClientSession, body: bytes, headers: dict[str, str]) -> int:
        async with http.post(self.webhook_url, data=body, headers=headers) as reply:
            return reply.status

    async def _user_says(self, request: web.Request) -> web.Response:
        wish = await request.json()
        self._doings += 1
        message = {"msg_id": str(wish.get("msg_id") or f"in-{self._doings:09d}"), "text": str(wish.get("text", ""))}
        event = {"event_name": "user_send_text", "sender": {"id": str(wish["user_id"])}, "message": message}
        return await self._act({**event, "recipient": {"id": self.oa_id}, "user_id_by_app": str(wish["user_id"])})

    async def _follow(self, request: web.Request) -> web.Response:
        person, name = str((await request.json())["user_id"]), request.path.removeprefix("/_")
        (self.unfollowed.discard if name == "follow" else self.unfollowed.add)(person)
        return await self._act({"event_name": name, "oa_id": self.oa_id, "follower": {"id": person}})

    async def _act(self, event: dict[str, Any]) -> web.Response:
        body, headers = self.signed(event)
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http:
            status = await self._call(http, body, headers)
        return web.json_response({"webhook_status": status})

    async def _expire(self, _request: web.Request) -> web.Response:
        self.access_token = ""
        return web.json_response({"expired": True})


def _error(code: int, message: str, **data: Any) -> web.Response:
    return web.json_response({"error": code, "message": message, **({"data": data} if data else {})})
