"""The tail of an official text: the closing paragraph, to whom it goes, who signs."""

import re
from dataclasses import dataclass

from lantoa.planning.reading.flow import Flow
from lantoa.planning.reading.head import Fact, Piece
from lantoa.planning.reading.letters import LOWER, UPPER
from lantoa.planning.reading.vocabulary import CLOSING

RECIPIENTS = re.compile(r"(?<!\S)(?:Nơi\s+nhận|NƠI\s+NHẬN|Nơi\s+gửi)\s*[:.]?(?=\s|-)")
OFFICES = (
    r"CHỦ TỊCH|PHÓ CHỦ TỊCH|GIÁM ĐỐC|PHÓ GIÁM ĐỐC|TRƯỞNG BAN|PHÓ TRƯỞNG BAN|TRƯỞNG PHÒNG|BÍ THƯ|PHÓ BÍ THƯ"
    r"|CHÁNH VĂN PHÒNG|CỤC TRƯỞNG"
    r"|BỘ TRƯỞNG|HIỆU TRƯỞNG|TỔNG BIÊN TẬP|CHỈ HUY TRƯỞNG"
)
SIGNING = re.compile(rf"(?<!\S)(?:(?:T/?M|KT|TL|TUQ|Q)\.\s?(?=[{UPPER}]{{2}})|(?:{OFFICES})(?!\S))")
END_MARK = re.compile(r"\./\.|\.\s?/\s?\.")
APPENDIX = re.compile(r"(?<!\S)PHỤ LỤC(?!\S)")
NAME = re.compile(rf"(?<!\S)[{UPPER}][{LOWER}]+(?:\s+[{UPPER}][{LOWER}]*){{1,5}}(?!\S)")
SIGNED = re.compile(r"\(?(?:Đã ký|đã ký|ĐÃ KÝ)\)?|\[daky\]|\(?Ký tên,? đóng dấu\)?", re.IGNORECASE)
CAPITALS = re.compile(rf"(?:[{UPPER}]{{1,4}}\.\s?)*[{UPPER}][{UPPER}\s,\-–.]*(?!\S)")
SENTENCE = re.compile(r"(?<=[.;…/”\"!])\s")


@dataclass(frozen=True, slots=True)
class Tail:
    """Offsets and findings after the body."""

    start: int
    recipients: tuple[Fact, ...]
    signatory: Fact | None
    signer_name: str | None
    signer_office: str | None
    pieces: tuple[Piece, ...]


def read_tail(flow: Flow, body_start: int) -> Tail:
    """Find the recipients and the signature; text after the signature that is no appendix stays unaccounted."""
    text = flow.text
    recipients = _last(RECIPIENTS, text, body_start)
    ends = [match.end() for match in END_MARK.finditer(text, body_start)]
    signing = _signing(flow, body_start, recipients, ends)
    starts = [offset for offset in (recipients and recipients.start(), signing) if offset is not None]
    start = min(starts, default=len(text))
    appendix = APPENDIX.search(text, start)
    end = appendix.start() if appendix else len(text)
    pieces: list[Piece] = []
    found: list[Fact] = []
    if recipients:
        stop = signing if signing is not None and signing > recipients.start() else end
        pieces.append(Piece("recipients", recipients.start(), stop, flow.lines(recipients.start(), stop)))
        found = _recipients(flow, recipients.end(), stop)
    signature, name, office = None, None, None
    if signing is not None:
        stop = recipients.start() if recipients and recipients.start() > signing else end
        signature, name, office, signed_to = _signature(flow, signing, stop)
        pieces.append(Piece("signature", signing, signed_to, flow.lines(signing, signed_to)))
        if text[signed_to:stop].strip():
            pieces.append(Piece("unknown", signed_to, stop, flow.lines(signed_to, stop)))
    if appendix:
        pieces.append(Piece("appendix", end, len(text), flow.lines(end, len(text))))
    return Tail(start, tuple(found), signature, name, office, tuple(pieces))


def closing_start(flow: Flow, start: int, end: int, breaks: tuple[int, ...]) -> int | None:
    """Where the closing paragraph begins inside the last item: at its opening words, else at a paragraph of its own."""
    for edge in SENTENCE.finditer(flow.text, start, end):
        if CLOSING.match(flow.text, edge.end(), end):
            return edge.end()
    for offset in breaks:
        after, before = flow.text[offset:end].strip(), flow.text[start:offset].rstrip()
        if before[-1:] in ".;/" and after[:1].isupper() and END_MARK.search(after[-4:]):
            return offset
    return None


def _last(pattern: re.Pattern[str], text: str, start: int) -> re.Match[str] | None:
    found = None
    for match in pattern.finditer(text, start):
        found = match
    return found


def _signing(flow: Flow, body_start: int, recipients: re.Match[str] | None, ends: list[int]) -> int | None:
    """The signature follows the recipients, or stands between the end mark "./." and them, or ends the text."""
    text = flow.text
    if recipients:
        after = SIGNING.search(text, recipients.end())
        if after:
            return after.start()
        last_end = next((end for end in reversed(ends) if end <= recipients.start()), None)
        before = SIGNING.search(text, last_end, recipients.start()) if last_end is not None else None
        return before.start() if before else None
    begin = ends[-1] if ends else max(body_start, len(text) - 400)
    match = SIGNING.search(text, begin)
    return match.start() if match else None


def _recipients(flow: Flow, start: int, end: int) -> list[Fact]:
    found = []
    for part in re.finditer(r"[^;]+?(?:;|\.(?=\s+[-–+]\s)|(?=\s[-–]\s[A-ZĐ])|$)", flow.text[start:end]):
        name = part[0].strip().strip("-–+;.: ").strip()
        if name:
            a, b = start + part.start(), start + part.end()
            while flow.text[a : a + 1].isspace():
                a += 1
            found.append(Fact(name, flow.lines(a, b), 0.9, "recipients"))
    return found


def _signature(flow: Flow, start: int, end: int) -> tuple[Fact, str | None, str | None, int]:
    """Office in capitals, then perhaps "(Đã ký)", then a name; the first words that fit none of these end it."""
    text, position = flow.text, start
    office = CAPITALS.match(text, start, end)
    offices = " ".join(office[0].split()).strip(" -–") if office else None
    position = office.end() if office else start
    while signed := SIGNED.match(text, _skip(text, position), end):
        position = signed.end()
    name = NAME.match(text, _skip(text, position), end)
    if name:
        position = name.end()
    while signed := SIGNED.match(text, _skip(text, position), end):
        position = signed.end()
    position = _skip(text, position)
    whole = " ".join(text[start:position].split())
    confidence = 0.95 if name and offices else 0.6
    fact = Fact(whole, flow.lines(start, position), confidence, "signature")
    return fact, " ".join(name[0].split()) if name else None, offices, min(max(position, start + 1), end)


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position
