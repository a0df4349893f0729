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
    """A person began or ended following one of our accounts."""

    account_id: int
    kind: str
    sender: str
    following: bool
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
