"""The processes of a run: stand-ins that survive, web, and workers that do not."""

import ctypes
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

from chaos.clocks import Clock
from chaos.doors import CONTROL, LAST, TOGETHER, WEB, WITH_BROKER
from chaos.mishaps import ALWAYS
from lantoa.channels.loudspeaker.keys import new_private, public_of
from lantoa.config.loop.processes import answers, is_free

READY = 60.0


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(1, signal.SIGTERM)


class Fleet:
    """Starts, kills and ends the processes of one scratch installation."""

    def __init__(self, folder: Path, *, database: str, lease: float, slots: int) -> None:
        self.folder, self.lease = folder, lease
        self.base = _free_base()
        self.ledgers = folder / "ledgers"
        self.ledgers.mkdir()
        self.url = f"http://127.0.0.1:{self.base + WEB}"
        self.speaker_key = new_private()
        self.environment = {
            **os.environ,
            "DATABASE_URL": database,
            "LANTOA_BASE_URL": self.url,
            "CHAOS_SPEAKER_KEY": self.speaker_key,
            "PYTHONFAULTHANDLER": "1",
        }
        self.clocks = [Clock(folder / f"clock-{slot}") for slot in range(slots)]
        self.workers: list[subprocess.Popen[bytes] | None] = [None] * slots
        self.sigkills = self.jumps = self.died = 0
        self._others: list[subprocess.Popen[bytes]] = []

    # Stand-ins and web

    def start_others(self, seed: int) -> None:
        """Start stand-ins and web; returns when the stand-ins answer."""
        hook = f"{self.url}/webhook/zalo/zalo/"
        for names in TOGETHER:
            arguments = ["-m", "chaos.simulator", ",".join(names), str(self.base), str(self.ledgers), hook]
            self._others.append(self._start(names[0], arguments))
        if WITH_BROKER:
            arguments = ["-m", "chaos.speakers", str(self.base), str(self.ledgers), public_of(self.speaker_key)]
            self._others.append(self._start("speakers", arguments))
        serve = ["-m", "lantoa", "serve", "--port", str(self.base + WEB), "--workers", "1"]
        self._others.append(self._start("web", serve))
        for name in CONTROL:
            for address in self._controls(name):
                self._until_answers(f"{address}/_ledger")
            self.behave(name, {"seed": seed, **ALWAYS[name]})

    def until_web_answers(self) -> None:
        """Wait for the webhooks."""
        self._until_answers(f"{self.url}/webhook/sms/sms/")

    def behave(self, simulator: str, wishes: Mapping[str, Any]) -> None:
        """Tell a stand-in (of loudspeakers: all of them) how to behave."""
        for address in self._controls(simulator):
            urlopen(Request(f"{address}/_behave", json.dumps(dict(wishes)).encode()), timeout=60).close()

    def totals(self, simulator: str) -> Counter[str]:
        """What a stand-in has taken so far."""
        found: Counter[str] = Counter()
        for book in self._books(simulator):
            found.update({name: count for name, count in book.items() if isinstance(count, int)})
        return found

    def book(self, simulator: str) -> list[dict[str, Any]]:
        """All that a stand-in has taken, message by message."""
        return [entry for book in self._books(simulator, "?full=1") for entry in book["messages"]]

    def _books(self, simulator: str, query: str = "") -> Iterator[dict[str, Any]]:
        for address in self._controls(simulator):
            with urlopen(f"{address}/_ledger{query}", timeout=60) as reply:
                yield json.load(reply)

    def _controls(self, simulator: str) -> list[str]:
        return [f"http://127.0.0.1:{self.base + port}" for port in CONTROL.get(simulator, ())]

    # Workers

    def start_worker(self, slot: int, *options: str) -> None:
        """Start the worker of a slot, by that slot's clock."""
        arguments = ["-m", "lantoa", "work", "--lease", str(self.lease), *options]
        self.workers[slot] = self._start(f"worker-{slot}", arguments, self.clocks[slot].environment)

    def kill_worker(self, slot: int) -> None:
        """SIGKILL, and a new one at once."""
        worker = self.workers[slot]
        if worker is not None and worker.poll() is None:
            worker.kill()
            worker.wait()
            self.sigkills += 1
        self.start_worker(slot)

    def jump(self, slot: int, seconds: int) -> None:
        """Set a slot's wall clock off."""
        self.clocks[slot].set(seconds)
        self.jumps += 1

    def revive(self) -> None:
        """Start again whatever ended without being told to; each is counted."""
        for slot, worker in enumerate(self.workers):
            if worker is not None and worker.poll() is not None:
                self.died += 1
                self.start_worker(slot)

    def stop_workers(self) -> None:
        """SIGTERM, as at the end of a day; one that does not leave in good order is counted as died.

        A process so young that it does not listen yet simply ends.
        """
        for worker in self.workers:
            if worker is not None:
                worker.terminate()
        self.died += sum(code not in (0, -signal.SIGTERM) for code in self.wait_for_workers(60))

    def wait_for_workers(self, seconds: float) -> list[int]:
        """Wait until all workers have left by themselves; those that stay are killed, and say in their log where they
        stood. Returns their exit codes."""
        end, codes = time.monotonic() + seconds, []
        for slot, worker in enumerate(self.workers):
            if worker is None:
                continue
            try:
                codes.append(worker.wait(max(0.1, end - time.monotonic())))
            except subprocess.TimeoutExpired:
                worker.send_signal(signal.SIGABRT)
                codes.append(worker.wait())
            self.workers[slot] = None
        return codes

    def stop(self) -> None:
        """End everything."""
        running = [one for one in (*self.workers, *self._others) if one is not None]
        for process in running:
            process.terminate()
        for process in running:
            with suppress(subprocess.TimeoutExpired):
                process.wait(15)
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self._others.clear()
        self.workers = [None] * len(self.clocks)

    def _start(
        self, name: str, arguments: Sequence[str], more: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        with (self.folder / "logs" / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                [sys.executable, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**self.environment, **(more or {})},
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  (the forger's thread never forks)
            )

    def _until_answers(self, address: str) -> None:
        end = time.monotonic() + READY
        while not answers(address):
            if time.monotonic() > end:
                raise TimeoutError(f"{address} did not answer; see {self.folder / 'logs'}")
            time.sleep(0.1)


def _free_base() -> int:
    """Ports in a row that nobody uses; drawn, so that runs beside each other do not choose the same."""
    while True:
        base = secrets.choice(range(20_000, 30_000, 50))
        if all(is_free(base + place) for place in range(LAST + 1)):
            return base
