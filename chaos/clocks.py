"""Clocks that are wrong: Debian's libfaketime moves the wall clock of a real process while it runs.

The monotonic clock is left alone, as it is when a machine's time is set.
"""

from dataclasses import dataclass
from pathlib import Path

LIBRARIES = Path("/usr/lib")


class NoFaketime(RuntimeError):
    """libfaketime is not on this machine."""


def library() -> Path:
    """Where libfaketime for programs with threads lies; raises NoFaketime."""
    for found in sorted(LIBRARIES.glob("*/faketime/libfaketimeMT.so.1")):
        return found
    raise NoFaketime("libfaketime is missing: scripts/setup system faketime=faketime")


@dataclass(frozen=True, slots=True)
class Clock:
    """One wall clock, kept in a file that the process reads again every second."""

    path: Path

    def set(self, seconds: int) -> None:
        """So many seconds ahead (below zero: behind) of the true time."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(f"{seconds:+d}\n")
        fresh.chmod(0o644)
        fresh.replace(self.path)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to live by this clock."""
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.path),
            "FAKETIME_CACHE_DURATION": "1",
            "DONT_FAKE_MONOTONIC": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
