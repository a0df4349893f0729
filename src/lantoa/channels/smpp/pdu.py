"""SMPP 3.4 protocol data units: bytes to values and back, strictly (SMPP v3.4 Issue 1.2, sections 3 to 5).

Ours, and small: the libraries that would fit are LGPL, own the event loop, or cannot say whether a request left before
the connection did, which is what a delivery ledger lives by. What is not needed here is not here.
"""

import struct
from dataclasses import dataclass, field
from enum import IntEnum

MAX_LENGTH = 64 * 1024 + 512
"""Bytes of the longest PDU that is read: a payload of 64 KiB and what stands around it."""

_HEADER = struct.Struct(">IIII")
_ANSWER = 0x80000000


class Command(IntEnum):
    """The commands we send, answer or understand (section 5.1.2.1)."""

    BIND_TRANSMITTER = 0x02
    SUBMIT_SM = 0x04
    DELIVER_SM = 0x05
    UNBIND = 0x06
    BIND_TRANSCEIVER = 0x09
    ENQUIRE_LINK = 0x15
    GENERIC_NACK = 0x80000000


class Tag(IntEnum):
    """Optional parameters we use (section 5.3.2)."""

    RECEIPTED_MESSAGE_ID = 0x001E
    MESSAGE_PAYLOAD = 0x0424
    MESSAGE_STATE = 0x0427


class Malformed(ValueError):
    """Bytes that are no SMPP, or a value that does not fit its field."""


@dataclass(frozen=True, slots=True)
class Pdu:
    """One unit on the wire: a header and a body not yet looked into."""

    command: int
    sequence: int
    status: int = 0
    body: bytes = b""

    @property
    def answers(self) -> bool:
        """Whether it answers one of ours."""
        return bool(self.command & _ANSWER)

    def encode(self) -> bytes:
        """Return the bytes for the wire."""
        return _HEADER.pack(16 + len(self.body), self.command, self.status, self.sequence) + self.body

    def answer(self, status: int = 0, body: bytes = b"") -> "Pdu":
        """Return the answer to this request."""
        return Pdu(self.command | _ANSWER, self.sequence, status, body)


class Frames:
    """Cuts a stream into PDUs."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def feed(self, data: bytes) -> list[Pdu]:
        """Take bytes as they come and return the PDUs that are whole; raises Malformed, and then nothing follows."""
        self._rest += data
        found = []
        while len(self._rest) >= 16:
            length, command, status, sequence = _HEADER.unpack_from(self._rest)
            if not 16 <= length <= MAX_LENGTH:
                raise Malformed(f"a PDU of {length} bytes")
            if len(self._rest) < length:
                break
            found.append(Pdu(command, sequence, status, bytes(self._rest[16:length])))
            del self._rest[:length]
        return found


def decode(raw: bytes) -> list[Pdu]:
    """Return the PDUs that these bytes are, wholly; raises Malformed."""
    frames = Frames()
    found = frames.feed(raw)
    if frames._rest:  # noqa: SLF001
        raise Malformed("bytes after the last whole PDU")
    return found


class _Cursor:
    """Reads fields from the front of a body."""

    def __init__(self, body: bytes) -> None:
        self._body, self._at = body, 0

    @property
    def left(self) -> int:
        return len(self._body) - self._at

    def octet(self) -> int:
        return self.take(1)[0]

    def take(self, count: int) -> bytes:
        if count > self.left:
            raise Malformed("the body ends in the middle of a field")
        self._at += count
        return self._body[self._at - count : self._at]

    def text(self, size: int) -> str:
        """A C-octet string of at most `size` bytes, its final NUL among them."""
        end = self._body.find(b"\x00", self._at, self._at + size)
        if end < 0:
            raise Malformed("a text without its end")
        found, self._at = self._body[self._at : end], end + 1
        return found.decode("latin-1")

    def tlvs(self) -> "tuple[tuple[int, bytes], ...]":
        found = []
        while self.left:
            tag, length = struct.unpack(">HH", self.take(4))
            found.append((tag, self.take(length)))
        return tuple(found)


def _text(value: str, size: int) -> bytes:
    raw = value.encode("latin-1", "strict") if value.isascii() else None
    if raw is None or b"\x00" in raw or len(raw) >= size:
        raise Malformed(f"a text that does not fit {size - 1} plain characters")
    return raw + b"\x00"


@dataclass(frozen=True, slots=True)
class Party:
    """An address: type of number, numbering plan, digits or letters (section 5.2.5 to 5.2.9)."""

    ton: int
    npi: int
    address: str

    def encode(self) -> bytes:
        """Return the three fields."""
        return bytes((self.ton, self.npi)) + _text(self.address, 21)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sms:
    """The body of `submit_sm` and `deliver_sm`, which is the same (sections 4.4.1, 4.6.1)."""

    source: Party
    destination: Party
    short_message: bytes = b""
    service_type: str = ""
    esm_class: int = 0
    protocol_id: int = 0
    priority: int = 0
    schedule: str = ""
    validity: str = ""
    registered_delivery: int = 0
    replace: int = 0
    data_coding: int = 0
    default_text: int = 0
    tlvs: tuple[tuple[int, bytes], ...] = field(default=())

    def encode(self) -> bytes:
        """Return the body; raises Malformed for what does not fit its field."""
        if len(self.short_message) > 254:
            raise Malformed("a short message of more than 254 bytes")
        head = _text(self.service_type, 6) + self.source.encode() + self.destination.encode()
        head += bytes((self.esm_class, self.protocol_id, self.priority)) + _text(self.schedule, 17)
        head += _text(self.validity, 17) + bytes(
            (self.registered_delivery, self.replace, self.data_coding, self.default_text, len(self.short_message))
        )
        return head + self.short_message + b"".join(struct.pack(">HH", t, len(v)) + v for t, v in self.tlvs)

    @classmethod
    def decode(cls, body: bytes) -> "Sms":
        """Read a body to its last byte; raises Malformed."""
        cursor = _Cursor(body)
        service_type = cursor.text(6)
        source = Party(cursor.octet(), cursor.octet(), cursor.text(21))
        destination = Party(cursor.octet(), cursor.octet(), cursor.text(21))
        esm_class, protocol_id, priority = cursor.take(3)
        schedule, validity = cursor.text(17), cursor.text(17)
        registered, replace, coding, default_text, length = cursor.take(5)
        return cls(
            source=source, destination=destination, service_type=service_type, esm_class=esm_class,
            protocol_id=protocol_id, priority=priority, schedule=schedule, validity=validity,
            registered_delivery=registered, replace=replace, data_coding=coding, default_text=default_text,
            short_message=cursor.take(length), tlvs=cursor.tlvs(),
        )  # fmt: skip

    def tlv(self, tag: int) -> bytes | None:
        """Return the first optional parameter of this tag."""
        return next((value for found, value in self.tlvs if found == tag), None)

    @property
    def content(self) -> bytes:
        """Return what was said: the short message, or the payload that stands in for it."""
        return self.short_message or self.tlv(Tag.MESSAGE_PAYLOAD) or b""


def bind_body(*, system_id: str, password: str, system_type: str = "") -> bytes:
    """Return the body of a bind (section 4.1.1): interface version 3.4, no address range of our own."""
    return _text(system_id, 16) + _text(password, 9) + _text(system_type, 13) + b"\x34\x00\x00\x00"


def message_id(body: bytes) -> str:
    """Return the id in a `submit_sm_resp`; empty when there is none, as some centres leave it out."""
    return body.split(b"\x00", 1)[0][:64].decode("ascii", "replace")
