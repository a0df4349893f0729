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
    DOCUMENT = "document", pgettext_lazy("press kit", "Document")


class KitState(models.TextChoices):
    """Where a press kit stands, as staff see it."""

    DRAFT = "draft", pgettext_lazy("press kit", "Draft")
    SENT = "sent", pgettext_lazy("press kit", "Waits for release")
    RETURNED = "returned", pgettext_lazy("press kit", "Returned")
    EMBARGOED = "embargoed", pgettext_lazy("press kit", "Under embargo")
    OUT = "out", pgettext_lazy("press kit", "Out")
    WITHDRAWN = "withdrawn", pgettext_lazy("press kit", "Withdrawn")


class JournalistState(models.TextChoices):
    """Where a journalist's registration stands."""

    WAITING = "waiting", pgettext_lazy("journalist", "Waits for us")
    ACCEPTED = "accepted", pgettext_lazy("journalist", "Registered")
    REFUSED = "refused", pgettext_lazy("journalist", "Not registered")
    ENDED = "ended", pgettext_lazy("journalist", "Ended")


class JournalistHappening(models.TextChoices):
    """What can happen to a registration."""

    ASKED = "asked", _("Asked, and confirmed the address")
    ACCEPTED = "accepted", _("Registered")
    REFUSED = "refused", _("Not registered")
    ENDED = "ended", _("Access ended")


JOURNALIST_MOVES: dict[JournalistState, dict[JournalistHappening, JournalistState]] = {
    JournalistState.WAITING: {
        JournalistHappening.ACCEPTED: JournalistState.ACCEPTED,
        JournalistHappening.REFUSED: JournalistState.REFUSED,
        JournalistHappening.ENDED: JournalistState.ENDED,
    },
    JournalistState.ACCEPTED: {
        JournalistHappening.ACCEPTED: JournalistState.ACCEPTED,
        JournalistHappening.ENDED: JournalistState.ENDED,
    },
    JournalistState.REFUSED: {},
    JournalistState.ENDED: {},
}
"""The one table of moves of a registration; the trigger of migration 0006 holds the same."""


class LinkKind(models.TextChoices):
    """What a link by mail is for."""

    CONFIRM = "confirm", _("confirm the address")
    ENTER = "enter", _("enter")


class LetterState(models.TextChoices):
    """How far a letter to a journalist came."""

    PENDING = "pending", pgettext_lazy("letter", "On its way")
    SENT = "sent", pgettext_lazy("letter", "Sent")
    REFUSED = "refused", pgettext_lazy("letter", "Could not be delivered")


class Wish(models.TextChoices):
    """What a journalist would like."""

    ANSWER = "answer", _("An answer in writing")
    INTERVIEW = "interview", _("An interview")
    FIGURES = "figures", _("Figures")
    PICTURES = "pictures", _("Pictures")


class RequestState(models.TextChoices):
    """Where a request stands."""

    RECEIVED = "received", pgettext_lazy("press request", "Received")
    ASSIGNED = "assigned", pgettext_lazy("press request", "In work")
    ANSWERED = "answered", pgettext_lazy("press request", "Answered")
    DECLINED = "declined", pgettext_lazy("press request", "Declined")
    RECALLED = "recalled", pgettext_lazy("press request", "Taken back")


OPEN = (RequestState.RECEIVED, RequestState.ASSIGNED)
"""States in which somebody waits for us."""


class RequestHappening(models.TextChoices):
    """What can happen to a request."""

    RECEIVED = "received", pgettext_lazy("press request", "Received")
    ASSIGNED = "assigned", _("Assigned")
    NOTED = "noted", _("Internal note")
    ANSWERED = "answered", pgettext_lazy("press request", "Answered")
    DECLINED = "declined", pgettext_lazy("press request", "Declined")
    RECALLED = "recalled", _("The journalist took it back")


REQUEST_MOVES: dict[RequestState, dict[RequestHappening, RequestState]] = {
    **{
        state: {
            RequestHappening.ASSIGNED: RequestState.ASSIGNED,
            RequestHappening.NOTED: state,
            RequestHappening.ANSWERED: RequestState.ANSWERED,
            RequestHappening.DECLINED: RequestState.DECLINED,
            RequestHappening.RECALLED: RequestState.RECALLED,
        }
        for state in OPEN
    },
    RequestState.ANSWERED: {
        RequestHappening.NOTED: RequestState.ANSWERED,
        RequestHappening.ANSWERED: RequestState.ANSWERED,
    },
    RequestState.DECLINED: {RequestHappening.NOTED: RequestState.DECLINED},
    RequestState.RECALLED: {RequestHappening.NOTED: RequestState.RECALLED},
}
"""The one table of moves of a request; a further answer adds to the first. The trigger of migration 0006 holds it."""
