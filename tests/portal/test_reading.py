"""What everybody reads: few queries, no cookie, light, and in one language at a time."""

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

from lantoa.kernel.clock import now
from lantoa.listening.enums import Door
from lantoa.listening.services import answer_case, open_case, publish_answer

HERE = ["/danh-cho/ho-ngheo/", "/danh-cho/bao-chi/", "/danh-cho/doanh-nghiep/", "/noi-toi-o/", "/noi-toi-o/?q=khong"]
PUBLIC = [
    "/",
    "/tim/",
    "/tim/?q=vay",
    "/tim/goi-y/",
    "/tim/goi-y/?q=vay",
    "/hoi-dap/",
    "/quyen-rieng-tu/",
    "/tro-nang/",
    "/muc-luc/",
    "/so-lieu/",
    "/du-lieu-mo/",
    *HERE,
]
PUBLIC += ["/tinh-trang/", "/ngoai-tuyen/", "/cho-gui/", "/bo-tai-ve/", "/bo-tai-ve/99001/"]
FORMS = [
    "/toi-duoc-huong-gi/",
    "/gui-y-kien/",
    "/gui-chuyen/",
    "/tra-loi/",
    "/nhan-tin/",
    "/cua-toi/",
    "/trang-nay/bao-loi/?trang=/",
]
VIETNAMESE = re.compile("[ăâđêôơưáàảãạắằẳẵặấầẩẫậéèẻẽẹếềểễệíìỉĩịóòỏõọốồổỗộớờởỡợúùủũụứừửữựýỳỷỹỵ]", re.IGNORECASE)


@pytest.fixture
def answered(province, officer):
    """A question with a published answer."""
    unit_id = province.communes["Xã Đất Thử"]
    case = open_case(
        text="Nhà dột thì xin ở đâu?", unit_id=unit_id, door=Door.PORTAL, submission_key="k", by=None, at=now()
    )
    answer_case(case_id=case.pk, text="Đến ấp.", by=officer, at=now())
    publish_answer(
        case_id=case.pk,
        question="Nhà dột thì xin hỗ trợ ở đâu?",
        answer="Bà con đến gặp trưởng ấp.",
        by=officer,
        at=now(),
    )


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_are_cookie_free_and_kept_only_by_who_asks_again(client, province, site, path):
    response = client.get(path)
    assert response.status_code == 200
    figures = path.startswith(("/so-lieu/", "/du-lieu-mo/"))  # sums, which nobody withdraws, may be a minute old
    assert response.headers["Cache-Control"] == ("public, max-age=60" if figures else "public, no-cache")
    assert "Set-Cookie" not in response.headers
    assert "Cookie" not in response.headers.get("Vary", "")
    assert client.post(path).status_code == 405


@pytest.mark.parametrize("path", FORMS)
def test_form_pages_are_never_stored_and_take_no_cookie(client, province, site, path):
    response = client.get(path)
    assert response.status_code == 200
    assert "no-store" in response.headers["Cache-Control"]
    assert "Set-Cookie" not in response.headers


@pytest.mark.parametrize("path", PUBLIC + FORMS)
def test_pages_carry_no_inline_style_or_script(client, province, site, path):
    page = client.get(path).text
    assert not re.search(r"<style|\sstyle=|<script(?![^>]* (?:src=|type=\"application/ld))|\son\w+=", page)


@pytest.mark.parametrize("path", PUBLIC + FORMS)
def test_pages_speak_one_language(client, province, site, path, answered):
    english = client.get(f"/en{path}").text
    words = re.sub(
        r"<(option|h1|h2|h3|p|dd|blockquote|li)[^>]*lang=.*?</\1>|<text.*?</text>|<[^>]+>|<option.*?</option>",
        " ",
        english,
    )
    theirs = ("Lan Tỏa", "Mẫu", "Xã Đất Thử", "Xã Bãi Xa", "xã Đất Thử", "Tiếng Việt", "giảm nghèo", "dột", "ấp")
    for name in (*theirs, "Nhà dột thì xin hỗ trợ ở đâu?", "Bà con đến gặp trưởng ấp."):
        words = words.replace(name, "")
    stray = [line.strip() for line in words.splitlines() if VIETNAMESE.search(line)]
    assert [line for line in stray if "Nhà" not in line and "Bà con" not in line] == []
    vietnamese = client.get(path).text
    assert "Skip to main content" not in vietnamese
    assert not re.search(r">(Search|Home|Policies|Send it|Phone)<", vietnamese)


def test_home_asks_few_questions_of_the_database(client, province, publish, answered, django_assert_max_num_queries):
    for number in range(4):
        publish("article", f"Chuyện {number}")
        publish("policy", f"Chính sách {number}", audience_groups=["poor"])
    client.get("/")
    with django_assert_max_num_queries(12):
        client.get("/")


def test_home_leads_to_what_holds_for_coastal_communes_where_there_is_any(client, province, publish):
    assert "nhom=hard_coastal" not in client.get("/").text
    publish("policy", "Vay vốn ven biển", audience_groups=["hard_coastal"])
    assert "nhom=hard_coastal" in client.get("/").text


def test_home_counts_policies_by_household(client, province, publish):
    publish("policy", "Vay vốn", audience_groups=["poor"])
    publish("policy", "Thẻ bảo hiểm", audience_groups=["poor", "near_poor"])
    page = client.get("/").text
    assert re.search(r"Hộ nghèo</b><small>2 chính sách", page)
    assert re.search(r"Hộ cận nghèo</b><small>1 chính sách", page)
    assert re.search(r"Mới thoát nghèo</b><small>chưa có bài", page)
    listed = client.get("/tim/?nhom=poor").text
    assert "Vay vốn" in listed
    assert "Thẻ bảo hiểm" in listed
    assert "Vay vốn" not in client.get("/tim/?nhom=near_poor").text


def test_policies_for_a_household_are_all_there_page_by_page(client, province, publish):
    for number in range(21):
        publish("policy", f"Chính sách {number:02}", audience_groups=["poor"])
    first, second = (client.get(f"/tim/?nhom=poor{page}").text for page in ("", "&page=2"))
    assert all("21 chính sách" in page for page in (first, second))
    assert (first.count("Chính sách "), second.count("Chính sách ")) == (20, 1)
    assert 'href="?nhom=poor&amp;page=2"' in first


def test_choosing_a_commune_puts_its_stories_first_and_names_its_office(client, province, publish):
    publish("article", "Chuyện ở Bãi Xa", unit_id=province.communes["Xã Bãi Xa"])
    for number in range(3):
        publish("article", f"Chuyện khác {number}")
    assert "Chuyện ở Bãi Xa" not in client.get("/").text
    page = client.get(f"/?xa={province.communes['Xã Bãi Xa']}").text
    assert "Chuyện ở Bãi Xa" in page
    assert "UBND xã Bãi Xa trả lời điều bà con hỏi." in page
    assert f'href="/gui-y-kien/?xa={province.communes["Xã Bãi Xa"]}"' in page


@pytest.mark.parametrize("value", ["", "x", "0", "9" * 30, "1 OR 1=1", "١٢"])
def test_a_wrong_commune_in_the_address_is_no_commune(client, province, site, value):
    assert client.get("/", {"xa": value}).status_code == 200


@pytest.mark.parametrize("query", ["vay vốn", "vay von", "VAY VON", "vốn vay"])
def test_search_finds_with_and_without_marks(client, province, publish, query):
    publish("policy", "Vay vốn làm ăn")
    publish("article", "Tám nhà góp đất")
    page = client.get("/tim/", {"q": query}).text
    assert "Vay vốn làm ăn" in page
    assert "Tám nhà góp đất" not in page


def test_search_finds_published_answers(client, province, answered):
    assert "trưởng ấp" in client.get("/tim/?q=nha dot").text
    assert "Không tìm thấy" in client.get("/tim/?q=khongcogi").text


def test_search_shows_what_was_typed_harmlessly(client, province, site):
    page = client.get("/tim/", {"q": '"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


def test_the_home_page_stays_light(client, province, publish, answered):
    for number in range(3):
        publish(
            "article", f"Chuyện {number}", lead="Vốn vay chung, bán chung, mỗi tháng chia tiền một lần trước mặt cả tổ."
        )
    page = client.get("/").content
    files = set(re.findall(rb'(?:href|src)="/static/([^"#]+)', page))
    sheet = Path(finders.find("ui/lantoa.css")).read_text()
    fonts = set(re.findall(r"url\((fonts/bvp[^)]+)\)", sheet))  # Khmer's are for Khmer pages
    files |= {f"ui/{name}".encode() for name in fonts}
    weigh = {name: len(gzip.compress(Path(finders.find(name.decode())).read_bytes())) for name in files}
    html = len(gzip.compress(page))
    assert html <= 20_000
    assert len(files) + 1 <= 10
    assert html + sum(weigh.values()) <= 100_000


@pytest.mark.parametrize(
    ("address", "asked", "fonts"),
    [("/", {}, ["bvp-400", "bvp-700"]), ("/km/", {}, ["nsk-400"]), ("/km/", {"Save-Data": "on"}, [])],
)
def test_a_page_asks_at_once_for_the_letters_of_its_language_alone(client, site, address, asked, fonts):
    page = client.get(address, headers=asked).text
    assert re.findall(r'rel="preload" href="/static/ui/fonts/([a-z0-9-]+)', page) == fonts


def test_the_site_names_its_province_of_today(client, province, site, settings):
    assert "tỉnh Mẫu</span>" in client.get("/").text
    assert "tỉnh" not in re.search(r"<header.*?</header>", client.get("/en/").text, re.DOTALL)[0]
    settings.LANTOA_PROVINCE = "tỉnh Khác"
    assert "tỉnh Khác</span>" in client.get("/").text


def test_the_section_being_read_is_marked(client, province, site):
    page = client.get("/hoi-dap/").text
    assert '<a class="nav-link" href="/hoi-dap/" aria-current="page">' in page
    assert page.count('aria-current="page"') == 3  # the wide menu, the phone's menu, the crumb


def test_robots_keep_out_of_the_staff_rooms(client, db):
    lines = client.get("/robots.txt").text.splitlines()
    assert lines[:2] == ["User-agent: *", "Disallow: /ban-lam-viec/"]
