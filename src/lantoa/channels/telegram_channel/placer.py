"""One post in one channel: ``POST /bot<token>/sendMessage`` with the channel as its chat.

Source: core.telegram.org/bots/api (sendMessage, deleteMessage, getMe, getChatMember, making requests). The text goes
out plain, without a parse mode, so that nothing in it is taken for markup; the link to our portal stands on a button
under it.
"""

import json
from datetime import timedelta
from typing import Any, ClassVar

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Rejected,
    Secrets,
    SendProblem,
    Settings,
    Throttled,
    Unknown,
    explain,
)
from lantoa.channels.http1 import Answer, HttpPool
from lantoa.channels.placing import Placer, Placing, PublicCapability
from lantoa.channels.wire import ask, encoded, object_of
from lantoa.channels.wire import problem_of as http_problem

from .capability import CAPABILITY

DEFAULT_API = "https://api.telegram.org"
MORE = {"vi": "Xem thêm", "en": "Read more", "km": "អានបន្ថែម"}
LONGEST_WAIT = 24 * 3600


class TelegramChannelPlacer(Placer):
    """Posts as one bot."""

    capability: ClassVar[PublicCapability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._base = str(settings.get("api_url") or DEFAULT_API).rstrip("/")
        self._token = secrets.get("bot_token", "")
        self._timeout = float(settings.get("timeout") or 30)
        self._http: HttpPool | None = None

    async def open(self) -> None:
        """Make the connection pool."""
        self._http = self._http or HttpPool(connections=2, timeout=self._timeout)

    async def close(self) -> None:
        """Close the connection pool."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def place(self, placing: Placing) -> Accepted:
        """Post the text; what the bot posted stands in the channel."""
        body: dict[str, Any] = {"chat_id": _chat(placing), "text": placing.text}
        body["link_preview_options"] = {"is_disabled": True}
        if placing.link:
            button = {"text": MORE.get(placing.language, MORE["vi"]), "url": placing.link}
            body["reply_markup"] = {"inline_keyboard": [[button]]}
        result = await self._call("sendMessage", body)
        found = result.get("message_id") if isinstance(result, dict) else None
        if not isinstance(found, int):
            raise Unknown(_("the answer cannot be read"))
        return Accepted(provider_id=str(found), delivered=True)

    async def try_out(self, typed: str) -> None:
        """Ask who the bot is (getMe) and what it may do in a channel (getChatMember); neither is seen there."""
        bot = await self._call("getMe", {})
        number = bot.get("id") if isinstance(bot, dict) else None
        if not isinstance(number, int):
            raise Unknown(_("the answer cannot be read"))
        member = await self._call("getChatMember", {"chat_id": typed, "user_id": number})
        found: dict[str, Any] = member if isinstance(member, dict) else {}
        if found.get("status") != "administrator" or found.get("can_post_messages") is not True:
            raise Rejected(_("the bot may not write in this channel; make it an administrator there"))

    async def withdraw(self, placing: Placing, provider_id: str) -> None:
        """Delete the post."""
        if not (provider_id.isascii() and provider_id.isdecimal()):
            raise Rejected(_("the post cannot be named"))
        await self._call("deleteMessage", {"chat_id": _chat(placing), "message_id": int(provider_id)})

    async def _call(self, method: str, body: dict[str, Any]) -> object:
        if self._http is None:
            raise RuntimeError("open the placer first")
        if not self._token:
            raise AccountProblem(_("there is no access token"))
        return result_of(await ask(self._http, f"{self._base}/bot{self._token}/{method}", encoded(body)))


def _chat(placing: Placing) -> str:
    chat = str(placing.place.settings.get("chat_id", ""))
    if not chat:
        raise Rejected(_("the outlet names no channel"))
    return chat


def result_of(answer: Answer) -> object:
    """Return a method's result; raises what its refusal, or its being unreadable, means for one post."""
    if answer.status // 100 != 2:
        raise _refused(answer)
    reply = object_of(answer.body)
    if reply.get("ok") is not True:
        raise Unknown(_("the answer cannot be read"))
    return reply.get("result")


def _refused(answer: Answer) -> SendProblem:
    code, (said, wait) = f"HTTP {answer.status}", _told(answer)
    if answer.status == 429:
        return Throttled(explain(_("too many messages at once"), code=code), after=wait)
    if answer.status in (401, 404):  # 404: no bot has this token
        return AccountProblem(explain(_("the bot's token is refused"), code=code))
    if answer.status in (400, 403):
        if "chat not found" in said or answer.status == 403 or "not enough rights" in said:
            return Rejected(
                explain(_("the bot may not write in this channel; make it an administrator there"), code=code)
            )
        return Rejected(explain(_("refused by Telegram"), code=code))
    return http_problem(answer.status, answer.retry_after)


def _told(answer: Answer) -> tuple[str, timedelta]:
    """The provider's words in lower case, and how long it asks us to wait."""
    try:
        reply = json.loads(answer.body)
    except (ValueError, RecursionError):
        reply = None
    found = reply if isinstance(reply, dict) else {}
    parameters = found.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    seconds = wait if isinstance(wait, int) and wait > 0 else 5
    return str(found.get("description", "")).lower(), timedelta(seconds=min(seconds, LONGEST_WAIT))
