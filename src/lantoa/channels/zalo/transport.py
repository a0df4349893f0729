"""One consultation message to one follower: ``POST /v3.0/oa/message/cs`` with the token in a header."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import Accepted, AccountProblem, Capability, Outgoing, Settings, TokenKeeper, Transport
from lantoa.channels.http1 import HttpPool
from lantoa.channels.wire import post_json

from .capability import CAPABILITY
from .errors import TOKEN_DEAD, problem_of

DEFAULT_API = "https://openapi.zalo.me"


def _now() -> datetime:
    return datetime.now(UTC)


class ZaloTransport(Transport):
    """Sends through one official account."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings, keeper: TokenKeeper, now: Callable[[], datetime] = _now) -> None:
        self._url = str(settings.get("api_url") or DEFAULT_API).rstrip("/") + "/v3.0/oa/message/cs"
        self._connections = int(settings.get("connections") or CAPABILITY.concurrency)
        self._timeout = float(settings.get("timeout") or 30)
        self._keeper = keeper
        self._now = now
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
        """Send one message; a refused token is renewed once."""
        token = await self._keeper.current()
        reply = await self._post(token, message)
        if _code(reply) in TOKEN_DEAD:  # refused before anything was accepted: safe to send again
            reply = await self._post(await self._keeper.renewed(token), message)
        code, data = _code(reply), reply.get("data")
        found: dict[str, Any] = data if isinstance(data, dict) else {}
        if code == "0":
            return Accepted(provider_id=str(found.get("message_id") or found.get("msg_id") or ""))
        raise problem_of(code, self._now(), str(found.get("retry_after", "")))

    async def _post(self, token: str, message: Outgoing) -> dict[str, Any]:
        if self._http is None:
            raise RuntimeError("open the transport first")
        if not token:
            raise AccountProblem(_("there is no access token"))
        body = {"recipient": {"user_id": message.address}, "message": {"text": message.text}}
        return await post_json(self._http, self._url, body, {"access_token": token})


def _code(reply: dict[str, Any]) -> str:
    return str(reply.get("error", ""))
