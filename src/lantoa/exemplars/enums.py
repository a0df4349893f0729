"""Closed lists of those put forward to be followed, and the moves each may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.newsroom.enums import SectionKind


class ExemplarKind(models.TextChoices):
    """What is put forward; the values are the newsroom's, so each becomes a page of its own kind."""

    ROLE_MODEL = SectionKind.ROLE_MODELS.value, _("A person, household or group")
    INITIATIVE = SectionKind.INITIATIVES.value, _("A way of making a living or of working")


class ExemplarState(models.TextChoices):
    """Where it stands."""

    PROPOSED = "proposed", pgettext_lazy("exemplar", "Put forward")
    VERIFIED = "verified", pgettext_lazy("exemplar", "Verified")
    TOLD = "told", pgettext_lazy("exemplar", "Told")
    DECLINED = "declined", pgettext_lazy("exemplar", "Not taken")
    WITHDRAWN = "withdrawn", pgettext_lazy("exemplar", "No longer agreed to")


class ExemplarHappening(models.TextChoices):
    """What can happen to it."""

    PROPOSED = "proposed", pgettext_lazy("exemplar", "Put forward")
    NOTED = "noted", _("Internal note")
    VERIFIED = "verified", _("Seen on the spot and verified")
    DRAFTED = "drafted", _("A page tells it")
    TOLD = "told", _("The page is before readers")
    FOLLOWED = "followed", _("Others do the same")
    DECLINED = "declined", pgettext_lazy("exemplar", "Not taken")
    REOPENED = "reopened", _("Put forward again")
    WITHDRAWN = "withdrawn", _("Agrees no more")
    TAKEN_DOWN = "taken_down", _("The page was taken down")


MOVES: dict[ExemplarState, dict[ExemplarHappening, ExemplarState]] = {
    ExemplarState.PROPOSED: {
        ExemplarHappening.NOTED: ExemplarState.PROPOSED,
        ExemplarHappening.VERIFIED: ExemplarState.VERIFIED,
        ExemplarHappening.DECLINED: ExemplarState.DECLINED,
        ExemplarHappening.WITHDRAWN: ExemplarState.WITHDRAWN,
    },
    ExemplarState.VERIFIED: {
        ExemplarHappening.NOTED: ExemplarState.VERIFIED,
        ExemplarHappening.DRAFTED: ExemplarState.VERIFIED,
        ExemplarHappening.TOLD: ExemplarState.TOLD,
        ExemplarHappening.FOLLOWED: ExemplarState.VERIFIED,
        ExemplarHappening.DECLINED: ExemplarState.DECLINED,
        ExemplarHappening.WITHDRAWN: ExemplarState.WITHDRAWN,
    },
    ExemplarState.TOLD: {
        ExemplarHappening.NOTED: ExemplarState.TOLD,
        ExemplarHappening.FOLLOWED: ExemplarState.TOLD,
        ExemplarHappening.WITHDRAWN: ExemplarState.WITHDRAWN,
    },
    ExemplarState.DECLINED: {
        ExemplarHappening.NOTED: ExemplarState.DECLINED,
        ExemplarHappening.REOPENED: ExemplarState.PROPOSED,
        ExemplarHappening.WITHDRAWN: ExemplarState.WITHDRAWN,
    },
    ExemplarState.WITHDRAWN: {
        ExemplarHappening.NOTED: ExemplarState.WITHDRAWN,
        ExemplarHappening.TAKEN_DOWN: ExemplarState.WITHDRAWN,
    },
}
"""The one table of moves; the trigger of migration 0002 holds the same."""
