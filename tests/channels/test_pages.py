"""The desk's channel pages: a light and plain words for each account, settings that never show a secret, a test."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import override

from lantoa.channels import registry
from lantoa.channels.contract import AccountProblem, explain
from lantoa.channels.forms import SecretField
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import record_health, save_account
from lantoa.channels.sms.transport import problem_of
from lantoa.channels.wording import plain_words
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.stage import running
from lantoa.simulators.vnpt import PATH as VNPT_PATH
from lantoa.simulators.vnpt import VnptSimulator

type Staff = Callable[..., User]
pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def admin(staff: Staff) -> Client:
    return signed_in(staff(Role.ADMINISTRATOR))


def test_the_list_tells_the_last_error_in_plain_words(admin: Client, sms_account: ChannelAccount) -> None:
    record_health(account_id=sms_account.pk, outcome=problem_of("103"), at=now())
    page = admin.get(reverse("channels:list")).content.decode()
    assert "Tài khoản không đủ tiền (103)" in page
    assert "Dừng" in page
    assert "Nghỉ đến" in page


def test_the_empty_list_teaches_the_first_step(admin: Client) -> None:
    assert "Chưa có kênh nào" in admin.get(reverse("channels:list")).content.decode()


ALL = list(registry.with_account())


def test_public_kinds_with_an_account_are_among_them() -> None:
    assert {"facebook", "telegram_channel", "zalo_broadcast", "press", "loudspeaker"} < set(ALL)


@pytest.mark.parametrize("kind", ALL)
def test_every_kind_has_a_form(admin: Client, kind: str) -> None:
    page = admin.get(reverse("channels:add", args=[kind]))
    assert page.status_code == 200
    assert 'name="name"' in page.content.decode()


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("loudspeaker", "Gửi lại; nhà cung cấp bỏ tin trùng"),
        ("facebook", "Hỏi nhà cung cấp"),
        ("press", "Ghi là chưa rõ và liệt kê; tin khẩn thì gửi lại"),
        ("telegram_channel", "Ghi là chưa rõ và liệt kê, kể cả tin khẩn"),
        ("zalo_broadcast", "Ghi là chưa rõ và liệt kê, kể cả tin khẩn"),
        ("webpush", "Gửi lại: nhận hai lần cũng không hại gì"),
    ],
)
def test_what_is_done_in_doubt_is_what_the_engine_does(admin: Client, kind: str, said: str) -> None:
    assert f"<dd>{said}</dd>" in admin.get(reverse("channels:add", args=[kind])).content.decode()


@pytest.mark.parametrize("kind", ALL)
def test_every_light_and_error_stands_on_the_accounts_own_page(admin: Client, kind: str) -> None:
    account = save_account(by=None, at=now(), kind=kind, name="Kênh", settings={}, secrets={"any": "very-secret"})
    record_health(account_id=account.pk, outcome=AccountProblem("103: the balance is too low"), at=now())
    for url in (reverse("channels:list"), reverse("channels:edit", args=[account.pk])):
        page = admin.get(url).content.decode()
        assert "Tài khoản không đủ tiền (103)" in page
        assert "Dừng" in page
        assert "very-secret" not in page


@pytest.mark.parametrize("kind", ALL)
def test_no_kind_shows_a_secret_again(admin: Client, kind: str) -> None:
    form = import_string(registry.account_form(kind))
    secrets = {
        name: f"very-secret-{name}" for name, field in form.base_fields.items() if isinstance(field, SecretField)
    }
    account = save_account(by=None, at=now(), kind=kind, name="Kênh", settings={}, secrets=secrets)
    page = admin.get(reverse("channels:edit", args=[account.pk])).content.decode()
    assert "very-secret" not in page
    assert page.count("Đã lưu và giấu kín") == len(secrets)
    assert b"very-secret" not in bytes(account.sealed_secrets)


def test_an_unknown_kind_is_not_found(admin: Client) -> None:
    assert admin.get(reverse("channels:add", args=["pigeon"])).status_code == 404


def test_a_secret_is_asked_for_stored_and_never_shown(admin: Client) -> None:
    typed = {"name": "Tin nhắn", "enabled": "on", "brandname": "LANTOA", "sms_type": "2", "connections": "5"}
    secrets = {"api_key": "very-secret-1", "secret_key": "very-secret-2"}
    typed["url"] = "https://gateway.example/send"
    refused = admin.post(reverse("channels:add", args=["sms"]), typed)
    assert refused.status_code == 200
    assert "Khóa API" in refused.content.decode()
    assert ChannelAccount.objects.count() == 0
    admin.post(reverse("channels:add", args=["sms"]), {**typed, **secrets})
    account = ChannelAccount.objects.get()
    held = account.secrets()
    assert (held["api_key"], held["secret_key"], len(held["callback_secret"])) == ("very-secret-1", "very-secret-2", 40)
    page = admin.get(reverse("channels:edit", args=[account.pk])).content.decode()
    assert "very-secret" not in page
    assert held["callback_secret"] not in page
    admin.post(reverse("channels:edit", args=[account.pk]), {**typed, "name": "Tên mới"})
    account.refresh_from_db()
    assert (account.name, account.secrets(), account.settings["connections"]) == ("Tên mới", held, 5)


def test_settings_that_no_field_asks_for_outlast_the_form(admin: Client) -> None:
    wishes = {"hours": "any", "a_day": 0, "contact": "mailto:a@lantoa.example"}
    account = save_account(by=None, at=now(), kind="webpush", name="Kênh", settings=wishes)
    typed = {"name": "Kênh", "enabled": "on", "contact": "mailto:b@lantoa.example"}
    typed |= {"urgency": "normal", "ttl": "3600", "connections": "5"}
    assert admin.post(reverse("channels:edit", args=[account.pk]), typed).status_code == 302
    account.refresh_from_db()
    assert account.settings["contact"] == "mailto:b@lantoa.example"
    assert account.settings.items() >= {"hours": "any", "a_day": 0}.items()


def test_send_me_a_test(admin: Client, sms_account: ChannelAccount) -> None:
    simulator = SmsSimulator()
    with running(simulator):
        ChannelAccount.objects.update(settings={"url": simulator.url + SEND})
        page = admin.post(reverse("channels:test", args=[sms_account.pk]), {"address": "84900000001"}, follow=True)
    assert "Nhà cung cấp đã nhận tin thử" in page.content.decode()
    assert simulator.ledger.totals()["accepted"] == 1
    page = admin.post(reverse("channels:test", args=[sms_account.pk]), {"address": ""}, follow=True)
    assert "Chưa nhập" in page.content.decode()


@pytest.mark.parametrize(
    ("role", "seen"),
    [(None, 403), (Role.EDITOR, 403), (Role.AUDITOR, 200), (Role.CHANNEL_OFFICER, 200), (Role.ADMINISTRATOR, 200)],
)
def test_who_may_enter(staff: Staff, sms_account: ChannelAccount, role: Role | None, seen: int) -> None:
    client = signed_in(staff(role))
    assert client.get(reverse("channels:list")).status_code == seen
    changed = 200 if role == Role.ADMINISTRATOR else 404 if role == Role.CHANNEL_OFFICER else 403
    assert client.get(reverse("channels:edit", args=[sms_account.pk])).status_code == changed
    sent = client.post(reverse("channels:test", args=[sms_account.pk]), {"address": ""}).status_code
    assert sent == (302 if changed == 200 else changed)


def test_strangers_are_asked_to_sign_in(sms_account: ChannelAccount) -> None:
    for url in (reverse("channels:list"), reverse("channels:edit", args=[sms_account.pk])):
        assert Client().get(url).status_code == 302


def test_reasons_in_the_readers_language() -> None:
    reason = AccountProblem(explain("no connection", detail="TimeoutError")).reason
    with override("vi"):
        assert plain_words(reason) == "Không kết nối được (TimeoutError)"
        assert plain_words("550 5.1.1: there is no such mailbox") == "Không có hộp thư này (550 5.1.1)"
        assert plain_words("-234: no messages between 22:00 and 06:00") == "Không gửi tin từ 22:00 đến 6:00 (-234)"
    with override("en"):
        assert plain_words("103: the balance is too low") == "The balance is too low (103)"
        assert plain_words("") == ""


def test_a_gateway_for_templates_is_tried_with_a_wording_of_its_own(admin: Client) -> None:
    with running(gateway := VnptSimulator()):
        settings = {"url": gateway.url + VNPT_PATH, "api_user": "lantoa", "templates": "101: Ba con {1} nho mang the."}
        account = save_account(
            by=None, at=now(), kind="vnpt", name="VNPT", settings=settings, secrets={"api_pass": "demo-pw"}
        )
        answer = admin.post(reverse("channels:test", args=[account.pk]), {"address": "84900000001"})
        assert answer.status_code == 302
        [entry] = gateway.ledger.entries.values()
    assert (entry.address, entry.text) == ("84900000001", "Ba con thu nho mang the.")
