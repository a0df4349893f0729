"""One template message to one phone number: ``POST /message/template`` with the official account's token.

``tracking_id`` is our key, and receipts carry it back. Sources: the provider's public page of the call, and open
clients that agree on it.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar, Protocol

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Capability,
    Outgoing,
    Rejected,
    Settings,
    TokenKeeper,
    Transport,
)
from lantoa.channels.http1 import HttpPool
from lantoa.channels.wire import post_json

from .capability import CAPABILITY
from .errors import TOKEN_DEAD, problem_of
from .quota import Quota, quota_of
from .templates import faults, read_text

DEFAULT_API = "https://business.openapi.zalo.me"


class QuotaKeeper(TokenKeeper, Protocol):
    """A keeper that also takes in what the provider says of the quota."""

    async def note_quota(self, quota: Quota) -> None:
        """Keep it."""


def _now() -> datetime:
    return datetime.now(UTC)


class ZbsTransport(Transport):
    """Sends templates for one official account."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings, keeper: QuotaKeeper, now: Callable[[], datetime] = _now) -> None:
        self._settings = settings
        self._url = str(settings.get("api_url") or DEFAULT_API).rstrip("/") + "/message/template"
        self._connections = int(settings.get("connections") or CAPABILITY.concurrency)
        self._timeout = float(settings.get("timeout") or 30)
        self._keeper, self._now = keeper, now
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
        """Send one filled template; a refused token is renewed once."""
        body = self._body(message)
        token = await self._keeper.current()
        reply = await self._post(token, body)
        if _code(reply) in TOKEN_DEAD:  # refused before anything was accepted: safe to send again
            reply = await self._post(await self._keeper.renewed(token), body)
        code, data = _code(reply), reply.get("data")
        if code != "0":
            wait = data.get("retry_after", "") if isinstance(data, dict) else ""
            raise problem_of(code, self._now(), str(wait))
        if (quota := quota_of(data)) is not None:
            await self._keeper.note_quota(quota)
        return Accepted(provider_id=str(data.get("msg_id") or "") if isinstance(data, dict) else "")

    def _body(self, message: Outgoing) -> dict[str, Any]:
        """The call's body; a text the template does not take is refused before anything leaves."""
        found, filled = faults(message.text, self._settings), read_text(message.text)
        if found or filled is None:
            raise Rejected(found[0])
        return {
            "phone": message.address.removeprefix("+"),
            "template_id": filled.template_id,
            "template_data": dict(filled.values),
            "tracking_id": message.key,
        }

    async def _post(self, token: str, body: dict[str, Any]) -> dict[str, Any]:
        if self._http is None:
            raise RuntimeError("open the transport first")
        if not token:
            raise AccountProblem(_("there is no access token"))
        return await post_json(self._http, self._url, body, {"access_token": token})


def _code(reply: dict[str, Any]) -> str:
    return str(reply.get("error", ""))
