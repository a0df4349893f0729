"""Out through a stand-in and back in through the webhook, all over real sockets."""

import json
import threading
from typing import Any
from urllib.request import Request, urlopen

import pytest
from asgiref.sync import async_to_sync
from django.conf import LazySettings
from pytest_django.live_server_helper import LiveServer

from lantoa.channels import webhooks
from lantoa.channels.contract import Accepted, Outcome, Outgoing, outcome_of
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.selectors import transport_for
from lantoa.channels.services import save_account, store_inbound
from lantoa.kernel.clock import now
from lantoa.simulators.sms import SEND, SmsSimulator
from lantoa.simulators.stage import running
from lantoa.simulators.zalo import ZaloSimulator

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stored(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Released each time a request has been stored, whichever thread served it."""
    semaphore = threading.Semaphore(0)

    def store(**values: Any) -> int | None:
        stored_as = store_inbound(**values)
        semaphore.release()
        return stored_as

    monkeypatch.setattr(webhooks, "store_inbound", store)
    return semaphore


def sent(account: ChannelAccount, message: Outgoing) -> Outcome:
    async def send() -> Outcome:
        async with transport_for(account) as transport:
            return await outcome_of(transport, message)

    return async_to_sync(send)()


def test_an_sms_goes_out_and_its_report_comes_in(
    live_server: LiveServer, settings: LazySettings, stored: threading.Semaphore
) -> None:
    settings.LANTOA_BASE_URL = live_server.url
    simulator = SmsSimulator(receipt_repeat=3)
    with running(simulator):
        account = save_account(
            by=None,
            at=now(),
            kind="sms",
            name="Tin nhắn",
            settings={"url": simulator.url + SEND},
            secrets={"api_key": "demo-api-key", "secret_key": "demo-secret-key", "callback_secret": "s" * 40},
        )
        outcome = sent(account, Outgoing(key="d-1", address="+84900000001", text="Chào"))
        assert isinstance(outcome, Accepted)
        assert all(stored.acquire(timeout=10) for _ in range(3))
    [row] = InboundEvent.objects.all()
    assert b"RequestId=d-1" in bytes(row.raw)


def test_a_citizen_writes_on_zalo_and_is_answered(
    live_server: LiveServer, settings: LazySettings, stored: threading.Semaphore
) -> None:
    simulator = ZaloSimulator(webhook_url=f"{live_server.url}/webhook/zalo/zalo/", receipts=False)
    with running(simulator):
        account = save_account(
            by=None,
            at=now(),
            kind="zalo",
            name="Zalo",
            settings={"app_id": simulator.app_id, "oauth_url": simulator.url, "api_url": simulator.url},
            secrets={
                "app_secret": simulator.app_secret,
                "oa_secret": simulator.oa_secret,
                "refresh_token": simulator.refresh_token,
            },
        )
        said = json.dumps({"user_id": "7000", "text": "Xin hỏi"}).encode()
        with urlopen(Request(simulator.url + "/_user_says", said)) as reply:
            assert json.loads(reply.read()) == {"webhook_status": 200}
        assert stored.acquire(timeout=10)
        outcome = sent(account, Outgoing(key="a-1", address="7000", text="Chào bà con"))
    assert isinstance(outcome, Accepted)
    assert [(entry.address, entry.text) for entry in simulator.ledger.entries.values()] == [("7000", "Chào bà con")]
    assert InboundEvent.objects.get().account == account
