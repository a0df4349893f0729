"""A stand-in for a mail relay: takes everything, keeps it, tells it at its HTTP control port."""

import asyncio
from email import message_from_bytes
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, Envelope, Session

from lantoa.simulators.stage import Simulator

KEPT_MAILS = 1000
"""Whole mails kept for looking at, the newest; the ledger keeps every acceptance."""


class SmtpSimulator(Simulator):
    """SMTP on ``smtp_port``, control pages on ``port``; a message's key is its Message-ID."""

    name = "smtp"

    def __init__(self, **wishes: Any) -> None:
        super().__init__(**wishes)
        self.smtp_port = 0
        self.mails: dict[str, bytes] = {}
        self._server: asyncio.Server | None = None
        self._queued = 0

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
        if behaviour.happens("drop", behaviour.drop, key, attempt) and isinstance(server.transport, asyncio.Transport):
            server.transport.abort()
        if behaviour.happens("garbage", behaviour.garbage, key, attempt):
            return "hello?"
        return f"250 2.0.0 Ok: queued as {queue_id}"
