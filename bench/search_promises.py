"""What `make bench-search` must hold, as a function of its figures."""

from typing import Any

P95_MS, RIGHT, RIGHT_OF_A_SORT = 50, 0.95, 0.85


def broken(figures: dict[str, Any]) -> list[str]:
    """What does not hold: slower than a search or its page should be, of all or of one sort; or too few that show what
    was looked for."""
    right, sorts = figures["right"], figures["sorts"].items()
    wrong = [f"{name} {figures[name]} > {P95_MS}" for name in ("p95_ms", "page_p95_ms") if figures[name] > P95_MS]
    wrong += [f"{name}: p95_ms {one['p95_ms']} > {P95_MS}" for name, one in sorts if one["p95_ms"] > P95_MS]
    wrong += [f"right {right} < {RIGHT}"] if right < RIGHT else []
    return wrong + [f"{name}: right {one['right']} < {RIGHT_OF_A_SORT}" for name, one in sorts
                    if one["right"] < RIGHT_OF_A_SORT]  # fmt: skip
