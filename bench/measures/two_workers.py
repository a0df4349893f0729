"""`two_workers_ratio`: two workers ÷ one, where the provider takes 50 ms a call and so is what limits a worker."""

from bench.stand import Figures, Stand, alone, deliver, median

DELAY_MS = 50
CALLS_AT_ONCE = 15
"""One worker then sends 300 a second at most, far below what it could; so do two."""
ROUNDS = 2


def measure(stand: Stand) -> Figures:
    """One and two in turns; medians."""
    count = stand.size(6_000)
    options = ["--concurrency", str(CALLS_AT_ONCE)]
    rates: dict[int, list[float]] = {1: [], 2: []}
    for _ in range(ROUNDS):
        for workers, figures in rates.items():
            run = deliver(stand, "sms", count, workers=workers, delay_ms=DELAY_MS, options=options)
            figures.append(run.per_second)
    one, two = median(rates[1]), median(rates[2])
    return {
        "two_workers_ratio": round(two / one, 3),
        "one_worker_per_s": round(one),
        "two_workers_per_s": round(two),
        "sink_limit_per_s": CALLS_AT_ONCE * 1000 // DELAY_MS,
    }


if __name__ == "__main__":
    alone(measure)
