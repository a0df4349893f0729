"""A stand-in for Telegram's Bot API: chats that block, flood limits with ``retry_after``, updates with the secret."""

import asyncio
import hashlib
import time
from base64 import b64decode
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from lantoa.simulators.stage import Simulator, mishap_after, mishap_before

LONGEST = 4096
LARGEST = 20 * 1024 * 1024


class TelegramSimulator(Simulator):
    """One bot; every chat has pressed Start until its person blocks the bot.

    ``POST /_user_says {chat_id, text}``, ``/_user_sends {chat_id, kind, caption, name, content}`` (a photo unless told
    otherwise, ``content`` in Base64), ``/_start {chat_id, token}``, ``/_block`` and ``/_unblock {chat_id}`` make a
    citizen act: the update goes at once to the webhook that was set, and the answer tells its status.
    """

    name = "telegram"

    def __init__(
        self,
        *,
        bot_token: str = "171:demo-bot-token-that-opens-nothing",  # noqa: S107  (a stand-in's token opens nothing)
        ledger_path: Path | None = None,
        **wishes: Any,
    ) -> None:
        super().__init__(ledger_path=ledger_path, **wishes)
        self.bot_token = bot_token
        self.webhook_url = self.webhook_secret = ""
        self.allowed_updates: list[str] = []
        self.blocked: set[int] = set()
        self.deactivated: set[int] = set()
        self.files: dict[str, tuple[str, bytes]] = {}  # by id: the path, and what lies there
        self._messages = self._updates = 0

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the API's addresses and the citizen's."""
        return [
            web.post("/bot{token}/sendMessage", self._send),
            web.post("/bot{token}/setWebhook", self._set_webhook),
            web.post("/bot{token}/getFile", self._get_file),
            web.get("/file/bot{token}/{path:.+}", self._file),
            web.post("/_user_says", self._user_says),
            web.post("/_user_sends", self._user_sends),
            web.post("/_start", self._start),
            web.post("/_block", self._membership),
            web.post("/_unblock", self._membership),
        ]

    async def _send(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.bot_token:
            return _error(404, "Not Found")
        try:
            body = await request.json()
            chat, text = int(body["chat_id"]), str(body["text"])
        except (ValueError, KeyError, TypeError):
            return _error(400, "Bad Request: message text is empty")
        key = f"{chat}:{hashlib.sha256(text.encode()).hexdigest()[:16]}"
        attempt = self.ledger.attempt(key)
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        refusal = mishap_before(self, key, attempt) or self._refusal(key, attempt, chat, text)
        if refusal is not None:
            return refusal
        self._messages += 1
        self.ledger.accept(key, provider_id=str(self._messages), address=str(chat), text=text, sent=body)
        result = {"message_id": self._messages, "date": int(time.time()), "chat": _chat(chat), "text": text}
        return mishap_after(self, request, key, attempt, web.json_response({"ok": True, "result": result}))

    def _refusal(self, key: str, attempt: int, chat: int, text: str) -> web.Response | None:
        behaviour = self.behaviour
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            wait = behaviour.retry_after
            return _error(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
        if chat in self.deactivated:
            return _error(403, "Forbidden: user is deactivated")
        if chat in self.blocked or behaviour.happens("refuse", behaviour.refuse, str(chat)):
            return _error(403, "Forbidden: bot was blocked by the user")
        if not text:
            return _error(400, "Bad Request: message text is empty")
        if len(text.encode("utf-16-le")) // 2 > LONGEST:
            return _error(400, "Bad Request: message is too long")
        return None

    async def _set_webhook(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.bot_token:
            return _error(404, "Not Found")
        body = await request.json()
        self.webhook_url, self.webhook_secret = str(body.get("url", "")), str(body.get("secret_token", ""))
        self.allowed_updates = list(body.get("allowed_updates", []))
        return web.json_response({"ok": True, "result": True, "description": "Webhook was set"})

    def update(self, kind: str, content: dict[str, Any]) -> dict[str, Any]:
        """Return an update as the API would send it, with the next number."""
        self._updates += 1
        return {"update_id": 900_000_000 + self._updates, kind: {"date": int(time.time()), **content}}

    async def _user_says(self, request: web.Request) -> web.Response:
        wish = await request.json()
        chat = int(wish["chat_id"])
        self._messages += 1
        said = {"message_id": self._messages, "from": _person(chat), "chat": _chat(chat), "text": str(wish["text"])}
        return await self._tell(self.update("message", said))

    async def _user_sends(self, request: web.Request) -> web.Response:
        wish = await request.json()
        chat, kind, content = int(wish["chat_id"]), str(wish.get("kind", "photo")), b64decode(wish["content"])
        self._messages += 1
        said = {"message_id": self._messages, "from": _person(chat), "chat": _chat(chat)}
        if caption := str(wish.get("caption", "")):
            said["caption"] = caption
        return await self._tell(self.update("message", said | {kind: self.attach(kind, content, wish.get("name", ""))}))

    def attach(self, kind: str, content: bytes, name: str = "") -> Any:
        """Keep a file and return how a message names it; of a photo a small size too, which is another file."""
        if kind != "photo":
            return {**self._keep(kind, content), **({"file_name": name} if name else {})}
        small = {**self._keep("thumb", b"a small one"), "width": 90, "height": 67}
        return [small, {**self._keep("photo", content), "width": 1280, "height": 960}]

    def _keep(self, kind: str, content: bytes) -> dict[str, Any]:
        number = f"AgAC{kind}-{len(self.files) + 1}"
        self.files[number] = (f"{kind}s/file_{len(self.files) + 1}", content)
        return {"file_id": number, "file_unique_id": number[-12:], "file_size": len(content)}

    async def _get_file(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != self.bot_token:
            return _error(404, "Not Found")
        number = str((await request.json()).get("file_id", ""))
        if mishap := mishap_before(self, number, self.ledger.attempt(number)):
            return mishap
        if number not in self.files:
            return _error(400, "Bad Request: invalid file_id")
        path, content = self.files[number]
        if len(content) > LARGEST:
            return _error(400, "Bad Request: file is too big")
        found = {"file_id": number, "file_unique_id": number[-12:], "file_size": len(content), "file_path": path}
        return web.json_response({"ok": True, "result": found})

    async def _file(self, request: web.Request) -> web.Response:
        found = next((one for path, one in self.files.values() if path == request.match_info["path"]), None)
        if request.match_info["token"] != self.bot_token or found is None:
            return _error(404, "Not Found")
        return web.Response(body=found, content_type="application/octet-stream")

    async def _start(self, request: web.Request) -> web.Response:
        wish = await request.json()
        chat, token = int(wish["chat_id"]), str(wish.get("token", ""))
        self.blocked.discard(chat)
        self._messages += 1
        text = f"/start {token}".strip()
        said = {"message_id": self._messages, "from": _person(chat), "chat": _chat(chat), "text": text}
        return await self._tell(self.update("message", said))

    async def _membership(self, request: web.Request) -> web.Response:
        chat, block = int((await request.json())["chat_id"]), request.path == "/_block"
        (self.blocked.add if block else self.blocked.discard)(chat)
        bot = {"id": 171, "is_bot": True, "first_name": "Lan Toa"}
        was, is_ = ("member", "kicked") if block else ("kicked", "member")
        change = {
            "chat": _chat(chat),
            "from": _person(chat),
            "old_chat_member": {"user": bot, "status": was},
            "new_chat_member": {"user": bot, "status": is_, **({"until_date": 0} if block else {})},
        }
        return await self._tell(self.update("my_chat_member", change))

    async def _tell(self, update: dict[str, Any]) -> web.Response:
        kind = next(name for name in update if name != "update_id")
        if not self.webhook_url or (self.allowed_updates and kind not in self.allowed_updates):
            return web.json_response({"webhook_status": 0})
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook_secret}
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as http,
            http.post(self.webhook_url, json=update, headers=headers) as reply,
        ):
            return web.json_response({"webhook_status": reply.status})


def _chat(chat: int) -> dict[str, Any]:
    return {"id": chat, "first_name": "Người dân", "type": "private"}


def _person(chat: int) -> dict[str, Any]:
    return {"id": chat, "is_bot": False, "first_name": "Người dân", "language_code": "vi"}


def _error(code: int, description: str, **parameters: Any) -> web.Response:
    told: dict[str, Any] = {"ok": False, "error_code": code, "description": description}
    return web.json_response(told | ({"parameters": parameters} if parameters else {}), status=code)
