"""What `make bench-portal` must hold, as a function of its figures."""

from typing import Any

BEHIND, ALONE, P99, QUERIES, FIRST_HIT, SECONDS = 0.95, 0.50, 3.0, 12, 3.0, 2.0

type Figures = dict[str, Any]


def broken(figures: Figures) -> list[str]:
    """What does not hold: slower than it should be beside nginx or the starter, too many queries, seen too late."""
    same, first, seen = figures["throughput"]["same_bytes"], figures["first_hits"], figures["visible"]
    least = {"behind_nginx_ratio": (same["behind_nginx_ratio"], BEHIND), "alone_ratio": (same["alone_ratio"], ALONE)}
    most = {
        "p99_ratio": (figures["steady"]["p99_ratio"], P99), "first_hit_queries": (first["most_queries"], QUERIES),
        "first_hit_ratio": (first["ratio"], FIRST_HIT), "publish_s": (seen["publish_s"], SECONDS),
        "withdraw_s": (seen["withdraw_s"], SECONDS), "refused": (figures["steady"]["refused"], 0),
    }  # fmt: skip
    return [f"{name} {is_} < {should}" for name, (is_, should) in least.items() if is_ < should] + [
        f"{name} {is_} > {should}" for name, (is_, should) in most.items() if is_ > should
    ]
