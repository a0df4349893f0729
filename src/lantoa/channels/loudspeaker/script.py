"""A spoken script out of a written text: dates, figures, marks and short forms as an announcer says them.

First form only: a person reads it aloud, changes it, and that wording is approved. What is not sure is left as written.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext as _

from lantoa.channels.placing import Measure
from lantoa.kernel.text.folding import normalise
from lantoa.kernel.text.reading import SYLLABLES_PER_MINUTE, speaking_minutes
from lantoa.kernel.text.sentences import sentences

from .numerals import digits_words, number_words

SPOKEN: Mapping[str, str] = {
    "UBND": "ủy ban nhân dân",
    "HĐND": "hội đồng nhân dân",
    "MTTQ": "Mặt trận Tổ quốc",
    "UBMTTQ": "Ủy ban Mặt trận Tổ quốc",
    "QĐ": "quyết định",
    "NĐ": "nghị định",
    "NQ": "nghị quyết",
    "TT": "thông tư",
    "KH": "kế hoạch",
    "CT": "chỉ thị",
    "CV": "công văn",
    "TB": "thông báo",
    "CP": "Chính phủ",
    "TTg": "Thủ tướng Chính phủ",
    "BHYT": "bảo hiểm y tế",
    "BHXH": "bảo hiểm xã hội",
    "NHCSXH": "Ngân hàng Chính sách xã hội",
    "CSXH": "chính sách xã hội",
    "LĐTBXH": "Lao động, Thương binh và Xã hội",
    "NTM": "nông thôn mới",
    "GNBV": "giảm nghèo bền vững",
    "DTTS": "dân tộc thiểu số",
    "MTQG": "mục tiêu quốc gia",
    "THPT": "trung học phổ thông",
    "THCS": "trung học cơ sở",
    "CCCD": "căn cước công dân",
    "TP": "thành phố",
}
"""Short forms and how they are said; ``settings.LANTOA_SPOKEN_FORMS`` adds to them and wins."""
_UNITS = {
    "m²": "mét vuông", "m2": "mét vuông", "m³": "mét khối", "m3": "mét khối", "km": "ki lô mét", "cm": "xăng ti mét",
    "mm": "mi li mét", "kg": "ki lô gam", "ha": "héc ta", "đ": "đồng", "₫": "đồng", "VNĐ": "đồng", "VND": "đồng",
    "°C": "độ C", "tr": "triệu", "m": "mét",
}  # fmt: skip
_PER = "tháng|năm|ngày|tuần|giờ|người|hộ|lần|kg|ha|m²|m2|km"
_LINK = re.compile(r"(?:https?://|www\.)\S+|\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)
_BULLET = re.compile(r"^(?:[-–—+•●▪*]|\(?\d{1,3}[.)]|[a-zđ]\))\s+")
_DATE = re.compile(r"\b(ngày\s+)?(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\b(?![/\d])", re.IGNORECASE)
_DAY_MONTH = re.compile(r"\bngày\s+(\d{1,2})/(\d{1,2})\b(?![/\d])", re.IGNORECASE)
_MONTH_YEAR = re.compile(r"\b(tháng\s+)?(\d{1,2})/((?:19|20)\d{2})\b(?!/)", re.IGNORECASE)
_CLOCK = re.compile(r"\b(\d{1,2})(?::|h|g|giờ )(\d{2})\b(?:\s*phút)?(?!\d)")
_HOUR = re.compile(r"\b(\d{1,2})h\b")
_PAPER = re.compile(r"\b(\d{1,5})(?:/((?:19|20)\d{2}))?/([A-ZĐ][\w]*(?:-[A-ZĐ][\w]*)*)")
_RANGE = re.compile(r"(?<=\d)\s*[-–]\s*(?=\d)")
_PHONE = re.compile(r"(?<![\d.,/])(?:\+84|0|1[89]00)(?:[ .]?\d){4,10}(?![\d.,]?\d)")
_NUMBER = re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d{3})+|\d+)(,\d+)?(?![\d])(?!\.\d)")
_SPACE = re.compile(r"[ \t\xa0]+")


def derive(title: str, text: str) -> tuple[str, str]:
    """Return title and script: one sentence a line, each as it is said."""
    spoken = spoken_forms()
    lines = [said(_BULLET.sub("", sentence), spoken) for sentence in sentences(text)]
    return title, "\n".join(_ended(line) for line in lines if any(c.isalnum() for c in line))


def spoken_forms() -> dict[str, str]:
    """Return the short forms of this installation."""
    return {**SPOKEN, **getattr(settings, "LANTOA_SPOKEN_FORMS", {})}


def said(sentence: str, spoken: Mapping[str, str]) -> str:
    """Return one sentence as it is said."""
    s = normalise(sentence).replace("…", ".")
    s = _LINK.sub(lambda found: _link(found[0]), s)
    s = _PAPER.sub(_paper, s)
    s = _DATE.sub(_date, s)
    s = _DAY_MONTH.sub(lambda f: f"ngày {int(f[1])} tháng {int(f[2])}" if _day(f[1], f[2]) else f[0], s)
    s = _MONTH_YEAR.sub(lambda f: f"tháng {int(f[2])} năm {f[3]}" if 1 <= int(f[2]) <= 12 else f[0], s)
    s = _CLOCK.sub(_clock, s)
    s = _HOUR.sub(lambda f: f"{int(f[1])} giờ" if int(f[1]) <= 24 else f[0], s)
    s = _PHONE.sub(lambda f: digits_words(f[0]), s)
    s = _RANGE.sub(" đến ", s)
    s = re.sub(rf"/\s*(?={_PER}\b)", " mỗi ", s).replace("&", " và ")
    s = _NUMBER.sub(_number, s)
    s = re.sub(r"(?<=[\wà-ỹ])\s*%", " phần trăm", s)
    s = _abbreviations(s, spoken)
    return _tidy(s)


def _link(link: str) -> str:
    """Say an address letter by letter where it matters: dots, slashes, dashes."""
    tail = link[len(link.rstrip(".,;:!?)")) :]
    core = re.sub(r"^https?://", "", link.removesuffix(tail) if tail else link, flags=re.IGNORECASE)
    for mark, word in (("@", "a còng"), (".", "chấm"), ("/", "gạch chéo"), ("-", "gạch ngang"), ("_", "gạch dưới")):
        core = core.rstrip("/").replace(mark, f" {word} ")
    return re.sub(r"[^\w\s]", " ", core) + tail


def _day(day: str, month: str) -> bool:
    return 1 <= int(day) <= 31 and 1 <= int(month) <= 12


def _date(found: re.Match[str]) -> str:
    _word, day, month, year = found.groups()
    return f"ngày {int(day)} tháng {int(month)} năm {year}" if _day(day, month) else found[0]


def _clock(found: re.Match[str]) -> str:
    hour, minute = int(found[1]), int(found[2])
    if hour > 24 or minute > 59:
        return found[0]
    return f"{hour} giờ {minute}" if minute else f"{hour} giờ"


def _paper(found: re.Match[str]) -> str:
    number, year, signs = found.groups()
    return f"{int(number)}{f' năm {year}' if year else ''} {signs.replace('-', ' ')}"


def _number(found: re.Match[str]) -> str:
    """Short whole numbers stay figures, which an announcer reads at sight; the others become words."""
    whole, fraction = found[1], (found[2] or "").removeprefix(",")
    plain = whole.replace(".", "")
    if not fraction and plain == whole and len(plain) <= 4:
        return found[0]
    if len(plain) > 15 or len(fraction) > 6:
        return found[0]
    return number_words(Decimal(f"{plain}.{fraction or 0}"), places=len(fraction))


def _abbreviations(s: str, spoken: Mapping[str, str]) -> str:
    pattern = "|".join(sorted(map(re.escape, spoken), key=len, reverse=True))
    s = re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda found: spoken[found[0]], s)
    units = "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True))
    before = r"(?:\d+|mươi|một|hai|ba|bốn|năm|lăm|sáu|bảy|tám|chín|mười|trăm|nghìn|triệu|tỷ|mốt|tư|mỗi)"
    return re.sub(rf"\b({before})\s*({units})(?!\w)", lambda found: f"{found[1]} {_UNITS[found[2]]}", s)


def _tidy(s: str) -> str:
    s = re.sub(r"\s*[()\[\]{}«»\"“”]\s*", ", ", s)
    s = re.sub(r"\s*;\s*", ". ", s)
    s = re.sub(r"(?:,\s*)+([.,;:!?])", r"\1", s)
    s = re.sub(r"([.,;:!?])(?:\s*,)+", r"\1", s)
    return _SPACE.sub(" ", s).strip(" ,;:-–—")


def _ended(line: str) -> str:
    return line if line[-1] in ".!?:" else f"{line}."


def pace() -> int:
    """Return the syllables a minute of this installation's announcers."""
    return int(getattr(settings, "LANTOA_SYLLABLES_PER_MINUTE", SYLLABLES_PER_MINUTE))


def measure(text: str) -> Measure:
    """Return how many minutes the script takes at reading speed."""
    minutes = speaking_minutes(text, pace())
    shown = f"{minutes:.1f}".replace(".", ",")
    return Measure(minutes, _("about %(minutes)s minutes on air") % {"minutes": shown})


def air_time(text: str, seconds: int) -> Measure:
    """Return how many minutes a message takes: as its recording plays, at reading speed where ``seconds`` is 0."""
    if not seconds:
        return measure(text)
    minutes, rest = divmod(seconds, 60)
    words = _("%(minutes)s min %(seconds)s s, as recorded") % {"minutes": minutes, "seconds": rest}
    return Measure(seconds / 60, words)
