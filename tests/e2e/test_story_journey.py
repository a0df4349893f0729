"""A citizen's story, from a phone to a published page and back, by words and labels; the sender is told by mail."""

import re

import pytest
from playwright.sync_api import expect

from tests.contributions.conftest import m4a, photo
from tests.e2e.test_citizen_journeys import reload_until

pytestmark = pytest.mark.e2e

TOLD = "Hồi trước nhà tôi chỉ có hai công vuông. Giờ được ba mùa cua"


def test_a_story_goes_from_a_phone_to_a_page_and_is_taken_back(page, check, colleague, mailbox, mark):
    address = f"hoa-{mark}@vi-du.example"
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Kể chuyện của mình").click()
    check()
    page.get_by_label("Chuyện của bà con").fill(f"{TOLD}, {mark}.")
    pictures = [
        {"name": "hong.jpg", "mimeType": "image/jpeg", "buffer": b"khong phai anh"},
        {"name": "vuong.jpg", "mimeType": "image/jpeg", "buffer": photo()},
    ]
    page.get_by_label("Ảnh chụp").set_input_files(pictures)
    page.get_by_label("Hoặc kể bằng lời").set_input_files({"name": "ke.m4a", "mimeType": "audio/mp4", "buffer": m4a()})
    page.get_by_role("radio", name=re.compile("^Không, hoặc")).check()
    page.get_by_label("Chuyện ở xã, phường nào?").select_option(index=1)
    page.get_by_role("textbox", name=re.compile("^Khóm, ấp")).fill("ấp 4")
    page.get_by_role("radio", name=re.compile("^Tên gọi và ấp")).check()
    page.get_by_role("textbox", name=re.compile("^Họ và tên")).fill("Nguyễn Thị Hoa")
    page.get_by_role("radio", name="Thư điện tử", exact=True).check()
    page.get_by_role("textbox", name=re.compile("^Thư điện tử")).fill(address)
    page.get_by_role("button", name="Gửi chuyện").click()

    expect(page.get_by_text("hong.jpg:").first).to_be_visible()
    expect(page.get_by_text("Các tệp này đã giữ lại, không cần chọn lại")).to_be_visible()
    expect(page.get_by_label("Chuyện của bà con")).to_have_value(re.compile(mark))
    check()
    page.get_by_label(re.compile("^Tôi đồng ý để cơ quan biên tập")).check()
    page.get_by_role("button", name="Gửi chuyện").click()
    expect(page.get_by_role("heading", name="Đã gửi. Bà con giữ mã này")).to_be_visible()
    check()
    story = page.url.partition("?")[0]

    editor, look = colleague("bien-tap")
    editor.goto("/ban-lam-viec/chuyen-dan/")
    look()
    editor.get_by_role("link", name=re.compile(mark)).click()
    look()
    editor.get_by_role("button", name="Nhận việc").click()
    editor.get_by_role("link", name="Dựng trang nháp").click()
    editor.get_by_label("Tiêu đề").fill(f"Ba mùa cua {mark}")
    editor.get_by_label("Hai câu mở đầu").fill("Chuyện ở ấp 4.")
    editor.get_by_label("Ảnh chụp gì").fill("Vuông cua buổi sáng.")
    look()
    editor.get_by_role("button", name="Dựng trang nháp này").click()
    expect(editor.get_by_text("Đã dựng trang nháp.")).to_be_visible()
    look()
    editor.get_by_role("button", name="Gửi duyệt").or_(editor.get_by_role("link", name="Gửi duyệt")).first.click()
    editor.wait_for_url("**/kiem-tra/")
    for box in editor.locator("main form").get_by_role("textbox").all():
        box.fill("Đã xem, đúng như vậy.")
    editor.get_by_role("button", name="Gửi duyệt").click()
    editor.wait_for_url("**/ban-lam-viec/trang/")

    reviewer, look = colleague("nguoi-duyet")
    reviewer.goto("/ban-lam-viec/duyet/")
    reviewer.get_by_role("link", name=re.compile(mark)).click()
    reviewer.get_by_role("button", name="Duyệt đúng bản này").click()

    page.goto(story)
    reload_until(page, page.get_by_role("heading", name="Chuyện của bà con đã đăng. Cảm ơn bà con."))
    (mail,) = mailbox(address, awaited=1)
    assert story.rpartition("/gui-chuyen/")[2] in mail["text"]
    page.get_by_role("link", name="Đọc trên trang tin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Ba mùa cua {mark}")
    expect(page.get_by_text("Người kể: Hoa, ấp 4.")).to_be_visible()
    assert "Nguyễn" not in page.locator("main").inner_text()
    check()
    published = page.url

    page.goto(story)
    page.locator("summary", has_text="Rút lại").click()
    page.get_by_role("button", name="Rút lại chuyện của tôi").click()
    expect(page.get_by_text("Chữ, ảnh và ghi âm đã được xóa, cùng mọi bản nháp")).to_be_visible()
    check()
    reviewer.goto("/ban-lam-viec/")
    reviewer.get_by_role("link", name=f"Gỡ xuống: Ba mùa cua {mark}").click()
    look()
    reviewer.get_by_role("button", name="Gỡ trang xuống").click()
    expect(reviewer.get_by_text("Trang đã gỡ xuống.").first).to_be_visible()
    assert page.goto(published).status == 410
