"""Closed lists of the press room."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class FileKind(models.TextChoices):
    """What lies in a press kit."""

    PICTURE = "picture", _("Picture")
    DOCUMENT = "document", _("Document")


class KitState(models.TextChoices):
    """Where a press kit stands, as staff see it."""

    DRAFT = "draft", pgettext_lazy("press kit", "Draft")
    SENT = "sent", pgettext_lazy("press kit", "Waits for release")
    RETURNED = "returned", pgettext_lazy("press kit", "Returned")
    EMBARGOED = "embargoed", pgettext_lazy("press kit", "Under embargo")
    OUT = "out", pgettext_lazy("press kit", "Out")
    WITHDRAWN = "withdrawn", pgettext_lazy("press kit", "Withdrawn")
