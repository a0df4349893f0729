"""The processes of one run: started together, ended together, none left behind."""

import contextlib
import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

GRACE = 15.0  # seconds a process may take to finish what is in flight
PR_SET_PDEATHSIG = 1


class ProcessEndedError(RuntimeError):
    """A process that should run on has ended; the message holds its last words."""


def _die_with_parent() -> None:
    # Linux: should this run be killed outright, its children still end
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Processes:
    """`lantoa …` commands run side by side, each with its own log; use as a context."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self._logs = logs
        self._environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start `lantoa …` under a name, writing to `<name>.log`."""
        with (self._logs / f"{name}.log").open("wb") as log:
            self._running[name] = subprocess.Popen(  # noqa: S603  (our own command, no shell)
                [sys.executable, "-m", "lantoa", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment,
                start_new_session=True,
                preexec_fn=_die_with_parent,  # noqa: PLW1509  (no threads here yet)
            )

    def check(self) -> None:
        """Raise `ProcessEndedError` when one has ended."""
        for name, process in self._running.items():
            if (code := process.poll()) is not None:
                last = (self._logs / f"{name}.log").read_text(errors="replace")[-1500:]
                raise ProcessEndedError(f"{name} ended with exit code {code}:\n{last}")

    def wait_until(self, ready: Callable[[], bool], what: str, seconds: float = 60.0, pause: float = 0.2) -> None:
        """Wait for a condition while every process lives; `TimeoutError` names what did not come."""
        end = time.monotonic() + seconds
        while not ready():
            self.check()
            if time.monotonic() > end:
                raise TimeoutError(f"Waited {seconds:.0f} s in vain for {what}; see the logs in {self._logs}.")
            time.sleep(pause)

    def stop(self) -> None:
        """End all: politely, then by force after the grace; returns when none is left."""
        for process in reversed(self._running.values()):
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
        end = time.monotonic() + GRACE
        for process in self._running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - time.monotonic()))
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)  # what a web server's own workers may leave
            process.wait()
        self._running.clear()

    def peak_memory(self) -> dict[str, int]:
        """The largest resident memory of each process so far, in bytes (children included one by one)."""
        return {name: max(map(_peak, _family(process.pid)), default=0) for name, process in self._running.items()}


def _family(pid: int) -> list[int]:
    family = [pid]
    for each in family:
        with contextlib.suppress(OSError):
            family += [int(child) for child in Path(f"/proc/{each}/task/{each}/children").read_text().split()]
    return family


def _peak(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    return 0


def answers(url: str) -> bool:
    """Whether something answers HTTP at this address, whatever it says."""
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  (our own loopback address)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def free_port_base(count: int) -> int:
    """A port from which `count` ports (at most 50) in a row are free on the loopback address.

    They are given to this process alone, as long as it lives: what it starts may take long before it listens.
    """
    for base in range(20_000, 60_000, 50):
        if all(is_free(base + offset) for offset in range(count)) and _reserve(base):
            return base
    raise RuntimeError("No free ports on 127.0.0.1.")


def _reserve(base: int) -> bool:
    """Take the ports from `base` for this process; False when another has them. The kernel forgets it with us."""
    mark = socket.socket(socket.AF_UNIX)
    try:
        mark.bind(f"\0lantoa-ports-{base}")
    except OSError:
        mark.close()
        return False
    mark.detach()  # open until we end
    return True


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
