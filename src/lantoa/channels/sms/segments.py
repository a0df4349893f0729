"""How many SMS a text costs, and its form without marks (3GPP TS 23.038: GSM 7-bit, extension table, UCS-2)."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from anyascii import anyascii

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
"""Each costs two septets: an escape and itself; the pair may not be cut between two segments."""

_PLAIN = str.maketrans(
    {
        "đ": "d",
        "Đ": "D",
        "“": '"',
        "”": '"',
        "„": '"',
        "‘": "'",
        "’": "'",
        "–": "-",
        "—": "-",
        "−": "-",
        "…": "...",
        "•": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "₫": "d",
        "\t": " ",
    }
)


class Alphabet(StrEnum):
    """How the characters of an SMS are coded."""

    GSM7 = "gsm7"
    UCS2 = "ucs2"


LIMITS = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}
"""Code units in a message of one segment, and in each segment of a longer one (the rest is the joining header)."""


@dataclass(frozen=True, slots=True)
class Segments:
    """What a text costs: ``units`` are septets (GSM 7-bit) or 16-bit units (UCS-2)."""

    alphabet: Alphabet
    units: int
    count: int
    room: int  # units left in the last segment


def alphabet_of(text: str) -> Alphabet:
    """Return GSM7 when every character is in the GSM alphabet or its extension, else UCS2."""
    return Alphabet.GSM7 if BASIC.issuperset(set(text) - EXTENSION) else Alphabet.UCS2


def _costs(text: str, alphabet: Alphabet) -> Iterator[int]:
    """Yield the units of each character; one character is never cut between segments."""
    if alphabet is Alphabet.GSM7:
        return (2 if character in EXTENSION else 1 for character in text)
    return (2 if ord(character) > 0xFFFF else 1 for character in text)


def measure(text: str) -> Segments:
    """Return the cost of ``text`` as it stands (normalise to NFC first: decomposed letters cost more)."""
    alphabet = alphabet_of(text)
    alone, joined = LIMITS[alphabet]
    costs = list(_costs(text, alphabet))
    units = sum(costs)
    if units <= alone:
        return Segments(alphabet, units, 1 if text else 0, alone - units)
    count, used = 1, 0
    for cost in costs:
        if used + cost > joined:
            count, used = count + 1, 0
        used += cost
    return Segments(alphabet, units, count, joined - used)


def count(text: str) -> int:
    """Return the number of SMS that ``text`` is sent as; 0 for an empty text."""
    letters = set(text)
    if not EXTENSION.isdisjoint(letters) or (text and max(letters) > "\uffff"):
        return measure(text).count
    alone, joined = LIMITS[Alphabet.GSM7 if BASIC.issuperset(letters) else Alphabet.UCS2]
    return min(len(text), 1) if len(text) <= alone else -(-len(text) // joined)  # every letter costs one unit


def split(text: str, alphabet: Alphabet | None = None) -> list[str]:
    """Cut ``text`` where the network will; joined again they are the text."""
    alphabet = alphabet or alphabet_of(text)
    alone, joined = LIMITS[alphabet]
    costs = list(_costs(text, alphabet))
    if sum(costs) <= alone:
        return [text] if text else []
    parts, start, used = [], 0, 0
    for index, cost in enumerate(costs):
        if used + cost > joined:
            parts.append(text[start:index])
            start, used = index, 0
        used += cost
    return [*parts, text[start:]]


def unaccented(text: str) -> str:
    """Return ``text`` without Vietnamese marks, letter case kept, wholly in the GSM alphabet.

    A letter of another script is spelled out; a pictogram, which has only a name, is dropped.
    """
    marked = unicodedata.normalize("NFD", text.translate(_PLAIN))
    plain = "".join(character for character in marked if not unicodedata.combining(character)).translate(_PLAIN)
    kept = BASIC | EXTENSION
    return "".join(c if c in kept else _spelled(c) for c in plain)


def _spelled(character: str) -> str:
    letters = anyascii(character)
    return "" if letters.startswith(":") else "".join(letter for letter in letters if letter in BASIC)
