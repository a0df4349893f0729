"""What a broadcast puts at public outlets: which kinds, where, from when, how pressing. Frozen when it is prepared."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from lantoa.channels.placing import Priority
from lantoa.outreach.enums import Urgency
from lantoa.outreach.models import Broadcast


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """`unit_id` None: the broadcast's own unit; `starts_at` None: as soon as it is released."""

    kinds: tuple[str, ...]
    unit_id: int | None = None
    starts_at: datetime | None = None
    priority: Priority = Priority.NORMAL

    def as_json(self) -> dict[str, Any]:
        """The same as `Broadcast.placing` holds it; empty without a kind."""
        if not self.kinds:
            return {}
        starts = self.starts_at.isoformat() if self.starts_at else None
        return {"kinds": list(self.kinds), "unit": self.unit_id, "starts_at": starts, "priority": self.priority.value}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Read what a broadcast holds."""
        starts = stored.get("starts_at")
        return cls(
            kinds=tuple(stored.get("kinds", ())), unit_id=stored.get("unit"),
            starts_at=datetime.fromisoformat(starts) if starts else None,
            priority=Priority(stored.get("priority", Priority.NORMAL)),
        )  # fmt: skip


NOWHERE = Spread(kinds=())
"""Nothing is put anywhere."""


def priority_of(row: Broadcast) -> Priority:
    """How pressing it is at its outlets; an urgent broadcast is urgent everywhere."""
    return Priority.URGENT if row.urgency == Urgency.URGENT else Spread.from_json(row.placing).priority


def is_urgent(row: Broadcast) -> bool:
    """Whether it passes the night's rest somewhere: by its class, or at its outlets alone."""
    return priority_of(row) is Priority.URGENT
