"""A newcomer's first article, as `docs/huong-dan/bien-tap-vien-moi.md` tells it.

`make guide-pictures` walks the same way and keeps what is seen.
"""

import io
import os
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import expect

from tests.e2e.conftest import DESK, PHONE, enter, watched
from tests.e2e.test_editorial_journeys import approve, in_days, until

pytestmark = pytest.mark.e2e

ALBUM = os.environ.get("GUIDE_PICTURES", "")
"""The folder that takes the pictures; without one the path is only walked."""
TYPED = 600  # milliseconds; the page editor takes a text over a moment after the last key
STORIES = "/ban-lam-viec/toa-soan/"
PAGES = "/ban-lam-viec/trang/"
LIBRARY = "/quan-tri/images/add/"
SHOWN = "Chiếc giỏ đan bằng tre đặt bên bờ sông."
TITLE = "Tổ đan giỏ bên sông có thêm việc"
LEAD = "Các chị đan giỏ lúc rảnh việc đồng, cuối tháng chia tiền theo sản phẩm. Nay tổ có 12 hộ."
STORY = "Ban đầu chỉ có 4 hộ làm. Thấy bán được, các nhà bên cạnh xin vào học nghề."
MENDED = "Các chị đan giỏ lúc rảnh việc đồng, cuối tháng chia tiền theo sản phẩm. Nay tổ có 14 hộ."

WRONG, BECAUSE = "Bài viết tổ có 12 hộ. Đúng là 14 hộ.", "Người viết đếm sót hai hộ mới vào tổ."


class Camera:
    """What a person sees at a browser of their own, looked at as strictly as everywhere, and kept when asked."""

    def __init__(self, page):
        self.page, self.look = page, watched(page)

    def keep(self, name, *, at=None, look=True):
        """The screen with `at` (or the top of the page) in it, as a small WebP."""
        if look:
            self.look()
        self.page.evaluate("document.fonts.ready.then(() => 0)")
        if at is None:
            self.page.evaluate("window.scrollTo(0, 0)")
        else:
            at.evaluate("one => one.scrollIntoView({block: 'center'})")
        if ALBUM:
            Path(ALBUM).mkdir(parents=True, exist_ok=True)
            seen = Image.open(io.BytesIO(self.page.screenshot(animations="disabled"))).convert("RGB")
            seen.save(Path(ALBUM) / f"{name}.webp", quality=78, method=6)


@pytest.fixture
def come(browser, site):
    """`come("phap-che", PHONE)`: one of the sample staff, or nobody, at a screen of this size."""

    def go(name, screen):
        sharp = 2 if screen == PHONE else 1
        context = browser.new_context(viewport=screen, device_scale_factor=sharp, locale="vi-VN", base_url=site.url)
        contexts.append(context)
        page = context.new_page()
        camera = Camera(page)
        if name:
            enter(page, site, name)
        return page, camera

    contexts = []
    yield go
    for context in contexts:
        context.close()


@pytest.mark.parametrize("screen", [DESK], ids=["path"])
def test_a_newcomers_first_article(come, mark):
    mark = "" if ALBUM else f" {mark}"  # a site of its own needs no mark in its pictures
    title, asked = f"{TITLE}{mark}", f"Viết về tổ đan giỏ của ấp{mark}"
    chief, seen_by_chief = come("nguoi-duyet", DESK)
    order(chief, asked)
    visitor, phone = come("", PHONE)
    visitor.goto("/tai-khoan/login/")
    phone.keep("01-dang-nhap")
    officer, phone = come("bien-tap-xa", PHONE)
    phone.keep("02-viec-hom-nay", at=officer.get_by_role("link", name=asked))
    officer.get_by_role("link", name=asked).first.click()
    phone.keep("03-don-dat-bai", at=officer.get_by_role("button", name="Nhận làm"))
    officer.get_by_role("button", name="Nhận làm").click()
    commission = officer.url

    writer, desk = come("bien-tap-xa", DESK)
    add_picture(writer, f"Giỏ đan bên sông{mark}", desk)
    write(writer, title, f"Giỏ đan bên sông{mark}", desk)
    send(writer, desk)
    officer.goto(commission)
    officer.get_by_label("Trang đang viết").select_option(label=title)
    phone.keep("08-giao-bai", at=officer.get_by_label("Trang đang viết"))
    officer.get_by_role("button", name="Giao bài").click()
    expect(officer.get_by_text("Đã giao. Giờ tới lượt người đặt đọc.")).to_be_visible()

    chief.goto("/ban-lam-viec/duyet/")
    chief.get_by_role("link", name=title).first.click()
    seen_by_chief.keep("09-nguoi-duyet")
    chief.get_by_role("button", name="Duyệt đúng bản này").click()
    chief.goto(commission)
    seen_by_chief.keep("10-nghiem-thu", at=chief.get_by_role("button", name="Nghiệm thu"))
    chief.get_by_role("button", name="Nghiệm thu").click()
    expect(chief.get_by_text("Đã nghiệm thu.").first).to_be_visible()
    until(writer, title, "Đã đăng").get_by_role("link", name=title).click()
    address = writer.get_by_role("link", name="Xem trên cổng").get_attribute("href")
    visitor, phone = come("", PHONE)
    visitor.goto(address)
    expect(visitor.get_by_role("heading", level=1)).to_have_text(title)
    expect(visitor.locator("main figure.picture img").first).to_have_attribute("alt", SHOWN)
    phone.keep("11-tren-cong")

    correct(writer, title, desk)
    approve(chief, title)
    until(writer, title, "Đã đăng, có sửa")
    visitor.goto(address)
    expect(visitor.get_by_text("Nay tổ có 14 hộ.")).to_be_visible()
    expect(visitor.get_by_text("Nay tổ có 12 hộ.")).to_have_count(0)
    phone.keep("13-dinh-chinh-tren-cong", at=visitor.get_by_text("Đính chính").last)
    visitor.goto("/dinh-chinh/")
    told = visitor.locator("main li").filter(has_text=title)
    expect(told).to_contain_text(WRONG)
    expect(told).to_contain_text(BECAUSE)
    translate(writer, title, desk)
    ask_the_law(writer, come, mark)


def order(chief, asked):
    """The chief orders a piece from the commune's editor."""
    chief.goto(f"{STORIES}dat-bai/moi/")
    chief.get_by_label("Cần bài gì").fill(asked)
    chief.get_by_label("Hạn giao").fill(in_days(2))
    people = chief.get_by_label("Đặt người của cơ quan")
    people.select_option(label=people.locator("option", has_text="Biên tập viên xã").first.inner_text())
    chief.get_by_role("button", name="Đặt bài này").click()
    expect(chief.get_by_role("heading", level=1)).to_have_text(asked)


def add_picture(page, name, desk):
    """Into the library: the file, what it shows, whether somebody can be recognised."""
    page.goto(LIBRARY)
    page.locator("#id_file").set_input_files({"name": "gio.jpg", "mimeType": "image/jpeg", "buffer": photo()})
    page.locator("#id_title").fill(name)
    page.locator("#id_description").fill(SHOWN)
    page.locator("#id_shows_people").select_option(label="Không")
    desk.keep("04-them-anh", look=False)  # Wagtail's own page
    page.locator("main form [type=submit]").first.click()
    expect(page.get_by_text(name).first).to_be_visible()


def photo():
    """A basket on a river bank, drawn."""
    picture = Image.new("RGB", (1200, 800), "#cfe3e6")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 430, 1200, 640), fill="#7fb0a6")
    pen.rectangle((0, 600, 1200, 800), fill="#c9b186")
    for row in range(8):
        for column in range(12):
            left, top = 400 + column * 34, 480 + row * 28
            pen.rectangle((left, top, left + 30, top + 24), fill=("#8a5a2b", "#a9743c")[(row + column) % 2])
    pen.arc((420, 330, 790, 640), 180, 360, fill="#8a5a2b", width=16)
    out = io.BytesIO()
    picture.save(out, "JPEG")
    return out.getvalue()


def write(page, title, picture, desk):
    """The page editor: title, lead, the cover, the story's first paragraph."""
    page.goto(PAGES)
    page.get_by_role("link", name="Viết bài").click()
    page.get_by_role("textbox", name="Tiêu đề").fill(title)
    page.get_by_role("textbox", name="Lời dẫn").fill(LEAD)
    page.locator("[data-chooser-action-choose]").first.click()
    page.locator(".modal").get_by_text(picture).first.click()
    desk.keep("06-chon-anh", at=page.locator(".image-chooser").first, look=False)
    page.get_by_role("button", name="Chèn khối").first.click()
    page.get_by_role("option", name="Đoạn văn").click()
    put(page, STORY)
    desk.keep("05-viet-bai", look=False)  # Wagtail's own page
    expect(page.get_by_text("Đang lưu").first).to_be_hidden(timeout=15_000)
    page.get_by_role("button", name="Việc khác").click()
    page.get_by_role("button", name="Gửi duyệt").click()
    page.wait_for_url("**/kiem-tra/")


def put(page, text):
    """Type into the first rich text of the page editor."""
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.type(text)
    page.wait_for_timeout(TYPED)


def send(page, desk):
    """The content checks: a word of why for each warning, then out of hand."""
    for box in page.locator("main form").get_by_role("textbox").all():
        box.fill("Số của tổ, trưởng ấp đã xác nhận.")
    desk.keep("07-kiem-tra")
    page.get_by_role("button", name="Gửi duyệt").click()
    page.wait_for_url(f"**{PAGES}")


def correct(page, title, desk):
    """A figure was wrong: mend it, say so, send it."""
    page.goto(PAGES)
    page.get_by_role("link", name=title, exact=True).click()
    page.get_by_role("textbox", name="Lời dẫn").fill(MENDED)
    page.get_by_role("button", name="Việc khác").click()
    page.get_by_role("button", name="Gửi duyệt").click()
    page.wait_for_url("**/kiem-tra/")
    page.get_by_label("Đính chính: bản trước sai").check()
    page.get_by_label("Sai chỗ nào").fill(WRONG)
    page.get_by_label("Vì sao sai").fill(BECAUSE)
    for box in page.locator("main form input[type=text]").all():
        box.fill("Trưởng ấp đã xác nhận.")
    desk.keep("12-dinh-chinh", at=page.get_by_label("Vì sao sai"))
    page.get_by_role("button", name="Gửi duyệt").click()
    page.wait_for_url(f"**{PAGES}")


def translate(page, title, desk):
    """A draft in English begins from what is published, and stands beside it."""
    page.goto(f"{PAGES}dich/?ngon-ngu=en")
    desk.keep("14-ban-dich")
    page.get_by_role("row").filter(has_text=title).get_by_role("button", name="Dịch").click()
    page.get_by_role("textbox", name="Tiêu đề").fill("The basket weavers by the river have more work")
    page.get_by_role("button", name="Lưu nháp").click()
    page.goto(f"{PAGES}dich/?ngon-ngu=en")
    page.get_by_role("row").filter(has_text=title).get_by_role("link", name="Hai bản cạnh nhau").click()
    desk.keep("15-hai-ban-canh-nhau")


def ask_the_law(page, come, mark):
    """A page on policy goes to the legal officer before anybody approves it."""
    question = f"Muốn vay vốn học nghề thì hỏi ai?{mark}"
    page.goto(PAGES)
    page.get_by_text("Viết loại khác").click()
    page.get_by_role("link", name="Câu hỏi").click()
    page.get_by_role("textbox", name="Tiêu đề").fill(question)
    put(page, "Bà con hỏi cán bộ xã. Cán bộ đưa mẫu đơn và chỉ chỗ nộp.")
    page.get_by_role("button", name="Việc khác").click()
    page.get_by_role("button", name="Gửi duyệt").click()
    page.wait_for_url("**/kiem-tra/")
    for box in page.locator("main form").get_by_role("textbox").all():
        box.fill("Đã xem.")
    page.get_by_role("button", name="Gửi kiểm tra pháp lý").click()
    page.wait_for_url(f"**{PAGES}")
    officer, desk = come("phap-che", DESK)
    officer.get_by_role("link", name=f"Kiểm tra pháp lý: {question}").first.click()
    desk.keep("16-phap-che")
    officer.get_by_role("button", name="Đúng pháp luật").click()
    expect(officer.get_by_text(question)).to_have_count(0)
