"""A stand-in for a mail relay: takes everything, keeps it, tells it at its HTTP control port."""

import asyncio
from contextlib import suppress
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from lantoa.simulators.stage import Simulator

KEPT_MAILS = 1000
"""Whole mails kept for looking at, the newest; the ledger keeps every acceptance."""


DRIBBLED = 5
"""Lines of an answer that is let out slowly."""
LONGEST_WAIT = 60.0
"""Seconds a reader of a mailbox may wait for the next mail."""


class SmtpSimulator(Simulator):
    """SMTP on ``smtp_port``, control pages on ``port``; a message's key is its Message-ID.

    ``GET /_mails?to=ADDRESS`` shows a mailbox, the oldest mail first; with ``&n=2&wait=20`` it answers as soon as two
    mails are there, or after 20 seconds with what there is.
    """

    name = "smtp"

    def __init__(self, **wishes: Any) -> None:
        super().__init__(**wishes)
        self.smtp_port = 0
        self.mails: dict[str, bytes] = {}
        self._server: asyncio.Server | None = None
        self._queued = 0
        self._arrival = asyncio.Condition()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the mailboxes beside the control pages."""
        return [web.get("/_mails", self._show_mails)]

    async def start(self, port: int = 0, smtp_port: int = 0) -> None:
        """Listen for mail and for control; port 0 takes a free one."""
        await super().start(port)
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="simulator", enable_SMTPUTF8=True, loop=loop, timeout=60, ident="Lan Toa"),
            "127.0.0.1",
            smtp_port,
        )
        self.smtp_port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and hang up."""
        if self._server is not None:
            self._server.close()
            self._server.close_clients()
            await asyncio.sleep(0)
        await super().stop()

    async def handle_RCPT(  # noqa: N802  (the server library's name)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuse a share of the addresses for good."""
        if self.behaviour.happens("refuse", self.behaviour.refuse, address):
            return "550 5.1.1 No such user here"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take a message, unless told otherwise."""
        raw = envelope.content if isinstance(envelope.content, bytes) else b""
        mail = message_from_bytes(raw, policy=default)
        key, behaviour = str(mail["Message-ID"] or ""), self.behaviour
        attempt = self.ledger.attempt(key)
        if behaviour.slow_ms:
            await asyncio.sleep(behaviour.slow_ms / 1000)
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return "454 4.7.0 Throttling: maximum sending rate exceeded"
        if behaviour.happens("error", behaviour.error, key, attempt):
            return "451 4.3.0 Local error in processing"
        self._queued += 1
        queue_id = f"Q{self._queued:08X}"
        address = envelope.rcpt_tos[0] if envelope.rcpt_tos else ""
        self.ledger.accept(key, provider_id=queue_id, address=address, text=str(mail["Subject"] or ""))
        self.mails[key] = raw
        if len(self.mails) > KEPT_MAILS:
            self.mails.pop(next(iter(self.mails)))
        async with self._arrival:
            self._arrival.notify_all()
        if behaviour.happens("drop", behaviour.drop, key, attempt) and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        if behaviour.happens("garbage", behaviour.garbage, key, attempt):
            return "hello?"
        if behaviour.happens("dribble", behaviour.dribble, key, attempt):
            await _dribble(server, behaviour.dribble_ms / 1000)
        return f"250 2.0.0 Ok: queued as {queue_id}"

    def mailbox(self, address: str) -> list[dict[str, Any]]:
        """Return the mails kept for an address, the oldest first."""
        near = (raw for raw in self.mails.values() if address.encode() in raw)
        mails = (message_from_bytes(raw, policy=default) for raw in near)
        return [_shown(mail) for mail in mails if address in str(mail["To"] or "")]

    async def _show_mails(self, request: web.Request) -> web.Response:
        try:
            wanted, patience = int(request.query.get("n", 1)), float(request.query.get("wait", 0))
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        address = request.query.get("to", "")
        with suppress(TimeoutError):
            async with asyncio.timeout(min(patience, LONGEST_WAIT)), self._arrival:
                await self._arrival.wait_for(lambda: len(self.mailbox(address)) >= wanted)
        return web.json_response(self.mailbox(address))


async def _dribble(server: SMTP, pause: float) -> None:
    """Let out the lines before the last one, slowly; a client that has hung up meanwhile is let go."""
    with suppress(ConnectionError):
        for _line in range(DRIBBLED):
            await server.push("250-2.0.0 Ok: wait")
            await asyncio.sleep(pause)


def _shown(mail: EmailMessage) -> dict[str, Any]:
    parts = {kind: mail.get_body((kind,)) for kind in ("plain", "html")}
    return {
        "headers": {name: str(value) for name, value in mail.items()},
        "subject": str(mail["Subject"] or ""),
        "text": parts["plain"].get_content() if parts["plain"] else "",
        "html": parts["html"].get_content() if parts["html"] else "",
    }
