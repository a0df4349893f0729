"""What may come in from a provider: the words a channel reads its events in, and how it proves where they came from.

Pure, as `contract` is.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from lantoa.channels.contract import Secrets, Settings


@dataclass(frozen=True, slots=True)
class Received:
    """One inbound request as it came: nothing decoded, header names in lower case."""

    body: bytes
    headers: Mapping[str, str]
    secret: str = ""  # the last part of the URL, on hooks that carry one
    query: bool = False  # ``body`` is the query string of a GET


class Forged(Exception):
    """An inbound request whose origin could not be proven."""


class Unreadable(Exception):
    """An inbound request, origin proven, that is not in the provider's format."""


class ReceiptState(StrEnum):
    """What a provider may report of a message it accepted."""

    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Receipt:
    """A provider's word on a message it accepted: by its own id, by our key, or both.

    ``kind`` names the channel that carried the message where that is not the hook's own: two channels may share one
    webhook (an official account's also reports what was sent by phone number).
    """

    provider_id: str
    key: str
    state: ReceiptState
    occurred_at: datetime | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True)
class FilePart:
    """A file that came with a person's words: where in the request, or at which address of the provider's it lies."""

    place: int
    name: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """A person wrote to us; ``sender`` is the address to answer to."""

    sender: str
    text: str
    message_id: str
    occurred_at: datetime | None = None
    answers: str = ""  # the key of the message of ours that it provably answers
    files: tuple[FilePart, ...] = ()


@dataclass(frozen=True, slots=True)
class DeadEnd:
    """The address that our message of this key went to does not exist."""

    key: str
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Whoever got our message of this key wants no more of its kind."""

    key: str
    occurred_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """A person began or ended following us on this channel.

    ``token`` is what an invitation of ours carried (``Channel.invite``): None when they came otherwise, empty when they
    came by the channel's own way in and expect a word from us.
    """

    sender: str
    following: bool
    occurred_at: datetime | None = None
    token: str | None = None


INCOMPLETE = "x-incomplete"
"""A header of ours on parts that are read together although some never came."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of one long text, to be read again with all others of its group, in the order of their numbers.

    The event id of a stored part begins with its ``name``; parts further apart than ``within`` are of two texts. Those
    that are still alone then are read without the missing ones, with the header ``INCOMPLETE``.
    """

    group: str
    number: int
    total: int
    within: timedelta

    @staticmethod
    def name(group: str, number: int | None = None) -> str:
        """Return how the event id of a part begins; without a number, that of any part of the group."""
        return f"part:{group}:" if number is None else f"part:{group}:{number}:"


@dataclass(frozen=True, slots=True)
class Seen:
    """A place of ours that speaks for itself was there, or left; ``place`` is the name it goes by on its channel.

    ``told_at`` is the place's own clock: far from ``occurred_at``, the clock is wrong.
    """

    place: str
    online: bool
    occurred_at: datetime | None = None
    told_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """A place's word on a message on its way: "started", "put_off" …; ``seconds`` so far, ``reason`` for staff."""

    place: str
    key: str
    word: str
    seconds: int = 0
    reason: str = ""
    occurred_at: datetime | None = None


type Inbound = Receipt | Text | Subscription | Part | Seen | Progress | DeadEnd | Refusal


class Reader(ABC):
    """Makes sense of what came from a provider and was stored, by whichever way it came."""

    @abstractmethod
    def read(self, received: Received) -> list[Inbound]:
        """Return what the event says, perhaps nothing; raises Unreadable."""


class Ear(Reader):
    """Reads what the provider tells us by itself, and may tell twice."""

    @abstractmethod
    def event_id(self, received: Received) -> str:
        """Return what makes this event the same when the provider repeats it; never fails, at most 200 characters."""


class Hook(Ear):
    """A provider's webhook: proves origin on raw bytes first, reads later."""

    methods: ClassVar[tuple[str, ...]] = ("POST",)
    max_bytes: ClassVar[int] = 256 * 1024
    entered_by_hand: ClassVar[bool] = True  # a person gives the provider our address; else we tell it ourselves
    file_hosts: ClassVar[str] = ""  # where the provider keeps what people send, unless the account names others
    secret_headers: ClassVar[tuple[str, ...]] = ()  # headers that prove the origin and are never kept, lower case

    @abstractmethod
    def verify(self, received: Received, settings: "Settings", secrets: "Secrets", *, now: datetime) -> None:
        """Return when the request is the provider's; raises Forged otherwise, whatever the bytes."""

    def greets(self, method: str | None) -> bool:
        """Tell whether a request by this method may be such a trying of the door."""
        return False

    def greeting(self, received: Received, settings: "Settings", secrets: "Secrets") -> str | None:
        """Return what a provider that tries the door wants to hear, nothing being stored; None: it tries nothing.

        Raises Forged when whoever tries it cannot prove that they are the provider.
        """
        return None

    def notes(self, settings: "Settings") -> Mapping[str, str]:
        """Return settings that reading will need, kept with the request as ``x-…`` headers, over any of that name."""
        return {}

    def locate(self, received: Received, place: int, settings: "Settings", secrets: "Secrets") -> str:
        """Return where a file that the request names without an address can be fetched now; empty: nowhere.

        The address lies with the provider that the account names and may hold a secret: it is never kept. May ask the
        provider; raises Unfit, NotNow (`channels.files`).
        """
        return ""

    def answer(self, received: Received) -> tuple[str, str]:
        """Return the body and content type of our 200, where the provider wants more than a word; never fails."""
        return "ok", "text/plain"
