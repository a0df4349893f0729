"""The register on the desk: what each may do, nothing typed is lost, few questions whatever the number."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.desk.providers import exemplifying
from lantoa.desk.rail import Rail
from lantoa.exemplars import services
from lantoa.exemplars.models import Exemplar, Following
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from tests.exemplars.conftest import DID

pytestmark = pytest.mark.django_db
BASE = "/ban-lam-viec/guong-mo-hinh/"


def proposal(client, province, **changes):
    key = client.get(f"{BASE}de-cu/").context["form"]["key"].value()
    return {
        "key": str(key), "kind": "role_models", "named_as": "Chị Hường", "unit": province.communes["Xã Đất Thử"],
        "hamlet": "Ấp Rạch Thử", "did": DID,
    } | changes  # fmt: skip


def test_a_contributor_puts_forward_from_the_desk_and_twice_is_one(client, province, contributor):
    client.force_login(contributor)
    assert "Trong ấp mình, ai là người" in client.get(BASE).text
    said = proposal(client, province)
    first, second = client.post(f"{BASE}de-cu/", said), client.post(f"{BASE}de-cu/", said)
    one = Exemplar.objects.get()
    assert first.url == second.url == f"{BASE}{one.number}/"
    page = client.get(first.url)
    assert "Chị thả cua thưa" in page.text
    assert set(page.context["offered"]) == {"note", "withdraw"}
    assert "Chị Hường" in client.get(BASE).text


def test_a_refused_form_keeps_what_was_typed_and_says_which_field(client, province, contributor):
    client.force_login(contributor)
    answer = client.post(f"{BASE}de-cu/", proposal(client, province, named_as="", unit=province.communes["Xã Bãi Xa"]))
    assert answer.status_code == 422
    assert set(answer.context["form"].errors) == {"named_as", "unit"}
    assert "Chị thả cua thưa" in answer.text
    assert not Exemplar.objects.exists()


def test_the_whole_way_by_forms(client, site, province, propose, reviewer, editor):
    one = propose()
    at = f"{BASE}{one.number}/"
    client.force_login(reviewer)
    page = client.get(at)
    assert {"verify", "decline"} <= set(page.context["offered"])
    assert page.text.count('name="csrfmiddlewaretoken" value="') >= len(page.context["offered"])
    assert 'name="csrfmiddlewaretoken" value=""' not in page.text
    refused = client.post(f"{at}verify/", {"seen_on": "", "confirmed": "Có xem vuông.", "agreed_on": str(today())})
    assert (refused.status_code, "Có xem vuông." in refused.text) == (422, True)
    client.post(f"{at}verify/", {"seen_on": str(today()), "confirmed": "Có xem.", "agreed_on": str(today())})
    client.force_login(editor)
    assert {"draft", "follow"} <= set(client.get(at).context["offered"])
    client.post(f"{at}draft/", {"title": "Ba mùa cua", "lead": "Một xóm học theo một người."})
    one.refresh_from_db()
    page = client.get(at)
    assert one.page.title == "Ba mùa cua"
    assert "draft" not in page.context["offered"]
    assert f"/trang/{one.page_id}/" in page.text
    count = {"unit_id": province.communes["Xã Bãi Xa"], "year": today().year, "households": 4}
    client.post(f"{at}follow/", count)
    assert Following.objects.get().households == 4
    assert "1 gương, cách làm có nơi làm theo: 4 hộ hoặc nhóm ở 1 xã, phường." in client.get(BASE).text
    too_late = client.post(f"{at}follow/", count | {"year": today().year + 1})
    assert (too_late.status_code, "1990" in too_late.text) == (422, True)


def test_a_step_that_is_not_open_is_refused_in_words(client, propose, reviewer):
    one = propose()
    client.force_login(reviewer)
    answer = client.post(f"{BASE}{one.number}/reopen/")
    assert (answer.status_code, "chưa làm được việc này" in answer.text) == (422, True)
    assert client.post(f"{BASE}{one.number}/khong-co/").status_code == 404


def test_photos_and_a_voice_go_by_the_form_for_stories_with_the_place_filled_in(
    client, site, province, contributor, reviewer, propose
):
    unit, one = province.communes["Xã Đất Thử"], propose()
    way = f"/gui-chuyen/?xa={unit}"
    client.force_login(contributor)
    for page in (f"{BASE}de-cu/", f"{BASE}{one.number}/"):
        assert f'href="{way}"' in client.get(page).text
    assert f'<option value="{unit}" selected>' in client.get(way).text
    client.force_login(reviewer)
    assert way not in client.get(f"{BASE}{one.number}/").text
    assert 'href="/gui-chuyen/?xa="' in client.get(f"{BASE}de-cu/").text, (
        "who may choose the place chooses it there too"
    )


def test_whoever_put_it_forward_reads_that_another_verifies(client, propose, reviewer):
    one = propose(by=reviewer)
    client.force_login(reviewer)
    page = client.get(f"{BASE}{one.number}/")
    assert "verify" not in page.context["offered"]
    assert "Người khác sẽ xác minh" in page.text


def test_another_commune_and_other_roles_see_nothing(client, province, propose):
    one = propose()
    client.force_login(province.hire(Role.CONTRIBUTOR, commune="Xã Bãi Xa"))
    assert client.get(f"{BASE}{one.number}/").status_code == 404
    assert client.post(f"{BASE}{one.number}/withdraw/").status_code == 404
    assert one.number not in client.get(BASE).text
    client.force_login(province.hire(Role.CHANNEL_OFFICER))
    assert client.get(BASE).status_code == 403


def test_an_auditor_reads_and_does_nothing(client, province, propose):
    one = propose()
    client.force_login(province.hire(Role.AUDITOR))
    assert client.get(f"{BASE}{one.number}/").context["offered"] == {}
    assert client.get(f"{BASE}de-cu/").status_code == 403
    assert client.post(f"{BASE}{one.number}/note/", {"text": "Ghi chú."}).status_code == 403


def test_the_list_asks_as_much_for_twenty_as_for_one(client, propose, reviewer):
    client.force_login(reviewer)
    propose()
    client.get(BASE)
    with CaptureQueriesContext(connection) as one:
        client.get(BASE)
    for _n in range(19):
        propose()
    with CaptureQueriesContext(connection) as twenty:
        client.get(BASE)
    assert len(twenty) == len(one)


def test_found_by_name_without_marks_and_by_number(client, propose, reviewer):
    one, other = propose(), propose(named_as="Anh Bình", did="Đan lưới.")
    client.force_login(reviewer)
    found = client.get(BASE, {"q": "chi huong"}).text
    assert (one.number in found, other.number in found) == (True, False)
    assert other.number in client.get(BASE, {"q": other.number}).text


def at_work(user):
    return Rail(user, "").worker


def test_the_desk_tells_each_what_waits_for_them(propose, verify, draft, reviewer, editor, contributor):
    propose(by=reviewer)
    one = propose()
    assert [job.title for job in exemplifying.to_verify(at_work(reviewer))] == ["Xác minh: Chị Hường"]
    verify(one)
    assert [job.title for job in exemplifying.to_tell(at_work(editor))] == ["Viết trang: Chị Hường"]
    draft(one)
    assert list(exemplifying.to_tell(at_work(editor))) == []
    assert list(exemplifying.to_count(at_work(contributor))) == []


def test_a_proposal_that_waits_a_week_is_for_today(propose, reviewer):
    propose(at=now() - timedelta(days=8))
    (job,) = exemplifying.to_verify(at_work(reviewer))
    assert job.when == "today"


def test_withdrawn_by_a_form_leaves_only_what_was_decided(client, propose, contributor):
    one = propose()
    client.force_login(contributor)
    page = client.post(f"{BASE}{one.number}/withdraw/", follow=True)
    assert "Chị Hường" not in page.text
    assert "Chỉ còn lại các bước đã quyết" in page.text
    services.withdraw(exemplar_id=one.pk, by=contributor, at=now())
