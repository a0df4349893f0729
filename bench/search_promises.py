"""What `make bench-search` must hold, as a function of its figures."""

from typing import Any

P95_MS, RIGHT = 50, 0.95


def broken(figures: dict[str, Any]) -> list[str]:
    """What does not hold: slower than a search should be, or too few that show what was looked for."""
    p95, right = figures["p95_ms"], figures["right"]
    slow = [f"p95_ms {p95} > {P95_MS}"] if p95 > P95_MS else []
    return slow + ([f"right {right} < {RIGHT}"] if right < RIGHT else [])
