"""From Zalo to SMS to the door: a broadcast that does not give up, at a phone and at a desk."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.test_staff_journeys import WAIT, approved_message, go, titled

pytestmark = pytest.mark.e2e


@pytest.fixture
def stubborn(site):
    """Zalo refuses one in three, SMS one in two."""
    site.stand_in("zalo", "_behave", refuse=0.3)
    site.stand_in("sms", "_behave", refuse=0.5)
    yield
    site.stand_in("zalo", "_behave", refuse=0.0)
    site.stand_in("sms", "_behave", refuse=0.0)


def figure(text):
    """The first figure of a line."""
    return int(re.search(r"[\d.]+", text).group().replace(".", ""))


@pytest.mark.usefixtures("stubborn")
def test_who_is_not_reached_goes_on_to_sms_and_is_visited_at_last(colleague):
    title = titled("Hỗ trợ sửa nhà")
    approved_message(colleague, title)
    page, check = colleague("can-bo-kenh")
    go(page, "Lan tỏa")
    page.get_by_role("link", name="Lần gửi mới").click()
    page.get_by_role("link", name=title).click()
    page.get_by_label("Nhóm người nhận").select_option("Bà con toàn tỉnh (mẫu)")
    for name in ("Thư điện tử", "SMS", "Hộp thư trên cổng"):
        page.get_by_role("checkbox", name=name).uncheck()
    page.locator("summary", has_text="Nâng cao").click()
    page.get_by_label("Bước 1: thì gửi qua").select_option("Zalo")
    page.get_by_role("button", name="Đếm người nhận").click()
    expect(page.get_by_role("alert")).to_contain_text("Kênh này đã được đánh dấu ở trên.")
    check()
    page.get_by_label("Bước 1: thì gửi qua").select_option("SMS")
    page.get_by_label("Bước 2: thì gửi qua").select_option("Gặp tận nơi")
    page.get_by_role("radio", name="Nhiều hơn").check()
    page.get_by_label("Kinh phí, tính bằng đồng").fill("500.000")
    page.get_by_role("button", name="Tính thử chi phí").click()
    expect(page.get_by_text("Theo giá đã nhập")).to_be_visible()
    expect(page.get_by_label("Kinh phí, tính bằng đồng")).to_have_value("500.000")
    check()
    page.get_by_role("button", name="Đếm người nhận").click()
    expect(page.get_by_role("heading", name="Từ kênh này sang kênh khác")).to_be_visible()
    check()
    page.get_by_role("link", name=re.compile(r"^Gửi tới [\d.]+ người$")).click()
    page.get_by_role("button", name=re.compile("^Gửi tới")).click()

    steps = page.locator(".timeline > li")
    expect(steps.nth(2)).to_contain_text(re.compile(r"[1-9][\d.]* người đang ở bước này"), timeout=WAIT)
    expect(steps.nth(1)).to_contain_text(re.compile(r"[1-9][\d.]* người đang ở bước này"), timeout=WAIT)
    page.get_by_role("button", name="Tạm dừng").click()
    expect(page.get_by_role("button", name="Cho chạy tiếp")).to_be_visible()
    check()
    whole = figure(page.locator(".equation b").first.inner_text())
    assert sum(figure(step.locator("b").inner_text()) for step in steps.all()) == whole

    page.get_by_role("link", name="Xem cần gặp ai").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Cần gặp tận nơi")
    check()
    page.get_by_role("row").nth(1).get_by_role("link").click()
    check()
    waiting = figure(page.locator("#people").inner_text())
    first = page.locator(".visits h3").first.inner_text()
    page.get_by_role("button", name=f"Đã gặp {first}").click()
    expect(page.get_by_text("Đã ghi: đã gặp và đã nói.")).to_be_visible()
    assert figure(page.locator("#people").inner_text()) == waiting - 1
    page.get_by_role("link", name="Danh sách in giấy").click()
    expect(page.get_by_role("heading", name="Lời cần nói")).to_be_visible()
    check()
    page.goto("/ban-lam-viec/")
    expect(page.get_by_role("link", name=re.compile(r"^Gặp tận nơi [\d.]+ người$")).first).to_be_visible()
    check()
