"""What a public channel promises: a message put where many people meet it, not sent to one of them.

The counterpart of `contract.py` for loudspeakers, notice boards, print, propagandists, pages and the press. Pure: no
Django model, no domain. An *outlet* is one place (a station, a board, a page, a newsroom); one :class:`Placing` is one
approved message put at one outlet. A :class:`Placer` carries it there over a wire and sorts every problem exactly as a
transport does; a kind without a placer is carried out by people, who take a :class:`Kit` and bring back proof.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum, StrEnum
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Self

from .contract import Accepted, Channel, Idempotency, Secrets, Settings, Unknown, UnknownPolicy
from .inbound import Hook

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Decree(IntEnum):
    """The eight kinds of grass-roots information channel, in the order of Decree 49/2024/NĐ-CP, and the press."""

    STATION = 1
    BOARD = 2
    BULLETIN = 3
    LEAFLET = 4
    PROPAGANDIST = 5
    PORTAL = 6
    SOCIAL = 7
    TELECOM = 8
    PRESS = 9  # not one of the eight: handed over, published by others


class Priority(StrEnum):
    """How a message stands against others at the same outlet (Circular 39/2020/TT-BTTTT for loudspeakers)."""

    NORMAL = "normal"  # the outlet's people choose the slot
    PREFERRED = "preferred"  # in the programme; on a clash they decide the order
    URGENT = "urgent"  # at once


class Proof(StrEnum):
    """What shows that a placing happened."""

    RECEIPT = "receipt"  # the provider or the device says so
    WORD = "word"  # a person says when
    PHOTO = "photo"  # a person shows it
    COUNT = "count"  # a person says how many were handed out


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicCapability:
    """What one kind of public channel can and cannot do, declared once."""

    kind: str
    label: "StrOrPromise"
    outlet_label: "StrOrPromise"  # what one place is called: "notice board"
    decree: Decree
    proof: Proof
    fields: tuple[str, ...] = ("text",)  # what of a Placing its form carries: "subject", "text"
    max_length: int | None = None  # characters of text; None: no limit
    icon: str = "send"  # a name in the design system's sprite
    idempotency: Idempotency = Idempotency.NONE  # how a placing in doubt is settled; only with a placer
    unknown_policy: UnknownPolicy = UnknownPolicy.LEAVE  # where it can neither be deduped nor asked
    urgent_unknown_policy: UnknownPolicy = UnknownPolicy.RESEND
    network: bool = False  # a placer carries it; else people do
    account: bool = False  # its outlets hang on a ChannelAccount (secrets, health)
    recalls: bool = False  # `Placer.withdraw` takes away again what it put there
    recorded: bool = False  # a person's recording of its words may be given, heard instead of a voice
    handed_over: bool = False  # published by others: given with pictures and a contact, known before an embargo ends
    counted: "StrOrPromise" = ""  # what `Proof.COUNT` counts, and what an outlet's `quantity` means: "copies"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An outlet as a placer and a kit see it; `settings` are the outlet's own, JSON values."""

    name: str
    unit: str = ""
    hamlet: str = ""
    keeper: str = ""  # the post or title that looks after it, never a person's name
    quantity: int = 1  # copies, posters; what the kind counts
    settings: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A photo that goes with a message: its bytes, what it shows, whose it is. No bytes: it is no more what was
    approved."""

    name: str  # a file name
    content_type: str
    content: bytes
    caption: str = ""
    rights: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom a newsroom may call about one message: a name or a post, an office phone, an office e-mail."""

    name: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing:
    """One approved message at one outlet, ready to carry.

    ``key`` is the idempotency key: the same for every attempt, 1 to 64 of ``[0-9A-Za-z-]``. ``about`` is the same for
    every wording of one message, at most 64 characters, so that a page can put new words in the old one's place; empty
    where nobody can tell.
    """

    key: str
    place: Place
    title: str
    text: str
    language: str = "vi"
    link: str = ""  # where more is to be read, on our own portal
    source: str = ""  # the agency that speaks
    legal_basis: str = ""
    priority: Priority = Priority.NORMAL
    starts_at: datetime | None = None  # None: as soon as it can be
    expires_at: datetime | None = None
    embargo_until: datetime | None = None  # before it, whoever gets this may not publish it
    pictures: tuple[Picture, ...] = ()
    contact: Contact | None = None  # None: the account's own
    sound: str = ""  # SHA-256 of the approved recording of exactly this text; "" without one
    seconds: int = 0  # how long that plays; 0: not known
    planned_at: datetime | None = None  # its start in the outlet's programme, where one was kept
    about: str = ""
    confirm_link: str = ""  # where whoever puts it there says so
    confirm_word: str = ""  # and what they may text us instead
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Kit:
    """What people need to carry a placing out: one file."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page of a placing shows to whoever carries it out: a template and what it is given as ``sheet``."""

    template: str
    sheet: object


class Placer(ABC):
    """A way to the outlets of one account (or of none); used inside one event loop.

    Raises what a transport raises: Retry, Throttled, Rejected, Unknown, AccountProblem, nothing else.
    """

    capability: ClassVar[PublicCapability]
    clock: Callable[[], datetime] = staticmethod(partial(datetime.now, UTC))
    """What time it is: whoever uses it may set the database's clock, which all processes share."""

    def now(self) -> datetime:
        """Return the moment by which everything here is decided."""
        return self.clock()

    async def open(self) -> None:  # noqa: B027
        """Make ready; must not fail because the provider is away."""

    async def close(self) -> None:  # noqa: B027
        """Let connections go; safe to call twice."""

    @abstractmethod
    async def place(self, placing: Placing) -> Accepted:
        """Put it there; `Accepted.delivered` when that is all there is to it."""

    async def withdraw(self, placing: Placing, provider_id: str) -> None:
        """Take it away again; raises Rejected where that cannot be done."""
        raise Unknown("this channel takes nothing back")

    async def resolve(self, placing: Placing, provider_id: str) -> Accepted | None:
        """Ask about a placing in doubt (QUERY kinds); None: it was never accepted."""
        raise Unknown("this channel cannot be asked")

    async def try_out(self, typed: str) -> None:
        """Prove that the account works without a word to the public (kinds with a `TryOut`); ``typed`` is what it asks.

        Raises as `place` does; Rejected where the account is in order and only what was typed is not.
        """
        raise Unknown("this channel cannot be tried")

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()


@dataclass(frozen=True, slots=True)
class Measure:
    """How much of something a text takes: minutes of air, pages, messages; `words` says it to people."""

    amount: float
    words: "StrOrPromise"


@dataclass(frozen=True, slots=True, kw_only=True)
class TryOut:
    """What an account's page says of trying it by `Placer.try_out`: nothing of it reaches the public."""

    tells: "StrOrPromise"  # what is done
    done: "StrOrPromise"  # what a success proves
    asks: "StrOrPromise" = ""  # the label of what the officer types; empty: nothing is asked
    hint: "StrOrPromise" = ""
    sends: bool = False  # a message goes to the officer; else the connection is checked and nothing is sent


@dataclass(frozen=True, slots=True)
class PublicChannel:
    """One kind of public channel: everything the rest of the house needs to know, by name where Django is involved.

    `derive` makes the kind's first form (subject, text) of the master text; `measure` says what a text takes.
    `kit` is what people need for one placing, `lot` the same for many of one message (in the order given, units
    together); both raise a LantoaError where the text cannot be printed. `shown` replaces the bare text on its page.
    """

    capability: PublicCapability
    outlet_form: str  # dotted path of a forms.Form: the outlet's own settings
    derive: Callable[[str, str], tuple[str, str]] = lambda title, text: (title, text)
    measure: Callable[[str], Measure] | None = None
    kit: Callable[[Placing], Kit] | None = None
    lot: Callable[[Sequence[Placing]], Kit] | None = None
    shown: Callable[[Placing], Shown] | None = None
    connect: Callable[[Settings, Secrets], Placer] | None = None
    try_out: TryOut | None = None  # how an account is tried; needs `connect`
    account_form: str = ""  # dotted path of a channels.forms.AccountForm, where outlets hang on accounts
    hook: Hook | None = None
    answers: Channel | None = None  # how one person who wrote there is answered, over the same account
    by_people: Callable[[Mapping[str, object]], bool] = lambda _settings: (
        False
    )  # an outlet of it that no placer reaches
    listen: str = ""  # dotted path of a listeners.Listen, for kinds whose outlets speak over a lasting connection

    @property
    def kind(self) -> str:
        """Return the name the kind goes by."""
        return self.capability.kind
