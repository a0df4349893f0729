"""What a stand-in really accepted: the other side's truth, to compare ours with."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(slots=True)
class Entry:
    """One message by its key: ``times`` delivered (more than 1 is a double), ``repeats`` recognised and dropped."""

    key: str
    provider_id: str
    address: str
    text: str
    times: int = 1
    repeats: int = 0
    more: dict[str, Any] = field(default_factory=dict)


class Ledger:
    """All accepted messages, in memory; with a path also one JSON line for each acceptance, each repeat recognised and
    each receipt that was taken, written now and then."""

    def __init__(self, path: Path | None = None) -> None:
        self.entries: dict[str, Entry] = {}
        self.calls = 0
        self._tries: dict[str, int] = {}
        self._path = path
        self._lines: list[str] = []

    def attempt(self, key: str) -> int:
        """Count a call for this key and return which one it is, from 1."""
        self.calls += 1
        self._tries[key] = attempt = self._tries.get(key, 0) + 1
        return attempt

    def accept(self, key: str, *, provider_id: str, address: str, text: str, **more: Any) -> Entry:
        """Record a delivery to the person; one with a key already known is a double. `part_ids`: what each part of a
        long text is reported by."""
        entry = self.entries.get(key)
        if entry is None:
            entry = self.entries[key] = Entry(key, provider_id, address, text, more=more)
        else:
            entry.times += 1
        parts = {"parts": more["part_ids"]} if more.get("part_ids") else {}
        self._write({"accepted": key, "provider_id": provider_id, "address": address, "times": entry.times, **parts})
        return entry

    def recognise(self, key: str) -> Entry | None:
        """Return the message this key stands for, counting the repeat, or None."""
        entry = self.entries.get(key)
        if entry is not None:
            entry.repeats += 1
            self._write({"repeated": key})
        return entry

    def told(self, provider_id: str, word: str) -> None:
        """Record a receipt that was answered with success."""
        self._write({"told": provider_id, "word": word})

    def totals(self) -> dict[str, int]:
        """Return accepted (persons), doubles, repeats recognised and calls."""
        return {
            "accepted": len(self.entries),
            "doubles": sum(entry.times - 1 for entry in self.entries.values()),
            "repeats": sum(entry.repeats for entry in self.entries.values()),
            "calls": self.calls,
        }

    def as_json(self) -> dict[str, Any]:
        """Return the totals and every message."""
        return {**self.totals(), "messages": [asdict(entry) for entry in self.entries.values()]}

    def clear(self) -> None:
        """Forget everything in memory."""
        self.entries.clear()
        self._tries.clear()
        self.calls = 0

    def _write(self, line: dict[str, Any]) -> None:
        if self._path is not None:
            self._lines.append(json.dumps(line, ensure_ascii=False))

    def flush(self) -> None:
        """Append what was recorded since the last time to the file."""
        if self._path is not None and self._lines:
            lines, self._lines = self._lines, []
            with self._path.open("a", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
