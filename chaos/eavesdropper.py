"""One who knows a device's password at the broker, but not its key: hears every command and answers in its name."""

import threading
import time
from random import Random
from typing import Any

import paho.mqtt.client as mqtt
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from paho.mqtt.enums import CallbackAPIVersion

from chaos.lies import MARK
from chaos.speakers import PASSWORD, name_of, topic_of
from chaos.verdict import Forgery
from lantoa.simulators.speaker.wire import sealed

KINDS = ("wrong_key", "unsigned", "other_topic")


class Eavesdropper:
    """Sits at one device's topics; for each command it says at once that it was played, or that it failed, and that
    the device is off."""

    def __init__(self, *, seed: int, number: int, port: int, told: list[Forgery]) -> None:
        self._topic, self._chance = topic_of(number), Random(f"eavesdropper:{seed}:{number}")
        self._key, self._told, self._lock = Ed25519PrivateKey.generate(), told, threading.Lock()
        self._client = mqtt.Client(CallbackAPIVersion.VERSION2, client_id=f"ear-{number}")
        self._client.username_pw_set(name_of(number), PASSWORD)
        self._client.on_connect = self._listen
        self._client.on_message = self._lie
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def end(self) -> None:
        """Hang up."""
        self._client.disconnect()
        self._client.loop_stop()

    def _listen(self, client: mqtt.Client, *_told: Any) -> None:
        client.subscribe(f"{self._topic}/cmd", qos=1)

    def _lie(self, client: mqtt.Client, _data: Any, message: mqtt.MQTTMessage) -> None:
        begin = message.payload.find(b'"msg_id":"') + len(b'"msg_id":"')
        key = message.payload[begin : message.payload.find(b'"', begin)].decode()
        event = self._chance.choice(["finished", "failed"])
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        words = {
            "ack": {"msg_id": key, "event": event, "at": at, "seconds": 4, "error": MARK},
            "status": {"state": "offline", "at": at, "volume": 0, "firmware": MARK},
        }
        for kind, told in words.items():
            how = self._chance.choice(KINDS)
            client.publish(f"{self._topic}/{kind}", self._sealed(how, kind, told), qos=1)
            with self._lock:
                self._told.append(Forgery(how, "loudspeaker", key, frozenset({event}), 0))

    def _sealed(self, how: str, kind: str, told: dict[str, Any]) -> bytes:
        payload = sealed(kind, "96/32000/loa-0" if how == "other_topic" else self._topic, told, self._key)
        return payload.replace(b'"sig"', b'"gis"') if how == "unsigned" else payload
