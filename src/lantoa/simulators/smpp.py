"""A stand-in for an operator's message centre: SMPP 3.4 on one port, control pages on another.

Written from the specification beside ours, not with it: what the two read differently, a test finds.
"""

import asyncio
import ssl
import struct
from contextlib import suppress
from hashlib import blake2b
from typing import Any

from aiohttp import web

from lantoa.simulators.stage import Letter, Simulator

BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER = 0x01, 0x02, 0x09
SUBMIT_SM, DELIVER_SM, UNBIND, ENQUIRE_LINK = 0x04, 0x05, 0x06, 0x15
RESPONSE, GENERIC_NACK = 0x80000000, 0x80000000
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
UNANSWERED = 10.0
"""Seconds an ESME has to answer a `deliver_sm`."""


class _Bound:
    """One connection of an ESME."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.receives = False
        self.sends = False
        self.sequence = 0
        self.waiting: dict[int, asyncio.Future[int]] = {}

    def put(self, command: int, sequence: int, status: int = 0, body: bytes = b"") -> None:
        if not self.writer.is_closing():
            self.writer.write(struct.pack(">IIII", 16 + len(body), command, status, sequence) + body)

    async def deliver(self, body: bytes) -> int:
        """Send a `deliver_sm` and return the status it is answered with."""
        self.sequence += 1
        number, answered = self.sequence, asyncio.get_running_loop().create_future()
        self.waiting[number] = answered
        self.put(DELIVER_SM, number, body=body)
        try:
            return await asyncio.wait_for(answered, UNANSWERED)
        finally:
            self.waiting.pop(number, None)


class SmppSimulator(Simulator):
    """Takes texts whole or in parts; a message's key is its number and its words.

    ``POST /_user_says`` of ``{"phone", "text"}``: somebody writes to us. ``POST /_hang_up``: every connection ends.
    ``GET /_state``: connections, questions whether we are there, parts waiting for the others.
    """

    name = "smpp"

    def __init__(
        self,
        *,
        system_id: str = "lantoa",
        password: str = "demo-pw",  # noqa: S107  (a stand-in's password opens nothing)
        hex_ids: bool = False,
        window: int = 0,
        tls: ssl.SSLContext | None = None,
        **wishes: Any,
    ) -> None:
        super().__init__(**wishes)
        self._tls = tls
        self.smpp_port = 0
        self.system_id, self.password, self.hex_ids, self.window = system_id, password, hex_ids, window
        self.bound: list[_Bound] = []
        self.enquiries = 0
        self.most_at_once = 0
        self._at_once = 0
        self._parts: dict[tuple[str, int, int], dict[int, tuple[str, str]]] = {}
        self._count = 0
        self._reference = 0
        self._server: asyncio.Server | None = None
        self._running: set[asyncio.Task[None]] = set()

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return what can be made to happen."""
        return [
            web.post("/_user_says", self._user_says),
            web.post("/_hang_up", self._hang_up),
            web.get("/_state", self._state),
        ]

    async def start(self, port: int = 0, smpp_port: int = 0) -> None:
        """Listen for ESMEs and for control; port 0 takes a free one."""
        await super().start(port)
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", smpp_port, ssl=self._tls)
        self.smpp_port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Stop listening and hang up."""
        if self._server is not None:
            self._server.close()
        self.hang_up()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)
        await super().stop()

    def hang_up(self) -> None:
        """End every connection without a word."""
        for one in self.bound:
            if isinstance(one.writer.transport, asyncio.Transport):
                one.writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        one = _Bound(reader, writer)
        self.bound.append(one)
        try:
            while True:
                length, command, status, sequence = struct.unpack(">IIII", await reader.readexactly(16))
                body = await reader.readexactly(length - 16) if length > 16 else b""
                if not self._hear(one, command, status, sequence, body):
                    return
        except (asyncio.IncompleteReadError, OSError):
            pass
        finally:
            self.bound.remove(one)
            writer.close()

    def _hear(self, one: _Bound, command: int, status: int, sequence: int, body: bytes) -> bool:
        """Answer one PDU; False when it was a farewell."""
        if command in (BIND_RECEIVER, BIND_TRANSMITTER, BIND_TRANSCEIVER):
            self._bind(one, command, sequence, body)
        elif command == ENQUIRE_LINK:
            self.enquiries += 1
            one.put(command | RESPONSE, sequence)
        elif command == SUBMIT_SM:
            task = asyncio.create_task(self._submit(one, sequence, body))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        elif command == UNBIND:
            one.put(command | RESPONSE, sequence)
            return False
        elif command == DELIVER_SM | RESPONSE:
            waiting = one.waiting.get(sequence)
            if waiting is not None and not waiting.done():
                waiting.set_result(status)
        elif not command & RESPONSE:
            one.put(GENERIC_NACK, sequence, 0x03)
        return True

    def _bind(self, one: _Bound, command: int, sequence: int, body: bytes) -> None:
        system_id, password = (part.decode("latin-1") for part in body.split(b"\x00")[:2])
        status = 0x0F if system_id != self.system_id else 0x0E if password != self.password else 0
        if not status:
            one.receives, one.sends = command != BIND_TRANSMITTER, command != BIND_RECEIVER
        one.put(command | RESPONSE, sequence, status, b"" if status else b"simulator\x00")

    async def _submit(self, one: _Bound, sequence: int, body: bytes) -> None:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            await self._take(one, sequence, _Submitted(body))
        finally:
            self._at_once -= 1

    async def _take(self, one: _Bound, sequence: int, sms: "_Submitted") -> None:
        behaviour, key = self.behaviour, f"{sms.destination}:{sms.digest}"
        attempt = self.ledger.attempt(key)
        if behaviour.slow_ms:
            await asyncio.sleep(behaviour.slow_ms / 1000)
        refusal = self._refusal(one, sms, key, attempt)
        if refusal:
            one.put(SUBMIT_SM | RESPONSE, sequence, refusal)
            return
        self._count += 1
        given = f"{self._count + 0xA0000:x}" if self.hex_ids else f"{self._count + 0xA0000}"
        self._accept(sms, str(self._count + 0xA0000) if self.hex_ids else given)
        answer = struct.pack(">IIII", 17 + len(given), SUBMIT_SM | RESPONSE, 0, sequence) + given.encode() + b"\x00"
        await self._answer(one, answer, key, attempt)

    def _refusal(self, one: _Bound, sms: "_Submitted", key: str, attempt: int) -> int:
        behaviour = self.behaviour
        if not one.sends:
            return 0x04
        if self.window and self._at_once > self.window:
            return 0x58
        if behaviour.happens("throttle", behaviour.throttle, key, attempt):
            return 0x14 if behaviour.throttle_by_status else 0x58
        if behaviour.happens("error", behaviour.error, key, attempt):
            return 0x08
        if not sms.destination.isdecimal() or behaviour.happens("refuse", behaviour.refuse, sms.destination):
            return 0x0B
        return 0

    def _accept(self, sms: "_Submitted", provider_id: str) -> None:
        text, part_ids = sms.text, list[str]()
        if sms.registered and self.behaviour.receipts:
            part = f"{sms.destination}:{sms.digest}" if sms.joint else f"{sms.destination}:{text}"
            failed = self.behaviour.happens("undelivered", self.behaviour.undelivered, part)
            self._report(sms, provider_id, "UNDELIV" if failed else "DELIVRD")
        if sms.joint is not None:
            reference, total, number = sms.joint
            parts = self._parts.setdefault((sms.destination, reference, total), {})
            parts[number] = text, provider_id
            if len(parts) < total:
                return
            text = "".join(part for _number, (part, _id) in sorted(parts.items()))
            part_ids = [named for _number, (_part, named) in sorted(parts.items())]
            del self._parts[sms.destination, reference, total]
        self.ledger.accept(
            f"{sms.destination}:{text}", provider_id=provider_id, address=sms.destination, text=text,
            source=sms.source, source_ton=sms.source_ton, ton_npi=sms.ton_npi, data_coding=sms.data_coding,
            parts=sms.joint[1] if sms.joint else 1, registered=sms.registered,
            part_ids=part_ids,
        )  # fmt: skip

    def _report(self, sms: "_Submitted", provider_id: str, state: str) -> None:
        words = (
            f"id:{provider_id} sub:001 dlvrd:001 submit date:2603010800 done date:2603010801 stat:{state} err:000 text:"
        )
        body = _deliver_body(sms.destination, sms.source, words.encode(), esm_class=0x04)

        async def call(_http: object) -> int:
            return await self._to_somebody(body)

        word = "failed" if state == "UNDELIV" else "delivered"
        self.postman.post(Letter(call, provider_id, word))

    async def _to_somebody(self, body: bytes) -> int:
        """Deliver to whoever listens; an HTTP-like status for the postman."""
        for one in reversed(self.bound):
            if one.receives:
                with suppress(TimeoutError):
                    return 503 if await one.deliver(body) else 200
        return 503

    async def _answer(self, one: _Bound, answer: bytes, key: str, attempt: int) -> None:
        behaviour = self.behaviour
        if behaviour.happens("drop", behaviour.drop, key, attempt):
            if isinstance(one.writer.transport, asyncio.Transport):
                one.writer.transport.abort()
        elif behaviour.happens("garbage", behaviour.garbage, key, attempt):
            one.writer.write(b"HTTP/1.1 502 Bad gateway\r\n\r\n")
        elif behaviour.happens("error_after", behaviour.error_after, key, attempt):
            return  # taken, and never a word about it
        elif behaviour.happens("dribble", behaviour.dribble, key, attempt):
            for byte in answer:
                one.writer.write(bytes((byte,)))
                await asyncio.sleep(behaviour.dribble_ms / 1000)
        else:
            one.writer.write(answer)

    async def says(self, phone: str, text: str, *, to: str = "8079") -> list[int]:
        """Let somebody write to us, in as many parts as it takes; returns how each was answered."""
        wide = any(letter not in GSM for letter in text)
        raw = text.encode("utf-16-be") if wide else bytes(GSM.index(letter) for letter in text)
        coding, alone, each = (8, 140, 134) if wide else (0, 160, 153)
        if len(raw) <= alone:
            return [await self._to_somebody(_deliver_body(phone, to, raw, coding=coding))]
        self._reference = self._reference % 255 + 1
        parts = [raw[at : at + each] for at in range(0, len(raw), each)]
        answers = []
        for number, part in enumerate(parts, 1):
            header = bytes((5, 0, 3, self._reference, len(parts), number))
            body = _deliver_body(phone, to, header + part, coding=coding, esm_class=0x40)
            answers.append(await self._to_somebody(body))
        return answers

    async def _user_says(self, request: web.Request) -> web.Response:
        said = await request.json()
        return web.json_response({"answers": await self.says(str(said["phone"]), str(said["text"]))})

    async def _hang_up(self, _request: web.Request) -> web.Response:
        self.hang_up()
        return web.json_response({})

    async def _state(self, _request: web.Request) -> web.Response:
        listening = sum(one.receives for one in self.bound)
        found = {"bound": len(self.bound), "listening": listening, "enquiries": self.enquiries}
        return web.json_response({**found, "parts_waiting": len(self._parts)})


class _Submitted:
    """A `submit_sm` as the centre reads it."""

    def __init__(self, body: bytes) -> None:
        at = body.index(b"\x00") + 1
        self.source_ton = body[at]
        end = body.index(b"\x00", at + 2)
        self.source = body[at + 2 : end].decode("ascii", "replace")
        self.ton_npi = [body[end + 1], body[end + 2]]
        at = end + 3
        end = body.index(b"\x00", at)
        self.destination = body[at:end].decode("ascii", "replace")
        esm_class = body[end + 1]
        at = body.index(b"\x00", body.index(b"\x00", end + 4) + 1) + 1
        self.registered, self.data_coding, size = body[at], body[at + 2], body[at + 4]
        content, rest = body[at + 5 : at + 5 + size], body[at + 5 + size :]
        while len(rest) >= 4:
            tag, length = struct.unpack(">HH", rest[:4])
            content = rest[4 : 4 + length] if tag == 0x0424 else content
            rest = rest[4 + length :]
        self.digest = blake2b(content, digest_size=8).hexdigest()
        self.joint: tuple[int, int, int] | None = None
        if esm_class & 0x40:
            self.joint = (content[3], content[4], content[5])
            content = content[content[0] + 1 :]
        self.text = content.decode("utf-16-be") if self.data_coding == 8 else _from_gsm(content)


def _from_gsm(raw: bytes) -> str:
    pairs = {0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}
    rest = iter(raw)
    return "".join(pairs.get(next(rest, 0), " ") if code == 0x1B else GSM[code & 0x7F] for code in rest)


def _deliver_body(source: str, destination: str, content: bytes, *, coding: int = 0, esm_class: int = 0) -> bytes:
    head = b"\x00" + bytes((1, 1)) + source.encode() + b"\x00" + bytes((0, 1)) + destination.encode() + b"\x00"
    return head + bytes((esm_class, 0, 0, 0, 0, 0, 0, coding, 0, len(content))) + content
