"""Limits hold whatever else is remembered, refuse in plain words and lose nothing that was typed."""

from collections import OrderedDict
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from lantoa.channels.models import ChannelAccount
from lantoa.kernel import pace
from lantoa.kernel.connections import source_of
from lantoa.kernel.enums import Role
from lantoa.kernel.everybody import is_for_everybody
from lantoa.kernel.jobs import forget_tries
from lantoa.listening.enums import Door
from lantoa.listening.models import PageUse
from lantoa.listening.services import answer_case, open_case
from lantoa.newsroom.models import ColumnPage
from lantoa.portal import short, throttle
from tests.newsroom.samples import fields_of
from tests.portal.test_letters import wish

pytestmark = pytest.mark.django_db
REFUSED = "Đường mạng này đã gửi quá nhiều lần. Bà con đợi một giờ, hoặc gọi đường dây nóng."
SLOWER = "Đường mạng này vào quá nhiều lần trong một phút. Xin đợi một lát rồi thử lại."
PASSWORD = "mot-mat-khau-dai-2026"


def remembered():
    return cache.sweep()


def signs_in(user, **where):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, **where)
    return "_auth_user_id" in client.session


def fails(login, **where):
    Client().post(reverse("account_login"), {"login": login, "password": "mot-mat-khau-sai-2026"}, **where)


@pytest.fixture
def officer(province):
    officer = province.hire(Role.EDITOR)
    officer.set_password(PASSWORD)
    officer.save()
    return officer


def test_no_flood_of_other_entries_clears_a_limit(client, officer, monkeypatch):
    monkeypatch.setitem(throttle.LIMITS, "code", 2)
    for _try in range(6):
        fails(officer.email)
    for _post in range(3):
        page = client.post("/tra-loi/", {"code": "AAAA-AAAA-AAAA"})
    assert REFUSED in page.text
    for number in range(900):
        cache.set(f"{'kit' if number % 2 else 'zz'}:{number}", 1, 3600)
    assert not signs_in(officer)
    assert REFUSED in client.post("/tra-loi/", {"code": "AAAA-AAAA-AAAA"}).text


def test_what_has_run_out_goes_while_others_write_and_at_the_next_round(province):
    forget_tries(0)
    before = remembered()
    cache.set_many({f"kit:{number}": 1 for number in range(400)}, -5)
    cache.set("kit:new", 1, 60)
    assert cache.get("kit:new") == 1
    assert remembered() == before + 1
    cache.set("kit:old", 1, -5)
    forget_tries(0)
    assert cache.get("kit:new") == 1
    assert remembered() == before + 1


def test_behind_a_proxy_of_this_machine_one_stranger_shuts_out_nobody_else(officer):
    for number in range(12):
        fails(f"khong-co-ai-{number}@vi-du.example", HTTP_X_FORWARDED_FOR="203.0.113.5")
    assert not signs_in(officer, HTTP_X_FORWARDED_FOR="203.0.113.5")
    assert signs_in(officer, HTTP_X_FORWARDED_FOR="203.0.113.6")


@pytest.mark.parametrize(
    ("told", "source"),
    [
        ({"REMOTE_ADDR": "203.0.113.5", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, "203.0.113.5"),
        ({"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": "8.8.8.8, 198.51.100.1"}, "198.51.100.1"),
        ({"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "2001:db8:1:2:3:4:5:6"}, "2001:db8:1:2::"),
        ({"REMOTE_ADDR": "2001:db8:1:2:ffff::1"}, "2001:db8:1:2::"),
        ({"REMOTE_ADDR": "::ffff:203.0.113.5"}, "203.0.113.5"),
        ({"REMOTE_ADDR": ""}, ""),
    ],
)
def test_a_connection_is_one_however_it_names_itself(told, source):
    assert source_of(RequestFactory().get("/", **told)) == source


def case_answered(province, by):
    case = open_case(text="Nhà dột thì xin ở đâu?", unit_id=province.communes["Xã Đất Thử"], door=Door.PORTAL,
                     submission_key="k", by=None, at=timezone.now())  # fmt: skip
    answer_case(case_id=case.pk, text="Bà con tới xã.", by=by, at=timezone.now())
    return case


def many_posts(client, action, address, said, monkeypatch):
    """The first post past the limit."""
    monkeypatch.setitem(throttle.LIMITS, action, 2)
    for _post in range(2):
        assert REFUSED not in client.post(address, said).text
    page = client.post(address, said)
    assert (page.status_code, int(page.headers["Retry-After"]) > 0) == (429, True)
    assert REFUSED in page.text
    return page.text


def test_looking_for_codes_has_a_limit(client, province, monkeypatch):
    assert 'value="2222-3333-4444"' in many_posts(client, "code", "/tra-loi/", {"code": "2222-3333-4444"}, monkeypatch)


def test_asking_again_has_a_limit(client, province, monkeypatch):
    officer = province.hire(Role.CASE_OFFICER, commune="Xã Đất Thử")
    case = case_answered(province, officer)
    said = {"text": "Nộp ở đâu vậy?", "website": ""}
    address = f"/tra-loi/{case.code}/"
    assert "Nộp ở đâu vậy?</textarea>" in many_posts(client, "again", address, said, monkeypatch)


def test_subscribing_has_a_limit(client, province, monkeypatch):
    ChannelAccount.objects.create(kind="email", name="Thư", slug="thu")
    page = many_posts(client, "subscribe", "/nhan-tin/", wish(province), monkeypatch)
    assert 'value="Chin@Example.test"' in page
    assert page.count(" checked") == 2


def test_asking_for_the_own_page_has_a_limit(client, province, monkeypatch):
    said = {"address": "0912345678", "website": ""}
    assert 'value="0912345678"' in many_posts(client, "mine", "/cua-toi/", said, monkeypatch)


SEARCHES = {"suggest": "/tim/goi-y/", "places": "/noi-toi-o/", "answers": "/hoi-dap/"}


@pytest.mark.parametrize("action", ["locate", *SEARCHES])
def test_what_is_asked_too_fast_is_told_to_wait(client, site, monkeypatch, action):
    monkeypatch.setitem(pace.PATIENCE, action, 2)
    where = {"REMOTE_ADDR": f"203.0.113.{len(action)}"}

    def ask(**form):
        if action == "locate":
            return client.post("/noi-toi-o/vi-tri/", {"kinh-do": "105.05", "vi-do": "9.05"}, **where)
        return client.get(SEARCHES[action], {"q": "vay vốn", **form}, **where)

    assert [ask().status_code == 429 for _n in range(3)] == [False, False, True]
    page = ask()
    assert page.headers["Cache-Control"] == "no-store"
    if action == "locate":
        why = "Bà con bấm quá nhiều lần trong một phút. Chờ một lát, hoặc gõ tên xã."
        assert page.json() == {"why": why}
        return
    assert "Đường mạng này tìm quá nhiều lần. Xin đợi một phút rồi thử lại." in page.text
    assert 'value="vay vốn"' in page.text
    if action == "suggest":
        assert ask(dang="json").json() == {"titles": []}
    monkeypatch.setattr(pace, "monotonic", lambda: 10**9)
    assert ask().status_code == 200


READ = {
    "figures": [
        "/so-lieu/", "/so-lieu/?so=events", "/du-lieu-mo/", "/du-lieu-mo/catalog.json", "/du-lieu-mo/don-vi/",
        "/du-lieu-mo/don-vi.csv", "/km/du-lieu-mo/don-vi.json",
    ],
    "feed": ["/tin-moi/atom.xml", "/tin-moi/xa/99001/rss.xml", "/tin-moi/chuyen-muc/{column}/feed.json"],
    "qr": ["/t/{code}/qr.svg"],
    "kit": ["/bo-tai-ve/99001/?ds=1"],
    "preview": ["/anh-chia-se/0.png"],
}  # fmt: skip


@pytest.fixture
def column(publish):
    return publish(ColumnPage, "Chuyên mục", **fields_of(ColumnPage))


@pytest.mark.parametrize(("action", "address"), [(action, path) for action, paths in READ.items() for path in paths])
def test_what_costs_to_read_is_read_so_many_times_a_minute(
    client, province, site, column, monkeypatch, action, address
):
    address = address.format(column=column.slug, code=short.code(column.pk))
    monkeypatch.setitem(pace.PATIENCE, action, 2)
    monkeypatch.setattr(pace, "_recent", OrderedDict())
    answers = [client.get(address) for _n in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    refused = answers[-1]
    assert (refused.headers["Cache-Control"], refused.headers["Retry-After"]) == ("no-store", "60")
    words = {"figures": "រង់ចាំ" if "/km/" in address else SLOWER}.get(action, "")
    assert words in refused.text if words else refused.content == b""
    assert client.get(address, REMOTE_ADDR="203.0.113.9").status_code == 200
    monkeypatch.setattr(pace, "monotonic", lambda: 10**9)
    assert client.get(address).status_code == 200


def test_a_kits_page_is_read_from_what_is_baked_and_has_no_limit(client, province, site, monkeypatch):
    monkeypatch.setitem(pace.PATIENCE, "kit", 2)
    pages = [client.get("/bo-tai-ve/99001/") for _n in range(4)]
    assert {(page.status_code, page.headers["Cache-Control"]) for page in pages} == {(200, "public, no-cache")}
    assert is_for_everybody(resolve("/bo-tai-ve/99001/").func)


def test_votes_have_a_limit_and_count_no_more_past_it(client, province, publish, monkeypatch):
    monkeypatch.setitem(pace.PATIENCE, "useful", 2)
    pages = [publish("article", title).url for title in ("Một", "Hai", "Ba")]
    answers = [client.post("/trang-nay/", {"trang": page, "co": "1"}, REMOTE_ADDR="203.0.113.8") for page in pages]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert SLOWER in answers[-1].text
    assert answers[-1].headers["Retry-After"] == "60"
    assert PageUse.objects.count() == 2


def test_a_place_comes_free_after_the_hour(client, province, monkeypatch):
    monkeypatch.setattr(throttle, "WINDOW", timedelta(seconds=-5))
    many_posts_and_more = [client.post("/tra-loi/", {"code": "2222-3333-4444"}) for _n in range(35)]
    assert all(REFUSED not in page.text for page in many_posts_and_more)
