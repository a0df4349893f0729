"""A reader looks at the figures, finds a commune by map, by keyboard and by its old name, and takes data along."""

import csv
import io
import re
import urllib.request

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.e2e

MOST_BYTES, MOST_REQUESTS = 130_000, 10


def test_a_reader_finds_a_commune_on_the_map_and_in_the_table(page, site, check):
    page.goto("/so-lieu/?so=events")
    expect(page.get_by_role("heading", level=1, name=re.compile("Đã làm gì, đã nghe gì"))).to_be_visible()
    expect(page.get_by_role("img", name=re.compile("^Đối thoại, sự kiện theo tháng"))).to_be_visible()
    check()
    first = page.locator(".tilemap a").first
    target = first.get_attribute("href")
    first.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(re.escape(target) + "$"))
    expect(page.locator(target)).to_be_in_viewport()

    page.get_by_label("Xã, phường, theo tên nay hoặc tên cũ").select_option(index=3)
    page.locator("#xa + input + input + button").click()
    expect(page.locator("#tra-cuu dl")).to_be_visible()
    check()

    page.get_by_role("link", name="Câu hỏi, ý kiến đã nhận").click()
    expect(page.get_by_text("không nêu").first).to_be_visible()
    check()


def test_the_page_of_figures_is_light(page, site):
    weights = []
    page.on("requestfinished", lambda request: weights.append(request.sizes()["responseBodySize"]))
    page.goto("/so-lieu/", wait_until="networkidle")
    assert sum(weights) <= MOST_BYTES
    assert len(weights) <= MOST_REQUESTS


def test_a_programmer_finds_the_data_and_what_the_columns_mean(page, site, check):
    page.goto("/du-lieu-mo/")
    expect(page.get_by_text("chưa công bố giấy phép")).to_be_visible()
    check()
    page.get_by_role("main").get_by_role("link", name="Đơn vị hành chính", exact=True).first.click()
    expect(page.get_by_role("rowheader", name="tu_ngay")).to_be_visible()
    check()
    with urllib.request.urlopen(f"{site.url}/du-lieu-mo/don-vi.csv", timeout=60) as answer:
        rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8")))
    assert sum(row["cap"] == "3" and not row["den_ngay"] for row in rows) == 64
