"""Accounts of public kinds, tried from their page: real calls to stand-ins, nothing reaches the public."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.channels import registry
from lantoa.channels.enums import Health
from lantoa.channels.loudspeaker import placer as loudspeaker
from lantoa.channels.loudspeaker.keys import new_private, public_of
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.simulators.facebook import FacebookSimulator
from lantoa.simulators.mosquitto import Mosquitto
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.speaker.device import Loudspeaker
from lantoa.simulators.stage import Simulator, running
from lantoa.simulators.telegram_channel import TelegramChannelSimulator
from lantoa.simulators.zalo_broadcast import ZaloBroadcastSimulator

pytestmark = pytest.mark.django_db
KINDS = ("facebook", "telegram_channel", "zalo_broadcast")
ASKS = {"telegram_channel": "@giamngheo"}
NO_RIGHTS = {
    "facebook": {"unreadable": True},
    "telegram_channel": {"may_post": False},
    "zalo_broadcast": {"unpaid": True},
}
type Made = tuple[Simulator, ChannelAccount]


@pytest.fixture
def admin(staff: Callable[..., User]) -> Client:
    client = Client()
    client.force_login(staff(Role.ADMINISTRATOR))
    return client


@pytest.fixture
def make() -> Iterator[Callable[..., Made]]:
    """Start a kind's stand-in and set up an account at it; `secret` is what the account holds for its token."""
    with ExitStack() as stack:

        def made(kind: str, *, secret: str = "", **wishes: Any) -> Made:
            simulator = STANDS[kind](**wishes)
            stack.enter_context(running(simulator))
            return simulator, ACCOUNTS[kind](simulator, secret)

        yield made


def account(kind: str, settings: dict[str, Any], secrets: dict[str, str]) -> ChannelAccount:
    given = {"timeout": 3, **settings}
    return save_account(by=None, at=now(), kind=kind, name=kind, settings=given, secrets=secrets)


def facebook(simulator: Any, secret: str) -> ChannelAccount:
    settings = {"api_url": simulator.url, "page_id": simulator.page_id}
    return account("facebook", settings, {"page_token": secret or simulator.page_token})


def telegram(simulator: Any, secret: str) -> ChannelAccount:
    return account("telegram_channel", {"api_url": simulator.url}, {"bot_token": secret or simulator.bot_token})


def zalo(simulator: Any, secret: str) -> ChannelAccount:
    settings = {"api_url": simulator.url, "oauth_url": simulator.url, "app_id": simulator.app_id}
    secrets = {"app_secret": simulator.app_secret, "refresh_token": secret or simulator.refresh_token}
    shared = account("zalo", settings, secrets)
    return account("zalo_broadcast", {"api_url": simulator.url, "oa": shared.slug}, {})


def press(simulator: Any, secret: str) -> ChannelAccount:
    settings = {"host": "127.0.0.1", "port": simulator.smtp_port, "security": "none", "sender": "baochi@lantoa.example"}
    return account("press", settings, {})


STANDS: dict[str, Callable[..., Simulator]] = {
    "facebook": FacebookSimulator,
    "telegram_channel": TelegramChannelSimulator,
    "zalo_broadcast": ZaloBroadcastSimulator,
    "press": SmtpSimulator,
}
ACCOUNTS = {"facebook": facebook, "telegram_channel": telegram, "zalo_broadcast": zalo, "press": press}


def tried(admin: Client, one: ChannelAccount, typed: str | None = None) -> str:
    """Press the button on the account's page; what the page says then. The account is read anew."""
    given = ASKS.get(one.kind, "") if typed is None else typed
    page = admin.post(reverse("channels:test", args=[one.pk]), {"address": given}, follow=True).content.decode()
    one.refresh_from_db()
    return page


def test_every_public_kind_with_an_account_can_be_tried() -> None:
    assert {kind for kind, found in registry.publics().items() if found.capability.account} <= set(registry.tried())


@pytest.mark.parametrize("kind", KINDS)
def test_a_good_account_is_connected_and_nothing_is_published(
    admin: Client, make: Callable[..., Made], kind: str
) -> None:
    simulator, one = make(kind)
    page = admin.get(reverse("channels:edit", args=[one.pk])).content.decode()
    assert "Kiểm tra kết nối" in page
    assert "Gửi tin thử" not in page
    assert "Đã kết nối" in tried(admin, one)
    assert (one.health, one.last_ok_at is not None) == (Health.WORKING, True)
    assert simulator.ledger.totals()["accepted"] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_token_stops_the_account_with_its_reason(admin: Client, make: Callable[..., Made], kind: str) -> None:
    _simulator, one = make(kind, secret="104711:a-token-of-somebody-else-altogether")
    page = tried(admin, one)
    assert "Tài khoản cần người xem lại" in page
    assert "a-token-of-somebody-else" not in page + one.last_error
    assert (one.health, bool(one.last_error), bool(one.paused_until)) == (Health.STOPPED, True, True)


@pytest.mark.parametrize(("kind", "health"), [
    ("facebook", Health.STOPPED), ("telegram_channel", Health.WORKING), ("zalo_broadcast", Health.STOPPED),
])  # fmt: skip
def test_a_good_token_without_the_right(admin: Client, make: Callable[..., Made], kind: str, health: str) -> None:
    _simulator, one = make(kind, **NO_RIGHTS[kind])
    page = tried(admin, one)
    assert "Đã kết nối" not in page
    assert one.health == health  # a bot that may not post in one channel may post in others
    assert ("Tài khoản dùng được, nhưng" in page) == (kind == "telegram_channel")


@pytest.mark.parametrize("kind", KINDS)
def test_silence_proves_nothing(admin: Client, make: Callable[..., Made], kind: str) -> None:
    simulator, one = make(kind)
    tried(admin, one)
    simulator.behave(slow_ms=4000)
    assert "Chưa kiểm tra được" in tried(admin, one)
    assert (one.health, one.failures) == (Health.SHAKY, 1)


def test_telegram_is_asked_about_a_channel_that_is_named(admin: Client, make: Callable[..., Made]) -> None:
    _simulator, one = make("telegram_channel")
    assert "Chưa nhập" in tried(admin, one, "")
    assert one.health == Health.UNTRIED
    assert "Tài khoản dùng được, nhưng" in tried(admin, one, "@kenh_khac")


def test_the_press_mails_a_kit_to_the_officer_alone(admin: Client, make: Callable[..., Made]) -> None:
    simulator, one = make("press")
    assert "Gửi tin thử" in admin.get(reverse("channels:edit", args=[one.pk])).content.decode()
    assert "đã nhận bộ tin thử" in tried(admin, one, "can.bo@lantoa.example")
    [mail] = simulator.mailbox("can.bo@lantoa.example")  # type: ignore[attr-defined]
    assert mail["subject"] == "Bộ tin thử của Lan Tỏa"
    assert "Xin không đăng, phát" in mail["text"]
    assert one.health == Health.WORKING
    simulator.behave(refuse=1.0)
    assert "đã nhận bộ tin thử" not in tried(admin, one, "sai@lantoa.example")
    assert simulator.ledger.totals()["accepted"] == 1


def test_a_loudspeaker_is_asked_without_a_sound(admin: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loudspeaker, "KEPT_SECONDS", 2.0)
    broker, private = Mosquitto(tmp_path), new_private()
    broker.admit({"loa-1": ("demo-device-password", "96/32000/loa-1")})
    broker.start()
    user, password = broker.commander
    settings = {"host": "127.0.0.1", "port": broker.port, "security": "none", "username": user, "province": "96"}
    one = account("loudspeaker", settings, {"password": password, "signing_key": private})
    device = Loudspeaker(
        broker=("127.0.0.1", broker.port, "loa-1", "demo-device-password"), platform_key=public_of(private)
    )
    try:
        assert "chưa từng nghe thiết bị này" in tried(admin, one, "32000/loa-1").lower()
        with running(device):
            for _look in range(20):
                page = tried(admin, one, "32000/loa-1")
                if "Đã kết nối" in page:
                    break
            assert "Đã kết nối" in page
            assert (one.health, device.refused, device.ledger.totals()["accepted"]) == (Health.WORKING, [], 0)
        assert "đang tắt hoặc mất kết nối" in tried(admin, one, "32000/loa-1")
        assert "gạch chéo" in tried(admin, one, "loa 1")
        assert one.health == Health.WORKING
        save_account(
            by=None, at=now(), kind="loudspeaker", account=one, name=one.name, settings=settings,
            secrets={"password": "wrong"},
        )  # fmt: skip
        assert "Tài khoản cần người xem lại" in tried(admin, one, "32000/loa-1")
        assert one.health == Health.STOPPED
    finally:
        broker.stop()
    assert "Chưa kiểm tra được" in tried(admin, one, "32000/loa-1")
