"""What was searched for in vain: what is kept of it, who sees it, and what an editor does about it."""

import re
from datetime import timedelta

import pytest

from lantoa.kernel import clock, pace
from lantoa.kernel.enums import Role
from lantoa.search import services
from lantoa.search.models import SearchFilled, SearchMiss
from tests.search.conftest import NOW

pytestmark = pytest.mark.django_db
DESK = "/ban-lam-viec/tim-khong-thay/"


@pytest.fixture
def missed(site):
    for hours in (0, 3, 4):
        services.note_miss("Máy lọc nước mặn", at=NOW + timedelta(hours=hours))
    services.note_miss("Chỉ một lần thôi", at=NOW)


def test_the_portal_counts_what_it_did_not_find_and_nothing_of_who_asked(client, site, write, publish):
    publish(write("Nuôi cua"))
    for query in (
        "máy lọc nước",
        "MAY LOC NUOC",
        "nuôi cua",
        "0912 345 678",
        "số 096301001234",
        "a@b.vn xin chào",
        "Nguyễn Văn Mẫu nghiện rượu",
        "nha chi thach thi mau",
        "đơn",
    ):
        assert client.get("/tim/", {"q": query}).status_code == 200
    client.get("/tim/", {"q": "máy lọc nước", "nam": "2020"})
    rows = list(SearchMiss.objects.values_list("query", "times"))
    assert rows == [("may loc nuoc", 2)]
    assert {field.name for field in SearchMiss._meta.get_fields()} == {"id", "query", "day", "hours", "times"}


def test_editors_see_what_failed_in_different_hours(client, missed, editor):
    client.force_login(editor)
    page = client.get(DESK).text
    assert "may loc nuoc man" in page
    assert "chi mot lan thoi" not in page
    assert f'href="{DESK}"' in client.get(DESK).text


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.CASE_OFFICER])
def test_others_do_not(client, missed, hire, unit, role):
    client.force_login(hire(role, unit=unit))
    assert client.get(DESK).status_code == 403
    assert client.post(f"{DESK}da-viet/", {"query": "may loc nuoc man", "title": "x"}).status_code == 403


def test_what_was_written_for_it_is_found_from_then_on(client, missed, editor, write, publish):
    page = publish(write("Nước ngọt cho vùng ven biển"))
    client.force_login(editor)
    wrong = client.post(f"{DESK}da-viet/", {"query": "may loc nuoc man", "title": "Không có trang này"})
    assert wrong.status_code == 422
    assert 'value="Không có trang này"' in wrong.text
    done = client.post(f"{DESK}da-viet/", {"query": "may loc nuoc man", "title": "nuoc ngot cho vung ven bien"})
    assert done.status_code == 302
    assert SearchFilled.objects.get().ref == page.pk
    client.logout()
    found = client.get("/tim/", {"q": "Máy lọc nước mặn"}).text
    assert re.search(rf'href="[^"]*{page.slug}/"', found)
    page.unpublish()
    assert page.slug not in client.get("/tim/", {"q": "Máy lọc nước mặn"}).text


def test_counts_are_forgotten_in_time(missed, settings):
    settings.LANTOA_SEARCH_MISS_DAYS = 90
    assert services.forget(at=NOW + timedelta(days=90)) == 0
    assert services.forget(at=NOW + timedelta(days=91)) == 2
    assert not SearchMiss.objects.exists()


def test_suggestions_come_as_a_page_and_as_json(client, write, publish):
    publish(write("Nuôi cua dưới tán rừng"))
    assert client.get("/tim/goi-y/", {"q": "nuoi cu", "dang": "json"}).json() == {"titles": ["Nuôi cua dưới tán rừng"]}
    assert "Nuôi cua dưới tán rừng" in client.get("/tim/goi-y/", {"q": "nuôi cua d"}).text
    assert client.get("/tim/goi-y/", {"q": "n", "dang": "json"}).json() == {"titles": []}


def test_a_connection_in_a_hurry_is_asked_to_wait(client, site, monkeypatch):
    monkeypatch.setitem(pace.PATIENCE, "search", 3)
    address = {"REMOTE_ADDR": "203.0.113.77"}
    answers = [client.get("/tim/", {"q": f"lần {clock.today()}"}, **address) for _n in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert [answer.headers["Cache-Control"] for answer in answers[2:]] == ["public, no-cache", "no-store"]
