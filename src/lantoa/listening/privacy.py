"""What in a text could tell who a citizen is."""

import re

from lantoa.audience.selectors import vault_addresses
from lantoa.kernel.text import fold, normalise
from lantoa.listening.models import Case

PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)")
IDENTITY_NUMBER = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
NUMBERS = (EMAIL, PHONE, IDENTITY_NUMBER)


def identifying(text: str, case: Case) -> list[str]:
    """The pieces of `text` that name or number a person for sure: phones, identity numbers, e-mails, the citizen's own
    name. Nothing with one of these is published."""
    text = normalise(text)
    found = [match.group() for pattern in NUMBERS for match in pattern.finditer(text)]
    if (name := _citizen(case)) and _names(name, text):
        found.append(name)
    return list(dict.fromkeys(found))


def without_numbers(text: str) -> str:
    """The text with e-mails, phones and identity numbers replaced by `[…]`, as a first draft for publishing."""
    text = normalise(text)
    for pattern in NUMBERS:
        text = pattern.sub("[…]", text)
    return text


def _citizen(case: Case) -> str:
    if case.address_id is None:
        return ""
    entry = vault_addresses([case.address_id]).get(case.address_id)
    return normalise(entry.name.strip()) if entry else ""


def _names(name: str, text: str) -> bool:
    """A full name is found without marks and in any case; a single word (“An”) only as it is written."""
    if " " in name:
        return re.search(rf"\b{re.escape(fold(name))}\b", fold(text)) is not None
    return re.search(rf"\b{re.escape(name)}\b", text) is not None
