"""In which of its languages the house speaks to somebody whose own is on record."""

from django.conf import settings


def spoken(code: str) -> str:
    """That language while the installation has it, else its first."""
    return code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def prefix(code: str) -> str:
    """What an address of the portal begins with in that language: nothing for the first, `/km` for another."""
    language = spoken(code)
    return "" if language == settings.LANGUAGE_CODE else f"/{language}"
