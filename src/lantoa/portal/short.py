"""The short way to a page: its number in letters that nobody mistakes. It leads nowhere but to this site."""

from django.urls import reverse
from django.utils.translation import override

LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"
LONGEST = 10


def code(number: int) -> str:
    """A page's number as its code."""
    signs = ""
    while number:
        number, rest = divmod(number, len(LETTERS))
        signs = LETTERS[rest] + signs
    return signs or LETTERS[0]


def number(typed: str) -> int | None:
    """The page's number that a code stands for, in small or capital letters; None when it is no code."""
    signs = typed.lower()
    if not signs or len(signs) > LONGEST or any(sign not in LETTERS for sign in signs):
        return None
    found = 0
    for sign in signs:
        found = found * len(LETTERS) + LETTERS.index(sign)
    return found


def path(page_id: int) -> str:
    """The short path to a page, the same in every language."""
    with override("vi"):
        return reverse("portal:short_link", args=[code(page_id)])
