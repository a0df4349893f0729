"""`bulk_per_s`: recipients a second where a call takes 500 of them; the ledger is then all there is to pay."""

from bench.stand import Figures, Stand, alone, deliver, median

ROUNDS = 3


def measure(stand: Stand) -> Figures:
    """Three runs of one worker; the median."""
    count = stand.size(100_000, 2_000)
    runs = [deliver(stand, "bulk", count) for _ in range(ROUNDS)]
    return {
        "bulk_per_s": round(median([run.per_second for run in runs])),
        "bulk_each_per_s": [round(run.per_second) for run in runs],
        "bulk_messages": count,
    }


if __name__ == "__main__":
    alone(measure)
