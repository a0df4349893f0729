"""Numbers, dates and line breaks as Vietnamese readers expect them."""

import datetime as dt
import re
from decimal import ROUND_HALF_UP, Decimal

from django.utils import timezone

NO_BREAK = "\u00a0"

COMPOUNDS = (
    "an sinh", "âm lịch", "bà con", "bảo hiểm", "bảo vệ", "bền vững", "biên tập", "cán bộ", "cách làm", "chi tiết",
    "chính quyền", "chính sách", "chương trình", "cơ quan", "công nghệ", "công việc", "dân tộc", "dịch vụ", "đăng ký",
    "địa phương", "điện thoại", "đối thoại", "đối tượng", "đồng bào", "giao dịch", "giảm nghèo", "giấy tờ", "giới thiệu",
    "gửi bù", "hiệu lực", "học sinh", "học nghề", "hỗ trợ", "hộ cận nghèo", "hộ nghèo", "hôm nay", "hướng dẫn", "kế hoạch",
    "kết quả", "không tới", "khó khăn", "lan tỏa", "lắng nghe", "liên hệ", "loa truyền thanh", "lợi ích", "mục tiêu",
    "nâng cao", "ngân hàng", "người dân", "người nghèo", "nhà ở", "nông thôn", "phản ánh", "pháp luật", "phát triển",
    "phê duyệt", "quy định", "quyền lợi", "rà soát", "sinh kế", "sinh viên", "số liệu", "tập huấn", "thay đổi",
    "theo dõi", "thế chấp", "thiểu số", "thoát nghèo", "thông tin", "thủ tục", "tín dụng", "trả lời", "trách nhiệm",
    "trạng thái", "truyền thanh", "truyền thông", "tuyên truyền", "tư vấn", "văn bản", "vay vốn", "ven biển", "việc làm",
    "vươn lên", "xã hội", "y tế", "ý kiến", "ưu đãi",
)  # fmt: skip
"""Words of two or three syllables that a heading must not split over two lines."""

_compound = re.compile(r"(?<!\w)(?:" + "|".join(sorted(COMPOUNDS, key=len, reverse=True)) + r")(?!\w)", re.IGNORECASE)


def bind_compounds(text: str) -> str:
    """The same text with no-break spaces inside known compounds, so that a heading never splits "giảm nghèo"."""
    return _compound.sub(lambda found: found[0].replace(" ", NO_BREAK), text)


def number(value: int | float | Decimal, decimals: int | None = None) -> str:
    """`1234.5` as "1.234,5"; rounded half up to `decimals` places when given."""
    exact = Decimal(str(value))
    if decimals is not None:
        exact = exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    if exact == 0:
        exact = abs(exact)  # never "-0"
    return f"{exact:,f}".translate(str.maketrans(",.", ".,")).replace("-", "−")


def percent(ratio: int | float | Decimal, decimals: int = 1) -> str:
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
