"""Citizens' journeys as they walk them, by words and labels: read, subscribe, ask; and the officer who answers them."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLateError

from lantoa.config.loop import story
from lantoa.kernel.clock import today
from tests.e2e.conftest import Site

pytestmark = pytest.mark.e2e

ROUNDS = 20


def section(page: Page, name: str) -> None:
    """Go to a main section: through the menu on a phone, straight on a wide screen."""
    menu = page.locator("header summary", has_text="Mục")
    if menu.is_visible():
        menu.click()
    page.get_by_role("banner").get_by_role("link", name=name, exact=True).locator("visible=true").click()


def reload_until(page: Page, sight: Locator) -> None:
    """Look again, as people do, until it is there."""
    for _round in range(ROUNDS):
        try:
            sight.wait_for(timeout=1500)
            break
        except TooLateError:
            page.reload()
    expect(sight).to_be_visible()


def main_heading(page: Page, words: str | re.Pattern[str]) -> None:
    expect(page.get_by_role("heading", level=1, name=words)).to_be_visible()


# Reader


def test_a_reader_finds_a_policy_and_what_others_asked(page, site, check):
    page.goto("/")
    main_heading(page, re.compile("Chính sách"))
    check()

    page.get_by_label("Bà con đang ở xã, phường nào?").fill("xyzzy")
    page.get_by_role("button", name="Tìm", exact=True).click()
    expect(page.get_by_role("heading", name="Không có nơi này trong tỉnh")).to_be_visible()
    check()
    place = page.get_by_role("region", name="Các xã, phường hiện nay").get_by_role("link").first
    name = place.inner_text()
    place.click()
    main_heading(page, name)
    check()
    page.get_by_role("link", name="Xem trang chủ với nơi này lên trước").click()
    expect(page.get_by_role("heading", name=re.compile("^Hỏi cán bộ (xã|phường) "))).to_be_visible()
    check()

    page.get_by_role("link", name=re.compile("^Hộ nghèo")).click()
    main_heading(page, "Hộ nghèo")
    expect(page.get_by_role("heading", name=name)).to_be_visible()
    check()

    page.get_by_role("link", name=story.TITLE).click()
    main_heading(page, story.TITLE)
    for asked in ("Được hưởng gì?", "Ai được hưởng?", "Làm thế nào?", "Cần giấy tờ gì?", "Căn cứ pháp luật"):
        expect(page.get_by_role("heading", name=asked)).to_be_visible()
    expect(page.get_by_text("Nghị định 07/2021/NĐ-CP")).to_be_visible()
    expect(page.get_by_text("Người thứ hai đã duyệt đúng từng chữ của trang này")).to_be_visible()
    check()

    page.get_by_role("link", name="Tìm", exact=True).locator("visible=true").click()
    for query in ("ho ngheo", "hộ nghèo"):
        page.get_by_label("Bà con tìm gì?").fill(query)
        page.keyboard.press("Enter")
        expect(page.get_by_role("status")).to_contain_text(f"kết quả cho “{query}”")
        expect(page.get_by_role("link", name=story.TITLE)).to_be_visible()
        expect(page.get_by_role("link", name=story.WEB_QUESTION)).to_be_visible()
    check()

    page.get_by_label("Bà con tìm gì?").fill("xyzzy")
    page.get_by_role("button", name="Tìm").click()
    expect(page.get_by_role("heading", name="Không tìm thấy")).to_be_visible()
    check()

    section(page, "Hỏi – đáp")
    main_heading(page, "Đã hỏi, đã trả lời")
    expect(page.get_by_role("heading", name=story.WEB_QUESTION)).to_be_visible()
    expect(page.get_by_text(story.WEB_ANSWER)).to_be_visible()
    check()
    assert page.context.cookies() == [], "reading leaves no cookie"


def test_a_reader_is_offered_titles_while_typing_without_marks(page, check):
    def offered(typed):
        page.goto("/tim/")
        page.get_by_label("Bà con tìm gì?").press_sequentially(typed)
        titles = page.get_by_role("list", name="Tít phù hợp").get_by_role("link")
        expect(titles.filter(has_text=story.TITLE)).to_be_visible()
        return titles

    def found():
        expect(page.get_by_role("status")).to_contain_text(f"kết quả cho “{story.TITLE}”")
        page.get_by_role("main").get_by_role("link", name=story.TITLE, exact=True).click()
        main_heading(page, story.TITLE)

    titles = offered("tin mau: nha minh co thuo")
    check()
    page.keyboard.press("ArrowDown")
    expect(titles.first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_label("Bà con tìm gì?")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    found()

    titles = offered("ho can ngh")
    page.keyboard.press("Escape")
    expect(titles).to_have_count(0)
    expect(page.get_by_label("Bà con tìm gì?")).to_have_value("ho can ngh")
    offered("ho can ngh").filter(has_text=story.TITLE).click()
    found()


IN_THE_COMMUNE, AT_SEA = {"latitude": 9.05, "longitude": 105.05}, {"latitude": 8.0, "longitude": 110.0}


def draw(site: Site, name: str, folder: Path) -> None:
    """Bring in a boundary of one commune, a square, as an operator does."""
    corners = [[105.0, 9.0], [105.1, 9.0], [105.1, 9.1], [105.0, 9.1], [105.0, 9.0]]
    shape = {"type": "Polygon", "coordinates": [corners]}
    drawn = [{"type": "Feature", "properties": {"ten": name}, "geometry": shape}]
    file = folder / "ranh-gioi.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": drawn}))
    site.order("units", "boundaries", str(file), "--province", "96", "--on", f"{today()}", "--source", "Mẫu")


def test_a_phone_that_may_tell_where_it_is_finds_its_commune(page, site, check, tmp_path):
    page.goto("/noi-toi-o/")
    place = page.get_by_role("region", name="Các xã, phường hiện nay").get_by_role("link").first
    name, address = place.inner_text(), place.get_attribute("href")
    draw(site, name, tmp_path)
    find = page.get_by_role("button", name="Tìm xã nơi tôi đang đứng")
    reload_until(page, find)
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation(AT_SEA)
    find.click()
    expect(page.locator("[data-locate]").get_by_role("status")).to_have_text(
        "Chỗ đó không thuộc xã nào của tỉnh. Bà con hãy gõ tên xã."
    )
    expect(find).to_be_enabled()
    check()

    page.context.set_geolocation(IN_THE_COMMUNE)
    page.goto("/noi-toi-o/")  # a page may remember for a minute where the phone was
    find.click()
    main_heading(page, name)
    expect(page).to_have_url(f"{site.url}{address}")
    check()
    assert page.context.cookies() == [], "and nothing of it is kept"


def speak(page, language, *, menu):
    """Change the language: a link on a wide screen, in a menu on a phone."""
    languages = page.locator("summary", has_text=menu)
    if languages.is_visible():
        languages.click()
    page.get_by_role("link", name=language).locator("visible=true").first.click()


def test_a_reader_who_reads_english_has_the_whole_site(page, check):
    page.goto("/")
    speak(page, "English", menu="Ngôn ngữ")
    expect(page.locator("html")).to_have_attribute("lang", "en")
    main_heading(page, "Policies against poverty, in words everyone understands")
    check()
    english = {
        "/en/tim/?q=ho+ngheo": "Search",
        "/en/hoi-dap/": "Asked and answered",
        "/en/gui-y-kien/": "Ask or tell us",
        "/en/tra-loi/": "Read the answer by code",
        "/en/nhan-tin/": "Get news of policies",
        "/en/quyen-rieng-tu/": "What we keep about you",
        "/en/tro-nang/": "A page everyone can use",
    }
    for path, words in english.items():
        page.goto(path)
        main_heading(page, words)
        check()
    page.goto("/en/hoi-dap/")
    expect(page.locator("[lang=vi]", has_text=story.WEB_QUESTION).first).to_be_visible()
    speak(page, "Tiếng Việt", menu="Language")
    main_heading(page, "Đã hỏi, đã trả lời")


def test_a_reader_looks_round_and_gets_lost(page, check):
    for path, words in {
        "/chinh-sach/": "Chính sách",
        "/tin/": "Chuyện bà con",
        "/quyen-rieng-tu/": "Trang này giữ gì về bà con",
        "/tro-nang/": "Trang ai cũng dùng được",
    }.items():
        page.goto(path)
        main_heading(page, words)
        check()
    assert page.goto("/khong-co-trang-nay/").status == 404
    check()
    page.get_by_role("main").get_by_role("link", name="trang chủ").click()
    main_heading(page, re.compile("Chính sách"))


# Subscriber


def link_in(text: str, about: str) -> str:
    (found,) = re.findall(rf"https?://\S*{about}\S*", text)
    return found


def tick_and_choose(page: Page, way: str) -> None:
    page.get_by_role("checkbox", name="Tôi đồng ý nhận tin về chính sách").check()
    page.get_by_role("radio", name=way).check()
    page.get_by_label("Bà con ở xã, phường nào?").select_option(index=2)
    page.get_by_role("button", name="Đăng ký nhận tin").click()


def release_again(page: Page, sign_in) -> None:
    """A channel officer releases the approved sample message to all who agreed."""
    sign_in("can-bo-kenh")
    page.goto("/ban-lam-viec/lan-toa/moi/")
    page.get_by_role("main").get_by_role("link", name=story.TITLE).click()
    page.get_by_label("Người nhận").select_option(label="Bà con toàn tỉnh (mẫu)")
    page.get_by_role("button", name="Đếm người nhận").click()
    page.get_by_role("link", name=re.compile(r"^Gửi tới [\d.]+ người")).click()
    page.get_by_role("button", name=re.compile(r"^Gửi tới [\d.]+ người")).click()
    expect(page.get_by_text("Đã gửi đi. Mỗi người, mỗi điểm có đúng một chỗ trong sổ.")).to_be_visible()


def test_a_subscriber_confirms_reads_and_stops(page, mark, check, sign_in, mailbox):
    address = f"{mark}@ba-con.example"
    page.goto("/")
    page.get_by_role("link", name="Nhận tin chính sách mới").click()
    main_heading(page, "Nhận tin chính sách")
    expect(page.locator("input:checked")).to_have_count(0)
    check()

    page.get_by_role("textbox", name="Thư điện tử").fill(address)
    page.get_by_role("button", name="Đăng ký nhận tin").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Đánh dấu ít nhất một ô. Bà con chưa đồng ý thì không có tin nào được gửi.")
    expect(alert).to_contain_text("Chọn nơi nhận tin.")
    expect(page.get_by_role("textbox", name="Thư điện tử")).to_have_value(address)
    expect(page.locator("input:checked")).to_have_count(0)
    check()

    tick_and_choose(page, "Thư điện tử")
    main_heading(page, "Còn một bước: xác nhận")
    check()

    (asked,) = mailbox(address, awaited=1)
    page.goto(link_in(asked["text"], "/nhan-tin/xac-nhan/"))
    main_heading(page, "Bà con muốn nhận tin?")
    check()
    page.get_by_role("button", name="Đúng, gửi tin cho tôi").click()
    main_heading(page, "Cảm ơn bà con. Tin sẽ tới")
    check()

    release_again(page, sign_in)
    letter = mailbox(address, awaited=2)[1]
    assert (letter["subject"], story.MESSAGE.split("?")[0] in letter["text"]) == (story.TITLE, True)
    leave = link_in(letter["text"], "/nhan-tin/thoi/")
    ways = letter["headers"]["List-Unsubscribe"].split(", ")
    assert ways[0] == f"<{leave}>"
    assert all(way.startswith("<mailto:") for way in ways[1:]), "by an answer, where a mailbox is read"

    page.goto(leave)
    main_heading(page, "Thôi nhận tin này?")
    check()
    page.get_by_role("button", name="Thôi nhận tin").click()
    main_heading(page, "Đã thôi. Không còn tin loại này nữa")
    check()
    by_machine = page.request.post(leave, form={"List-Unsubscribe": "One-Click"})
    assert by_machine.status == 200, "a mail program presses once more: nothing breaks"


def test_a_subscriber_with_a_spoilt_link_is_told_what_to_do(page, check):
    page.goto("/nhan-tin/xac-nhan/khong-dung/")
    page.get_by_role("button", name="Đúng, gửi tin cho tôi").click()
    main_heading(page, "Liên kết này không dùng được")
    expect(page.get_by_role("alert")).to_contain_text("Mở lại từ tin đã nhận.")
    check()
    page.get_by_role("link", name="Đăng ký lại").click()
    main_heading(page, "Nhận tin chính sách")
    page.goto("/nhan-tin/thoi/khong-dung/")
    main_heading(page, "Liên kết này không dùng được")
    check()
    page.get_by_role("link", name="Nhờ cán bộ thôi gửi giúp").click()
    main_heading(page, "Gửi ý kiến")


def test_a_subscriber_without_phone_or_mail_reads_in_an_inbox_of_their_own(page, check, sign_in):
    page.goto("/nhan-tin/")
    tick_and_choose(page, "Hộp thư riêng trên trang này")
    main_heading(page, "Hộp thư của bà con")
    expect(page.get_by_role("heading", name="Chưa có tin")).to_be_visible()
    check()
    inbox = page.url

    release_again(page, sign_in)
    page.goto(inbox)
    letter = page.get_by_role("article")
    reload_until(page, letter)
    expect(letter.get_by_role("heading", name=story.TITLE)).to_be_visible()
    expect(letter).to_contain_text(story.MESSAGE.split("?")[0])
    check()
    page.reload()
    expect(letter.get_by_text("Mới", exact=True)).to_have_count(0)


# Citizen with a question


def ask(page: Page, check, question: str) -> str:
    """Walk through the form with every mistake a person makes; returns the receipt code."""
    page.goto("/")
    section(page, "Gửi ý kiến")
    main_heading(page, "Gửi ý kiến")
    check()

    page.get_by_role("button", name="Gửi ý kiến").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("Bà con viết điều muốn hỏi, muốn nói. Một câu cũng được.")
    expect(alert).to_contain_text("Chọn xã, phường: cán bộ ở đó trả lời.")
    check()

    page.get_by_label("Kể việc bà con gặp").fill(question)
    page.get_by_label("Việc ở xã, phường nào?").select_option(index=1)
    page.get_by_label("Họ và tên").fill("Người hỏi (mẫu)")
    page.get_by_role("radio", name="Tin nhắn điện thoại").check()
    page.get_by_role("textbox", name="Điện thoại").fill("091234567")
    page.get_by_role("button", name="Gửi ý kiến").click()
    expect(alert).to_contain_text("Điện thoại:")
    expect(page.get_by_label("Kể việc bà con gặp")).to_have_value(question)
    expect(page.get_by_label("Họ và tên")).to_have_value("Người hỏi (mẫu)")
    expect(page.get_by_role("textbox", name="Điện thoại")).to_have_value("091234567")
    check()

    page.get_by_role("radio", name="Tôi quay lại xem bằng mã").check()
    page.get_by_role("button", name="Gửi ý kiến").click()
    expect(page.get_by_role("heading", name="Đã gửi. Bà con giữ mã này")).to_be_visible()
    main_heading(page, question.rstrip("."))
    check()
    code = page.get_by_text(re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$")).inner_text()
    with page.expect_download() as kept:
        page.get_by_role("link", name="Lưu mã vào máy").click()
    assert code in kept.value.path().read_text()
    return code


def read_by_code(page: Page, check, code: str) -> None:
    """Come back another day with the code on a slip of paper."""
    page.goto("/")
    page.get_by_role("contentinfo").get_by_role("link", name="Xem trả lời").click()
    check()
    page.get_by_role("button", name="Xem trả lời").click()
    expect(page.get_by_role("alert")).to_contain_text("Nhập mã bà con đã được cho.")
    check()
    page.get_by_label("Mã nhận").fill("AAAA-BBBB-CCCC")
    page.get_by_role("button", name="Xem trả lời").click()
    expect(page.get_by_role("alert")).to_contain_text("Không có ý kiến nào mang mã này.")
    check()
    page.get_by_label("Mã nhận").fill(code.lower().replace("-", " "))
    page.get_by_role("button", name="Xem trả lời").click()
    expect(page.get_by_text(f"Mã {code}")).to_be_visible()


def follow(page: Page, check, code: str) -> None:
    read_by_code(page, check, code)
    expect(page.get_by_text(re.compile(r"^Còn \d+ ngày làm việc$"))).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Đã chuyển Ủy ban nhân dân (xã|phường)"))).to_be_visible()
    check()


def test_a_citizen_asks_and_follows(page, check, mark):
    question = f"Tôi đi làm xa, tháng nào cũng gửi tiền về ({mark}). Có tính vào thu nhập của hộ không?"
    follow(page, check, ask(page, check, question))


@pytest.mark.browser_context_args(java_script_enabled=False)
def test_a_citizen_whose_phone_runs_no_javascript_asks_and_follows(page, check_still, mark):
    question = f"Hộ tôi mới tách sổ ({mark}). Bao giờ ấp rà soát lại?"
    code = ask(page, check_still, question)
    follow(page, check_still, code)


# Commune officer, and the citizen who reads the answer


def open_case(page: Page, question: str) -> None:
    page.goto("/ban-lam-viec/lang-nghe/")
    page.get_by_role("main").get_by_role("link", name=question[:40]).click()
    main_heading(page, question)


def test_a_commune_officer_answers_and_publishes_and_the_citizen_reads(page, check, mark, sign_in, mailbox):
    address = f"{mark}@ba-con.example"
    question = f"Tôi ở trọ ({mark}) thì báo với ai để được rà soát?"
    answer = f"Báo trưởng ấp nơi đang ở trọ ({mark}). Ấp ghi tên rồi cán bộ tới nhà."
    page.goto("/gui-y-kien/")
    page.get_by_label("Kể việc bà con gặp").fill(f"{question} Số của tôi là 0912 345 678.")
    page.get_by_label("Việc ở xã, phường nào?").select_option(index=1)
    page.get_by_role("radio", name="Thư điện tử").check()
    page.get_by_role("textbox", name="Thư điện tử").fill(address)
    page.get_by_label("Họ và tên").fill("Lê Thị Mẫu")
    page.get_by_role("button", name="Gửi ý kiến").click()
    code = page.get_by_text(re.compile(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}$")).inner_text()

    sign_in("can-bo-xa")
    check()
    page.goto("/ban-lam-viec/lang-nghe/")
    check()
    open_case(page, question)
    check()
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_role("heading", name="Trả lời người hỏi")).to_be_visible()
    check()
    page.get_by_label("Trả lời", exact=True).fill(answer)
    page.get_by_role("button", name="Gửi trả lời").click()
    expect(page.get_by_text("Đã trả lời. Người hỏi đọc được ngay.")).to_be_visible()
    check()

    read_by_code(page, check, code)
    expect(page.get_by_role("heading", name="Trả lời bà con")).to_be_visible()
    expect(page.get_by_text(answer)).to_be_visible()
    check()
    assert answer in mailbox(address, awaited=1)[0]["text"], "the answer comes on the channel the citizen chose"

    publish(page, check, question, answer)
    page.goto("/hoi-dap/")
    expect(page.get_by_role("heading", name=question)).to_be_visible()
    expect(page.get_by_text(answer)).to_be_visible()
    for private in ("Lê Thị Mẫu", "0912 345 678", address):
        expect(page.get_by_text(private)).to_have_count(0)
    check()

    not_yet(page, check, code)
    open_case(page, question)
    expect(page.get_by_text("Ấp nói chưa nghe báo.")).to_be_visible()
    check()


def publish(page: Page, check, question: str, answer: str) -> None:
    """Publish without names: a name left in is refused, the preview shows exactly what everybody will read."""
    page.goto("/ban-lam-viec/lang-nghe/?show=answered")
    check()
    page.get_by_role("main").get_by_role("link", name=question[:40]).click()
    page.wait_for_url(re.compile(r"/lang-nghe/[\w-]+/$"))
    offer = page.locator("summary", has_text="Công khai hỏi và đáp")
    if offer.count():
        offer.click()
    asked = page.get_by_label("Câu hỏi, không nêu tên")
    expect(asked).not_to_have_value(re.compile("0912"))
    asked.fill(f"{question} Lê Thị Mẫu")
    page.get_by_role("button", name="Xem như người đọc sẽ thấy").click()
    expect(page.get_by_role("alert")).to_contain_text("Chỗ này có thể cho biết người hỏi là ai")
    expect(page.get_by_role("button", name="Công khai, không nêu tên")).to_have_count(0)
    check()
    page.get_by_label("Câu hỏi, không nêu tên").fill(question)
    page.get_by_role("button", name="Xem lại").click()
    expect(page.get_by_role("main").get_by_text(answer).first).to_be_visible()
    check()
    page.get_by_role("button", name="Công khai, không nêu tên").click()
    expect(page.get_by_text("Đã công khai. Trang tin không nêu tên ai.")).to_be_visible()
    check()


def not_yet(page: Page, check, code: str) -> None:
    """The answer did not settle it: the citizen opens the matter again, and nothing starts from the beginning."""
    page.goto(f"/tra-loi/{code}/")
    page.get_by_role("button", name="Mở lại việc này").click()
    expect(page.get_by_role("alert")).to_contain_text("Bà con viết điều còn thiếu.")
    check()
    page.get_by_label("Còn thiếu điều gì?").fill("Ấp nói chưa nghe báo.")
    page.get_by_role("button", name="Mở lại việc này").click()
    expect(page.get_by_text("Đã mở lại", exact=True)).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Còn \d+ ngày làm việc$"))).to_be_visible()
    check()
