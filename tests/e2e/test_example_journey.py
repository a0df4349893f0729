"""From a hamlet's contributor to a page and to whoever follows: put forward, seen by somebody else, told, counted."""

import re

import pytest
from playwright.sync_api import expect

from lantoa.kernel.clock import today

pytestmark = pytest.mark.e2e


def test_an_example_goes_from_a_contributor_to_those_who_follow(colleague, mark):
    contributor, look = colleague("cong-tac-vien")
    contributor.goto("/ban-lam-viec/guong-mo-hinh/")
    look()
    contributor.get_by_role("link", name="Đề cử").first.click()
    contributor.get_by_role("button", name="Đề cử").click()
    expect(contributor.get_by_role("heading", name=re.compile("chưa|sửa|lỗi", re.IGNORECASE)).first).to_be_visible()
    look()
    contributor.get_by_role("textbox", name="Ai, hoặc cách làm nào").fill(f"Chị Hường {mark}")
    contributor.get_by_label("Xã, phường").select_option(index=1)
    contributor.get_by_role("textbox", name="Đã làm gì, được gì").fill("Chị thả cua thưa, ba mùa sau chỉ lại cả xóm.")
    contributor.get_by_role("button", name="Đề cử").click()
    expect(contributor.get_by_role("heading", level=1)).to_have_text(f"Chị Hường {mark}")
    look()
    address = contributor.url

    reviewer, look = colleague("nguoi-duyet")
    reviewer.goto(address)
    reviewer.get_by_label("Ngày đến tận nơi xem").fill(str(today()))
    reviewer.get_by_label("Anh chị thấy gì, ai xác nhận").fill("Có xem hai vuông; trưởng ấp xác nhận.")
    reviewer.get_by_label("Ngày họ đồng ý cho kể").fill(str(today()))
    look()
    reviewer.get_by_role("button", name="Tôi đã xem: xác minh").click()
    expect(reviewer.get_by_text("Đã xác minh. Biên tập viên có thể viết trang.")).to_be_visible()

    editor, look = colleague("bien-tap")
    editor.goto(address)
    editor.get_by_label("Tiêu đề").fill(f"Ba mùa cua {mark}")
    editor.get_by_label("Hai câu mở đầu").fill("Một xóm học theo một người.")
    editor.get_by_role("button", name=re.compile("nháp")).click()
    expect(editor.get_by_role("link", name=f"Ba mùa cua {mark}")).to_be_visible()
    look()
    editor.locator("summary", has_text="Ghi nơi làm theo").click()
    editor.get_by_label("Bao nhiêu hộ hoặc nhóm").fill("7")
    editor.get_by_role("button", name="Lưu con số").click()
    expect(editor.locator("td.num")).to_have_text("7")
    look()

    contributor.goto(address)
    contributor.locator("summary", has_text="Họ không đồng ý nữa").click()
    contributor.locator("#withdraw").get_by_role("button").click()
    expect(contributor.get_by_text("Chỉ còn lại các bước đã quyết.")).to_be_visible()
    expect(contributor.get_by_text(f"Chị Hường {mark}")).to_have_count(0)
