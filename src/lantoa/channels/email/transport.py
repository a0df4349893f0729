"""SMTP over a few lasting connections; what a reply means depends on how far the conversation had come.

Up to RCPT nothing can have been accepted; once DATA began, a lost connection leaves the message in doubt
(RFC 5321 §4.2.5: the server may have taken responsibility before its 250 reached us).
"""

import asyncio
import re
from datetime import timedelta
from email.utils import parseaddr
from typing import ClassVar

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Capability,
    Outgoing,
    Rejected,
    Retry,
    Secrets,
    SendProblem,
    Settings,
    Throttled,
    Transport,
    Unknown,
    explain,
)

from .capability import CAPABILITY
from .compose import compose, return_address
from .status import ENHANCED, NO_SUCH_MAILBOX

_ADDRESS = re.compile(r"[^\s@<>\x00-\x1f]{1,64}@[^\s@<>\x00-\x1f]{1,255}")


class EmailTransport(Transport):
    """Sends through one SMTP relay."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._settings = settings
        self._password = secrets.get("password", "")
        self._idle: asyncio.LifoQueue[SMTP] | None = None
        self._all: list[SMTP] = []

    async def open(self) -> None:
        """Prepare the slots; each connects when it is first needed."""
        if self._idle is None:
            self._idle = asyncio.LifoQueue()
            self._all = [
                self._client() for _ in range(int(self._settings.get("connections") or CAPABILITY.concurrency))
            ]
            for client in self._all:
                self._idle.put_nowait(client)

    async def close(self) -> None:
        """Say goodbye on every open connection."""
        clients, self._all, self._idle = self._all, [], None
        await asyncio.gather(*(_leave(client) for client in clients))

    def _client(self) -> SMTP:
        security = self._settings.get("security", "starttls")
        return SMTP(
            hostname=str(self._settings.get("host", "")),
            port=int(self._settings.get("port") or (465 if security == "tls" else 587)),
            username=str(self._settings.get("username") or "") or None,
            password=self._password or None,
            use_tls=security == "tls",
            start_tls=security == "starttls",
            timeout=float(self._settings.get("timeout") or 30),
        )

    async def send(self, message: Outgoing) -> Accepted:
        """Send one e-mail."""
        _require_address(message.address)
        return await self.deliver(message.address, compose(message, self._settings), message.key)

    async def deliver(self, address: str, raw: bytes, key: str) -> Accepted:
        """Send a mail that is composed already; `key` names it where the relay gives no name of its own."""
        _require_address(address)
        if self._idle is None:
            raise RuntimeError("open the transport first")
        idle = self._idle
        client = await idle.get()
        try:
            await self._envelope(client, address, return_address(key, self._settings))
            return await self._data(client, raw, key)
        except SendProblem:
            raise
        except BaseException:
            client.close()  # cancelled or broken in mid-conversation: the connection cannot be used again
            raise
        finally:
            idle.put_nowait(client)

    async def _envelope(self, client: SMTP, address: str, sender: str) -> None:
        """Speak MAIL and RCPT, once more on a fresh connection when the server had hung up on an idle one."""
        was_connected = client.is_connected
        try:
            await self._address(client, address, sender)
        except (SMTPException, OSError) as error:
            if isinstance(error, SMTPResponseException):
                await _reset(client)
                raise envelope_problem(error) from error
            client.close()
            if not was_connected:
                raise Retry(explain(_("no connection"), detail=type(error).__name__)) from error
            await self._envelope(client, address, sender)

    async def _address(self, client: SMTP, address: str, sender: str) -> None:
        if not client.is_connected:
            await client.connect()
        if address.isascii():
            await client.mail(sender)
            await client.rcpt(address)
        else:
            await client.mail(sender, options=["SMTPUTF8"], encoding="utf-8")
            await client.rcpt(address, encoding="utf-8")

    async def _data(self, client: SMTP, raw: bytes, key: str) -> Accepted:
        try:
            reply = await client.data(raw)
        except SMTPDataError as error:
            await _reset(client)
            if error.code < 400:
                raise Unknown(explain(_("no clear answer"), code=error.code)) from error
            raise reply_problem(error.code, error.message) from error
        except (SMTPException, OSError) as error:
            client.close()
            raise Unknown(
                explain(_("the connection ended in the middle of the message"), detail=type(error).__name__)
            ) from error
        return Accepted(provider_id=queue_id(reply.message) or key)


def _require_address(address: str) -> None:
    if not _ADDRESS.fullmatch(address) or not parseaddr(address)[1]:
        raise Rejected(_("the address is not an e-mail address"), suppress=True)


def envelope_problem(error: SMTPResponseException) -> SendProblem:
    """Return what a refusal before DATA means; an answer that is no SMTP reply cannot have accepted anything."""
    if error.code < 400:
        return Retry(_("no clear answer"))
    if isinstance(error, SMTPAuthenticationError) and error.code != 454:
        return AccountProblem(explain(_("the mail server refuses the user name or password"), code=error.code))
    if isinstance(error, SMTPSenderRefused) and error.code >= 500:
        return AccountProblem(explain(_("the mail server refuses our sender address"), code=error.code))
    if not isinstance(error, SMTPRecipientRefused | SMTPSenderRefused) and error.code >= 500:
        return AccountProblem(explain(_("the mail server refuses us"), code=error.code))
    return reply_problem(error.code, error.message)


def reply_problem(code: int, text: str) -> SendProblem:
    """Return what an SMTP reply code means for one message: 4yz later, 5yz never."""
    found = ENHANCED.search(text)
    enhanced = found.group(1) if found else ""
    reason = f"{code} {enhanced}".strip()
    if code == 421 or code == 454 or "throttl" in text.lower() or enhanced == "4.7.28":
        return Throttled(explain(_("the mail server asks us to slow down"), code=reason), after=timedelta(minutes=1))
    if 400 <= code < 500:
        return Retry(explain(_("not now"), code=reason), after=timedelta(minutes=5))
    if enhanced in NO_SUCH_MAILBOX or (not enhanced and code in (551, 553)):
        return Rejected(explain(_("there is no such mailbox"), code=reason), suppress=True)
    return Rejected(explain(_("refused by the mail server"), code=reason))


def queue_id(text: str) -> str:
    """Return the id the relay gave in its 250 line (``queued as ABC``, ``id=ABC``), or an empty text."""
    found = re.search(r"(?:queued as|id[=:])\s*<?([\w.+@-]{4,100})", text)
    return found.group(1) if found else ""


async def _reset(client: SMTP) -> None:
    try:
        await client.rset()
    except (SMTPException, OSError):
        client.close()


async def _leave(client: SMTP) -> None:
    try:
        if client.is_connected:
            await client.quit(timeout=2)
    except (SMTPException, OSError):
        pass
    client.close()
