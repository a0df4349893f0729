"""`worker_mb`: the most memory a worker ever holds, for 50,000 and for 500,000 people; it should not grow."""

from bench.stand import Figures, Stand, alone, deliver


def measure(stand: Stand) -> Figures:
    """One worker on the bulk channel, which moves most rows at once."""
    small, large = (deliver(stand, "bulk", stand.size(count)) for count in (50_000, 500_000))
    return {"worker_mb": round(large.peak_mb, 1), "worker_mb_at_50k": round(small.peak_mb, 1)}


if __name__ == "__main__":
    alone(measure)
