"""Closed lists of placements, and the table of allowed moves that the database holds too (migration 0007)."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class PlacementState(models.TextChoices):
    """Where one message at one outlet stands."""

    PLANNED = "planned", _("To be put there")
    SENDING = "sending", pgettext_lazy("placement", "On the wire")
    ACCEPTED = "accepted", pgettext_lazy("placement", "Handed over")
    DONE = "done", pgettext_lazy("placement", "Was there")
    FAILED = "failed", pgettext_lazy("placement", "Could not be put there")
    MISSED = "missed", pgettext_lazy("placement", "Never confirmed")
    WITHDRAWN = "withdrawn", pgettext_lazy("placement", "Taken away again")
    CANCELLED = "cancelled", pgettext_lazy("placement", "Called off")
    UNKNOWN = "unknown", pgettext_lazy("placement", "Unclear")


_P = PlacementState
_BACK = frozenset({_P.PLANNED, _P.ACCEPTED, _P.UNKNOWN, _P.FAILED, _P.MISSED})

PLACEMENT_MOVES: Mapping[PlacementState, frozenset[PlacementState]] = {
    _P.PLANNED: frozenset({_P.SENDING, _P.DONE, _P.MISSED, _P.CANCELLED}),
    # Back to planned only when nothing was taken.
    _P.SENDING: frozenset({_P.PLANNED, _P.ACCEPTED, _P.DONE, _P.FAILED, _P.UNKNOWN}),
    _P.UNKNOWN: frozenset({_P.SENDING, _P.ACCEPTED, _P.DONE, _P.FAILED}),
    _P.ACCEPTED: frozenset({_P.DONE, _P.FAILED, _P.MISSED, _P.WITHDRAWN}),
    # Back to where it stood only with the row that undoes a wrong confirmation.
    _P.DONE: _BACK | {_P.WITHDRAWN},
    _P.FAILED: frozenset({_P.PLANNED, _P.DONE}),  # a person tries again, or somebody shows that it was there after all
    _P.MISSED: frozenset({_P.DONE}),  # confirmed late
    _P.WITHDRAWN: frozenset(),
    _P.CANCELLED: frozenset(),
}
"""Every move a placement may make."""

CONFIRMABLE = _BACK
"""From where a person may say that it was there."""

OPEN = frozenset({_P.PLANNED, _P.SENDING, _P.ACCEPTED})
"""What a broadcast waits for; one in doubt that will be tried again is waited for, too."""

RECEIPT_RANK: Mapping[str, int] = {_P.ACCEPTED: 1, _P.MISSED: 2, _P.FAILED: 2, _P.DONE: 3}
"""What a receipt may raise: the higher word wins."""


class PlacementReason(models.TextChoices):
    """Why a placement stands where it stands."""

    NONE = "", "—"
    TOO_LATE = "too_late", _("The message ran out before it could be put there")
    NOT_CONFIRMED = "not_confirmed", _("Nobody said that it was there")
    CALLED_OFF = "cancelled", _("The broadcast was stopped")
    REFUSED = "refused", _("Refused by the provider")
    NOT_PLACED = "not_placed", _("The provider could not put it there")
    GAVE_UP = "gave_up", _("Tried several times without success")
    NO_ANSWER = "no_answer", pgettext_lazy("placement", "Sent, but the provider's answer was lost")
    LEASE_LOST = "lease_lost", _("A worker stopped in the middle")
    TRY_AGAIN = "try_again", _("Will be tried again")
    BY_HAND = "by_hand", _("Tried again by an officer")


class PlacementStep(models.TextChoices):
    """What a row of a placement's history records."""

    PLACED = "placed", _("Taken by the provider")
    PUT_OFF = "put_off", _("Put off")
    REFUSED = "refused", _("Refused")
    IN_DOUBT = "in_doubt", _("Left in doubt")
    STARTED = "started", _("Began to play")
    BROKEN_IN = "broken_in", _("Interrupted by an urgent message")
    STOPPED = "stopped", _("Stopped playing")
    RECEIPT = "receipt", _("Receipt")
    CONFIRMED = "confirmed", _("Confirmed")
    UNDONE = "undone", _("Confirmation taken back")
    RETRIED = "retried", _("Tried again by an officer")
    REMINDED = "reminded", _("Reminded")
    WITHDRAWN = "withdrawn", _("Taken away again")
    RETRACTED = "retracted", _("Taken away over the wire")
    LEFT_THERE = "left_there", _("Not taken away over the wire")
    MISSED = "missed", _("Never confirmed")
    CANCELLED = "cancelled", _("Called off")
