"""Accounts and test results in the words and lights of the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.channels import registry
from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    AddressKind,
    Capability,
    Idempotency,
    Outcome,
    Rejected,
    SendProblem,
    Throttled,
    UnknownPolicy,
)
from lantoa.channels.contract import Unknown as InDoubt
from lantoa.channels.enums import Health
from lantoa.channels.models import ChannelAccount, InboxMark
from lantoa.channels.placing import PublicCapability, TryOut
from lantoa.channels.wording import plain_words

LIGHTS: dict[str, tuple[str, str]] = {
    Health.UNTRIED: ("off", "minus"),
    Health.WORKING: ("good", "check"),
    Health.SHAKY: ("doubt", "warning"),
    Health.STOPPED: ("bad", "close"),
}

HINTS: dict[AddressKind, Promise] = {
    AddressKind.INBOX: gettext_lazy("Anything: the inbox is our own page."),
    AddressKind.EMAIL: gettext_lazy("An e-mail address, such as ten@example.org."),
    AddressKind.PHONE: gettext_lazy("A phone number with 84 in front, such as 84912345678."),
    AddressKind.TELEGRAM: gettext_lazy("Your chat's number: write to the bot, then read it in the webhook event."),
    AddressKind.WEBPUSH: gettext_lazy(
        "Turn notifications on at the portal's page in this browser, then press “Use this browser”."
    ),
    AddressKind.ZALO: gettext_lazy("The Zalo user ID of a follower; it is shown in the webhook event."),
}

LEAVE, RESEND = UnknownPolicy.LEAVE, UnknownPolicy.RESEND
IN_DOUBT: dict[tuple[UnknownPolicy, UnknownPolicy], Promise] = {
    (LEAVE, RESEND): gettext_lazy("Leaves it as unknown and lists it; urgent messages are sent again"),
    (LEAVE, LEAVE): gettext_lazy("Leaves it as unknown and lists it, urgent messages too"),
    (RESEND, RESEND): gettext_lazy("Sends again: a double does no harm"),
    (RESEND, LEAVE): gettext_lazy("Sends again; urgent messages stay unknown and are listed"),
}
"""What is done with an ordinary and with an urgent message in doubt that no provider can settle."""


def when_in_doubt(capability: Capability | PublicCapability) -> str:
    """Return what becomes of a message of which nobody can tell whether the provider took it."""
    match capability.idempotency:
        case Idempotency.KEY:
            return _("Sends again; the provider drops the repeat")
        case Idempotency.QUERY:
            return _("Asks the provider")
        case _:
            return str(IN_DOUBT[capability.unknown_policy, capability.urgent_unknown_policy])


@dataclass(frozen=True, slots=True)
class Card:
    """One account as the list shows it."""

    account: ChannelAccount
    capability: Capability | PublicCapability
    tone: str
    icon: str
    word: str
    error: str
    paused_until: datetime | None
    editable: bool


def card(account: ChannelAccount, *, editable: bool, now: datetime) -> Card:
    """Return what the list says of an account at this moment."""
    tone, icon = LIGHTS[account.health]
    word = account.get_health_display()
    if not account.enabled:
        tone, icon, word = "off", "pause", _("Not in use")
    paused = account.paused_until if account.paused_until and account.paused_until > now else None
    error = plain_words(account.last_error) if account.last_error and account.health != Health.WORKING else ""
    return Card(account, registry.described(account.kind), tone, icon, word, error, paused, editable)


def untold(problem: SendProblem) -> str:
    """Return the warning that the provider does not know our webhook yet."""
    words = {"words": plain_words(problem.reason)}
    return _("The provider could not be told where answers go. %(words)s. Save again to try again.") % words


@dataclass(frozen=True, slots=True)
class MailboxLine:
    """How reading the mailbox goes: when it was last read, or why it cannot be."""

    looked_at: datetime | None
    error: str


def mailbox_line(mark: InboxMark | None) -> MailboxLine | None:
    """Return what the account's page says of its mailbox; None while it was never looked into."""
    return MailboxLine(mark.looked_at, plain_words(mark.error) if mark.error else "") if mark else None


def test_result(outcome: Outcome) -> tuple[str, str]:
    """Return (message level, sentence) for a test message."""
    if isinstance(outcome, Accepted):
        if outcome.delivered:
            return "success", _("The test message has arrived.")
        return "success", _("The provider has taken the test message. Look whether it arrives.")
    words = plain_words(outcome.reason)
    if isinstance(outcome, InDoubt):
        return "warning", _("It is not clear whether the message was sent. %(words)s.") % {"words": words}
    if isinstance(outcome, Throttled):
        return "warning", _("The provider asks to wait. %(words)s.") % {"words": words}
    if isinstance(outcome, Rejected):
        return "error", _("The provider did not take this message. %(words)s.") % {"words": words}
    if isinstance(outcome, AccountProblem):
        return "error", _("The account needs attention. %(words)s.") % {"words": words}
    return "error", _("The message was not sent. %(words)s.") % {"words": words}


def try_result(outcome: Outcome, tried: TryOut) -> tuple[str, str]:
    """Return (message level, sentence) for an account of a public kind that was tried."""
    if isinstance(outcome, Accepted):
        return "success", str(tried.done)
    if tried.sends or isinstance(outcome, AccountProblem | Throttled):
        return test_result(outcome)
    words = {"words": plain_words(outcome.reason)}
    if isinstance(outcome, Rejected):
        return "error", _("The account is in order, but not what was entered. %(words)s.") % words
    return "warning", _("Nothing is proven: there was no clear answer. %(words)s. Try again.") % words
