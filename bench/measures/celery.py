"""Ours ÷ Celery on Redis with one task a recipient, same sink and messages; the best of its pools. Redis keeps nothing
on disk here: its queue is lost with the machine, ours is not."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import redis

from bench.processes import ended, start
from bench.stand import Figures, Stand, alone, deliver
from lantoa.config.loop.processes import free_port_base

POOLS: dict[str, tuple[int, list[str]]] = {
    "prefork 2": (1, ["--pool=prefork", "--concurrency=2"]),
    "prefork 8": (1, ["--pool=prefork", "--concurrency=8"]),
    "gevent 100": (1, ["--pool=gevent", "--concurrency=100"]),
    "two of gevent 100": (2, ["--pool=gevent", "--concurrency=100"]),
    "threads 50": (1, ["--pool=threads", "--concurrency=50"]),
}
QUIET = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=ERROR"]


@contextmanager
def broker() -> Iterator[str]:
    """A Redis of its own; its address."""
    port = free_port_base(1)
    with tempfile.TemporaryDirectory() as folder:
        options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder]
        server = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
        client = redis.Redis(port=port)
        try:
            while not _answers(client):
                time.sleep(0.05)
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            server.terminate()
            server.wait()


def _answers(client: redis.Redis) -> bool:
    try:
        return bool(client.ping())
    except redis.ConnectionError:
        return False


def theirs(stand: Stand, count: int, workers: int, options: Sequence[str]) -> float:
    """Messages a second with these workers."""
    with broker() as address:
        more = {"BENCH_BROKER": address, "BENCH_URL": f"{stand.sink.base}/sms", "PYTHONWARNINGS": "ignore"}
        ended(start([sys.executable, "-m", "bench.peers.celery_worker", str(count)], more))
        stand.sink.reset()
        command = [sys.executable, "-m", "celery", "-A", "bench.peers.celery_worker", "worker", *QUIET, *options]
        children = [start([*command, f"--hostname=bench{number}@%h"], more) for number in range(workers)]
        try:
            while stand.sink.figures()["taken"] < count:
                if any(child.poll() is not None for child in children):
                    raise RuntimeError("a Celery worker ended early")
                time.sleep(0.2)
        finally:
            for child in children:
                child.terminate()
                child.wait()
    return stand.sink.seen(count).per_second


def measure(stand: Stand, ours_per_s: float | None = None) -> Figures:
    """Each pool once; the best counts. Without a figure of ours, ours is measured first."""
    count = stand.size(10_000)
    ours = ours_per_s or deliver(stand, "sms", count).per_second
    rates = {name: theirs(stand, count, workers, options) for name, (workers, options) in POOLS.items()}
    return {
        "celery": round(ours / max(rates.values()), 2),
        "celery_per_s": {pool: round(rate) for pool, rate in rates.items()},
    }


if __name__ == "__main__":
    alone(measure)
