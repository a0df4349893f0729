"""Lies told to the real doors while the true receipts arrive, each saying what no provider says."""

import json
import threading
from collections import Counter
from itertools import cycle
from pathlib import Path
from random import Random
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from chaos.doors import BROKER, SPEAKERS, WITH_BROKER
from chaos.eavesdropper import Eavesdropper
from chaos.lies import KINDS, SAYS, request
from chaos.mishaps import ALWAYS
from chaos.verdict import Forgery
from lantoa.simulators.behaviour import Behaviour

VICTIMS = {
    "zalo": ("zalo", "msg-", "seen"), "zbs": ("zalo", "zbs-", ""), "sms": ("sms", "", "undelivered"),
    "short_code": ("sms", "", ""), "telegram": ("telegram", "", ""), "facebook": ("sms", "", ""),
}  # fmt: skip
"""In whose book whoever is lied about stands, how their messages are numbered there, and by which rate the provider
will never say the same."""


class Forger(threading.Thread):
    """Tells `count` lies by HTTP, evenly, until told to stop; and by MQTT one for every command."""

    def __init__(self, *, seed: int, count: int, url: str, ledgers: Path, every: float, base: int) -> None:
        super().__init__(daemon=True)
        self.told: list[Forgery] = []
        self._chance = Random(f"forger:{seed}")
        self._count, self._url, self._every = count, url, every
        self._victims = {
            channel: Victims(ledgers / f"{name}.jsonl", Behaviour(seed=seed).changed(ALWAYS[name]), numbered, says)
            for channel, (name, numbered, says) in VICTIMS.items()
        }
        self._over = threading.Event()
        self._ears = [
            Eavesdropper(seed=seed, number=number, port=base + BROKER, told=self.told)
            for number in range(len(SPEAKERS) if WITH_BROKER else 0)
        ]

    def end(self) -> None:
        """Stop lying."""
        self._over.set()
        self.join(30)
        for ear in self._ears:
            ear.end()

    def run(self) -> None:
        """Lie: at every door in turn, at each the same number, as soon as somebody was written to."""
        each = -(-self._count // len(KINDS))
        at: Counter[str] = Counter()
        for channel in cycle(KINDS):
            if min(at[one] for one in KINDS) >= each or self._over.wait(self._every):
                return
            if at[channel] >= each:
                continue
            kinds, last = KINDS[channel], all(at[one] >= each for one in KINDS if one != channel)
            victim = self._victims[channel].draw(self._chance)
            if victim is None and last and "unknown" in kinds:  # nobody fits in a small book: then about nobody
                kinds, victim = ("unknown",), self._victims[channel].anybody(self._chance)
            if victim is not None:
                kind = self._chance.choice(kinds)
                answer = _status(request(channel, kind, victim, self._url, at.total()))
                says = frozenset(SAYS.get(channel, ())) if kind != "unknown" else frozenset[str]()
                self.told.append(Forgery(kind, channel, victim["address"], says, answer))
                at[channel] += 1


class Victims:
    """Messages really accepted of which the provider will never say what the forger says."""

    def __init__(self, ledger: Path, behaviour: Behaviour, numbered: str, rate: str) -> None:
        self._ledger, self._behaviour, self._numbered, self._rate = ledger, behaviour, numbered, rate
        self._read = 0
        self._known: list[dict[str, Any]] = []
        self._found: list[dict[str, Any]] = []

    def draw(self, chance: Random) -> dict[str, Any] | None:
        """One of them, or None while there is none."""
        self._look()
        return chance.choice(self._found) if self._found else None

    def anybody(self, chance: Random) -> dict[str, Any] | None:
        """One message that was accepted, whatever the provider will say of it."""
        return chance.choice(self._known) if self._known else None

    def _look(self) -> None:
        if not self._ledger.exists():
            return
        with self._ledger.open("rb") as file:
            file.seek(self._read)
            lines = file.read()
        whole = lines[: lines.rfind(b"\n") + 1]
        self._read += len(whole)
        new = [one for one in map(json.loads, whole.splitlines()) if "accepted" in one]
        new = [one for one in new if one["provider_id"].startswith(self._numbered)]
        self._known += new
        self._found += filter(self._fits, new)

    def _fits(self, one: dict[str, Any]) -> bool:
        if not self._rate:
            return True
        happens = self._behaviour.happens(self._rate, getattr(self._behaviour, self._rate), one["accepted"])
        return happens == (self._rate == "undelivered")


def _status(request: Request) -> int:
    try:
        with urlopen(request, timeout=10) as reply:
            return int(reply.status)
    except HTTPError as error:
        return error.code
    except OSError:
        return 0  # nobody there: PostgreSQL or web is just coming back
