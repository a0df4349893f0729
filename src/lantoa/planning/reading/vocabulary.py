"""The words that give an administrative text its shape: headings by family, names of agencies, verbs that open a task.

Families are compared without marks and case; agency words with marks ("Báo" is a newspaper, "bao" is not), with both
spellings of the tone in "ủy".
"""

import re

from lantoa.kernel.text import fold
from lantoa.planning.reading.letters import LOWER

FAMILIES = {
    "purpose": ("muc dich", "yeu cau", "muc tieu", "quan diem", "su can thiet", "chi tieu"),
    "implementation": (
        "to chuc thuc hien",
        "to chuc trien khai",
        "phan cong",
        "trach nhiem",
        "nhiem vu cua",
        "nhiem vu cac co quan",
        "trien khai thuc hien",
    ),
    "content": ("noi dung",),
    "forms": ("hinh thuc", "phuong thuc", "cach thuc", "kenh truyen thong", "kenh thong tin", "phuong phap"),
    "solutions": ("giai phap", "nhiem vu", "bien phap"),
    "audience": ("doi tuong",),
    "scope": ("pham vi", "dia ban"),
    "time": ("thoi gian", "tien do", "lo trinh"),
    "budget": ("kinh phi", "nguon kinh phi", "nguon luc", "du toan"),
    "reporting": ("che do", "thong tin, bao cao", "bao cao", "cong tac bao cao"),
    "monitoring": ("giam sat", "kiem tra", "theo doi", "khen thuong", "so ket", "tong ket"),
}
LEADING = re.compile(r"^(?:(?:ve|cac|mot so|nhung|doi voi|cong tac|dinh huong)\s+)+")
COMPONENT = re.compile(r"\s*[,;]\s*|\s+va\s+")

BODIES = r"""
sở|ủy\s+ban|uỷ\s+ban|ubnd|ubmttq\w*|mttq\w*|mặt\s+trận|hđnd|hội\s+đồng|đài|hội|đoàn|cục|trường|trạm|viện|ngành|bch|lhpn
|phòng(?!\s*[,\-]\s*chống|\s+chống|\s+ngừa)|báo(?!\s+cáo|\s+đảm)|ban(?!\s+hành|\s+đầu)|tổ(?!\s+chức)
|tổ\s+chức\s+(?=chính|đoàn|xã|tôn)
|bộ\s+(?:chỉ|tư|đội|lao|nông|thông|tài|y|văn|khoa|giáo|công|kế|nội|xây|ngoại|quốc|dân|phận)|văn\s+phòng
|liên\s+(?:đoàn|minh|hiệp)
|(?:tỉnh|thành|huyện|xã|thị|quận|đảng|cấp)\s*-?\s*(?:đoàn|ủy|uỷ)|ngân\s+hàng|kho\s+bạc|trung\s+tâm|chi\s+(?:cục|bộ
|hội|nhánh|đoàn)
|bưu\s+điện|viễn\s+thông|bệnh\s+viện|bảo\s+hiểm|công\s+(?:ty|an|đoàn|chức)|doanh\s+nghiệp|quân\s+(?:sự|đội)|đồn\s+biên
|trưởng\s+(?:ban|phòng|ấp|thôn|khóm|bản|khu|các)|cán\s+bộ|tòa\s+án|thanh\s+tra|nhà\s+(?:văn|xuất|thiếu)|thư\s+viện
|hợp\s+tác\s+xã
|cơ\s+quan|đơn\s+vị|đoàn\s+thể|địa\s+phương|huyện|thành\s+phố|xã|phường|thị\s+(?:xã|trấn)|quận|ấp|khóm|thôn
|thường\s+trực
|thành\s+viên|người\s+có\s+uy\s+tín|cổng\s+thông|trang\s+thông|chủ\s+tịch
"""
AGENCY = re.compile(
    rf"(?:các\s+|giám\s+đốc\s+|thủ\s+trưởng\s+|chủ\s+tịch\s+)?(?:{BODIES.replace(chr(10), '')})\b", re.IGNORECASE
)
ADDRESSING = re.compile(
    r"^(?:(?:kính\s+)?đề\s+nghị|giao(?:\s+cho)?|yêu\s+cầu|trách\s+nhiệm(?:\s+của)?|nhiệm\s+vụ\s+của|đối\s+với"
    r"|phân\s+công)\s+"
    r"(?:cho\s+)?",
    re.IGNORECASE,
)
VERBS = f"""
Chủ trì|Chủ động|Phối hợp|Tham mưu|Tổ chức(?! chính| xã| đoàn)|Xây dựng(?= |,)|Chỉ đạo|Hướng dẫn|Đẩy mạnh
|Tăng cường|Thực hiện
|Triển khai|Căn cứ|Đề nghị|Đề xuất|Cung cấp|Bố trí|Tuyên truyền|Theo dõi|Tổng hợp|Là (?:cơ quan|đơn vị|đầu mối)
|Có trách nhiệm
|Cân đối|Thẩm định|Kiểm tra|Giám sát|Vận động|Lồng ghép|Tiếp tục|Đưa tin|Đăng tải|Sản xuất|Dự toán|H[ằà]ng (?:năm
|quý|tháng|tuần)
|Định kỳ|Chịu trách nhiệm|Tích cực|Thường xuyên|Phát huy|Rà soát|Báo cáo|Đôn đốc|Bảo đảm|Đảm bảo|Quản lý|Duy trì
|Mở (?:chuyên|lớp)|Phát sóng|Phát động|Trên cơ sở|Tập huấn|Biên soạn|In ấn|Nâng cao|Lựa chọn|Kịp thời|Trực tiếp
|Nghiên cứu
|Huy động|Phân công|Đổi mới|Xác định|Tiếp nhận|Cập nhật|Ban hành|Phổ biến|Quán triệt|Lập|Hỗ trợ|Giải đáp|Quan tâm
|Thông tin(?= [{LOWER}]* ?kịp| đầy| về)
"""
TASK_VERB = re.compile(rf"(?:{VERBS.replace(chr(10), '')})\b")

_WORD_PAIRS = """
lao dong - thuong binh|phat thanh - truyen hinh|truyen thanh - truyen hinh|kinh te - xa hoi|chinh tri - xa hoi
|van hoa - xa hoi
|tai chinh - ke hoach|ke hoach - tai chinh|kinh te - ha tang|quoc phong - an ninh|an ninh - quoc phong|doc lap - tu do
|tu do - hanh phuc|van hoa - the thao|van hoa - thong tin|dan so - ke hoach|xa hoi - nghe nghiep|nong nghiep - nong thon
|van hoa - nghe thuat|giao duc - dao tao|khoa hoc - cong nghe|khoa giao - van xa|noi vu - lao dong
|thong tin - truyen thong
|thong tin - co dong|xay dung - nong nghiep|dia chinh - xay dung|tu phap - ho tich|van phong - thong ke
|ky thuat - cong nghe
"""
COMPOUNDS = frozenset(tuple(pair.strip().split(" - ")) for pair in _WORD_PAIRS.split("|"))

CITING = frozenset(
    [
        "dieu",
        "khoan",
        "muc",
        "diem",
        "an",
        "so",
        "ngay",
        "thang",
        "nam",
        "luc",
        "bieu",
        "mau",
        "quy",
        "dot",
        "doan",
        "chuong",
        "lan",
        "cap",
        "nhom",
        "vung",
        "vuc",
        "thu",
        "khoa",
        "tiet",
        "hang",
        "loai",
        "bang",
        "hinh",
    ]
)
_CHIEFS = "Thủ trưởng|Giám đốc|các|lãnh đạo|Trưởng|người đứng đầu|UBND|Ủy ban|Uỷ ban"
CLOSING = re.compile(
    rf"(?:Trên đây là|Yêu cầu (?:{_CHIEFS})|(?:Trong q|Q)uá trình (?:triển khai|tổ chức|thực hiện)"
    r"|Kế hoạch này (?:có hiệu lực|thay thế|được)|Nhận được [Kk]ế hoạch này|Căn cứ (?:nội dung )?[Kk]ế hoạch này"
    rf"|(?:Ủy ban|Uỷ ban|UBND|Sở|Ban Chỉ đạo)[^.;:]{{0,80}} (?:yêu cầu|đề nghị) (?:{_CHIEFS})"
    r"|Đề nghị (?:Thủ trưởng |các )[^.;:]{0,120}(?:nghiêm túc|khẩn trương|tổ chức thực hiện|triển khai thực hiện))"
)


def families(heading: str) -> tuple[str, ...]:
    """Name the families a heading announces, in its order: "NỘI DUNG, HÌNH THỨC" gives content and forms."""
    found: list[str] = []
    if len(heading) > 200 or (len(heading.split()) > 15 and not heading.isupper()):
        return ()
    whole = LEADING.sub("", fold(heading).strip(" .:"))
    for part in (whole, *COMPONENT.split(whole)):
        component = LEADING.sub("", part)
        family = next((name for name, starts in FAMILIES.items() if component.startswith(starts)), None)
        if family and family not in found:
            found.append(family)
    return tuple(found)


def opens_family(text: str) -> bool:
    """True when the very first words are those of a known heading."""
    start = LEADING.sub("", fold(text[:80]))
    return any(start.startswith(words) for words in FAMILIES.values())


def names_agency(text: str) -> bool:
    """True when the text opens with the name of a body that can be given a task."""
    return AGENCY.match(ADDRESSING.sub("", text.strip())) is not None
