"""Closed lists of outreach, and the two tables of allowed moves that the database holds too (migration 0002)."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class DeliveryState(models.TextChoices):
    """Where one person's message stands."""

    PENDING = "pending", _("Waiting")
    SENDING = "sending", _("On the wire")
    ACCEPTED = "accepted", _("Handed over")
    DELIVERED = "delivered", _("Delivered")
    READ = "read", _("Read")
    FAILED = "failed", _("Not reached")
    SUPPRESSED = "suppressed", _("Not sent")
    EXPIRED = "expired", _("Too late")
    UNKNOWN = "unknown", _("Unclear")


_S = DeliveryState

STORED = [state for state in DeliveryState if state != DeliveryState.SENDING]
"""The states the ledger holds. `sending` is shown, not stored: the delivery stands in the outbox under a lease."""

VISIT = "visit"
"""The last resort of a fallback chain: somebody goes and tells them. A channel of people, not of wires."""

MOVES: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    _S.PENDING: frozenset({_S.ACCEPTED, _S.DELIVERED, _S.FAILED, _S.UNKNOWN, _S.SUPPRESSED, _S.EXPIRED}),
    # Back to pending only when the provider is known to have taken nothing.
    _S.UNKNOWN: frozenset({_S.PENDING, _S.ACCEPTED, _S.DELIVERED, _S.READ, _S.FAILED}),
    _S.ACCEPTED: frozenset({_S.DELIVERED, _S.READ, _S.FAILED}),
    _S.DELIVERED: frozenset({_S.READ}),
    # A person's retry (pending, only with its attempt row), or a provider that corrects itself upward.
    _S.FAILED: frozenset({_S.PENDING, _S.DELIVERED, _S.READ}),
    _S.READ: frozenset(),
    _S.SUPPRESSED: frozenset(),
    _S.EXPIRED: frozenset(),
}
"""Every move a delivery may make."""

RANK: Mapping[str, int] = {_S.ACCEPTED: 1, _S.FAILED: 2, _S.DELIVERED: 3, _S.READ: 4}
"""What a receipt may raise: the higher word wins, so receipts end the same in any order."""

SETTLED = frozenset({_S.ACCEPTED, _S.DELIVERED, _S.READ, _S.FAILED, _S.SUPPRESSED, _S.EXPIRED})


class BroadcastState(models.TextChoices):
    """Where a broadcast stands."""

    DRAFT = "draft", _("Draft")
    APPROVED = "approved", _("Approved")
    RELEASING = "releasing", _("Being released")
    RUNNING = "running", _("Spreading now")
    PAUSED = "paused", _("Paused")
    DONE = "done", _("Done")
    CANCELLED = "cancelled", _("Stopped")


_B = BroadcastState

BROADCAST_MOVES: Mapping[BroadcastState, frozenset[BroadcastState]] = {
    _B.DRAFT: frozenset({_B.APPROVED, _B.CANCELLED}),
    _B.APPROVED: frozenset({_B.DRAFT, _B.RELEASING, _B.CANCELLED}),
    _B.RELEASING: frozenset({_B.RUNNING}),
    _B.RUNNING: frozenset({_B.PAUSED, _B.DONE, _B.CANCELLED}),
    _B.PAUSED: frozenset({_B.RUNNING, _B.CANCELLED}),
    _B.DONE: frozenset({_B.RUNNING}),  # a person retries what failed
    _B.CANCELLED: frozenset(),
}
"""Every move a broadcast may make."""


class Urgency(models.TextChoices):
    """The class of a broadcast: urgent passes quiet hours, by a permission of its own."""

    ORDINARY = "ordinary", _("Ordinary")
    URGENT = "urgent", _("Urgent: disaster or safety")


class Hold(models.TextChoices):
    """Why a broadcast is paused, when no person paused it."""

    NONE = "", "—"
    BUDGET = "budget", _("Its budget is used up")
    APPROVAL = "approval", _("Its approval was taken back")


class Reason(models.TextChoices):
    """Why a delivery stands where it stands; what a provider said in words is in the attempts."""

    NONE = "", "—"
    NO_CHANNEL = "no_channel", _("No address on the channels chosen")
    NO_CONSENT = "no_consent", _("Has not agreed to messages of this kind")
    SHARED_ADDRESS = "shared_address", _("Shares an address with someone who gets it")
    ALREADY_SENT = "already_sent", _("Got this message in another broadcast")
    WITHDRAWN = "withdrawn", _("Withdrew before it was sent")
    CANCELLED = "cancelled", _("The broadcast was stopped")
    TOO_LATE = "too_late", _("The message ran out before it could be sent")
    REFUSED = "refused", _("Refused by the provider")
    DEAD_ADDRESS = "dead_address", _("The address does not exist or refuses messages")
    NOT_DELIVERED = "not_delivered", _("The provider could not deliver it")
    GAVE_UP = "gave_up", _("Tried several times without success")
    NO_ANSWER = "no_answer", _("Sent, but the provider's answer was lost")
    LEASE_LOST = "lease_lost", _("A worker stopped in the middle")
    QUIET_HOURS = "quiet_hours", _("Waiting for morning")
    OFTEN_ENOUGH = "often_enough", _("Got as many messages today as one number may get")
    REACHED_BEFORE = "reached_before", _("Was reached by an earlier channel meanwhile")
    NOT_MET = "not_met", _("Was not met at home")
    TRY_AGAIN = "try_again", _("Will be tried again")
    BY_HAND = "by_hand", _("Tried again by an officer")


class Step(models.TextChoices):
    """What an attempt row records."""

    INTENT = "intent", _("About to send")  # before the outbox held the intent; kept for old rows
    REFUSED = "refused", _("Refused")
    PUT_OFF = "put_off", _("Put off")
    IN_DOUBT = "in_doubt", _("Left in doubt")
    RELEASED = "released", _("Given back untouched")
    RETRY = "retry", _("Tried again by an officer")
    FALLBACK = "fallback", _("Went on to the next channel")
    VISIT = "visit", _("Visited at home")
    RECEIPT = "receipt", _("Receipt")


class ReceiptStatus(models.TextChoices):
    """What became of a provider's receipt."""

    PARKED = "parked", _("Waiting for its delivery")
    APPLIED = "applied", _("Applied")
    MOOT = "moot", _("Said nothing new")
