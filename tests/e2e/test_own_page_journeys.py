"""A person's own page as they walk it, on a phone that runs no JavaScript: see, put right, take back, erase."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_citizen_journeys import link_in, main_heading, tick_and_choose

pytestmark = pytest.mark.e2e


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_subscriber_sees_corrects_takes_back_and_erases_what_is_kept(page, mark, check_still, mailbox):
    address = f"{mark}@ba-con.example"
    page.goto("/nhan-tin/")
    page.get_by_role("textbox", name="Thư điện tử").fill(address)
    tick_and_choose(page, "Thư điện tử")
    (asked,) = mailbox(address, awaited=1)
    page.goto(link_in(asked["text"], "/nhan-tin/xac-nhan/"))
    page.get_by_role("button", name="Đúng, gửi tin cho tôi").click()

    page.goto("/quyen-rieng-tu/")
    page.get_by_role("link", name="Xem dữ liệu về tôi").click()
    main_heading(page, "Xem chúng tôi giữ những gì về bà con")
    check_still()
    page.get_by_role("button", name="Gửi liên kết cho tôi").click()
    expect(page.get_by_role("alert")).to_contain_text("Nhập số điện thoại hoặc thư điện tử")
    page.get_by_label("Số điện thoại hoặc thư điện tử").fill(address.upper())
    page.get_by_role("button", name="Gửi liên kết cho tôi").click()
    main_heading(page, "Xem liên kết chúng tôi gửi")
    check_still()

    mine = link_in(mailbox(address, awaited=2)[1]["text"], "/cua-toi/")
    page.goto(mine)
    main_heading(page, "Những gì chúng tôi giữ về bà con")
    expect(page.get_by_text(f"{mark[0]}•••@ba-con.example")).to_be_visible()
    page.get_by_text("Câu chữ bà con đã đồng ý").click()
    expect(page.get_by_text("Tôi đồng ý nhận tin về chính sách")).to_be_visible()
    check_still()

    page.get_by_role("link", name="Sửa cho đúng").click()
    page.get_by_label("Họ và tên").fill("Người Mẫu")
    page.get_by_role("radio", name="Tiếng Khmer").check()
    check_still()
    page.get_by_role("button", name="Lưu lại").click()
    expect(page.get_by_role("status")).to_contain_text("Đã sửa")
    expect(page.get_by_text("Người Mẫu")).to_be_visible()

    page.get_by_role("button", name=re.compile("^Rút lại điều này")).click()
    expect(page.get_by_role("status")).to_contain_text("Đã rút lại")
    expect(page.get_by_role("button", name=re.compile("^Rút lại"))).to_have_count(0)
    check_still()

    with page.expect_download() as copy:
        page.get_by_role("button", name="Bản để đọc").click()
    assert address in copy.value.path().read_text(), "the copy writes the address out"

    page.get_by_role("link", name="Xóa dữ liệu của tôi").click()
    main_heading(page, "Xóa mọi thứ chúng tôi giữ về bà con?")
    check_still()
    page.get_by_role("button", name="Xóa hẳn").click()
    main_heading(page, "Đã xóa. Chúng tôi không còn giữ gì về bà con")
    page.goto(mine)
    main_heading(page, "Liên kết này không dùng được")
    check_still()
