"""Is this page useful, and what is wrong on it: sums a day, and cases that reach whoever answers for the page."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.listening.models import Case, CaseEvent, PageReport, PageUse
from lantoa.listening.usefulness import Use, count_use, use_of

ASKED = re.compile(
    r'<form class="wrap" method="post" action="/trang-nay/"><input type="hidden" name="trang" value="([^"]+)">'
)


@pytest.fixture
def article(province, publish):
    return publish("article", "Tổ tiết kiệm", owner_agency_id=province.department_id)


def pressed(client, path, answer="1", **extra):
    return client.post("/trang-nay/", {"trang": path, "co": answer}, **extra)


def report(client, path, key="5f0f5b1e-6d8b-4ad1-a5ab-0d5a1f5c5a01", **fields):
    given = {"trang": path, "key": key, "matter": "content", "text": "Số tiền ghi 30 triệu là cũ."} | fields
    return client.post("/trang-nay/bao-loi/", given)


def test_every_open_page_asks_and_no_page_of_one_person_does(client, province, article):
    for path in ["/", "/hoi-dap/", "/gui-y-kien/", "/tin/", article.url, "/thong-bao/"]:
        assert ASKED.search(client.get(path).text).group(1) == path
    for path in ["/cua-toi/", "/tin/khong-co/", "/trang-nay/bao-loi/?trang=/"]:
        assert not ASKED.search(client.get(path).text), path


def test_yes_and_no_are_summed_by_page_and_day_and_a_connection_counts_once_an_hour(client, article):
    answers = [
        pressed(client, article.url), pressed(client, article.url), pressed(client, "/"),
        pressed(client, article.url, "0", REMOTE_ADDR="10.0.0.9"), pressed(client, article.url, REMOTE_ADDR="10.0.0.8"),
    ]  # fmt: skip
    assert {(a.status_code, "Set-Cookie" in a.headers, "no-store" in a.headers["Cache-Control"]) for a in answers} == {
        (200, False, True)
    }
    rows = set(PageUse.objects.values_list("address", "day", "yes", "no"))
    assert rows == {(article.url, today(), 2, 1), ("/", today(), 1, 0)}
    cache.clear()  # the hour is over
    pressed(client, article.url)
    assert PageUse.objects.get(address=article.url).yes == 3


@pytest.mark.parametrize(
    "path",
    ["//xau.example/", "https://xau.example/", "/tin/khong-co/", "/ban-lam-viec/", "/cua-toi/abc/", "", "/" * 400],
)
def test_only_published_pages_of_ours_are_judged(client, province, site, path):
    assert pressed(client, path).status_code == 404
    assert client.get("/trang-nay/bao-loi/", {"trang": path}).status_code == 404
    assert not PageUse.objects.exists()


def test_a_report_is_one_case_at_the_agency_that_answers_for_the_page(client, province, article):
    keeper = province.hire(Role.CASE_OFFICER)
    form = client.get("/trang-nay/bao-loi/", {"trang": article.url})
    assert "Tổ tiết kiệm" in form.text
    first, second = report(client, article.url), report(client, article.url)
    assert first.status_code == second.status_code == 302
    case = Case.objects.get()
    assert (case.matter, case.person_id, case.page_report.address) == ("content", None, article.url)
    assert CaseEvent.objects.get(happening="routed").agency_id == province.department_id
    client.force_login(keeper, "allauth.account.auth_backends.AuthenticationBackend")
    assert f'href="{article.url}"' in client.get(f"/ban-lam-viec/lang-nghe/{case.number}/").text


def test_a_page_without_an_owner_goes_to_the_agency_in_charge_and_what_was_typed_stays(client, province, publish):
    unit_id = province.communes["Xã Bãi Xa"]
    page = publish("article", "Chuyện", unit_id=unit_id, owner_agency_id=None)
    refused = report(client, page.url, text="  ", matter="technical")
    assert refused.status_code == 422
    assert re.search(r'value="technical"[^>]*checked', refused.text)
    report(client, page.url, matter="technical")
    assert CaseEvent.objects.get(happening="routed").agency_id == province.offices["Xã Bãi Xa"]
    assert report(client, page.url, matter="complaint").status_code == 422


def test_what_readers_said_is_read_for_many_pages_at_once(client, province, article, django_assert_num_queries):
    count_use(address=article.url, helped=True, at=now())
    count_use(address=article.url, helped=False, at=now() - timedelta(days=200))
    report(client, article.url)
    with django_assert_num_queries(2):
        assert use_of([article.url, "/"], since=today() - timedelta(days=90)) == {article.url: Use(1, 0, 1)}
    assert PageReport.objects.count() == 1


def test_the_forms_work_without_a_token_of_a_session(province, article):
    strict = Client(enforce_csrf_checks=True)
    assert pressed(strict, article.url).status_code == 200
    assert report(strict, article.url).status_code == 302
