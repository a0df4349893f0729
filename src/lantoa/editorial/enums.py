"""Closed lists of the editors' desk, and the table of moves a commission may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class CommissionState(models.TextChoices):
    """How far a commission is. Being late is no state: it follows from the deadline."""

    ORDERED = "ordered", pgettext_lazy("commission", "Ordered")
    ACCEPTED = "accepted", pgettext_lazy("commission", "Accepted")
    DELIVERED = "delivered", pgettext_lazy("commission", "Delivered")
    RETURNED = "returned", pgettext_lazy("commission", "To be mended")
    TAKEN = "taken", pgettext_lazy("commission", "Taken")
    CANCELLED = "cancelled", pgettext_lazy("commission", "Cancelled")


MOVES: dict[str, tuple[str, ...]] = {
    CommissionState.ORDERED: (CommissionState.ACCEPTED, CommissionState.CANCELLED),
    CommissionState.ACCEPTED: (CommissionState.DELIVERED, CommissionState.CANCELLED),
    CommissionState.DELIVERED: (CommissionState.TAKEN, CommissionState.RETURNED),
    CommissionState.RETURNED: (CommissionState.DELIVERED, CommissionState.CANCELLED),
    CommissionState.TAKEN: (),
    CommissionState.CANCELLED: (),
}
"""From a state to those a commission may take next; the database refuses every other move."""

OWED = (CommissionState.ORDERED, CommissionState.ACCEPTED, CommissionState.RETURNED)
"""While something must still be delivered; only these can be late."""

CLOSED = (CommissionState.TAKEN, CommissionState.CANCELLED)


class Reminded(models.TextChoices):
    """The steps at which a commission is called to mind, each once for each deadline."""

    SOON = "soon", _("Due soon")
    LATE = "late", _("Late")
