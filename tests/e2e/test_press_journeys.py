"""The press room in a browser: two editors on one kit, a journalist before the hour, a question, a piece, a report."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.e2e.test_editorial_journeys import HERE, typed

pytestmark = pytest.mark.e2e

PRESS = "/ban-lam-viec/bao-chi/"
PDF = b"%PDF-1.7\n" + b"So lieu quy ba. " * 200
SUMMARY, TEXT = "Ba trăm hộ vay vốn, hai trăm hộ thoát nghèo.", "Sáng nay, Sở công bố kết quả."


def written(page, name):
    """A field of the form by the beginning of its label."""
    return page.get_by_role("textbox", name=re.compile(f"^{name}"))


def hour(days):
    """A whole hour, some days from now, as the browser's own field takes it."""
    return typed((datetime.now(HERE) + timedelta(days=days)).replace(minute=0))


def begin_kit(page, look, title):
    """Write a kit under embargo; ends on its page, whose address it returns."""
    page.goto(f"{PRESS}bo-tai-lieu/")
    look()
    page.get_by_role("link", name="Soạn bộ tài liệu").first.click()
    look()
    written(page, "Tiêu đề").fill(title)
    written(page, "Tóm tắt").fill(SUMMARY)
    written(page, "Nội dung cho tòa soạn").fill(TEXT)
    page.get_by_label("Không đăng trước").fill(hour(3))
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_text("Hãy ghi số điện thoại hoặc thư điện tử").first).to_be_visible()
    expect(written(page, "Nội dung cho tòa soạn")).to_have_value(TEXT)
    look()
    written(page, "Điện thoại cơ quan").fill("0290 383 1234")
    page.get_by_role("button", name="Lưu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    look()
    return page.url


def released_kit(colleague, title):
    """A kit under embargo, written by the editor and released by the reviewer: its address on the desk, the editor."""
    editor, look = colleague("bien-tap")
    kit = begin_kit(editor, look, title)
    send(editor)
    release(*colleague("nguoi-duyet"), title)
    return kit, editor, look


def send(page):
    """Send the kit for release."""
    page.get_by_role("button", name="Gửi để công bố").click()
    expect(page.get_by_text("Một người không tham gia soạn sẽ đọc").first).to_be_visible()


def release(page, look, title):
    """Release, as a person who wrote none of it, exactly what was sent."""
    page.goto("/ban-lam-viec/duyet/")
    page.get_by_role("link", name=title).first.click()
    look()
    page.get_by_role("button", name="Duyệt đúng bản này").click()
    expect(page.get_by_text(f"Đã duyệt “{title}”")).to_be_visible()


def way(mail, door):
    """The address in a mail that leads through this door."""
    return re.search(rf"/bao-chi/{door}/\S+", mail["text"]).group()


def figure(page, row):
    """A number of the report by the beginning of its row."""
    found = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(f"^{row}")))
    return int(found.get_by_role("cell").last.inner_text().replace(".", ""))


def report(page):
    """Today's figures of the department: what the press asked, what we answered, what it told online."""
    page.goto("/ban-lam-viec/bao-cao/")
    today = datetime.now(HERE).date().isoformat()
    page.get_by_label("Kỳ báo cáo").select_option("Ngày khác, điền bên dưới")
    page.get_by_label("Từ ngày").fill(today)
    page.get_by_label("Đến ngày").fill(today)
    page.get_by_role("button", name="Đếm ngay").click()
    expect(page.get_by_role("heading", name="Báo chí hỏi")).to_be_visible()
    return [figure(page, row) for row in ("Yêu cầu của nhà báo", "Trong đó đã trả lời", "Báo điện tử")]


def test_two_editors_write_one_kit_and_nothing_is_lost(colleague, mark):
    title = f"Kết quả vay vốn {mark}"
    first, look = colleague("bien-tap")
    kit = begin_kit(first, look, title)
    second, see = colleague("nguoi-duyet")
    second.goto(kit)
    see()
    second.get_by_role("link", name="Sửa").click()
    see()
    first.get_by_role("link", name="Sửa").click()
    written(first, "Tóm tắt").fill("Bốn trăm hộ vay vốn.")
    first.get_by_role("button", name="Lưu").click()
    expect(first.get_by_text("Đã lưu. Chưa công bố thì bên ngoài chưa thấy.")).to_be_visible()

    written(second, "Nội dung cho tòa soạn").fill(f"{TEXT}\n\nCòn một trăm hộ chờ vay.")
    second.get_by_role("button", name="Lưu").click()
    expect(second.get_by_text(re.compile("đã lưu phiên bản 2 trong lúc anh chị viết")).first).to_be_visible()
    expect(second.get_by_text("Trong lúc đó đã đổi: Tóm tắt.").first).to_be_visible()
    expect(written(second, "Nội dung cho tòa soạn")).to_have_value(re.compile("Còn một trăm hộ chờ vay"))
    see()
    written(second, "Tóm tắt").fill("Bốn trăm hộ vay vốn.")
    second.get_by_role("button", name="Lưu").click()
    expect(second.get_by_role("heading", level=1)).to_have_text(title)
    expect(second.get_by_text("Bốn trăm hộ vay vốn.")).to_be_visible()
    expect(second.get_by_text("Còn một trăm hộ chờ vay.")).to_be_visible()

    send(second)
    release(*colleague("lanh-dao"), title)
    first.goto(kit)
    expect(first.get_by_text("Chưa đến giờ được đăng").first).to_be_visible()
    look()


def register(page, check, mailbox, address, outlet):
    """A journalist registers and confirms the address by the link that was mailed."""
    page.goto("/bao-chi/")
    check()
    page.get_by_role("link", name="Đăng ký nhà báo").first.click()
    page.get_by_role("button", name="Gửi liên kết cho tôi").click()
    expect(page.get_by_text("Hãy ghi tên bạn.").first).to_be_visible()
    check()
    written(page, "Họ và tên").fill("Trần Thị Báo")
    written(page, "Báo, đài hoặc tòa soạn").fill(outlet)
    written(page, "Thư điện tử cơ quan báo").fill(address)
    page.get_by_role("button", name="Gửi liên kết cho tôi").click()
    expect(page.get_by_text("Liên kết đang được gửi")).to_be_visible()
    check()
    page.goto(way(mailbox(address, awaited=1)[0], "xac-nhan"))
    check()
    page.get_by_role("button", name="Đúng, đăng ký cho tôi").click()
    expect(page.get_by_role("heading", name="Đã xác nhận. Cảm ơn bạn")).to_be_visible()
    check()


def admit(page, look, outlet):
    """Staff give the journalist access."""
    page.goto(f"{PRESS}nha-bao/")
    look()
    page.get_by_role("link", name=outlet).click()
    look()
    page.get_by_role("button", name="Cho vào").click()
    expect(page.get_by_text("Đã nhận đăng ký.").first).to_be_visible()


def come_in(page, check, mailbox, address):
    """The journalist enters by a link that works once."""
    page.goto("/bao-chi/vao/")
    check()
    written(page, "Thư điện tử cơ quan báo").fill(address)
    page.get_by_role("button", name="Gửi liên kết cho tôi").click()
    expect(page.get_by_text("Nếu địa chỉ này đã đăng ký, liên kết đang được gửi")).to_be_visible()
    page.goto(way(mailbox(address, awaited=3)[2], "vao"))
    check()
    page.get_by_role("button", name="Vào", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Phòng báo chí")
    check()


def ask(page, check, subject):
    """The journalist asks the province for figures by tomorrow."""
    page.goto("/bao-chi/nha-bao/")
    page.get_by_role("link", name="Gửi câu hỏi").first.click()
    check()
    written(page, "Nội dung ngắn gọn").fill(subject)
    written(page, "Câu hỏi của bạn").fill("Bao nhiêu hộ đã vay?")
    page.get_by_role("radio", name="Số liệu").check()
    page.get_by_label("Bạn cần trước lúc nào?").fill(hour(1))
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_text("Hãy chọn nơi bạn hỏi").or_(page.get_by_text("Hãy chọn")).first).to_be_visible()
    expect(written(page, "Nội dung ngắn gọn")).to_have_value(subject)
    check()
    page.get_by_label("Bạn hỏi nơi nào?").select_option(index=1)
    page.get_by_role("button", name="Gửi yêu cầu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(subject)
    check()
    return page.url.partition("?")[0]


def answer(page, look, subject):
    """Staff answer with words and a file."""
    page.goto(f"{PRESS}yeu-cau/")
    look()
    page.get_by_role("link", name=subject).click()
    look()
    written(page, "Trả lời").fill("Ba trăm hộ.")
    page.get_by_label("Tệp").set_input_files({"name": "so-lieu.pdf", "mimeType": "application/pdf", "buffer": PDF})
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_text("Đã trả lời. Nhà báo được báo qua thư.")).to_be_visible()
    look()


def log(page, look, title, outlet):
    """Staff log what was printed; the same address twice on a day is refused with everything typed."""
    for again in (False, True):
        page.goto(PRESS)
        page.get_by_role("link", name="Ghi một tin, bài").first.click()
        look()
        page.get_by_role("radio", name="Báo điện tử").check()
        written(page, "Báo, đài").fill(outlet)
        written(page, "Tên tin, bài").fill(title)
        page.get_by_label("Ngày đăng, phát").fill(datetime.now(HERE).date().isoformat())
        written(page, "Liên kết").fill(f"https://bao-thu.example/{title.rpartition(' ')[2]}")
        page.get_by_role("button", name="Ghi vào sổ").click()
        if again:
            expect(page.get_by_text("đã có trong sổ ngày đó").first).to_be_visible()
            expect(written(page, "Tên tin, bài")).to_have_value(title)
        else:
            expect(page.get_by_text("Tin, bài được tính vào báo cáo của ngày đó.")).to_be_visible()
        look()


def test_a_journalist_reads_before_the_hour_asks_is_answered_and_it_counts(
    page, check, colleague, mailbox, new_context, mark
):
    title, outlet, address = f"Rà soát hộ nghèo {mark}", f"Báo Thử {mark}", f"nb-{mark}@bao-thu.example"
    kit, editor, look = released_kit(colleague, title)
    register(page, check, mailbox, address, outlet)
    admit(editor, look, outlet)
    come_in(page, check, mailbox, address)
    page.get_by_role("link", name=title).click()
    expect(page.get_by_text(re.compile("^Không đăng trước")).first).to_be_visible()
    expect(page.get_by_text(TEXT)).to_be_visible()
    check()

    stranger = new_context().new_page()
    stranger.goto("/bao-chi/")
    expect(stranger.get_by_text(title)).to_have_count(0)
    assert stranger.goto(kit.replace("/ban-lam-viec/bao-chi/bo-tai-lieu/", "/bao-chi/")).status == 404
    stranger.goto(page.url)
    expect(stranger.get_by_text(TEXT)).to_have_count(0)
    editor.goto(kit)
    expect(editor.get_by_role("link", name=outlet)).to_be_visible()  # who saw it before the hour is on record
    look()

    leader, watch = colleague("lanh-dao")
    asked, answered, told = report(leader)
    request = ask(page, check, f"Vay vốn {mark}")
    answer(editor, look, f"Vay vốn {mark}")
    assert "Chúng tôi đã trả lời yêu cầu của bạn." in mailbox(address, awaited=4)[3]["text"]
    page.goto(request)
    expect(page.get_by_text("Ba trăm hộ.")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("link", name=re.compile("Tải")).first.click()
    assert saved.value.path().read_bytes() == PDF
    check()
    log(editor, look, title, outlet)
    assert report(leader) == [asked + 1, answered + 1, told + 1]
    watch()
