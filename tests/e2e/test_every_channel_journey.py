"""One text for everybody: written once, approved once, sent to people, put at every kind of outlet, and shown there.

Stations, pages and the press are stand-ins of the run; officers, a helper with a link and the reader are browsers.
"""

import io
import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from lantoa.channels.loudspeaker.voice import EspeakVoice
from lantoa.channels.registry import PUBLIC_BUILT_IN
from tests.e2e.conftest import PHONE, enter, watched
from tests.e2e.test_staff_journeys import WAIT, ask, go, open_waiting, titled

pytestmark = pytest.mark.e2e

KINDS = [path.split(".")[-1].lower() for path in PUBLIC_BUILT_IN]
BY_WIRE = ["facebook", "telegram_channel", "webpage", *(["loudspeaker"] if EspeakVoice.available() else [])]
"""Kinds whose receipt comes by itself; a station without a voice and without a recording plays nothing."""
OUTLETS = "tr:has(a[href*='/lan-toa/diem/'])"
"""Lines of single outlets on a broadcast's page."""
FIRST, SECOND = "Ấp Mẫu Một", "Ấp Mẫu Hai"
TEXT = (
    "Từ ngày 01/12, hộ nghèo và hộ cận nghèo được vay vốn sửa nhà. "
    "Mỗi hộ vay tối đa 40 triệu đồng, trả trong 15 năm.\n\n"
    "Muốn vay, báo tổ tiết kiệm và vay vốn ở ấp, khóm. Mang theo căn cước. Không ai phải nộp tiền làm hồ sơ."
)


@pytest.fixture
def snap(tmp_path: Path) -> Path:
    """A picture as a phone takes it, with EXIF that tells the place."""
    exif, out = Image.Exif(), io.BytesIO()
    exif[0x8825] = {1: "N", 2: (9.0, 10.0, 35.0)}
    Image.new("RGB", (1600, 1200), (180, 60, 40)).save(out, "JPEG", exif=exif)
    (path := tmp_path / "bang-tin.jpg").write_bytes(out.getvalue())
    return path


@pytest.fixture
def at_a_phone(browser, site):
    """A browser of 360 px, whatever the rest of the walk is seen on; without a name it is nobody's."""
    opened = []

    def come(name=""):
        opened.append(browser.new_context(viewport=PHONE, base_url=site.url))
        page = opened[-1].new_page()
        if name:
            enter(page, site, name)
        return page, watched(page)

    yield come
    for context in opened:
        context.close()


def written_once(colleague, title):
    """The editor writes the text and sees a form of it for every kind; a second person approves."""
    page, check = colleague("bien-tap")
    page.goto("/ban-lam-viec/soan-tin/moi/")
    page.get_by_label("Tiêu đề").fill(title)
    page.get_by_label("Cần nói điều gì?").fill(TEXT)
    for kind in KINDS:
        page.locator(f"input[name=publics][value={kind}]").check()
    check()
    page.get_by_role("button", name="Tạo các dạng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    for kind in ("portal", "email", "zalo", "sms", "telegram", "webpush", *KINDS):
        expect(page.locator(f"#kenh-{kind} .bubble, #kenh-{kind} iframe").first).to_be_visible()
    expect(page.locator("#kenh-loudspeaker")).to_contain_text("Từ ngày 1 tháng 12")
    check()
    ask(page, 1)
    reviewer, look = colleague("nguoi-duyet")
    open_waiting(reviewer, title)
    expect(reviewer.get_by_text("Không ai phải nộp tiền làm hồ sơ.").first).to_be_visible()
    look()
    reviewer.get_by_role("button", name="Duyệt đúng bản này").click()
    expect(reviewer.get_by_text(f"Đã duyệt “{title}”")).to_be_visible()


def released(page, check, title):
    """The officer sends it to people and puts it everywhere; ends on the broadcast's page."""
    go(page, "Lan tỏa")
    page.get_by_role("link", name="Lần gửi mới").click()
    page.get_by_role("link", name=title).click()
    page.get_by_label("Nhóm người nhận").select_option("Bà con toàn tỉnh (mẫu)")
    for kind in KINDS:
        page.locator(f"input[name=publics][value={kind}]").check()
    check()
    page.get_by_role("button", name="Đếm người nhận").click()
    expect(page.get_by_role("heading", name="Nếu gửi bây giờ")).to_be_visible()
    expect(page.get_by_role("heading", name="Tại các điểm truyền thông")).to_be_visible()
    check()
    page.get_by_role("link", name=re.compile("^Gửi tới")).click()
    check()
    page.get_by_role("button", name=re.compile("^Gửi tới")).click()
    expect(page.get_by_text("Đã gửi đi. Mỗi người, mỗi điểm có đúng một chỗ trong sổ.")).to_be_visible()
    return page.url.partition("?")[0]


def one(page, broadcast, kind, name=""):
    """Open one placement of a kind from the broadcast's list; by the name of its outlet where there are several."""
    page.goto(f"{broadcast}diem/?loai={kind}")
    page.locator(OUTLETS).filter(has=page.get_by_role("link", name=re.compile(f"^{name}"))).first.locator(
        "a"
    ).first.click()
    page.wait_for_url("**/lan-toa/diem/*/")


def until_done(page, broadcast, kind):
    """Wait for the provider's own word; the list is looked at again as an officer does."""
    for _look in range(WAIT // 1000):
        page.goto(f"{broadcast}diem/?loai={kind}")
        states = page.locator(f"{OUTLETS} td[data-label='Tình trạng']").all_inner_texts()
        if states and all("Đã thực hiện" in text for text in states):
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"{kind}: {states}")


def shown_by_officer(at_a_phone, title, snap):
    """At a phone: a board by a picture, a leaflet by a count; nothing else will do."""
    page, check = at_a_phone("cong-tac-vien")
    page.goto("/ban-lam-viec/lan-toa/diem/")
    check()

    def waiting(outlet):
        page.goto("/ban-lam-viec/lan-toa/diem/")
        card = page.locator("li.card").filter(has_text=title).filter(has_text=outlet)
        card.get_by_role("link", name=re.compile("Xác nhận")).click()

    waiting(f"Bảng tin {FIRST}")
    check()
    page.get_by_role("button", name="Đã thực hiện").click()
    expect(page.get_by_role("alert")).to_be_visible()
    check()
    page.get_by_label("Ảnh").set_input_files(snap)
    page.get_by_role("button", name="Đã thực hiện").click()
    picture = page.locator("figure.snapshot img")
    expect(picture).to_be_visible()
    assert picture.evaluate("one => one.complete && one.naturalWidth") == 1600
    check()
    waiting(f"Tờ rơi {FIRST}")
    page.get_by_label(re.compile("Đã phát bao nhiêu")).fill("117")
    page.get_by_role("button", name="Đã thực hiện").click()
    expect(page.get_by_text("117")).to_be_visible()
    check()


def shown_by_link(officer, at_a_phone, broadcast, snap):
    """The officer passes a link on; whoever has it, and no account, shows that one board."""
    one(officer, broadcast, "board", f"Bảng tin {SECOND}")
    link = officer.locator("#link").inner_text().strip()
    page, check = at_a_phone()
    page.goto(link)
    expect(page.get_by_text("Muốn vay, báo tổ tiết kiệm").first).to_be_visible()
    check()
    page.get_by_label("Ảnh").set_input_files(snap)
    page.get_by_role("button", name="Đã thực hiện").click()
    expect(page.get_by_text("Cảm ơn. Đã ghi nhận.")).to_be_visible()
    check()
    assert page.context.cookies() == []


def test_one_text_reaches_people_and_every_kind_of_outlet_and_is_shown_there(colleague, at_a_phone, site, snap):
    title = titled("Vay vốn sửa nhà")
    written_once(colleague, title)
    officer, check = colleague("can-bo-kenh")
    broadcast = released(officer, check, title)

    for kind in BY_WIRE:
        until_done(officer, broadcast, kind)
    one(officer, broadcast, "facebook")
    posts = site.stand_in("facebook", "_ledger?full=1")["messages"]
    [post] = [entry for entry in posts if entry["text"].startswith(title)]
    expect(officer.get_by_text(post["provider_id"])).to_be_visible()
    check()
    one(officer, broadcast, "loudspeaker")
    expect(officer.get_by_text("Báo nhận" if BY_WIRE[-1] == "loudspeaker" else "Bị từ chối").first).to_be_visible()
    check()

    shown_by_officer(at_a_phone, title, snap)
    shown_by_link(officer, at_a_phone, broadcast, snap)

    officer.goto(broadcast)
    expect(officer.get_by_role("heading", name="Tại các điểm truyền thông")).to_be_visible()
    check()
    officer.get_by_role("link", name="Xem từng điểm").click()
    pictures = officer.locator("a.snapshot img")
    expect(pictures).to_have_count(2)
    assert all(
        one.evaluate("one => { one.loading = 'eager'; return one.decode().then(() => one.naturalWidth) }")
        for one in pictures.all()
    )
    expect(officer.get_by_text(re.compile("117"))).to_be_visible()
    check()
