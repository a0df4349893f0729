"""The closed lists of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Verdict(models.TextChoices):
    """Three values: what was not answered is neither yes nor no."""

    MET = "met", pgettext_lazy("verdict", "Entitled")
    OPEN = "open", pgettext_lazy("verdict", "Depends on what was not answered")
    NOT_MET = "not_met", pgettext_lazy("verdict", "Not entitled")


class Household(models.TextChoices):
    """What the household is on the commune's list of this year."""

    POOR = "poor", _("Poor household")
    NEAR_POOR = "near_poor", _("Near-poor household")
    ESCAPED = "escaped", _("Household that newly left poverty")
    OTHER = "other", _("None of these")


class Work(models.TextChoices):
    """What a grown member of the household lives on."""

    STEADY = "steady", _("Steady work")
    UNSTEADY = "unsteady", _("Work now and then")
    NONE = "none", _("Looking for work")
    UNABLE = "unable", _("Not able to work")


class Housing(models.TextChoices):
    """What the household lives in."""

    SOLID = "solid", _("A solid house of its own")
    BROKEN = "broken", _("A makeshift or broken house")
    WITHOUT = "without", _("No house of its own")


class YesNo(models.TextChoices):
    """A plain question."""

    YES = "yes", _("Yes")
    NO = "no", _("No")


class Office(models.TextChoices):
    """Whom to ask, by the level of the office; the name is that of the day and place."""

    COMMUNE = "commune", _("The People's Committee of one's commune or ward")
    PROVINCE = "province", _("The agency of the province in charge of poverty reduction")


class Stage(models.TextChoices):
    """Where the newest version of a rule stands."""

    DRAFT = "draft", _("Draft")
    WAITING = "waiting", _("Waits for a second person")
    RETURNED = "returned", _("Returned to its author")
    APPROVED = "approved", _("Approved")
    REVOKED = "revoked", _("Approval revoked")
