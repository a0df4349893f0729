"""Hears what devices say: proves it, keeps it once, and only then tells the broker that it has arrived.

One session with a fixed name: what devices say while nobody listens waits at the broker. Any number of repeats is one
row; what is not proven is dropped, and only its number is told.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import aiomqtt
from django.utils import timezone

from lantoa.channels.contract import Accepted, SendProblem
from lantoa.channels.inbound import Forged, Received
from lantoa.channels.listeners import Run
from lantoa.channels.models import ChannelAccount
from lantoa.channels.services import record_health, store_inbound

from .broker import BrokerClient, client_for
from .devices import key_of
from .hook import AHEAD, DEVICE_KEY, TOPIC, LoudspeakerHook
from .placer import unconnected
from .protocol import Address, moment, read

logger = logging.getLogger(__name__)

SESSION_DAYS = 7
_HOOK = LoudspeakerHook()


async def listen(account: ChannelAccount, run: Run) -> None:
    """Hear the devices of one account until the connection is lost; the account's health follows."""
    try:
        client = client_for(
            account.settings, account.secrets(), identifier=f"lantoa-listener-{account.slug}", keep_days=SESSION_DAYS
        )
        async with client:
            province = str(account.settings.get("province", "+"))
            await client.subscribe([(f"{province}/+/+/ack", 1), (f"{province}/+/+/status", 1)])
            await run(record_health, account_id=account.pk, outcome=Accepted(""), at=timezone.now())
            await _hear(client, account, run)
    except (aiomqtt.MqttError, OSError, ValueError) as error:
        problem: SendProblem = unconnected(error)
        await run(record_health, account_id=account.pk, outcome=problem, at=timezone.now())
        raise


async def _hear(client: BrokerClient, account: ChannelAccount, run: Run) -> None:
    keep: Callable[[aiomqtt.Message], bool] = lambda message: store(account, message, timezone.now())  # noqa: E731
    async for message in client.messages:
        if not await run(keep, message):
            logger.warning("account %s: a message of unproven origin was dropped", account.pk)
        client.acknowledge(message)


def store(account: ChannelAccount, message: aiomqtt.Message, at: datetime) -> bool:
    """Keep what a device says, once; False when it is not proven to be the device's. A failing database raises."""
    topic = str(message.topic)
    payload = message.payload if isinstance(message.payload, bytes) else b""
    received = Received(body=payload, headers={TOPIC: topic, **_ahead(payload, at)})
    try:
        address, _kind = Address.of(topic)
        _HOOK.verify(received, {DEVICE_KEY: key_of(account.pk, address)}, {}, now=at)
    except (Forged, ValueError):
        return False
    store_inbound(account=account, event_id=_HOOK.event_id(received), received=received, at=at)
    return True


def _ahead(payload: bytes, at: datetime) -> dict[str, str]:
    """Mark what a device with a fast clock says: our own moment counts."""
    try:
        told = moment(read(payload).get("at"))
    except ValueError:
        return {}
    return {"ahead": "1"} if told is not None and told - at > AHEAD else {}
