"""What a run of `make bench-inbound` must hold, as a function of its figures."""

from typing import Any

import pytest

from bench.promises import broken

GOOD: dict[str, dict[str, Any]] = {
    "saturation": {"ratio": 0.61},
    "steady": {"acknowledged": 6000, "stored": 6000, "p99_ms": 5.9},
    "killed": {"acknowledged": 6000, "stored": 6000},
}


@pytest.mark.parametrize(
    ("part", "figures", "said"),
    [
        ("saturation", {"ratio": 0.6}, []),
        ("saturation", {"ratio": 0.59}, ["ratio 0.59 < 0.6"]),
        ("steady", {"p99_ms": 1999.9}, []),
        ("steady", {"p99_ms": 2000.0}, ["p99 2000.0 ms ≥ 2000 ms"]),
        ("steady", {"stored": 5999}, ["steady: stored 5999 ≠ acknowledged 6000"]),
        ("killed", {"stored": 6001}, ["killed: stored 6001 ≠ acknowledged 6000"]),
        ("killed", {"stored": 5990}, ["killed: stored 5990 ≠ acknowledged 6000"]),
    ],
)
def test_a_run_says_what_does_not_hold(part: str, figures: dict[str, Any], said: list[str]) -> None:
    assert broken({**GOOD, part: {**GOOD[part], **figures}}) == said
