"""What every measure needs: the cluster, the sink, sizes, and the one way our own worker is run and checked."""

import inspect
import json
import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import people
from bench.cluster import SERVER, SETTINGS, Cluster, cluster
from bench.processes import Ended, Seen, Sink, cpu_seconds, ended, sink, worker
from bench.world import World, empty_database, ledger_sum

type Figures = dict[str, Any]

CONNECTIONS = 100
MAIL_CONNECTIONS = 10


@dataclass(slots=True)
class Stand:
    """The place a measure is taken on."""

    cluster: Cluster
    sink: Sink
    scale: float

    def size(self, full: int, least: int = 200) -> int:
        """A number of messages, smaller when only trying."""
        return max(min(full, least), int(full * self.scale))

    def fresh(self, channel: str, count: int) -> World:
        """A database with an approved message, an account at the sink, and so many people."""
        empty_database(self.cluster)
        world = World(channel)
        people.generate(self.cluster.url(), channel=channel, first=1, last=count, units=[world.unit_id])
        people.refresh(self.cluster.url(), last=count)
        world.account(**self.settings_of(channel))
        return world

    def settings_of(self, channel: str) -> dict[str, Any]:
        """The settings of an account of the channel at the sink."""
        if channel == "email":
            sender = {"sender": "tin@lantoa.example", "sender_name": "Lan Tỏa", "bounce_address": "tin@lantoa.example"}
            server = {"host": "127.0.0.1", "port": self.sink.smtp, "security": "none"}
            return {**server, **sender, "connections": MAIL_CONNECTIONS}
        path = "bulk" if channel == "bulk" else "sms"
        return {"url": f"{self.sink.base}/{path}", "connections": CONNECTIONS}


@dataclass(frozen=True, slots=True)
class Run:
    """One audience delivered: what the sink took, how the workers ended, and the processor time since the first
    message, in the workers and in PostgreSQL."""

    seen: Seen
    workers: Sequence[Ended]
    worker_seconds: float
    postgres_seconds: float

    @property
    def per_second(self) -> float:
        """Messages a second at the sink."""
        return self.seen.per_second

    @property
    def peak_mb(self) -> float:
        """The largest worker."""
        return max(one.peak_mb for one in self.workers)


def deliver(
    stand: Stand, channel: str, count: int, *, workers: int = 1, delay_ms: int = 0, options: Sequence[str] = ()
) -> Run:
    """Release a broadcast to `count` people and have workers drain it.

    Raises unless every person's message came once and the ledger says accepted for every one.
    """
    world = stand.fresh(channel, count)
    broadcast = world.release(world.draft())
    return drain(stand, broadcast.pk, count, workers=workers, delay_ms=delay_ms, options=options)


def drain(
    stand: Stand, broadcast: int, count: int, *, workers: int = 1, delay_ms: int = 0, options: Sequence[str] = ()
) -> Run:
    """Have workers drain a released broadcast of `count` people; checked as `deliver` says."""
    stand.sink.reset(delay_ms)
    children = [worker(*options) for _ in range(workers)]
    stand.sink.wait_for_first(children)
    started = sum(cpu_seconds(child.pid) for child in children)
    before = cpu_seconds(stand.cluster.postmaster)
    with ThreadPoolExecutor(workers) as pool:
        done = list(pool.map(ended, children))
    spent = cpu_seconds(stand.cluster.postmaster) - before
    seen, states = stand.sink.seen(count), ledger_sum([broadcast])
    if states != {"accepted": count}:
        raise AssertionError(f"the ledger says {states}, expected {count} accepted")
    return Run(seen, done, sum(one.cpu_seconds for one in done) - started, spent)


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


@contextmanager
def standing() -> Iterator[Stand]:
    """A stand of its own, gone at the end. `BENCH_SCALE` makes it smaller."""
    with cluster() as running, sink() as provider:
        yield Stand(running, provider, float(os.environ.get("BENCH_SCALE", "1")))


def alone(measure: Callable[[Stand], Figures]) -> None:
    """Take one measure and print its figures; the last line is JSON."""
    with standing() as stand:
        print(json.dumps(taken(measure, stand) | {"machine": machine(stand)}))


def taken(measure: Callable[..., Figures], stand: Stand, *known: float) -> Figures:
    """The figures, said aloud with the time they took and how busy the machine was before."""
    load, begun = os.getloadavg()[0], time.monotonic()
    figures = measure(stand, *known)
    name = Path(inspect.getfile(measure)).stem
    print(f"{name} ({time.monotonic() - begun:.0f} s, load before {load:.1f}): {json.dumps(figures)}", flush=True)
    return figures


def machine(stand: Stand) -> Figures:
    """On what, with which versions and settings."""
    memory = int(Path("/proc/meminfo").read_text().split()[1]) // 1024
    postgres = subprocess.run([SERVER.binaries / "postgres", "--version"], capture_output=True, text=True, check=True)
    return {
        "cores": os.cpu_count(),
        "memory_mb": memory,
        "python": platform.python_version(),
        "postgresql": postgres.stdout.split()[2],
        "settings": SETTINGS,
        "scale": stand.scale,
    }
