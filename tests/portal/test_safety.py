"""What a stranger could try on the public face: other hosts' names, ways out to other sites."""

import re
import socket

import pytest
from django.contrib.auth.hashers import get_hasher
from django.core.cache import cache
from django.urls import reverse

from lantoa.kernel.enums import Role

pytestmark = pytest.mark.django_db
EVIL = "evil.example"
PAGES = ["/", "/tim/?q=vay", "/hoi-dap/", "/gui-y-kien/", "/muc-luc/", "/quyen-rieng-tu/", "/en/", "/km/"]
FORM = "/gui-y-kien/"


@pytest.mark.parametrize("path", PAGES)
def test_a_strange_host_is_refused(client, site, path):
    assert client.get(path, HTTP_HOST=EVIL).status_code == 400


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_FORWARDED", "HTTP_X_ORIGINAL_URL"])
@pytest.mark.parametrize("path", PAGES)
def test_no_header_puts_a_strange_name_into_a_page(client, site, path, header):
    page = client.get(path, **{header: f"host={EVIL}" if header == "HTTP_FORWARDED" else EVIL})
    assert page.status_code == 200
    assert EVIL not in page.content.decode()


def test_a_form_is_kept_by_nobody(client, site):
    assert client.get(FORM).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", [path for path in PAGES if path != FORM])
def test_what_everybody_may_keep_is_the_same_for_everybody(client, province, site, path):
    bare = client.get(path)
    assert "public" in bare.headers["Cache-Control"]
    client.force_login(province.hire(Role.EDITOR))
    dressed = client.get(path, HTTP_USER_AGENT="x", HTTP_ACCEPT="*/*", HTTP_REFERER=f"https://{EVIL}/")
    assert dressed.content == bare.content
    assert not bare.cookies
    assert not dressed.cookies
    assert "Cookie" not in bare.headers.get("Vary", "")


@pytest.mark.parametrize("path", PAGES)
def test_query_words_come_back_as_words(client, site, path):
    page = client.get(path, {"q": '"><script>alert(1)</script>', "xa": "<script>", "nhom": "'onload='x"})
    assert b"<script>alert(1)" not in page.content
    assert b"onload='x" not in page.content


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "https:evil.example", "javascript:alert(1)"],
)
def test_signing_in_leads_nowhere_else(client, province, target):
    officer = province.hire(Role.EDITOR)
    officer.set_password("mot-mat-khau-dai-2026")
    officer.save()
    answer = client.post(
        reverse("account_login"), {"login": officer.email, "password": "mot-mat-khau-dai-2026", "next": target}
    )
    assert answer.status_code == 302
    assert EVIL not in answer["Location"]
    assert "javascript" not in answer["Location"]


@pytest.mark.parametrize(
    "path", ["//evil.example/%2f..", "/%5cevil.example", "//evil.example", "/https://evil.example"]
)
def test_a_path_with_another_host_in_it_redirects_to_nobody(client, site, path):
    answer = client.get(path)
    location = answer.headers.get("Location", "")
    assert not location.startswith(("//", "http", "/\\")), location


def test_the_public_face_runs_no_script_but_its_own(client, site):
    policy = client.get("/").headers["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    assert directives["script-src"] == "'self'"
    assert directives["style-src"] == "'self'"
    assert directives["object-src"] == "'none'"
    assert directives["base-uri"] == "'none'"
    assert directives["form-action"] == "'self'"
    assert directives["frame-ancestors"] == "'none'"


def test_only_the_editor_may_run_what_stands_inline_and_its_pages_are_for_nobody_else(client, province, site):
    def scripts(path):
        answer = client.get(path)
        assert answer.status_code == 200, path
        policy = answer.headers["Content-Security-Policy"]
        return dict(part.strip().partition(" ")[::2] for part in policy.split(";"))["script-src"]

    assert client.get("/quan-tri/").status_code == 302
    client.force_login(province.hire(Role.EDITOR), "allauth.account.auth_backends.AuthenticationBackend")
    assert scripts("/quan-tri/") == "'self' 'unsafe-inline'"
    for path in ("/", "/km/", "/chinh-sach/", "/gui-y-kien/", "/so-lieu/", "/ban-lam-viec/", "/ban-lam-viec/do-moi/"):
        assert scripts(path) == "'self'", path


def test_an_address_that_an_editor_pastes_is_asked_for_by_nobody(client, province, site):
    client.force_login(province.hire(Role.EDITOR), "allauth.account.auth_backends.AuthenticationBackend")
    with socket.create_server(("127.0.0.1", 0)) as house:
        house.settimeout(0)
        address = f"http://127.0.0.1:{house.getsockname()[1]}/watch?v=1"
        answer = client.post(reverse("wagtailembeds:chooser_upload"), {"embed-chooser-url": address})
        assert (answer.status_code, address in answer.json()["html"]) == (200, True), "told so, with what was pasted"
        with pytest.raises(BlockingIOError):
            house.accept()


def _words(answer):
    """What the page says, without the one-time token and what was typed."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", answer.content.decode())
    return re.sub(r'value="[^"]*"', "", body)


@pytest.mark.parametrize("path", ["account_login", "account_reset_password"])
def test_nobody_learns_at_the_door_who_has_an_account(client, province, path):
    officer = province.hire(Role.EDITOR)
    officer.set_password("mot-mat-khau-dai-2026")
    officer.save()
    said = []
    for address in (officer.email, "khong-co-ai@vi-du.example"):
        cache.clear()
        typed = {"login": address, "email": address, "password": "mot-mat-khau-sai-2026"}
        answer = client.post(reverse(path), typed)
        said.append((answer.status_code, answer.headers.get("Location"), _words(answer)))
    assert said[0] == said[1]


def test_a_wrong_password_costs_as_much_work_for_nobody_as_for_somebody(client, province, monkeypatch):
    officer = province.hire(Role.EDITOR)
    officer.set_password("mot-mat-khau-dai-2026")
    officer.save()
    hasher, worked = type(get_hasher()), []
    encode = hasher.encode
    monkeypatch.setattr(hasher, "encode", lambda *args, **more: worked.append(1) or encode(*args, **more))
    work = []
    for address in (officer.email, "khong-co-ai@vi-du.example"):
        worked.clear()
        client.post(reverse("account_login"), {"login": address, "password": "mot-mat-khau-sai-2026"})
        work.append(len(worked))
    assert work[0] == work[1] > 0


def test_guessing_passwords_is_slowed_without_a_puzzle(client, province):
    cache.clear()
    officer = province.hire(Role.EDITOR)
    for address in (officer.email, "khong-co-ai@vi-du.example"):
        for _try in range(8):
            last = client.post(reverse("account_login"), {"login": address, "password": "mot-mat-khau-sai-2026"})
        assert last.status_code in (200, 429)
        assert "captcha" not in last.text.lower()
        assert "quá nhiều" in last.text.lower()


def test_saving_data_is_one_word_that_comes_with_on_and_goes_with_off(client, site):
    switch = "/it-du-lieu/"
    assert f'href="{switch}"' in client.get("/").content.decode()
    assert not client.get(switch).cookies
    turned = client.post(switch, {"bat": "1"})
    cookie = turned.cookies["it-du-lieu"]
    assert (turned.status_code, turned.url, cookie.value, cookie["samesite"], cookie["httponly"]) == (
        302, switch, "1", "Lax", True,
    )  # fmt: skip
    assert turned.headers["Clear-Site-Data"] == '"cache"'
    saving = client.get("/")
    assert "private" in saving.headers["Cache-Control"]
    assert "public" not in saving.headers["Cache-Control"]
    assert saving.content == client.get("/", headers={"Save-Data": "on"}).content
    assert "Đang tiết kiệm dữ liệu" in client.get(switch).content.decode()
    assert client.post(switch, {"bat": "0"}).cookies["it-du-lieu"]["max-age"] == 0
    plain = client.get("/")
    assert "public" in plain.headers["Cache-Control"]
    assert plain.content != saving.content
