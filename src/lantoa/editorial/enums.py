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


class BundleState(models.TextChoices):
    """Whether a bundle is out."""

    OPEN = "open", pgettext_lazy("bundle", "Being put together")
    LIVE = "live", pgettext_lazy("bundle", "Out")
    CANCELLED = "cancelled", pgettext_lazy("bundle", "Taken apart")


class Stage(models.TextChoices):
    """Where a story stands; worked out from what is on record, kept nowhere."""

    COMMISSIONED = "commissioned", pgettext_lazy("stage of a story", "Ordered")
    DRAFT = "draft", pgettext_lazy("stage of a story", "Being written")
    RETURNED = "returned", pgettext_lazy("stage of a story", "Returned")
    LAW = "law", pgettext_lazy("stage of a story", "At the legal check")
    WAITING = "waiting", pgettext_lazy("stage of a story", "Being read")
    HELD = "held", pgettext_lazy("stage of a story", "Approved, held")
    LIVE = "live", pgettext_lazy("stage of a story", "Published")
    CORRECTED = "corrected", pgettext_lazy("stage of a story", "Published anew")
    WITHDRAWN = "withdrawn", pgettext_lazy("stage of a story", "Taken down")


class ReviewStep(models.TextChoices):
    """Why a review is called to mind, each once."""

    SOON = "soon", _("The reader's time is over soon")
    LATE = "late", _("The reader's time is over")
    NOBODY = "nobody", _("Whoever may read it is away")
    LAW_SOON = "law_soon", _("The time of the legal check is over soon")
    LAW_LATE = "law_late", _("The time of the legal check is over")
    LAW_NOBODY = "law_nobody", _("Whoever may give the legal check is away")
