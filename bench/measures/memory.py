"""`worker_mb`: the most memory a worker ever holds, on any wire; from 50,000 to 500,000 people it should not grow."""

from bench.stand import Figures, Stand, alone, deliver

OTHERS = {"sms": 50_000, "email": 20_000}


def measure(stand: Stand) -> Figures:
    """One worker on each wire: bulk calls, which move most rows at once, and the two that hold most connections."""
    small, large = (deliver(stand, "bulk", stand.size(count)).peak_mb for count in (50_000, 500_000))
    others = {channel: deliver(stand, channel, stand.size(count)).peak_mb for channel, count in OTHERS.items()}
    shown = {f"worker_mb_{channel}": round(peak, 1) for channel, peak in others.items()}
    return {"worker_mb": round(max(large, *others.values()), 1), "worker_mb_at_50k": round(small, 1), **shown}


if __name__ == "__main__":
    alone(measure)
