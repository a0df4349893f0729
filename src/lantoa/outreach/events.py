"""What outreach tells other rooms."""

from dataclasses import dataclass

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class BroadcastReleased(Event):
    """An audience was frozen and its deliveries made."""

    broadcast_id: int
    audience: int


@dataclass(frozen=True, slots=True)
class BroadcastFinished(Event):
    """Nothing of the broadcast waits any more; `state` is "done" or "cancelled"."""

    broadcast_id: int
    state: str


@dataclass(frozen=True, slots=True)
class BroadcastHeld(Event):
    """A broadcast was paused by no person; `why` is a value of `enums.Hold`."""

    broadcast_id: int
    why: str


@dataclass(frozen=True, slots=True)
class AddressRefused(Event):
    """A provider said that an address does not exist or will take nothing from us."""

    address_id: int
    channel: str
    reason: str


@dataclass(frozen=True, slots=True)
class PlacementTakenDown(Event):
    """A person took down what a wire had brought to its outlet; the wire is to take it away."""

    placement_id: int


@dataclass(frozen=True, slots=True)
class WordTaken(Event):
    """Somebody said by a text that a message was there; `answer` is what they are to be told through that account."""

    account_id: int
    channel: str
    sender: str
    inbound_id: int
    answer: str


@dataclass(frozen=True, slots=True)
class IssueNeedsText(Event):
    """An issue of a series, or a reminder, is due soon and its words are not approved; `subject` names the row."""

    subject: str
    lack: str
