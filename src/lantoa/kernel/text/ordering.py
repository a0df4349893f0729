"""Vietnamese dictionary order as a plain string, for databases that know no Vietnamese collation.

Rule: Vũ Xuân Lương, "Quy tắc sắp xếp đơn vị từ vựng trong từ điển tiếng Việt" (Vietlex). Syllable by syllable from
the left; in a syllable first the letters (a ă â b c d đ e ê f g h i j k l m n o ô ơ p q r s t u ư v w x y z), then
the tone (ngang, huyền, hỏi, ngã, sắc, nặng). So "ba hoa" comes before "bà con", and every "Hòa …" before every "Hóa
…".
"""

import unicodedata
from itertools import groupby

from .folding import normalise

# A marked letter follows its plain one and precedes the next: "{" and "|" are the first ASCII characters after "z".
_AFTER = {"a\u0306": "a{", "a\u0302": "a|", "e\u0302": "e{", "o\u0302": "o{", "o\u031b": "o|", "u\u031b": "u{"}
_D_BAR = dict.fromkeys("đð", "d{")
_TONES = {"\u0300": "1", "\u0309": "2", "\u0303": "3", "\u0301": "4", "\u0323": "5"}
_LONGEST_NUMBER = 99


def sort_key(s: str) -> str:
    """Return a string whose code-point order (Python, or PostgreSQL's COLLATE "C") is Vietnamese dictionary order.

    Case, punctuation and the place of the tone mark (hòa, hoà) do not count, so such pairs get equal keys: order by
    the key, then by the primary key. Numbers count as numbers: "Khóm 2" before "Khóm 10", and before letters. Scripts
    other than Latin follow, by code point.
    """
    decomposed = unicodedata.normalize("NFKD", normalise(s).lower())
    # NFKD and lower() each may uncover work for the other (the Turkish İ, mathematical capitals).
    decomposed = unicodedata.normalize("NFKD", decomposed.lower())
    return " ".join(_token_key(token) for token in _tokens(decomposed))


def _tokens(decomposed: str) -> list[str]:
    """Cut into runs of digits and runs of letters with their combining marks; the rest only separates."""
    kinds = groupby(decomposed, key=_kind)
    return ["".join(run) for kind, run in kinds if kind]


def _kind(c: str) -> str:
    if c.isdecimal():
        return "digit"
    category = unicodedata.category(c)
    return "letter" if category[0] in "LM" or category in ("Nl", "No") else ""


def _token_key(token: str) -> str:
    if token[0].isdecimal():
        return _number_key(token)
    letters: list[str] = []
    tones: list[str] = []
    base = ""
    for c in token:
        if tone := _TONES.get(c):
            tones.append(tone)
        elif marked := _AFTER.get(base + c):
            letters[-1] = marked
        elif not unicodedata.combining(c):
            base = c
            letters.append(_D_BAR.get(c, c))
        elif not "\u0300" <= c <= "\u036f":
            letters.append(c)
    return "".join(letters) + ("".join(tones) or "0")


def _number_key(digits: str) -> str:
    """Put the count of digits first, so that a longer number is a larger string."""
    plain = "".join(str(unicodedata.decimal(c)) for c in digits).lstrip("0") or "0"
    return f"{min(len(plain), _LONGEST_NUMBER):02d}{plain}"
