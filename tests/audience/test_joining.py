"""Joining by a press of Start and in one's own browser: consent with proof, stopped at once, one's page, erasure."""

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.request import Request, urlopen

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.audience.addresses import (
    BadAddressError,
    channel_that_proves,
    digest,
    is_typed,
    masked,
    normalise,
)
from lantoa.audience.commands import command
from lantoa.audience.enums import Means, SuppressionReason
from lantoa.audience.models import Address, Consent, ConsentEvent, Person, Reach, SubscriptionRequest, Suppression
from lantoa.audience.selectors import kept_of
from lantoa.audience.services import (
    BadTokenError,
    ExpiredError,
    NothingAgreedError,
    confirm_in_chat,
    erase_person,
    invitation_token,
    invite_to_chat,
    open_from_browser,
    open_own_page,
    request_subscription,
    subscribe_browser,
    unsubscribe_browser,
    withdraw_consent,
)
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.stage import running
from lantoa.simulators.telegram import TelegramSimulator
from lantoa.simulators.webpush import PushSimulator
from tests.audience.world import World
from tests.conftest import RunJobs

pytestmark = pytest.mark.django_db
CHAT = "700000001"
SECRET = "w" * 48


def invited(world: World, **more: Any) -> SubscriptionRequest:
    asked = {
        "at": timezone.now(), "channel": "telegram", "unit_id": world.units["Xã Đất Mũi"], "language": "vi",
        "purposes": ["policy_news", "events"],
    }  # fmt: skip
    return invite_to_chat(**asked | more)


def pressed(request: SubscriptionRequest, chat: str = CHAT, **more: Any) -> Any:
    given = {"token": invitation_token(request), "channel": "telegram", "value": chat, "at": timezone.now()}
    return confirm_in_chat(**given | {"inbound_id": 17} | more)


def test_a_press_of_start_is_the_yes(world: World) -> None:
    request = invited(world)
    assert not Person.objects.exists()
    assert re.fullmatch(r"[0-9a-f]{48}", invitation_token(request))
    made = pressed(request)
    assert (made.person.unit_id, made.person.preferred_channel) == (world.units["Xã Đất Mũi"], "telegram")
    assert set(Reach.objects.values_list("channel", "purpose")) == {("telegram", "policy_news"), ("telegram", "events")}
    event = ConsentEvent.objects.first()
    assert event is not None
    assert event.wording is not None
    assert (event.means, event.proof["request"], event.proof["inbound"]) == ("portal_form", str(request.public_id), 17)
    assert CHAT not in json.dumps(event.proof)


def test_the_same_press_twice_is_one_and_another_chat_is_refused(world: World) -> None:
    request = invited(world)
    assert pressed(request).person == pressed(request).person
    with pytest.raises(BadTokenError):
        pressed(request, "700000002")
    assert (Person.objects.count(), ConsentEvent.objects.count()) == (1, 2)


def test_an_invitation_that_is_old_cut_or_made_up_makes_nobody(world: World) -> None:
    request = invited(world)
    with pytest.raises(ExpiredError):
        pressed(request, at=timezone.now() + timedelta(hours=49))
    token = invitation_token(request)
    for wrong in ("", token[:-1], token[:-1] + ("0" if token[-1] != "0" else "1"), "x" * 48, request.public_id.hex):
        with pytest.raises(BadTokenError):
            pressed(request, token=wrong)
    with pytest.raises(BadTokenError):
        pressed(request, channel="zalo", chat="7000000000000")
    with pytest.raises(NothingAgreedError):
        invited(world, purposes=[])
    assert not Person.objects.exists()


# The whole way, over real sockets


@pytest.fixture
def bot() -> Iterator[TelegramSimulator]:
    telegram = TelegramSimulator()
    with running(telegram):
        yield telegram


@pytest.fixture
def account(world: World, bot: TelegramSimulator) -> ChannelAccount:
    return save_account(
        by=None, at=timezone.now(), kind="telegram", name="Telegram",
        settings={"api_url": bot.url, "bot_name": "lantoa_bot"},
        secrets={"bot_token": bot.bot_token, "webhook_secret": SECRET},
    )  # fmt: skip


@pytest.fixture
def tell(account: ChannelAccount, bot: TelegramSimulator, run_jobs: RunJobs) -> Callable[[str, dict[str, Any]], None]:
    """Make a citizen act; the update comes in and what follows from it is done."""

    def act(kind: str, content: dict[str, Any]) -> None:
        chat = {"id": int(CHAT), "type": "private"}
        update = bot.update(kind, {"chat": chat, "from": {"id": int(CHAT), "is_bot": False}, **content})
        url = reverse("webhook", args=["telegram", account.slug])
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        assert Client().post(url, update, content_type="application/json", headers=headers).status_code == 200
        run_jobs()

    return act


def texts(bot: TelegramSimulator) -> list[str]:
    return [entry.text for entry in bot.ledger.entries.values()]


type Tell = Callable[[str, dict[str, Any]], None]


def test_start_is_answered_with_what_was_agreed_and_how_to_end_it(
    world: World, tell: Tell, bot: TelegramSimulator
) -> None:
    tell("message", {"message_id": 1, "text": f"/start {invitation_token(invited(world))}"})
    assert Reach.objects.filter(channel="telegram").count() == 2
    [text] = texts(bot)
    assert text.startswith("Cảm ơn bà con")
    assert "/stop" in text
    assert "/dulieu" in text


def test_start_without_an_invitation_agrees_to_nothing_and_shows_the_way(tell: Tell, bot: TelegramSimulator) -> None:
    tell("message", {"message_id": 1, "text": "/start"})
    tell("message", {"message_id": 2, "text": "/start khong-phai-cua-ta"})
    assert not ConsentEvent.objects.exists()
    assert ["/nhan-tin/" in text for text in texts(bot)] == [True, True]


def test_blocking_the_bot_stops_everything_at_once_and_a_new_invitation_begins_again(world: World, tell: Tell) -> None:
    tell("message", {"message_id": 1, "text": f"/start {invitation_token(invited(world))}"})
    tell("my_chat_member", {"new_chat_member": {"status": "kicked"}})
    assert not Reach.objects.exists()
    assert Suppression.objects.get(lifted_at=None).reason == SuppressionReason.UNFOLLOWED
    tell("my_chat_member", {"new_chat_member": {"status": "member"}})
    assert Reach.objects.count() == 2  # what was agreed to was never taken back
    tell("message", {"message_id": 3, "text": "/stop"})
    assert not Reach.objects.exists()
    assert set(Consent.objects.values_list("given", flat=True)) == {False}
    tell("message", {"message_id": 4, "text": f"/start {invitation_token(invited(world))}"})
    assert Reach.objects.count() == 2
    assert Person.objects.count() == 1


def test_the_command_for_ones_own_page_brings_its_link_to_the_chat(
    world: World, tell: Tell, bot: TelegramSimulator
) -> None:
    tell("message", {"message_id": 1, "text": "/dulieu"})
    assert texts(bot) == []  # nobody is kept, nothing goes
    tell("message", {"message_id": 2, "text": f"/start {invitation_token(invited(world))}"})
    tell("message", {"message_id": 3, "text": "/DULIEU@lantoa_bot"})
    [token] = re.findall(r"/cua-toi/([^/\s]+)/", texts(bot)[-1])
    page = open_own_page(token, timezone.now())
    assert page.person is not None
    kept = kept_of(page.person)
    assert [(row.channel, row.text) for row in kept.addresses] == [("telegram", masked("telegram", CHAT))]
    assert CHAT not in Client().get(f"/cua-toi/{token}/").content.decode()


def test_erasure_empties_the_chat_and_silences_it(world: World) -> None:
    person = pressed(invited(world)).person
    erase_person(by=None, at=timezone.now(), person=person)
    [address] = Address.objects.all()
    assert (address.value, address.usable) == ("", False)
    assert Suppression.objects.get(lifted_at=None).digest == digest("telegram", CHAT)
    assert not Reach.objects.exists()


def test_commands_are_told_from_words() -> None:
    told = ["/stop", " /Stop@lantoa_bot ", "/dulieu", "stop", "/stop ngay đi", "và/hoặc", "/", ""]
    assert [command(text) for text in told] == ["/stop", "/stop", "/dulieu", "", "", "", "", ""]


# A browser


@pytest.fixture
def subscription() -> str:
    simulator = PushSimulator()
    return json.dumps(simulator.subscribe("may-1") | {"endpoint": "https://fcm.googleapis.com/fcm/send/abc"})


def turned_on(world: World, value: str, *purposes: str) -> Any:
    return subscribe_browser(
        at=timezone.now(), channel="webpush", value=value, unit_id=world.units["Xã Đất Mũi"], language="vi",
        purposes=purposes,
    )  # fmt: skip


def reached() -> set[tuple[str, str]]:
    return set(Reach.objects.values_list("channel", "purpose"))


def test_a_browser_is_its_own_proof_and_is_kept_in_the_vault(world: World, subscription: str) -> None:
    made = turned_on(world, subscription, "policy_news")
    [address] = Address.objects.all()
    assert (address.person, address.value, address.channel) == (
        made.person,
        normalise("webpush", subscription),
        "webpush",
    )
    assert reached() == {("webpush", "policy_news")}
    assert SubscriptionRequest.objects.get().value == ""
    assert masked("webpush", address.value) == "fcm.googleapis.com •••"


def test_ticking_anew_takes_back_what_is_no_longer_ticked(world: World, subscription: str) -> None:
    turned_on(world, subscription, "policy_news", "events")
    assert reached() == {("webpush", "policy_news"), ("webpush", "events")}
    turned_on(world, subscription, "events")
    assert reached() == {("webpush", "events")}
    assert Person.objects.count() == 1
    assert ConsentEvent.objects.filter(means="browser", kind="withdrawn").count() == 1


def test_one_press_turns_it_off_and_another_on_again(world: World, subscription: str) -> None:
    turned_on(world, subscription, "policy_news", "events")
    assert unsubscribe_browser(at=timezone.now(), channel="webpush", value=subscription) == 2
    assert unsubscribe_browser(at=timezone.now(), channel="webpush", value=subscription) == 0
    assert reached() == set()
    assert not Address.objects.get().usable
    turned_on(world, subscription, "events")
    assert reached() == {("webpush", "events")}


def test_a_browser_opens_its_own_page_and_no_other(world: World, subscription: str) -> None:
    asked = {"at": timezone.now(), "channel": "webpush", "language": "vi"}
    with pytest.raises(BadTokenError):
        open_from_browser(value=subscription, **asked)
    made = turned_on(world, subscription, "policy_news")
    page = open_own_page(open_from_browser(value=subscription, **asked), timezone.now())
    assert page.person == made.person
    other = json.dumps(json.loads(subscription) | {"endpoint": "https://fcm.googleapis.com/fcm/send/xyz"})
    with pytest.raises(BadTokenError):
        open_from_browser(value=other, **asked)
    with pytest.raises(BadAddressError):
        open_from_browser(value="{}", **asked)


def test_erasure_forgets_the_browser(world: World, subscription: str) -> None:
    erase_person(by=None, at=timezone.now(), person=turned_on(world, subscription, "policy_news").person)
    assert Address.objects.get().value == ""
    assert reached() == set()
    turned_on(world, subscription, "policy_news")  # asked anew, by somebody new to us
    assert reached() == {("webpush", "policy_news")}
    assert Person.objects.count() == 2


# A phone on Zalo


def test_a_number_on_zalo_is_proven_by_a_text_message(world: World, run_jobs: RunJobs) -> None:
    gateway = SmsSimulator()
    with running(gateway):
        save_account(
            by=None, at=timezone.now(), kind="sms", name="SMS", settings={"url": gateway.url + SEND},
            secrets={"api_key": "demo-api-key", "secret_key": "demo-secret-key"},
        )  # fmt: skip
        request = request_subscription(
            at=timezone.now(), channel="zbs", value="0900 000 001", unit_id=world.units["Xã Đất Mũi"], language="vi",
            purposes=["policy_news"],
        )  # fmt: skip
        assert isinstance(request, SubscriptionRequest)
        run_jobs()
    [entry] = gateway.ledger.entries.values()
    [token] = re.findall(r"/nhan-tin/xac-nhan/([^/\s]+)/", entry.text)
    assert Client().post(f"/nhan-tin/xac-nhan/{token}/").status_code == 200
    assert reached() == {("zbs", "policy_news")}
    withdraw_consent(
        by=None,
        at=timezone.now(),
        people=list(Person.objects.all()),
        means=Means.OWN_PAGE,
        proof={"test": 1},
        channel="zbs",
    )
    assert reached() == set()


def test_which_addresses_people_type_and_what_proves_them() -> None:
    kinds = ["sms", "email", "zbs", "zalo", "telegram", "webpush", "portal"]
    assert [kind for kind in kinds if is_typed(kind)] == ["sms", "email", "zbs"]
    assert [channel_that_proves(kind) for kind in kinds] == ["sms", "email", "sms", *kinds[3:]]


@pytest.mark.parametrize("typed", ["", "0", "-1", "12a", "@bot", "9" * 17])
def test_what_is_no_chat_is_refused(typed: str) -> None:
    with pytest.raises(BadAddressError):
        normalise("telegram", typed)


def test_the_citizens_stand_in_reaches_the_webhook(bot: TelegramSimulator) -> None:
    body = json.dumps({"chat_id": int(CHAT), "text": "Xin hỏi"}).encode()
    with urlopen(Request(f"{bot.url}/_user_says", body)) as reply:
        assert json.loads(reply.read()) == {"webhook_status": 0}  # none was set
