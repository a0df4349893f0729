"""Closed lists of the case desk and the moves a case may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Matter(models.TextChoices):
    """What the citizen brings. Complaints and denunciations are not feedback: they leave by their own legal door."""

    QUESTION = "question", _("Question")
    REPORT = "report", pgettext_lazy("matter", "Report")
    PROPOSAL = "proposal", pgettext_lazy("matter", "Proposal")
    CONTENT = "content", _("Something wrong on a page")
    TECHNICAL = "technical", _("A page that does not work")
    COMPLAINT = "complaint", _("Complaint")
    DENUNCIATION = "denunciation", _("Denunciation")


ABOUT_PAGES = frozenset({Matter.CONTENT, Matter.TECHNICAL})
"""What readers report of a page of ours; it goes to whoever answers for the page."""
FEEDBACK = frozenset({Matter.QUESTION, Matter.REPORT, Matter.PROPOSAL}) | ABOUT_PAGES


class Door(models.TextChoices):
    """Where the case came in."""

    PORTAL = "portal", _("Portal form")
    ZALO = "zalo", _("Zalo")
    TELEGRAM = "telegram", _("Telegram")
    EMAIL = "email", _("E-mail")
    SMS = "sms", _("Text message")
    FACEBOOK = "facebook", _("Facebook")
    OTHER = "other", _("Another channel")
    COUNTER = "counter", _("At the office")


WRITTEN = frozenset({Door.ZALO, Door.TELEGRAM, Door.EMAIL, Door.SMS, Door.FACEBOOK, Door.OTHER})
"""Doors that are channels: what comes in there is taken in once by the channel's own id, and a receipt goes back."""


class Happening(models.TextChoices):
    """What can happen to a case."""

    RECEIVED = "received", _("Received")
    ADDED = "added", _("More from the citizen")
    ROUTED = "routed", _("Passed to the agency in charge")
    NOTED = "noted", _("Internal note")
    ANSWERED = "answered", _("Answered")
    PUBLISHED = "published", _("Answer published")
    REFERRED = "referred", _("Referred to its legal door")
    REOPENED = "reopened", _("Reopened")


FROM_CITIZEN = frozenset({Happening.RECEIVED, Happening.ADDED, Happening.REOPENED})
"""The happenings whose text is the citizen's own."""


class Status(models.TextChoices):
    """Where a case stands: always the consequence of its last deciding event."""

    WAITING = "waiting", _("Waiting for an answer")
    ANSWERED = "answered", _("Answered")
    REFERRED = "referred", _("Referred")


CONSEQUENCE: dict[Happening, Status] = {
    Happening.RECEIVED: Status.WAITING,
    Happening.ANSWERED: Status.ANSWERED,
    Happening.REFERRED: Status.REFERRED,
    Happening.REOPENED: Status.WAITING,
}
"""The deciding events; all others leave the status as it is."""

ALLOWED: dict[Status, frozenset[Happening]] = {
    Status.WAITING: frozenset(
        {Happening.ADDED, Happening.ROUTED, Happening.NOTED, Happening.ANSWERED, Happening.REFERRED}
    ),
    Status.ANSWERED: frozenset({Happening.NOTED, Happening.PUBLISHED, Happening.REOPENED, Happening.ANSWERED}),
    Status.REFERRED: frozenset({Happening.NOTED}),
}
"""Which events a case may take in each status; the database holds the same table."""


class ReplyState(models.TextChoices):
    """How far a reply on the citizen's own channel has come."""

    PENDING = "pending", _("Waiting to go")
    SENDING = "sending", _("Being sent")
    ACCEPTED = "accepted", _("Taken by the channel")
    DELIVERED = "delivered", _("Reached the citizen")
    FAILED = "failed", _("Did not go")
    UNKNOWN = "unknown", _("Not known")


SETTLED = frozenset({ReplyState.ACCEPTED, ReplyState.DELIVERED, ReplyState.FAILED})
"""No worker looks at these again."""

UNSENT = frozenset({ReplyState.FAILED, ReplyState.UNKNOWN})
"""A person decides what becomes of these, once no worker will try them again."""
