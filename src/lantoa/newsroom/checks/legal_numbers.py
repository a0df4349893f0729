"""Legal and administrative texts as Vietnamese writing cites them: "Nghị định 07/2021/NĐ-CP", "171/QĐ-UBND".

The form is that of Decree 30/2020/NĐ-CP, appendix III (number, year for legal texts, kind and issuer by their short
forms), of the National Assembly and its Standing Committee (31/2024/QH15, 02/2020/UBTVQH14), and of the Party, whose
texts put the kind first (40-CT/TW).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

_LETTERS = "A-ZĐ"
_OFFICE = rf"[{_LETTERS}][{_LETTERS}g&]{{0,11}}"
_SIGN = rf"(?:(?:UBTV)?QH\d{{1,2}}|[{_LETTERS}]{{1,8}}\d{{0,2}}(?:[-–]{_OFFICE})+(?:(?<=QH)\d{{2}})?)"
_OF_THE_STATE = rf"\d{{1,5}}[a-z]?\s?/\s?(?:(?:19|20)\d{{2}}\s?/\s?)?{_SIGN}"
_OF_THE_PARTY = rf"\d{{1,4}}\s?[-–]\s?[{_LETTERS}]{{2,5}}\s?/\s?(?:[{_LETTERS}]{{0,8}}TW|T[hH]?U|[{_LETTERS}]U)"
_NUMBER = re.compile(rf"(?<![\w/.-])(?P<number>{_OF_THE_STATE}|{_OF_THE_PARTY})(?![\w/])")
_FORM = re.compile(r"(?i)(?:mẫu|biểu|phụ lục)\s+(?:số\s+)?$")
_ETH = str.maketrans("ÐðƉ", "ĐđĐ")
"""The Icelandic eth and the African d, typed for Đ in many older files."""
_SENTENCE = re.compile(r"(?<=[.!?…;])\s+|\n+")

_KINDS = (
    r"(?:nghị|định|quyết|thông|tư|liên|tịch|chỉ|thị|kết|luận|bộ|luật|kế|hoạch|công|văn|bản|số|các|những|cả|nđ|qđ|tt|nq)"
)
_ENDED = re.compile(r"(?i)(?<!chưa )\b(?:hết|không còn|chấm dứt) (?:hiệu lực|áp dụng)\b")
_TAKEN = re.compile(
    r"(?i)(?P<passive>\b(?:bị|được) )?\b(?:thay(?! đổi| vì| mặt| nhau)(?: thế| cho)?|bãi bỏ|hủy bỏ)\b"
    r"(?P<by> (?:bởi|bằng)\b)?"
)
_FORMERLY = re.compile(r"(?i)(?<!với )(?<!như )(?<!hơn )(?<!so )\btrước đây\b")
_NOW = re.compile(r"(?i)\b(?:nay|hiện|bây giờ)\b")
_APART = re.compile(r"(?i)[:;()]|,(?! (?:ngày|của|do|nay|đã|sẽ|cũng|vừa)\b)")
"""Where another clause begins: what stands beyond it is not what the verb is about."""
_AND = re.compile(rf"(?i)(?: ngày [\d/]+)?(?: của [^,;:()]{{1,40}}?)?(?:,| và| hoặc| cùng|, và) ?(?:{_KINDS} )*")

_BY_IT = re.compile(rf"(?i)\b(?:theo|căn cứ|tại|trong) (?:{_KINDS} )*$")


@dataclass(frozen=True, slots=True)
class _Cited:
    number: str
    start: int
    end: int


def numbers(text: str) -> list[str]:
    """The numbers of legal texts cited in a text, each once, in order, without inner spaces; never a form's number."""
    return list(dict.fromkeys(one.number for one in _found(_typed(text))))


def citations(text: str) -> list[tuple[str, bool]]:
    """Each number with whether the very sentence that cites it says that it is over, so that citing it is right; one
    that is cited both ways stands there twice. Of a text that replaces another only the other is over."""
    judged: list[tuple[str, bool]] = []
    for sentence in _SENTENCE.split(_typed(text)):
        words = " ".join(sentence.split())
        if cited := list(_found(words)):
            over = {place for run in _over(words, cited) for place in run}
            judged += [(one.number, place in over) for place, one in enumerate(cited)]
    return list(dict.fromkeys(judged))


def _typed(text: str) -> str:
    return normalize("NFC", text).translate(_ETH) if "/" in text else ""


def _found(text: str) -> Iterator[_Cited]:
    for hit in _NUMBER.finditer(text):
        if not _FORM.search(text[max(0, hit.start() - 16) : hit.start()]):
            yield _Cited(re.sub(r"\s", "", hit["number"]).replace("–", "-"), hit.start(), hit.end())


def _over(words: str, cited: list[_Cited]) -> Iterator[list[int]]:
    """Which of the citations, by their places, the words say are over: "A is over", "B replaces A", "formerly A"."""
    for hit in _ENDED.finditer(words):
        yield _before(hit.start(), words, cited) or _after(hit.end(), words, cited)
    for hit in _TAKEN.finditer(words):
        of_itself = hit["passive"] or hit["by"]
        yield _before(hit.start(), words, cited) if of_itself else _after(hit.end(), words, cited)
    for hit in _FORMERLY.finditer(words):
        now = _NOW.search(words, hit.end())
        until = now.start() if now else len(words)
        yield [place for place, one in enumerate(cited) if hit.end() <= one.start < until]
        yield [place for place, one in enumerate(cited) if words[one.end : hit.start()] in (" ", " (", ", ")]


def _before(end: int, words: str, cited: list[_Cited]) -> list[int]:
    """The citation that the words before this place are about, with those it is listed with."""
    place = max((place for place, one in enumerate(cited) if one.end <= end), default=-1)
    if place < 0 or _APART.search(words[cited[place].end : end].removeprefix(" (")):
        return []
    first = place
    while (
        first and _listed(words, cited[first - 1], cited[first]) and not _BY_IT.search(words, 0, cited[first - 1].start)
    ):
        first -= 1
    return list(range(first, place + 1))


def _after(start: int, words: str, cited: list[_Cited]) -> list[int]:
    """The citation that the words after this place are about, with those it is listed with."""
    place = min((place for place, one in enumerate(cited) if one.start >= start), default=-1)
    if place < 0 or _APART.search(words[start : cited[place].start].removeprefix(":")):
        return []
    last = place
    while last + 1 < len(cited) and _listed(words, cited[last], cited[last + 1]):
        last += 1
    return list(range(place, last + 1))


def _listed(words: str, one: _Cited, following: _Cited) -> bool:
    return _AND.fullmatch(words, one.end, following.start) is not None
