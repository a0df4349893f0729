"""The press room from the registration of a journalist to a kit under embargo, a question and its answer."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from tests.pressroom.conftest import PDF

pytestmark = pytest.mark.e2e


def link_in(mails, door):
    return re.findall(rf"/bao-chi/{door}/[^/\s]+/", mails[-1]["text"])[-1]


def test_a_journalist_reads_before_everybody_and_gets_an_answer(page, check, colleague, mailbox, mark):
    address = f"bao-{mark}@bao-mau.example"
    page.goto("/danh-cho/bao-chi/")
    check()
    page.get_by_role("link", name="Đến phòng báo chí").click()
    check()
    page.get_by_role("link", name="Đăng ký nhà báo").click()
    page.get_by_role("button", name="Gửi liên kết cho tôi").click()
    check()
    page.get_by_label("Họ và tên").fill("Trần Thị Báo")
    page.get_by_label("Báo, đài hoặc tòa soạn").fill(f"Báo Mẫu {mark}")
    page.get_by_label("Thư điện tử cơ quan báo").fill(address)
    page.get_by_role("button", name="Gửi liên kết cho tôi").click()
    expect(page.get_by_text("Liên kết đang được gửi")).to_be_visible()
    check()
    page.goto(link_in(mailbox(address, awaited=1), "xac-nhan"))
    check()
    page.get_by_role("button", name="Đúng, đăng ký cho tôi").click()
    check()

    leader, look = colleague("lanh-dao")
    leader.goto("/ban-lam-viec/bao-chi/nha-bao/")
    look()
    leader.get_by_role("link", name=f"Báo Mẫu {mark}").click()
    expect(leader.get_by_role("heading", level=1)).to_have_text("Trần Thị Báo")
    look()
    leader.get_by_role("button", name="Cho vào").click()
    expect(leader.get_by_text("Đã nhận đăng ký.").first).to_be_visible()
    look()

    editor, look_at_editor = colleague("bien-tap")
    editor.goto("/ban-lam-viec/bao-chi/bo-tai-lieu/moi/")
    look_at_editor()
    editor.get_by_label("Tiêu đề").fill(f"Kết quả vay vốn quý ba {mark}")
    editor.get_by_label("Tóm tắt").fill("Ba trăm hộ vay vốn, hai trăm hộ thoát nghèo, theo số liệu mẫu.")
    editor.get_by_label("Nội dung cho tòa soạn").fill("Sáng nay, Sở công bố kết quả.\n\nBa trăm hộ đã vay vốn.")
    hour = (datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")
    editor.get_by_label("Giữ giờ đến").fill(hour)
    editor.get_by_label("Đầu mối cho tòa soạn").select_option(index=0)
    editor.get_by_label("Điện thoại cơ quan").fill("0290 383 1234")
    editor.get_by_role("button", name="Lưu", exact=True).click()
    expect(editor.get_by_text("Đã lưu.").first).to_be_visible()
    editor.locator("summary", has_text="Thêm văn bản").click()
    editor.get_by_label("Tệp", exact=True).set_input_files(
        {"name": "Số liệu.pdf", "mimeType": "application/pdf", "buffer": PDF}
    )
    editor.get_by_label("Tên tài liệu").fill("Bảng số liệu quý ba")
    editor.get_by_label("Của ai").fill("Sở Mẫu")
    editor.get_by_role("button", name="Đưa vào").last.click()
    expect(editor.get_by_role("link", name="Bảng số liệu quý ba")).to_be_visible()
    editor.locator("summary", has_text="Thêm ảnh từ kho").click()
    look_at_editor()
    editor.locator(".pick:not(.pick-off) input").first.check()
    editor.get_by_role("button", name="Đưa vào").first.click()
    expect(editor.locator(".snapshot img").first).to_be_visible()
    look_at_editor()
    editor.get_by_role("button", name="Gửi để công bố").click()
    kit = re.search(r"/bo-tai-lieu/(\d+)/", editor.url).group(1)

    reviewer, look = colleague("nguoi-duyet")
    reviewer.goto("/ban-lam-viec/duyet/")
    reviewer.get_by_role("link", name=re.compile(mark)).click()
    look()
    reviewer.get_by_role("button", name="Duyệt đúng bản này").click()

    assert page.goto(f"/bao-chi/{kit}/").status == 404
    page.goto("/bao-chi/vao/")
    check()
    page.get_by_label("Thư điện tử cơ quan báo").fill(address)
    page.get_by_role("button", name="Gửi liên kết cho tôi").click()
    check()
    page.goto(link_in(mailbox(address, awaited=3), "vao"))
    check()
    page.get_by_role("button", name="Vào", exact=True).click()
    check()
    page.get_by_role("link", name=re.compile(mark)).click()
    expect(page.get_by_text("Giữ giờ đến").first).to_be_visible()
    check()

    page.goto("/bao-chi/nha-bao/hoi/")
    page.get_by_label("Nội dung ngắn gọn").fill(f"Bao nhiêu hộ {mark}")
    page.get_by_label("Câu hỏi của bạn").fill("Bao nhiêu hộ vay vốn trong quý ba?")
    page.get_by_label("Bạn hỏi nơi nào?").select_option(index=1)
    page.get_by_label("Bạn cần trước lúc nào?").fill(hour)
    check()
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_text("Bao nhiêu hộ vay vốn trong quý ba?")).to_be_visible()
    check()
    asked = page.url.partition("?")[0]

    editor.goto("/ban-lam-viec/bao-chi/yeu-cau/")
    look_at_editor()
    editor.get_by_role("link", name=f"Bao nhiêu hộ {mark}").click()
    look_at_editor()
    editor.get_by_label("Trả lời", exact=True).fill("Ba trăm hộ, theo số liệu mẫu.")
    editor.get_by_role("button", name="Gửi trả lời").click()
    expect(editor.get_by_text("Đã trả lời.").first).to_be_visible()
    page.goto(asked)
    expect(page.get_by_text("Ba trăm hộ, theo số liệu mẫu.")).to_be_visible()
    check()
    assert "/bao-chi/vao/" in mailbox(address, awaited=4)[-1]["text"]
    page.get_by_role("link", name="Phòng báo chí").click()
    page.get_by_role("button", name="Ra khỏi phòng báo chí").click()
    page.goto("/bao-chi/nha-bao/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vào phòng báo chí")

    editor.goto(f"/ban-lam-viec/bao-chi/bo-tai-lieu/{kit}/")
    expect(editor.get_by_role("heading", name="Đã xem khi còn giữ giờ")).to_be_visible()
    look_at_editor()
    editor.goto("/ban-lam-viec/bao-chi/bo-tai-lieu/")
    look_at_editor()
