"""In which of its languages the house speaks to somebody whose own is on record, and which a text is in."""

from unicodedata import normalize

from django.conf import settings


def spoken(code: str) -> str:
    """That language while the installation has it, else its first."""
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def prefix(code: str) -> str:
    """What an address of the portal begins with in that language: nothing for the first, `/km` for another."""
    language = spoken(code)
    return "" if language == settings.LANGUAGE_CODE else f"/{language}"


def written_in(text: str, *, interface: str) -> str:
    """The language a text is in, as far as its letters tell: Khmer by its script; English only from the English
    interface and without a Vietnamese mark; else the first. Empty where there are no letters."""
    letters = [letter for letter in normalize("NFC", text) if letter.isalpha()]
    if not letters:
        return ""
    if sum("\u1780" <= letter <= "\u17ff" for letter in letters) * 2 > len(letters):
        return spoken("km")
    return spoken("en" if interface == "en" and "".join(letters).isascii() else "")
