"""Classes of Vietnamese letters for patterns: code points mix capitals and small letters, so no range will do."""

import unicodedata

_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
_VOWELS = ("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y")
LOWER = "a-zđ" + "".join(unicodedata.normalize("NFC", vowel + tone) for vowel in _VOWELS for tone in _TONES)
UPPER = "A-ZĐ" + LOWER.removeprefix("a-zđ").upper()
