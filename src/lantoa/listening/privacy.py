"""What in a text could tell who a citizen is."""

import re
from itertools import pairwise, takewhile

from lantoa.audience.selectors import vault_addresses
from lantoa.kernel.text import fold, normalise
from lantoa.listening.models import Case

PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)")
IDENTITY_NUMBER = re.compile(r"(?<!\d)(?:\d{12}|\d{9})(?!\d)")
EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
NUMBERS = (EMAIL, PHONE, IDENTITY_NUMBER)

_TITLES = "ông bà anh chị cô chú bác dì cậu em cháu"
TITLES = frozenset(_TITLES.split())
_SURNAMES = """
Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lâm Trương Trịnh Đinh Mai Cao Tô Thạch Sơn Danh
Kim Châu Quách Triệu Hữu Liêu Tăng Diệp Đoàn Lương Lưu Hà
"""
SURNAMES = frozenset(_SURNAMES.split())
RUN_OF_WORDS = re.compile(r"[^\W\d_]+(?:[ \t]+[^\W\d_]+)*")


def identifying(text: str, case: Case) -> list[str]:
    """The pieces of `text` that name or number a person for sure: phones, identity numbers, e-mails, the citizen's own
    name. Nothing with one of these is published."""
    text = normalise(text)
    found = [match.group() for pattern in NUMBERS for match in pattern.finditer(text)]
    if (name := _citizen(case)) and _names(name, text):
        found.append(name)
    return list(dict.fromkeys(found))


def perhaps_names(text: str) -> list[str]:
    """The pieces of `text` that look like a person's name, for a reader to judge: places look the same."""
    found = []
    for run in RUN_OF_WORDS.findall(normalise(text)):
        words = run.split()
        for place, (before, word) in enumerate(pairwise(["", *words])):
            name = list(takewhile(lambda each: each[0].isupper(), words[place : place + 4]))
            if (before.lower() in TITLES and name) or (word in SURNAMES and len(name) > 1):
                found.append(" ".join(name))
    return [name for name in dict.fromkeys(found) if not any(name in longer and name != longer for longer in found)]


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
