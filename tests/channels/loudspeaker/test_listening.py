"""What devices say, from the broker into the store and out as events, in a worker of which there may be many."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any, Self

import pytest
from django.db import close_old_connections, connection

from lantoa.channels import listeners
from lantoa.channels.contract import SendProblem
from lantoa.channels.enums import Health
from lantoa.channels.events import OutletSeen, PlacingProgressed, ReceiptsReceived
from lantoa.channels.loudspeaker import devices
from lantoa.channels.loudspeaker.protocol import Address
from lantoa.channels.models import ChannelAccount, InboundEvent
from lantoa.channels.services import read_waiting, save_account
from lantoa.kernel import events
from lantoa.kernel.clock import now

from .conftest import World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def account(world: World, monkeypatch: pytest.MonkeyPatch) -> Iterator[ChannelAccount]:
    before = list(devices._sources)
    made = save_account(
        by=None, at=now(), kind="loudspeaker", name="Loa tỉnh", settings=world.settings, secrets=world.secrets
    )

    def key(account_id: int, address: Address) -> str:
        assert world.device is not None
        return world.device.public_key if (account_id, address.device) == (made.pk, "loa-1") else ""

    devices.register_keys(key)
    monkeypatch.setattr(listeners, "PAUSE", 0.1)
    yield made
    devices._sources[:] = before


async def in_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    def call() -> Any:
        close_old_connections()
        try:
            return function(*args, **kwargs)
        finally:
            connection.close()

    return await asyncio.to_thread(call)


class Worker:
    """The part of a worker that listens."""

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(listeners.Listeners(in_thread).keep())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


def stored() -> list[tuple[str, str]]:
    """(kind of message, payload) of all that was kept, the oldest first."""
    rows = InboundEvent.objects.order_by("pk").values_list("headers", "raw")
    return [(headers["topic"].rpartition("/")[2], bytes(raw).decode()) for headers, raw in rows]


def kept(word: str) -> int:
    return sum(f'"{word}"' in raw for _kind, raw in stored())


async def kept_is(word: str, number: int) -> None:
    for _look in range(1000):
        if await in_thread(kept, word) >= number:
            return
        await asyncio.sleep(0.02)
    raise AssertionError(await in_thread(stored))


def test_from_the_command_to_the_events(world: World, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    async def story() -> None:
        async with world.running(receipt_repeat=3), world.placer() as placer, Worker():
            await kept_is("online", 1)
            await placer.place(world.placing("m-1", seconds=4))
            await kept_is("finished", 1)

    asyncio.run(story())
    words = [kind for kind, _raw in stored()]
    assert words.count("ack") == 2  # started and finished, each said three times and kept once
    told: list[events.Event] = []
    monkeypatch.setattr("lantoa.channels.services.emit", told.append)
    read_waiting(at=now())
    [receipts] = [event for event in told if isinstance(event, ReceiptsReceived)]
    assert [(one.kind, one.key, one.state) for one in receipts.each()] == [("loudspeaker", "m-1", "delivered")]
    progress = [(e.place, e.key, e.word, e.seconds) for e in told if isinstance(e, PlacingProgressed)]
    assert progress == [("96/32000/loa-1", "m-1", "started", 0), ("96/32000/loa-1", "m-1", "finished", 4)]
    seen = [event for event in told if isinstance(event, OutletSeen)]
    assert {(event.account_id, event.place) for event in seen} == {(account.pk, "96/32000/loa-1")}
    assert all(event.told_at for event in seen)
    account.refresh_from_db()
    assert account.health == Health.WORKING


def test_what_is_forged_or_of_a_stranger_is_not_kept(world: World, account: ChannelAccount) -> None:
    async def story() -> None:
        async with world.running(forge=1.0), world.placer() as placer, Worker():
            await kept_is("online", 1)
            await placer.place(world.placing("m-1"))
            await world.until(lambda: world.unproven == 2)
            stranger = ("loa-2", "another-password")
            await world.publish(b'{"state":"online"}', user=stranger, topic="96/32000/loa-2/status")
            world.device.behave(forge=0.0)
            await placer.place(world.placing("m-2"))
            await kept_is("finished", 1)

    asyncio.run(story())
    assert [raw for kind, raw in stored() if kind == "ack" and '"m-1"' in raw] == []
    assert not InboundEvent.objects.filter(headers__topic__contains="loa-2").exists()


def test_what_is_said_while_nobody_listens_waits_at_the_broker(world: World, account: ChannelAccount) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            async with Worker():
                await kept_is("online", 1)
            await placer.place(world.placing("m-1"))
            await world.until(lambda: ("m-1", "finished") in world.words())
            assert await in_thread(kept, "finished") == 0
            async with Worker():
                await kept_is("finished", 1)

    asyncio.run(story())


def test_a_store_that_fails_is_asked_again_and_nothing_is_lost(
    world: World, account: ChannelAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lantoa.channels.loudspeaker import listener

    genuine, failures, armed = listener.store_inbound, [], []

    def shaky(**given: Any) -> Any:
        if armed and len(failures) < 3:
            failures.append(given["event_id"])
            raise OSError("the disk is full")
        return genuine(**given)

    monkeypatch.setattr(listener, "store_inbound", shaky)

    async def story() -> None:
        async with world.running(), world.placer() as placer, Worker():
            await kept_is("online", 1)
            armed.append(True)
            await placer.place(world.placing("m-1"))
            await kept_is("finished", 1)
            await kept_is("started", 1)

    asyncio.run(story())
    assert len(failures) == 3


def test_of_many_workers_one_listens_and_another_takes_over(world: World, account: ChannelAccount) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer:
            async with Worker():
                await kept_is("online", 1)
                second = Worker()
                await second.__aenter__()
                await asyncio.sleep(0.5)
            await placer.place(world.placing("m-1"))
            await kept_is("finished", 1)
            await second.__aexit__()
        log = (world.broker.folder / "mosquitto.log").read_text()
        assert "session taken over" not in log  # never two at once under one name

    asyncio.run(story())


def test_the_broker_dies_and_the_listener_comes_back(world: World, account: ChannelAccount) -> None:
    async def story() -> None:
        async with world.running(), world.placer() as placer, Worker():
            await kept_is("online", 1)
            world.broker.kill()
            with pytest.raises(SendProblem):
                await placer.place(world.placing("m-1"))
            await asyncio.to_thread(world.broker.start)
            for _attempt in range(100):
                try:
                    await placer.place(world.placing("m-1"))
                    break
                except SendProblem:
                    await asyncio.sleep(0.1)
            await kept_is("finished", 1)

    asyncio.run(story())
    assert kept("finished") == 1


def test_a_wrong_password_is_the_accounts_problem(world: World, account: ChannelAccount) -> None:
    values = {"settings": world.settings, "secrets": {"password": "wrong"}, "name": account.name}
    save_account(by=None, at=now(), kind=account.kind, account=account, **values)

    async def stopped() -> bool:
        for _look in range(500):
            if await in_thread(lambda: ChannelAccount.objects.get().health == Health.STOPPED):
                return True
            await asyncio.sleep(0.02)
        return False

    async def story() -> None:
        async with Worker():
            assert await stopped()

    asyncio.run(story())
