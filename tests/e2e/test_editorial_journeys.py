"""The editors' desk in a browser: an article from the order to the portal, and a bundle under embargo."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from lantoa.kernel.text import slugify
from tests.e2e.conftest import send_through_checks

pytestmark = pytest.mark.e2e

DESK = "/ban-lam-viec/toa-soan/"
ROUNDS = 60  # seconds for what the worker does
HERE = ZoneInfo("Asia/Ho_Chi_Minh")


def typed(moment):
    """An hour as the browser's own field takes it."""
    return moment.astimezone(HERE).strftime("%Y-%m-%dT%H:%M")


def in_days(n):
    return typed(datetime.now(HERE) + timedelta(days=n))


def write(page, title):
    """Write an article in the page editor and send it for approval."""
    page.goto("/ban-lam-viec/trang/")
    page.get_by_role("link", name="Viết bài").click()
    page.get_by_role("textbox", name="Tiêu đề").fill(title)
    page.get_by_role("textbox", name="Lời dẫn").fill("Ba năm sau nhà ấy trả hết nợ.")
    send_through_checks(page)


def approve(page, title):
    """Approve, as the second person, the text of this title."""
    page.goto("/ban-lam-viec/duyet/")
    page.get_by_role("link", name=title).first.click()
    page.get_by_role("button", name="Duyệt đúng bản này").click()
    expect(page.get_by_text(f"Đã duyệt “{title}”")).to_be_visible()


def until(page, title, stage):
    """Look at the list of stories until the story stands at this stage; ends there."""
    for _second in range(ROUNDS):
        page.goto(DESK)
        row = page.get_by_role("row").filter(has_text=title)
        if row.filter(has_text=stage).count():
            return row
        page.wait_for_timeout(1000)
    raise AssertionError(f"{title} never came to “{stage}”: {row.inner_text()}")


def open_story(page, title):
    """Open the story's own page from the list."""
    page.goto(DESK)
    page.get_by_role("row").filter(has_text=title).get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def test_an_article_goes_from_the_order_to_the_portal(colleague, mark):
    title = f"Chuyện ghe vay vốn {mark}"
    chief, look = colleague("nguoi-duyet")
    chief.goto(DESK)
    look()
    chief.goto(f"{DESK}dat-bai/moi/")
    look()
    chief.get_by_label("Cần bài gì").fill(f"Bài: {title}")
    chief.get_by_label("Hạn giao").fill(in_days(2))
    chief.get_by_role("button", name="Đặt bài này").click()
    expect(chief.get_by_text("đúng một nơi").first).to_be_visible()  # from nobody yet; what was typed stays
    expect(chief.get_by_label("Cần bài gì")).to_have_value(f"Bài: {title}")
    look()
    people = chief.get_by_label("Đặt người của cơ quan")
    people.select_option(label=people.locator("option", has_text="Biên tập viên tỉnh").first.inner_text())
    chief.get_by_role("button", name="Đặt bài này").click()
    expect(chief.get_by_role("heading", level=1)).to_have_text(f"Bài: {title}")
    address = chief.url
    look()

    writer, see = colleague("bien-tap")
    expect(writer.get_by_role("link", name=f"Bài: {title}")).to_be_visible()
    writer.get_by_role("link", name=f"Bài: {title}").first.click()
    see()
    writer.get_by_role("button", name="Nhận làm").click()
    write(writer, title)
    writer.goto(address)
    writer.get_by_label("Trang đang viết").select_option(label=title)
    writer.get_by_role("button", name="Giao bài").click()
    expect(writer.get_by_text("Đã giao. Giờ tới lượt người đặt đọc.")).to_be_visible()
    see()

    chief.goto(address)
    chief.get_by_role("button", name="Nghiệm thu").click()
    expect(chief.get_by_text("Đã nghiệm thu.").first).to_be_visible()
    look()
    approve(chief, title)
    row = until(chief, title, "Đã đăng")
    look()
    row.get_by_role("link", name=title).click()
    look()
    chief.get_by_role("link", name="Xem trên cổng").click()
    expect(chief.get_by_role("heading", level=1)).to_have_text(title)


def read(page, title):
    """What a reader gets at the address of this article."""
    return page.goto(f"/tin/{slugify(title)}/").status


def test_a_bundle_under_embargo_goes_out_whole_once_it_is_lifted(page, check, colleague, mark):
    first, second = f"Công bố kết quả {mark}", f"Hỏi và đáp kết quả {mark}"
    editor, look = colleague("bien-tap")
    for title in (first, second):
        write(editor, title)
    editor.goto(f"{DESK}dang-cung/moi/")
    look()
    editor.get_by_label("Tên bộ trang").fill(f"Bộ công bố {mark}")
    editor.get_by_role("button", name="Bắt đầu bộ trang").click()
    look()
    bundle = editor.url
    for title in (first, second):
        editor.get_by_label("Trang", exact=True).select_option(label=title)
        editor.get_by_role("button", name="Thêm vào").click()
        expect(editor.get_by_role("row").filter(has_text=title)).to_be_visible()
    open_story(editor, first)
    look()
    editor.get_by_label("Không công khai trước").fill(in_days(3))
    editor.get_by_role("button", name="Đặt giờ này").click()
    expect(editor.get_by_text("Chưa được đăng").first).to_be_visible()
    look()

    reviewer, _see = colleague("nguoi-duyet")
    for title in (first, second):
        approve(reviewer, title)
        until(editor, title, "Đã duyệt, còn giữ")
    editor.goto(f"{DESK}lich/?thang={(datetime.now(HERE) + timedelta(days=3)):%Y-%m}")
    expect(editor.get_by_role("link", name=re.compile(f"Đến giờ cho phép đăng.*{first}"))).to_be_visible()
    look()
    editor.goto(bundle)
    look()
    assert [read(page, title) for title in (first, second)] == [404, 404]
    page.goto("/tin/")
    expect(page.get_by_role("link", name=mark)).to_have_count(0)
    editor.get_by_role("button", name="Đăng tất cả ngay").click()
    expect(editor.get_by_text(re.compile(f"Chưa trang nào được đăng. Còn vướng: “{first}”"))).to_be_visible()

    assert [read(page, title) for title in (first, second)] == [404, 404], "none of it alone"
    open_story(editor, first)
    editor.get_by_label("Vì sao bỏ giờ cho phép đăng").fill("Họp báo sớm hơn dự kiến")
    editor.get_by_role("button", name="Bỏ giờ cho phép đăng").click()
    editor.goto(bundle)
    editor.get_by_role("button", name="Đăng tất cả ngay").click()
    expect(editor.get_by_text("Đã đăng tất cả.")).to_be_visible()
    look()
    for title in (first, second):
        until(editor, title, "Đã đăng")
    for title in (first, second):
        assert read(page, title) == 200
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        expect(page.get_by_text("Ba năm sau nhà ấy trả hết nợ.")).to_be_visible()
    check()
    page.goto("/tin/")
    for title in (first, second):
        expect(page.get_by_role("link", name=title).first).to_be_visible()
    editor.goto(bundle)
    editor.get_by_role("row").filter(has_text=second).get_by_role("link", name="Xem trên cổng").click()
    expect(editor.get_by_role("heading", level=1)).to_have_text(second)
