"""A real broker, a device that really connects, sound that is really fetched."""

import asyncio
import hashlib
import io
import shutil
import wave
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import aiomqtt
import pytest
from aiohttp import web
from django.utils import timezone

from lantoa.channels.loudspeaker.broker import client_for
from lantoa.channels.loudspeaker.keys import new_private, public_of
from lantoa.channels.loudspeaker.placer import LoudspeakerPlacer, Track
from lantoa.channels.loudspeaker.programme import Choose
from lantoa.channels.loudspeaker.protocol import NotGenuineError, moment_text, opened, sealed
from lantoa.channels.placing import Place, Placing, Priority
from lantoa.kernel.clock import WorkingCalendar
from lantoa.simulators.mosquitto import Mosquitto, program
from lantoa.simulators.speaker.device import Loudspeaker

TOPIC = "96/32000/loa-1"
DEVICE = ("loa-1", "demo-device-password")


def wav(seconds: float) -> bytes:
    """Silence of that length, 100 samples a second."""
    made = io.BytesIO()
    with wave.open(made, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(100)
        sound.writeframes(bytes([128]) * int(seconds * 100))
    return made.getvalue()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    if program() is None or shutil.which("mosquitto_passwd") is None:
        pytest.fail("mosquitto is missing: make system-test installs it")
    folder = tmp_path / "broker"
    folder.mkdir()
    made = Mosquitto(folder)
    made.admit({"loa-1": (DEVICE[1], TOPIC), "loa-2": ("another-password", "96/32000/loa-2")})
    made.start()
    yield made
    made.stop()


class World:
    """Platform, broker, one device, and somebody who hears everything the device says."""

    def __init__(self, broker: Mosquitto, folder: Path) -> None:
        self.broker, self.folder = broker, folder
        self.private = new_private()
        self.settings: dict[str, Any] = {
            "host": "127.0.0.1", "port": broker.port, "security": "none", "username": broker.commander[0],
            "province": "96",
        }  # fmt: skip
        self.secrets = {"password": broker.commander[1], "signing_key": self.private}
        self.sounds: dict[str, bytes] = {}
        self.base = ""
        self.heard: list[tuple[str, dict[str, Any]]] = []
        self.unproven = 0
        self.device: Loudspeaker | None = None

    def make_device(self, **wishes: Any) -> Loudspeaker:
        options = {"time_scale": 20.0, "memory": self.folder / "device.json"} | wishes
        self.device = Loudspeaker(
            topic=TOPIC,
            broker=("127.0.0.1", self.broker.port, *DEVICE),
            platform_key=public_of(self.private),
            **options,
        )
        return self.device

    def placer(self) -> LoudspeakerPlacer:
        async def track(placing: Placing, until: datetime) -> Track | None:
            content = self.sounds.get(placing.key)
            return content and Track(f"{self.base}/{placing.key}", hashlib.sha256(content).hexdigest())

        async def calendar() -> WorkingCalendar:
            return WorkingCalendar()

        async def keep(_key: str, _now: datetime, choose: Choose) -> datetime:
            return choose([])

        return LoudspeakerPlacer(self.settings, self.secrets, track=track, calendar=calendar, keep=keep)

    def placing(self, key: str, seconds: float = 4, **changes: Any) -> Placing:
        self.sounds.setdefault(key, wav(seconds))
        place = Place(
            name="Đài xã",
            settings={"commune": "32000", "device": "loa-1", "volume": 70, "slots": "HN 00:00-12:00\nHN 12:00-00:00"},
        )
        values: dict[str, Any] = {
            "key": key, "place": place, "title": "Tin", "text": "Mời bà con.", "starts_at": timezone.now(),
            "expires_at": timezone.now() + timedelta(hours=1), "priority": Priority.NORMAL,
        }  # fmt: skip
        return Placing(**values | changes)

    def words(self, key: str = "") -> list[tuple[str, str]]:
        """What the device said: (message, word)."""
        return [(t["msg_id"], t["event"]) for kind, t in self.heard if kind == "ack" and key in ("", t["msg_id"])]

    def states(self) -> list[str]:
        return [told["state"] for kind, told in self.heard if kind == "status"]

    async def until(self, wanted: Callable[[], Any], polls: int = 1000) -> None:
        """Wait, counted in looks and not in seconds: a machine that stands still is no failure."""
        for _look in range(polls):
            if wanted():
                return
            await asyncio.sleep(0.02)
        raise AssertionError(f"waited in vain; heard {self.heard}")

    async def listen(self) -> None:
        """Hear and prove, again after every loss, as one lasting session."""
        while True:
            with suppress(aiomqtt.MqttError, OSError):
                async with client_for(self.settings, self.secrets, identifier="ears", keep_days=1) as client:
                    await client.subscribe([("+/+/+/ack", 1), ("+/+/+/status", 1)])
                    async for message in client.messages:
                        self._hear(str(message.topic), bytes(message.payload))
                        client.acknowledge(message)
            await asyncio.sleep(0.1)

    def _hear(self, topic: str, payload: bytes) -> None:
        assert self.device is not None
        try:
            self.heard.append((topic.rpartition("/")[2], opened(topic, payload, self.device.public_key)))
        except NotGenuineError:
            self.unproven += 1

    async def publish(self, payload: bytes, *, user: tuple[str, str] | None = None, topic: str = f"{TOPIC}/cmd") -> int:
        """Publish raw bytes, as whoever; returns the PUBACK's reason."""
        name, password = user or self.broker.commander
        settings, secrets = {**self.settings, "username": name}, {"password": password}
        async with client_for(settings, secrets, identifier="intruder") as client:
            return await client.put(topic, payload)

    def command(self, key: str, *, private: str = "", topic: str = f"{TOPIC}/cmd", **changes: Any) -> bytes:
        """A signed command, as the platform would send it."""
        content = self.sounds.setdefault(key, wav(2))
        now = timezone.now()
        values: dict[str, Any] = {
            "msg_id": key, "op": "play", "url": f"{self.base}/{key}", "sha256": hashlib.sha256(content).hexdigest(),
            "start_at": moment_text(now), "expires_at": moment_text(now + timedelta(hours=1)), "volume": 70,
            "priority": "normal",
        }  # fmt: skip
        return sealed("cmd", topic, values | changes, private or self.private)

    @asynccontextmanager
    async def running(self, device: bool = True, **wishes: Any) -> AsyncIterator["World"]:
        async def give(request: web.Request) -> web.Response:
            return web.Response(body=self.sounds[request.match_info["key"]])

        app = web.Application()
        app.add_routes([web.get("/{key}", give)])
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{runner.addresses[0][1]}"
        made = self.make_device(**wishes)
        ears = asyncio.create_task(self.listen())
        try:
            if device:
                await made.start()
                await self.until(lambda: "online" in self.states())
            yield self
        finally:
            assert self.device is not None
            await self.device.stop()
            ears.cancel()
            await asyncio.gather(ears, return_exceptions=True)
            await runner.cleanup()


@pytest.fixture
def world(broker: Mosquitto, tmp_path: Path) -> World:
    return World(broker, tmp_path)
