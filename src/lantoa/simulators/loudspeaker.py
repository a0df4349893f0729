"""A stand-in for a loudspeaker: connects to a real broker, obeys signed commands, plays in fast time, tells what it did.

Written from ``docs/modules/channels/loudspeaker.md`` alone, as a maker of devices would.
"""

import asyncio
import base64
import hashlib
import io
import json
import re
import ssl
import time
import wave
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
import aiomqtt
from aiohttp import web
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from lantoa.simulators.stage import Simulator

_FIELDS = {
    "cmd": ("msg_id", "op", "target", "url", "sha256", "start_at", "expires_at", "volume", "priority"),
    "ack": ("msg_id", "event", "at", "seconds", "error"),
    "status": ("state", "at", "volume", "firmware"),
}
_RANK = {"urgent": 0, "preferred": 1, "normal": 2}
_LONGEST_MEMORY = timedelta(days=31)
"""A command good for longer is refused: the memory of what was seen must end some day."""
_PRETENDED_SECONDS = 30.0
"""How long a sound lasts that is no WAV file."""


@dataclass(slots=True)
class Job:
    """One message to play, as the memory keeps it."""

    command: dict[str, Any]
    order: int
    ended: bool = False
    turn: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def standing(self) -> tuple[int, str, int]:
        """Return what decides who plays first."""
        priority = _RANK.get(str(self.command.get("priority")), 2)
        return priority, str(self.command.get("start_at", "")), self.order


class Loudspeaker(Simulator):
    """One device. ``broker`` is (host, port, user, password); ``platform_key`` the public key that commands bear.

    ``GET /_device`` tells its key and what it plays; the ledger counts plays by msg_id: a double is a message heard
    twice. Behaviour: ``receipts`` false (silent), ``receipt_delay_ms`` (late), ``receipt_repeat`` (says it again),
    ``forge`` (signs with another key), ``drop`` (hangs up after a command), ``clock_off_s`` (wrong clock).
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
        """Take where it stands; ``memory`` is a file that survives a power cut, ``time_scale`` 60 plays a minute in a
        second."""
        super().__init__(ledger_path=ledger_path, **wishes)
        self.topic, self.platform_key = topic, platform_key
        self._broker, self._tls, self._scale = broker, tls, time_scale
        self._memory = memory
        self._jobs: dict[str, Job] = {}
        self._seen: dict[str, str] = {}  # msg_id: when it may be forgotten
        self._stopped: set[str] = set()
        self._out: asyncio.Queue[bytes] = asyncio.Queue()
        self._changed = asyncio.Event()
        self._playing: Job | None = None
        self._cut = ""
        self._tasks: list[asyncio.Task[None]] = []
        self._client: aiomqtt.Client | None = None
        self.volume = 70
        self.refused: list[str] = []
        self._private = Ed25519PrivateKey.generate()
        self._recall()

    @property
    def public_key(self) -> str:
        """Return the device's public key, as an officer enters it."""
        return _text(self._private.public_key().public_bytes_raw())

    @property
    def playing(self) -> str:
        """Return the msg_id on air, "" for silence."""
        return str(self._playing.command["msg_id"]) if self._playing else ""

    def routes(self) -> list[web.AbstractRouteDef]:
        """Return the device's own page."""
        return [web.get("/_device", self._show)]

    async def _show(self, _request: web.Request) -> web.Response:
        waiting = [job.command["msg_id"] for job in self._jobs.values() if not job.ended]
        told = {"topic": self.topic, "public_key": self.public_key, "playing": self.playing, "waiting": waiting}
        return web.json_response({**told, "volume": self.volume, "refused": self.refused})

    async def start(self, port: int = 0) -> None:
        """Serve the control pages, connect, and play."""
        await super().start(port)
        self._tasks = [asyncio.create_task(self._keep_connected()), asyncio.create_task(self._play_on())]

    async def stop(self) -> None:
        """Say good-bye to the broker, so that no last will is published."""
        await self._leave()
        await super().stop()

    async def pull_plug(self) -> None:
        """Lose power: no good-bye, what is not in the memory is gone."""
        client = self._client
        if client is not None and (sock := client._client.socket()) is not None:  # noqa: SLF001
            sock.close()
        await self._leave()
        await super().stop()

    async def _leave(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._tasks = []

    def now(self) -> datetime:
        """Return the device's own clock."""
        return datetime.now(UTC) + timedelta(seconds=self.behaviour.clock_off_s)

    # the connection

    async def _keep_connected(self) -> None:
        while True:
            with suppress(aiomqtt.MqttError, OSError):
                await self._converse()
            self._client = None
            await asyncio.sleep(0.2)

    async def _converse(self) -> None:
        host, port, user, password = self._broker
        properties = Properties(PacketTypes.CONNECT)
        properties.SessionExpiryInterval = 7 * 86_400
        will = aiomqtt.Will(f"{self.topic}/status", self._status("offline"), 1, retain=True)
        client = aiomqtt.Client(
            host, port, username=user, password=password, identifier=f"dev-{self.topic.replace('/', '-')}",
            protocol=aiomqtt.ProtocolVersion.V5, clean_start=False, properties=properties, will=will, keepalive=5,
            timeout=5, tls_context=self._tls,
        )  # fmt: skip
        client._client.manual_ack_set(on=True)  # noqa: SLF001  (a command is acknowledged when it is remembered)
        async with client:
            self._client = client
            await client.publish(f"{self.topic}/status", self._status("online"), qos=1, retain=True)
            await client.subscribe(f"{self.topic}/cmd", qos=1)
            speaking = asyncio.create_task(self._speak(client))
            try:
                await self._obey_all(client)
            finally:
                speaking.cancel()
                await asyncio.gather(speaking, return_exceptions=True)
                with suppress(aiomqtt.MqttError):  # a good-bye of one's own: the broker keeps its will to itself
                    await client.publish(f"{self.topic}/status", self._status("offline"), qos=1, retain=True, timeout=1)

    async def _obey_all(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            payload = message.payload if isinstance(message.payload, bytes) else b""
            self._obey(str(message.topic), payload)
            client._client.ack(message.mid, message.qos)  # noqa: SLF001
            attempt = self.ledger.attempt(hashlib.sha256(payload).hexdigest())
            if self.behaviour.happens("drop", self.behaviour.drop, str(message.topic), attempt):
                raise aiomqtt.MqttError("hung up on command")

    async def _speak(self, client: aiomqtt.Client) -> None:
        while True:
            payload = await self._out.get()
            try:
                if self.behaviour.receipt_delay_ms:
                    await asyncio.sleep(self.behaviour.receipt_delay_ms / 1000)
                for _time in range(max(1, self.behaviour.receipt_repeat)):
                    await client.publish(f"{self.topic}/ack", payload, qos=1, timeout=3)
            except BaseException:
                self._first_again(payload)
                raise

    def _first_again(self, payload: bytes) -> None:
        rest = [payload]
        while not self._out.empty():
            rest.append(self._out.get_nowait())
        for one in rest:
            self._out.put_nowait(one)

    # commands

    def _obey(self, topic: str, payload: bytes) -> None:
        """Do what a command says, once; whatever is not proven, late or known is refused."""
        try:
            command = self._proven(topic, payload)
        except (ValueError, InvalidSignature):
            self.refused.append("forged")
            return
        msg_id, expires = str(command.get("msg_id", "")), str(command.get("expires_at", ""))
        if msg_id in self._seen:
            self.ledger.recognise(msg_id)
            self.refused.append("repeated")
            return
        until = _moment(expires)
        if until is None or until <= self.now() or until > self.now() + _LONGEST_MEMORY:
            self.refused.append("expired")
            self._say(msg_id, "failed", error="expired")
            return
        self._seen[msg_id] = expires
        self._take(command)
        self._remember()

    def _take(self, command: dict[str, Any]) -> None:
        if command.get("op") == "volume":
            self.volume = int(command.get("volume", self.volume))
        elif command.get("op") == "stop":
            self._stop(str(command.get("target", "")))
        elif command.get("op") == "play":
            if command["msg_id"] in self._stopped:
                return
            job = self._jobs[command["msg_id"]] = Job(command, len(self._jobs))
            urgent = job.standing[0] == 0
            if urgent and self._due(job) and self._playing and self._playing.standing[0] > 0:
                self._cut = "put_off"
                self._playing.turn.set()
            self._changed.set()

    def _stop(self, target: str) -> None:
        self._stopped.add(target)
        job = self._jobs.get(target)
        if job is None or job.ended:
            return
        if job is self._playing:
            self._cut = "stopped"
            job.turn.set()
        else:
            self._end(job, "stopped", 0)

    def _proven(self, topic: str, payload: bytes) -> dict[str, Any]:
        told = json.loads(payload, object_pairs_hook=_once)
        public = Ed25519PublicKey.from_public_bytes(_raw(self.platform_key))
        public.verify(_raw(str(told.get("sig", ""))), _signed("cmd", topic, told))
        return {name: told[name] for name in _FIELDS["cmd"] if name in told}

    # playing

    def _due(self, job: Job) -> bool:
        start = _moment(str(job.command.get("start_at", "")))
        return start is None or start <= self.now()

    def _next(self) -> Job | None:
        due = [job for job in self._jobs.values() if not job.ended and self._due(job)]
        return min(due, key=lambda job: job.standing, default=None)

    async def _play_on(self) -> None:
        while True:
            job = self._next()
            if job is None:
                self._changed.clear()
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), 0.05)
                continue
            until = _moment(str(job.command.get("expires_at", "")))
            if until is not None and until <= self.now():
                self._end(job, "failed", 0, error="expired")
                continue
            await self._play(job)

    async def _play(self, job: Job) -> None:
        msg_id = str(job.command["msg_id"])
        self._playing, self._cut = job, ""
        job.turn.clear()
        try:
            seconds = await self._fetch(job.command)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError) as error:
            self._playing = None
            self._end(job, "failed", 0, error=f"sound: {type(error).__name__}")
            return
        self._say(msg_id, "started")
        began = time.monotonic()
        with suppress(TimeoutError):
            await asyncio.wait_for(self._interrupted(job), seconds / self._scale)
        played = min(seconds, (time.monotonic() - began) * self._scale)
        self._playing, cut = None, self._cut
        if cut == "put_off":
            self._say(msg_id, "put_off", seconds=played)
        elif cut == "stopped":
            self._end(job, "stopped", played)
        else:
            self.ledger.accept(msg_id, provider_id=msg_id, address=self.topic, text=str(job.command.get("url", "")))
            self._end(job, "finished", seconds)

    async def _interrupted(self, job: Job) -> None:
        """Wait until the job is cut: by a command, or by an urgent message whose time comes while it plays."""
        while not job.turn.is_set():
            urgent = self._next()
            if urgent is not None and urgent is not job and urgent.standing[0] == 0 and job.standing[0] > 0:
                self._cut = "put_off"
                return
            with suppress(TimeoutError):
                await asyncio.wait_for(job.turn.wait(), 0.02)

    async def _fetch(self, command: dict[str, Any]) -> float:
        """Fetch the sound, compare its digest, return its length in seconds."""
        url, digest = str(command.get("url", "")), str(command.get("sha256", ""))
        if not re.match(r"https?://", url):
            raise ValueError("no address")
        timeout = aiohttp.ClientTimeout(total=30)
        async with aiohttp.ClientSession(timeout=timeout) as http, http.get(url) as reply:
            reply.raise_for_status()
            content = await reply.read()
        if hashlib.sha256(content).hexdigest() != digest:
            raise ValueError("another sound than announced")
        try:
            with wave.open(io.BytesIO(content)) as sound:
                return sound.getnframes() / sound.getframerate()
        except (wave.Error, EOFError):
            return _PRETENDED_SECONDS

    # what it says

    def _end(self, job: Job, event: str, seconds: float, error: str = "") -> None:
        job.ended = True
        self._remember()
        self._say(str(job.command["msg_id"]), event, seconds=seconds, error=error)

    def _say(self, msg_id: str, event: str, *, seconds: float = 0, error: str = "") -> None:
        if not self.behaviour.receipts:
            return
        told: dict[str, Any] = {"msg_id": msg_id, "event": event, "at": _stamp(self.now()), "seconds": int(seconds)}
        if error:
            told["error"] = error
        forged = self.behaviour.happens("forge", self.behaviour.forge, msg_id)
        self._out.put_nowait(self._sealed("ack", told, Ed25519PrivateKey.generate() if forged else self._private))
        self._remember()

    def _status(self, state: str) -> bytes:
        told = {"state": state, "at": _stamp(self.now()), "volume": self.volume, "firmware": "stand-in"}
        return self._sealed("status", told, self._private)

    def _sealed(self, kind: str, told: dict[str, Any], private: Ed25519PrivateKey) -> bytes:
        signature = private.sign(_signed(kind, f"{self.topic}/{kind}", told))
        return json.dumps({**told, "sig": _text(signature)}, ensure_ascii=False).encode()

    # the memory

    def _remember(self) -> None:
        """Write what a power cut must not take: the key, what was seen, what is to be played, what is to be said."""
        if self._memory is None:
            return
        now = self.now()
        self._seen = {name: until for name, until in self._seen.items() if (_moment(until) or now) >= now}
        kept = {
            "key": _text(self._private.private_bytes_raw()),
            "seen": self._seen,
            "stopped": sorted(self._stopped),
            "jobs": [job.command for job in self._jobs.values() if not job.ended],
            "out": [payload.decode() for payload in list(self._out._queue)],  # type: ignore[attr-defined]  # noqa: SLF001
        }
        fresh = self._memory.with_suffix(".new")
        fresh.write_text(json.dumps(kept))
        fresh.replace(self._memory)

    def _recall(self) -> None:
        if self._memory is None or not self._memory.exists():
            self._remember()
            return
        kept = json.loads(self._memory.read_text())
        self._private = Ed25519PrivateKey.from_private_bytes(_raw(kept["key"]))
        self._seen, self._stopped = kept["seen"], set(kept["stopped"])
        self._jobs = {command["msg_id"]: Job(command, order) for order, command in enumerate(kept["jobs"])}
        for payload in kept["out"]:
            self._out.put_nowait(payload.encode())


def _signed(kind: str, topic: str, told: dict[str, Any]) -> bytes:
    """Return the bytes under the signature: kind, topic and each field, one a line."""
    lines = [f"lantoa-loudspeaker-{kind}-1", topic, *(told.get(name, "") for name in _FIELDS[kind])]
    if any(isinstance(line, bool) or not isinstance(line, str | int) for line in lines):
        raise ValueError("neither text nor number")
    texts = [str(line) for line in lines]
    if any(re.search(r"[\x00-\x1f\x7f]", text) for text in texts):
        raise ValueError("a control character")
    return "\n".join(texts).encode()


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("a name stands twice")
    return dict(pairs)


def _stamp(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def _moment(text: str) -> datetime | None:
    with suppress(ValueError):
        found = datetime.fromisoformat(text)
        return found if found.tzinfo else None
    return None


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _raw(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
