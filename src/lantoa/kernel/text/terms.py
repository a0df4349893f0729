"""Administrative Vietnamese that tires a lay reader, each with plainer words to try.

Our own list, gathered from the wording of provincial plans and circulars; suggestions, not equivalents. An empty
suggestion means that the term should be explained once instead of replaced.
"""

from types import MappingProxyType
from typing import Final

PLAINER: Final = MappingProxyType(
    {
        "ban hành": "đưa ra",
        "bảo trợ xã hội": "giúp đỡ người khó khăn",
        "bố trí kinh phí": "dành tiền",
        "căn cứ": "theo",
        "chỉ tiêu": "mức cần đạt",
        "chủ động": "tự",
        "chuẩn nghèo đa chiều": "",
        "chuyển biến": "thay đổi",
        "công tác": "việc",
        "cơ quan thường trực": "cơ quan lo việc hằng ngày",
        "đa chiều": "",
        "đảm bảo": "để chắc chắn",
        "đặc biệt khó khăn": "rất khó khăn",
        "đẩy mạnh": "làm nhiều hơn",
        "định hướng": "hướng",
        "định kỳ": "đều đặn",
        "đối tượng thụ hưởng": "người được hưởng",
        "đồng bộ": "cùng lúc",
        "giải ngân": "chi tiền",
        "hệ thống chính trị": "các cơ quan, đoàn thể",
        "huy động nguồn lực": "góp sức, góp tiền",
        "khắc phục": "sửa",
        "kịp thời": "đúng lúc",
        "kinh phí": "tiền",
        "lồng ghép": "làm chung",
        "mục tiêu quốc gia": "",
        "nâng cao": "làm tốt hơn",
        "nâng cao nhận thức": "giúp bà con hiểu rõ hơn",
        "nguồn lực": "tiền và sức",
        "nhân rộng": "làm ở nhiều nơi",
        "phản ánh kiến nghị": "góp ý",
        "phát huy": "dùng tốt",
        "phối hợp": "cùng làm",
        "phương tiện thông tin đại chúng": "báo, đài",
        "quán triệt": "hiểu và làm theo",
        "quy định": "điều đã định",
        "rà soát": "xem lại",
        "sinh kế": "cách làm ăn",
        "tăng cường": "làm nhiều hơn",
        "tham mưu": "góp ý cho lãnh đạo",
        "theo thẩm quyền": "theo quyền của mình",
        "thẩm định": "kiểm tra",
        "thiết thực": "có ích",
        "thụ hưởng": "được hưởng",
        "thủ tục hành chính": "giấy tờ",
        "tiếp cận": "đến được",
        "tổ chức thực hiện": "làm",
        "trên địa bàn": "ở",
        "triển khai": "làm",
        "triển khai thực hiện": "làm",
        "trợ giúp pháp lý": "giúp về pháp luật",
        "tuyên truyền": "nói cho bà con biết",
        "văn bản quy phạm pháp luật": "luật và quy định",
        "vận dụng": "dùng",
        "vướng mắc": "chỗ khó",
        "xử lý": "giải quyết",
    }
)
