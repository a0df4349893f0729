"""What an official document calls the keys of figures: in Vietnamese whoever asks, as its readers know it."""

from lantoa.newsroom.enums import Programme
from lantoa.planning.enums import TaskStatus
from lantoa.pressroom.enums import Medium
from lantoa.reporting.enums import CasePlace, Put, Reach

CHANNELS = {
    "portal": "Cổng", "email": "E-mail", "zalo": "Zalo", "sms": "SMS", "none": "Không có kênh",
    "telegram": "Telegram", "webpush": "Thông báo trình duyệt", "zbs": "Zalo theo số điện thoại",
}  # fmt: skip
STATES = {
    "pending": "Còn chờ",
    "sending": "Đang gửi",
    "accepted": "Đã chuyển (kênh nhận, chưa báo tới)",
    "delivered": "Đã tới",
    "read": "Đã đọc",
    "failed": "Không tới",
    "suppressed": "Không gửi",
    "expired": "Hết hạn trước khi gửi",
    "unknown": "Chưa rõ",
}
PLACINGS = {
    "station": "Đài truyền thanh xã", "board": "Bảng tin công cộng", "bulletin": "Bản tin thông tin cơ sở (đếm: bản)",
    "leaflet": "Tờ rơi, tài liệu không kinh doanh (đếm: bản)",
    "propagandist": "Tuyên truyền viên cơ sở (đếm: hộ đã nói chuyện)",
    "portal": "Cổng thông tin và trang của cơ quan", "social": "Trang, kênh trên mạng xã hội", "press": "Báo chí",
}  # fmt: skip
MEDIA = {
    Medium.ONLINE: "Báo điện tử", Medium.PRINT: "Báo in", Medium.TELEVISION: "Truyền hình", Medium.RADIO: "Phát thanh",
}  # fmt: skip
PROGRAMMES = {
    Programme.POVERTY: "Giảm nghèo bền vững",
    Programme.NEW_RURAL: "Nông thôn mới",
    Programme.ETHNIC: "Vùng đồng bào dân tộc thiểu số và miền núi",
}
PUT = {
    Put.DONE: "Đã có, có minh chứng",
    Put.WAITING: "Còn chờ",
    Put.UNPROVEN: "Không ai xác nhận",
    Put.FAILED: "Không đưa được",
    Put.OFF: "Đã hủy",
}
REACHES = {
    Reach.READ: "Đã đọc",
    Reach.DELIVERED: "Đã tới",
    Reach.ACCEPTED: "Kênh đã nhận, chưa báo tới",
    Reach.NONE: "Chưa tới",
}
CASES = {
    CasePlace.ON_TIME: "Đã trả lời đúng hạn",
    CasePlace.LATE: "Đã trả lời trễ hạn",
    CasePlace.WAITING: "Đang chờ, còn hạn",
    CasePlace.OVERDUE: "Đang chờ, quá hạn",
    CasePlace.REFERRED: "Chuyển đúng cửa theo luật (khiếu nại, tố cáo)",
}
TASKS = {
    TaskStatus.OPEN: "Chưa giao",
    TaskStatus.ASSIGNED: "Chưa bắt đầu",
    TaskStatus.ACTIVE: "Đang làm",
    TaskStatus.BLOCKED: "Đang vướng",
    TaskStatus.DONE: "Đã xong",
    TaskStatus.DROPPED: "Đã bỏ",
}
