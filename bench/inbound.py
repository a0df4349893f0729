"""What taking a provider's request costs: our webhook view against a bare Django view with one INSERT.

Both are served exactly as `lantoa serve` runs it, on one scratch PostgreSQL, in turns, and are called by the
same caller; medians of three. Then 200 requests a second, and the same while the server is killed (SIGKILL, master and
workers) and started again. Last line: one JSON object; `broken` names what does not hold, and then the exit code is 1.
"""

import asyncio
import json
import os
import signal
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from bench import house  # noqa: F401 - sets Django up on the scratch cluster
from bench.caller import APP, PATH, SECRET, Calls, as_many_as_go, so_many_a_second
from bench.cluster import ROOT, SETTINGS, Cluster, cluster
from bench.promises import Figures, broken
from bench.world import empty_database

SECONDS = float(os.environ.get("BENCH_SECONDS", "15"))
ROUNDS, WORKERS, RATE = 3, 2, 200


def server(which: str, port: int) -> subprocess.Popen[bytes]:
    """Start ours or the bare one, in a process group of its own; returns when it answers."""
    from lantoa.config.management.commands.serve import web_server

    ours = [sys.executable, "-m", "lantoa", "serve", "--port", str(port), "--workers", str(WORKERS)]
    command = ours if which == "ours" else web_server("127.0.0.1", port, WORKERS, "bench.bare:application")
    environment = {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}"}
    if which == "bare":
        environment = {name: value for name, value in environment.items() if name != "DJANGO_SETTINGS_MODULE"}
        environment["BENCH_BARE"] = "1"
    process = subprocess.Popen(command, cwd=ROOT, env=environment, start_new_session=True)
    _wait(port, process)
    return process


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _try in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended with {process.returncode}")
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{PATH}", timeout=5).close()
        except urllib.error.HTTPError:
            return  # it answers; that a GET is not welcome is no matter
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server does not answer")


@contextmanager
def serving(which: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A server for one run, gone at the end."""
    process = server(which, port)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """End the server and its workers at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def stored(run: str = "") -> int:
    """Requests of a run that our table holds, however often one might be there."""
    from django.db import connection

    with connection.cursor() as cursor:
        pattern = f'%"msg_id": "{run}-%'.encode()
        cursor.execute("SELECT count(*) FROM channels_inboundevent WHERE position(%s in raw) > 0", [pattern[1:-1]])
        return int(cursor.fetchone()[0])


def account() -> None:
    """The account that is called."""
    from django.db import connection

    from bench.bare import TABLE
    from lantoa.channels.services import save_account

    save_account(
        by=None, at=datetime.now(UTC), kind="zalo", name="Inbound", slug="inbound", settings={"app_id": APP},
        secrets={"oa_secret": SECRET},
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def saturation(port: int) -> Figures:
    """As many as go, in turns."""
    rates: dict[str, list[float]] = {"ours": [], "bare": []}
    for turn in range(ROUNDS):
        for which in ("ours", "bare"):
            with serving(which, port):
                asyncio.run(as_many_as_go(port, f"warm{turn}", 2))
                calls = asyncio.run(as_many_as_go(port, f"full{turn}", SECONDS))
            if calls.refused or (which == "ours" and stored(f"full{turn}") != calls.acknowledged):
                raise AssertionError(f"{which}: {calls.refused} refused of {calls.sent}")
            rates[which].append(calls.acknowledged / calls.seconds)
    ours, bare = statistics.median(rates["ours"]), statistics.median(rates["bare"])
    rounds = {which: [round(rate) for rate in found] for which, found in rates.items()}
    return {"ratio": round(ours / bare, 2), "ours_per_s": round(ours), "bare_per_s": round(bare), "rounds": rounds}


def steady(port: int) -> Figures:
    """200 a second."""
    with serving("ours", port):
        asyncio.run(so_many_a_second(port, "warm", 2, RATE))
        calls = asyncio.run(so_many_a_second(port, "steady", SECONDS * 2, RATE))
    waits = {"p50_ms": calls.quantile(0.5), "p99_ms": calls.quantile(0.99), "max_ms": calls.quantile(1)}
    return {"rate": RATE, **_told(calls, "steady"), **waits}


def killed(port: int) -> Figures:
    """200 a second, and the server killed in the middle."""
    return asyncio.run(_killed(port)) | {"stored": stored("killed")}


async def _killed(port: int) -> Figures:
    first = server("ours", port)
    calling = asyncio.create_task(so_many_a_second(port, "killed", SECONDS * 2, RATE))
    await asyncio.sleep(SECONDS)
    await asyncio.to_thread(kill, first)
    second = await asyncio.to_thread(server, "ours", port)
    calls = await calling
    await asyncio.to_thread(kill, second)
    return {"sent": calls.sent, "acknowledged": calls.acknowledged, "repeated": calls.repeated}


def _told(calls: Calls, run: str) -> Figures:
    return {"sent": calls.sent, "acknowledged": calls.acknowledged, "stored": stored(run)}


def main(running: Cluster) -> Figures:
    """Every figure, said aloud as it comes."""
    from lantoa.config.loop.processes import free_port_base

    empty_database(running)
    account()
    port, figures = free_port_base(1), {}
    for measure in (saturation, steady, killed):
        load = os.getloadavg()[0]
        found = measure(port) | {"load_before": round(load, 1)}
        print(f"{measure.__name__}: {json.dumps(found)}", flush=True)
        figures[measure.__name__] = found
    return figures


if __name__ == "__main__":
    with cluster() as running:
        figures = main(running)
    first, last = figures["saturation"], figures["killed"]
    machine = {"cores": os.cpu_count(), "workers": WORKERS, "settings": SETTINGS}
    told = {"ratio": first["ratio"], "p99_ms": figures["steady"]["p99_ms"], "rate": RATE}
    told |= {name: last[name] for name in ("acknowledged", "stored")} | {"broken": broken(figures)}
    print(json.dumps(told | figures | {"machine": machine}))
    sys.exit(1 if told["broken"] else 0)
