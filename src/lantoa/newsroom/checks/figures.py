"""Whether a reader can tell where a figure comes from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.newsroom.checks import legal_numbers
from lantoa.newsroom.checks.draft import Draft
from lantoa.newsroom.checks.registry import Check, Finding, register

_NUMBER = r"\d+(?:[.,]\d+)*"
_SCALE = r"(?:[ \t\n]*(?:nghìn|ngàn|triệu|tỷ|tỉ)\b)"
_TERMS = r"%|điểm phần trăm|điểm %|phần trăm|đồng|đ|vnđ|vnd|usd|đô la|kg|ki-lô-gam|lít|m2|m²|mét vuông|ha|héc-ta|hecta"
_REPORTED = (
    "hộ|người|nhân khẩu|khẩu|lao động|lượt|suất|phần quà|mô hình|gia đình|trường hợp|căn nhà|ngôi nhà|"
    "học sinh|trẻ em|em nhỏ|hội viên|đoàn viên|phụ nữ|thanh niên|doanh nghiệp|hợp tác xã|dự án|công trình|cây cầu|"
    "km|ki-lô-mét|tấn"
)
FIGURE = re.compile(
    rf"(?i)(?<![\w./,:-])(?P<number>{_NUMBER}(?:\s*[-–]\s*{_NUMBER})?)(?![\d/])(?P<scale>{_SCALE}{{0,2}})"
    rf"(?:[ \t\n]*(?:(?P<term>{_TERMS})|(?P<reported>{_REPORTED})|(?P<noun>[^\W\d_]{{2,}}))(?!\w))?"
)
MANY = 10
"""From so many on whatever noun is counted; below, only what reports count."""
_NAMED = re.compile(
    r"(?i)\b(?:điều|khoản|điểm|mục|chương|phần|phụ lục|mẫu|biểu|bảng|hình|trang|bước|lớp|khối|khóa|tổ|đội|ấp|khóm|thôn|"
    r"khu|phường|quận|đường|nhà|quốc lộ|tỉnh lộ|cấp|hạng|thứ|câu|bài|tập|gọi|tổng đài|điện thoại|đường dây nóng|zalo|"
    r"nghị quyết|quyết định|nghị định|thông tư|chương trình|(?<!trong )(?<!tổng )(?<!con )số)[ \t:]*$"
)
"""Words before a number that make it a name: article 5, class 5, hamlet 4, call 111."""
_DONE = re.compile(r"(?i)\b(?:cấp|gọi|đường)[ \t]*$")
"""Those of them that are done to what is counted, too: handed out 500 gifts, called up 30 people, a road of 15 km."""
_HAPPENED = re.compile(
    r"(?i)\b(?:còn|giảm (?:còn|xuống)|tăng (?:lên|thêm)|đạt|chiếm|giải ngân|dư nợ|"
    r"(?:đã|vừa) (?:cho vay|chi|trao|vay|thu|hỗ trợ))\b[^.!?;,\n]{0,20}$"
)
"""Before a sum or a share: it tells what came of it, which no law grants."""
_CALLED = re.compile(r"(?<!\d)(?:0\d{1,3}|1[89]00)[ .](?:\d+[ .])*$")
"""The groups of a telephone number before its last."""
_TIMED = re.compile(r"(?i)\b(?:ngày|tuần|tháng|quý|lần|đợt|kỳ)[ \t]*$")
_DAYS = 31
_NOT_NOUNS = """
ngày tháng năm giờ phút giây tuần quý tuổi hôm lúc trưa sáng chiều tối đêm tiêu chí chỉ số chữ ký bước điều khoản mục
và hoặc đến tới của để có là thì trở trong ngoài ở tại theo cho với được bị đã đang sẽ do bởi vào ra lên xuống này đó
kia nữa qua trên dưới cùng nhưng mà khi nếu như còn cũng không chưa phải nhất liên rồi hay bằng từ về sau trước thay trừ
nghìn ngàn triệu tỷ tỉ gặp ban hành quy định kèm cm mm kb mb gb
"""
_UNCOUNTED = frozenset(_NOT_NOUNS.split())
_YEARS = range(1900, 2101)
_NOT_BEFORE = re.compile(r"(?i)\b(?:tối đa|tối thiểu|ít nhất|nhiều nhất|không quá|chưa quá|dưới)\s+(?:có\s+)?$")
_NOT_AFTER = re.compile(r"(?i)[^.!?;\n]{0,20}?\b(?:trở lên|trở xuống)\b")

_ORGAN = (
    r"(?:[ỦU]y ban|UBND|HĐND|Hội đồng|Sở|Bộ|Tổng cục|Cục|Chi cục|Phòng|Ban|Hội|Đoàn|Mặt trận|Ngân hàng|Công an|"
    r"Chính phủ|Trung tâm|Trạm|Trường|Đảng|Tỉnh|Báo|Đài|ủy ban|hội đồng|ngân hàng|công an|ngành|cơ quan|lãnh đạo|"
    r"đại diện|chủ tịch|bí thư|trưởng|cán bộ|chính quyền|ông|bà|anh|chị|cô|chú)\b"
)
_COUNTING = r"(?i:báo cáo|thống kê|rà soát|điều tra|khảo sát|bình xét|kiểm kê|số liệu|công bố|niên giám)"
_WHO_OR_WHEN = rf"(?:\b(?:của|do)\s+\w|{_ORGAN}|\b(?:tháng|quý|năm|ngày|số|đợt|kỳ)\s+[\dIV])"
SOURCE = re.compile(
    rf"\b[Tt]heo\s+{_ORGAN}|\b[Nn]guồn\s*:\s*\w|\b{_COUNTING}\b[^.!?;\n]{{0,60}}?{_WHO_OR_WHEN}"
    rf"|\b{_ORGAN}[^.!?;\n]{{0,60}}?\b{_COUNTING}\b|\bcho (?:biết|hay)\b|\bsố mẫu\b"
)
"""Who counted, or what was counted when; a bare "according to the report" is none."""
BY_LAW = re.compile(
    r"(?i)\bquy định (?:tại|của)\b|\bcăn cứ\b|\btheo (?:nghị định|nghị quyết|quyết định|thông tư|luật|quy định)\b"
)
SPARED = frozenset({"reference", "legal", "contact", "button", "heading", "alt"})
"""Parts that name things rather than count them."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts."""

    words: str
    is_term: bool
    """Whether a law may set it: a sum, a share, a measure, a bound; not a count of what happened."""
    happened: bool = False
    """Whether it is told as what came about, so that only a law cited beside it may be where it is from."""


@register
class FigureHasSource(Check):
    """A count, a share or a sum names its source in its own piece, where the page says it again, or in the
    sources; what a policy grants may rest on its law."""

    code = "source"
    label = gettext_lazy("Figures with a source")
    languages = ("vi",)

    def look(self, draft: Draft) -> Iterator[Finding]:
        """The first figure of each piece without a source."""
        if getattr(draft.page, "sources", "").strip():
            return
        rests_on_law = any(piece.kind == "reference" for piece in draft.pieces)
        read = [(piece, figures(piece.text)) for piece in draft.pieces if piece.field != "sources"]
        told: set[str] = set()
        for piece, found in read:
            if found and SOURCE.search(piece.text):
                told |= {one.words for one in found}
            elif found and (BY_LAW.search(piece.text) or legal_numbers.numbers(piece.text)):
                told |= {one.words for one in found if one.is_term}
            elif found and rests_on_law:
                told |= {one.words for one in found if one.is_term and not one.happened}
        for piece, found in read:
            if piece.kind not in SPARED and (bare := [one.words for one in found if one.words not in told]):
                yield self.found(
                    piece, bare[0], why=_("Readers cannot tell where this figure comes from."),
                    remedy=_("Name who counted and when, in the same piece or under “sources”."),
                )  # fmt: skip


def figures(text: str) -> list[Figure]:
    """The figures of a text in order, in lower case; dates, hours, ages, numbered things and telephones are none."""
    if not any(letter.isdecimal() for letter in text):
        return []
    return [one for hit in FIGURE.finditer(normalize("NFC", text)) if (one := _figure(hit))]


def _figure(hit: re.Match[str]) -> Figure | None:
    text, number, reported = hit.string, hit["number"], hit["reported"]
    noun = hit["noun"] if hit["noun"] and hit["noun"].lower() not in _UNCOUNTED else None
    measured = hit["term"] or (hit["scale"] and not reported and not noun)
    before = text[max(0, hit.start() - 24) : hit.start()]
    if not measured:
        many = _whole(number)
        counted = reported or (noun and (hit["scale"] or many >= MANY))
        if (
            not counted
            or (_NAMED.search(before) and not (_DONE.search(before) and (reported or (noun and many >= MANY))))
            or (many <= _DAYS and _TIMED.search(before))
            or _is_name(number, before)
        ):
            return None
    end = hit.end() if hit["term"] or reported or noun else hit.end("scale")
    bound = _NOT_BEFORE.search(before) or _NOT_AFTER.match(text, hit.end())
    happened = _HAPPENED.search(before) and not bound
    return Figure(
        " ".join(text[hit.start() : end].lower().split()), is_term=bool(measured or bound), happened=bool(happened)
    )


def _whole(number: str) -> int:
    """Its larger end, without decimals: 1.500 is fifteen hundred, 1,5 is one."""
    return int(re.split(r"[-–]", number)[-1].strip().replace(".", "").partition(",")[0])


def _is_name(number: str, before: str) -> bool:
    """A year or a telephone number."""
    first = re.split(r"\s*[-–]", number)[0]
    if _CALLED.search(before):
        return True
    return (first.isdecimal() and int(first) in _YEARS) or (first[0] == "0" and first[1:2].isdecimal())
