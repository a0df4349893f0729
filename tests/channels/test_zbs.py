"""Zalo template messages: what is approved is what goes out, one token for two channels, receipts by our key."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import LazySettings
from django.test import Client
from django.urls import reverse
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.live_server_helper import LiveServer

from lantoa.channels import webhooks
from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Outcome,
    Outgoing,
    Rejected,
    SendProblem,
    Throttled,
    Unknown,
    outcome_of,
)
from lantoa.channels.events import ReceiptReceived, ReceiptsReceived
from lantoa.channels.inbound import Receipt, ReceiptState, Received
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.selectors import account_beside, transport_for
from lantoa.channels.services import save_account, store_inbound
from lantoa.channels.wording import plain_words
from lantoa.channels.zalo.webhook import ZaloHook, sign
from lantoa.channels.zbs.channel import ZBS
from lantoa.channels.zbs.errors import problem_of
from lantoa.channels.zbs.quota import Quota, quota_of
from lantoa.channels.zbs.templates import (
    BadTemplateError,
    Filled,
    Template,
    faults,
    read_register,
    read_text,
    sample,
    stored,
    written_register,
)
from lantoa.kernel import events
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.simulators.stage import running
from lantoa.simulators.zbs import ZbsSimulator

HERE = Path(__file__).parent
REGISTER = "271001 | Nhắc việc | 300 | customer_name:30, content:200\n271002 | Trả lời | | code:12"
SETTINGS = {"templates": stored(read_register(REGISTER))}
TEXT = "template: 271001\ncustomer_name: Bà Mẫu\ncontent: Bà con nhớ mang thẻ: bản gốc."


def test_a_register_is_read_as_typed_and_written_back() -> None:
    found = read_register(f"\n{REGISTER}\n\n")
    assert found == [
        Template("271001", "Nhắc việc", 300, {"customer_name": 30, "content": 200}),
        Template("271002", "Trả lời", None, {"code": 12}),
    ]
    assert read_register(written_register(found)) == found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("271001 | Nhắc việc | 300", "Một mẫu có bốn phần"),
        ("27 10 | Nhắc | 300 | a:1", "Số của mẫu"),
        ("271001 |  | 300 | a:1", "Mẫu chưa có tên"),
        ("271001 | Nhắc | 3.5 | a:1", "Giá là số đồng"),
        ("271001 | Nhắc | 300 | a", "Viết tham số"),
        ("271001 | Nhắc | 300 | a:0", "Viết tham số"),
        ("271001 | Nhắc | 300 | a:1, a:2", "Viết tham số"),
        ("1 | a | | a:1\n1 | b | | a:1", "hai lần"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, words: str) -> None:
    with pytest.raises(BadTemplateError) as bad:
        read_register(line)
    with override("vi"):
        shown = plain_words(bad.value.reason)
    assert words in shown
    assert bad.value.line == line.count("\n") + 1


def test_a_text_names_its_template_and_every_value() -> None:
    values = {"customer_name": "Bà Mẫu", "content": "Bà con nhớ mang thẻ: bản gốc."}
    assert read_text(TEXT) == Filled("271001", values)
    assert read_text("Mẫu: 271001\n\ncontent :  a  ") == Filled("271001", {"content": "a"})
    assert faults(TEXT, SETTINGS) == []
    assert faults("template: 271001\ncustomer_name: {name}\ncontent: a", SETTINGS) == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Bà con nhớ mang thẻ.", ["Dòng đầu viết"]),
        ("", ["Dòng đầu viết"]),
        ("template: 9\na: b", ["Mẫu này không có trong danh sách"]),
        ("template: 271001\ncustomer_name: {name}", ["Tham số này chưa có giá trị (content)"]),
        ("template: 271002\ncode: a\nname: b", ["Mẫu không có tham số này (name)"]),
        ("template: 271002\ncode: 1234567890123", ["Giá trị dài hơn mẫu cho phép (code: 13 > 12)"]),
        ("template: 271002\ncode: a\ncode: b", ["Dòng đầu viết"]),
    ],
)
def test_what_does_not_fit_the_template_is_said_in_plain_words(text: str, words: list[str]) -> None:
    with override("vi"):
        shown = [plain_words(fault) for fault in faults(text, SETTINGS)]
    assert len(shown) == len(words)
    assert all(found.startswith(wanted) for found, wanted in zip(shown, words, strict=True))


@given(st.text(max_size=200), st.sampled_from([SETTINGS, {}, {"templates": None}, {"templates": []}]))
def test_any_text_fits_or_says_why(text: str, settings: dict[str, Any]) -> None:
    assert all(isinstance(fault, str) for fault in faults(text, settings))


def test_the_test_message_fits_the_first_template() -> None:
    assert faults(sample(SETTINGS), SETTINGS) == []


@pytest.mark.parametrize(
    ("code", "kind", "suppress"),
    [
        ("-108", Rejected, True), ("-118", Rejected, True), ("-139", Rejected, True), ("-141", Rejected, True),
        ("-114", Rejected, False), ("-119", Rejected, False), ("-132", Rejected, False), ("-99999", Rejected, False),
        ("-115", AccountProblem, None), ("-117", AccountProblem, None), ("-124", AccountProblem, None),
        ("-131", AccountProblem, None), ("-1241", AccountProblem, None), ("-32", Throttled, None),
        ("-133", Throttled, None), ("-144", Throttled, None), ("-100", Unknown, None), ("", Unknown, None),
        ("none", Unknown, None),
    ],
)  # fmt: skip
def test_codes(code: str, kind: type[SendProblem], suppress: bool | None) -> None:
    problem = problem_of(code, datetime(2026, 3, 1, 16, 30, tzinfo=UTC))
    assert type(problem) is kind
    assert getattr(problem, "suppress", None) == suppress


def test_a_quota_that_is_used_up_waits_for_the_next_day() -> None:
    noon = datetime(2026, 3, 1, 5, tzinfo=UTC)
    problem = problem_of("-144", noon)
    assert isinstance(problem, Throttled)
    assert problem.until == noon + timedelta(hours=12)  # midnight there


@pytest.mark.parametrize(
    ("data", "quota"),
    [
        ({"quota": {"dailyQuota": "500", "remainingQuota": "499"}}, Quota(500, 499)),
        ({"quota": {"dailyQuota": 500, "remainingQuota": 0}}, Quota(500, 0)),
        ({"quota": {"dailyQuota": "x", "remainingQuota": "1"}}, None),
        ({"quota": None}, None), ({}, None), (None, None),
    ],
)  # fmt: skip
def test_the_quota_is_read_as_text_or_number(data: object, quota: Quota | None) -> None:
    assert quota_of(data) == quota


# With the official account beside it


@pytest.fixture
def simulator() -> Iterator[ZbsSimulator]:
    zalo = ZbsSimulator()
    with running(zalo):
        yield zalo


@pytest.fixture
def official(zalo_account: ChannelAccount, simulator: ZbsSimulator) -> ChannelAccount:
    settings = {**zalo_account.settings, "oauth_url": simulator.url, "api_url": simulator.url}
    return save_account(by=None, at=now(), kind="zalo", name=zalo_account.name, settings=settings, account=zalo_account)


@pytest.fixture
def account(official: ChannelAccount, simulator: ZbsSimulator) -> ChannelAccount:
    settings = {"api_url": simulator.url, "oa": official.slug, **SETTINGS}
    return save_account(by=None, at=now(), kind="zbs", name="Zalo theo số", settings=settings)


def sent(account: ChannelAccount, *messages: Outgoing) -> list[Outcome]:
    async def send() -> list[Outcome]:
        async with transport_for(account) as transport:
            return [await outcome_of(transport, message) for message in messages]

    return async_to_sync(send)()


def one(key: str = "d-1", text: str = TEXT, phone: str = "84900000001") -> Outgoing:
    return Outgoing(key=key, address=phone, text=text)


@pytest.mark.django_db
def test_a_template_goes_out_with_its_values_and_our_key(account: ChannelAccount, simulator: ZbsSimulator) -> None:
    outcome, misfit = sent(account, one(), one("d-2", "Bà con nhớ mang thẻ."))
    [entry] = simulator.ledger.entries.values()
    assert outcome == Accepted(entry.provider_id)
    assert (entry.key, entry.address, entry.more) == (
        "d-1", "84900000001",
        {
            "template": "271001",
            "values": {"customer_name": "Bà Mẫu", "content": "Bà con nhớ mang thẻ: bản gốc."},
        },
    )  # fmt: skip
    assert isinstance(misfit, Rejected)
    assert simulator.ledger.calls == 1  # what does not fit never leaves


@pytest.mark.django_db
def test_the_quota_is_kept_and_shown(
    account: ChannelAccount, simulator: ZbsSimulator, staff: Callable[..., Any]
) -> None:
    simulator.remaining_quota = 1501
    sent(account, one())
    account.refresh_from_db()
    assert (account.told["quota"]["daily"], account.told["quota"]["remaining"]) == (2000, 1500)
    desk = Client()
    desk.force_login(staff(Role.ADMINISTRATOR))
    page = desk.get(reverse("channels:edit", args=[account.pk])).content.decode()
    assert "1.500" in page
    assert "2.000" in page
    assert "customer_name: " in page  # the form to copy
    simulator.remaining_quota = 0
    [outcome] = sent(account, one("d-2"))
    assert isinstance(outcome, Throttled)


@pytest.mark.django_db
def test_no_money_is_the_accounts_problem_and_a_number_without_zalo_the_persons(
    account: ChannelAccount, simulator: ZbsSimulator
) -> None:
    simulator.without_zalo.add("84900000002")
    [nobody] = sent(account, one("d-1", phone="84900000002"))
    simulator.money = False
    [broke] = sent(account, one("d-2"))
    assert (type(nobody), nobody.suppress, type(broke)) == (Rejected, True, AccountProblem)


@pytest.mark.django_db
def test_both_channels_share_one_token_and_a_dead_one_is_renewed_once(
    official: ChannelAccount, account: ChannelAccount, simulator: ZbsSimulator
) -> None:
    [followers] = sent(official, Outgoing(key="k", address="7000", text="Chào bà con"))
    [by_phone] = sent(account, one())
    assert {type(followers), type(by_phone)} == {Accepted}
    assert (simulator.refreshes, simulator.refused_refreshes) == (1, 0)
    simulator.access_token = "changed behind our back"
    [again] = sent(account, one("d-2"))
    assert isinstance(again, Accepted)
    assert (simulator.refreshes, simulator.refused_refreshes) == (2, 0)


@pytest.mark.django_db
def test_without_its_official_account_it_waits_for_a_person(simulator: ZbsSimulator) -> None:
    settings = {"api_url": simulator.url, "oa": "khong-con", **SETTINGS}
    lost = save_account(by=None, at=now(), kind="zbs", name="Zalo theo số", settings=settings)
    [outcome] = sent(lost, one())
    assert isinstance(outcome, AccountProblem)


# Receipts come in by the official account's webhook


def test_a_recorded_receipt_names_our_key() -> None:
    body = (HERE / "samples" / "zbs_user_received_message.json").read_bytes().strip()
    came = datetime.fromtimestamp(1772323199, UTC)
    assert ZaloHook().read(Received(body=body, headers={})) == [
        Receipt("9a1ed4b2e3c4f5a6b7", "0192f0a1-d-1", ReceiptState.DELIVERED, came, kind="zbs")
    ]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> list[ReceiptReceived]:
    told: list[ReceiptReceived] = []
    monkeypatch.setitem(events._handlers, "test.Receipts", (ReceiptsReceived, lambda event: told.extend(event.each())))
    monkeypatch.setitem(events._subscribers, ReceiptsReceived, ["test.Receipts"])
    return told


def receipt(official: ChannelAccount, secret: str = "demo-oa-secret") -> int:
    stamp = str(int(time.time() * 1000))
    message = {"msg_id": "z-1", "tracking_id": "d-1", "delivery_time": stamp}
    event = {"event_name": "user_received_message", "app_id": "1710002022", "message": message, "timestamp": stamp}
    body = json.dumps(event).encode()
    headers = {"X-ZEvent-Signature": "mac=" + sign("1710002022", body, stamp, secret)}
    url = reverse("webhook", args=["zalo", official.slug])
    return Client().post(url, body, content_type="application/json", headers=headers).status_code


@pytest.mark.django_db
def test_a_receipt_belongs_to_the_account_that_sent_by_number(
    official: ChannelAccount, account: ChannelAccount, heard: list[ReceiptReceived], run_jobs: Callable[[], int]
) -> None:
    assert receipt(official, "another secret") == 403
    assert [receipt(official), receipt(official)] == [200, 200]
    run_jobs()
    [told] = heard
    assert (told.account_id, told.kind, told.provider_id, told.key, told.state) == (
        account.pk, "zbs", "z-1", "d-1", "delivered",
    )  # fmt: skip


@pytest.mark.django_db
def test_a_receipt_for_an_account_that_is_gone_stays_with_the_official_one(
    official: ChannelAccount, heard: list[ReceiptReceived], run_jobs: Callable[[], int]
) -> None:
    assert account_beside(official.pk, "zbs") is None
    assert receipt(official) == 200
    run_jobs()
    assert [(told.account_id, told.kind) for told in heard] == [(official.pk, "zalo")]


@pytest.mark.django_db(transaction=True)
def test_out_and_back_over_real_sockets(
    live_server: LiveServer, settings: LazySettings, official: ChannelAccount, account: ChannelAccount,
    simulator: ZbsSimulator, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    came = threading.Semaphore(0)

    def store(**values: Any) -> int | None:
        kept = store_inbound(**values)
        came.release()
        return kept

    monkeypatch.setattr(webhooks, "store_inbound", store)
    simulator.webhook_url = f"{live_server.url}/webhook/zalo/{official.slug}/"
    [outcome] = sent(account, one())
    assert isinstance(outcome, Accepted)
    assert came.acquire(timeout=10)
    [row] = InboundEvent.objects.all()
    assert b'"tracking_id": "d-1"' in bytes(row.raw)


# The desk's page


@pytest.mark.django_db
def test_the_form_keeps_what_was_typed_and_allows_one_account_for_each_official_one(
    staff: Callable[..., Any], official: ChannelAccount, simulator: ZbsSimulator
) -> None:
    desk = Client()
    desk.force_login(staff(Role.ADMINISTRATOR))
    url = reverse("channels:add", args=["zbs"])
    typed = {
        "name": "Zalo theo số", "enabled": "on", "oa": official.slug, "templates": REGISTER, "connections": "20",
        "api_url": simulator.url,
    }  # fmt: skip
    broken = desk.post(url, {**typed, "templates": "271001 | Nhắc việc"}).content.decode()
    assert "Một mẫu có bốn phần" in broken
    assert "271001 | Nhắc việc" in broken
    page = desk.post(url, typed, follow=True).content.decode()
    account = ChannelAccount.objects.get(kind="zbs")
    assert account.settings["templates"] == SETTINGS["templates"]
    assert account.settings["price_per_unit"] == 300  # the dearest
    assert "271001 | Nhắc việc | 300 | customer_name:30, content:200" in page
    again = desk.post(url, {**typed, "name": "Thứ hai"}).content.decode()
    assert "Đã có kênh khác gửi cho tài khoản chính thức này" in again
    assert ChannelAccount.objects.filter(kind="zbs").count() == 1
    test = desk.post(reverse("channels:test", args=[account.pk]), {"address": "84900000001"}, follow=True)
    assert "Nhà cung cấp đã nhận tin thử" in test.content.decode()
    [entry] = simulator.ledger.entries.values()
    assert entry.more["values"] == {"customer_name": "Tin thử", "content": "Tin thử"}


def test_without_a_token_keeper_there_is_no_transport() -> None:
    with pytest.raises(AccountProblem):
        ZBS.connect({}, {}, None)
