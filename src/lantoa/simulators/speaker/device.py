"""The stand-in itself: connects to a real broker, obeys signed commands, plays in fast time, tells what it did."""

import asyncio
import hashlib
import io
import re
import socket
import ssl
import time
import wave
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import aiomqtt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from lantoa.simulators.stage import Simulator

from .memory import Job, Memory
from .wire import moment, proven, sealed, stamp, text

LONGEST_MEMORY = timedelta(days=31)
"""A command good for longer is refused: the memory of what was seen must end some day."""
PRETENDED_SECONDS = 30.0
"""How long a sound lasts that is no WAV file."""
LINES = 10
"""How often a device takes up a line again that breaks while it fetches one sound."""


class Loudspeaker(Simulator):
    """One device. ``broker`` is (host, port, user, password); ``platform_key`` the public key that proves commands.

    ``GET /_device`` tells its key and what it plays; the ledger counts whole plays by msg_id: a double is a message
    heard twice. Behaviour: ``receipts`` false (silent), ``receipt_delay_ms`` (late), ``receipt_repeat`` (says it
    again), ``forge`` (signs with another key), ``drop`` (hangs up after a command), ``clock_off_s`` (wrong clock).
    """

    name = "loudspeaker"

    def __init__(
        self,
        *,
        topic: str = "96/32000/loa-1",
        broker: tuple[str, int, str, str] = ("127.0.0.1", 1883, "loa-1", "demo-device-password"),
        platform_key: str = "",
        memory: Path | None = None,
        tls: ssl.SSLContext | None = None,
        time_scale: float = 60.0,
        ledger_path: Path | None = None,
        **wishes: Any,
    ) -> None:
        """Take where it stands; ``memory`` is a file that survives a power cut; a scale of 60 plays a minute in a
        second."""
        super().__init__(ledger_path=ledger_path, **wishes)
        self.topic, self.platform_key = topic, platform_key
        self.memory = Memory.at(memory)
        self.volume, self.refused, self.connections = 70, list[str](), 0
        self.playing: Job | None = None
        self._broker, self._tls, self._scale = broker, tls, time_scale
        self._changed, self._spoken = asyncio.Event(), asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._client: aiomqtt.Client | None = None
        self._arrived = 0

    @property
    def public_key(self) -> str:
        """Return the device's public key, as an officer enters it."""
        return text(self.memory.private.public_key().public_bytes_raw())

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the device's own page."""
        return [web.get("/_device", self._show)]

    async def _show(self, _request: web.Request) -> web.Response:
        told = {
            "topic": self.topic,
            "public_key": self.public_key,
            "playing": self.playing.msg_id if self.playing else "",
            "waiting": [job.msg_id for job in self.memory.jobs.values() if not job.ended],
            "volume": self.volume,
            "refused": self.refused,
        }
        return web.json_response(told)

    async def start(self, port: int = 0) -> None:
        """Serve the control pages, connect, and play."""
        await super().start(port)
        self.memory.keep(self.now())
        self._tasks = [asyncio.create_task(self._keep_connected()), asyncio.create_task(self._play_on())]

    async def stop(self) -> None:
        """Say good-bye to the broker, so that no last will is published."""
        await _ended(self._tasks)
        await super().stop()

    async def pull_plug(self) -> None:
        """Lose power: no good-bye, and what is not in the memory's file is gone."""
        self._hang_up()
        await _ended(self._tasks)
        await super().stop()

    def _hang_up(self) -> None:
        client, self._client = self._client, None
        wire = client._client.socket() if client is not None else None  # noqa: SLF001
        if isinstance(wire, socket.socket):
            with suppress(OSError):
                wire.shutdown(socket.SHUT_RDWR)

    def now(self) -> datetime:
        """Return the device's own clock."""
        return datetime.now(UTC) + timedelta(seconds=self.behaviour.clock_off_s)

    # the connection

    async def _keep_connected(self) -> None:
        while True:
            with suppress(aiomqtt.MqttError, OSError):
                async with self._made() as client:
                    await self._converse(client)
            self._client = None
            await asyncio.sleep(0.1)

    def _made(self) -> aiomqtt.Client:
        host, port, user, password = self._broker
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 7 * 86_400
        client = aiomqtt.Client(
            host,
            port,
            username=user,
            password=password,
            identifier=f"dev-{self.topic.replace('/', '-')}",
            protocol=aiomqtt.ProtocolVersion.V5,
            clean_start=False,
            properties=properties,
            will=aiomqtt.Will(f"{self.topic}/status", self._status("offline"), 1, retain=True),
            keepalive=15,
            timeout=10,
            tls_context=self._tls,
        )
        client._client.manual_ack_set(on=True)  # noqa: SLF001  (a command is acknowledged when it is remembered)
        return client

    async def _converse(self, client: aiomqtt.Client) -> None:
        self._client, self.connections = client, self.connections + 1
        await client.subscribe(f"{self.topic}/cmd", qos=1)
        await client.publish(f"{self.topic}/status", self._status("online"), qos=1, retain=True)
        tasks = [asyncio.create_task(self._obey_all(client)), asyncio.create_task(self._speak(client))]
        try:
            done, _rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            done.pop().result()
        finally:
            await _ended(tasks)
            if self._client is client:  # a good-bye of one's own: the broker keeps its will to itself
                with suppress(aiomqtt.MqttError):
                    await client.publish(f"{self.topic}/status", self._status("offline"), qos=1, retain=True, timeout=1)

    async def _obey_all(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            payload = message.payload if isinstance(message.payload, bytes) else b""
            self._obey(str(message.topic), payload)
            attempt = self.ledger.attempt(hashlib.sha256(payload).hexdigest())
            if self.behaviour.happens("drop", self.behaviour.drop, str(message.topic), attempt):
                self._hang_up()  # before the broker knows that the command arrived
                raise aiomqtt.MqttError("hung up")
            client._client.ack(message.mid, message.qos)  # noqa: SLF001

    async def _speak(self, client: aiomqtt.Client) -> None:
        """Say what is to be said, the oldest first; it is forgotten when the broker has it."""
        words = self.memory.words
        while True:
            if not words:
                self._spoken.clear()
                await self._spoken.wait()
            if self.behaviour.receipt_delay_ms:
                await asyncio.sleep(self.behaviour.receipt_delay_ms / 1000)
            for _time in range(max(1, self.behaviour.receipt_repeat)):
                await client.publish(f"{self.topic}/ack", words[0], qos=1, timeout=10)
            words.popleft()
            self.memory.keep(self.now())

    # commands

    def _obey(self, topic: str, payload: bytes) -> None:
        """Do what a command says, once; whatever is not proven, late or known is refused."""
        try:
            command = proven(topic, payload, self.platform_key)
        except ValueError:
            self.refused.append("forged")
            return
        msg_id, expires = str(command.get("msg_id", "")), str(command.get("expires_at", ""))
        if msg_id in self.memory.seen:
            self.ledger.recognise(msg_id)
            self.refused.append("repeated")
            return
        until = moment(expires)
        if until is None or until <= self.now() or until > self.now() + LONGEST_MEMORY:
            self.refused.append("expired")
            self._say(msg_id, "failed", error="expired")
            return
        self.memory.seen[msg_id] = expires
        self._take(msg_id, command)
        self.memory.keep(self.now())

    def _take(self, msg_id: str, command: dict[str, Any]) -> None:
        match command.get("op"):
            case "volume":
                self.volume = int(command.get("volume", self.volume))
            case "stop":
                self._stop(str(command.get("target", "")), str(command["expires_at"]))
            case "play" if msg_id not in self.memory.stopped:
                self._arrived += 1
                self.memory.jobs[msg_id] = Job(command, self._arrived)
                self._changed.set()

    def _stop(self, target: str, until: str) -> None:
        self.memory.stopped[target] = until
        job = self.memory.jobs.get(target)
        if job is self.playing and job is not None:
            job.cut = "stopped"
            self._changed.set()
        elif job is not None:
            self._end(job, "stopped")

    # playing

    def _next(self) -> Job | None:
        due = [job for job in self.memory.jobs.values() if not job.ended and self._due(job)]
        return min(due, key=lambda job: job.standing, default=None)

    def _due(self, job: Job) -> bool:
        start = moment(str(job.command.get("start_at", "")))
        return start is None or start <= self.now()

    async def _play_on(self) -> None:
        while True:
            job = self._next()
            if job is None:
                await self._wait_for_change()
                continue
            until = moment(str(job.command.get("expires_at", "")))
            if until is not None and until <= self.now():
                self._end(job, "failed", error="expired")
                continue
            self.playing, job.cut = job, ""
            try:
                await self._play(job)
            finally:
                self.playing = None

    async def _wait_for_change(self) -> None:
        self._changed.clear()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._changed.wait(), 0.05)

    async def _play(self, job: Job) -> None:
        try:
            seconds = await _fetch(job.command)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            self._end(job, "failed", error=f"sound: {type(error).__name__}")
            return
        self._say(job.msg_id, "started")
        began = time.monotonic()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._cut_short(job), seconds / self._scale)
        played = min(seconds, (time.monotonic() - began) * self._scale)
        if job.cut == "put_off":
            self._say(job.msg_id, "put_off", seconds=played)
        elif job.cut == "stopped":
            self._end(job, "stopped", seconds=played)
        else:
            url = str(job.command.get("url", ""))
            self.ledger.accept(job.msg_id, provider_id=job.msg_id, address=self.topic, text=url)
            self._end(job, "finished", seconds=seconds)

    async def _cut_short(self, job: Job) -> None:
        """Return when the job is stopped, or when an urgent message is due."""
        while not job.cut:
            rival = self._next()
            if rival is not None and rival.rank == 0 and job.rank > 0:
                job.cut = "put_off"
                return
            await self._wait_for_change()

    # what it says

    def _end(self, job: Job, event: str, *, seconds: float = 0, error: str = "") -> None:
        job.ended = True
        self._say(job.msg_id, event, seconds=seconds, error=error)

    def _say(self, msg_id: str, event: str, *, seconds: float = 0, error: str = "") -> None:
        told: dict[str, Any] = {"msg_id": msg_id, "event": event, "at": stamp(self.now()), "seconds": int(seconds)}
        if error:
            told["error"] = error
        forged = self.behaviour.happens("forge", self.behaviour.forge, msg_id)
        if self.behaviour.receipts:
            private = Ed25519PrivateKey.generate() if forged else self.memory.private
            self.memory.words.append(sealed("ack", self.topic, told, private))
            self._spoken.set()
        self.memory.keep(self.now())

    def _status(self, state: str) -> bytes:
        told = {"state": state, "at": stamp(self.now()), "volume": self.volume, "firmware": "stand-in"}
        return sealed("status", self.topic, told, self.memory.private)


async def _ended(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    tasks.clear()


async def _fetch(command: dict[str, Any]) -> float:
    """Fetch the sound, compare its digest, return its length in seconds."""
    url, digest = str(command.get("url", "")), str(command.get("sha256", ""))
    if not re.match(r"https?://", url):
        raise ValueError("no address")
    content = await content_at(url)
    if hashlib.sha256(content).hexdigest() != digest:
        raise ValueError("another sound than announced")
    try:
        with wave.open(io.BytesIO(content)) as sound:
            return float(sound.getnframes() / sound.getframerate())
    except (wave.Error, EOFError):
        return PRETENDED_SECONDS


async def content_at(url: str) -> bytes:
    """Fetch a file; where the line breaks, go on from there, as long as it is the same file."""
    content, etag = bytearray(), ""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http:
        for _line in range(LINES):
            rest = {"Range": f"bytes={len(content)}-", "If-Range": etag} if content and etag else {}
            async with http.get(url, headers=rest) as reply:
                reply.raise_for_status()
                if reply.status != 206:
                    content.clear()
                etag = reply.headers.get("ETag", "")
                with suppress(aiohttp.ClientPayloadError):
                    async for piece in reply.content.iter_any():
                        content += piece
                    return bytes(content)
    raise ValueError("the line broke too often")
