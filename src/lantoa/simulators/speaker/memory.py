"""What a power cut must not take from a device: its key, what it has seen, what it is to play and to say."""

import json
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .wire import moment, raw, text


@dataclass(slots=True, eq=False)
class Job:
    """One message to play; ``order`` is that of arrival."""

    command: dict[str, Any]
    order: int
    ended: bool = False
    cut: str = ""  # why it was cut: "put_off" or "stopped"

    @property
    def msg_id(self) -> str:
        """Return its number."""
        return str(self.command["msg_id"])

    @property
    def rank(self) -> int:
        """Return 0 for urgent, 1 for preferred, 2 for ordinary."""
        return {"urgent": 0, "preferred": 1}.get(str(self.command.get("priority")), 2)

    @property
    def standing(self) -> tuple[int, str, int]:
        """Return what decides who plays first."""
        return self.rank, str(self.command.get("start_at", "")), self.order


@dataclass(slots=True)
class Memory:
    """Kept in a file that is replaced whole, or in the air where there is none."""

    path: Path | None = None
    private: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    seen: dict[str, str] = field(default_factory=dict)  # msg_id: when it may be forgotten
    stopped: dict[str, str] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)
    words: deque[bytes] = field(default_factory=deque)  # said, not yet taken by the broker

    @classmethod
    def at(cls, path: Path | None) -> "Memory":
        """Recall what the file tells, or begin anew."""
        memory = cls(path)
        if path is not None and path.exists():
            kept = json.loads(path.read_text())
            memory.private = Ed25519PrivateKey.from_private_bytes(raw(kept["key"]))
            memory.seen, memory.stopped = kept["seen"], kept["stopped"]
            memory.jobs = {command["msg_id"]: Job(command, order) for order, command in enumerate(kept["jobs"])}
            memory.words.extend(word.encode() for word in kept["words"])
        return memory

    def keep(self, now: datetime) -> None:
        """Write it down; what has expired may be forgotten: the expiry itself refuses it then."""
        self.seen = {name: until for name, until in self.seen.items() if (moment(until) or now) >= now}
        self.stopped = {name: until for name, until in self.stopped.items() if (moment(until) or now) >= now}
        self.jobs = {name: job for name, job in self.jobs.items() if not job.ended}
        if self.path is None:
            return
        kept = {
            "key": text(self.private.private_bytes_raw()),
            "seen": self.seen,
            "stopped": self.stopped,
            "jobs": [job.command for job in self.jobs.values()],
            "words": [word.decode() for word in self.words],
        }
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(kept))
        fresh.replace(self.path)
