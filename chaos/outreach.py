"""`make chaos-outreach`: everything goes wrong at once while a province is written to; afterwards both sides' books are
compared. The last line is one JSON object; the exit code is not 0 when a promise was broken. See docs/chaos.md."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chaos import placed
from chaos.clocks import Clock, NoFaketime, library
from chaos.cluster import Cluster
from chaos.doors import ADDRESSED, CONTROL
from chaos.fleet import Fleet
from chaos.forger import Forger
from chaos.ledger import addresses_in, deliveries, forgeries_stored, placements, proof, states
from chaos.mishaps import ALWAYS, CALM, FULL_AUDIENCE, HOUR, SMALL, Crash, Due, Jump, Kill, Storm, schedule, slots_for
from chaos.other_side import posts, refused_posts, taken
from chaos.verdict import OPEN, broken, judge, let_in, restless

TICK = 0.2
ROUNDS = 6
"""At most so many times two hours pass while what was put off is tried again."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the environment asks for: `SEED`, `CHAOS_SCALE` (1 is 100,000 people), `CHAOS_TEMPLATE`, `CHAOS_KEEP`."""

    seed: int
    audience: int
    template: str
    keep: bool

    @classmethod
    def read(cls) -> "Wishes":
        """Read them."""
        scale = float(os.environ.get("CHAOS_SCALE") or 1)
        return cls(
            seed=int(os.environ.get("SEED") or 171),
            audience=max(100, round(FULL_AUDIENCE * scale)),
            template=os.environ.get("CHAOS_TEMPLATE", ""),
            keep=bool(os.environ.get("CHAOS_KEEP")),
        )

    @property
    def small(self) -> bool:
        """Whether this is a run for the suite."""
        return self.audience < SMALL


@dataclass
class Run:
    """One run from the first row to the verdict."""

    wishes: Wishes
    folder: Path
    cluster: Cluster
    fleet: Fleet
    began: float = field(default_factory=time.monotonic)
    storms: int = 0
    longest_standstill: float = 0.0
    _calm: deque[tuple[float, str, dict[str, Any]]] = field(default_factory=deque)

    def say(self, words: str) -> None:
        """Progress for whoever watches."""
        print(f"{time.monotonic() - self.began:6.1f} s  {words}", flush=True)

    # Before

    def prepare(self) -> None:
        """Stand-ins and web beside each other, then people and broadcasts."""
        self.fleet.start_others(self.wishes.seed)
        self.say("the stand-ins answer")
        wish = (self.wishes.seed, self.wishes.audience, self.fleet.base, str(self.folder / "people.json"))
        subprocess.run([sys.executable, "-c", BUILD, *map(str, wish)], env=self.fleet.environment, check=True)
        self.fleet.until_web_answers()
        self.say(f"{self.wishes.audience} people and their outlets: {self._states()}")

    # During

    def storm(self) -> Forger:
        """Let everything happen that the seed has drawn; returns the forger with all that it told."""
        for slot, clock in enumerate(self.fleet.clocks):
            clock.set(0)
            self.fleet.start_worker(slot)
        forger = Forger(
            seed=self.wishes.seed, count=max(30, self.wishes.audience // 200), url=self.fleet.url,
            ledgers=self.fleet.ledgers, every=0.02 if self.wishes.small else 0.2, base=self.fleet.base,
        )  # fmt: skip
        forger.start()
        self._until_begun()
        network = sum(1 for channel, _value in self._addresses().values() if channel not in ("", "portal"))
        patience, before = (1.5 if self.wishes.small else 8.0), -1
        moved = struck = time.monotonic()
        due = deque(schedule(self.wishes.seed, self.wishes.audience))
        while due:
            time.sleep(TICK)
            now = sum(self.fleet.totals(name)["accepted"] for name in ADDRESSED)
            if now != before:
                before, moved = now, time.monotonic()
            self.longest_standstill = max(self.longest_standstill, time.monotonic() - moved)
            self._clear_up()
            self.fleet.revive()
            if now / network >= due[0].share or time.monotonic() - max(moved, struck) > patience:
                self._strike(due.popleft(), now, network)
                struck = time.monotonic()
        return forger

    def _until_begun(self) -> None:
        end = time.monotonic() + 60
        while not any(self.fleet.totals(name)["accepted"] for name in ADDRESSED) and time.monotonic() < end:
            time.sleep(TICK)
        self.say("the first messages are taken")

    def _strike(self, due: Due, now: int, network: int) -> None:
        time.sleep(due.pause)
        self.say(f"{now:>6} of {network} taken: {_named(due)}")
        match due.mishap:
            case Kill(slot):
                self.fleet.kill_worker(slot)
            case Crash(how, away):
                self.cluster.crash(how)
                time.sleep(away)
                self.cluster.start()
            case Jump(slot, seconds):
                self.fleet.jump(slot, seconds)
            case Storm(simulator, wishes, seconds):
                self.storms += 1
                self.fleet.behave(simulator, wishes)
                self._calm.append((time.monotonic() + seconds, simulator, wishes))

    def _clear_up(self, *, all_at_once: bool = False) -> None:
        """End the storms whose time is over."""
        for one in list(self._calm):
            until, simulator, wishes = one
            if all_at_once or until < time.monotonic():
                self._calm.remove(one)
                usual = USUAL | ALWAYS[simulator]
                self.fleet.behave(simulator, {name: usual[name] for name in wishes})

    # After

    def settle(self) -> None:
        """Fair weather until nothing moves, then hours pass by the clocks of workers and database."""
        self._clear_up(all_at_once=True)
        for name in CONTROL:
            self.fleet.behave(name, CALM)
        for clock in self.fleet.clocks:
            clock.set(0)
        self._until_still(quiet=4.0 if self.wishes.small else 12.0, longest=300.0)
        self.say(f"fair weather: {self._states()}")
        self._until_receipts_are_out()
        self.fleet.stop_workers()
        self.say("workers left in good order; hours pass")
        self._hours_pass()

    def _until_still(self, *, quiet: float, longest: float) -> None:
        end, moved, before = time.monotonic() + longest, time.monotonic(), None
        while time.monotonic() < end and time.monotonic() - moved < quiet:
            time.sleep(0.5)
            self.fleet.revive()
            now = self._states()
            if now != before:
                before, moved = now, time.monotonic()
            if not OPEN & {state.rpartition(" ")[2] for state in now} and "planned" not in " ".join(now):
                return

    def _until_receipts_are_out(self) -> None:
        end = time.monotonic() + 90
        while any(self.fleet.totals(name)["receipts_waiting"] for name in CONTROL) and time.monotonic() < end:
            time.sleep(0.2)

    def _hours_pass(self) -> None:
        clock = Clock(self.cluster.server.data.parent / "clock")
        clock.set(0)
        self.cluster.stop()
        self.cluster.start(clock)
        before: tuple[dict[str, int], int] | None = None
        for hour in range(2, 2 * ROUNDS + 1, 2):
            for one in (clock, *self.fleet.clocks):
                one.set(hour * HOUR)
            self.fleet.behave("loudspeaker", {"clock_off_s": hour * HOUR})
            for slot in range(1 if self.wishes.small else 2):
                self.fleet.start_worker(slot, "--drain")
            codes = self.fleet.wait_for_workers(600)
            self.fleet.died += sum(code != 0 for code in codes)
            self._until_receipts_are_out()
            with self.cluster.connect() as database:
                rows, at_outlets = deliveries(database), placements(database)
            left = sum(map(restless, rows)) + sum(map(placed.restless, at_outlets))
            tried = sum(row.attempts for row in rows) + sum(row.attempts for row in at_outlets)
            now = self._states(), tried
            self.say(f"{hour} hours later: {now[0]}, {left} not at rest")
            if now == before:
                break
            before = now
        self._hear_devices()

    def _hear_devices(self) -> None:
        """What devices still say is heard by workers that stay; `--drain` does not wait for them."""
        if not self._placements_wait():
            return
        self.fleet.start_worker(0)
        end = time.monotonic() + 60
        while self._placements_wait() and time.monotonic() < end:
            time.sleep(0.5)
        self.say(f"devices were heard: {self._states()}")
        self.fleet.stop_workers()

    def _placements_wait(self) -> bool:
        with self.cluster.connect() as database:
            return any(map(placed.restless, placements(database)))

    def verdict(self, forger: Forger) -> dict[str, Any]:
        """Compare both books and count every promise."""
        self._until_receipts_are_out()
        with self.cluster.connect() as database:
            rows, at_outlets, stored = deliveries(database), placements(database), forgeries_stored(database)
        proven = proof(self.fleet.environment)
        people = self._addresses()
        other = taken(self.fleet.ledgers, self.wishes.seed, people, rows)
        compared = judge(rows, people, other, forger.told, stored + len(let_in(forger.told)))
        seen = posts(self.fleet.book)
        met = placed.judge(at_outlets, seen, refused_posts(at_outlets, self.wishes.seed))
        found: dict[str, Any] = {
            "seed": self.wishes.seed, "audience": proven["audience"], "sum_states": proven["sum_states"],
            "balanced": proven["balanced"], "states": proven["states"], **compared, **met,
            "forged_sent": len(forger.told), "forged_at": dict(Counter(one.channel for one in forger.told)),
            "sigkills": self.fleet.sigkills, "postgres_crashes": self.cluster.crashes, "clock_jumps": self.fleet.jumps,
            "storms": self.storms, "workers_died": self.fleet.died,
            "longest_standstill": round(self.longest_standstill, 1),
        }  # fmt: skip
        return {**found, "broken": broken(found, placed.BROKEN_IF), "seconds": round(time.monotonic() - self.began, 1)}

    def _states(self) -> dict[str, int]:
        """Deliveries by state, and placements by kind and state."""
        with self.cluster.connect() as database:
            tally = placed.tally(placements(database))
            at_outlets = {f"{kind} {state}": count for kind, own in tally.items() for state, count in own.items()}
            return states(database) | at_outlets

    def _addresses(self) -> dict[int, tuple[str, str]]:
        return addresses_in(self.folder / "people.json")


BUILD = """
import sys
from pathlib import Path
import django
django.setup()
from chaos.province import build
build(seed=int(sys.argv[1]), audience=int(sys.argv[2]), base=int(sys.argv[3]), target=Path(sys.argv[4]))
"""
USUAL: dict[str, Any] = {
    "drop": 0.0, "error": 0.0, "error_after": 0.0, "garbage": 0.0, "dribble": 0.0, "throttle": 0.0,
    "throttle_by_status": False, "retry_after": 1, "slow_ms": 0, "receipt_repeat": 1, "receipt_shuffle": False,
    "receipt_hold": False, "receipt_delay_ms": 0,
}  # fmt: skip


def _named(due: Due) -> str:
    match due.mishap:
        case Kill(slot):
            return f"SIGKILL worker {slot}"
        case Crash(how, _away):
            return f"PostgreSQL down ({how})"
        case Jump(slot, seconds):
            return f"clock of worker {slot} {seconds:+d} s"
        case Storm(simulator, wishes, seconds):
            return f"{simulator} for {seconds:.1f} s: {json.dumps(wishes)}"


def run(wishes: Wishes, folder: Path) -> dict[str, Any]:
    """One whole run in a scratch folder; nothing stays behind."""
    (folder / "logs").mkdir()
    os.environ["LANTOA_HOME"] = str(folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lantoa.config.settings")
    cluster = Cluster()
    fleet: Fleet | None = None
    try:
        cluster.make()
        cluster.start()
        fleet = Fleet(
            folder, database=cluster.url, lease=4.0 if wishes.small else 5.0, slots=slots_for(wishes.audience)
        )
        if wishes.template:
            cluster.load(wishes.template)
        else:
            subprocess.run([sys.executable, "-m", "lantoa", "migrate", "-v0"], env=fleet.environment, check=True)
        this = Run(wishes, folder, cluster, fleet)
        this.prepare()
        forger = this.storm()
        this.settle()
        forger.end()
        return this.verdict(forger)
    finally:
        if fleet is not None:
            fleet.stop()
        cluster.remove()


def main() -> int:
    """Run once and say the verdict."""
    wishes = Wishes.read()
    try:
        library()
    except NoFaketime as missing:
        print(missing, file=sys.stderr)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    folder = Path(tempfile.mkdtemp(prefix="lantoa-chaos-"))
    folder.chmod(0o755)  # the database's own user reads nothing here but may pass
    verdict: dict[str, Any] = {}
    try:
        verdict = run(wishes, folder)
    finally:
        if wishes.keep or not verdict or verdict["broken"]:
            print(f"logs and ledgers are kept in {folder}", file=sys.stderr)
        else:
            shutil.rmtree(folder)
    print(json.dumps(verdict))
    return 1 if verdict["broken"] else 0


if __name__ == "__main__":
    sys.exit(main())
