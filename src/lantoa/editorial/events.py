"""What the editors' desk tells other rooms."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class CommissionMoved(Event):
    """A commission changed its state."""

    commission_id: int
    state: str


@dataclass(frozen=True, slots=True)
class BundleHeld(Event):
    """A bundle's hour came and not every page was ready: nothing went out."""

    bundle_id: int


@dataclass(frozen=True, slots=True)
class ReviewDue(Event):
    """A text waits too long for its reader, or nobody present can read it."""

    reminder_id: int


@dataclass(frozen=True, slots=True)
class CommissionDue(Event):
    """A commission is due soon or late, and someone should be told."""

    reminder_id: int
