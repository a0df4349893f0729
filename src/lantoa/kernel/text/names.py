"""How people are called and named: words before a name, and the surnames met most in the Mekong delta."""

import re
from itertools import pairwise, takewhile

from .folding import normalise

_TITLES = "ông bà anh chị cô chú bác dì cậu em cháu"
TITLES = frozenset(_TITLES.split())
_SURNAMES = """
Nguyễn Trần Lê Phạm Huỳnh Hoàng Phan Vũ Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Lâm Trương Trịnh Đinh Mai Cao Tô Thạch Sơn Danh
Kim Châu Quách Triệu Hữu Liêu Tăng Diệp Đoàn Lương Lưu Hà
Đào Đàm Phùng Chu Lữ Lư Nghiêm Nhan Doãn Thiều Trầm Mạc Khổng Bành Ngụy Sầm Khưu Khâu Vưu Néang Neang
"""
_ALSO_WORDS = "Thái Vương Tạ Tống Lục Lại La Hứa Thân Tiêu Kha Kiều Kiên Kiêm Mã Hàn Tôn Tiết Dư"
SURNAMES_ONLY = frozenset(_SURNAMES.split())
"""Those that are hardly anything else, even in capitals."""
SURNAMES = SURNAMES_ONLY | frozenset(_ALSO_WORDS.split())
PLACES_LIKE_NAMES = (
    "Hà Nội|Hà Giang|Hà Nam|Hà Tĩnh|Hà Tiên|Hà Lan|Thái Lan|Thái Nguyên|Thái Bình|Lâm Đồng|Cao Bằng|Cao Lãnh|Sơn La|"
    "Sơn Tây|Châu Đốc|Châu Thành|Châu Á|Châu Âu|Châu Phi|Kiên Giang|Kiên Lương|Kim Đồng|Hồ Chí Minh|Hàn Quốc|Mã Lai|"
    "Mai Châu|Chu Lai"
)
"""Places and namesakes that begin like a person's name, as a pattern."""
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
