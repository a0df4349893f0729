"""The closed lists of this room."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Health(models.TextChoices):
    """What is known of an account: nothing yet, working, a passing fault, or waiting for a person."""

    UNTRIED = "untried", _("Not tried yet")
    WORKING = "working", _("Working")
    SHAKY = "shaky", _("Having trouble")
    STOPPED = "stopped", pgettext_lazy("channel", "Stopped")


class FileState(models.TextChoices):
    """What became of a file that came in."""

    WAITING = "waiting", _("Being fetched")
    KEPT = "kept", _("Kept")
    REFUSED = "refused", _("Not taken in")
