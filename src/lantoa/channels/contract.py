"""What a channel promises and what its transport may say: the only words outreach and a channel share.

Pure: no Django model, no domain. A transport turns one :class:`Outgoing` into one provider call and answers with
:class:`Accepted` or raises one typed :class:`SendProblem`. The rule that sorts the problems:

- the body never left (connect refused, 429): :class:`Retry` or :class:`Throttled`, safe to send again;
- the provider said no to this message: :class:`Rejected`;
- the provider said no to *us* (token dead, out of money): :class:`AccountProblem`, the channel waits, the message
  does not fail;
- the body left and no readable answer came (time-out, 5xx, garbage, dropped connection): :class:`Unknown`.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, Self

from lantoa.channels.inbound import Ear, Hook, Reader, Received

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

    from lantoa.channels.collecting import Collector

type Settings = Mapping[str, Any]
"""An account's plain settings, JSON values."""
type Secrets = Mapping[str, str]
"""An account's secrets, in clear, in memory only."""


class Idempotency(StrEnum):
    """How a delivery left in doubt is settled on this channel."""

    KEY = "key"  # the provider drops a repeat of the same key: send again
    QUERY = "query"  # the provider can be asked: Transport.resolve
    NONE = "none"  # neither: the stated policy decides


class UnknownPolicy(StrEnum):
    """What to do with a delivery in doubt when the provider can neither dedupe nor be asked."""

    LEAVE = "leave"  # at most once: it stays unknown and is listed
    RESEND = "resend"  # at least once: a double is the lesser harm


class AddressKind(StrEnum):
    """What a channel's address is."""

    INBOX = "inbox"
    EMAIL = "email"
    PHONE = "phone"
    ZALO = "zalo"
    TELEGRAM = "telegram"
    WEBPUSH = "webpush"
    FACEBOOK = "facebook"


class CostUnit(StrEnum):
    """What one unit of cost and of rate is counted in."""

    FREE = "free"
    MESSAGE = "message"
    SEGMENT = "segment"


@dataclass(frozen=True, slots=True)
class Window:
    """Local hours in which a channel may be used: from ``opens`` up to, not including, ``closes``, same day."""

    opens: time
    closes: time

    def __contains__(self, at: datetime) -> bool:
        """Tell whether the wall clock of ``at`` (already in local time) lies inside."""
        return self.opens <= at.time() < self.closes

    def next_open(self, at: datetime) -> datetime:
        """Return ``at`` when inside, else the next opening, in ``at``'s own time zone."""
        if at in self:
            return at
        day = at.date() if at.time() < self.opens else at.date() + timedelta(days=1)
        return datetime.combine(day, self.opens, tzinfo=at.tzinfo)


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """What a channel can and cannot do, declared once, read by the composer and by the engine."""

    kind: str
    label: "StrOrPromise"
    serves: str = ""  # the channel whose messages it carries, where that is another kind's: see `channel`
    address: AddressKind
    idempotency: Idempotency
    fields: tuple[str, ...]  # what of an Outgoing it carries: "subject", "text", "html"
    max_length: int | None  # characters of text; None: no limit
    icon: str = "send"  # a name in the design system's sprite
    bulk_size: int = 1  # messages a call
    concurrency: int = 1  # calls in the air at once that one transport bears
    rate_per_second: float | None = None  # cost units a second; None: no limit; an account may lower it
    receipts: bool = False  # the provider reports "delivered" afterwards
    receipts_carry_key: bool = False  # and names our own key when it does
    reads: bool = False  # the provider reports "read"
    default_window: Window | None = None
    unknown_policy: UnknownPolicy = UnknownPolicy.LEAVE
    urgent_unknown_policy: UnknownPolicy = UnknownPolicy.RESEND
    cost_unit: CostUnit = CostUnit.FREE
    free_text: bool = True  # False: only what the provider has approved beforehand; see Channel.faults
    bound: bool = False  # an address holds at the account its owner wrote to, and at no other
    a_day: int | None = None  # ordinary messages one address may get in 24 hours; None: no cap; an account may set it

    @property
    def channel(self) -> str:
        """Return the channel as people know it: what they agreed to, what texts are written for, what is counted.

        Several kinds of account may carry one channel: a text message is one, whichever gateway takes it.
        """
        return self.serves or self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One message to one address, ready to send.

    ``key`` is the idempotency key: the same for every attempt of one delivery, 1 to 64 of ``[0-9A-Za-z-]``.
    """

    key: str
    address: str
    text: str
    language: str = "vi"
    subject: str = ""
    html: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    unsubscribe_url: str = ""
    reply_to: str = ""
    answers: str = ""  # the channel's own id of the message this one answers
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider took the message; ``delivered`` when taking it is already delivering it.

    ``parts``: the provider's ids of all parts of a long text, where each is reported by its own: it is delivered when
    all are, and failed when one is.
    """

    provider_id: str
    delivered: bool = False
    parts: tuple[str, ...] = ()


def explain(words: str, *, code: str | int = "", detail: str = "") -> str:
    """Return a reason for staff, ``[code: ]words[ (detail)]``; ``words`` is a msgid, marked by ``gettext_noop``."""
    shown = f"{code}: {words}" if code else words
    return f"{shown} ({detail.replace('(', '').replace(')', '')})" if detail else shown


class SendProblem(Exception):
    """A message was not (known to be) accepted.

    ``reason`` is for staff, as ``explain`` makes it (``wording.plain_words`` shows it in the reader's language);
    never a secret, never a full address.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Retry(SendProblem):
    """Nothing was accepted; safe to send again, not before ``after`` (None: the engine's own back-off)."""

    def __init__(self, reason: str, *, after: timedelta | None = None) -> None:
        super().__init__(reason)
        self.after = after


class Throttled(SendProblem):
    """Nothing was accepted and the whole account should pause, until a moment or for a while (None: own back-off)."""

    def __init__(self, reason: str, *, after: timedelta | None = None, until: datetime | None = None) -> None:
        super().__init__(reason)
        self.after = after
        self.until = until

    def resume_at(self, now: datetime, default: timedelta = timedelta(seconds=5)) -> datetime:
        """Return when the account may send again."""
        return self.until if self.until is not None else now + (default if self.after is None else self.after)


class Rejected(SendProblem):
    """The provider will never take this message; ``suppress`` when the address itself is dead or unwilling."""

    def __init__(self, reason: str, *, suppress: bool = False) -> None:
        super().__init__(reason)
        self.suppress = suppress


class Unknown(SendProblem):
    """The body left and no readable answer came: accepted or not, nobody here can tell."""


class AccountProblem(SendProblem):
    """The provider refuses the account, not the message: the channel waits for a person, the message stays due."""


type Outcome = Accepted | SendProblem
"""A result as a value, for bulk calls: the problems are returned, not raised."""


type Keep = Callable[[Received], Awaitable[None]]
"""Stores what came in, raw and once; raises while it cannot, and then nothing may be acknowledged."""


class Transport(ABC):
    """A way to one provider account; made by ``Channel.connect``, used inside one event loop.

    ``send`` may be called concurrently, up to ``capability.concurrency``, between ``open`` and ``close``.

    Where a provider reports on the connection that we opened, whoever listens sets ``keep`` before ``open``: the
    transport hands over each report as it came and acknowledges it only when ``keep`` has returned. Without ``keep``
    a transport only sends and must leave reports to those who listen.
    """

    capability: ClassVar[Capability]
    keep: Keep | None = None

    async def open(self) -> None:  # noqa: B027
        """Make ready; must not fail because the provider is away (``send`` says so per message)."""

    async def close(self) -> None:  # noqa: B027
        """Let connections go; safe to call twice."""

    @abstractmethod
    async def send(self, message: Outgoing) -> Accepted:
        """Send one message; raises Retry, Throttled, Rejected, Unknown or AccountProblem, nothing else."""

    async def send_many(self, messages: Sequence[Outgoing]) -> list[Outcome]:
        """Send up to ``capability.bulk_size`` messages; outcomes in the order given, problems as values."""
        return list(await asyncio.gather(*(outcome_of(self, message) for message in messages)))

    async def resolve(self, message: Outgoing, provider_id: str) -> Accepted | None:
        """Ask the provider about a delivery in doubt (QUERY channels); None: it was never accepted.

        Raises Unknown when the provider cannot tell, and the other problems as ``send`` does.
        """
        raise Unknown("this channel cannot be asked")

    async def __aenter__(self) -> Self:
        await self.open()
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()


async def outcome_of(transport: Transport, message: Outgoing) -> Outcome:
    """Send one message and return the problem instead of raising it."""
    try:
        return await transport.send(message)
    except SendProblem as problem:
        return problem


class TokenKeeper(Protocol):
    """Where a channel with expiring access tokens keeps them; shared by all processes."""

    async def current(self) -> str:
        """Return an access token believed to be good; raises AccountProblem when there is none to be had."""

    async def renewed(self, stale: str) -> str:
        """Return a token other than ``stale``, renewing it unless another process already has."""


@dataclass(frozen=True, slots=True)
class Channel:
    """One kind of channel: everything the rest of the house needs to know, by name where Django is involved."""

    capability: Capability
    connect: Callable[[Settings, Secrets, TokenKeeper | None], Transport]
    form: str  # dotted path of the settings form (a channels.forms.AccountForm)
    hook: Hook | None = None
    ear: Ear | None = None  # reads what arrives on the connection that the transport itself opened
    collector: "Collector | None" = None  # where we fetch what came in, on channels whose provider never calls us
    keeper: str = ""  # dotted path of the token keeper, built with the account
    units: Callable[[str], int] = lambda _text: 1  # cost units of a text, see capability.cost_unit
    faults: Callable[[str, Settings], Sequence[str]] = lambda _text, _settings: ()  # why a text cannot go, as `explain`
    sample: Callable[[Settings], str] | None = None  # a text fit for a test where free words do not do
    invite: Callable[[Settings, str], str] | None = None  # the address by which a person joins with a token of ours
    announce: Callable[[Settings, Secrets], Awaitable[None]] | None = None  # tells the provider where our webhook is
    page: str = ""  # dotted path of a function from an account to what its page shows beside the form
    in_public: Callable[[str], bool] = lambda _message_id: False  # whether everybody reads the message of this id
    joined_by: str = ""  # the setting that names the account (its slug) this one shares tokens and webhook with

    @property
    def kind(self) -> str:
        """Return the name the kind goes by."""
        return self.capability.kind

    @property
    def reader(self) -> Reader | None:
        """Return what reads stored events of this kind."""
        return self.told or self.collector

    @property
    def told(self) -> Ear | None:
        """Return what reads those that the provider told us by itself."""
        return self.hook or self.ear
