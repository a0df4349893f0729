"""A citizen writes a text message: to a short code or by our own connection; the answer goes back as one."""

import json
import re
from datetime import timedelta
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from lantoa.audience.models import Address, ConsentEvent, Person, Reach
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services import give_consent, keep_contact
from lantoa.channels.events import TextReceived
from lantoa.channels.inbound import Received
from lantoa.channels.models import InboundEvent
from lantoa.channels.services import keep_report, save_account
from lantoa.channels.smpp.coding import pieces
from lantoa.channels.smpp.pdu import Command, Party, Pdu, Sms
from lantoa.channels.sms.webhook import sign
from lantoa.kernel.clock import now
from lantoa.listening import replies, services
from lantoa.listening.enums import Door, Happening
from lantoa.listening.intake import take_in
from lantoa.listening.models import Case, CaseEvent, CaseReply
from lantoa.listening.services import RECEIPTS_A_DAY
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.stage import running
from tests.listening.conftest import FOREVER

PHONE = "84912345678"
CODE = Party(0, 1, "8079")
LONG = "Xin hỏi: nhà tôi thuộc hộ cận nghèo, mái dột từ mùa mưa trước, có được hỗ trợ sửa nhà không, hỏi ở đâu ạ?"


@pytest.fixture
def province(place, settings):
    settings.LANTOA_PROVINCE_CODE = "96"
    apps.get_model("territory", "UnitCode").objects.create(unit_id=place.unit_id, code="96", valid=FOREVER)
    return place


def gateway(url="http://127.0.0.1:9", **settings):
    return save_account(
        by=None, at=now(), kind="sms", name="Tin nhắn", settings={"url": url + SEND, "timeout": 5, **settings},
        secrets={
            "api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": "s" * 40,
            "inbound_key": "demo-inbound-key",
        },
    )  # fmt: skip


def texts(text, smsid, *, sender=PHONE):
    """A text comes to the short code by the provider's signed call."""
    fields = {"sender": sender, "content": text, "smsid": smsid, "cpid": "cp", "receiverTime": ""}
    query = urlencode({**fields, "sign": sign(fields, "demo-inbound-key")})
    return Client().get("/webhook/sms/tin-nhan/", QUERY_STRING=query).status_code


def told(case, *happenings):
    found = case.events.filter(happening__in=happenings) if happenings else case.events.exclude(text="")
    return list(found.values_list("text", flat=True))


@pytest.mark.django_db(transaction=True)
def test_a_citizen_texts_the_short_code_and_is_answered(live_server, province, officer, run_jobs):
    simulator = SmsSimulator(inbound_url=f"{live_server.url}/webhook/sms/tin-nhan/", receipts=False)
    with running(simulator):
        gateway(simulator.url, hours="any")

        def says(text, smsid):
            wish = json.dumps({"phone": "0912345678", "text": text, "smsid": smsid}).encode()
            with urlopen(Request(simulator.url + "/_user_says", wish)) as reply:
                return json.loads(reply.read())["status"]

        assert [says("Vay von o dau?", "1"), says("Nha 4 nguoi", "2"), says("Vay von o dau?", "1")] == [200] * 3
        run_jobs()
        case = Case.objects.get()
        assert (case.door, told(case)) == (Door.SMS, ["Vay von o dau?", "Nha 4 nguoi"])
        services.answer_case(case_id=case.pk, text="Ở điểm giao dịch xã.", by=officer, at=now())
        run_jobs()
        receipt, answer = CaseReply.objects.all()
        sent = [(entry.address, entry.text, entry.times) for entry in simulator.ledger.entries.values()]
        assert sent == [(PHONE, receipt.text, 1), (PHONE, "Ở điểm giao dịch xã.", 1)]
        assert (case.code in receipt.text, receipt.state, answer.state) == (True, "accepted", "accepted")


@pytest.mark.django_db
def test_a_stranger_needs_no_registration_and_their_number_lies_in_the_vault_alone(province, officer, run_jobs):
    gateway()
    texts("Xin hỏi về thẻ bảo hiểm y tế", "1", sender="0912345678")
    run_jobs()
    case = Case.objects.select_related("person").get()
    assert (Address.objects.get().value, case.person.source) == (PHONE, "sms")
    assert not Reach.objects.exists()  # asking agrees to nothing
    kept = [*Case.objects.values_list("submission_key", flat=True), *CaseEvent.objects.values_list("reference", "text")]
    client = Client()
    client.force_login(officer)
    pages = [reverse("listening:list"), reverse("listening:case", args=[case.number])]
    shown = "".join(client.get(page).content.decode() for page in pages)
    assert "0912 ••• 678" in shown
    assert "912345678" not in re.sub(r"\s", "", shown) + str(kept)


def agreed(place):
    known = keep_contact(channel="sms", value=PHONE, name="", unit_id=place.unit_id, language="vi", at=now())
    Address.objects.filter(pk=known.address_id).update(verified_at=now())
    person = Person.objects.get(pk=known.person_id)
    give_consent(by=None, at=now() - timedelta(days=1), person=person, channel="sms",
                 wordings=[current_wordings("vi")["policy_news"]], means="counter", proof={"form": 1})  # fmt: skip


STOPS = [
    "STOP", "stop", " Stop ", "HUY", "huy", "Hủy", "huỷ", "HUY TIN", "TU CHOI", "tu choi", "Tu  Choi", " TU\tCHOI. ",
    "TỪ CHỐI", "từ chối", "Từ chối nhận tin", "tư\u0300 chô\u0301i",
]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("text", STOPS)
def test_a_stop_word_however_written_ends_the_messages_at_once_and_opens_no_case(province, run_jobs, text):
    gateway()
    agreed(province)
    assert Reach.objects.filter(channel="sms").exists()
    assert texts(text, "1") == 200
    run_jobs()
    assert not Reach.objects.exists()
    assert ConsentEvent.objects.filter(kind="withdrawn", channel="sms", means="keyword").count() == 1
    assert (Case.objects.count(), CaseReply.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_stop_word_with_a_question_ends_the_messages_and_opens_a_case(province, run_jobs):
    gateway()
    agreed(province)
    assert Reach.objects.exists()
    texts("HỦY. Nhà tôi bị dột, xin hỗ trợ.", "1")
    run_jobs()
    assert not Reach.objects.exists()
    assert told(Case.objects.get()) == ["HỦY. Nhà tôi bị dột, xin hỗ trợ."]


def pdu(content, *, sequence=1, tens="7", **more):
    sms = Sms(source=Party(1, 1, PHONE), destination=CODE, short_message=content, **more)
    body = Pdu(Command.DELIVER_SM, sequence, body=sms.encode()).encode()
    return Received(body=body, headers={"x-tens": tens, "x-alphabet": "gsm"})


@pytest.fixture
def centre(province):
    return save_account(
        by=None, at=now(), kind="smpp", name="Nhà mạng Mẫu",
        settings={"host": "127.0.0.1", "port": 1, "system_id": "lantoa", "brandname": "LANTOA"},
        secrets={"password": "demo-pw"},
    )  # fmt: skip


def test_a_long_text_by_our_own_connection_is_one_case_and_joins_what_the_gateway_brought(centre, run_jobs):
    gateway()
    texts("Xin hỏi một việc", "1")
    for number, piece in enumerate(pieces(LONG, reference=9, latin=False)):
        part = pdu(piece.content, sequence=number, esm_class=0x40, data_coding=piece.data_coding)
        keep_report(account=centre, received=part, at=now())
        run_jobs()
    assert told(Case.objects.get()) == ["Xin hỏi một việc", LONG]


def test_the_same_words_another_day_are_said_again_though_the_connection_counts_anew(centre, officer, run_jobs):
    for tens in ("7", "7", "900"):
        keep_report(account=centre, received=pdu(b"Bao gio co the?", tens=tens), at=now())
        run_jobs()
    assert told(Case.objects.get()) == ["Bao gio co the?"] * 2


def test_a_stop_word_by_our_own_connection_ends_the_messages_too(centre, province, run_jobs):
    agreed(province)
    assert Reach.objects.exists()
    keep_report(account=centre, received=pdu("Từ chối".encode("utf-16-be"), data_coding=8), at=now())
    run_jobs()
    assert (Reach.objects.count(), Case.objects.count()) == (0, 0)


def test_words_from_a_name_that_nobody_can_answer_are_kept_and_cost_nothing(province, run_jobs):
    gateway()
    texts("Khuyến mãi 50% hôm nay", "1", sender="VIETTEL")
    run_jobs()
    assert (Case.objects.get().address, CaseReply.objects.count()) == (None, 0)


def test_receipts_by_text_message_are_few_however_often_somebody_asks(province, officer):
    for number in range(RECEIPTS_A_DAY + 2):
        event = TextReceived(1, "sms", PHONE, f"Câu {number}", f"m{number}", now().isoformat(), 1)
        case = take_in(event, at=now())
        services.answer_case(case_id=case.pk, text="Có.", by=officer, at=now())
    assert Case.objects.count() == RECEIPTS_A_DAY + 2
    assert CaseReply.objects.filter(event__happening=Happening.RECEIVED).count() == RECEIPTS_A_DAY


def test_at_night_the_receipt_waits_for_the_morning(province, run_jobs):
    gateway()
    take_in(TextReceived(1, "sms", PHONE, "Xin hỏi", "m1", now().isoformat(), 1), at=now())
    reply = CaseReply.objects.get()
    night = (now() + timedelta(days=1)).replace(hour=23, minute=0, second=0, microsecond=0)
    assert replies.send_reply(reply_id=reply.pk, at=night) is None
    reply.refresh_from_db()
    assert reply.due_at == (night + timedelta(days=1)).replace(hour=7)


def test_a_forged_text_is_no_case(province, run_jobs):
    gateway()
    query = urlencode(
        {"sender": PHONE, "content": "Xin hỏi", "smsid": "1", "cpid": "", "receiverTime": "", "sign": "x"}
    )
    assert Client().get("/webhook/sms/tin-nhan/", QUERY_STRING=query).status_code == 403
    run_jobs()
    assert (InboundEvent.objects.count(), Case.objects.count()) == (0, 0)
