"""The addressed messengers under the engine: template forms before approval, a send through the ledger, its receipt."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from asgiref.sync import async_to_sync

from lantoa.audience.models import Suppression
from lantoa.channels.contract import Outcome, outcome_of
from lantoa.channels.events import ReceiptReceived
from lantoa.channels.models import ChannelAccount
from lantoa.channels.selectors import transport_for
from lantoa.channels.services import save_account
from lantoa.channels.zbs.templates import read_register, stored
from lantoa.outreach.composing import Composer
from lantoa.outreach.models import Delivery, Message
from lantoa.outreach.services import release
from lantoa.outreach.services.loading import Parcel, hold, pack
from lantoa.outreach.services.messages import CannotWriteError, Form, ask_approval, save_message
from lantoa.outreach.services.receipts import take_receipt
from lantoa.simulators.stage import running
from lantoa.simulators.telegram import TelegramSimulator
from lantoa.simulators.zbs import ZbsSimulator
from tests.conftest import RunJobs
from tests.outreach.world import NOW, World, approve, draft, finish, message, people

pytestmark = pytest.mark.django_db
FITS = "template: 271001\ncustomer_name: {name}\ncontent: Vay vốn, không cần thế chấp."
LEASE = timedelta(minutes=5)


@pytest.fixture
def zalo() -> Iterator[ZbsSimulator]:
    simulator = ZbsSimulator()
    with running(simulator):
        yield simulator


@pytest.fixture
def account(world: World, zalo: ZbsSimulator) -> ChannelAccount:
    official = save_account(
        by=None, at=NOW, kind="zalo", name="Zalo",
        settings={"app_id": zalo.app_id, "oauth_url": zalo.url, "api_url": zalo.url},
        secrets={"app_secret": zalo.app_secret, "refresh_token": zalo.refresh_token, "oa_secret": zalo.oa_secret},
    )  # fmt: skip
    register = stored(read_register("271001 | Nhắc việc | 300 | customer_name:30, content:200"))
    settings = {"api_url": zalo.url, "oa": official.slug, "templates": register}
    return save_account(by=None, at=NOW, kind="zbs", name="Zalo theo số", settings=settings)


def written(world: World, text: str) -> Message:
    return save_message(message=message(world), forms=[Form(channel="zbs", body=text)], by=world.editor, at=NOW)


def sent(account: ChannelAccount, parcels: list[Parcel]) -> list[Outcome]:
    async def send() -> list[Outcome]:
        async with transport_for(account) as transport:
            return [await outcome_of(transport, one.outgoing) for one in parcels if one.outgoing]

    return async_to_sync(send)()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Vay vốn, không cần thế chấp.", "mỗi tham số"),
        ("template: 9\na: b", "không có trong danh sách của kênh"),
        ("template: 271001\ncustomer_name: {name}", "chưa có giá trị"),
        (f"{FITS}{'a' * 200}", "dài hơn mẫu cho phép"),
    ],
)
def test_a_form_that_fits_no_template_comes_before_no_reviewer(
    world: World, account: ChannelAccount, text: str, words: str
) -> None:
    row = written(world, text)
    with pytest.raises(CannotWriteError) as refused:
        ask_approval(message=row, by=world.editor, at=NOW)
    assert words in str(refused.value)
    page = Composer(row, world.editor, "vi")
    [card] = [card for card in page.cards if card.kind == "zbs"]
    assert any(words in fault for fault in card.faults)
    assert any(words in check.words for check in page.checks if not check.good)


def test_channels_not_in_use_are_not_asked_for(world: World) -> None:
    kinds = [card.kind for card in Composer(message(world), world.editor, "vi").addressed]
    assert kinds == ["portal", "email", "zalo", "sms"]


def test_a_template_goes_through_the_ledger_and_its_receipt_finds_it(
    world: World, account: ChannelAccount, zalo: ZbsSimulator
) -> None:
    row = written(world, FITS)
    people(world, 2, ("zbs",))
    release(broadcast=draft(world, approve(world, row), ("zbs",)), by=world.leader, at=NOW)
    parcels = pack(hold(account_id=account.pk, channel="zbs", limit=10, at=NOW, lease=LEASE).claimed, "zbs")
    outcomes = sent(account, parcels)
    for parcel, outcome in zip(parcels, outcomes, strict=True):
        finish([parcel.claimed], outcome, channel="zbs")
    names = {entry.more["values"]["customer_name"] for entry in zalo.ledger.entries.values()}
    assert len(names) == 2
    assert all(name.startswith("Người ") for name in names)
    assert set(Delivery.objects.values_list("state", flat=True)) == {"accepted"}
    key = parcels[0].claimed.key
    event = ReceiptReceived(account.pk, "zbs", "z", key, "delivered", NOW.isoformat(), 1)
    assert take_receipt(event, at=NOW)
    assert sorted(Delivery.objects.values_list("state", flat=True)) == ["accepted", "delivered"]


def test_who_blocked_the_bot_is_silenced_by_the_ledger(world: World, run_jobs: RunJobs) -> None:
    bot = TelegramSimulator()
    with running(bot):
        account = save_account(
            by=None, at=NOW, kind="telegram", name="Bot", settings={"api_url": bot.url, "bot_name": "lantoa_bot"},
            secrets={"bot_token": bot.bot_token},
        )  # fmt: skip
        row = message(world)  # the bot is in use: its first form is there
        assert row.forms.get(channel="telegram").body.startswith("Vay vốn\n\n")
        people(world, 2, ("telegram",))
        release(broadcast=draft(world, approve(world, row), ("telegram",)), by=world.leader, at=NOW)
        parcels = pack(
            hold(account_id=account.pk, channel="telegram", limit=10, at=NOW, lease=LEASE).claimed, "telegram"
        )
        first, second = parcels
        assert first.outgoing is not None
        bot.blocked.add(int(first.outgoing.address))
        for parcel, outcome in zip(parcels, sent(account, parcels), strict=True):
            finish([parcel.claimed], outcome, channel="telegram")
    found = dict(Delivery.objects.values_list("pk", "state"))
    assert (found[first.claimed.id], found[second.claimed.id]) == ("failed", "accepted")
    run_jobs()
    assert Suppression.objects.get().channel == "telegram"
