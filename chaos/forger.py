"""Receipts that are lies: sent to the real webhooks while the true ones arrive, each saying what no provider says."""

import hashlib
import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from chaos.doors import CALLBACK_SECRET, OTHER_SECRETS
from chaos.mishaps import ALWAYS
from lantoa.simulators.behaviour import Behaviour
from lantoa.simulators.zalo import ZaloSimulator

GENUINE = frozenset({"from_other", "unknown"})
"""Kinds whose sender proves who it is: kept at the door, and yet they may move nothing of ours."""
KINDS = {
    "zalo": ("unsigned", "wrong_secret", "changed_body", "other_account", "stale", "from_other", "unknown"),
    "sms": ("no_secret", "wrong_secret", "other_account", "from_other", "unknown"),
}
MARK = "forged"
"""Stands in every forged request, so that one that was stored is found."""


@dataclass(frozen=True, slots=True)
class Forgery:
    """One lie told: its kind, whom it is about, which states it would bring, and how the door answered."""

    kind: str
    channel: str
    address: str
    says: frozenset[str]
    status: int


class Forger(threading.Thread):
    """Tells `count` lies, evenly, until told to stop."""

    def __init__(self, *, seed: int, count: int, url: str, ledgers: Path, every: float) -> None:
        super().__init__(daemon=True)
        self.told: list[Forgery] = []
        self._chance = Random(f"forger:{seed}")
        self._count, self._url, self._every = count, url, every
        self._victims = {
            channel: Victims(ledgers / f"{channel}.jsonl", Behaviour(seed=seed).changed(ALWAYS[channel]), says)
            for channel, says in (("zalo", "seen"), ("sms", "undelivered"))
        }
        self._over = threading.Event()
        self._zalo = {
            name: ZaloSimulator(oa_secret=secret)
            for name, secret in (("ours", "demo-oa-secret"), ("other", OTHER_SECRETS["zalo"]), ("nobody", "guessed"))
        }

    def end(self) -> None:
        """Stop lying."""
        self._over.set()
        self.join(30)

    def run(self) -> None:
        """Lie."""
        while len(self.told) < self._count and not self._over.wait(self._every):
            channel = self._chance.choice(list(KINDS))
            victim = self._victims[channel].draw(self._chance)
            if victim is not None:
                kind = self._chance.choice(KINDS[channel])
                request = (self._by_zalo if channel == "zalo" else self._by_sms)(kind, victim)
                says = {"zalo": {"read"}, "sms": {"delivered", "read"}}[channel] if kind != "unknown" else set()
                self.told.append(Forgery(kind, channel, victim["address"], frozenset(says), _status(request)))

    def _by_zalo(self, kind: str, victim: dict[str, Any]) -> Request:
        about = "msg-of-nobody" if kind == "unknown" else victim["provider_id"]
        event = {
            "event_name": "user_seen_message", "message": {"msg_ids": [about]}, "sender": {"id": "4171000000000000001"},
            "recipient": {"id": victim["address"]}, MARK: f"{len(self.told)}",
        }  # fmt: skip
        signer = {"wrong_secret": "nobody", "other_account": "other", "from_other": "other"}.get(kind, "ours")
        body, headers = self._zalo[signer].signed(event)
        if kind == "unsigned":
            headers.pop("X-ZEvent-Signature")
        elif kind == "changed_body":
            harmless, headers = self._zalo["ours"].signed({**event, "event_name": "user_received_message"})
            body = harmless.replace(b"user_received_message", b"user_seen_message")
        elif kind == "stale":
            body, headers = _signed_yesterday(self._zalo["ours"], event)
        account = "zalo-other" if kind == "from_other" else "zalo"
        return Request(f"{self._url}/webhook/zalo/{account}/", body, headers)

    def _by_sms(self, kind: str, victim: dict[str, Any]) -> Request:
        key, sms_id = victim["accepted"], victim["provider_id"]
        if kind == "unknown":
            key, sms_id = "0123456789abcdef-1-0", "sms-of-nobody"
        report = {"SMSID": sms_id, "RequestId": key, "SendSuccess": "1", "SendFailed": "0", MARK: len(self.told)}
        account = "sms-other" if kind == "from_other" else "sms"
        secret = {
            "no_secret": "", "wrong_secret": "guessed/", "unknown": f"{CALLBACK_SECRET}/",
        }.get(kind, f"{OTHER_SECRETS['sms']}/")  # fmt: skip
        return Request(f"{self._url}/webhook/sms/{account}/{secret}?{urlencode(report)}")


class Victims:
    """Messages really accepted of which the provider will never say what the forger says."""

    def __init__(self, ledger: Path, behaviour: Behaviour, rate: str) -> None:
        self._ledger, self._behaviour, self._rate = ledger, behaviour, rate
        self._read = 0
        self._found: list[dict[str, Any]] = []

    def draw(self, chance: Random) -> dict[str, Any] | None:
        """One of them, or None while there is none."""
        self._look()
        return chance.choice(self._found) if self._found else None

    def _look(self) -> None:
        if not self._ledger.exists():
            return
        with self._ledger.open("rb") as file:
            file.seek(self._read)
            lines = file.read()
        whole = lines[: lines.rfind(b"\n") + 1]
        self._read += len(whole)
        self._found += [one for one in map(json.loads, whole.splitlines()) if "accepted" in one and self._fits(one)]

    def _fits(self, one: dict[str, Any]) -> bool:
        happens = self._behaviour.happens(self._rate, getattr(self._behaviour, self._rate), one["accepted"])
        return happens == (self._rate == "undelivered")


def _signed_yesterday(zalo: ZaloSimulator, event: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    stamp = str(int((time.time() - 86_400) * 1000))
    body = json.dumps({"app_id": zalo.app_id, **event, "timestamp": stamp}).encode()
    mac = hashlib.sha256(zalo.app_id.encode() + body + stamp.encode() + zalo.oa_secret.encode()).hexdigest()
    return body, {"X-ZEvent-Signature": f"mac={mac}", "X-ZEvent-Timestamp": stamp}


def _status(request: Request) -> int:
    try:
        with urlopen(request, timeout=10) as reply:
            return int(reply.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0  # nobody there: PostgreSQL or web is just coming back
