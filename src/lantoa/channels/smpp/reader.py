"""What a `deliver_sm` says: a delivery receipt, a text of a person, or a part of one.

A receipt is known by its message type (esm_class), its id and state are optional parameters or stand in the text
(SMPP v3.4, appendix B: `id:… sub:… dlvrd:… submit date:… done date:… stat:… err:… text:…`).

A text of a person has no id of the centre's. The same bytes within ten minutes are the same event: a centre that lost
our answer repeats within that time, and somebody who says the same twice in ten minutes has said it once.
"""

import hashlib
import re
from datetime import timedelta

from lantoa.channels.inbound import (
    INCOMPLETE,
    Ear,
    Inbound,
    Part,
    Receipt,
    ReceiptState,
    Received,
    Text,
    Unreadable,
)
from lantoa.channels.wire import clean

from .coding import Joint, Uncoded, decoded, unwrapped
from .pdu import Command, Malformed, Sms, Tag, decode

STATES = {
    "DELIVRD": ReceiptState.DELIVERED,
    "EXPIRED": ReceiptState.FAILED,
    "DELETED": ReceiptState.FAILED,
    "UNDELIV": ReceiptState.FAILED,
    "REJECTD": ReceiptState.FAILED,
}
"""Final states of a receipt; ENROUTE, ACCEPTD and UNKNOWN say nothing yet."""
_NUMBERED = {2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 8: "REJECTD"}
_ID = re.compile(r"\bid:\s*([^\s]{1,64})", re.IGNORECASE)
_STATE = re.compile(r"\bstat:\s*([A-Za-z]{1,10})", re.IGNORECASE)

_TYPE = 0x3C
"""The bits of esm_class that tell what a message is; none of them: a text."""

TOGETHER = timedelta(days=1)
"""How far apart parts of one long text may arrive."""
GAP = "[… thiếu một phần tin nhắn …]"
"""What stands where parts never came; it is read with the person's words, so it is in their language."""


class SmppReader(Ear):
    """Reads PDUs as they were stored: one, or all parts of one long text.

    What stands for a missing part is `GAP`. Headers tell what the bytes do not: `x-alphabet`, the centre's default
    one; `x-tens`, in which ten minutes it came.
    """

    def event_id(self, received: Received) -> str:
        """Return the receipt's id and state, or what who said in which ten minutes, else a hash of the bytes."""
        try:
            [sms] = _messages(received.body)
            if _is_receipt(sms):
                return "dlr:" + _hash(*_verdict(sms))
            joint, _rest = _opened(sms)
        except (Malformed, ValueError):
            return "raw:" + _hash(received.body.hex())
        if joint is not None:
            return Part.name(_group(sms, joint), joint.number) + _hash(sms.content.hex())[:24]
        return "mo:" + _once(sms, received)

    def read(self, received: Received) -> list[Inbound]:
        """Return the receipt, the text, or the part of a text; raises Unreadable."""
        latin = received.headers.get("x-alphabet") == "ascii"
        try:
            messages = _messages(received.body)
            if len(messages) > 1 or INCOMPLETE in received.headers:
                return [_whole(messages, latin)]
            [sms] = messages
            if _is_receipt(sms):
                return _receipts(sms)
            if sms.esm_class & _TYPE:  # a phone's own acknowledgement, a state in between: nothing is said by anybody
                return []
            joint, content = _opened(sms)
            if joint is not None:
                return [Part(group=_group(sms, joint), number=joint.number, total=joint.total, within=TOGETHER)]
            return [_text(sms, decoded(content, sms.data_coding, latin=latin), _once(sms, received))]
        except (Malformed, Uncoded, ValueError) as error:
            raise Unreadable(str(error)) from error


def _messages(raw: bytes) -> list[Sms]:
    found = [Sms.decode(pdu.body) for pdu in decode(raw) if pdu.command == Command.DELIVER_SM]
    if not found:
        raise Malformed("no deliver_sm")
    return found


def _is_receipt(sms: Sms) -> bool:
    return sms.esm_class & _TYPE == 0x04


def _opened(sms: Sms) -> tuple[Joint | None, bytes]:
    return unwrapped(sms.content) if sms.esm_class & 0x40 else (None, sms.content)


def _verdict(sms: Sms) -> tuple[str, str]:
    """The message's id and the state's name."""
    text = sms.content.decode("latin-1")
    given, numbered = sms.tlv(Tag.RECEIPTED_MESSAGE_ID), sms.tlv(Tag.MESSAGE_STATE)
    named, stated = _ID.search(text), _STATE.search(text)
    found = given.split(b"\x00", 1)[0].decode("latin-1") if given else named.group(1) if named else ""
    if stated:
        return found, stated.group(1).upper()
    return found, _NUMBERED.get(numbered[0], "") if numbered else ""


def _receipts(sms: Sms) -> list[Inbound]:
    found, state = _verdict(sms)
    if not found:
        raise Malformed("a receipt without the message's id")
    if state not in STATES:
        return []
    return [Receipt(provider_id=clean(found, 100), key="", state=STATES[state])]


def _once(sms: Sms, received: Received) -> str:
    """Names what was said and in which ten minutes: the centre's own number of a PDU begins again with each login."""
    return _hash(sms.encode().hex(), received.headers.get("x-tens", ""))


def _text(sms: Sms, text: str, message_id: str) -> Text:
    return Text(sender=clean(sms.source.address, 30), text=clean(text, 10_000), message_id=message_id[:40])


def _whole(messages: list[Sms], latin: bool) -> Text:
    parts = [(joint, sms, content) for sms in messages for joint, content in (_opened(sms),) if joint]
    if len(parts) < len(messages):
        raise Malformed("parts that do not belong together")
    parts.sort(key=lambda part: part[0].number)
    text, expected = "", 1
    for run in _runs(parts):
        text += _read_run(run, latin) if run[0][0].number == expected else f" {GAP} {_read_run(run, latin)}"
        expected = run[-1][0].number + 1
    if expected <= parts[0][0].total:
        text += f" {GAP}"
    return _text(parts[0][1], text.strip(), _hash(*(sms.encode().hex() for _joint, sms, _content in parts)))


type _Told = tuple[Joint, Sms, bytes]


def _runs(parts: list[_Told]) -> list[list[_Told]]:
    """Cut sorted parts where one is missing."""
    runs: list[list[_Told]] = []
    for part in parts:
        if runs and runs[-1][-1][0].number + 1 >= part[0].number:
            runs[-1].append(part)
        else:
            runs.append([part])
    return runs


def _read_run(parts: list[_Told], latin: bool) -> str:
    codings = {sms.data_coding for _joint, sms, _content in parts}
    if len(codings) == 1:  # joined before it is read: a pair of UTF-16 units or an escape may be cut between two parts
        return decoded(b"".join(content for _joint, _sms, content in parts), codings.pop(), latin=latin)
    return "".join(decoded(content, sms.data_coding, latin=latin) for _joint, sms, content in parts)


def _group(sms: Sms, joint: Joint) -> str:
    return _hash(sms.source.address, sms.destination.address, str(joint.reference), str(joint.total))[:32]


def _hash(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()
