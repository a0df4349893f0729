"""The talk sheet as text that an editor can change, and as parts that a page can show; pure.

    Hộ nghèo được vay vốn làm ăn.            ← to say: a short sentence a line
    Hỏi: Cần giấy tờ gì?                     ← what people are likely to ask
    Đáp: Mang theo căn cước công dân.        ← its answer; lines that follow belong to it
    Chỉ bà con: Gặp tổ trưởng tổ vay vốn.    ← where to send people

Nothing is invented: an answer is a sentence of the master text, and a question nobody answered there is not asked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from lantoa.kernel.text.sentences import sentences

ASK, ANSWER, SEND = "Hỏi:", "Đáp:", "Chỉ bà con:"
LONG = 22
"""Words after which a spoken sentence is parted at a clause."""
A_MINUTE = 140
"""Words a minute, told slowly to people who listen; Vietnamese counts syllables."""

_MARK = re.compile(rf"^\s*({ASK}|{ANSWER}|{SEND})\s*(.*)$", re.IGNORECASE)
_BULLET = re.compile(r"^\s*[-–—+•●▪*]\s+")
_CLAUSE = re.compile(r";\s+|,\s+(?=(?:nhưng|và|thì|để|nếu|khi|vì|do|đồng thời|trong đó|sau đó)\s)")
_SPOKEN = (
    (re.compile(r"\bUBND\b"), "Ủy ban nhân dân"),
    (re.compile(r"\bHĐND\b"), "Hội đồng nhân dân"),
    (re.compile(r"\bMTTQ\b"), "Mặt trận Tổ quốc"),
    (re.compile(r"\bNHCSXH\b"), "Ngân hàng Chính sách xã hội"),
    (re.compile(r"\bBHYT\b"), "bảo hiểm y tế"),
    (re.compile(r"\bBHXH\b"), "bảo hiểm xã hội"),
    (re.compile(r"\bCCCD\b"), "căn cước công dân"),
    (re.compile(r"(?<=\d)\s?(?:đ|VNĐ|VND)\b"), " đồng"),
    (re.compile(r"(?<=\d)\s?%"), " phần trăm"),
    (re.compile(r"(?:\bngày\s+)?\b(\d{1,2})/(\d{1,2})/(\d{4})\b(?!/)"), r"ngày \1 tháng \2 năm \3"),
)
_WHERE = re.compile(
    r"\b(?:liên hệ|gặp|gọi (?:điện|số|tới|đến)|đường dây nóng|bộ phận một cửa|nộp (?:\w+ ){0,3}(?:tại|ở)"
    r"|đến (?:trụ sở|trạm|xã))\b",
    re.IGNORECASE,
)
_LIKELY = tuple(
    (asked, re.compile(pattern, re.IGNORECASE))
    for asked, pattern in (
        ("Ai được hưởng?", r"\b(?:hộ|người|học sinh|trẻ em|phụ nữ|lao động|bà con)\b.*\bđược\b"),
        (
            "Được bao nhiêu?",
            r"\d[\d.,]*\s*(?:đồng|triệu|nghìn|ngàn|phần trăm)\b|\blãi suất\b|\bmức (?:vay|hỗ trợ|hưởng)\b",
        ),
        ("Cần giấy tờ gì?", r"\b(?:giấy tờ|hồ sơ gồm|căn cước|đơn|bản sao|sổ hộ)\b"),
        ("Có mất tiền không?", r"\bmiễn phí\b|\bkhông (?:phải )?(?:mất|thu|đóng|trả|thế chấp)\b"),
        ("Hạn đến khi nào?", r"\bhạn (?:chót|nộp|cuối)\b|\b(?:trước|đến hết|chậm nhất)\b.*\bngày\b"),
        ("Làm ở đâu, gặp ai?", _WHERE.pattern),
    )
)


@dataclass(frozen=True, slots=True)
class Question:
    """One likely question and what to answer; the answer may be empty, then it is to be noted and reported."""

    asked: str
    answer: str


@dataclass(frozen=True, slots=True)
class Talk:
    """What to say, what is likely asked, where to send people."""

    say: Sequence[str]
    questions: Sequence[Question]
    send: Sequence[str]

    @property
    def minutes(self) -> float:
        """How long the telling takes, without the questions."""
        return sum(len(line.split()) for line in self.say) / A_MINUTE


def derive(title: str, text: str) -> tuple[str, str]:
    """Return the sheet of a master text: its own sentences, as they are said; likely questions that it answers."""
    lines = [spoken(_BULLET.sub("", one)) for one in sentences(text)]
    say = [part for line in lines if not _WHERE.search(line) for part in _parted(line)]
    found = ((asked, [line for line in lines if pattern.search(line)][:2]) for asked, pattern in _LIKELY)
    questions = [Question(asked, " ".join(answers)) for asked, answers in found if answers]
    return title, written(Talk(say, questions, [line for line in lines if _WHERE.search(line)]))


def spoken(text: str) -> str:
    """The text as it is said: short forms, dates and signs in words."""
    for pattern, words in _SPOKEN:
        text = pattern.sub(words, text)
    return text


def written(talk: Talk) -> str:
    """The sheet as text; `read` gives the same parts back."""
    asked = [line for one in talk.questions for line in ("", f"{ASK} {one.asked}", f"{ANSWER} {one.answer}".rstrip())]
    return "\n".join([*talk.say, *asked, *([""] if talk.send else []), *(f"{SEND} {one}" for one in talk.send)]).strip()


def read(text: str) -> Talk:
    """The parts of a sheet, however it was changed; a line with no mark is to be said, or goes on with an answer."""
    say: list[str] = []
    questions: list[list[str]] = []
    send: list[str] = []
    answering = False
    for line in text.split("\n"):
        marked = _MARK.match(line)
        mark = marked[1].capitalize() if marked else ""
        told = " ".join((marked[2] if marked else _BULLET.sub("", line)).split())
        if mark == ASK:
            questions.append([told, ""])
        elif (mark == ANSWER or (not mark and answering and told)) and questions:
            questions[-1][1] = f"{questions[-1][1]} {told}".strip()
        elif mark == SEND and told:
            send.append(told)
        elif told:
            say.append(told)
        answering = (mark == ANSWER or (answering and not mark)) and bool(told) and bool(questions)
    return Talk(say, [Question(*one) for one in questions if one[0]], send)


def _parted(sentence: str) -> list[str]:
    """A long sentence at its clauses, each with a capital and a full stop."""
    if len(sentence.split()) <= LONG:
        return [sentence]
    parts = [part.strip() for part in _CLAUSE.split(sentence) if part.strip()]
    ends = [part if part[-1] in ".!?…" else f"{part}." for part in parts]
    return [part[0].upper() + part[1:] for part in ends]
