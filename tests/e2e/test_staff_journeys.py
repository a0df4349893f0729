"""Days at the desk: an editor's, a reviewer's, a channel officer's, a leader's; at a phone and at a desk."""

import csv
import re
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import docx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import send_through_checks

pytestmark = pytest.mark.e2e

TEXT = (
    "Từ tháng này, hộ cận nghèo được hỗ trợ đóng bảo hiểm y tế. Mang căn cước tới ấp, khóm để ghi tên. "
    "Không ai phải nộp tiền làm hồ sơ."
)
BASIS = "Nghị định 07/2021/NĐ-CP"
WAIT = 60_000  # milliseconds for what the worker and the stand-ins do


def titled(words):
    """A title no other test has."""
    return f"{words} {uuid.uuid4().hex[:6]}"


def go(page, room):
    """Enter a room by the rail, or on a phone by what "Thêm" opens."""
    rail = page.get_by_role("navigation", name="Công việc")
    if not rail.is_visible():
        page.get_by_role("link", name="Thêm").click()
    rail.get_by_role("link", name=re.compile(f"^{room}")).first.click()


def write(page, check, title, text=TEXT):
    """Begin a message from nothing; ends in the composer."""
    page.goto("/ban-lam-viec/")
    page.get_by_role("link", name="Soạn tin mới").click()
    check()
    page.get_by_label("Tiêu đề").fill(title)
    page.get_by_label("Cần nói điều gì?").fill(text)
    page.get_by_label("Căn cứ pháp luật").fill(BASIS)
    page.get_by_role("button", name="Tạo các dạng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def card(page, channel):
    """One channel's form in the composer."""
    return page.get_by_role("article").filter(has=page.get_by_role("heading", name=channel, exact=True))


def rewrite(page, channel, text):
    """Give one channel words of its own and save."""
    form = card(page, channel)
    form.locator("summary").filter(has_text="Sửa lời").click()
    form.get_by_label("Nội dung").fill(text)
    page.get_by_role("button", name="Lưu và xem").click()
    expect(page.get_by_text("Đã lưu. Chưa ai nhận được tin này.")).to_be_visible()


def ask(page, number):
    """Send the text as it stands for approval."""
    page.get_by_role("button", name=f"Gửi duyệt bản {number}").click()
    expect(page.get_by_text("Đã gửi duyệt. Người thứ hai sẽ đọc đúng những chữ này.")).to_be_visible()


def open_waiting(page, title):
    """Open, from "my work today", the text that waits for its reader."""
    page.goto("/ban-lam-viec/")
    go(page, "Duyệt")
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)


def approved_message(colleague, title):
    """A message written by the editor and approved by the reviewer."""
    editor, look = colleague("bien-tap")
    write(editor, look, title)
    ask(editor, 1)
    reviewer, _look = colleague("nguoi-duyet")
    open_waiting(reviewer, title)
    reviewer.get_by_role("button", name="Duyệt đúng bản này").click()
    expect(reviewer.get_by_text(f"Đã duyệt “{title}”")).to_be_visible()


def test_an_editor_writes_a_message_sees_every_form_tests_it_and_asks(colleague, site):
    title = titled("Bảo hiểm y tế cho hộ cận nghèo")
    page, check = colleague("bien-tap")
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc của tôi hôm nay")
    check()
    go(page, "Soạn tin")
    check()
    write(page, check, title)
    check()
    for channel in ("Hộp thư trên cổng", "Zalo"):
        expect(card(page, channel)).to_contain_text("Không ai phải nộp tiền làm hồ sơ.")
    mail = page.frame_locator('iframe[title="Thư như người nhận mở ra"]')
    expect(mail.get_by_role("heading", level=1)).to_have_text(title)
    expect(mail.get_by_role("link", name="Ngừng nhận tin")).to_be_visible()

    rewrite(page, "SMS", "Hộ cận nghèo được hỗ trợ bảo hiểm y tế. Báo trưởng ấp để ghi tên nhé!!")
    check()
    expect(card(page, "SMS")).to_contain_text("1 tin, 70 / 70 ký tự")
    rewrite(page, "SMS", "Hộ cận nghèo được hỗ trợ bảo hiểm y tế. Báo trưởng ấp để ghi tên nhé!!!")
    expect(card(page, "SMS")).to_contain_text("2 tin, 71 / 134 ký tự")
    card(page, "SMS").locator("summary").filter(has_text="Không dấu: 1 tin").click()
    expect(card(page, "SMS")).to_contain_text("Ho can ngheo duoc ho tro bao hiem y te. Bao truong ap de ghi ten nhe!!!")

    page.get_by_role("button", name="Gửi thử cho tôi Thư điện tử").click()
    expect(page.get_by_text("Tin thử đang tới máy của mình, không tính vào đâu cả.")).to_be_visible()
    taken = site.stand_in("smtp", "_ledger?full=1")["messages"]
    assert [mail["address"] for mail in taken if mail["text"] == title] == ["bien-tap@lantoa.example"]

    ask(page, 1)
    check()
    expect(page.get_by_text("Đang chờ duyệt")).to_be_visible()
    go(page, "Duyệt")
    page.get_by_role("link", name="Tôi đã gửi").click()
    check()
    expect(page.get_by_role("row").filter(has_text=title)).to_contain_text("Chờ duyệt")


def test_an_editor_writes_a_page_in_the_page_editor_and_submits_it(colleague):
    title = titled("Chuyện ở ấp: nuôi cua thoát nghèo")
    page, check = colleague("bien-tap")
    go(page, "Trang, bài")
    check()
    page.get_by_role("link", name="Viết bài").click()
    expect(page).to_have_url(re.compile("/quan-tri/pages/add/newsroom/articlepage/"))
    page.get_by_role("textbox", name="Tiêu đề").fill(title)
    page.get_by_role("textbox", name="Lời dẫn").fill("Vay 50 triệu đồng, ba năm sau nhà ấy trả hết nợ.")
    send_through_checks(page)
    row = page.get_by_role("row").filter(has_text=title)
    expect(row).to_contain_text("Chờ duyệt")
    check()

    reviewer, look = colleague("nguoi-duyet")
    open_waiting(reviewer, title)
    expect(reviewer.get_by_text("Vay 50 triệu đồng, ba năm sau nhà ấy trả hết nợ.")).to_be_visible()
    look()


def test_a_reviewer_returns_a_text_approves_the_next_and_a_comma_voids_it(colleague):
    title = titled("Vay vốn làm ăn")
    author, see = colleague("bien-tap")
    write(author, see, title)
    ask(author, 1)

    reviewer, check = colleague("nguoi-duyet")
    check()
    expect(reviewer.get_by_role("link", name=title)).to_be_visible()
    go(reviewer, "Duyệt")
    check()
    open_waiting(reviewer, title)
    check()
    for channel in ("Hộp thư trên cổng", "Thư điện tử", "Zalo", "SMS"):
        expect(reviewer.get_by_role("heading", name=channel)).to_be_visible()
    expect(reviewer.get_by_text("Không ai phải nộp tiền làm hồ sơ.").first).to_be_visible()
    reviewer.get_by_role("button", name="Trả lại để sửa").click()
    expect(reviewer.get_by_text("Ghi rõ cần sửa chỗ nào để người soạn sửa được.").first).to_be_visible()
    check()
    reviewer.get_by_label("Lời nhắn cho người soạn").fill("Ghi thêm hạn chót để bà con kịp làm.")
    reviewer.get_by_role("button", name="Trả lại để sửa").click()
    expect(reviewer.get_by_text(f"Đã trả lại “{title}” cho người soạn.")).to_be_visible()

    author.goto("/ban-lam-viec/")
    see()
    author.get_by_role("link", name=f"Sửa lại: {title}").click()
    expect(author.get_by_text("Ghi thêm hạn chót để bà con kịp làm.")).to_be_visible()
    see()
    rewrite(author, "Zalo", f"{title}\n\n{TEXT}\nHạn chót 30/12, báo trưởng ấp.")
    ask(author, 2)
    author.goto("/ban-lam-viec/duyet/da-gui/")
    author.get_by_role("row").filter(has_text=title).filter(has_text="Chờ duyệt").get_by_role("link").click()
    expect(author.get_by_text("Người soạn không tự duyệt được. Phải có người khác đọc và quyết định.")).to_be_visible()
    expect(author.get_by_role("button", name="Duyệt đúng bản này")).to_have_count(0)
    see()

    open_waiting(reviewer, title)
    expect(reviewer.get_by_text("Hạn chót 30/12, báo trưởng ấp.")).to_be_visible()
    reviewer.get_by_role("button", name="Duyệt đúng bản này").click()
    expect(reviewer.get_by_text(f"Đã duyệt “{title}”.")).to_be_visible()
    reviewer.goto("/ban-lam-viec/duyet/da-duyet/")
    check()
    reviewer.get_by_role("link", name=title).first.click()
    expect(reviewer.get_by_text("Đã duyệt đúng bản này")).to_be_visible()
    check()

    go(author, "Soạn tin")
    author.get_by_role("link", name=title).click()
    expect(author.get_by_text("Đã duyệt đúng bản này")).to_be_visible()
    rewrite(author, "Zalo", f"{title}\n\n{TEXT}\nHạn chót 30/12 báo trưởng ấp.")
    void = author.locator(".seal-void")
    expect(void).to_contain_text("Duyệt cũ hết hiệu lực")
    expect(void.locator("del")).to_contain_text("30/12,")
    expect(void.locator("ins")).to_contain_text("30/12")
    expect(void).to_contain_text("Bản 3 phải duyệt lại. Người soạn không tự duyệt được.")
    see()
    author.goto("/ban-lam-viec/lan-toa/moi/")
    expect(author.get_by_role("link", name=title)).to_have_count(0)


@pytest.fixture
def sms_stand_in(site):
    """The stand-in for the SMS gateway, told how to behave for one test."""
    yield lambda **wishes: site.stand_in("sms", "_behave", **wishes)
    site.stand_in("sms", "_behave", throttle=0.0, refuse=0.0)


def states(page):
    """The sum on a broadcast's page: everybody, and what they fall into (once released, the six states)."""
    whole, *parts = (int(number.replace(".", "")) for number in page.locator(".equation b").all_inner_texts())
    assert whole == sum(parts)
    return whole, parts


def grouped(number):
    """A figure as pages write it."""
    return f"{number:,}".replace(",", ".")


def numbers(row):
    """The figures of a ledger's row."""
    cells = [cell.strip() for cell in row.get_by_role("cell").all_inner_texts()]
    return [int(cell.replace(".", "")) for cell in cells if re.fullmatch(r"[\d.]+", cell)]


def set_an_hour_and_take_it_back(page, check):
    """Have it go out tomorrow by itself, then think again."""
    page.get_by_role("link", name="Hẹn giờ gửi").click()
    expect(page.get_by_label("Ngày, giờ")).not_to_have_value("")
    check()
    page.get_by_role("button", name="Hẹn gửi vào giờ này").click()
    expect(page.get_by_text("Đã hẹn giờ. Đến giờ tin tự gửi")).to_be_visible()
    check()
    page.get_by_role("button", name="Bỏ hẹn giờ").click()
    expect(page.get_by_text("Đã bỏ hẹn giờ.")).to_be_visible()


def test_a_reader_presses_the_short_link_and_only_the_sum_is_kept(colleague, site, page):
    title = titled("Vay vốn có liên kết")
    editor, look = colleague("bien-tap")
    target = f"{site.url}/hoi-dap/?tim=vay-von-ho-ngheo-khong-can-the-chap-ma-khong-phai-nop-tien-{uuid.uuid4().hex}"
    write(editor, look, title, text=f"Xem {target} nhé.")
    expect(card(editor, "Zalo")).to_contain_text("/l/")
    short = re.search(r"/l/[a-z0-9]{7}", card(editor, "Zalo").inner_text()).group()
    look()
    assert page.goto(short).status == 404, "nobody has approved it yet"
    ask(editor, 1)
    reviewer, see = colleague("nguoi-duyet")
    open_waiting(reviewer, title)
    expect(reviewer.get_by_text(target).first).to_be_visible()
    see()
    reviewer.get_by_role("button", name="Duyệt đúng bản này").click()
    expect(reviewer.get_by_text(f"Đã duyệt “{title}”")).to_be_visible()
    page.goto(short)
    expect(page).to_have_url(target)
    assert page.context.cookies() == []


def test_a_channel_officer_spreads_a_message_until_everybody_is_counted(colleague, sms_stand_in):
    title = titled("Lịch rà soát hộ nghèo")
    approved_message(colleague, title)
    page, check = colleague("can-bo-kenh")
    check()
    go(page, "Lan tỏa")
    check()
    page.get_by_role("link", name="Lần gửi mới").click()
    check()
    page.get_by_role("link", name=title).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    check()
    page.get_by_label("Nhóm người nhận").select_option("Bà con toàn tỉnh (mẫu)")
    page.get_by_role("checkbox", name="Thư điện tử").uncheck()
    page.get_by_role("button", name="Đếm người nhận").click()
    expect(page.get_by_role("heading", name="Nếu gửi bây giờ")).to_be_visible()
    expect(page.get_by_text("chưa ai nhận được")).to_be_visible()
    check()
    everybody, forecast = states(page)
    expect(page.get_by_text(re.compile(r"Xong khoảng \d+:\d\d"))).to_be_visible()
    set_an_hour_and_take_it_back(page, check)
    release = page.get_by_role("link", name=re.compile(r"^Gửi tới [\d.]+ người$"))
    size = release.inner_text()
    assert size == f"Gửi tới {grouped(forecast[0])} người"
    release.click()
    check()

    sms_stand_in(throttle=1.0, refuse=0.2)
    page.get_by_role("button", name=size).click()
    expect(page.get_by_text("Đã gửi đi. Mỗi người, mỗi điểm có đúng một chỗ trong sổ.")).to_be_visible()
    expect(page.locator("#live")).to_contain_text(re.compile("Còn khoảng|sắp bắt đầu|đang đi|Chưa tính được"))
    page.get_by_role("button", name="Tạm dừng").click()
    expect(page.get_by_role("button", name="Cho chạy tiếp")).to_be_visible()
    expect(page.locator("#live")).to_contain_text("Đang tạm dừng.")
    check()
    whole, parts = states(page)
    assert (whole, parts[2] > 0) == (everybody, True)
    expect(page.get_by_text(f"Cộng lại đúng {grouped(everybody)}.")).to_be_visible()
    sms_stand_in(throttle=0.0)
    page.get_by_role("button", name="Cho chạy tiếp").click()
    expect(page.get_by_text("Đã cho chạy tiếp.")).to_be_visible()
    expect(page.get_by_text("Xong", exact=True)).to_be_visible(timeout=WAIT)
    check()
    whole, parts = states(page)
    missed, unsent = parts[3], parts[4]
    assert (whole, parts[2], missed > 0) == (everybody, 0, True)
    expect(page.get_by_text(f"Cộng lại đúng {grouped(everybody)}.")).to_be_visible()

    channels = page.locator("#live").get_by_role("table")
    counted = [numbers(row) for row in channels.get_by_role("row").all()[1:]]
    assert [sum(column) for column in zip(*counted[:-1], strict=True)] == counted[-1] == [everybody, *parts]
    page.get_by_role("link", name="Xem cả").click()
    page.wait_for_url(re.compile("xa=1"))
    *units, total = page.locator("#units").get_by_role("row").all()[1:]
    assert sum(numbers(row)[0] for row in units) == numbers(total)[0] == everybody
    page.get_by_role("link", name="Bản đồ năm 2022").click()
    page.wait_for_url(re.compile("bando=2022"))
    *_units, total = page.locator("#units").get_by_role("row").all()[1:]
    assert numbers(total)[0] == everybody
    check()
    page.get_by_role("link", name="Bản đồ hôm nay").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Tải sổ gửi").click()
    assert len(saved.value.path().read_text(encoding="utf-8-sig").splitlines()) == everybody + 1

    page.get_by_role("link", name="Xem theo từng nơi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ai còn thiếu")
    expect(page.get_by_text("Địa chỉ không có thật hoặc chặn tin").first).to_be_visible()
    check()
    page.go_back()
    reach = page.get_by_role("link", name=re.compile("^Gửi bù .* người qua Thư điện tử"))
    bridge = reach.inner_text()
    reach.click()
    check()
    page.get_by_role("button", name=bridge).click()
    expect(page.get_by_text("Đã gửi bù")).to_be_visible()
    expect(page.get_by_text("Xong", exact=True)).to_be_visible(timeout=WAIT)
    whole, parts = states(page)
    assert f"Gửi bù {grouped(whole)} người qua Thư điện tử" == bridge
    assert whole <= missed + unsent
    check()


def a_period():
    """Days up to today that no other test reports on."""
    today = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")).date()
    return today - timedelta(days=uuid.uuid4().int % 10_000), today


def test_a_leader_follows_the_plan_and_takes_the_report_home(colleague, tmp_path):
    page, check = colleague("lanh-dao")
    check()
    go(page, "Kế hoạch")
    check()
    page.get_by_role("link", name=re.compile("Kế hoạch mẫu")).click()
    expect(page.get_by_role("heading", name="Tiến độ")).to_be_visible()
    check()
    go(page, "Kế hoạch")
    page.get_by_role("link", name=re.compile("nhiệm vụ đang chờ cơ quan")).click()
    check()
    page.get_by_role("link", name=re.compile("Xem nhiệm vụ|Chủ trì|Tập huấn")).first.click()
    expect(page.get_by_role("heading", name="Kế hoạch ghi")).to_be_visible()
    check()

    first, last = a_period()
    go(page, "Báo cáo")
    check()
    expect(page.get_by_label("Cơ quan")).to_have_text(re.compile("Sở Nông nghiệp và Môi trường"))
    page.get_by_label("Kỳ báo cáo").select_option("Ngày khác, điền bên dưới")
    page.get_by_label("Từ ngày").fill(first.isoformat())
    page.get_by_label("Đến ngày").fill(last.isoformat())
    page.get_by_role("button", name="Đếm ngay").click()
    expect(page.get_by_role("heading", name="Người nhận cộng lại vừa đủ")).to_be_visible()
    expect(page.get_by_text("Số đang đếm")).to_be_visible()
    whole, _parts = states(page)
    assert whole > 0
    check()
    page.get_by_role("button", name="Giữ thành bản 1").click()
    expect(page.get_by_text("Đã giữ thành bản 1.")).to_be_visible()
    page.get_by_label("Kết quả").fill("Tin tới đủ bốn kênh.")
    page.get_by_role("button", name="Giữ lời đã viết").click()
    expect(page.get_by_text("Đã giữ lời.")).to_be_visible()
    check()

    code = page.locator(".hash").first.get_attribute("title")
    assert re.fullmatch("[0-9a-f]{64}", code)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Tải văn bản Word").click()
    saved.value.save_as(tmp_path / "bao-cao.docx")
    words = "\n".join(paragraph.text for paragraph in docx.Document(tmp_path / "bao-cao.docx").paragraphs)
    assert code in words
    assert "Tin tới đủ bốn kênh." in words
    with page.expect_download() as saved:
        page.get_by_role("link", name="Tải bảng").click()
    header, *rows = csv.reader(saved.value.path().read_text(encoding="utf-8-sig").splitlines())
    assert (header[-1], {row[-1] for row in rows}) == ("Mã số liệu (SHA-256)", {code})
    assert next(row[5] for row in rows if row[3] == "Người nhận") == str(whole)
