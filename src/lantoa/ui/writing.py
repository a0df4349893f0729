"""Numbers, dates and line breaks as Vietnamese readers expect them."""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

NO_BREAK = "\u00a0"

COMPOUNDS = (
    "an sinh", "biên tập", "bà con", "bảo hiểm", "bảo vệ", "bền vững", "chi tiết", "chính quyền", "chính sách",
    "chương trình", "cách làm", "cán bộ", "công nghệ", "công việc", "cơ quan", "dân tộc", "dịch vụ", "giao dịch",
    "giảm nghèo", "giấy tờ", "giới thiệu", "gửi bù", "hiệu lực", "hôm nay", "hướng dẫn", "học nghề", "học sinh",
    "hỗ trợ", "hộ cận nghèo", "hộ nghèo", "khó khăn", "không tới", "kế hoạch", "kết quả", "lan tỏa", "liên hệ",
    "loa truyền thanh", "lắng nghe", "lợi ích", "mục tiêu", "ngân hàng", "người dân", "người nghèo", "nhà ở",
    "nâng cao", "nông thôn", "pháp luật", "phát triển", "phê duyệt", "phản ánh", "quy định", "quyền lợi", "rà soát",
    "sinh kế", "sinh viên", "số liệu", "thay đổi", "theo dõi", "thiểu số", "thoát nghèo", "thông tin", "thế chấp",
    "thủ tục", "truyền thanh", "truyền thông", "trách nhiệm", "trạng thái", "trả lời", "tuyên truyền", "tín dụng",
    "tư vấn", "tập huấn", "vay vốn", "ven biển", "việc làm", "văn bản", "vươn lên", "xã hội", "y tế", "âm lịch",
    "ý kiến", "điện thoại", "đăng ký", "địa phương", "đối thoại", "đối tượng", "đồng bào", "ưu đãi",
)  # fmt: skip
"""Words of two or three syllables that a heading must not split over two lines."""

_compound = re.compile(
    r"(?<![\w\u00a0])(?:" + "|".join(sorted(COMPOUNDS, key=len, reverse=True)) + r")(?![\w\u00a0])", re.IGNORECASE
)


def bind_compounds(text: str) -> str:
    """The same text with no-break spaces inside known compounds, so that a heading never splits "giảm nghèo"."""
    return _compound.sub(lambda found: found[0].replace(" ", NO_BREAK), text)


def number(value: float | Decimal, decimals: int | None = None) -> str:
    """`1234.5` as "1.234,5"; rounded half up to `decimals` places when given."""
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if exact == 0:
        exact = abs(exact)  # never "-0"
    return f"{exact:,f}".translate(str.maketrans(",.", ".,")).replace("-", "−")


def percent(ratio: float | Decimal, decimals: int = 1) -> str:
    """`0.716` as "71,6%", without a useless ",0"."""
    text = number(Decimal(str(ratio)) * 100, decimals)
    whole, _, rest = text.partition(",")
    return f"{text if rest.strip('0') else whole}%"


def local(moment: dt.date) -> dt.date:
    """The moment in this site's time zone; plain dates and naive times stay as they are."""
    return timezone.localtime(moment) if isinstance(moment, dt.datetime) and timezone.is_aware(moment) else moment


def date(moment: dt.date) -> str:
    """Day, month, year: "03/12/2026"."""
    here = local(moment)
    return f"{here.day:02}/{here.month:02}/{here.year:04}"


def date_time(moment: dt.datetime) -> str:
    """Date and clock: "03/12/2026, 8:05"."""
    here = local(moment)
    assert isinstance(here, dt.datetime)
    return f"{date(here)}, {here.hour}:{here.minute:02}"
