"""What a stranger could try on the public face: other hosts' names, ways out to other sites."""

import pytest
from django.urls import reverse

from lantoa.kernel.enums import Role

pytestmark = pytest.mark.django_db
EVIL = "evil.example"
PAGES = ["/", "/tim/?q=vay", "/hoi-dap/", "/gui-y-kien/", "/muc-luc/", "/quyen-rieng-tu/", "/en/", "/km/"]


@pytest.mark.parametrize("path", PAGES)
def test_a_strange_host_is_refused(client, site, path):
    assert client.get(path, HTTP_HOST=EVIL).status_code == 400


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_HOST", "HTTP_X_HOST", "HTTP_FORWARDED", "HTTP_X_ORIGINAL_URL"])
@pytest.mark.parametrize("path", PAGES)
def test_no_header_puts_a_strange_name_into_a_page(client, site, path, header):
    page = client.get(path, **{header: f"host={EVIL}" if header == "HTTP_FORWARDED" else EVIL})
    assert page.status_code == 200
    assert EVIL not in page.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_what_everybody_may_keep_is_the_same_for_everybody(client, province, site, path):
    bare = client.get(path)
    if "public" not in bare.headers.get("Cache-Control", ""):
        pytest.skip("kept by nobody")
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
