"""The processes of a measure: the sink, workers, bare loops; and what they cost."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.cluster import ROOT
from lantoa.config.loop.processes import free_port_base


@dataclass(frozen=True, slots=True)
class Seen:
    """What the sink took of one run."""

    taken: int
    distinct: int
    calls: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Messages a second, from the first to the last acceptance."""
        return self.taken / self.seconds if self.seconds else 0.0


class Sink:
    """The sink's addresses, and its counters."""

    def __init__(self, http: int, smtp: int) -> None:
        self.base, self.http, self.smtp = f"http://127.0.0.1:{http}", http, smtp

    def reset(self, delay_ms: int = 0) -> None:
        """Begin a run."""
        request = urllib.request.Request(f"{self.base}/_reset?delay_ms={delay_ms}", b"", method="POST")
        urllib.request.urlopen(request).close()

    def figures(self) -> dict[str, Any]:
        """The counters as they stand."""
        with urllib.request.urlopen(f"{self.base}/_seen") as reply:
            found: dict[str, Any] = json.load(reply)
        return found

    def wait_for_first(self, children: Sequence[subprocess.Popen[bytes]]) -> None:
        """Return when a message has come, or when whoever should send has ended."""
        while not self.figures()["taken"] and any(child.poll() is None for child in children):
            time.sleep(0.1)

    def seen(self, expected: int) -> Seen:
        """The run that just ended; raises when a message is missing or came twice."""
        found = self.figures()
        if not found["taken"] == found["distinct"] == expected:
            raise AssertionError(f"the sink took {found}, expected each of {expected} once")
        return Seen(found["taken"], found["distinct"], found["calls"], found["last"] - found["first"])


@contextmanager
def sink() -> Iterator[Sink]:
    """A sink of its own for one measure."""
    base = free_port_base(2)
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.sink", str(base), str(base + 1)], stdout=subprocess.PIPE, cwd=ROOT, env=_ours({})
    )
    try:
        assert process.stdout is not None
        process.stdout.readline()
        yield Sink(base, base + 1)
    finally:
        process.terminate()
        process.wait()


def _ours(more: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child: this one's, with the sources on the path."""
    return {**os.environ, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", **more}


def _theirs(more: Mapping[str, str]) -> dict[str, str]:
    """The same for a peer, which must not find Lan Tỏa's Django: Celery would load it and mind its connections."""
    known = _ours({})
    return {name: value for name, value in known.items() if name != "DJANGO_SETTINGS_MODULE"} | dict(more)


@dataclass(slots=True)
class Ended:
    """How a child ended: seconds, peak resident memory, processor time, and whether it ran on uvloop."""

    seconds: float
    peak_mb: float
    cpu_seconds: float
    uvloop: bool


def worker(*options: str) -> subprocess.Popen[bytes]:
    """One `lantoa work` that drains and takes no jobs."""
    command = [sys.executable, "-m", "lantoa", "work", "--drain", "--no-jobs", "--verbosity", "0", *options]
    return subprocess.Popen(command, cwd=ROOT, env=_ours({}), stdout=subprocess.DEVNULL)


def start(command: Sequence[str], more: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a bare loop or a peer."""
    return subprocess.Popen(command, cwd=ROOT, env=_theirs(more or {}), stdout=subprocess.DEVNULL)


def ended(child: subprocess.Popen[bytes], stop_after: float = 3_600) -> Ended:
    """Wait for a child, watching its memory; asked to stop when its time is up. Raises when it failed.

    One that is asked before it could listen dies of it, which is no failure: it had not begun.
    """
    begun, loop, peak, used, asked = time.monotonic(), False, 0.0, 0.0, False
    while child.poll() is None:
        peak, loop = max(peak, high_water(child.pid)), loop or _runs_uvloop(child.pid)
        used = max(used, cpu_seconds(child.pid))
        if not asked and time.monotonic() - begun > stop_after:
            child.terminate()
            asked = True
        with suppress(subprocess.TimeoutExpired):
            child.wait(0.25)
    if child.returncode and not (asked and child.returncode == -signal.SIGTERM):
        raise RuntimeError(f"{child.args} ended with {child.returncode}")
    return Ended(time.monotonic() - begun, peak, used, loop)


def high_water(pid: int) -> float:
    """The most resident memory a process ever had, in MB (VmHWM); 0 when it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0)


def _runs_uvloop(pid: int) -> bool:
    try:
        return "uvloop/loop" in Path(f"/proc/{pid}/maps").read_text()
    except OSError:
        return False


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and its children, those that ended included."""
    total = 0.0
    for each in _family(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def _family(pid: int) -> list[int]:
    family = [pid]
    for each in family:
        with suppress(OSError):
            family += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
    return family
