"""The desk's case pages: who may open them, what they show, what they cost, and that nothing typed is lost."""

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.listening import services
from lantoa.listening.enums import Door, Matter, ReplyState
from lantoa.listening.models import CaseReply, PublishedAnswer
from lantoa.listening.services import Contact
from tests.listening.conftest import moment

PHONE = Contact(channel="sms", value="0901 234 567", name="Trần Thị Mẫu")
READERS = {Role.CASE_OFFICER, Role.LEADER, Role.AUDITOR}


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def text_of(response):
    return response.content.decode()


@pytest.fixture
def desk(officer):
    return signed_in(officer)


@pytest.fixture
def case(opened):
    return opened(text="Nhà tôi ở Cái Keo chưa được vay vốn", contact=PHONE, matter=Matter.REPORT)


def addresses(case):
    return {
        "list": reverse("listening:list"),
        "case": reverse("listening:case", args=[case.number]),
        "preview": reverse("listening:preview", args=[case.number]),
        "note": reverse("listening:act", args=[case.number, "note"]),
    }


def test_nobody_reads_without_signing_in(case, client):
    for address in addresses(case).values():
        response = client.post(address) if "xem-truoc" in address or "note" in address else client.get(address)
        assert (response.status_code, "Cái Keo" in text_of(response)) == (302, False)


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_exactly_what_its_post_carries(case, place, role):
    client = signed_in(place.hire(role))
    seen = [client.get(addresses(case)[name]) for name in ("list", "case")]
    expected = 200 if role in READERS else 403
    assert [page.status_code for page in seen] == [expected, expected]
    assert ["Cái Keo" in text_of(page) for page in seen] == [role in READERS] * 2


@pytest.mark.parametrize("role", list(Role))
def test_a_stranger_of_another_commune_learns_nothing(case, elsewhere, role):
    client = signed_in(elsewhere.hire(role))
    at = addresses(case)
    pages = [client.get(at["case"]), client.post(at["note"], {"text": "x"}), client.post(at["preview"], {})]
    assert {page.status_code for page in pages} <= {403, 404}
    listed = text_of(client.get(at["list"]))
    assert ("Cái Keo" in listed + "".join(map(text_of, pages)), case.number in listed) == (False, False)
    assert case.events.filter(happening="noted").exists() is False


def test_a_superuser_without_a_post_reads_nothing(case, django_user_model):
    root = django_user_model.objects.create_superuser(email="goc@example.test", display_name="Gốc")
    assert signed_in(root).get(addresses(case)["case"]).status_code == 403


def test_an_auditor_reads_but_sees_neither_contact_nor_steps(case, place):
    page = text_of(signed_in(place.hire(Role.AUDITOR)).get(addresses(case)["case"]))
    assert ("567" in page, "Gửi trả lời" in page, "<textarea" in page) == (False, False, False)


def test_an_officer_sees_the_contact_masked(case, desk):
    page = text_of(desk.get(addresses(case)["case"]))
    assert ("567" in page, "901234567" in page.replace(" ", ""), "Trần Thị Mẫu" in page) == (True, False, False)


def test_answering_from_the_page(case, desk):
    response = desk.post(reverse("listening:act", args=[case.number, "answer"]), {"text": "Ở xã."}, follow=True)
    assert "Đã trả lời. Người hỏi đọc được ngay." in text_of(response)
    assert CaseReply.objects.get().text == "Ở xã."


def test_a_refused_answer_keeps_what_was_typed(case, desk, officer):
    services.refer_out(case_id=case.pk, matter=Matter.COMPLAINT, text="Đơn đã chuyển.", by=officer, at=now())
    response = desk.post(reverse("listening:act", args=[case.number, "answer"]), {"text": "Tôi viết rất lâu."})
    page = text_of(response)
    assert response.status_code == 422
    assert "Tôi viết rất lâu." in page
    assert "Khiếu nại, tố cáo không trả lời ở đây" in page


def test_an_empty_answer_says_so_beside_the_field(case, desk):
    response = desk.post(reverse("listening:act", args=[case.number, "answer"]), {"text": "  "})
    assert (response.status_code, 'id="answer_text"' in text_of(response)) == (422, True)


def test_a_complaint_offers_its_legal_door_and_no_answer(opened, desk):
    case = opened(matter=Matter.COMPLAINT)
    page = text_of(desk.get(reverse("listening:case", args=[case.number])))
    assert ("Luật Khiếu nại" in page, 'id="answer_text"' in page, "checked" in page) == (True, False, True)


@pytest.fixture
def answered(case, officer):
    services.answer_case(case_id=case.pk, text="Gọi 0290 123 4567 gặp chị Lê Thị Vẽ.", by=officer, at=now())
    return case


def test_the_draft_for_the_public_comes_without_numbers(answered, desk):
    page = text_of(desk.get(reverse("listening:case", args=[answered.number])))
    assert "Gọi […] gặp chị Lê Thị Vẽ." in page


def test_preview_shows_what_must_go_and_does_not_publish(answered, desk):
    sent = {"question": "Tôi, Trần Thị Mẫu, hỏi vay", "answer": "Ở xã."}
    page = text_of(desk.post(reverse("listening:preview", args=[answered.number]), sent))
    assert ("<b>Trần Thị Mẫu</b>" in page, "Công khai, không nêu tên" in page) == (True, False)
    assert PublishedAnswer.objects.count() == 0


def test_preview_asks_about_names_then_publishes_exactly_what_was_seen(answered, desk):
    sent = {"question": "Vay ở đâu?", "answer": "Gặp chị Lê Thị Vẽ ở xã."}
    page = text_of(desk.post(reverse("listening:preview", args=[answered.number]), sent))
    assert ("Lê Thị Vẽ" in page, "Công khai, không nêu tên" in page) == (True, True)
    desk.post(reverse("listening:act", args=[answered.number, "publish"]), sent)
    assert PublishedAnswer.objects.values("question", "answer").get() == sent


def test_a_reply_nobody_knows_of_is_shown_and_sent_again(answered, desk):
    reply = CaseReply.objects.get()
    CaseReply.objects.update(state=ReplyState.UNKNOWN, due_at=None, reason="sending was interrupted")
    address = reverse("listening:case", args=[answered.number])
    assert "Người hỏi có thể chưa nhận được tin" in text_of(desk.get(address))
    assert "Đang gửi thì đứt" in text_of(desk.get(address))
    desk.post(reverse("listening:send_again", args=[answered.number, reply.pk]))
    reply.refresh_from_db()
    assert (reply.state, reply.due_at is None) == (ReplyState.PENDING, False)


def test_a_reply_on_its_way_is_not_sent_again(answered, desk):
    reply = CaseReply.objects.get()
    page = desk.post(reverse("listening:send_again", args=[answered.number, reply.pk]), follow=True)
    assert "Tin này đang đi hoặc đã tới." in text_of(page)


def test_a_reply_of_another_case_is_not_found(answered, desk, opened):
    other = opened(key="khac")
    reply = CaseReply.objects.get()
    assert desk.post(reverse("listening:send_again", args=[other.number, reply.pk])).status_code == 404


def test_passing_on_offers_agencies_within_reach_only(case, place, elsewhere):
    client = signed_in(place.hire(Role.CASE_OFFICER))
    assert "UBND xã Khác" not in text_of(client.get(addresses(case)["case"]))
    wide = signed_in(place.hire(Role.CASE_OFFICER, units=[place.unit_id, elsewhere.unit_id]))
    assert "UBND xã Khác" in text_of(wide.get(addresses(case)["case"]))
    wide.post(reverse("listening:act", args=[case.number, "route"]), {"agency_id": elsewhere.agency_id})
    assert case.in_charge_id == elsewhere.agency_id
    theirs = signed_in(elsewhere.hire(Role.CASE_OFFICER))
    assert "Cái Keo" in text_of(theirs.get(addresses(case)["case"]))


@pytest.mark.parametrize(
    "query", ["?show=khong-co", "?q=%00", "?matter=bia", "?page=99", "?q=" + "a" * 500, "?show=all&q=%25_"]
)
def test_the_list_bears_any_wish(case, desk, query):
    assert desk.get(reverse("listening:list") + query).status_code == 200


def test_filters_find_without_marks_and_keep_the_words(case, desk):
    found = text_of(desk.get(reverse("listening:list") + "?q=cai+keo&matter=report&door=portal"))
    missed = text_of(desk.get(reverse("listening:list") + "?q=cai+keo&door=zalo"))
    assert ("Nhà tôi ở Cái Keo" in found, 'value="cai keo"' in found, "Không có ý kiến nào khớp" in missed) == (
        True,
        True,
        True,
    )


def test_late_cases_stand_first_and_apart(opened, desk):
    opened(key="moi", text="Việc còn hạn", at=f"{now():%Y-%m-%d}T00:01")
    opened(key="cu", text="Việc trễ hẹn", at="2026-01-05T09:00")
    page = text_of(desk.get(reverse("listening:list")))
    assert 0 < page.index("jobs-late") < page.index("Việc trễ hẹn") < page.index("Việc còn hạn")


def test_the_empty_list_says_what_belongs_there(desk):
    assert "Không còn việc chờ ở đây" in text_of(desk.get(reverse("listening:list")))


def test_a_full_list_costs_no_more_than_an_empty_one(opened, desk, django_assert_max_num_queries):
    for number in range(25):
        opened(key=f"n{number}", door=Door.ZALO, text=f"Câu {number}")
    with django_assert_max_num_queries(12):
        desk.get(reverse("listening:list"))


def test_a_long_story_costs_no_more_than_a_short_one(case, desk, officer, django_assert_max_num_queries):
    for number in range(20):
        services.add_note(case_id=case.pk, text=f"Ghi {number}", by=officer, at=moment("2026-11-24T08:00"))
    with django_assert_max_num_queries(30):
        desk.get(addresses(case)["case"])
