"""Closed lists of the approvals room."""

from django.db import models
from django.utils.translation import pgettext_lazy


class Verdict(models.TextChoices):
    """What the second person said; the first word closes a submission."""

    APPROVED = "approved", pgettext_lazy("approval", "Approved")
    RETURNED = "returned", pgettext_lazy("approval", "Returned for changes")
