"""Legal and administrative texts as Vietnamese writing cites them: "Nghị định 07/2021/NĐ-CP", "171/QĐ-UBND".

The form is that of Decree 30/2020/NĐ-CP, appendix III (number, year for legal texts, kind and issuer by their short
forms), and of the National Assembly's own (31/2024/QH15).
"""

import re
from collections.abc import Iterator
from unicodedata import normalize

_LETTERS = "A-ZĐ"
_SIGN = rf"(?:QH\d{{1,2}}|[{_LETTERS}]{{1,8}}\d{{0,2}}(?:[-–][{_LETTERS}][{_LETTERS}g&]{{0,11}})+)"
_NUMBER = re.compile(rf"(?<![\w/.-])(?P<number>\d{{1,5}}[a-z]?\s?/\s?(?:(?:19|20)\d{{2}}\s?/\s?)?{_SIGN})(?![\w/])")
_FORM = re.compile(r"(?i)(?:mẫu|biểu|phụ lục)\s+(?:số\s+)?$")
_ENDED = re.compile(r"(?i)hết hiệu lực|thay thế|thay cho|bãi bỏ|trước đây")


def numbers(text: str) -> list[str]:
    """The numbers of legal texts cited in a text, each once, in order, without inner spaces; never a form's number."""
    return list(dict.fromkeys(number for number, _start in _found(text)))


def cited_as_past(number: str, text: str) -> bool:
    """Whether the sentence that cites this number says that it is over, so that citing it is right."""
    for found, start in _found(text):
        if found == number:
            begin = max(text.rfind(mark, 0, start) for mark in (". ", "\n", "; "))
            end = re.compile(r"[.;\n](?:\s|$)").search(text, start)
            if _ENDED.search(text[begin + 1 : end.start() if end else len(text)]):
                return True
    return False


def _found(text: str) -> Iterator[tuple[str, int]]:
    if "/" not in text:
        return
    text = normalize("NFC", text)
    for hit in _NUMBER.finditer(text):
        if not _FORM.search(text[max(0, hit.start() - 16) : hit.start()]):
            number = re.sub(r"\s", "", hit["number"]).replace("–", "-").rstrip(".")
            yield number, hit.start()
