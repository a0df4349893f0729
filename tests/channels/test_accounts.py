"""Accounts: secrets go in and never come out, health speaks plainly, and each agency looks after its own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.conf import LazySettings
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from lantoa.channels import registry, selectors
from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Channel,
    Idempotency,
    Outcome,
    Outgoing,
    Rejected,
    Retry,
    Throttled,
    Transport,
    Unknown,
)
from lantoa.channels.enums import Health
from lantoa.channels.models import ChannelAccount
from lantoa.channels.portal.channel import PORTAL
from lantoa.channels.sealing import SealBrokenError, seal, unseal
from lantoa.channels.services import ChannelUnavailableError, record_health, save_account, send_test
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry, User
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.stage import running

type Staff = Callable[..., User]

pytestmark = pytest.mark.django_db


def test_secrets_are_sealed_at_rest_and_an_empty_one_keeps_its_value(sms_account: ChannelAccount) -> None:
    changed = save_account(
        by=None,
        at=now(),
        kind="sms",
        name="Tin nhắn mới",
        settings={"brandname": "MOI"},
        secrets={"api_key": "", "secret_key": "another"},
        account=sms_account,
    )
    assert changed.secrets() == {"api_key": "demo-api-key", "secret_key": "another", "callback_secret": "c" * 40}
    assert (changed.pk, changed.slug, changed.settings) == (sms_account.pk, "tin-nhan-tinh", {"brandname": "MOI"})
    with connection.cursor() as cursor:
        cursor.execute("SELECT channels_channelaccount::text FROM channels_channelaccount")
        row = cursor.fetchone()[0]
    assert "another" not in row
    assert b"another".hex() not in row
    facts = "".join(AuditEntry.objects.values_list("facts", flat=True))
    assert "another" not in facts
    assert "secret_key" in facts


def test_keys_may_be_changed_and_the_old_one_still_reads(settings: LazySettings) -> None:
    settings.LANTOA_SECRET_KEYS = ["first"]
    sealed = seal({"a": "b"})
    settings.LANTOA_SECRET_KEYS = ["second", "first"]
    assert unseal(sealed) == {"a": "b"}
    settings.LANTOA_SECRET_KEYS = ["second"]
    with pytest.raises(SealBrokenError):
        unseal(sealed)


@pytest.mark.parametrize(
    ("outcome", "health", "error", "paused"),
    [
        (Accepted("1"), Health.WORKING, "", None),
        (Rejected("no such number"), Health.WORKING, "", None),
        (Retry("no connection"), Health.SHAKY, "no connection", None),
        (Unknown("no answer"), Health.SHAKY, "no answer", None),
        (Throttled("slow down", after=timedelta(seconds=9)), Health.UNTRIED, "", timedelta(seconds=9)),
        (
            AccountProblem("103: the balance is too low"),
            Health.STOPPED,
            "103: the balance is too low",
            timedelta(minutes=5),
        ),
    ],
)
def test_health(
    sms_account: ChannelAccount, outcome: Outcome, health: Health, error: str, paused: timedelta | None
) -> None:
    at = now()
    record_health(account_id=sms_account.pk, outcome=outcome, at=at)
    sms_account.refresh_from_db()
    assert (sms_account.health, sms_account.last_error) == (health, error)
    assert sms_account.paused_until == (at + paused if paused else None)
    assert list(selectors.ready("sms", at=at)) == ([] if paused else [sms_account])
    assert list(selectors.ready("sms", at=at + timedelta(hours=1))) == [sms_account]


def test_a_late_success_does_not_lift_a_pause_but_ends_a_stop(sms_account: ChannelAccount) -> None:
    at = now()
    record_health(account_id=sms_account.pk, outcome=Throttled("slow", after=timedelta(minutes=1)), at=at)
    record_health(account_id=sms_account.pk, outcome=Accepted("1"), at=at)
    assert not selectors.ready("sms", at=at).exists()
    record_health(account_id=sms_account.pk, outcome=AccountProblem("no money"), at=at)
    record_health(account_id=sms_account.pk, outcome=Accepted("1"), at=at)
    assert selectors.ready("sms", at=at).exists()


def test_the_database_refuses_an_unknown_health_and_a_second_event_with_the_same_id(
    sms_account: ChannelAccount,
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ChannelAccount.objects.update(health="fine")
    insert = (
        "INSERT INTO channels_inboundevent"
        " (account_id, provider_event_id, kind, raw, query, headers, received_at, error)"
        " VALUES (%s, 'e', 'sms', '', true, '{}', now(), '')"
    )
    with connection.cursor() as cursor:
        cursor.execute(insert, [sms_account.pk])
        with pytest.raises(IntegrityError), transaction.atomic():
            cursor.execute(insert, [sms_account.pk])


def test_only_those_in_charge_change_an_account(sms_account: ChannelAccount, staff: Staff) -> None:
    officer, admin, editor, auditor = (
        staff(role, 7) for role in ("channel_officer", "administrator", "editor", "auditor")
    )

    def save(by: User) -> ChannelAccount:
        return save_account(by=by, at=now(), kind="sms", name="X", settings={}, account=sms_account)

    assert save(admin).name == "X"
    for refused in (officer, editor, auditor):
        with pytest.raises(AccessDenied):
            save(refused)
    assert [list(selectors.visible_accounts(user)) for user in (admin, officer, auditor, editor)] == [
        [sms_account],
        [sms_account],
        [sms_account],
        [],
    ]
    assert list(selectors.managed_accounts(officer)) == []
    assert list(selectors.managed_accounts(admin)) == [sms_account]


def test_a_superuser_without_a_post_sees_and_changes_nothing(sms_account: ChannelAccount, staff: Staff) -> None:
    root = User.objects.create_superuser("root@example.org", "p")
    assert list(selectors.visible_accounts(root)) == []
    with pytest.raises(AccessDenied):
        send_test(by=root, at=now(), account=sms_account, address="84900000001", text="a")


def test_a_test_message_goes_out_and_health_follows(staff: Staff) -> None:
    admin = staff(Role.ADMINISTRATOR)
    simulator = SmsSimulator()
    with running(simulator):
        account = save_account(
            by=admin,
            at=now(),
            kind="sms",
            name="Tin nhắn",
            settings={"url": simulator.url + SEND},
            secrets={"api_key": "demo-api-key", "secret_key": "demo-secret-key"},
        )
        first = send_test(by=admin, at=now(), account=account, address="84900000001", text="Thử")
        simulator.balance = 0
        second = send_test(by=admin, at=now(), account=account, address="84900000001", text="Thử")
    account.refresh_from_db()
    assert (type(first), type(second), account.health) == (Accepted, AccountProblem, Health.STOPPED)
    assert account.last_ok_at is not None


def test_the_gateway_reports_to_this_account_by_a_secret_address(
    sms_account: ChannelAccount, settings: LazySettings
) -> None:
    settings.LANTOA_BASE_URL = "https://lantoa.example"
    url = selectors.webhook_url(sms_account)
    assert url == "https://lantoa.example/webhook/sms/tin-nhan-tinh/"
    assert url == settings.LANTOA_BASE_URL + reverse("webhook", args=["sms", sms_account.slug])
    transport = selectors.transport_for(sms_account)
    assert transport._fixed["CallbackUrl"] == url + "c" * 40 + "/"  # type: ignore[attr-defined]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(ChannelUnavailableError):
        save_account(by=None, at=now(), kind="pigeon", name="T", settings={})


def test_the_registry_knows_its_kinds_and_takes_another_from_settings(settings: LazySettings) -> None:
    assert list(registry.channels()) == ["portal", "email", "zalo", "sms", "telegram", "webpush", "zbs"]
    assert registry.serving("sms") == ["sms", "smpp", "viettel", "vnpt"]
    modes = {kind: registry.capability(kind).idempotency for kind in [*registry.channels(), "smpp"]}
    assert modes == {
        "portal": Idempotency.KEY,
        "email": Idempotency.NONE,
        "zalo": Idempotency.NONE,
        "sms": Idempotency.KEY,
        "telegram": Idempotency.NONE,
        "webpush": Idempotency.NONE,
        "zbs": Idempotency.NONE,
        "smpp": Idempotency.NONE,
    }
    settings.LANTOA_CHANNELS = [*registry.BUILT_IN, "lantoa.channels.portal.channel.PORTAL"]
    with pytest.raises(ValueError, match="two channels"):
        registry.channels()


def test_units_of_cost() -> None:
    assert [registry.channel(kind).units("ế" * 71) for kind in ("portal", "email", "zalo", "sms")] == [1, 1, 1, 2]
    assert isinstance(PORTAL, Channel)
    assert issubclass(type(PORTAL.connect({}, {}, None)), Transport)
    assert Outgoing(key="k", address="a", text="t").attempt == 1


def test_an_account_of_a_public_kind_carries_that_kind_and_no_channel() -> None:
    page = save_account(by=None, at=now(), kind="facebook", name="Trang của tỉnh", settings={"page_id": "1"})
    assert registry.serving("facebook") == ["facebook"]
    assert list(selectors.ready("facebook", at=now())) == [page]
    assert selectors.form_faults("facebook", "Lời nào cũng được.") == []
    assert "facebook" not in registry.channels()
