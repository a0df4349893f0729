"""The closed lists of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """What the people there read or hear best."""

    VIETNAMESE = "vi", _("Vietnamese")
    KHMER = "km", _("Khmer")
    ENGLISH = "en", _("English")


class Sighting(models.TextChoices):
    """What was known of an outlet when it was last seen."""

    NEVER = "", _("Not seen yet")
    WORKING = "working", _("Working")
    TROUBLE = "trouble", _("In trouble")


class WireFault(models.TextChoices):
    """Why no wire gets to an outlet whose kind needs an account."""

    NO_ACCOUNT = "no_account", _("No channel account is named. Name the one that reaches it.")
    ACCOUNT_OFF = "account_off", _("Its channel account is switched off. Have it switched on, or name another.")


class ImportState(models.TextChoices):
    """Where a list of outlets stands."""

    TRIED = "tried", _("Checked")
    DONE = "done", _("Brought in")
    CANCELLED = "cancelled", _("Given up")
