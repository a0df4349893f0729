"""What a run of `make bench-portal` must hold, as a function of its figures; and the crowd's judgement."""

from typing import Any

import pytest

from bench.portal_promises import broken
from chaos.crowd import Board

GOOD: dict[str, dict[str, Any]] = {
    "throughput": {"same_bytes": {"behind_nginx_ratio": 0.95, "alone_ratio": 0.5}},
    "steady": {"p99_ratio": 3.0, "refused": 0},
    "first_hits": {"most_queries": 12, "ratio": 3.0},
    "visible": {"publish_s": 2.0, "withdraw_s": 2.0},
}


@pytest.mark.parametrize(
    ("part", "figures", "said"),
    [
        ("steady", {}, []),
        ("throughput", {"same_bytes": {"behind_nginx_ratio": 0.94, "alone_ratio": 0.49}},
         ["behind_nginx_ratio 0.94 < 0.95", "alone_ratio 0.49 < 0.5"]),
        ("steady", {"p99_ratio": 3.01}, ["p99_ratio 3.01 > 3.0"]),
        ("steady", {"refused": 1}, ["refused 1 > 0"]),
        ("first_hits", {"most_queries": 13}, ["first_hit_queries 13 > 12"]),
        ("visible", {"withdraw_s": 2.1}, ["withdraw_s 2.1 > 2.0"]),
    ],
)  # fmt: skip
def test_a_run_says_what_does_not_hold(part: str, figures: dict[str, Any], said: list[str]) -> None:
    assert broken({**GOOD, part: {**GOOD[part], **figures}}) == said


@pytest.mark.parametrize(
    ("url", "status", "body", "asked", "wrong"),
    [
        ("/tin/a/", 200, b"M1V2X", 104.0, ""),
        ("/tin/a/", 200, b"M1V1X", 101.9, ""),
        ("/tin/a/", 200, b"M1V1X", 102.1, "page 1 shown in version 1"),
        ("/tin/b/", 200, b"M2V1X", 111.9, ""),
        ("/tin/b/", 200, b"M2V1X", 112.1, "page 2 shown 2.10 s after it was gone"),
        ("/tin/b/", 404, b"", 109.8, ""),
        ("/tin/a/", 404, b"", 104.0, "/tin/a/ not found"),
        ("/tin/a/", 500, b"", 104.0, "/tin/a/: status 500"),
        ("/tin/", 200, b"M1V2X", 104.0, ""),
        ("/tin/", 200, b"M2V1X", 112.1, "page 2 shown"),
        ("/tin/", 200, b"", 104.0, "page 1 not listed"),
    ],
)
def test_the_crowd_knows_what_is_old(url: str, status: int, body: bytes, asked: float, wrong: str) -> None:
    board = Board()
    board.published(1, "/tin/a/", 90.0)
    board.revising(1, 99.9)
    board.revised(1, 100.0)
    board.published(2, "/tin/b/", 80.0)
    board.withdrawing(2, 109.5)
    board.withdrawn(2, 110.0)
    said = board.judge(url, status, body, asked)
    assert said.startswith(wrong)
    assert bool(said) == bool(wrong)


def test_a_list_must_show_the_newest_unless_younger_ones_pushed_it_off() -> None:
    board = Board()
    board.published(1, "/tin/1/", 10.0)
    assert board.judge("/", 200, b"", 11.9) == ""
    assert "not listed" in board.judge("/", 200, b"", 12.1)
    assert board.judge("/", 200, b"M1V1X", 12.1) == ""
    for number in (2, 3):
        board.published(number, f"/tin/{number}/", 11.0)
    assert board.judge("/", 200, b"M2V1X M3V1X", 12.5) == ""
    assert "not listed" in board.judge("/tin/", 200, b"M2V1X M3V1X", 12.5)
