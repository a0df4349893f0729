"""The words of the sample loop: one policy, one message, two questions. Plainly marked as a sample (“Tin mẫu”).

The income lines are those of Decree 07/2021/NĐ-CP, in force to 31/12/2026 by Decree 351/2025/NĐ-CP.
"""

from datetime import date

TITLE = "Tin mẫu: Nhà mình có thuộc hộ nghèo, hộ cận nghèo không?"
LEAD = "Xem mức thu nhập, rồi nhờ ấp, khóm rà soát. Không mất tiền, không phải đi xa."
WHO = [
    {"text": "Ở nông thôn: thu nhập mỗi người một tháng từ 1.500.000 đồng trở xuống.", "yes": True},
    {"text": "Ở thành thị: thu nhập mỗi người một tháng từ 2.000.000 đồng trở xuống.", "yes": True},
    {"text": "Hộ nghèo còn phải thiếu từ 3 chỉ số trở lên về việc làm, y tế, học hành, nhà ở…", "yes": True},
]
WHAT = "<p>Hộ được công nhận sẽ được xét các chính sách về bảo hiểm y tế, vay vốn, học hành và nhà ở.</p>"
HOW = [
    {"title": "Báo với trưởng ấp, khóm", "text": "<p>Nói miệng cũng được. Ấp ghi tên vào danh sách rà soát.</p>"},
    {"title": "Cán bộ đến nhà", "text": "<p>Hỏi thu nhập và các dịch vụ nhà mình đang có.</p>"},
    {"title": "Họp dân và niêm yết", "text": "<p>Danh sách niêm yết công khai. Thấy chưa đúng thì góp ý ngay.</p>"},
]
PAPERS = ["Căn cước của chủ hộ", "Sổ hoặc giấy xác nhận nơi ở"]
FORM = "Giấy đề nghị rà soát hộ nghèo, hộ cận nghèo (mẫu trình diễn)"
LEGAL = [
    {"kind": "decree", "number": "07/2021/NĐ-CP", "issued_on": date(2021, 1, 27), "issuer": "Chính phủ"},
    {"kind": "decree", "number": "351/2025/NĐ-CP", "issued_on": date(2025, 12, 30), "issuer": "Chính phủ"},
]
STORY = "Tin mẫu: Cả ấp cùng rà soát, không nhà nào bị sót"
STORY_LEAD = "Trưởng ấp đi từng nhà, người già được đọc cho nghe, ai thấy chưa đúng nói ngay tại buổi họp."
STORY_BODY = [
    ("paragraph", "<p>Đây là chuyện mẫu: người và ấp trong bài không có thật.</p>"),
    ("heading", "Mỗi nhà một lượt"),
    ("paragraph", "<p>Tổ rà soát ghé từng nhà, hỏi về thu nhập, nhà ở, nước sạch. Xong đọc lại cho chủ nhà nghe.</p>"),
    ("heading", "Họp xong mới chốt"),
    ("paragraph", "<p>Danh sách niêm yết ở nhà văn hóa. Ai thấy thiếu, thấy thừa cứ nói, tổ ghi lại và trả lời.</p>"),
]  # fmt: skip
MESSAGE = (
    "Nhà mình có thuộc hộ nghèo, hộ cận nghèo không? Ở nông thôn xét từ mức 1.500.000 đồng, ở thành thị từ mức "
    "2.000.000 đồng mỗi người một tháng. Muốn được rà soát, báo trưởng ấp, khóm. (Tin mẫu)"
)
TEMPLATE = (
    "template: 271001\ncustomer_name: {name}\n"
    "content: Tin mẫu: hộ có thu nhập thấp được rà soát hộ nghèo, hộ cận nghèo. Báo trưởng ấp, khóm để ghi tên."
)
"""The approved template of the sample account, filled."""
LEGAL_BASIS = "Nghị định 07/2021/NĐ-CP; Nghị định 351/2025/NĐ-CP"
ZALO_QUESTION = "Nhà tôi có 5 người, chỉ một người đi làm thì có được rà soát không?"
WEB_QUESTION = "Tôi mới chuyển về ấp thì báo với ai để được rà soát hộ nghèo?"
ZALO_ANSWER = "Có. Ấp lấy tổng thu nhập chia cho 5 người rồi so với mức quy định. Báo trưởng ấp để ghi tên."
WEB_ANSWER = "Báo trưởng ấp nơi đang ở. Mang theo căn cước và giấy xác nhận nơi ở, không cần giấy nào khác."
QUESTIONS = {
    "sms": "Nha toi o nho tren dat nguoi khac thi co duoc ra soat khong?",
    "smpp": "Ho moi tach khau bao voi ai de duoc ra soat?",
    "telegram": "Cháu đi làm xa, cha mẹ ở nhà thì ai báo giúp được?",
    "comment": "Bao giờ ấp tôi họp dân về danh sách hộ nghèo?",
    "message": "Tôi không biết chữ, cán bộ có đọc giùm không?",
    "email": "Hộ cận nghèo năm ngoái năm nay có phải rà soát lại không?",
}
"""One question for each further way that hears; plain letters where people write them so."""
REFUSAL = "HUY"
HEARD_ANSWER = "Bà con báo trưởng ấp, khóm; ấp ghi tên vào danh sách rà soát và đọc lại cho chủ hộ nghe. (Tin mẫu)"
