"""Is this page useful, and what is wrong on it: sums a day, and cases that reach whoever answers for the page."""

import re
from datetime import timedelta
from operator import attrgetter

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import LocalePrefixPattern, URLResolver, get_resolver, reverse

from lantoa.announcements.models import Announcement, AnnouncementPage
from lantoa.figures.catalogue import SETS
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.listening.models import Case, CaseEvent, PageReport, PageUse
from lantoa.listening.usefulness import Use, count_use, use_of
from lantoa.newsroom.models import types_by_section
from lantoa.portal.openness import CLOSED, ROOMS
from lantoa.portal.pages import PAGES, open_page
from tests.newsroom.samples import fields_of

ASKED = re.compile(
    r'<form class="wrap" method="post" action="(?:/en)?/trang-nay/"><input type="hidden" name="trang" value="([^"]+)">'
)


ELSEWHERE = {"portal:leaflet", "portal:press_kit"}
"""Seen where there are some: `test_kits`, `tests/pressroom/test_kits`."""


def public_names(patterns=None, room="", route=""):
    """Names and routes of all that stands among the portal's addresses, but the newsroom's own."""
    if patterns is None:
        patterns = [
            inner for one in get_resolver().url_patterns if isinstance(one.pattern, LocalePrefixPattern)
            for inner in one.url_patterns
        ]  # fmt: skip
    for one in patterns:
        if isinstance(one, URLResolver):
            yield from public_names(one.url_patterns, one.namespace or room, route + str(one.pattern))
        elif room:
            yield f"{room}:{one.name}", route + str(one.pattern)


def address(name, known):
    """The view's address, with what it wants to know."""
    wanted = re.findall(r"<\w+:(\w+)>", dict(public_names())[name])
    return reverse(name, kwargs={key: known[key] for key in wanted})


@pytest.fixture
def article(province, publish):
    return publish("article", "Tổ tiết kiệm", owner_agency_id=province.department_id)


def pressed(client, path, answer="1", **extra):
    return client.post("/trang-nay/", {"trang": path, "co": answer}, **extra)


def report(client, path, key="5f0f5b1e-6d8b-4ad1-a5ab-0d5a1f5c5a01", **fields):
    given = {"trang": path, "key": key, "matter": "content", "text": "Số tiền ghi 30 triệu là cũ."} | fields
    return client.post("/trang-nay/bao-loi/", given)


def test_every_open_page_asks_and_no_page_of_one_person_does(client, province, article, django_assert_max_num_queries):
    bulletin = AnnouncementPage.objects.create(slug="tin-cho-dan", name="Tin cho dân", created_at=now())
    said = bulletin.items.create(
        language="vi", about="a", key="k", title="Lịch họp", text="Chiều thứ sáu.", published_at=now(), updated_at=now()
    )
    known = {
        "slug": next(iter(SETS)), "unit_id": province.communes["Xã Bãi Xa"], "code": "99001", "page": bulletin.slug,
        "public_id": said.public_id,
    }  # fmt: skip
    paths = {name: address(name, known | {"slug": "ho-ngheo"} if name == "portal:audience" else known)
             for name in set(PAGES) - ELSEWHERE}  # fmt: skip
    for path in [*paths.values(), "/tin/", article.url, "/en/danh-cho/ho-ngheo/"]:
        client.get(path)
        with django_assert_max_num_queries(12):
            shown = client.get(path).text
        assert ASKED.findall(shown) == [path]
        assert 'property="og:title"' in shown, path
        assert 'type="application/rss+xml"' in shown, path
        assert str(open_page(path).title), path
    gone = Announcement.objects.filter(pk=said.pk)
    gone.update(withdrawn_at=now())
    for path in ["/cua-toi/", "/tin/khong-co/", "/trang-nay/bao-loi/?trang=/", paths["announcements:item"]]:
        assert not ASKED.search(client.get(path).text), path


def test_every_public_address_is_open_or_stands_among_the_exceptions():
    """A new page needs no line to be asked about; it needs one, with a reason, not to be, and a title for reports."""
    routes = dict(public_names())
    assert {name.partition(":")[0] for name in routes} == ROOMS
    assert set(routes) - set(CLOSED) == set(PAGES)
    assert set(CLOSED) <= set(routes)
    assert [name for name, route in routes.items() if "token" in route and name not in CLOSED] == []
    assert [name for name, named in PAGES.items() if ("<" in routes[name]) != callable(named)] == []


@pytest.mark.parametrize("model", types_by_section().values(), ids=attrgetter("__name__"))
def test_every_kind_of_written_page_asks(client, province, publish, model):
    page = publish(model, f"Mẫu {model.__name__}", **fields_of(model))
    for path in (page.url, page.get_parent().url):
        assert ASKED.findall(client.get(path).text) == [path]


def test_a_report_on_a_commune_goes_to_its_office_under_its_name(client, province, django_assert_max_num_queries):
    path = f"/noi-toi-o/{province.communes['Xã Bãi Xa']}/"
    with django_assert_max_num_queries(12):
        assert "Xã Bãi Xa" in client.get("/trang-nay/bao-loi/", {"trang": path}).text
    report(client, path)
    assert CaseEvent.objects.get(happening="routed").agency_id == province.offices["Xã Bãi Xa"]


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
    ["//xau.example/", "/danh-cho/khong-co/", "/noi-toi-o/999999/", "/noi-toi-o/99999999999999/", "/bo-tai-ve/00000/",
     "/to-roi/7/", "/bao-chi/7/", "/du-lieu-mo/khong-co/", "/thong-bao/khong-co/", "/tin-moi/rss.xml", "/cho-gui/",
     "https://xau.example/", "/tin/khong-co/", "/ban-lam-viec/", "/cua-toi/abc/", "", "/" * 400],
)  # fmt: skip
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
