"""For machines: sitemap, schema.org, previews, short links, feeds; nothing withdrawn, nothing that runs."""

import json
import re
from datetime import timedelta
from io import BytesIO
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils.http import http_date
from PIL import Image
from wagtail.models import Page, PageViewRestriction

from lantoa.announcements.models import AnnouncementPage
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.listening.models import PageVisits
from lantoa.newsroom import services
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import ColumnPage
from lantoa.portal import previews, short, sitemap
from lantoa.portal.audiences import DOORS
from lantoa.portal.dress import rgb
from lantoa.portal.icons import initials
from lantoa.portal.pages import PAGES

MAP = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
BASE = "http://localhost:8000"
LD = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)
PHONE = {"HTTP_USER_AGENT": "Mozilla/5.0 (Linux; Android 14)"}


@pytest.fixture
def base(settings):
    settings.LANTOA_BASE_URL = BASE


def graph(html):
    return [thing for found in LD.findall(html) for thing in json.loads(found)["@graph"]]


def withdraw(province, page):
    leader = province.hire(Role.LEADER)
    services.sync_groups(user=leader, at=now())
    services.withdraw_page(page=page, by=leader, at=now(), reason="Đã cũ.")


def unlisted(answer):
    """Whether a page asks search engines to pass on."""
    return "noindex" in answer.headers.get("X-Robots-Tag", "") or 'name="robots" content="noindex' in answer.text


def places(client, number):
    tree = ElementTree.fromstring(client.get(f"/sitemap-{number}.xml").content)
    return {one.find("s:loc", MAP).text: one for one in tree.findall("s:url", MAP)}


def test_sitemap_names_every_published_page_with_its_languages_and_no_other(
    client, base, province, publish, monkeypatch, django_assert_max_num_queries
):
    kept, gone = publish("policy", "Vay vốn"), publish("article", "Đã rút")
    withdraw(province, gone)
    english = publish("policy", "Loans", language="en")
    type(english).objects.filter(pk=english.pk).update(translation_key=kept.translation_key)
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    assert [one.text for one in index.findall(".//s:loc", MAP)] == [f"{BASE}/sitemap-0.xml", f"{BASE}/sitemap-1.xml"]
    with django_assert_max_num_queries(8):
        found = places(client, 1)
    row = found[f"{BASE}{kept.url}"]
    assert row.find("s:lastmod", MAP).text == kept.last_published_at.isoformat(timespec="seconds")
    links = {one.get("hreflang"): one.get("href") for one in row.findall("x:link", MAP)}
    assert links == {"vi": f"{BASE}{kept.url}", "en": f"{BASE}{english.url}"}
    assert f"{BASE}{gone.url}" not in found
    assert f"{BASE}/" in found
    assert f"{BASE}/en/gui-y-kien/" in places(client, 0)
    monkeypatch.setattr(sitemap, "A_PART", 10)
    parts = [places(client, n) for n in range(1, sitemap.parts())]
    assert [len(part) for part in parts[:-1]] == [10] * (len(parts) - 1)
    assert {url for part in parts for url in part} == set(found)
    assert client.get(f"/sitemap-{sitemap.parts()}.xml").status_code == 404
    assert f"Sitemap: {BASE}/sitemap.xml" in client.get("/robots.txt").text


def test_the_sitemap_lists_every_page_of_the_portal_that_search_engines_may_show(
    client, base, province, site, django_assert_max_num_queries
):
    AnnouncementPage.objects.create(slug="tin-cho-dan", name="Tin cho dân", created_at=now())
    with django_assert_max_num_queries(12):
        listed = [url.removeprefix(BASE) for url in places(client, 0)]
    shown = {url: client.get(url) for url in listed}
    assert {answer.status_code for answer in shown.values()} == {200}
    assert [url for url, answer in shown.items() if unlisted(answer)] == []
    for language in ("", "/en", "/km"):
        assert {f"{language}/danh-cho/{slug}/" for slug in DOORS} <= set(listed)
        assert {f"{language}/noi-toi-o/{pk}/" for pk in province.communes.values()} <= set(listed)
        assert f"{language}/bo-tai-ve/99001/" in listed
        assert f"{language}/thong-bao/tin-cho-dan/" in listed
    own = {name: reverse(name) for name, named in PAGES.items() if not callable(named) and name != "portal:home"}
    assert [url for url in own.values() if (url in shown) == unlisted(client.get(url))] == []


def test_each_page_says_what_it_is_and_the_way_to_it(client, base, province, publish):
    policy = publish("policy", "Vay vốn", owner_agency_id=province.department_id, who=[{"text": "<p>Hộ nghèo</p>"}])
    thing, crumbs = graph(client.get(policy.url).text)
    assert (thing["@type"], thing["name"], thing["url"]) == ("GovernmentService", "Vay vốn", f"{BASE}{policy.url}")
    assert thing["audience"]["audienceType"] == "Hộ nghèo"
    assert thing["author"]["name"] == "Sở Mẫu"
    assert [one["item"] for one in crumbs["itemListElement"]] == [
        f"{BASE}/",
        f"{BASE}/chinh-sach/",
        f"{BASE}{policy.url}",
    ]
    assert [one["@type"] for one in graph(client.get("/").text)] == ["Organization", "WebSite"]
    assert graph(client.get("/hoi-dap/").text)[0]["@type"] == "FAQPage"


def test_what_is_written_in_a_page_cannot_leave_its_data(client, base, publish):
    evil = "</script><script>alert(1)</script><!-- & \u2028 'x' \"y\""
    page = publish("article", f"Tít {evil}", lead=evil)
    html = client.get(page.url).text
    [found] = LD.findall(html)
    assert not set(found) & set("<>&\u2028")
    assert json.loads(found)["@graph"][0]["description"] == page.lead
    assert "<script>alert" not in html
    head = html[: html.index("</head>")]
    assert head.count("<script") == 1


def test_a_shared_page_has_a_preview_of_its_own_host(client, base, province, publish, settings, tmp_path):
    settings.LANTOA_PRIVATE_ROOT = tmp_path
    page = publish("article", "Tám nhà góp đất làm đường về ấp, chuyện dài hơn một dòng rất nhiều chữ")
    html = client.get(page.url).text
    meta = dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html))
    assert (meta["og:title"], meta["og:url"]) == (page.title, f"{BASE}{page.url}")
    assert (meta["og:type"], meta["twitter:card"]) == ("article", "summary_large_image")
    assert meta["og:image"].startswith(f"{BASE}/anh-chia-se/{page.pk}.png?v=")
    answer = client.get(f"/anh-chia-se/{page.pk}.png")
    picture = Image.open(BytesIO(answer.content))
    assert (answer.headers["Content-Type"], picture.size) == ("image/png", (1200, 630))
    assert len(answer.content) < 100_000
    assert picture.convert("RGB").getpixel((5, 5)) == rgb(settings.LANTOA_COLOUR)
    [kept] = (tmp_path / "previews").iterdir()
    assert client.get(f"/anh-chia-se/{page.pk}.png").content == kept.read_bytes()
    settings.LANTOA_COLOUR = "#0c4f47"
    client.get(f"/anh-chia-se/{page.pk}.png")
    assert len(list((tmp_path / "previews").iterdir())) == 1, "the older drawing is gone"
    withdraw(province, page)
    assert client.get(f"/anh-chia-se/{page.pk}.png").status_code == 404
    assert client.get("/anh-chia-se/0.png").status_code == 200


def test_a_khmer_title_is_drawn_with_its_letters_and_within_the_picture(settings, tmp_path):
    settings.LANTOA_PRIVATE_ROOT = tmp_path
    title = "គ្រួសារក្រីក្រអាចខ្ចីប្រាក់ពីធនាគារដើម្បីចិញ្ចឹមក្តាមនិងបង្គានៅខេត្តកាម៉ាវ"
    drawn = [previews.drawn(name, words, "vi-du.example") for name, words in (("1", "កកក"), ("2", "ខខខ"))]
    assert drawn[0] != drawn[1], "boxes look alike"
    picture = Image.open(BytesIO(previews.drawn("3", title, "vi-du.example"))).convert("RGB")
    right, words = picture.crop((1116, 110, 1200, 630)), picture.crop((84, 110, 1116, 540))
    assert right.getcolors() == [(84 * 520, previews.PAPER)], "no line runs over the edge"
    ink = words.convert("L").point(lambda shade: 255 * (shade < 128)).getbbox()
    assert ink[3] - ink[1] > 150, "it stands on several lines, though no space parts its words"


def test_a_short_link_leads_to_a_page_of_ours_and_is_counted_by_the_hour(client, base, province, publish):
    page = publish("article", "Chuyện")
    code = short.code(page.pk)
    assert f'value="{BASE}/t/{code}"' in client.get(page.url).text
    answer = client.get(f"/t/{code.upper()}", **PHONE)
    assert (answer.status_code, answer.headers["Location"]) == (302, page.url)
    assert "Set-Cookie" not in answer.headers
    client.get(f"/t/{code}", HTTP_USER_AGENT="facebookexternalhit/1.1")
    client.head(f"/t/{code}", **PHONE)
    assert list(PageVisits.objects.values_list("address", "visits")) == [(page.url, 1)]
    qr = client.get(f"/t/{code}/qr.svg")
    assert qr.headers["Content-Type"] == "image/svg+xml"
    assert b"<svg" in qr.content
    withdraw(province, page)
    for gone in (code, "0", "zzzzzzzzzz", "%2F%2Fxau.example", "a" * 60, "ấ"):
        assert client.get(f"/t/{gone}").status_code == 404


def test_share_links_load_nothing_and_zalo_is_offered_once_it_is_set_up(client, base, publish, settings):
    page = publish("article", "Chuyện")
    html = client.get(page.url).text
    code = short.code(page.pk)
    assert f'href="https://www.facebook.com/sharer/sharer.php?u=http%3A%2F%2Flocalhost%3A8000%2Ft%2F{code}"' in html
    assert ">Zalo</a>" not in html
    settings.LANTOA_SHARE_ZALO = "https://zalo.example/share?url={url}"
    assert f"https://zalo.example/share?url=http%3A%2F%2Flocalhost%3A8000%2Ft%2F{code}" in client.get(page.url).text
    settings.LANTOA_SHARE_ZALO = "javascript:alert(1)"
    assert "javascript:" not in client.get(page.url).text


def test_the_guide_a_door_and_a_commune_are_passed_on_by_their_address_alone(client, base, province):
    commune = next(iter(province.communes.values()))
    for path in ("/toi-duoc-huong-gi/", "/danh-cho/ho-ngheo/", reverse("portal:commune", args=[commune])):
        html = client.get(path, {"xa": commune}).text
        assert f'readonly value="{BASE}{path}"' in html
        assert f'sharer.php?u={quote(BASE + path, safe="")}"' in html
        assert "qr.svg" not in html


@pytest.mark.parametrize("form", ["rss.xml", "atom.xml", "feed.json"])
def test_feeds_of_all_of_a_column_and_of_a_commune(client, base, province, site, publish, form):
    editor, reviewer = province.hire(Role.EDITOR), province.hire(Role.REVIEWER)
    column = services.write_page(
        ColumnPage, parent=site.sections[SectionKind.COLUMNS]["vi"], title="Làm ăn", lead="Mỗi tuần.",
        by=editor, at=now(),
    )  # fmt: skip
    services.submit_page(page=column, by=editor, at=now())
    services.approve_page(page=column, by=reviewer, at=now())
    filed = publish("article", "Nuôi cua & tôm", column_id=column.pk)
    far = publish("policy", "Ở Bãi Xa", unit_id=province.communes["Xã Bãi Xa"])
    every = client.get(f"/tin-moi/{form}")
    told = every.content.decode()
    assert f"{BASE}{filed.url}" in told
    assert f"{BASE}{far.url}" in told
    assert f"{BASE}{filed.url}" in client.get(f"/tin-moi/chuyen-muc/{column.slug}/{form}").text
    assert far.url not in client.get(f"/tin-moi/chuyen-muc/{column.slug}/{form}").text
    assert far.url in client.get(f"/tin-moi/xa/99002/{form}").text
    assert filed.url not in client.get(f"/tin-moi/xa/99002/{form}").text
    again = client.get(f"/tin-moi/{form}", HTTP_IF_NONE_MATCH=every.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert "Last-Modified" not in every.headers
    since = client.get(f"/tin-moi/{form}", HTTP_IF_MODIFIED_SINCE=http_date())
    assert (since.status_code, since.content) == (200, every.content), "a second tells nothing of what it holds"
    withdraw(province, far)
    assert far.url not in client.get(f"/tin-moi/{form}").text
    for wrong in (f"/tin-moi/xa/00000/{form}", f"/tin-moi/chuyen-muc/khong/{form}", "/tin-moi/gi.xml"):
        assert client.get(wrong).status_code == 404


def test_what_comes_or_goes_by_the_clock_or_a_password_is_new_in_a_feed(client, base, province, publish, site):
    page, policy = publish("article", "Chuyện"), publish("policy", "Theo giờ")
    publish("article", "Chuyện nữa")
    Page.objects.filter(pk=policy.pk).update(last_published_at=now() - timedelta(days=9))

    def status(change):
        etag = client.get("/tin-moi/atom.xml").headers["ETag"]
        same = client.get("/tin-moi/atom.xml", HTTP_IF_NONE_MATCH=etag).status_code
        change()
        return same, client.get("/tin-moi/atom.xml", HTTP_IF_NONE_MATCH=etag).status_code

    def expire():
        Page.objects.filter(pk=page.pk).update(expire_at=now() - timedelta(minutes=1))
        services.publish_due(at=now())

    def shut():
        PageViewRestriction(page=site.articles["vi"].page_ptr, restriction_type="login").save(user=None)

    def come_at_its_hour():  # as `publish_due` lets it out
        policy.publish(policy.get_latest_revision(), log_action="wagtail.publish.scheduled")

    assert [status(change) for change in (expire, shut, come_at_its_hour)] == [(304, 200)] * 3


def test_what_goes_out_in_the_second_of_a_question_or_before_it_is_asked_for_is_new(client, base, province, publish):
    publish("article", "Chuyện")
    asked = client.get("/tin-moi/atom.xml")
    late = publish("policy", "Vay vốn")
    stamped = now() - timedelta(seconds=30)
    Page.objects.filter(pk=late.pk).update(first_published_at=stamped, last_published_at=stamped)
    for since in ({"HTTP_IF_MODIFIED_SINCE": http_date()}, {"HTTP_IF_NONE_MATCH": asked.headers["ETag"]}):
        answer = client.get("/tin-moi/atom.xml", **since)
        assert (answer.status_code, late.url in answer.text) == (200, True)


def test_icons_and_manifest_come_from_the_settings(client, province, site, settings):
    settings.LANTOA_NAME, settings.LANTOA_COLOUR = "Đồng Xa", "#0c4f47"
    told = client.get("/ung-dung.webmanifest")
    assert told.headers["Content-Type"].startswith("application/manifest+json")
    app = json.loads(told.content)
    assert (app["short_name"], app["theme_color"], app["scope"], app["display"]) == (
        "Đồng Xa",
        "#0c4f47",
        "/",
        "standalone",
    )
    assert (app["start_url"], app["id"], app["name"]) == ("/", "/", "Đồng Xa tỉnh Mẫu")
    assert {one["sizes"] for one in app["icons"]} == {"192x192", "512x512"}
    assert any("maskable" in one["purpose"].split() for one in app["icons"])
    for path, front in (("/", ""), ("/muc-luc/", ""), (site.articles["vi"].url, ""), ("/km/tim/", "/km")):
        page = client.get(path).text
        assert f'<noscript><link rel="manifest" href="{front}/ung-dung.webmanifest"></noscript>' in page
        assert f'data-manifest="{front}/ung-dung.webmanifest"' in page
    assert json.loads(client.get("/km/ung-dung.webmanifest").content)["start_url"] == "/km/"
    for one in app["icons"]:
        icon = Image.open(BytesIO(client.get(one["src"]).content))
        assert one["sizes"] == f"{icon.width}x{icon.height}"
        assert icon.getpixel((1, 1)) == (12, 79, 71)
    with Image.open(BytesIO(client.get("/bieu-tuong-180.png").content)) as touch:
        assert (touch.size, touch.getpixel((1, 1))) == ((180, 180), (12, 79, 71))
    assert client.get("/bieu-tuong-77.png").status_code == 404
    assert (initials("Đồng Xa"), initials(""), rgb("không phải màu")) == ("ĐX", "L", (154, 25, 21))
