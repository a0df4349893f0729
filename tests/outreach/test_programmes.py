"""A station's programme through a worker's lane: a real broker, the commands as its device gets them."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.conf import LazySettings
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from lantoa.channels.events import PlacingProgressed
from lantoa.channels.loudspeaker.broker import client_for
from lantoa.channels.loudspeaker.keys import new_private, public_of
from lantoa.channels.loudspeaker.protocol import moment
from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import Priority
from lantoa.channels.services import save_account
from lantoa.outlets.models import Outlet
from lantoa.outreach.jobs import tell_how_it_plays
from lantoa.outreach.models import Broadcast, Placement
from lantoa.outreach.programme_showing import tell
from lantoa.outreach.services import retry_placement
from lantoa.outreach.services.carrying import reap_placements
from lantoa.outreach.worker.database import Threads
from lantoa.outreach.worker.placements import PlacementLane
from lantoa.simulators.mosquitto import Mosquitto
from lantoa.simulators.speaker.device import Loudspeaker
from tests.channels.loudspeaker.conftest import DEVICE, TOPIC, broker, wav  # noqa: F401  (a fixture)
from tests.outreach.public_world import outlet, placed, public_version, settle_unit
from tests.outreach.test_pages import as_
from tests.outreach.world import LEASE, NOW, World

pytestmark = pytest.mark.django_db(transaction=True)

ZONE = timedelta(hours=7)
SHORT = "Mời bà con đến nghe hướng dẫn vay vốn. "
MINUTE = timedelta(minutes=1)
"""How long every recording plays here, however many words it speaks, unless a test says so."""
SLOT = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)  # 17:00 in Vietnam, on the day of NOW


class Moments:
    """A clock that stands where it is put."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


class Station:
    """One station of the world's commune, and what its device is told."""

    def __init__(self, world: World, broker: Mosquitto) -> None:  # noqa: F811
        self.world, self.broker = world, broker
        settings = {
            "host": "127.0.0.1", "port": broker.port, "security": "none", "username": broker.commander[0],
            "province": "96",
        }  # fmt: skip
        secrets = {"password": broker.commander[1], "signing_key": new_private()}
        settings["public_key"] = public_of(secrets["signing_key"])
        self.account: ChannelAccount = save_account(
            by=None, at=NOW, kind="loudspeaker", name="Loa tỉnh", settings=settings, secrets=secrets
        )
        self.told: list[dict[str, Any]] = []

    def open(self, slots: str = "HN 17:00-17:30", quiet: str = "") -> None:
        where = {"commune": "32000", "device": "loa-1", "volume": 70, "slots": slots, "quiet": quiet}
        outlet(self.world, "loudspeaker", "Đài xã", account_id=self.account.pk, settings=where)

    def release(self, text: str, priority: Priority = Priority.NORMAL, *, seconds: int = 60, **more: Any) -> Placement:
        """An approved message with a recording of its words, to be put at the station."""
        version = public_version(self.world, ["loudspeaker"], {"loudspeaker": text}, sound=wav(seconds))
        row: Broadcast = placed(self.world, ["loudspeaker"], version=version, priority=priority, **more)
        return Placement.objects.get(broadcast=row)

    @asynccontextmanager
    async def playing(self, folder: Path) -> AsyncIterator[Loudspeaker]:
        """A device that plays what it is told, in true time."""
        device = Loudspeaker(
            topic=TOPIC, broker=("127.0.0.1", self.broker.port, *DEVICE), memory=folder / "device.json",
            platform_key=str(self.account.settings["public_key"]), time_scale=1.0,
        )  # fmt: skip
        await device.start()
        try:
            await until(lambda: device.connections)
            yield device
        finally:
            await device.stop()

    def starts(self) -> dict[str, datetime]:
        """Key → the start the device was told last."""
        return {told["msg_id"]: moment(told["start_at"]) for told in self.told}  # type: ignore[misc]

    @asynccontextmanager
    async def ears(self) -> AsyncIterator[None]:
        """The device's own subscription, which hears raw commands."""

        async def hear() -> None:
            async for message in client.messages:
                self.told.append(json.loads(bytes(message.payload)))
                client.acknowledge(message)

        who = {**self.account.settings, "username": DEVICE[0]}
        async with client_for(who, {"password": DEVICE[1]}, identifier="dev", keep_days=1) as client:
            await client.subscribe(f"{TOPIC}/cmd", qos=1)
            task = asyncio.create_task(hear())
            yield
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def carry(self, *, at: datetime, told: int) -> None:
        """Have a worker's lane carry what is due, until the device was told so many commands in all."""

        async def story() -> None:
            async with self.ears(), self.lane(Moments(at)):
                await until(lambda: len(self.told) >= told)

        async_to_sync(story)()

    @asynccontextmanager
    async def lane(self, moments: Any) -> AsyncIterator[PlacementLane]:
        threads = Threads(1)
        lane = PlacementLane("loudspeaker", self.account, threads, moments, lease=LEASE)
        task = asyncio.create_task(lane.run())
        try:
            yield lane
            await until(lambda: not lane.busy)
        finally:
            lane.stop()
            await task
            await asyncio.to_thread(threads.close)


async def until(wanted: Callable[[], Any], looks: int = 3000) -> None:
    """Wait, counted in looks: a machine that stands still is no failure."""
    for _look in range(looks):
        if wanted():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("waited in vain")


@pytest.fixture
def station(world: World, broker: Mosquitto) -> Station:  # noqa: F811
    settle_unit(world)
    return Station(world, broker)


def test_two_ordinary_messages_of_one_slot_follow_each_other(station: Station) -> None:
    station.open()
    first, second = station.release(SHORT * 6), station.release(SHORT * 4)
    station.carry(at=NOW, told=2)
    starts = station.starts()
    assert starts[first.key] == SLOT
    assert starts[second.key] == SLOT + MINUTE
    for row in (first, second):
        row.refresh_from_db()
        assert (row.state, row.starts_at) == ("accepted", starts[row.key])


def test_one_that_comes_later_goes_around_what_was_told(station: Station) -> None:
    station.open()
    first = station.release(SHORT * 6)
    station.carry(at=NOW, told=1)
    liked = station.release(SHORT * 4, Priority.PREFERRED)
    station.carry(at=NOW + timedelta(minutes=1), told=2)
    assert station.starts() == {first.key: SLOT, liked.key: SLOT + MINUTE}, "what was told stays"


def test_preferred_is_first_and_urgent_at_once(station: Station) -> None:
    station.open()
    plain, liked = station.release(SHORT * 6), station.release(SHORT * 4, Priority.PREFERRED, seconds=40)
    now = station.release(SHORT * 2, Priority.URGENT)
    station.carry(at=NOW, told=3)
    assert station.starts() == {now.key: NOW, liked.key: SLOT, plain.key: SLOT + timedelta(seconds=40)}
    assert {told["msg_id"]: told["priority"] for told in station.told} == {
        now.key: "urgent", liked.key: "preferred", plain.key: "normal",
    }  # fmt: skip


def test_what_the_slot_does_not_hold_any_more_goes_to_the_next_or_is_refused(station: Station) -> None:
    station.open("HN 17:00-17:02")
    first, next_day = station.release(SHORT, seconds=90), station.release(SHORT, seconds=90)
    last = station.release(SHORT, seconds=90, expires_at=NOW + timedelta(hours=30))
    station.carry(at=NOW, told=2)
    assert station.starts() == {first.key: SLOT, next_day.key: SLOT + timedelta(days=1)}
    last.refresh_from_db()
    assert (last.state, last.reason, last.starts_at) == ("failed", "refused", None)
    assert last.history.get().note == "other messages fill the station's programme until this one expires"
    again = retry_placement(placement=last, by=station.world.officer, at=NOW)
    first.broadcast.refresh_from_db()
    assert again.starts_at is None


def test_in_doubt_it_is_told_the_same_start_again(station: Station) -> None:
    station.open()
    row = station.release(SHORT * 6)
    station.carry(at=NOW, told=1)
    with connection.cursor() as cursor:  # a worker that died after the broker took it
        cursor.execute("ALTER TABLE outreach_placement DISABLE TRIGGER outreach_placement_move")
        cursor.execute(
            "UPDATE outreach_placement SET state = 'sending', lease_until = %s WHERE id = %s", [NOW + LEASE, row.pk]
        )
        cursor.execute("ALTER TABLE outreach_placement ENABLE TRIGGER outreach_placement_move")
    other = station.release(SHORT * 4, Priority.PREFERRED)
    later = NOW + LEASE * 2
    assert reap_placements(at=later) == 1
    station.carry(at=later, told=3)
    mine = [told["start_at"] for told in station.told if told["msg_id"] == row.key]
    assert mine == ["2026-11-23T10:00:00Z"] * 2
    assert station.starts()[other.key] == SLOT + MINUTE


@pytest.fixture
def served(live_server: Any, settings: LazySettings) -> None:
    settings.LANTOA_BASE_URL = live_server.url


def test_urgent_plays_at_once_in_quiet_hours_and_outside_every_slot(
    station: Station, served: None, tmp_path: Path
) -> None:
    now = timezone.now()
    clock = [f"{(now + ZONE + timedelta(hours=n)):%H:%M}" for n in (-2, 2, 4, 5)]
    station.open(f"HN {clock[2]}-{clock[3]}", f"{clock[0]}-{clock[1]}")
    plain = station.release(SHORT * 3, expires_at=now + timedelta(days=2))
    urgent = station.release(SHORT * 2, Priority.URGENT, seconds=1, expires_at=now + timedelta(days=2))

    async def story() -> None:
        async with station.playing(tmp_path) as device, station.lane(Moments(timezone.now())):
            await until(lambda: device.ledger.totals()["accepted"] == 1)
            await until(lambda: plain.key in device.memory.jobs)
            assert list(device.memory.jobs) == [plain.key], "what was played is forgotten, what waits is kept"

    async_to_sync(story)()
    plain.refresh_from_db()
    urgent.refresh_from_db()
    assert urgent.starts_at < now + timedelta(minutes=5)  # type: ignore[operator]
    assert f"{plain.starts_at + ZONE:%H:%M}" == clock[2]  # type: ignore[operator]


def test_urgent_breaks_into_what_is_on_air(station: Station, served: None, tmp_path: Path) -> None:
    station.open("HN 00:00-12:00\nHN 12:00-00:00")
    expires = timezone.now() + timedelta(days=2)
    plain = station.release(SHORT * 5, seconds=600, expires_at=expires)

    def on_air(device: Loudspeaker) -> bool:
        return device.playing is not None and device.playing.msg_id == plain.key

    def breaks_in() -> None:
        try:
            station.release(SHORT * 2, Priority.URGENT, seconds=1, expires_at=expires)
        finally:
            connection.close()  # this thread's own

    async def story() -> None:
        async with station.playing(tmp_path) as device, station.lane(Moments(timezone.now())):
            await until(lambda: on_air(device))
            await asyncio.to_thread(breaks_in)
            await until(lambda: device.ledger.totals()["accepted"] == 1)
            assert plain.key in device.memory.jobs
            await until(lambda: on_air(device))

    async_to_sync(story)()


def test_the_history_tells_what_the_device_says_on_the_way_once(station: Station) -> None:
    station.open()
    row = station.release(SHORT * 6)
    station.carry(at=NOW, told=1)
    for word, minute in (("started", 0), ("started", 0), ("put_off", 1), ("started", 3), ("finished", 4)):
        at = (SLOT + timedelta(minutes=minute)).isoformat()
        told = PlacingProgressed(station.account.pk, "loudspeaker", TOPIC, row.key, word, 0, "", at, 1)
        tell_how_it_plays(told)
        tell_how_it_plays(replace(told, inbound_id=2, account_id=station.account.pk + 1))
    row.refresh_from_db()
    assert list(row.history.values_list("step", flat=True)) == ["placed", "started", "broken_in", "started"]
    assert (row.state, row.starts_at) == ("accepted", SLOT + timedelta(minutes=3))
    page = as_(station.world.officer).get(reverse("outreach:placement", args=[row.pk])).content.decode()
    assert "Bắt đầu phát" in page
    assert "Bị tin khẩn chen ngang" in page


def test_the_outlets_page_shows_its_programme(station: Station, django_assert_max_num_queries: Any) -> None:
    station.open("HN 00:00-12:00\nHN 12:00-00:00")
    now = timezone.now()
    where = Outlet.objects.get()
    assert tell(where, now) == []
    expires = now + timedelta(days=2)
    for number in range(3):
        station.release(SHORT * (3 + number), (Priority.NORMAL, Priority.PREFERRED)[number % 2], expires_at=expires)
    with django_assert_max_num_queries(2):
        lines = tell(where, now)
    assert [(line.priority, line.told) for line in lines or ()] == [
        (Priority.PREFERRED, False), (Priority.NORMAL, False), (Priority.NORMAL, False),
    ]  # fmt: skip
    page = as_(station.world.officer).get(reverse("outlets:outlet", args=[where.pk])).content.decode()
    assert "Chương trình phát" in page
    assert page.count("Còn chờ; tin khẩn") == 3
