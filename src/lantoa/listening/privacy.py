"""What in a text could tell who a citizen is."""

import re

from lantoa.audience.selectors import vault_addresses
from lantoa.kernel.text import fold
from lantoa.listening.models import Case

PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)")
IDENTITY_NUMBER = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")


def identifying(text: str, case: Case) -> list[str]:
    """The pieces of `text` that name or number a person: phones, identity numbers, e-mails, the citizen's own name."""
    found = [match.group() for pattern in (PHONE, EMAIL, IDENTITY_NUMBER) for match in pattern.finditer(text)]
    if case.address_id is not None:
        entry = vault_addresses([case.address_id]).get(case.address_id)
        if entry and entry.name and fold(entry.name) in fold(text):
            found.append(entry.name)
    return list(dict.fromkeys(found))
