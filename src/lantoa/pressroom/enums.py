"""Closed lists of the press room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Medium(models.TextChoices):
    """Where the press told of it."""

    ONLINE = "online", _("Online newspaper")
    PRINT = "print", _("Printed newspaper")
    TELEVISION = "television", _("Television")
    RADIO = "radio", _("Radio")


BROADCAST = frozenset({Medium.TELEVISION, Medium.RADIO})
"""Media that tell by the minute."""


class EnteredBy(models.TextChoices):
    """Who entered a clipping."""

    STAFF = "staff", _("our staff")
    LIST = "list", _("a list")
