"""A citizen writes on Zalo and is answered there: signed webhook in, reply out, over real sockets."""

import json
from dataclasses import replace
from datetime import timedelta
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from django.apps import apps
from django.db import connection

from lantoa.audience.models import Person
from lantoa.audience.services import erase_person
from lantoa.channels.contract import Accepted, Retry
from lantoa.channels.events import ReceiptReceived, ReceiptsReceived, TextReceived
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.services import save_account
from lantoa.kernel.clock import now
from lantoa.kernel.events import emit
from lantoa.listening import replies, selectors, services
from lantoa.listening.enums import Door, ReplyState
from lantoa.listening.intake import take_in
from lantoa.listening.jobs import sweep_replies
from lantoa.listening.models import Case, CaseEvent, CaseReply
from lantoa.listening.services import TEXT_LIMIT, Contact
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.stage import running
from lantoa.simulators.zalo import ZaloSimulator
from tests.listening.conftest import FOREVER

CITIZEN = "7000000000000001"
ON_ZALO = Contact("zalo", CITIZEN)
BY_PHONE = Contact("sms", "0900 000 001")


@pytest.fixture
def province(place, settings):
    settings.LANTOA_PROVINCE_CODE = "96"
    apps.get_model("territory", "UnitCode").objects.create(unit_id=place.unit_id, code="96", valid=FOREVER)
    return place


def zalo_account(simulator):
    return save_account(
        by=None, at=now(), kind="zalo", name="Zalo",
        settings={
            "app_id": simulator.app_id, "oauth_url": simulator.url, "api_url": simulator.url, "hours": "any",
            "timeout": 5,
        },
        secrets={
            "app_secret": simulator.app_secret, "oa_secret": simulator.oa_secret,
            "refresh_token": simulator.refresh_token,
        },
    )  # fmt: skip


def sms_account(simulator):
    return save_account(
        by=None, at=now(), kind="sms", name="Tin nhắn",
        settings={"url": simulator.url + SEND, "hours": "any", "timeout": 5},
        secrets={"api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": "s" * 40},
    )  # fmt: skip


@pytest.fixture
def zalo(province):
    with running(simulator := ZaloSimulator(receipts=False)):
        zalo_account(simulator)
        yield simulator


@pytest.fixture
def sms(province):
    with running(simulator := SmsSimulator(receipts=False)):
        sms_account(simulator)
        yield simulator


def accepted(simulator):
    return [(entry.address, entry.text, entry.times) for entry in simulator.ledger.entries.values()]


def said(text="Xin hỏi vay vốn", message_id="m1", sender=CITIZEN):
    return TextReceived(
        account_id=1, kind="zalo", sender=sender, text=text, message_id=message_id, occurred_at=now().isoformat(),
        inbound_id=1,
    )  # fmt: skip


@pytest.fixture
def asked(opened):
    """A case of today with a way back and nothing sent yet."""

    def make(contact):
        return opened(door=Door.COUNTER, contact=contact, at=f"{now():%Y-%m-%dT%H:%M}")

    return make


def answer(case, officer, text="Ở điểm giao dịch xã."):
    services.answer_case(case_id=case.pk, text=text, by=officer, at=now())
    return CaseReply.objects.get(case=case)


def fresh(reply):
    return CaseReply.objects.get(pk=reply.pk)


# In by the webhook, out by the provider


@pytest.mark.django_db(transaction=True)
def test_a_citizen_writes_on_zalo_and_is_answered(live_server, province, officer, run_jobs):
    with running(simulator := ZaloSimulator(webhook_url=f"{live_server.url}/webhook/zalo/zalo/", receipts=False)):
        zalo_account(simulator)

        def says(text, msg_id):
            wish = json.dumps({"user_id": CITIZEN, "text": text, "msg_id": msg_id}).encode()
            with urlopen(Request(simulator.url + "/_user_says", wish)) as reply:
                return json.loads(reply.read())["webhook_status"]

        # the provider repeats and reorders: the second message comes first, both come twice
        assert [says("Cả nhà tôi 4 người", "m2"), says("Vay vốn ở đâu?", "m1")] == [200, 200]
        assert [says("Vay vốn ở đâu?", "m1"), says("Cả nhà tôi 4 người", "m2")] == [200, 200]
        run_jobs()
        case = Case.objects.get()
        assert sorted(case.events.exclude(text="").values_list("text", flat=True)) == [
            "Cả nhà tôi 4 người",
            "Vay vốn ở đâu?",
        ]
        services.answer_case(case_id=case.pk, text="Ở điểm giao dịch xã.", by=officer, at=now())
        run_jobs()
        receipt, reply = CaseReply.objects.all()
        assert accepted(simulator) == [(CITIZEN, receipt.text, 1), (CITIZEN, "Ở điểm giao dịch xã.", 1)]
        assert (case.code in receipt.text, receipt.state, reply.state) == (True, "accepted", "accepted")
        assert [event.text for event in selectors.public_story(case)][-1] == "Ở điểm giao dịch xã."


@pytest.mark.django_db(transaction=True)
def test_a_forged_message_is_no_case(live_server, province, run_jobs):
    simulator = ZaloSimulator(receipts=False)
    zalo_account(simulator)
    body, headers = simulator.signed({"event_name": "user_send_text", "sender": {"id": CITIZEN}, "message": {
        "msg_id": "m1", "text": "Xin hỏi"}})  # fmt: skip
    forged = Request(f"{live_server.url}/webhook/zalo/zalo/", body.replace(b"Xin", b"Xoa"), headers)
    with pytest.raises(HTTPError) as refusal:
        urlopen(forged)
    run_jobs()
    refusal.value.close()
    assert (refusal.value.code, InboundEvent.objects.count(), Case.objects.count()) == (403, 0, 0)


# What comes in


def test_the_same_message_twice_changes_nothing(province):
    first, second = (take_in(said(), at=now()) for _ in range(2))
    assert (first, Case.objects.count(), CaseReply.objects.count()) == (second, 1, 1)


@pytest.mark.parametrize(
    ("told", "believed"),
    [(timedelta(hours=-5), True), (timedelta(days=-29), True), (timedelta(days=-20_000), False),
     (timedelta(hours=3), False)],
)  # fmt: skip
def test_the_hour_a_channel_tells_is_believed_while_it_may_be_true(province, told, believed):
    at = now()
    case = take_in(replace(said(), occurred_at=(at + told).isoformat()), at=at)
    assert CaseEvent.objects.filter(case=case).earliest("pk").at == (at + told if believed else at)


def test_a_message_repeated_after_the_answer_changes_nothing(province, officer):
    case = take_in(said(), at=now())
    take_in(said("Thêm", "m2"), at=now())
    services.answer_case(case_id=case.pk, text="Có.", by=officer, at=now())
    before = CaseEvent.objects.count()
    for message_id in ("m1", "m2"):
        take_in(said("Thêm", message_id), at=now())
    assert (Case.objects.count(), CaseEvent.objects.count()) == (1, before)


def test_a_new_message_after_the_answer_is_a_new_case(province, officer):
    case = take_in(said(), at=now())
    services.answer_case(case_id=case.pk, text="Có.", by=officer, at=now())
    assert take_in(said("Việc khác", "m2"), at=now()) != case


def test_two_citizens_are_two_cases(province):
    assert take_in(said(), at=now()) != take_in(said(message_id="m2", sender="7000000000000002"), at=now())


def test_a_message_too_long_is_kept_whole(province):
    text = "Đoạn dài. " * (TEXT_LIMIT // 5)
    case = take_in(said(text), at=now())
    assert "".join(case.events.exclude(text="").values_list("text", flat=True)).replace(" ", "") == text.replace(
        " ", ""
    )
    assert take_in(said(text), at=now()) == case


def test_words_from_an_address_nobody_can_answer_are_kept(province):
    case = take_in(said(sender="không phải mã số"), at=now())
    assert (case.address_id, case.events.first().text, CaseReply.objects.count()) == (None, "Xin hỏi vay vốn", 0)


def test_a_message_from_the_future_is_dated_today(province):
    event = TextReceived(1, "zalo", CITIZEN, "Xin hỏi", "m9", "2099-01-01T00:00:00+00:00", 1)
    at = now()
    assert take_in(event, at=at).events.first().at == at


# What goes back


def test_dropped_after_accepting_is_unknown_and_shown(zalo, officer, asked, run_jobs):
    zalo.behave(drop=1.0)
    reply = answer(asked(ON_ZALO), officer)
    run_jobs()
    reply = fresh(reply)
    assert (reply.state, reply.needs_person, len(accepted(zalo))) == (ReplyState.UNKNOWN, True, 1)
    assert list(selectors.cases(officer, show="unsent", at=now())) == [reply.case]


def test_throttled_goes_later_by_itself(zalo, officer, asked, run_jobs):
    zalo.behave(throttle=1.0, retry_after=30)
    reply = answer(asked(ON_ZALO), officer)
    run_jobs()
    reply = fresh(reply)
    assert (reply.state, accepted(zalo)) == (ReplyState.PENDING, [])
    assert timedelta(seconds=20) < reply.due_at - now() < timedelta(seconds=31)
    zalo.behave(throttle=0.0)
    assert replies.send_reply(reply_id=reply.pk, at=reply.due_at + timedelta(seconds=1)).state == ReplyState.ACCEPTED


def test_refused_for_good_is_shown_with_the_reason(zalo, officer, asked, run_jobs):
    zalo.behave(refuse=1.0)
    reply = answer(asked(ON_ZALO), officer)
    run_jobs()
    assert (fresh(reply).state, fresh(reply).needs_person, "-230" in fresh(reply).reason) == ("failed", True, True)


def test_without_an_account_the_reply_waits(province, officer, asked, run_jobs):
    reply = answer(asked(ON_ZALO), officer)
    run_jobs()
    assert (fresh(reply).state, fresh(reply).reason) == (ReplyState.PENDING, replies.NO_ACCOUNT)


def test_an_erased_citizen_is_not_written_to(zalo, officer, asked, run_jobs):
    case = asked(ON_ZALO)
    reply = answer(case, officer)
    erase_person(by=None, at=now(), person=Person.objects.get(pk=case.person_id))
    run_jobs()
    assert (fresh(reply).state, fresh(reply).reason, accepted(zalo)) == (ReplyState.FAILED, replies.ERASED, [])


def test_at_night_the_reply_waits_for_the_morning(province, officer, asked):
    with running(simulator := SmsSimulator(receipts=False)):
        account = sms_account(simulator)
        account.settings.pop("hours")
        account.save()
        reply = answer(asked(BY_PHONE), officer)
        night = (now() + timedelta(days=1)).replace(hour=2, minute=0, second=0, microsecond=0)
        assert replies.send_reply(reply_id=reply.pk, at=night) is None
        assert (fresh(reply).due_at, accepted(simulator)) == (night.replace(hour=7), [])


def test_an_answer_too_long_for_the_channel_leads_to_the_whole(sms, officer, asked, run_jobs):
    case = asked(BY_PHONE)
    answer(case, officer, text="Mời bà con mang giấy tờ. " * 40)
    run_jobs()
    [(_phone, text, _times)] = accepted(sms)
    assert (len(text) <= 459, text.endswith(case.public_url)) == (True, True)


# A worker dies between two lines


def test_a_worker_that_dies_before_the_wire_loses_nothing(sms, officer, asked):
    reply = answer(asked(BY_PHONE), officer)
    at = now()
    replies.claim(reply_id=reply.pk, at=at)
    assert replies.send_reply(reply_id=reply.pk, at=at + timedelta(seconds=30)) is None  # still leased
    after = at + replies.LEASE
    assert replies.send_reply(reply_id=reply.pk, at=after).state == ReplyState.ACCEPTED
    assert [times for *_rest, times in accepted(sms)] == [1]


def test_sms_is_sent_again_with_the_same_key_and_taken_once(sms, officer, asked):
    sms.behave(drop=1.0)
    reply = answer(asked(BY_PHONE), officer)
    at = now()
    assert replies.send_reply(reply_id=reply.pk, at=at).state == ReplyState.UNKNOWN
    sms.behave(drop=0.0)
    assert replies.send_reply(reply_id=reply.pk, at=fresh(reply).due_at).state == ReplyState.ACCEPTED
    [entry] = sms.ledger.entries.values()
    assert (entry.key, entry.times, entry.repeats) == (reply.key, 1, 1)


@pytest.mark.parametrize("lost", ["the answer", "the worker"])
def test_in_doubt_it_is_sent_again_through_the_gateway_that_may_have_it(sms, officer, asked, lost):
    with running(other := SmsSimulator(receipts=False)):
        mine = ChannelAccount.objects.get()
        mine.name = "Z: the later one by name"
        mine.save()
        reply, at = answer(asked(BY_PHONE), officer), now()
        if lost == "the answer":
            sms.behave(drop=1.0)
            replies.send_reply(reply_id=reply.pk, at=at)
            sms.behave(drop=0.0)
        else:
            replies.claim(reply_id=reply.pk, at=at)
        sms_account(other)  # comes first from now on
        assert fresh(reply).account_id == mine.pk
        due = fresh(reply).due_at
        assert replies.send_reply(reply_id=reply.pk, at=due).state == ReplyState.ACCEPTED
    assert ([times for *_rest, times in accepted(sms)], accepted(other)) == ([1], [])


def test_in_doubt_at_an_account_out_of_use_it_waits_for_it_and_goes_nowhere_else(sms, officer, asked):
    with running(other := SmsSimulator(receipts=False)):
        sms_account(other)
        reply, at = answer(asked(BY_PHONE), officer), now()
        held = replies.claim(reply_id=reply.pk, at=at)
        ChannelAccount.objects.filter(pk=held.account.pk).update(enabled=False)
        assert replies.send_reply(reply_id=reply.pk, at=at + replies.LEASE) is None
        waiting = fresh(reply)
        assert (waiting.state, waiting.reason, waiting.due_at is not None) == (
            ReplyState.UNKNOWN, replies.NO_ACCOUNT, True,
        )  # fmt: skip
    assert (accepted(sms), accepted(other)) == ([], [])


def test_another_accounts_receipt_of_the_same_number_says_nothing(sms, officer, asked):
    reply = answer(asked(BY_PHONE), officer)
    sent = replies.send_reply(reply_id=reply.pk, at=now())
    word = (sent.provider_id, "", "delivered", now().isoformat(), 1)
    for account_id, moved in ((sent.account_id + 1, []), (sent.account_id, [reply])):
        assert replies.apply_receipts([ReceiptReceived(account_id, "sms", *word)], at=now()) == moved


def test_zalo_is_not_sent_again_by_itself(zalo, officer, asked):
    reply = answer(asked(ON_ZALO), officer)
    at = now()
    replies.claim(reply_id=reply.pk, at=at)
    assert replies.send_reply(reply_id=reply.pk, at=at + replies.LEASE) is None
    assert (fresh(reply).state, fresh(reply).due_at, accepted(zalo)) == (ReplyState.UNKNOWN, None, [])


def test_a_person_may_send_it_again(zalo, officer, asked, run_jobs):
    reply = answer(asked(ON_ZALO), officer)
    at = now() - replies.LEASE
    CaseReply.objects.filter(pk=reply.pk).update(due_at=at)
    replies.claim(reply_id=reply.pk, at=at)
    replies.send_reply(reply_id=reply.pk, at=now())
    services.send_again(reply_id=reply.pk, by=officer, at=now())
    run_jobs()
    assert (fresh(reply).state, len(accepted(zalo))) == (ReplyState.ACCEPTED, 1)


def test_a_late_worker_changes_nothing_once_another_has_the_reply(sms, officer, asked):
    reply = answer(asked(BY_PHONE), officer)
    at = now()
    slow = replies.claim(reply_id=reply.pk, at=at)
    replies.claim(reply_id=reply.pk, at=at + replies.LEASE)
    replies.settle(slow, Retry("away"), at=at + replies.LEASE)
    assert (fresh(reply).state, fresh(reply).attempts) == (ReplyState.SENDING, 2)


def test_the_sweep_finds_a_reply_whose_job_is_gone(sms, officer, asked, run_jobs):
    reply = answer(asked(BY_PHONE), officer)
    CaseReply.objects.filter(pk=reply.pk).update(due_at=now() - timedelta(minutes=5))
    drop_all_jobs()
    for _ in range(2):
        sweep_replies(timestamp=0)
    run_jobs()
    assert (fresh(reply).state, sms.ledger.totals()["calls"]) == (ReplyState.ACCEPTED, 1)


def drop_all_jobs():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")


def test_a_reply_is_given_to_a_person_after_three_days(province, officer, asked):
    reply = answer(asked(ON_ZALO), officer)
    replies.send_reply(reply_id=reply.pk, at=now() + replies.GIVE_UP + timedelta(minutes=1))
    assert (fresh(reply).state, fresh(reply).needs_person) == (ReplyState.FAILED, True)


# What the provider reports


def report(state, *, key="", provider_id="", kind="sms", account_id=1):
    return ReceiptReceived(account_id, kind, provider_id, key, state, now().isoformat(), 1)


def test_a_report_proves_what_was_in_doubt(sms, officer, asked):
    reply = answer(asked(BY_PHONE), officer)
    CaseReply.objects.filter(pk=reply.pk).update(state=ReplyState.UNKNOWN, due_at=None)
    reports = [report("delivered", key=reply.key), report("failed", key=reply.key)]  # the second is old and late
    assert replies.apply_receipts(reports, at=now()) == [reply]
    assert fresh(reply).state == ReplyState.DELIVERED


def test_a_report_by_the_providers_own_number_counts_once_it_is_known(zalo, officer, asked):
    reply = answer(asked(ON_ZALO), officer)
    held = replies.claim(reply_id=reply.pk, at=now())
    replies.settle(held, Accepted("msg-7"), at=now())
    assert replies.apply_receipts([report("delivered", provider_id="msg-7")], at=now()) == []  # another channel's
    word = report("read", provider_id="msg-7", kind="zalo", account_id=held.account.pk)
    replies.apply_receipts([word], at=now())
    assert fresh(reply).state == ReplyState.DELIVERED


def test_hundreds_of_reports_about_messages_cost_one_query(sms, django_assert_num_queries):
    with django_assert_num_queries(3):  # two of them the savepoint
        replies.apply_receipts([report("delivered", key=f"d-{n}", provider_id=f"p{n}") for n in range(300)], at=now())


@pytest.mark.parametrize("key", ["", "reply-", "reply-x", "reply-999999", f"reply-{'9' * 40}", "d-1", "reply-٣"])
def test_a_report_about_something_else_changes_nothing(sms, officer, asked, key):
    reply = answer(asked(BY_PHONE), officer)
    assert replies.apply_receipts([report("delivered", key=key)], at=now()) == []
    assert fresh(reply).state == ReplyState.PENDING


def test_a_stored_report_reaches_the_reply(province, officer, asked, run_jobs):
    reply = answer(asked(BY_PHONE), officer)
    CaseReply.objects.filter(pk=reply.pk).update(state=ReplyState.ACCEPTED, due_at=None)
    told = {"account_id": 1, "kind": "sms", "provider_id": "", "key": reply.key, "state": "delivered",
            "occurred_at": now().isoformat(), "inbound_id": 1}  # fmt: skip
    emit(ReceiptsReceived([told]))
    run_jobs()
    assert fresh(reply).state == ReplyState.DELIVERED


# A text that asks for no more messages


@pytest.mark.django_db
def test_a_stop_word_alone_opens_no_case(province):
    assert take_in(said("TU CHOI nhan tin"), at=now()) is None
    assert Case.objects.count() == 0


@pytest.mark.django_db
def test_a_stop_word_with_a_matter_of_its_own_opens_one(province):
    case = take_in(said("STOP. Nhà tôi bị dột, xin hỗ trợ."), at=now())
    assert case is not None
    assert take_in(said("Hủy thẻ bảo hiểm y tế thì làm sao?", "m2"), at=now()) == case
