"""What `make bench-search` must hold, as a function of its figures."""

from typing import Any

P95_MS, RIGHT = 50, 0.95


def broken(figures: dict[str, Any]) -> list[str]:
    """What does not hold: slower than a search or its page should be, or too few that show what was looked for."""
    right = figures["right"]
    slow = [f"{name} {figures[name]} > {P95_MS}" for name in ("p95_ms", "page_p95_ms") if figures[name] > P95_MS]
    return slow + ([f"right {right} < {RIGHT}"] if right < RIGHT else [])
