"""Baked pages: kept for everybody, changed with what changes, and never made of anything a visitor says."""

import gzip
import io
import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import brotli
import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, connection

from lantoa.approvals import services as approvals
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.listening.enums import Door
from lantoa.listening.services import answer_case, open_case, publish_answer
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.models import Rereading
from lantoa.portal.baking import areas, layer, memory, oven, shelf
from lantoa.portal.pages import open_page
from lantoa.pressroom import services as pressroom
from lantoa.pressroom.kit_content import KitText
from lantoa.territory.services import rename_unit
from tests.newsroom.passing import let_out
from tests.pressroom.conftest import KIT, PDF

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
HOST = "localhost:8000"


@dataclass
class Said:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode().replace("\xa0", " ")


@dataclass
class Site:
    """The layer over Django itself, counting how often Django wakes."""

    pages: layer.BakedPages
    woken: list[str] = field(default_factory=list)

    def get(self, path: str, method: str = "GET", **environ: str) -> Said:
        told: list[Any] = []
        asked = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "SERVER_NAME": "localhost",
            "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "REMOTE_ADDR": "203.0.113.9", "HTTP_HOST": HOST,
            "SCRIPT_NAME": "", "wsgi.url_scheme": "http", "wsgi.input": io.BytesIO(), "wsgi.errors": io.StringIO(),
            "wsgi.version": (1, 0), "wsgi.multithread": True, "wsgi.multiprocess": True, "wsgi.run_once": False,
        }  # fmt: skip
        reply = self.pages({**asked, **environ}, lambda status, headers: told.extend((status, headers)))
        body = b"".join(reply)
        if close := getattr(reply, "close", None):
            close()
        return Said(int(told[0][:3]), dict(told[1]), body)


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """Django asked as a server asks it closes its connection; the test's must stay."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def baked(site: Any, tmp_path: Any, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Site:
    monkeypatch.setattr(layer, "BLIND", 600.0)  # a test looks when it wants to see
    settings.LANTOA_BASE_URL = f"http://{HOST}"
    django, woken = get_wsgi_application(), []

    def counted(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        woken.append(environ["PATH_INFO"])
        return django(environ, start)

    made = Site(layer.BakedPages(counted, tmp_path / "baked"), woken)
    made.pages.look()
    return made


def test_behind_tls_the_sites_own_forms_are_its_own_and_no_others(site, tmp_path, settings):
    settings.LANTOA_BASE_URL = f"https://{HOST}"
    door = Site(layer.BakedPages(get_wsgi_application(), tmp_path / "baked"))
    token = re.search("csrftoken=([^;]+)", door.get("/tai-khoan/login/").headers["Set-Cookie"])[1]

    def sent(origin: str) -> int:
        typed = urlencode({"csrfmiddlewaretoken": token, "login": "ai", "password": "sai"}).encode()
        return door.get(
            "/tai-khoan/login/", "POST", HTTP_ORIGIN=origin, HTTP_COOKIE=f"csrftoken={token}",
            CONTENT_TYPE="application/x-www-form-urlencoded", CONTENT_LENGTH=str(len(typed)),
            **{"wsgi.input": io.BytesIO(typed)},
        ).status  # fmt: skip

    assert [sent(f"https://{HOST}"), sent(f"http://{HOST}"), sent("https://la.example")] == [200, 403, 403]


PUBLIC = ["/", "/tim/", "/hoi-dap/", "/muc-luc/", "/tro-nang/", "/thong-bao/", "/tin/", "/chinh-sach/", "/en/", "/km/",
          "/dinh-chinh/"]  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_public_page_is_baked_once_with_the_headers_django_sends(baked, client, path):
    first, again = baked.get(path), baked.get(path)
    live = client.get(path, headers={"host": HOST})
    assert (first.status, again.body, baked.woken) == (200, first.body, [path])
    assert first.body == live.content
    same = {name: value for name, value in live.headers.items() if name not in ("Vary", "Content-Length")}
    assert {name: value for name, value in first.headers.items() if name in same} == same
    assert "nonce" not in first.headers["Content-Security-Policy"]
    assert first.headers["Vary"] == "Accept-Encoding, Save-Data"


def test_a_kits_file_comes_in_parts_and_is_held_by_nobody(baked, province):
    editor, leader = province.hire(Role.EDITOR), province.hire(Role.LEADER)
    kit = pressroom.open_kit(unit_id=province.unit_id, text=KIT, by=editor, at=now()).kit
    pressroom.add_document(kit_id=kit.pk, content=PDF, filename="So lieu.pdf", title="Số liệu", credit="Sở Mẫu",
                           by=editor, at=now())  # fmt: skip
    sent = pressroom.send_kit(kit_id=kit.pk, by=editor, at=now())
    approvals.decide(submission_id=sent.pk, by=leader, at=now(), approve=True)
    baked.pages.look()
    url = f"/bao-chi/{kit.pk}/tep/{KitText.read(sent.content).files[0].id}/"
    part = baked.get(url, HTTP_RANGE="bytes=0-4")
    assert (part.status, part.body) == (206, PDF[:5])
    whole = baked.get(url)
    assert (whole.status, whole.body) == (200, PDF)
    assert baked.get(url, HTTP_IF_NONE_MATCH=whole.headers["ETag"]).status == 304


def test_encodings_etag_and_head(baked, publish):
    url = publish("article", "Chuyện ở ấp").url
    plain = baked.get(url)
    packed = baked.get(url, HTTP_ACCEPT_ENCODING="gzip, deflate, br")
    zipped = baked.get(url, HTTP_ACCEPT_ENCODING="gzip, br;q=0")
    head = baked.get(url, "HEAD", HTTP_ACCEPT_ENCODING="br")
    assert brotli.decompress(packed.body) == gzip.decompress(zipped.body) == plain.body
    assert len({said.headers["ETag"] for said in (plain, packed, zipped)}) == 3
    assert (head.body, head.headers) == (b"", packed.headers)
    known = baked.get(url, HTTP_ACCEPT_ENCODING="br", HTTP_IF_NONE_MATCH=packed.headers["ETag"])
    assert (known.status, known.body, known.headers["ETag"]) == (304, b"", packed.headers["ETag"])
    assert baked.get(url, HTTP_IF_NONE_MATCH=packed.headers["ETag"]).status == 200
    (file,) = baked.pages._shelf.current.glob("tin/tin/*/index.html")
    assert file.read_bytes() == plain.body
    assert gzip.decompress(file.with_name("index.html.gz").read_bytes()) == plain.body


def test_what_is_published_changed_and_taken_down_shows_at_once(baked, publish, province):
    page = publish("article", "Chuyện đầu")
    assert "Chuyện đầu" in baked.get(page.url).text
    assert "Chuyện đầu" in baked.get("/tin/").text
    second = publish("article", "Chuyện sau")
    baked.pages.look()
    assert "Chuyện sau" in baked.get("/tin/").text
    assert "Chuyện sau" in baked.get("/").text
    assert "Chuyện sau" in baked.get(page.url).text  # see also
    newsroom.revise_page(page=second, by=second.owner, at=now(), title="Chuyện đã sửa")
    baked.pages.look()
    assert "Chuyện sau" in baked.get(second.url).text
    newsroom.submit_page(page=second, by=second.owner, at=now())
    approver = province.hire(Role.REVIEWER)
    newsroom.approve_page(page=second, by=approver, at=now())
    baked.pages.look()
    assert "Chuyện đã sửa" in baked.get(second.url).text
    newsroom.withdraw_page(page=second, by=approver, at=now(), reason="Sai")
    baked.pages.look()
    baked.woken.clear()
    assert [baked.get(second.url).status for _turn in range(2)] == [410, 410]
    assert baked.woken == [second.url]
    assert all("Chuyện đã sửa" not in baked.get(path).text for path in ("/", "/tin/", page.url, "/tim/"))


def test_what_is_taken_down_is_told_at_once(baked, publish, province):
    page = publish("article", "Chuyện sai")
    assert 'id="go-' not in baked.get("/dinh-chinh/").text
    newsroom.withdraw_page(page=page, by=province.hire(Role.REVIEWER), at=now(), reason="Sai số liệu")
    baked.pages.look()
    assert 'id="go-' in baked.get("/dinh-chinh/").text


def test_what_is_gone_is_kept_in_memory_alone_until_anything_changes(baked, publish, province):
    """Withdrawn, restored, withdrawn again: never stale; nor is where its readers are sent instead."""
    page, instead = publish("article", "Chuyện sai"), publish("policy", "Vay vốn")
    reviewer = province.hire(Role.REVIEWER)

    def take_down(told: str) -> None:
        newsroom.withdraw_page(page=page, by=reviewer, at=now(), reason="Sai", told=told, instead=instead)

    def asked() -> list[Said]:
        baked.pages.look()
        baked.woken.clear()
        found = [baked.get(page.url), baked.get(page.url), baked.get(page.url, HTTP_ACCEPT_ENCODING="br")]
        assert baked.woken == [page.url]
        assert brotli.decompress(found[2].body) == found[1].body == found[0].body
        return found

    take_down("Lần đầu.")
    first = asked()
    assert ({one.status for one in first}, "Lần đầu." in first[0].text) == ({410}, True)
    assert instead.url in first[0].text
    known = first[0].headers["ETag"]
    assert baked.get(page.url, HTTP_IF_NONE_MATCH=known).status == 410  # only what is there is unchanged
    assert baked.get(page.url, "HEAD").body == b""
    assert list(baked.pages._shelf.kept.rglob("*.html")) == []
    newsroom.revise_page(page=page, by=page.owner, at=now(), title="Chuyện đúng")
    let_out(page, author=page.owner, reviewer=reviewer, at=now())
    assert {one.status for one in asked()} == {200}
    take_down("Lần sau.")
    again = asked()
    assert ({one.status for one in again}, "Lần sau." in again[0].text) == ({410}, True)
    newsroom.withdraw_page(page=instead, by=reviewer, at=now(), reason="Sai")
    assert instead.url not in asked()[0].text


def test_answer_unit_and_address_change_what_shows_them(baked, publish, province, officer):
    page = publish("article", "Chuyện ở xã", unit_id=province.communes["Xã Đất Thử"])
    assert "xã đất thử" in baked.get("/").text.lower()
    assert "trưởng ấp" not in baked.get("/hoi-dap/").text
    unit_id = province.communes["Xã Đất Thử"]
    case = open_case(text="Nhà dột?", unit_id=unit_id, door=Door.PORTAL, submission_key="k", by=None, at=now())
    answer_case(case_id=case.pk, text="Đến ấp.", by=officer, at=now())
    publish_answer(case_id=case.pk, question="Nhà dột?", answer="Gặp trưởng ấp.", by=officer, at=now())
    rename_unit(unit_id=unit_id, name="Xã Tên Mới", short_name="Tên Mới", on=today(), by=None, at=now())
    baked.pages.look()
    assert "trưởng ấp" in baked.get("/hoi-dap/").text
    assert "trưởng ấp" in baked.get("/").text
    assert "Tên Mới" in baked.get("/").text
    old = page.url
    baked.get(old)
    page.slug = "cho-moi"
    page.save()
    baked.pages.look()
    assert (baked.get(old).status, baked.get("/tin/cho-moi/").status) == (404, 200)


def test_draft_makes_nothing_old_and_an_article_no_policy(baked, publish, site, province):
    policy, article = publish("policy", "Vay vốn"), publish("article", "Chuyện")
    baked.pages.look()
    for url in (policy.url, article.url, "/"):
        baked.get(url)
    baked.woken.clear()
    newsroom.revise_page(page=article, by=article.owner, at=now(), title="Nháp")
    newsroom.write_article(parent=site.articles["vi"], title="Nháp mới", lead="", body=[], by=article.owner, at=now())
    baked.pages.look()
    for url in (policy.url, article.url, "/"):
        baked.get(url)
    assert baked.woken == []
    publish("article", "Chuyện nữa")
    baked.pages.look()
    for url in (policy.url, article.url, "/"):
        baked.get(url)
    assert baked.woken == [article.url, "/"]


def test_what_is_said_of_a_page_makes_its_section_old_and_no_other(baked, publish):
    policy, article = publish("policy", "Vay vốn"), publish("article", "Chuyện")
    baked.pages.look()
    for url in (policy.url, article.url):
        baked.get(url)
    baked.woken.clear()
    Rereading.objects.create(page_id=policy.pk, next_on=now().date(), by=policy.owner, at=now())
    baked.pages.look()
    for url in (policy.url, article.url):
        baked.get(url)
    assert baked.woken == [policy.url]


def test_a_page_of_a_commune_and_one_of_live_figures(baked, province):
    commune = f"/noi-toi-o/{province.communes['Xã Đất Thử']}/"
    assert [baked.get(path).status for path in (commune, commune, "/tinh-trang/", "/tinh-trang/")] == [200] * 4
    assert baked.woken == [commune, "/tinh-trang/", "/tinh-trang/"]


NOT_PLAIN = [
    {"HTTP_COOKIE": "sessionid=x"}, {"HTTP_AUTHORIZATION": "Basic x"}, {"HTTP_SAVE_DATA": "on"},
    {"QUERY_STRING": "xa=1"}, {"QUERY_STRING": "x=<script>"}, {"HTTP_HOST": "localhost"}, {"HTTP_HOST": "evil.example"},
]  # fmt: skip


@pytest.mark.parametrize("said", NOT_PLAIN, ids=str)
def test_what_is_not_plain_is_answered_by_django_and_kept_nowhere(baked, said):
    baked.get("/", **said)
    assert baked.woken == ["/"]
    assert list(baked.pages._shelf.kept.rglob("*.html")) == []
    clean = baked.get("/")
    baked.get("/", **said)
    assert baked.woken == ["/"] * 3
    assert baked.get("/").body == clean.body


UNKEYED = {
    "HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "198.51.100.7",
    "HTTP_FORWARDED": "host=evil.example", "HTTP_X_ORIGINAL_URL": "/quan-tri/", "HTTP_X_REWRITE_URL": "/quan-tri/",
    "HTTP_ACCEPT_LANGUAGE": "en", "HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "x", "HTTP_USER_AGENT": "<script>",
    "HTTP_REFERER": "https://evil.example/", "HTTP_X_HTTP_METHOD_OVERRIDE": "POST", "HTTP_ACCEPT": "application/json",
    "HTTP_RANGE": "bytes=0-1", "HTTP_X_FORWARDED_PREFIX": "/evil", "SCRIPT_NAME": "", "SERVER_NAME": "evil.example",
    "SERVER_PORT": "666", "REMOTE_USER": "admin", "wsgi.url_scheme": "https",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/", "/tin/"])
def test_nothing_a_visitor_says_reaches_the_page_that_is_kept(baked, client, path):
    poisoned = baked.get(path, **UNKEYED)
    clean = client.get(path, headers={"host": HOST})
    assert baked.get(path).body == poisoned.body == clean.content
    assert b"evil" not in poisoned.body
    assert len(baked.woken) == 1


PATHS = [
    "/../", "/tin/../", "/./", "//", "//tin/", "/tin//", "/tin", "/tin/\x00/", "/%2e%2e/", "/tin/..%2f/",
    "/" + "a" * 201 + "/", "/" + "a/" * 301, "/tin/a.html", "/index.html", "/tin/ /", "/tin/\xc3\xa1/", "/tin/\n/",
    "/ban-lam-viec/", "/tra-loi/", "/gui-y-kien/", "/khong-co/", "/tin/khong-co/", "/en/khong-co/",
]  # fmt: skip


def test_strange_personal_and_missing_addresses_leave_no_file(baked):
    for path in PATHS:
        assert baked.get(path).status in (200, 301, 302, 400, 404), path
    assert list(baked.pages._shelf.kept.rglob("*.*html*")) == []


def other_spellings(path: str) -> set[str]:
    """Addresses that look like another way to write this one."""
    parts, found = path.strip("/").split("/"), set()
    for place, part in enumerate(parts):
        wide = "".join(chr(ord(sign) + 0xFEE0) for sign in part)  # letters of full width
        for other in (
            part.upper(), part.title(), f"0{part}", f"000{part}", f"-{part}", f"+{part}", f"/{part}", f"{part}/.",
            f"./{part}", f"x/../{part}", f"%{ord(part[0]):02x}{part[1:]}", f"{part} ", f"{part}%20", f"{part};x=1",
            part.replace("-", "_"), wide, f"{part}\u0301",
        ):  # fmt: skip
            found.add("/".join(["", *parts[:place], other, *parts[place + 1 :], ""]))
    found |= {f"{before}{path}" for before in ("/", "/vi", "/en-us", "/en-GB", "/EN", "/index.html", "/vi/en")}
    return (found | {f"{path}/", path.rstrip("/"), f"{path}index.html"}) - {path}


def test_one_page_has_one_address_that_is_kept_and_judged(baked, publish, province):
    article = publish("article", "Chuyện ở ấp").url
    commune = f"/noi-toi-o/{province.communes['Xã Đất Thử']}/"
    for path in (article, commune, f"/en{commune}", "/bo-tai-ve/99001/", "/danh-cho/ho-ngheo/", "/tin/", "/en/tim/"):
        assert (baked.get(path).status, open_page(path) is not None) == (200, True), path
        for other in other_spellings(path):
            assert baked.get(other.encode().decode("latin-1")).status in (301, 404), other
            assert open_page(other) is None, other
    kept = {str(file.parent.relative_to(baked.pages._shelf.kept)) for file in baked.pages._shelf.kept.rglob("*.html")}
    assert {one.partition("/")[2] for one in kept} == {
        one.strip("/") for one in (article, commune, f"/en{commune}", "/danh-cho/ho-ngheo/", "/tin/", "/en/tim/")
    }


def test_post_is_djangos(baked, publish):
    url = publish("article", "Chuyện").url
    assert 'action="/trang-nay/"' in baked.get(url).text
    assert "csrf" not in baked.get(url).text
    form = f"trang={url}&co=1".encode()
    asked = {"CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(form))}
    assert baked.get("/trang-nay/", "POST", **asked, **{"wsgi.input": io.BytesIO(form)}).status == 200
    baked.woken.clear()
    baked.get("/")
    assert baked.get("/", "POST", CONTENT_LENGTH="0").status == 403  # no form of ours, no token
    assert baked.woken == ["/", "/"]


def test_what_a_page_reads_unwatched_keeps_it_from_being_baked(baked, monkeypatch):
    monkeypatch.delitem(areas.WATCHED, "listening_publishedanswer")
    assert [baked.get("/hoi-dap/").status for _turn in range(2)] == [200, 200]
    assert baked.woken == ["/hoi-dap/"] * 2


def test_what_is_never_kept_is_asked_for_by_each_reader_alone(baked, publish, monkeypatch):
    monkeypatch.delitem(areas.WATCHED, "listening_publishedanswer")
    asked, ask = [], oven.ask
    monkeypatch.setattr(oven, "ask", lambda *how: asked.append(how[1]) or ask(*how))
    for _turn in range(3):
        assert baked.get("/hoi-dap/").status == 200
    assert (asked, len(baked.woken)) == (["/hoi-dap/"], 3)  # once through the oven, where others wait for it
    publish("article", "Chuyện mới")
    baked.pages.look()
    baked.get("/hoi-dap/")
    assert asked == ["/hoi-dap/"] * 2


def test_every_watched_table_has_its_trigger_and_each_moves_its_area(baked):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, encode(tgargs, 'escape') FROM pg_trigger WHERE tgname = 'portal_watched'"
        )
        found = {table: area.removesuffix("\\000") for table, area in cursor.fetchall()}
    assert found == areas.WATCHED
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgrelid::regclass::text FROM pg_trigger WHERE tgname = 'portal_watched_by_page'")
        assert {table for (table,) in cursor.fetchall()} == areas.BY_PAGE
    others = {"site", "hoi-dap", "thong-bao", "noi-toi-o", "chuyen-trang"}
    assert set(areas.WATCHED.values()) <= {*others, *areas.SHARED, *areas.ROOMS}


def test_page_is_baked_anew_after_its_time(baked, monkeypatch):
    monkeypatch.setattr(layer, "OLDEST", 0.0)
    baked.get("/")
    baked.get("/")
    assert baked.woken == ["/", "/"]


def test_who_sees_no_changes_asks_django_and_keeps_pages_for_when_it_cannot(baked, publish, monkeypatch):
    url = publish("article", "Chuyện").url
    baked.pages.look()
    page = baked.get(url)
    monkeypatch.setattr(baked.pages, "_seeing", 0.0)
    assert [baked.get(url).body for _turn in range(2)] == [page.body] * 2
    assert baked.woken == [url] * 3
    django = baked.pages._application

    def broken(environ: dict[str, Any], start: Callable[..., Any]) -> Any:
        start("500 Internal Server Error", [])
        return [b""]

    monkeypatch.setattr(baked.pages, "_application", broken)
    assert (baked.get(url).status, baked.get(url).body, baked.get("/tin/").status) == (200, page.body, 500)
    monkeypatch.setattr(baked.pages, "_application", django)
    baked.pages.look()
    assert baked.get(url).body == page.body
    assert baked.woken == [url] * 3


def test_files_are_vouched_for_moment_by_moment(tmp_path):
    kept = shelf.Shelf(tmp_path)
    at = float(int(time.time()))
    (kept.now / "2026-11-29T06:13:56+00:00").symlink_to(Path("..", "current"))  # as an earlier version named it

    def vouched() -> list[float]:
        return sorted(float(file.name) - at for file in kept.now.iterdir())

    kept.vouch(at + 0.05)
    assert vouched() == [0, 0.5]
    kept.vouch(at + 0.1)
    kept.vouch(at + 0.1)
    assert vouched() == [0, 0.5, 1]
    kept.vouch(at + 0.6)
    assert vouched() == [0, 0.5, 1, 1.5]
    kept.vouch(at - 60)
    assert vouched() == [0, 0.5, 1, 1.5]


def test_two_versions_of_one_second_never_look_the_same(tmp_path):
    kept = shelf.Shelf(tmp_path)
    kept.follow(lambda: {"tin": "a"})
    marks = []
    for body in (b"12 ho", b"13 ho", b"12 ho"):
        kept.write("tin", "a", "/tin/x/", (body, body, body))
        marks.append((tmp_path / "current/tin/tin/x/index.html").stat().st_mtime)
    assert marks[0] == marks[2] != marks[1]


def test_a_transaction_writes_a_slot_that_no_other_holds(db):
    with closing(connection.copy()) as other, connection.cursor() as cursor, other.cursor() as theirs:
        cursor.execute("SELECT pg_backend_pid() % 64")
        (own,) = cursor.fetchone()
        theirs.execute("SELECT pg_advisory_lock('portal_stamp'::regclass::oid::int, %s)", [own])
        cursor.execute("SELECT portal_touch('tin', 'site', 'tin'), portal_touch('site')")
        cursor.execute("SELECT area, number FROM portal_stamp WHERE slot = %s", [(own + 1) % 64])
        assert {"tin", "site"} <= {area for area, _number in cursor.fetchall()}


def test_nobody_waits_while_another_bakes_anew_what_has_not_changed(baked, publish, monkeypatch):
    url = publish("article", "Chuyện").url
    baked.pages.look()
    page = baked.get(url)
    baked.pages._memory.get(url).until = 0.0
    with baked.pages._making[hash(url) % layer.STRIPES]:
        assert baked.get(url).body == page.body
    assert baked.woken == [url]


def test_a_process_that_lags_turns_no_link_back_and_writes_for_nobody(tmp_path):
    one, two = shelf.Shelf(tmp_path), shelf.Shelf(tmp_path)
    assert one.edition == two.edition
    truth = [{"tin": "a"}]
    one.follow(lambda: truth[0])
    two.follow(lambda: truth[0])
    one.write("tin", "a", "/tin/x/", (b"alt", b"", b""))
    assert two.read("tin", "a", "/tin/x/")[0][0] == b"alt"
    answers = iter([{"tin": "a"}, {"tin": "b"}])
    truth[0] = {"tin": "b"}
    one.follow(lambda: truth[0])
    assert two.follow(lambda: next(answers)) == {"tin": "b"}  # it had asked before the change, and asks again
    two.write("tin", "a", "/tin/x/", (b"alt", b"", b""))
    assert [file.name for file in (tmp_path / "current" / "tin").iterdir()] == []
    assert not list(tmp_path.glob("kept/tin.a.*"))


def test_another_start_shows_nothing_of_the_one_before(tmp_path, monkeypatch):
    before = shelf.Shelf(tmp_path)
    before.follow(lambda: {"tin": "a"})
    before.write("tin", "a", "/tin/x/", (b"alt", b"", b""))
    monkeypatch.setattr(shelf, "edition", lambda: "another")
    after = shelf.Shelf(tmp_path)
    after.follow(lambda: {"tin": "a"})
    assert after.read("tin", "a", "/tin/x/") is None
    assert list(tmp_path.rglob("*.html")) == []


def test_old_files_are_swept_and_a_full_disk_costs_no_answer(baked):
    baked.get("/")
    baked.pages._shelf.sweep(older_than=60)
    assert list(baked.pages._shelf.kept.rglob("index.html"))
    baked.get("/tin/")
    sizes = [file.stat().st_size for file in baked.pages._shelf.kept.rglob("*.*") if file.is_file()]
    baked.pages._shelf.sweep(older_than=60, most=sum(sizes) - 1)
    left = [file.stat().st_size for file in baked.pages._shelf.kept.rglob("*.*") if file.is_file()]
    assert 0 < sum(left) < sum(sizes)
    baked.pages._shelf.sweep(older_than=-1)
    assert not list(baked.pages._shelf.kept.glob("*/*"))  # their folders went too
    for folder in baked.pages._shelf.kept.iterdir():
        folder.rmdir()
        folder.write_text("no folder")
    assert baked.get("/tro-nang/").status == 200


def test_memory_is_bounded_and_forgets_by_room():
    kept = memory.Memory(most=100_000)
    for number in range(50):
        page = memory.Page.of((b"x" * 9_000, b"y", b"z"), [], until=1.0)
        kept.put(f"/{number}/", page, "tin" if number % 2 else "front")
    assert kept._size <= 100_000
    assert kept.get("/49/") is not None
    assert kept.get("/0/") is None
    kept.clear({"tin"})
    assert kept.get("/49/") is None
    assert kept.get("/48/") is not None
    kept.clear({"front"})
    assert kept._size == 0


def test_rooms():
    assert [areas.room_of(path) for path in ("/tin/", "/en/tin/a/", "/km/tin/", "/a/tin/", "/", "/chien-dich/a/")] == [
        "tin", "tin", "tin", "front", "front", "front",
    ]  # fmt: skip
    before, after = areas.keys({"site": 1, "tin": 3}), areas.keys({"site": 1, "tin": 4})
    assert {room for room in before if before[room] != after[room]} == {"tin", "front"}
    laws = areas.keys({"site": 1, "tin": 3, "van-ban": 1})
    assert {room for room in before if before[room] != laws[room]} == {
        "van-ban", "chinh-sach", "huong-dan", "hoi-nhieu", "front",
    }  # fmt: skip
    assert all(before[room] != areas.keys({"site": 2, "tin": 3})[room] for room in before)
    assert all(before[room] != areas.keys({"site": 1, "tin": 3, areas.DAY: 1})[room] for room in before)
    assert re.fullmatch("[0-9a-f]{18}", before["tin"])


def test_where_sites_begin_is_learnt_by_the_watcher_and_only_again_when_all_pages_change(baked, site):
    def homes() -> dict[tuple[str, str], int]:
        return {key: id(kept) for key, kept in (baked.pages._roots.open() or {}).items()}

    learnt = homes()
    assert set(learnt) == {(HOST, language) for language in ("vi", "km", "en")}
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_touch('tin')")
    baked.pages.look()
    assert homes() == learnt
    with connection.cursor() as cursor:
        cursor.execute("SELECT portal_touch('site')")
    baked.pages.look()
    assert set(homes()) == set(learnt)
    assert not set(homes().values()) & set(learnt.values())


def test_only_what_is_old_with_anything_may_read_across_all_kinds():
    read = {"wagtailcore_page", "newsroom_listed"}
    assert areas.strangers(read, areas.FRONT) == set()
    assert areas.strangers(read, areas.room_of("/tin/mot-bai/")) == {"newsroom_listed"}
