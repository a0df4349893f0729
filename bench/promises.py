"""What `make bench-inbound` must hold, as a function of its figures."""

from typing import Any

LEAST_RATIO, MOST_P99_MS = 0.6, 2000.0

type Figures = dict[str, Any]


def broken(figures: Figures) -> list[str]:
    """What does not hold: too slow beside the bare view, slow to answer, or something acknowledged that is not there
    (or there twice)."""
    ratio, p99 = figures["saturation"]["ratio"], figures["steady"]["p99_ms"]
    found = [f"ratio {ratio} < {LEAST_RATIO}"] if ratio < LEAST_RATIO else []
    found += [f"p99 {p99} ms ≥ {MOST_P99_MS:.0f} ms"] if p99 >= MOST_P99_MS else []
    runs = {name: (figures[name]["stored"], figures[name]["acknowledged"]) for name in ("steady", "killed")}
    return found + [
        f"{name}: stored {kept} ≠ acknowledged {said}" for name, (kept, said) in runs.items() if kept != said
    ]
