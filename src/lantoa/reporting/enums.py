"""Closed lists of reporting."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Standing(models.TextChoices):
    """What a figure is worth: nothing done, nothing known and nothing to know are three different things."""

    COUNTED = "counted", _("counted")
    ZERO = "zero", _("zero: nothing was done")
    MISSING = "missing", _("missing: not recorded")
    NOT_APPLICABLE = "not_applicable", _("not applicable")


class PeriodKind(models.TextChoices):
    """What a reporting period is called; anything that is no quarter, half or year is between two days."""

    QUARTER = "quarter", _("quarter")
    HALF = "half", _("half year")
    YEAR = "year", _("year")
    CUSTOM = "custom", _("between two days")


class Reach(models.TextChoices):
    """The best that came to one person over a period, the best first."""

    READ = "read", pgettext_lazy("reach", "Read it")
    DELIVERED = "delivered", pgettext_lazy("reach", "It arrived")
    ACCEPTED = "accepted", pgettext_lazy("reach", "Handed to the channel, no receipt yet")
    NONE = "none", pgettext_lazy("reach", "Nothing came")


class Put(models.TextChoices):
    """Where a message at a public outlet stands; each stands in exactly one place."""

    DONE = "done", pgettext_lazy("put", "Was there, proven")
    WAITING = "waiting", pgettext_lazy("put", "Still awaited")
    UNPROVEN = "unproven", pgettext_lazy("put", "Confirmed by nobody")
    FAILED = "failed", pgettext_lazy("put", "Could not be put there")
    OFF = "off", pgettext_lazy("put", "Called off")


class CasePlace(models.TextChoices):
    """Where a case that came in stands; each stands in exactly one place."""

    ON_TIME = "on_time", pgettext_lazy("case", "Answered in time")
    LATE = "late", pgettext_lazy("case", "Answered late")
    WAITING = "waiting", pgettext_lazy("case", "Waiting, still in time")
    OVERDUE = "overdue", pgettext_lazy("case", "Waiting, overdue")
    REFERRED = "referred", pgettext_lazy("case", "Referred to its legal door")
