"""A citizen comments on a post of our Page or writes to it: a case; the answer goes back where they wrote."""

import json
from datetime import timedelta
from urllib.request import Request, urlopen

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from lantoa.audience.models import Address, Reach
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.kernel.clock import now
from lantoa.listening import replies, services
from lantoa.listening.enums import Door, Matter, ReplyState
from lantoa.listening.models import Case, CaseReply
from lantoa.listening.services import CaseRefused
from lantoa.simulators.facebook import FacebookSimulator
from lantoa.simulators.stage import running
from tests.listening.conftest import FOREVER

pytestmark = pytest.mark.django_db(transaction=True)
PERSON = "24000000000000001"


@pytest.fixture
def province(place, settings):
    settings.LANTOA_PROVINCE_CODE = "96"
    apps.get_model("territory", "UnitCode").objects.create(unit_id=place.unit_id, code="96", valid=FOREVER)
    return place


def page_account(simulator, name="Trang tỉnh", **settings):
    return save_account(
        by=None, at=now(), kind="facebook", name=name,
        settings={"page_id": simulator.page_id, "api_url": simulator.url, "timeout": 5, **settings},
        secrets={
            "page_token": simulator.page_token, "app_secret": simulator.app_secret,
            "verify_token": simulator.verify_token,
        },
    )  # fmt: skip


@pytest.fixture
def wall(live_server, province):
    simulator = FacebookSimulator(webhook_url=f"{live_server.url}/webhook/facebook/trang-tinh/")
    with running(simulator):
        page_account(simulator)
        yield simulator


@pytest.fixture
def does(wall, run_jobs):
    """Somebody does something on the Page, and all that follows of it is done."""

    def act(path, text, *, person=PERSON, **more):
        wish = json.dumps({"user_id": person, "text": text, **more}).encode()
        with urlopen(Request(wall.url + path, wish), timeout=10) as reply:
            assert json.loads(reply.read()) == {"webhook_status": 200}
        run_jobs()

    return act


def answer(case, officer, text="Ở điểm giao dịch xã, sáng thứ Ba."):
    services.answer_case(case_id=case.pk, text=text, by=officer, at=now())
    return CaseReply.objects.get(case=case, text=text)


def words(case):
    return list(case.events.exclude(text="").values_list("text", flat=True))


def test_a_comment_opens_a_case_and_the_answer_stands_under_it(wall, does, officer, run_jobs):
    does("/_comment", "Vay vốn ở đâu vậy?", comment_id="1_7")
    case = Case.objects.get()
    assert (case.door, words(case)) == (Door.FACEBOOK, ["Vay vốn ở đâu vậy?"])
    assert CaseReply.objects.count() == 0, "a receipt code in public would let everybody in"
    reply = answer(case, officer)
    run_jobs()
    reply.refresh_from_db()
    [under] = wall.under["1_7"]
    assert (under["message"], reply.state, reply.provider_id) == (reply.text, ReplyState.DELIVERED, under["id"])
    assert Case.objects.count() == 1, "what the Page says itself is no case"


def test_a_person_on_the_page_is_in_the_vault_and_agreed_to_nothing(does, officer):
    does("/_comment", "Xin hỏi về thẻ bảo hiểm")
    case, address = Case.objects.get(), Address.objects.get()
    assert (address.channel, address.value, case.address_id) == ("facebook", PERSON, address.pk)
    assert not Reach.objects.exists()
    client = Client()
    client.force_login(officer)
    shown = client.get(reverse("listening:case", args=[case.number])).content.decode()
    assert PERSON not in shown
    assert "Mọi người đều đọc được câu trả lời" in shown


def test_a_comment_repeated_edited_or_taken_away_is_one_case(does):
    for _ in range(2):
        does("/_comment", "Bao giờ có thẻ?", comment_id="1_7")
    does("/_comment", "Bao giờ có thẻ mới?", comment_id="1_7", verb="edited")
    does("/_comment", "", comment_id="1_7", verb="remove")
    assert words(Case.objects.get()) == ["Bao giờ có thẻ?"]


def test_another_comment_joins_the_case_that_waits_and_opens_one_once_it_is_answered(does, officer):
    does("/_comment", "Vay vốn ở đâu?", comment_id="1_7")
    does("/_comment", "Nhà tôi 4 người", comment_id="1_8")
    does("/_comment", "Còn tôi?", comment_id="1_9", person="24000000000000002")
    first, second = Case.objects.order_by("pk")
    assert (words(first), words(second)) == (["Vay vốn ở đâu?", "Nhà tôi 4 người"], ["Còn tôi?"])
    answer(first, officer)
    does("/_comment", "Cảm ơn, còn giấy tờ?", comment_id="1_10")
    assert Case.objects.count() == 3


def test_what_a_stranger_writes_in_public_is_shown_as_text_and_nothing_else(does, officer):
    does("/_comment", "<script>alert(1)</script> http://xau.example")
    case = Case.objects.get()
    client = Client()
    client.force_login(officer)
    shown = client.get(reverse("listening:case", args=[case.number])).content.decode()
    assert "<script>alert(1)" not in shown
    assert 'href="http://xau.example' not in shown


def test_an_answer_that_everybody_reads_may_not_tell_who_asked(does, officer):
    does("/_comment", "Sao tôi chưa có thẻ?")
    case = Case.objects.get()
    for text in ("Gọi lại số 0912 345 678 của bà con.", "a" * 2001):
        with pytest.raises(CaseRefused):
            answer(case, officer, text)
    with pytest.raises(CaseRefused):
        services.refer_out(case_id=case.pk, matter=Matter.COMPLAINT, text="Đơn của số 0912345678", by=officer, at=now())
    assert CaseReply.objects.count() == 0
    assert Case.objects.with_state().get().status == "waiting"


def test_an_answer_that_everybody_reads_says_of_nobody_that_they_are_poor(wall, does, officer, run_jobs):
    does("/_comment", "Sao tôi chưa có thẻ?", comment_id="1_7")
    case, client = Case.objects.get(), Client()
    client.force_login(officer)
    poor = "Gia đình chị thuộc hộ cận nghèo nên phải đóng 30%."
    page = client.post(reverse("listening:act", args=[case.number, "answer"]), {"text": poor})
    shown = page.content.decode()
    assert (page.status_code, CaseReply.objects.count(), wall.under.get("1_7")) == (422, 0, None)
    assert ("nhắn tin riêng cho Trang" in shown, poor in shown) == (True, True), "it says why and keeps the words"
    answer(case, officer, "Hộ cận nghèo được hỗ trợ 70% tiền đóng.")
    does("/_message", "Tôi hỏi riêng", mid="m_abc", person="24000000000000002")
    private = Case.objects.order_by("pk").last()
    assert answer(private, officer, poor).text == poor


def test_a_message_to_the_page_is_answered_as_a_message_with_a_receipt(wall, does, officer, run_jobs):
    does("/_message", "Tôi hỏi riêng: vay vốn ở đâu?", mid="m_abc")
    case = Case.objects.get()
    run_jobs()
    answer(case, officer)
    run_jobs()
    receipt, reply = CaseReply.objects.order_by("pk")
    assert case.code in receipt.text
    assert [(person, made["message"]) for person, made in reversed(wall.said)] == [
        (PERSON, receipt.text), (PERSON, reply.text),
    ]  # fmt: skip
    assert (reply.state, wall.under) == (ReplyState.ACCEPTED, {})


def test_who_wrote_in_private_as_well_is_answered_in_private(wall, does, officer, run_jobs):
    does("/_message", "Nhà tôi thuộc hộ nghèo", mid="m_abc")
    does("/_comment", "Trả lời giúp tôi với", comment_id="1_7")
    answer(Case.objects.get(), officer, "Hộ của bà con số 0912345678 được hỗ trợ.")
    run_jobs()
    assert wall.under == {}
    assert wall.said[0][1]["message"] == "Hộ của bà con số 0912345678 được hỗ trợ."


@pytest.mark.parametrize("path", ["/_comment", "/_message"])
def test_an_answer_in_doubt_is_looked_for_and_written_once(wall, does, officer, run_jobs, path):
    does(path, "Vay vốn ở đâu?")
    run_jobs()
    wall.behave(drop=1.0)
    reply = answer(Case.objects.get(), officer)
    at = now()
    assert replies.send_reply(reply_id=reply.pk, at=at).state == ReplyState.UNKNOWN
    wall.behave(drop=0.0)
    reply.refresh_from_db()
    settled = replies.send_reply(reply_id=reply.pk, at=reply.due_at)
    assert settled.state in (ReplyState.DELIVERED, ReplyState.ACCEPTED)
    public = [made["message"] for under in wall.under.values() for made in under]
    assert [*public, *(made["message"] for _who, made in wall.said)].count(reply.text) == 1


def test_an_answer_that_never_came_is_written_again(wall, does, officer):
    does("/_comment", "Vay vốn ở đâu?", comment_id="1_7")
    reply = answer(Case.objects.get(), officer)
    at = now()
    replies.claim(reply_id=reply.pk, at=at)  # and the worker dies
    assert replies.send_reply(reply_id=reply.pk, at=at + replies.LEASE).state == ReplyState.DELIVERED
    assert [made["message"] for made in wall.under["1_7"]] == [reply.text]


def test_a_comment_that_was_taken_away_cannot_be_answered_and_the_officer_sees_it(wall, does, officer, run_jobs):
    does("/_comment", "Vay vốn ở đâu?", comment_id="1_7")
    does("/_comment", "", comment_id="1_7", verb="remove")
    reply = answer(Case.objects.get(), officer)
    run_jobs()
    reply.refresh_from_db()
    assert (reply.state, reply.needs_person) == (ReplyState.FAILED, True)
    assert ChannelAccount.objects.get().health == "working"


def test_a_message_too_old_is_answered_by_a_persons_tag_or_not_at_all(wall, does, officer, run_jobs):
    wall.closed = True
    does("/_message", "Vay vốn ở đâu?")
    first = answer(Case.objects.get(), officer)
    run_jobs()
    first.refresh_from_db()
    assert (first.state, first.needs_person, wall.said) == (ReplyState.FAILED, True, [])
    account = ChannelAccount.objects.get()
    ChannelAccount.objects.update(settings={**account.settings, "human_agent": True})
    services.send_again(reply_id=first.pk, by=officer, at=now())
    run_jobs()
    assert [made["message"] for _who, made in wall.said] == [first.text]


def test_each_page_answers_its_own_people(live_server, wall, does, officer, run_jobs):
    commune = FacebookSimulator(page_id="2222", webhook_url=f"{live_server.url}/webhook/facebook/trang-xa/")
    with running(commune):
        page_account(commune, "Trang xã")
        wish = json.dumps({"user_id": "777000", "text": "Hỏi xã", "comment_id": "5_5"}).encode()
        with urlopen(Request(commune.url + "/_comment", wish), timeout=10):
            run_jobs()
        answer(Case.objects.get(), officer)
        run_jobs()
        assert (list(commune.under), wall.under) == (["5_5"], {})
        ChannelAccount.objects.filter(name="Trang xã").update(enabled=False)
        more = answer(Case.objects.get(), officer, "Thêm: mang căn cước.")
        run_jobs()
        more.refresh_from_db()
        assert (more.state, more.reason, wall.under) == (ReplyState.PENDING, replies.NO_ACCOUNT, {})


def test_too_many_calls_rest_as_long_as_the_page_asks(wall, does, officer):
    wall.rest = 19
    wall.behave(throttle=1.0)
    does("/_comment", "Vay vốn ở đâu?")
    reply = answer(Case.objects.get(), officer)
    at = now()
    put_off = replies.send_reply(reply_id=reply.pk, at=at)
    assert (put_off.state, put_off.due_at) == (ReplyState.PENDING, at + timedelta(minutes=19))
    assert ChannelAccount.objects.get().paused_until == at + timedelta(minutes=19)
