"""`ratio_to_raw`: one worker with the whole ledger ÷ a bare aiohttp loop with no database; the same messages, the
same sink, in turns."""

import sys

from bench.processes import ended, start
from bench.stand import CONNECTIONS, Figures, Stand, alone, deliver, median

ROUNDS = 3


def bare(stand: Stand, count: int, loop: str) -> float:
    """Messages a second of the bare loop."""
    stand.sink.reset()
    options = ["--loop", loop, "--connections", str(CONNECTIONS)]
    ended(start([sys.executable, "-m", "bench.raw_http", f"{stand.sink.base}/sms", str(count), *options]))
    return stand.sink.seen(count).per_second


def measure(stand: Stand) -> Figures:
    """In turns, three times; medians. Compared with the loop our worker runs on."""
    count = stand.size(50_000)
    raw: dict[str, list[float]] = {"asyncio": [], "uvloop": []}
    ours = []
    for _ in range(ROUNDS):
        for loop, figures in raw.items():
            figures.append(bare(stand, count, loop))
        ours.append(deliver(stand, "sms", count))
    loop = "uvloop" if ours[0].workers[0].uvloop else "asyncio"
    rate = median([run.per_second for run in ours])
    return {
        "ratio_to_raw": round(rate / median(raw[loop]), 3),
        "raw_per_s": round(median(raw[loop])),
        "ours_per_s": round(rate),
        "loop": loop,
        "raw_asyncio_per_s": round(median(raw["asyncio"])),
        "raw_uvloop_per_s": round(median(raw["uvloop"])),
        "ours_each_per_s": [round(run.per_second) for run in ours],
        "raw_each_per_s": [round(one) for one in raw[loop]],
        "worker_cpu_us": round(median([run.worker_seconds for run in ours]) / count * 1e6),
        "postgres_cpu_us": round(median([run.postgres_seconds for run in ours]) / count * 1e6),
        "sms_worker_mb": round(max(run.peak_mb for run in ours)),
        "messages": count,
    }


if __name__ == "__main__":
    alone(measure)
