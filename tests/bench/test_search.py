"""What a run of `make bench-search` must hold, as a function of its figures."""

from typing import Any

import pytest

from bench.search_promises import broken

GOOD = {
    "p95_ms": 50.0, "page_p95_ms": 50.0, "right": 0.95,
    "sorts": {"plain": {"p95_ms": 50.0, "right": 1.0}, "misspelt": {"p95_ms": 12.0, "right": 0.85}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({}, []),
        ({"p95_ms": 50.1}, ["p95_ms 50.1 > 50"]),
        ({"page_p95_ms": 50.1}, ["page_p95_ms 50.1 > 50"]),
        ({"right": 0.949}, ["right 0.949 < 0.95"]),
        ({"sorts": {"gone": {"p95_ms": 50.1, "right": 0.84}}}, ["gone: p95_ms 50.1 > 50", "gone: right 0.84 < 0.85"]),
        ({"p95_ms": 98.0, "right": 0.8}, ["p95_ms 98.0 > 50", "right 0.8 < 0.95"]),
    ],
)
def test_a_run_says_what_does_not_hold(figures: dict[str, Any], said: list[str]) -> None:
    assert broken(GOOD | figures) == said
