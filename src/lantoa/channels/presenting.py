"""Accounts and test results in the words and lights of the desk."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.channels import registry
from lantoa.channels.contract import Accepted, AccountProblem, AddressKind, Capability, Outcome, Rejected, Throttled
from lantoa.channels.contract import Unknown as InDoubt
from lantoa.channels.enums import Health
from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import PublicCapability
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
    AddressKind.ZALO: gettext_lazy("The Zalo user ID of a follower; it is shown in the webhook event."),
}


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
