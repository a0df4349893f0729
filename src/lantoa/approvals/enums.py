"""Closed lists of the approvals room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Verdict(models.TextChoices):
    """What the second person said; the first word closes a submission."""

    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned for changes")
