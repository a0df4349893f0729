"""What a run of `make bench-search` must hold, as a function of its figures."""

from typing import Any

import pytest

from bench.search_promises import broken

GOOD = {"p95_ms": 50.0, "page_p95_ms": 50.0, "right": 0.95}


@pytest.mark.parametrize(
    ("figures", "said"),
    [
        ({}, []),
        ({"p95_ms": 50.1}, ["p95_ms 50.1 > 50"]),
        ({"page_p95_ms": 50.1}, ["page_p95_ms 50.1 > 50"]),
        ({"right": 0.949}, ["right 0.949 < 0.95"]),
        ({"p95_ms": 98.0, "right": 0.8}, ["p95_ms 98.0 > 50", "right 0.8 < 0.95"]),
    ],
)
def test_a_run_says_what_does_not_hold(figures: dict[str, Any], said: list[str]) -> None:
    assert broken(GOOD | figures) == said
