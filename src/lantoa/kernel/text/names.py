"""How people are called and named: words before a name, and the surnames met most in the Mekong delta."""

import re
from itertools import pairwise, takewhile

from .folding import normalise

_TITLES = "ông bà anh chị cô chú bác dì cậu em cháu"
TITLES = frozenset(_TITLES.split())
_SURNAMES = """
Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lâm Trương Trịnh Đinh Mai Cao Tô Thạch Sơn Danh
Kim Châu Quách Triệu Hữu Liêu Tăng Diệp Đoàn Lương Lưu Hà
"""
SURNAMES = frozenset(_SURNAMES.split())
RUN_OF_WORDS = re.compile(r"[^\W\d_]+(?:[ \t]+[^\W\d_]+)*")


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
