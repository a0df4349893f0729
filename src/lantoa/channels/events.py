"""What came in, in words that outreach and listening understand; emitted once for each stored request."""

from dataclasses import dataclass
from typing import Any

from lantoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ReceiptReceived:
    """A provider's word on a message it accepted, told in `ReceiptsReceived`.

    Either of ``provider_id`` and ``key`` may be empty.

    ``state`` is "delivered", "read" or "failed"; ``occurred_at`` is ISO 8601.
    """

    account_id: int
    kind: str
    provider_id: str
    key: str
    state: str
    occurred_at: str
    inbound_id: int


@dataclass(frozen=True, slots=True)
class ReceiptsReceived(Event):
    """The receipts of one reading, in the order they came; one event for hundreds of them."""

    receipts: list[dict[str, Any]]

    def each(self) -> list[ReceiptReceived]:
        """The receipts as they were told."""
        return [ReceiptReceived(**receipt) for receipt in self.receipts]


@dataclass(frozen=True, slots=True)
class TextReceived(Event):
    """A person wrote to one of our accounts; ``sender`` is the address to answer to."""

    account_id: int
    kind: str
    sender: str
    text: str
    message_id: str
    occurred_at: str
    inbound_id: int
    answers: str = ""  # the key of the message of ours that it provably answers
    files: int = 0  # how many came with it; `selectors.files_of` tells them by kind, account and message id


@dataclass(frozen=True, slots=True)
class SubscriptionChanged(Event):
    """A person began or ended following one of our accounts; ``token`` as in ``contract.Subscription``."""

    account_id: int
    kind: str
    sender: str
    following: bool
    occurred_at: str
    inbound_id: int
    token: str | None = None


@dataclass(frozen=True, slots=True)
class OutletSeen(Event):
    """A place that speaks for itself (a loudspeaker) was there, or left; ``place`` is its name on the channel.

    ``told_at`` is the place's own clock, "" when it told none: far from ``occurred_at``, the clock is wrong.
    """

    account_id: int
    kind: str
    place: str
    online: bool
    occurred_at: str
    told_at: str
    inbound_id: int


@dataclass(frozen=True, slots=True)
class PlacingProgressed(Event):
    """A place's word on a message: "started", "finished", "failed", "put_off" (interrupted, to be played again) or
    "stopped"; ``seconds`` of it were played, ``reason`` is for staff."""

    account_id: int
    kind: str
    place: str
    key: str
    word: str
    seconds: int
    reason: str
    occurred_at: str
    inbound_id: int


@dataclass(frozen=True, slots=True)
class AddressDead(Event):
    """A message of ours, named by its key, came back: its address does not exist."""

    account_id: int
    kind: str
    key: str
    occurred_at: str
    inbound_id: int


@dataclass(frozen=True, slots=True)
class MessageRefused(Event):
    """Whoever got a message of ours, named by its key, asked for no more of its kind."""

    account_id: int
    kind: str
    key: str
    occurred_at: str
    inbound_id: int


@dataclass(frozen=True, slots=True)
class FileNamed(Event):
    """A message that came in brought a file, which waits to be fetched."""

    file_id: int
