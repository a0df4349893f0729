"""One message to one chat: ``POST /bot<token>/sendMessage``.

Source: core.telegram.org/bots/api (sendMessage, setWebhook, making requests). The text goes out plain, without a parse
mode, so that nothing in it is taken for markup; link previews are off, because they would be fetched by the provider.
"""

from typing import Any, ClassVar

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Capability,
    Outgoing,
    Rejected,
    Secrets,
    SendProblem,
    Settings,
    Transport,
    Unknown,
    explain,
)
from lantoa.channels.http1 import Answer, HttpPool
from lantoa.channels.wire import ask, encoded, object_of

from .capability import CAPABILITY
from .errors import problem_of

DEFAULT_API = "https://api.telegram.org"
DEFAULT_LINKS = "https://t.me"
UPDATES = ("message", "my_chat_member")
"""What we ask the provider to tell us: what people write, and that they block or unblock the bot."""


class TelegramTransport(Transport):
    """Sends through one bot."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._url = method_url(settings, secrets, "sendMessage")
        self._connections = int(settings.get("connections") or CAPABILITY.concurrency)
        self._timeout = float(settings.get("timeout") or 30)
        self._http: HttpPool | None = None

    async def open(self) -> None:
        """Make the connection pool."""
        self._http = self._http or HttpPool(connections=self._connections, timeout=self._timeout)

    async def close(self) -> None:
        """Close the connection pool."""
        if self._http is not None:
            await self._http.close()
            self._http = None

    async def send(self, message: Outgoing) -> Accepted:
        """Send one text to one private chat."""
        if self._http is None:
            raise RuntimeError("open the transport first")
        if not (message.address.isascii() and message.address.isdecimal()):
            raise Rejected(_("this is no chat of the bot"), suppress=True)
        body: dict[str, Any] = {
            "chat_id": int(message.address),
            "text": message.text,
            "link_preview_options": {"is_disabled": True},
        }
        result = result_of(await ask(self._http, self._url, encoded(body)))
        found = result.get("message_id") if isinstance(result, dict) else None
        if not isinstance(found, int):
            raise Unknown(_("the answer cannot be read"))
        return Accepted(provider_id=str(found))


async def announce(settings: Settings, secrets: Secrets) -> None:
    """Tell the provider where updates go and by which secret they prove themselves; raises a SendProblem."""
    body = {
        "url": str(settings.get("webhook_url") or ""),
        "secret_token": secrets.get("webhook_secret", ""),
        "allowed_updates": list(UPDATES),
        "max_connections": 10,
    }
    http = HttpPool(connections=1, timeout=15)
    try:
        result_of(await ask(http, method_url(settings, secrets, "setWebhook"), encoded(body)))
    except Rejected as refused:  # of a webhook that is the account's matter
        raise AccountProblem(refused.reason) from refused
    finally:
        await http.close()


def invite(settings: Settings, token: str) -> str:
    """Return the address that opens the bot and hands it the token when the person presses Start."""
    base = str(settings.get("link_url") or DEFAULT_LINKS).rstrip("/")
    return f"{base}/{str(settings.get('bot_name', '')).lstrip('@')}?start={token}"


def method_url(settings: Settings, secrets: Secrets, method: str) -> str:
    """Return where a method is called; it holds the bot's token, so it is never written anywhere."""
    base = str(settings.get("api_url") or DEFAULT_API).rstrip("/")
    return f"{base}/bot{secrets.get('bot_token', '')}/{method}"


def result_of(answer: Answer) -> Any:
    """Return ``result`` of a successful answer; raises what any other answer means."""
    try:
        reply = object_of(answer.body)
    except Unknown:
        reply = {}
    if answer.status == 200 and reply.get("ok") is True:
        return reply.get("result")
    raise _problem(answer, reply)


def _problem(answer: Answer, reply: dict[str, Any]) -> SendProblem:
    parameters = reply.get("parameters")
    wait = parameters.get("retry_after") if isinstance(parameters, dict) else None
    if answer.status == 200:
        return Unknown(explain(_("no clear answer")))
    return problem_of(answer.status, str(reply.get("description") or ""), str(wait or answer.retry_after))
