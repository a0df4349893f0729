"""Double opt-in over the wire: the link goes to the typed address, and only that link makes anybody a recipient."""

import re
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from lantoa.audience.jobs import send_confirmation
from lantoa.audience.models import Reach, SubscriptionRequest
from lantoa.audience.services import confirm_subscription, request_subscription
from lantoa.channels.enums import Health
from lantoa.channels.handing import NotHandedOver
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import save_account
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from tests.audience.world import World
from tests.conftest import RunJobs

pytestmark = pytest.mark.django_db


def asked(world: World, channel: str, value: str) -> SubscriptionRequest:
    found = request_subscription(
        at=timezone.now(), channel=channel, value=value, unit_id=world.units["Xã Đất Mũi"], language="vi",
        purposes=["policy_news"],
    )  # fmt: skip
    assert isinstance(found, SubscriptionRequest)
    return found


def mail_account(smtp: SmtpSimulator) -> ChannelAccount:
    settings = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
    return save_account(by=None, at=timezone.now(), kind="email", name="Thư", settings=settings)


def test_the_link_in_the_mail_makes_the_subscriber(world: World, run_jobs: RunJobs) -> None:
    smtp = SmtpSimulator()
    with running(smtp):
        mail_account(smtp)
        asked(world, "email", "mau@vi-du.example")
        assert not Reach.objects.exists()
        run_jobs()
    [raw] = smtp.mails.values()
    mail = message_from_bytes(raw, policy=default)
    body = mail.get_body(("plain",))
    assert body is not None
    [token] = re.findall(r"/nhan-tin/xac-nhan/([^/\s]+)/", body.get_content())
    assert mail["To"] == "mau@vi-du.example"
    confirm_subscription(token, timezone.now())
    assert list(Reach.objects.values_list("channel", "purpose")) == [("email", "policy_news")]


def test_the_sms_carries_one_link_and_goes_once_however_often_the_job_runs(world: World, run_jobs: RunJobs) -> None:
    sms = SmsSimulator()
    with running(sms):
        save_account(by=None, at=timezone.now(), kind="sms", name="SMS",
                     settings={"url": sms.url + SEND},
                     secrets={"api_key": sms.api_key, "secret_key": sms.secret_key})  # fmt: skip
        request = asked(world, "sms", "0912 345 678")
        run_jobs()
        send_confirmation(request.pk)
    [entry] = sms.ledger.entries.values()
    assert (entry.address, entry.times, entry.text.count("http")) == ("84912345678", 1, 1)


def test_without_an_account_the_worker_tries_again_and_nothing_is_lost(world: World, run_jobs: RunJobs) -> None:
    asked(world, "email", "mau@vi-du.example")
    with pytest.raises(NotHandedOver):
        run_jobs()


def test_a_relay_that_is_away_marks_the_account_and_asks_for_another_try(world: World, run_jobs: RunJobs) -> None:
    smtp = SmtpSimulator()
    with running(smtp):
        account = mail_account(smtp)
    asked(world, "email", "mau@vi-du.example")
    with pytest.raises(NotHandedOver):
        run_jobs()
    account.refresh_from_db()
    assert account.health == Health.SHAKY
