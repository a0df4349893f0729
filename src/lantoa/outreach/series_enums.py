"""Closed lists of series and triggers, and the table of moves that the database holds too (migration 0005)."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Rhythm(models.TextChoices):
    """How a series repeats."""

    WEEKLY = "weekly", _("Every week on one weekday")
    MONTHLY = "monthly", _("Every month on one day")
    DAYS = "days", _("Every so many days")


class Weekday(models.IntegerChoices):
    """The days of a week as Python counts them."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


class DayOff(models.TextChoices):
    """What becomes of an issue whose day is a holiday."""

    SEND = "send", _("Send all the same")
    SKIP = "skip", _("Leave this one out")
    BEFORE = "before", _("Send on the last working day before")
    AFTER = "after", _("Send on the first working day after")


class IssueState(models.TextChoices):
    """Where an issue of a series, or a reminder, stands."""

    PLANNED = "planned", _("Being prepared")
    READY = "ready", _("Ready")
    HELD = "held", _("Held back")
    RELEASED = "released", _("Sent out")
    MISSED = "missed", _("Missed")
    CANCELLED = "cancelled", _("Left out")


_I = IssueState

ISSUE_MOVES: Mapping[IssueState, frozenset[IssueState]] = {
    _I.PLANNED: frozenset({_I.READY, _I.HELD, _I.MISSED, _I.CANCELLED}),
    # Back to planned when the approval fell or a comma changed before the hour.
    _I.READY: frozenset({_I.PLANNED, _I.RELEASED, _I.HELD, _I.MISSED, _I.CANCELLED}),
    # Back to planned only together with a later hour.
    _I.HELD: frozenset({_I.PLANNED, _I.RELEASED, _I.MISSED, _I.CANCELLED}),
    _I.RELEASED: frozenset(),
    _I.MISSED: frozenset(),
    _I.CANCELLED: frozenset(),
}
"""Every move an issue or a reminder may make."""

OPEN = (IssueState.PLANNED, IssueState.READY, IssueState.HELD)
"""What can still go out."""


class Lack(models.TextChoices):
    """What an issue still needs, or why it was held back or missed."""

    NONE = "", "—"
    NO_TEXT = "no_text", _("It has no text yet")
    NOT_APPROVED = "not_approved", _("Exactly these words are not approved yet")
    NO_FORM = "no_form", _("The text lacks a form for one of the channels")
    NOBODY = "nobody", _("Nobody who may send has put their name to it")
    RIGHT_LOST = "right_lost", _("The post of the person it was to go out for no longer allows sending")
    REFUSED = "refused", _("The broadcast was refused")
    PAUSED = "paused", _("Sending was paused at its hour")
    ASLEEP = "asleep", _("No worker was running at its hour")
    ENDED = "ended", _("It no longer belongs to the schedule")
    BY_HAND = "by_hand", _("An officer left it out")
    CALLED_OFF = "called_off", _("The event was called off")


class TriggerKind(models.TextChoices):
    """What sets a trigger off."""

    PAGE = "page", _("When a policy page comes out")
    MOMENT = "moment", _("Before a fixed moment")
