"""A stand-in for the Bot API where one bot writes in channels."""

import asyncio
import hashlib
from pathlib import Path
from typing import Any

from aiohttp import web

from lantoa.simulators.stage import Simulator, mishap_after, mishap_before

BOT = 104710
"""The bot's own number."""


class TelegramChannelSimulator(Simulator):
    """One bot; an administrator of ``channels``, where it may post unless ``may_post`` is False."""

    name = "telegram_channel"

    def __init__(
        self,
        *,
        bot_token: str = "104710:demo-bot-token-that-opens-nothing",  # noqa: S107  (a stand-in's secret opens nothing)
        channels: tuple[str, ...] = ("@giamngheo",),
        may_post: bool = True,
        ledger_path: Path | None = None,
        **wishes: Any,
    ) -> None:
        super().__init__(ledger_path=ledger_path, **wishes)
        self.bot_token, self.channels, self.may_post = bot_token, channels, may_post
        self.posts: dict[int, dict[str, Any]] = {}
        self._number = 0

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the API's addresses."""
        return [
            web.post("/bot{token}/sendMessage", self._send),
            web.post("/bot{token}/deleteMessage", self._delete),
            web.post("/bot{token}/getMe", self._me),
            web.post("/bot{token}/getChatMember", self._member),
        ]

    async def _send(self, request: web.Request) -> web.Response:
        body = await request.json()
        chat, text = str(body.get("chat_id", "")), str(body.get("text", ""))
        key = hashlib.sha256(f"{chat}\x1f{text}".encode()).hexdigest()[:20]
        attempt = self.ledger.attempt(key)
        if self.behaviour.slow_ms:
            await asyncio.sleep(self.behaviour.slow_ms / 1000)
        refusal = self._unfit(request, chat) or mishap_before(self, key, attempt) or self._refusal(key, attempt, text)
        if refusal is not None:
            return refusal
        self._number += 1
        self.posts[self._number] = body
        self.ledger.accept(key, provider_id=str(self._number), address=chat, text=text)
        answer = web.json_response({"ok": True, "result": {"message_id": self._number, "chat": {"type": "channel"}}})
        return mishap_after(self, request, key, attempt, answer)

    async def _me(self, request: web.Request) -> web.Response:
        await asyncio.sleep(self.behaviour.slow_ms / 1000)
        if request.match_info["token"] != self.bot_token:
            return _error(401, "Unauthorized")
        return web.json_response({"ok": True, "result": {"id": BOT, "is_bot": True}})

    async def _member(self, request: web.Request) -> web.Response:
        body = await request.json()
        refusal = self._unfit(request, str(body.get("chat_id", "")))
        if refusal is not None:
            return refusal
        if body.get("user_id") != BOT:
            return _error(400, "Bad Request: user not found")
        rights = {"status": "administrator", "can_post_messages": self.may_post}
        return web.json_response({"ok": True, "result": {"user": {"id": BOT, "is_bot": True}, **rights}})

    async def _delete(self, request: web.Request) -> web.Response:
        body = await request.json()
        refusal = self._unfit(request, str(body.get("chat_id", "")))
        if refusal is not None:
            return refusal
        if self.posts.pop(int(body.get("message_id", 0)), None) is None:
            return _error(400, "Bad Request: message to delete not found")
        return web.json_response({"ok": True, "result": True})

    def _unfit(self, request: web.Request, chat: str) -> web.Response | None:
        if request.match_info["token"] != self.bot_token:
            return _error(401, "Unauthorized")
        if chat not in self.channels:
            return _error(400, "Bad Request: chat not found")
        return None

    def _refusal(self, key: str, attempt: int, text: str) -> web.Response | None:
        behaviour = self.behaviour
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            wait = behaviour.retry_after
            return _error(429, f"Too Many Requests: retry after {wait}", parameters={"retry_after": wait})
        if len(text) > 4096:
            return _error(400, "Bad Request: message is too long")
        if behaviour.happens("refuse", behaviour.refuse, key):
            return _error(403, "Forbidden: bot is not a member of the channel chat")
        return None


def _error(code: int, description: str, **more: Any) -> web.Response:
    return web.json_response({"ok": False, "error_code": code, "description": description, **more}, status=code)
