"""Reduce Vietnamese text to the plain form that people type when they search, link or send an SMS.

Only Latin marks are taken off. Khmer vowel signs are combining characters too, and a Khmer word without them is
another word.
"""

import re
import unicodedata

from anyascii import anyascii

# Combining Diacritical Marks with its Extended, Supplement and Symbols blocks; the marks of other scripts stay.
_LATIN_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]+")

# U+00D0 and U+00F0 are the Icelandic eth, U+0189 the African d: both are typed for Đ in many older Vietnamese files.
BARRED_D = str.maketrans({"đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "Ɖ": "D"})

_PLAIN_PUNCTUATION = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2009\u202f", " "),
        "…": "...",
        "•": "-",
        "₫": "d",
    }
)

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_BREAKS = re.compile("\r\n?|[\u0085\u2028\u2029]")
_NOT_IN_SLUG = re.compile(r"[^a-z0-9]+")


def normalise(s: str) -> str:
    """Return the text as we store it: NFC, one kind of line break, nothing invisible.

    Control and format characters and lone surrogates go; line breaks and tabs stay. A zero-width space stays between
    Khmer letters, where it marks the words, and a zero-width joiner stays inside a compound emoji. The place of the
    tone mark (hòa, hoà) is the writer's own and stays.
    """
    s = unicodedata.normalize("NFC", _BREAKS.sub("\n", s))
    kept = "".join(c for i, c in enumerate(s) if c in "\n\t" or _seen(s, i))
    return unicodedata.normalize("NFC", kept)


def fold(s: str) -> str:
    """Return the text as search compares it: "Giảm  nghèo Đa chiều" and "giam ngheo da chieu" fold alike.

    Lower case, Latin marks off, đ as d, compatibility forms (full-width letters, ligatures) as plain letters, invisible
    characters away, each run of white space as one space. Folding twice changes nothing.
    """
    s = unicodedata.normalize("NFKD", s).lower()
    s = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", s)).translate(BARRED_D)
    unseen = [c for c in set(s) if unicodedata.category(c) in _UNSEEN and not c.isspace()]
    return " ".join(s.translate(dict.fromkeys(map(ord, unseen))).split())


def unaccent(s: str) -> str:
    """Return the text without Vietnamese marks, keeping case, punctuation and line breaks, for an SMS in GSM-7.

    Typographic quotes, dashes, the ellipsis and odd spaces become their keyboard forms. Characters of other scripts
    stay, so that the segment count tells the truth about them.
    """
    s = unicodedata.normalize("NFD", normalise(s))
    return unicodedata.normalize("NFC", _LATIN_MARKS.sub("", s).translate(BARRED_D).translate(_PLAIN_PUNCTUATION))


def slugify(s: str, max_length: int = 80) -> str:
    """Return the text as one piece of an address: "Giảm nghèo bền vững" gives "giam-ngheo-ben-vung".

    Only a-z, 0-9 and single inner hyphens; other scripts are transliterated. Longer than `max_length`, it ends at the
    last whole word that fits. Text without a letter or digit gives "".
    """
    slug = _NOT_IN_SLUG.sub("-", anyascii(fold(s)).lower()).strip("-")
    if len(slug) <= max_length:
        return slug
    cut = slug[:max_length]
    if slug[max_length] != "-" and "-" in cut:
        cut = cut[: cut.rindex("-")]
    return cut.strip("-")


def _seen(s: str, i: int) -> bool:
    c = s[i]
    before, after = s[i - 1 : i] if i else "", s[i + 1 : i + 2]
    if c == "\u200b":
        return _khmer(before) and _khmer(after)
    if c == "\u200d":
        return _pictograph(before) and _pictograph(after)
    return unicodedata.category(c) not in _UNSEEN


def _khmer(c: str) -> bool:
    return "\u1780" <= c <= "\u17ff"


def _pictograph(c: str) -> bool:
    return c == "\ufe0f" or (c != "" and unicodedata.category(c) in {"So", "Sk"})
