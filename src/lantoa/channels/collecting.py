"""What a channel promises whose provider never calls us: we go and look what came in. Pure, like the contract."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from lantoa.channels.contract import Secrets, Settings
from lantoa.channels.inbound import Reader, Received

type Mark = Mapping[str, Any]
"""How far a mailbox has been read; the collector's own words, JSON values."""


class CollectProblem(Exception):
    """The mailbox could not be read now; ``reason`` is for staff, as ``contract.explain`` makes it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Collected:
    """One thing that came in, and what makes it the same when it is met again (at most 200 characters)."""

    event_id: str
    received: Received


@dataclass(frozen=True, slots=True)
class Batch:
    """Some of what came in, to be stored in one transaction, and the mark that holds once it is."""

    found: list[Collected]
    mark: Mark


class Collector(Reader):
    """Fetches what came in to one account; what it yields is stored before the next batch is fetched."""

    @abstractmethod
    def wanted(self, settings: Settings) -> bool:
        """Tell whether this account has a mailbox to look into."""

    @abstractmethod
    def pause(self, settings: Settings) -> timedelta:
        """Return how long to wait between two looks."""

    @abstractmethod
    def collect(self, settings: Settings, secrets: Secrets, mark: Mark) -> Iterator[Batch]:
        """Yield what came in since ``mark``, the oldest first; raises CollectProblem."""

    @abstractmethod
    def content(self, received: Received, place: int) -> bytes:
        """Return the bytes of the file that lies at this place in it; empty when there is none."""
