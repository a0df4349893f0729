"""What a text says of one person's poverty, which is nobody's business but theirs and the commune's.

A sentence on the policy ("hộ nghèo được hỗ trợ…"), on many ("bà con thuộc hộ nghèo…") or on a condition ("nếu chị thuộc
hộ nghèo…") says it of nobody. "Gia đình chị là hộ nghèo" and "anh Ba không thuộc hộ cận nghèo" do: a no tells as much.
"""

import re
from functools import cache
from unicodedata import normalize

from .folding import normalise
from .names import PLACES_LIKE_NAMES, SURNAMES, SURNAMES_ONLY, TITLES

_UPPER = "A-ZÀ-ÃÈ-ÊÌÍÒ-ÕÙÚÝĂĐĨŨƠƯ" + "".join(map(chr, range(0x1EA0, 0x1EFA, 2)))
_NAME = rf"(?:[{_UPPER}][^\W\d_]*\.?)(?:\s+[{_UPPER}][^\W\d_]*\.?){{0,3}}"
_CALLED = "|".join(sorted({*TITLES, "bạn", "mình"}))
_TITLE = rf"(?i:\b(?:{_CALLED})(?:\s*/\s*(?:{_CALLED})|\s+(?:chị|bà))?\b)(?!\s+(?:con|em)\b)"
_HOME = r"(?i:\b(?:gia\s+đình|nhà|hộ|trường\s+hợp)\s+(?:của\s+)?)"
_FULL = (
    rf"\b(?!(?i:{PLACES_LIKE_NAMES})\b)(?:{'|'.join(sorted({*SURNAMES, *map(str.upper, SURNAMES_ONLY)}))})\s+{_NAME}"
)
_SOMEBODY = (
    rf"(?:(?P<home>{_HOME})?{_TITLE}(?:\s+(?P<name>{_NAME}))?|(?:{_HOME})?(?P<full>{_FULL})"
    r"|(?P<that>(?i:\b(?:gia\s+đình|hộ|nhà|người)\s+(?:này|đó|ấy))))"
)
_WHERE = (
    r"(?:\s*,?\s*(?i:ở|tại|ngụ|trú|sống|năm|từ|theo|trước|lâu|ấp|khóm|thôn|xã|phường|\()"
    r"(?:[ ,()]+(?!(?i:người|hộ|ai|bà|các|những|gia|em|đối|giúp|hỗ\s+trợ|vận\s+động|hướng\s+dẫn|thăm|tặng|trao|với|"
    r"giảm|xóa|xoá)\b)\w+(?:[/.-]\w+)*){0,6}?[ ,)]*)?"
)
_WELL = (
    r"\s*(?P<well>(?i:(?:nay|nay\s+đã|hiện|hiện\s+nay|đã|đang|vẫn|cũng|vốn|từng|không\s+còn|không|chưa|còn|mới|vừa|có|"
    r"năm\s+nay|sắp|sớm|sẽ|rất|chưa\s+phải|không\s+phải)\b\s*)*)"
)
_IS = (
    r"(?P<link>(?i:(?:được\s+)?(?:(?:công\s+nhận|xác\s+định|xác\s+nhận|xếp|bình\s+xét|xét|đưa|rà\s+soát)\s+)?"
    r"(?:là|thuộc|vào|nằm\s+trong|ở\s+trong|trong|có\s+tên\s+trong|có|được\s+cấp|hưởng|theo|ra\s+khỏi|công\s+nhận)\s+"
    r"(?:một\s+)?(?:(?:diện|danh\s+sách|sổ|giấy\s+chứng\s+nhận|đối\s+tượng|chế\s+độ)\s+){0,2}))?"
)
_POOR = (
    r"(?P<poor>(?i:(?:(?:hộ|diện|người|gia\s+đình)\s+)?(?:mới\s+)?(?:cận|thoát|tái)\s+nghèo"
    r"|(?:hộ|diện|người|gia\s+đình)\s+nghèo|nghèo)\b)"
)
_WHOSE = rf"(?:\s*[:(]\s*|\s+(?i:của|là|tên|như|gồm|mang\s+tên)\s+|\s+)(?:(?i:có|ông|bà)\s+)?(?P<whose>{_SOMEBODY})"
_MANY = re.compile(
    r"(?i)(?:\b(?:các|những|mọi|nhiều|quý|tất\s+cả|mỗi|từng|bất\s+(?:kỳ|cứ)|con|trẻ|chị|anh|chỉ|khi)|\bnếu\b[^.!?;:,\n]*"
    r"|\b(?:trong\s+trường\s+hợp|giả\s+sử|ví\s+dụ)\b[^.!?;:,\n]*)\s+$"
)
_PLACE = re.compile(
    r"(?i)\b(?:ấp|khóm|thôn|xã|phường|huyện|tỉnh|đường|trường|cầu|kênh|chợ|quỹ|bệnh\s+viện|công\s+ty)\s+$"
)
_COUNTED = re.compile(r"(?i)(?:\d|\b(?:chục|trăm|nghìn|ngàn|vài|mấy|nhiều|chuc|tram|nghin|ngan|vai|may|nhieu))\s+$")
"""Before the poor: they are counted, so whoever is named before speaks of them and is none of them."""
_ASKED = re.compile(r"(?i)^(?:[^.!?;:,\n]{0,60}\bkhông\b|[^.!?;:\n]{0,80}\bkhông\s*\?)")


def says_who_is_poor(text: str) -> list[str]:
    """The pieces of `text` that say of a named or addressed person that they are poor, are not, or were.

    Looks at how it is put, so it may miss a sentence that hides it; marks may be missing from the whole text.
    """
    lines = [" ".join(line.split()) for line in normalise(text).splitlines()]
    said, of = _patterns(marks=any(_bare(line) != line for line in lines))
    found: list[str] = []
    for line in lines:
        found += [hit.group().strip() for hit in said.finditer(line) if _of_one(hit, line)]
        found += [hit.group().strip() for hit in of.finditer(line) if not _general(hit, hit.start("whose"), line)]
    return list(dict.fromkeys(found))


def _of_one(hit: re.Match[str], text: str) -> bool:
    """Whether what was found is a statement on one person."""
    if _general(hit, hit.start(), text) or _COUNTED.search(text[hit.start() : hit.start("poor")]):
        return False
    if re.search(r"(?i)\b(có|co)\b", hit["well"] + (hit["link"] or "")) and _ASKED.match(text[hit.end() :]):
        return False
    sure = hit["home"] or hit["name"] or hit["full"] or hit["that"]
    if hit["poor"].casefold() in ("nghèo", "ngheo"):
        return bool(sure or hit["link"])
    return bool(sure or hit["link"] or hit["well"])


def _general(hit: re.Match[str], start: int, text: str) -> bool:
    """Whether the words before make it many people, a condition, or the name of a place."""
    before = text[max(0, start - 80) : start]
    if _MANY.search(before):
        return True
    named = hit.start("full")
    return named >= 0 and _PLACE.search(text[max(0, named - 20) : named]) is not None


@cache
def _patterns(*, marks: bool) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """“Chị Lan thuộc hộ nghèo” and “hộ nghèo của chị Lan”; without `marks`, as people write who type none."""
    said, of = _SOMEBODY + _WHERE + _WELL + _IS + _POOR, _POOR + _WHOSE
    return re.compile(said if marks else _bare(said)), re.compile(of if marks else _bare(of))


def _bare(text: str) -> str:
    """The text without marks, letter for letter."""
    return "".join(normalize("NFD", letter)[0] for letter in text).translate(str.maketrans("đĐ", "dD"))
