"""Layouts other offices use: volumes and capitals above the parts, figures below them, a foot in two columns."""

from datetime import date

import pytest

from lantoa.planning.reading.draft import PlanDraft
from lantoa.planning.reading.interpret import read_plan

DISTRICT = """\
UBND HUYỆN THANH HÀ
PHÒNG LAO ĐỘNG - THƯƠNG BINH
VÀ XÃ HỘI
-------
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
---------------
Số: 05/KH-LĐTBXH
Thanh Hà, ngày 05 tháng 02 năm 2024

KẾ HOẠCH
Thông tin, tuyên truyền công tác giảm nghèo năm 2024

Căn cứ Kế hoạch số 12/KH-UBND ngày 15/01/2024 của UBND huyện về công tác giảm nghèo năm 2024; Phòng Lao động
- Thương binh và Xã hội xây dựng Kế hoạch như sau:

A. MỤC ĐÍCH - YÊU CẦU
- Nâng cao nhận thức của người dân.
- Bảo đảm thiết thực.
B. NỘI DUNG TUYÊN TRUYỀN
1. Các chủ trương của Đảng, chính sách của Nhà nước về giảm nghèo.
2. Kết quả thực hiện các dự án.
3. Gương điển hình.
C. HÌNH THỨC
1. Trên hệ thống truyền thanh.
2. Trên mạng xã hội.
D. THỜI GIAN: Năm 2024
E. PHÂN CÔNG THỰC HIỆN
1. Phòng Văn hóa và Thông tin
Chủ trì, phối hợp với các đơn vị liên quan tăng cường thông tin trên hệ thống truyền thanh.
Hướng dẫn các xã, thị trấn.
2. Trung tâm Văn hóa - Thể thao: Xây dựng tin, bài, phóng sự. Duy trì chuyên mục.
3. UBND các xã, thị trấn
+ Xây dựng kế hoạch;
+ Báo cáo kết quả trước ngày 15/12/2024.
Trên đây là Kế hoạch của Phòng, đề nghị các đơn vị triển khai thực hiện./.

Nơi nhận:                                   TRƯỞNG PHÒNG
- UBND huyện (b/c);
- Các xã, thị trấn;                          (Đã ký)
- Lưu: VT.
                                        Trần Thị Mẫu
"""
VOLUMES = """\
ỦY BAN NHÂN DÂN TỈNH HOA LƯ
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: 77/KH-UBND                Hoa Lư, ngày 3 tháng 3 năm 2023
KẾ HOẠCH
Thực hiện Tiểu dự án truyền thông về giảm nghèo đa chiều năm 2023
Phần I
MỤC TIÊU VÀ ĐỐI TƯỢNG
I. MỤC TIÊU
1. Mục tiêu chung: Nâng cao nhận thức.
2. Mục tiêu cụ thể: 100% xã có tin.
II. ĐỐI TƯỢNG
1. Người nghèo, hộ nghèo; đặc biệt là phụ nữ, trẻ em.
2. Cơ quan báo chí.
Phần II
NỘI DUNG VÀ GIẢI PHÁP
I. NỘI DUNG, HÌNH THỨC TRUYỀN THÔNG
1. Nội dung truyền thông
1.1. Chính sách giảm nghèo.
1.2. Mô hình hay.
2. Hình thức truyền thông
2.1. Báo chí.
2.2. Hội nghị.
2.3. Mạng xã hội.
II. CÁC NHIỆM VỤ, GIẢI PHÁP CHỦ YẾU
1. Tăng cường lãnh đạo.
2. Huy động nguồn lực.
Phần III
TỔ CHỨC THỰC HIỆN
I. TRÁCH NHIỆM CỦA CÁC CƠ QUAN
1. Trách nhiệm của Sở Lao động - Thương binh và Xã hội
a) Chủ trì triển khai kế hoạch.
b) Tổng hợp báo cáo.
2. Trách nhiệm của Công an tỉnh: bảo đảm an ninh, trật tự.
3. Báo Hoa Lư, Đài Phát thanh và Truyền hình tỉnh
a) Mở chuyên trang, chuyên mục.
b) Tăng thời lượng.
c) Phản ánh gương điển hình.
II. CHẾ ĐỘ BÁO CÁO
Định kỳ 6 tháng, các đơn vị báo cáo.
Yêu cầu các đơn vị triển khai thực hiện nghiêm túc./.
TM. ỦY BAN NHÂN DÂN
KT. CHỦ TỊCH
PHÓ CHỦ TỊCH
Lê Văn Ví Dụ
Nơi nhận:
- Như trên;
- Lưu: VT.
"""
DEPARTMENT = """\
UBND TỈNH BÌNH AN
SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG
CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc
Số: …../KH-SNNMT
Bình An, ngày … tháng 7 năm 2025
KẾ HOẠCH
TRUYỀN THÔNG GIẢM NGHÈO GIAI ĐOẠN 2026-2030
Căn cứ Quyết định số 1234/QĐ-TTg ngày 01 tháng 6 năm 2025 của Thủ tướng Chính phủ; Luật An sinh
năm 2024. Sở Nông nghiệp và Môi trường ban hành Kế hoạch:
I. MỤC ĐÍCH VÀ YÊU CẦU
1. Mục đích: nâng cao nhận thức.
2. Yêu cầu: thiết thực.
II. NỘI DUNG, HÌNH THỨC TRUYỀN THÔNG
1. Nội dung truyền thông
1.1. Về chủ trương
a) Chủ trương của Đảng.
b) Chính sách mới.
1.2. Về mô hình: các mô hình hay.
2. Hình thức truyền thông: qua báo chí; qua mạng xã hội; qua hội nghị.
3. Đối tượng: Người dân; cán bộ xã.
III. GIẢI PHÁP
1. Về tổ chức
Kiện toàn bộ máy.
2. Về công nghệ
Dùng nền tảng số.
IV. THỜI GIAN THỰC HIỆN
Từ tháng 01/2026 đến hết tháng 12/2030.
V. KINH PHÍ
Từ ngân sách.
VI. TỔ CHỨC THỰC HIỆN
1. Chi cục Phát triển nông thôn:
- Là đầu mối tham mưu;
- Tổng hợp báo cáo.
2. Đề nghị Sở Văn hóa, Thể thao và Du lịch, Báo và phát thanh, truyền hình Bình An:
- Đẩy mạnh tuyên truyền.
3. Ủy ban nhân dân các xã, phường, đặc khu:
- Xây dựng kế hoạch.
- Đối thoại với dân.
4. Chế độ báo cáo: trước ngày 10/12 hằng năm.
Trên đây là Kế hoạch truyền thông./.
Nơi nhận:
- Lãnh đạo Sở;
- Lưu: VT, PTNT.
KT. GIÁM ĐỐC
PHÓ GIÁM ĐỐC

Phạm Thị Minh Họa
"""


def read(text: str) -> PlanDraft:
    return read_plan(text.encode(), "plan.txt")[1]


def bodies(plan: PlanDraft) -> list[tuple[str, int]]:
    return [(agency.name, len(agency.tasks)) for agency in plan.agencies]


def test_capital_letters_over_figures_and_a_foot_in_two_columns():
    plan = read(DISTRICT)
    facts = plan.to_json()
    assert (facts["number"], facts["issued_on"]) == ("05/KH-LĐTBXH", "2024-02-05")
    assert facts["issuer"] == "Phòng Lao động - Thương binh và Xã hội"
    assert facts["title"] == "KẾ HOẠCH Thông tin, tuyên truyền công tác giảm nghèo năm 2024"
    assert (len(plan.content_lines), len(plan.forms)) == (3, 2)
    assert bodies(plan) == [
        ("Phòng Văn hóa và Thông tin", 2),
        ("Trung tâm Văn hóa - Thể thao", 2),
        ("UBND các xã, thị trấn", 2),
    ]
    assert plan.agencies[2].tasks[1].due_on == date(2024, 12, 15)
    assert [recipient.text for recipient in plan.recipients] == ["UBND huyện (b/c)", "Các xã, thị trấn", "Lưu: VT"]
    assert (plan.signer_office, plan.signer_name) == ("TRƯỞNG PHÒNG", "Trần Thị Mẫu")
    assert plan.unaccounted_lines == ()


def test_volumes_over_parts_that_begin_again():
    plan = read(VOLUMES)
    assert [item.label for item in plan.content_lines] == ["1.1", "1.2"]
    assert [item.label for item in plan.forms] == ["2.1", "2.2", "2.3"]
    assert [item.text for item in plan.solutions] == ["Tăng cường lãnh đạo.", "Huy động nguồn lực."]
    assert bodies(plan) == [
        ("Sở Lao động - Thương binh và Xã hội", 2),
        ("Công an tỉnh", 1),
        ("Báo Hoa Lư, Đài Phát thanh và Truyền hình tỉnh", 3),
    ]
    assert {audience.text for audience in plan.audiences if audience.priority} == {"phụ nữ", "trẻ em"}
    assert plan.signer_name == "Lê Văn Ví Dụ"
    assert plan.unaccounted_lines == ()


def test_two_levels_blank_number_and_months():
    plan = read(DEPARTMENT)
    facts = plan.to_json()
    assert (facts["number"], facts["issued_on"]) == (None, None)
    assert facts["issuer"] == "Sở Nông nghiệp và Môi trường"
    assert plan.period is not None
    assert (plan.period.from_year, plan.period.to_year) == (2026, 2030)
    assert [(item.label, len(item.details)) for item in plan.content_lines] == [("1.1", 2), ("1.2", 0)]
    assert (len(plan.forms), len(plan.solutions), len(plan.audiences)) == (3, 2, 2)
    assert bodies(plan) == [
        ("Chi cục Phát triển nông thôn", 2),
        ("Sở Văn hóa, Thể thao và Du lịch, Báo và phát thanh, truyền hình Bình An", 1),
        ("Ủy ban nhân dân các xã, phường, đặc khu", 2),
    ]


@pytest.mark.parametrize("text", [DISTRICT, VOLUMES, DEPARTMENT])
def test_line_ends_of_any_kind_change_nothing(text: str):
    assert bodies(read(text.replace("\n", "\r\n"))) == bodies(read(text))
