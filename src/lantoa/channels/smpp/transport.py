"""A lasting connection to an SMSC: `submit_sm` out, `deliver_sm` in, one session for each transport.

A transport that somebody listens through (`keep`) binds as transceiver, stays connected and hands every `deliver_sm`
over as it came; it is acknowledged only when it is stored, else the centre keeps it and tries again. One that only
sends (a test message, a reply) binds as transmitter, so the centre gives it nothing that it would have to drop.
"""

import asyncio
import hashlib
import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import ClassVar

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
from lantoa.channels.inbound import Received

from .capability import CAPABILITY
from .coding import DEFAULT, Piece, encoded, pieces
from .pdu import Command, Malformed, Party, Pdu, Sms, Tag, bind_body, message_id
from .session import OK, TRY_LATER, NeverLeft, NoAnswer, Session
from .statuses import bind_problem, codes, problem_of

ALPHANUMERIC, INTERNATIONAL, ISDN = 5, 1, 1
"""Types of number and the numbering plan (sections 5.2.5, 5.2.6)."""
PATIENCE = (0.2, 0.5, 1.0, 2.0)
"""Pauses before a further part of a long text is offered again after "too fast": the first parts are gone already."""
FIRST_REST, LONGEST_REST = 0.5, 30.0
"""Seconds between two attempts to connect."""
REFUSED_REST = 300.0
"""Seconds before a login that was refused is tried again: a centre may lock an account that insists. New settings are a
new transport, which tries at once."""


class SmppTransport(Transport):
    """Sends, and listens, through one account at one centre."""

    capability: ClassVar[Capability] = CAPABILITY

    def __init__(self, settings: Settings, secrets: Secrets) -> None:
        self._host, self._port = str(settings.get("host", "")), int(settings.get("port") or 2775)
        self._tls, self._ca = bool(settings.get("tls")), str(settings.get("ca") or "")
        self._login = {
            "system_id": str(settings.get("system_id", "")),
            "password": secrets.get("password", ""),
            "system_type": str(settings.get("system_type") or ""),
        }
        self._source = Party(ALPHANUMERIC, 0, str(settings.get("brandname", "")))
        self._latin = settings.get("alphabet") == "ascii"
        self._payload = settings.get("long_texts") == "payload"
        self._hex_ids = settings.get("receipt_ids") == "decimal"
        self._account_codes = codes(str(settings.get("account_codes") or ""))
        self._throttle_codes = codes(str(settings.get("throttle_codes") or ""))
        self._timeout = float(settings.get("timeout") or 30)
        self._keepalive = float(settings.get("keepalive") or 30)
        self._window = asyncio.Semaphore(int(settings.get("window") or 10))
        self._binding = asyncio.Lock()
        self._session: Session | None = None
        self._staying: asyncio.Task[None] | None = None
        self._refusal: SendProblem | None = None
        self._rest, self._rests_until = FIRST_REST, 0.0
        self._opened = False

    async def open(self) -> None:
        """Begin; where somebody listens, the connection is made now and kept."""
        self._opened = True
        if self.keep is not None and self._staying is None:
            self._staying = asyncio.create_task(self._stay())

    async def close(self) -> None:
        """Unbind and hang up."""
        self._opened = False
        if self._staying is not None:
            self._staying.cancel()
            await asyncio.gather(self._staying, return_exceptions=True)
            self._staying = None
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def send(self, message: Outgoing) -> Accepted:
        """Submit one SMS, all its parts one after the other."""
        if not self._opened:
            raise RuntimeError("open the transport first")
        bodies = self._bodies(message)
        async with self._window:
            session = await self._bound()
            answers = [await self._submit(session, bodies[0])]
            for body in bodies[1:]:
                answers.append(await self._submit_rest(session, body))  # noqa: PERF401 - one after the other
        ids = tuple(self._receipt_id(message_id(answer.body)) for answer in answers)
        return Accepted(provider_id=ids[-1], parts=ids if len(ids) > 1 and all(ids) else ())

    # What is sent

    def _bodies(self, message: Outgoing) -> list[bytes]:
        address = message.address.removeprefix("+")
        if not (address.isascii() and address.isdecimal() and 3 <= len(address) <= 20):
            raise Rejected(_("the number is not a phone number"), suppress=True)
        try:
            return self._payload_body(message, address) if self._payload else self._part_bodies(message, address)
        except (Malformed, KeyError) as error:
            raise Rejected(_("the text or the brand name does not fit the protocol")) from error

    def _part_bodies(self, message: Outgoing, address: str) -> list[bytes]:
        reference = hashlib.blake2b(message.key.encode(), digest_size=1).digest()[0]  # the same at every attempt
        parts = pieces(message.text, reference=reference, latin=self._latin)
        if not parts:
            raise Rejected(_("the text is empty"))
        return [self._sms(address, part).encode() for part in parts]

    def _payload_body(self, message: Outgoing, address: str) -> list[bytes]:
        content, coding = encoded(message.text, latin=self._latin)
        if not content:
            raise Rejected(_("the text is empty"))
        if len(content) <= (160 if coding == DEFAULT else 140):
            return [self._sms(address, Piece(content, coding, joined=False)).encode()]
        found = Sms(
            source=self._source, destination=Party(INTERNATIONAL, ISDN, address), registered_delivery=1,
            data_coding=coding, tlvs=((Tag.MESSAGE_PAYLOAD, content),),
        )  # fmt: skip
        return [found.encode()]

    def _sms(self, address: str, part: Piece) -> Sms:
        """One part; each asks for a receipt, and the last one's id is the message's."""
        return Sms(
            source=self._source, destination=Party(INTERNATIONAL, ISDN, address), short_message=part.content,
            data_coding=part.data_coding, esm_class=0x40 if part.joined else 0, registered_delivery=1,
        )  # fmt: skip

    async def _submit(self, session: Session, body: bytes) -> Pdu:
        try:
            answer = await session.request(Command.SUBMIT_SM, body)
        except NeverLeft as error:
            raise Retry(explain(_("no connection"), detail=str(error))) from error
        except NoAnswer as error:
            raise Unknown(explain(_("no answer"), detail=str(error))) from error
        if answer.status:
            raise problem_of(answer.status, account=self._account_codes, throttled=self._throttle_codes)
        return answer

    async def _submit_rest(self, session: Session, body: bytes) -> Pdu:
        """Submit a further part. Earlier ones are gone: what keeps this one back puts the message in doubt, unless the
        centre will never take it."""
        for pause in (*PATIENCE, None):
            try:
                return await self._submit(session, body)
            except Rejected:
                raise
            except Throttled as problem:
                if pause is None:
                    raise Unknown(problem.reason) from problem
                await asyncio.sleep(pause)
            except SendProblem as problem:
                raise Unknown(problem.reason) from problem
        raise AssertionError("unreachable")

    def _receipt_id(self, given: str) -> str:
        """The message's id as receipts will name it: some centres answer in hexadecimal and report in decimal."""
        if self._hex_ids:
            with suppress(ValueError):
                return str(int(given, 16))
        return given

    # The connection

    async def _stay(self) -> None:
        while True:
            try:
                session = await self._bound()
            except SendProblem:
                loop = asyncio.get_running_loop()
                await asyncio.sleep(max(0.05, self._rests_until - loop.time()))
            else:
                await session.lost.wait()
                await asyncio.sleep(FIRST_REST)  # a centre that hangs up at once is not stormed

    async def _bound(self) -> Session:
        """The bound session, made anew when there is none; after a failure, the same answer until the rest is over."""
        session = self._session
        if session is not None and not session.lost.is_set():
            return session
        async with self._binding:
            session = self._session
            if session is not None and not session.lost.is_set():
                return session
            now = asyncio.get_running_loop().time()
            if self._refusal is not None and now < self._rests_until:
                raise self._refusal
            try:
                self._session = await self._bind()
            except SendProblem as problem:
                rest = REFUSED_REST if isinstance(problem, AccountProblem) else self._rest
                self._refusal, self._rests_until = problem, now + rest
                self._rest = min(self._rest * 2, LONGEST_REST)
                raise
            self._refusal, self._rest = None, FIRST_REST
            return self._session

    async def _bind(self) -> Session:
        try:
            body = bind_body(**self._login)
            secure = trust(self._ca) if self._tls else None
        except Malformed as error:
            raise bind_problem(0x0F) from error
        except ValueError as error:
            raise AccountProblem(_("the issuer's certificate cannot be read")) from error
        try:
            session = await Session.connect(
                self._host, self._port, tls=secure, take=self._take, patience=self._timeout,
                keepalive=self._keepalive,
            )  # fmt: skip
        except NeverLeft as error:
            raise Retry(explain(_("no connection"), detail=str(error))) from error
        command = Command.BIND_TRANSMITTER if self.keep is None else Command.BIND_TRANSCEIVER
        try:
            answer = await session.request(command, body)
        except (NeverLeft, NoAnswer) as error:
            await session.close()
            raise Retry(explain(_("the centre does not answer"), detail=str(error))) from error
        if answer.status:
            await session.close()
            raise bind_problem(answer.status, account=self._account_codes)
        return session

    async def _take(self, pdu: Pdu) -> int:
        """Hand a `deliver_sm` over; what cannot be stored now is left with the centre."""
        if self.keep is None:
            return TRY_LATER
        minutes = int((datetime.now(UTC) - datetime(2020, 1, 1, tzinfo=UTC)) / timedelta(minutes=10))
        headers = {"x-tens": str(minutes), "x-alphabet": "ascii" if self._latin else "gsm"}
        try:
            await self.keep(Received(body=pdu.encode(), headers=headers))
        except Exception:
            return TRY_LATER
        return OK


def trust(ca: str) -> ssl.SSLContext:
    """Return what a centre's certificate is held against: the issuer named (PEM), else this machine's list; the name in
    it must be the centre's. Raises ValueError for what is no certificate."""
    if not ca.isascii():
        raise ValueError("no certificate")
    try:
        return ssl.create_default_context(cadata=ca or None)
    except ssl.SSLError as error:
        raise ValueError("no certificate") from error
