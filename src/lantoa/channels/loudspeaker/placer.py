"""Commands to devices over MQTT 5, QoS 1: the broker's PUBACK means taken, the device's own word means played.

A repeat carries the same msg_id, which the device drops: a placing in doubt is published again.
"""

import asyncio
import hashlib
import secrets as random
import ssl
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

import aiomqtt
from django.utils.translation import gettext_noop as _
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    Rejected,
    Retry,
    Secrets,
    SendProblem,
    Settings,
    Throttled,
    Unknown,
    explain,
)
from lantoa.channels.placing import Place, Placer, Placing, Priority, PublicCapability
from lantoa.kernel.clock import WorkingCalendar

from .broker import BrokerClient, NotSent, Silence, client_for
from .capability import CAPABILITY
from .programme import TOO_LATE, Choose, start_of
from .protocol import Address, Op, moment_text, read, sealed
from .station import Station, station

GOOD_FOR = timedelta(hours=24)
"""How long after its time a message may still be played, where nobody said."""
KEPT_SECONDS = 5.0
"""How long the broker may take to hand out what it keeps."""
NO_DEVICE_YET = timedelta(minutes=1)
REMEMBERED = timedelta(days=31)
"""How far ahead a command may expire: a device remembers it so long."""
NOT_KEPT = _("the approved recording is not there any more")
NO_VOICE = _("the voice could not speak these words")
_TAKEN, _NOBODY, _NOT_ALLOWED, _QUOTA = 0x00, 0x10, 0x87, 0x97
_OURS = frozenset({0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C})
"""CONNACK reasons that a person must put right: version, client, password, rights, ban, method (MQTT 5.0, §3.2.2.2)."""


@dataclass(frozen=True, slots=True)
class Track:
    """Sound for one message: where a device fetches it and what it must be."""

    url: str
    sha256: str


type FindTrack = Callable[[Placing, datetime], Awaitable[Track | None]]
"""The sound for a placing, good until a moment; None where there is none."""
type FindCalendar = Callable[[], Awaitable[WorkingCalendar]]
type Keep = Callable[[str, datetime, Choose], Awaitable[datetime]]
"""`programme.keep_start`, outside the loop."""


class LoudspeakerPlacer(Placer):
    """Publishes to one broker over one connection that is made when it is needed."""

    capability: ClassVar[PublicCapability] = CAPABILITY

    def __init__(
        self, settings: Settings, secrets: Secrets, *, track: FindTrack, calendar: FindCalendar, keep: Keep
    ) -> None:
        self._settings, self._secrets = settings, secrets
        self._track, self._calendar, self._keep = track, calendar, keep
        self._stack: AsyncExitStack | None = None
        self._client: BrokerClient | None = None
        self._connecting = asyncio.Lock()

    async def close(self) -> None:
        """Say good-bye to the broker."""
        stack, self._stack, self._client = self._stack, None, None
        if stack is not None:
            await _left(stack)

    async def place(self, placing: Placing) -> Accepted:
        """Tell the device to play at its time; ``provider_id`` is the key, by which the device answers."""
        where, now = self._where(placing), self.now()
        start = await self._start(placing, where, now)
        expires = placing.expires_at or start + GOOD_FOR
        if expires <= start:
            raise Rejected(TOO_LATE)
        if expires > now + REMEMBERED:
            raise Rejected(_("a station takes a message at most 31 days ahead"))
        track = await self._track(placing, expires)
        if track is None:
            raise Rejected(_("there is no recording of these words"))
        command = {
            "msg_id": placing.key,
            "op": Op.PLAY.value,
            "url": track.url,
            "sha256": track.sha256,
            "start_at": moment_text(start),
            "expires_at": moment_text(expires),
            "volume": "" if where.volume is None else where.volume,
            "priority": placing.priority.value,
        }
        await self._put(where, command, expires - now)
        return Accepted(placing.key)

    async def withdraw(self, placing: Placing, provider_id: str) -> None:
        """Have the device stop or forget the message; a second call is dropped by it like any repeat."""
        where, until = self._where(placing), placing.expires_at or self.now() + GOOD_FOR
        stop = hashlib.sha256(placing.key.encode()).hexdigest()[:32]
        command = {
            "msg_id": f"stop-{stop}",
            "op": Op.STOP.value,
            "target": placing.key,
            "expires_at": moment_text(until),
            "priority": Priority.URGENT.value,
        }
        await self._put(where, command, until - self.now())

    async def try_out(self, typed: str) -> None:
        """Hear a device's last word, which the broker keeps, and tell it to stop a message that does not exist.

        That proves the way in, the right to publish and the key, and no loudspeaker sounds. ``typed`` is
        ``commune/device``.
        """
        commune, _slash, device = typed.strip().partition("/")
        try:
            where = Address(str(self._settings.get("province", "")), commune, device)
        except ValueError as error:
            raise Rejected(_("write commune and device with a stroke between them")) from error
        place = Place(name="", settings={"commune": commune, "device": device})
        nothing = Placing(key=f"test-{random.token_hex(16)}", place=place, title="", text="")
        state = await self._last_word(where.topic("status"))
        if not state:
            raise Rejected(_("the broker keeps no word of this device"))
        await self.withdraw(nothing, "")
        if state != "online":
            raise Rejected(_("the device is off or not connected"))

    async def _last_word(self, topic: str) -> str:
        """Return the state that the broker keeps for a device; "" where it keeps none."""
        client = await self._connected()
        try:
            await client.subscribe(topic, 1)
            async with asyncio.timeout(KEPT_SECONDS):
                async for message in client.messages:
                    client.acknowledge(message)
                    payload = message.payload if isinstance(message.payload, bytes) else b""
                    return str(read(payload).get("state", ""))
        except TimeoutError:
            return ""
        except ValueError:
            raise Unknown(_("the answer cannot be read")) from None
        except aiomqtt.MqttError as error:
            raise Retry(explain(_("no connection"), detail=str(error)[:100])) from error
        return ""

    def _where(self, placing: Placing) -> Station:
        try:
            where = station(placing.place.settings, str(self._settings.get("province", "")))
        except ValueError as error:
            raise Rejected(_("the station's settings are incomplete")) from error
        if where.address is None:
            raise Rejected(_("this station has no device: its people take the package"))
        return where

    async def _start(self, placing: Placing, where: Station, now: datetime) -> datetime:
        """Return its start in the station's programme, kept before the device is told; what is urgent never waits."""
        calendar = await self._calendar()
        return await self._keep(
            placing.key, now, lambda seats: start_of(placing, seats, where.timetable, now=now, calendar=calendar)
        )

    async def _put(self, where: Station, command: dict[str, Any], lasts: timedelta) -> None:
        assert where.address is not None
        topic = where.address.topic("cmd")
        try:
            payload = sealed("cmd", topic, command, self._secrets.get("signing_key", ""))
        except ValueError as error:
            raise AccountProblem(_("the key that signs commands is missing or broken")) from error
        properties = Properties(PacketTypes.PUBLISH)
        properties.MessageExpiryInterval = max(1, int(lasts.total_seconds()))
        properties.ContentType = "application/json"
        try:
            code = await (await self._connected()).put(topic, payload, properties=properties)
        except NotSent as error:
            raise Retry(explain(_("no connection"), detail=str(error))) from error
        except Silence as error:
            await self.close()  # a connection that says nothing is not asked again
            raise Unknown(explain(_("no answer"), detail=str(error))) from error
        if code != _TAKEN:
            raise problem_of(code)

    async def _connected(self) -> BrokerClient:
        """Return the connection, made anew when it has gone; raises Retry or AccountProblem."""
        async with self._connecting:
            if self._client is not None and not self._client.lost:
                return self._client
            await self.close()
            stack = AsyncExitStack()
            try:
                client = client_for(self._settings, self._secrets, identifier=f"lantoa-{random.token_hex(8)}")
                await stack.enter_async_context(client)
            except (aiomqtt.MqttError, OSError, ValueError) as error:
                raise unconnected(error) from error
            self._stack, self._client = stack, client
            return client


async def _left(stack: AsyncExitStack) -> None:
    try:
        await stack.aclose()
    except aiomqtt.MqttError:
        return  # the broker went first


def problem_of(code: int) -> SendProblem:
    """Return what a PUBACK's reason other than success means; none of them took the message."""
    shown = f"MQTT 0x{code:02x}"
    if code == _NOBODY:
        return Retry(explain(_("the device has never connected"), code=shown), after=NO_DEVICE_YET)
    if code == _NOT_ALLOWED:
        return AccountProblem(explain(_("this user may not publish to the station"), code=shown))
    if code == _QUOTA:
        return Throttled(explain(_("too many messages at once"), code=shown))
    return Retry(explain(_("the broker did not take it"), code=shown))


def unconnected(error: Exception) -> SendProblem:
    """Return what a connection that did not come about means."""
    cause = error.__cause__ or error.__context__
    if isinstance(error, ssl.SSLError) or isinstance(cause, ssl.SSLError):
        return AccountProblem(_("the broker's certificate is not trusted"))
    reason = getattr(error, "rc", None)
    code = int(getattr(reason, "value", 0) or 0)
    if code in _OURS:
        return AccountProblem(
            explain(_("the broker refuses us: check user name and password"), code=f"MQTT 0x{code:02x}")
        )
    if isinstance(error, ValueError):
        return AccountProblem(_("the broker's address or certificate is not usable"))
    return Retry(explain(_("no connection"), detail=str(error)[:100]))
