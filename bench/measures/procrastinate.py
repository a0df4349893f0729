"""Ours ÷ Procrastinate with one job a recipient, same database server, sink and messages; the best of its settings."""

import sys

from bench.processes import ended, start
from bench.stand import Figures, Stand, alone, deliver

NAME = "bench_procrastinate"
CONCURRENCY = (30, 100)


def theirs(stand: Stand, count: int, concurrency: int, loop: str) -> float:
    """Messages a second of one worker."""
    more = {"BENCH_DATABASE": stand.cluster.fresh(NAME), "BENCH_URL": f"{stand.sink.base}/sms"}
    command = [sys.executable, "-m", "bench.peers.procrastinate_worker"]
    ended(start([*command, "fill", str(count)], more))
    stand.sink.reset()
    ended(start([*command, "work", loop, str(concurrency)], more))
    stand.cluster.drop(NAME)
    return stand.sink.seen(count).per_second


def measure(stand: Stand, ours_per_s: float | None = None) -> Figures:
    """Each setting once; the best counts. Without a figure of ours, ours is measured first."""
    count = stand.size(10_000)
    ours = ours_per_s or deliver(stand, "sms", count).per_second
    rates = {
        f"{loop} concurrency {concurrency}": theirs(stand, count, concurrency, loop)
        for concurrency in CONCURRENCY
        for loop in ("asyncio", "uvloop")
    }
    return {
        "procrastinate": round(ours / max(rates.values()), 2),
        "procrastinate_per_s": {setting: round(rate) for setting, rate in rates.items()},
    }


if __name__ == "__main__":
    alone(measure)
