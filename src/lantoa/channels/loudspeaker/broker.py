"""A connection to the MQTT 5 broker, with the two things that the library keeps to itself.

``aiomqtt`` 2 acknowledges a message as soon as it is in memory and does not tell why a broker refused a publication;
we acknowledge what is stored, and read the reason code of the PUBACK (MQTT 5.0, §3.4.2.1).
"""

import asyncio
import ssl
from typing import Any

import aiomqtt
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from lantoa.channels.contract import Secrets, Settings

CONNECT_SECONDS = 10.0
PUBACK_SECONDS = 20.0


class Silence(Exception):
    """The publication left, and no PUBACK came."""


class NotSent(Exception):
    """The publication never left."""


class BrokerClient(aiomqtt.Client):
    """A client that acknowledges by hand and tells the reason code of a publication."""

    def __init__(self, hostname: str, **options: Any) -> None:
        super().__init__(hostname, **options)
        self._client.manual_ack_set(on=True)
        self._reasons: dict[int, asyncio.Future[int]] = {}

    @property
    def lost(self) -> bool:
        """Whether the connection has gone; why is taken note of, so that nobody reports it as unheard."""
        gone = self._disconnected.done()
        if gone:
            self._disconnected.exception()
        return gone

    async def put(self, topic: str, payload: bytes, *, properties: Properties | None = None) -> int:
        """Publish with QoS 1 and return the PUBACK's reason code; raises NotSent or Silence."""
        if self.lost:
            raise NotSent("the connection has gone")
        info = self._client.publish(topic, payload, 1, retain=False, properties=properties)
        if info.rc != 0:
            raise NotSent(f"MQTT error {int(info.rc)}")
        answer = self._reasons[info.mid] = self._loop.create_future()
        try:
            await asyncio.wait(
                (answer, self._disconnected), timeout=PUBACK_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            if not answer.done():
                raise Silence("the connection broke" if self.lost else "no PUBACK in time")
            return int(answer.result())
        finally:
            self._reasons.pop(info.mid, None)

    def acknowledge(self, message: aiomqtt.Message) -> None:
        """Tell the broker that this message is in good hands."""
        self._client.ack(message.mid, message.qos)

    def _on_publish(self, client: Any, userdata: Any, mid: int, reason_code: Any, properties: Any) -> None:
        waiting = self._reasons.get(mid)
        if waiting is not None and not waiting.done():
            waiting.set_result(int(reason_code.value))
        super()._on_publish(client, userdata, mid, reason_code, properties)


def client_for(settings: Settings, secrets: Secrets, *, identifier: str, keep_days: int = 0) -> BrokerClient:
    """Return a client for an account's broker, not yet connected; ``keep_days`` of a session that outlives it."""
    properties = Properties(PacketTypes.CONNECT)
    properties.SessionExpiryInterval = keep_days * 86_400
    properties.ReceiveMaximum = 200
    return BrokerClient(
        str(settings.get("host", "")),
        port=int(settings.get("port") or 8883),
        username=str(settings.get("username") or "") or None,
        password=secrets.get("password") or None,
        identifier=identifier,
        protocol=aiomqtt.ProtocolVersion.V5,
        clean_start=not keep_days,
        properties=properties,
        keepalive=30,
        timeout=CONNECT_SECONDS,
        tls_context=_tls(settings),
    )


def _tls(settings: Settings) -> ssl.SSLContext | None:
    if settings.get("security", "tls") == "none":
        return None
    return ssl.create_default_context(cadata=str(settings.get("ca") or "") or None)
