"""Ports for what a run starts."""

import subprocess
import sys

from lantoa.config.loop.processes import free_port_base

ELSEWHERE = "from lantoa.config.loop.processes import free_port_base; print(free_port_base(1), flush=True); input()"


def test_ports_that_nobody_listens_on_yet_are_given_to_one_process_only() -> None:
    here = free_port_base(2)
    with subprocess.Popen(
        [sys.executable, "-c", ELSEWHERE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        there = int(other.stdout.readline())
        assert len({here, there, free_port_base(1)}) == 3
        other.communicate("\n")
    assert there in {free_port_base(1) for _each in range(3)}, "what a process had is free when it has ended"
