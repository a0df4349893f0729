"""Texts as bytes and back (3GPP TS 23.038), and the header that joins parts of a long one (3GPP TS 23.040, 9.2.3.24).

Septets are not packed: SMPP carries one to a byte.
"""

from dataclasses import dataclass

from lantoa.channels.sms.segments import Alphabet, alphabet_of, split

_TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|"}
_EXTENSION[0x65] = "€"
_ESCAPE = 0x1B
_CODES = {letter: bytes((code,)) for code, letter in enumerate(_TABLE) if code != _ESCAPE}
_CODES |= {letter: bytes((_ESCAPE, code)) for code, letter in _EXTENSION.items()}

DEFAULT, ASCII, LATIN1, UCS2 = 0, 1, 3, 8
"""Values of data_coding (SMPP section 5.2.19)."""


class Uncoded(ValueError):
    """Bytes in a coding we do not read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One part of an SMS as it goes out."""

    content: bytes
    data_coding: int
    joined: bool  # begins with a header that joins it to the others


def gsm7(text: str) -> bytes:
    """Return `text` in the GSM alphabet, a septet a byte; raises KeyError for a letter it does not have."""
    return b"".join(_CODES[letter] for letter in text)


def from_gsm7(raw: bytes) -> str:
    """Read the GSM alphabet; an unknown extension is read as its basic letter, as phones do."""
    found, escaped = [], False
    for byte in raw:
        code = byte & 0x7F
        if escaped:
            found.append(_EXTENSION.get(code, _TABLE[code] if code != _ESCAPE else " "))
            escaped = False
        elif code == _ESCAPE:
            escaped = True
        else:
            found.append(_TABLE[code])
    return "".join(found)


def fits_default(text: str, *, latin: bool) -> bool:
    """Whether the centre's default alphabet holds the text: the GSM one, or plain ASCII where `latin` says so."""
    return text.isascii() if latin else alphabet_of(text) is Alphabet.GSM7


def encoded(text: str, *, latin: bool) -> tuple[bytes, int]:
    """Return a text's bytes and data_coding: the centre's default alphabet where it suffices, else UCS-2."""
    if not fits_default(text, latin=latin):
        return text.encode("utf-16-be", "replace"), UCS2
    return (text.encode("ascii") if latin else gsm7(text)), DEFAULT


def pieces(text: str, *, reference: int, latin: bool) -> list[Piece]:
    """Cut a text where the network would, each part with its joining header; one that fits alone has none.

    All parts are in one coding: a part that happens to have no marks is sent as the others are.
    """
    plain = fits_default(text, latin=latin)
    parts = split(text, Alphabet.GSM7 if plain else Alphabet.UCS2)
    coded = [encoded(part, latin=latin)[0] if plain else part.encode("utf-16-be", "replace") for part in parts]
    coding = DEFAULT if plain else UCS2
    if len(coded) == 1:
        return [Piece(coded[0], coding, joined=False)]
    return [
        Piece(bytes((5, 0, 3, reference & 0xFF, len(coded), number)) + content, coding, joined=True)
        for number, content in enumerate(coded, 1)
    ]


def decoded(raw: bytes, data_coding: int, *, latin: bool) -> str:
    """Read what a phone sent; raises Uncoded for binary content and codings nobody wrote down."""
    if data_coding == DEFAULT:
        return raw.decode("latin-1") if latin else from_gsm7(raw)
    if data_coding in (ASCII, LATIN1):
        return raw.decode("latin-1")
    if data_coding == UCS2:
        return raw.decode("utf-16-be", "replace")
    raise Uncoded(f"data_coding {data_coding}")


@dataclass(frozen=True, slots=True)
class Joint:
    """Which part of which long text: the sender's reference number, how many parts there are, which this is."""

    reference: int
    total: int
    number: int


def unwrapped(content: bytes) -> tuple[Joint | None, bytes]:
    """Take the user data header off; returns what it says of joining, if it does, and the rest."""
    size = content[0] if content else 0
    header, rest = content[1 : 1 + size], content[1 + size :]
    at = 0
    while at + 2 <= len(header):
        kind, length = header[at], header[at + 1]
        value = header[at + 2 : at + 2 + length]
        if kind == 0x00 and len(value) == 3:
            return _joint(value[0], value[1], value[2]), rest
        if kind == 0x08 and len(value) == 4:
            return _joint(value[0] << 8 | value[1], value[2], value[3]), rest
        at += 2 + length
    return None, rest


def _joint(reference: int, total: int, number: int) -> Joint | None:
    return Joint(reference, total, number) if total > 1 and 1 <= number <= total else None
