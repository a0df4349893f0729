"""Whether a text that came in asks us to stop, and whether it says more than that.

The words are the installation's (`LANTOA_STOP_WORDS`), read with or without marks and capitals. One counts alone or at
the head of the first sentence; inside a sentence, or at the head of a question ("Hủy thẻ thì làm sao?"), it does not.
Without marks a word may be another ("dung" is also "đúng"), so then nothing but a rounding-off may follow.
Advertising must let people refuse by a plain answer (Decree 91/2020/NĐ-CP); our messages are none, and let them too.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from lantoa.kernel.text import fold, normalise

_SENTENCE = re.compile(r"[^.!?;\n…]*[.!?;\n…]*", re.DOTALL)
_WORD = re.compile(r"\w+")
_ASKING: Final = re.compile(
    r"\b(o dau|cho nao|khi nao|bao gio|the nao|nhu nao|lam sao|ra sao|tai sao|vi sao|co sao|bao nhieu|la gi|lam gi"
    r"|can gi|duoc khong|co khong|phai khong|hay khong|dung khong|duoc ko|hoi)\b"
)
_ADDRESSED: Final = frozenset(
    _WORD.findall("""
    a ah da vang xin cam on nhe nha di ngay luon het tat ca moi cac nhung giup gium ho toi minh em anh chi bac chu
    co cho voi oi nhan gui lai lay tin thong bao sms zalo email qc quang cao dang ky theo doi nua khong ko k muon tu
    so nay kenh lien lac va
    """)
)
"""Words that only round off a refusal: "HUY nhận tin giúp tôi ạ" says no more than "HUY"."""


@dataclass(frozen=True, slots=True)
class StopRequest:
    """A refusal: by which word of the list, and whether the text says something besides."""

    keyword: str
    says_more: bool


def stop_request(text: str) -> StopRequest | None:
    """What the text refuses; None when it is no refusal."""
    text = normalise(text).strip()
    first = _SENTENCE.match(text)
    head = first.group() if first else ""
    return next((found for word in settings.LANTOA_STOP_WORDS if (found := _refused(word, head, text))), None)


def _refused(keyword: str, head: str, text: str) -> StopRequest | None:
    typed, wanted = _WORD.findall(head), _WORD.findall(keyword)
    begins, after = typed[: len(wanted)], typed[len(wanted) :]
    if not wanted or list(map(fold, begins)) != list(map(fold, wanted)) or _asks(head):
        return None
    plain = not _marks(begins)
    if not plain and _marks(begins) != _marks(wanted):
        return None  # "Dũng", "đúng" are not "dừng"
    if plain and _marks(wanted) and not _rounds_off(after):
        return None  # "dung roi" may be "đúng rồi", "huy dong von" is another word
    return StopRequest(keyword, says_more=not _rounds_off([*after, *_WORD.findall(text[len(head) :])]))


def _marks(words: list[str]) -> list[str]:
    """The marks of these words in any order, so that "huỷ" is "hủy"."""
    letters = unicodedata.normalize("NFD", " ".join(words).lower())
    return sorted(letter for letter in letters if unicodedata.combining(letter) or letter == "đ")


def _rounds_off(words: list[str]) -> bool:
    return {fold(word) for word in words} <= _ADDRESSED


def _asks(sentence: str) -> bool:
    return "?" in sentence or bool(_ASKING.search(fold(sentence)))
