"""One text for everybody: written once, approved once, sent to people, put at every kind of outlet, and shown there.

Stations, pages and the press are stand-ins of the run; officers, a helper with a link and the reader are browsers.
"""

import io
import re
import urllib.parse
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from lantoa.channels.loudspeaker.voice import EspeakVoice
from lantoa.channels.registry import PUBLIC_BUILT_IN
from lantoa.config.loop.places import NEWSROOM
from tests.e2e.conftest import PHONE, enter, watched
from tests.e2e.test_staff_journeys import WAIT, ask, go, open_waiting, titled

pytestmark = pytest.mark.e2e

KINDS = [path.split(".")[-1].lower() for path in PUBLIC_BUILT_IN]
BY_WIRE = ["facebook", "telegram_channel", "webpage", *(["loudspeaker"] if EspeakVoice.available() else [])]
"""Kinds whose receipt comes by itself; a station without a voice and without a recording plays nothing."""
HANDED_OVER = ["press", "zalo_broadcast"]
"""Kinds whose provider takes it and never says more: a mail to a newsroom, a broadcast that Zalo looks at first."""
PEOPLE = {"Zalo": "Đã tới", "SMS": "Đã tới", "Thư điện tử": "Đã chuyển"}
"""The last word a channel gives on each person: a mail relay tells no more than that it took the mail."""
OTHERWISE = {"Đã tới": ("Còn chờ", "Đã chuyển", "Không tới", "Chưa rõ"), "Đã chuyển": ("Còn chờ", "Không tới")}
"""Where nobody may stand once the last word is in."""
OUTLETS = "tr:has(a[href*='/lan-toa/diem/'])"
"""Lines of single outlets on a broadcast's page."""
FIRST, SECOND = "Ấp Mẫu Một", "Ấp Mẫu Hai"
TALKED = "Đã nói với bà con trong buổi họp tổ, ai cũng hiểu."
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


def until(page, broadcast, kind, word="Đã thực hiện"):
    """Wait for the provider's own word; the list is looked at again as an officer does."""
    for _look in range(WAIT // 1000):
        page.goto(f"{broadcast}diem/?loai={kind}")
        states = page.locator(f"{OUTLETS} td[data-label='Tình trạng']").all_inner_texts()
        if states and all(word in text for text in states):
            return
        page.wait_for_timeout(1000)
    raise AssertionError(f"{kind}: {states}")


def until_people_have_it(page, broadcast):
    """Wait until every channel has said its last word on everybody: the by-channel table of the broadcast's page."""
    for _look in range(WAIT // 1000):
        page.goto(broadcast)
        lines = {name: reached(page, name) for name in PEOPLE}
        if all(line[PEOPLE[name]] and not any(map(line.get, OTHERWISE[PEOPLE[name]])) for name, line in lines.items()):
            return
        page.wait_for_timeout(1000)
    raise AssertionError(lines)


def reached(page, channel):
    """How many of a channel's people stand in each state."""
    row = page.locator("#live table.ledger-pairs tbody tr").filter(
        has=page.locator("th b").get_by_text(channel, exact=True)
    )
    cells = row.locator("td").evaluate_all("all => all.map(one => [one.dataset.label, one.innerText])")
    return {label: int(re.sub(r"\D", "", text)) for label, text in cells}


def taken_over_there(site, officer, broadcast, title):
    """What only the other side can tell: the newsroom has its mail, Zalo has the broadcast under the number we show."""
    for kind in HANDED_OVER:
        until(officer, broadcast, kind, "Đã giao")
    query = urllib.parse.urlencode({"to": NEWSROOM})
    [mail] = [mail for mail in site.stand_in("smtp", f"_mails?{query}") if title in mail["subject"]]
    assert "Không ai phải nộp tiền làm hồ sơ." in mail["text"]
    [sent] = [entry for entry in site.stand_in("zalo", "_ledger?full=1")["messages"] if entry["text"].startswith(title)
              and entry["provider_id"].startswith("broadcast-")]  # fmt: skip
    one(officer, broadcast, "zalo_broadcast")
    expect(officer.get_by_text(sent["provider_id"]).first).to_be_visible()
    expect(officer.get_by_text("Bên nhận đã nhận").first).to_be_visible()


def shown_by_officer(at_a_phone, title, snap):
    """At a phone: a board by a picture, leaflet and bulletin by a count, a talk by a word; nothing else will do."""
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
    waiting("Bản tin xã (mẫu)")
    page.get_by_label(re.compile("Đã phát bao nhiêu")).fill("288")
    page.get_by_role("button", name="Đã thực hiện").click()
    expect(page.get_by_text("288")).to_be_visible()
    waiting(f"Tuyên truyền viên {FIRST}")
    page.get_by_label("Ghi chú").fill(TALKED)
    page.get_by_role("button", name="Đã thực hiện").click()
    expect(page.get_by_text(TALKED).first).to_be_visible()
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
        until(officer, broadcast, kind)
    one(officer, broadcast, "facebook")
    posts = site.stand_in("facebook", "_ledger?full=1")["messages"]
    [post] = [entry for entry in posts if entry["text"].startswith(title)]
    expect(officer.get_by_text(post["provider_id"])).to_be_visible()
    check()
    one(officer, broadcast, "loudspeaker")
    expect(officer.get_by_text("Báo nhận" if BY_WIRE[-1] == "loudspeaker" else "Bị từ chối").first).to_be_visible()
    check()

    taken_over_there(site, officer, broadcast, title)
    shown_by_officer(at_a_phone, title, snap)
    shown_by_link(officer, at_a_phone, broadcast, snap)

    until_people_have_it(officer, broadcast)
    expect(officer.get_by_role("heading", name="Tại các điểm truyền thông")).to_be_visible()
    check()
    officer.get_by_role("link", name="Xem từng điểm").click()
    pictures = officer.locator("a.snapshot img")
    expect(pictures).to_have_count(2)
    assert all(
        one.evaluate("one => { one.loading = 'eager'; return one.decode().then(() => one.naturalWidth) }")
        for one in pictures.all()
    )
    for shown in ("117", "288"):
        expect(officer.get_by_text(re.compile(shown)).first).to_be_visible()
    for kind in ("bulletin", "propagandist"):
        officer.goto(f"{broadcast}diem/?loai={kind}")
        expect(officer.locator(f"{OUTLETS} td[data-label='Tình trạng']").filter(has_text="Đã thực hiện")).to_have_count(
            1
        )
    check()
