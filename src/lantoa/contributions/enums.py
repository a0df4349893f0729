"""Closed lists of people's stories and the moves a story may make."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class StoryState(models.TextChoices):
    """Where a story stands."""

    RECEIVED = "received", pgettext_lazy("story", "Received")
    IN_WORK = "in_work", pgettext_lazy("story", "Being worked up")
    PUBLISHED = "published", pgettext_lazy("story", "Published")
    DECLINED = "declined", pgettext_lazy("story", "Not published")
    WITHDRAWN = "withdrawn", pgettext_lazy("story", "Taken back by the sender")


class StoryHappening(models.TextChoices):
    """What can happen to a story."""

    RECEIVED = "received", pgettext_lazy("story", "Received")
    TAKEN = "taken", _("Taken up by an editor")
    NOTED = "noted", _("Internal note")
    ASKED = "asked", _("The sender was asked")
    ANSWERED = "answered", _("The sender answered")
    DRAFTED = "drafted", _("A draft page was made")
    PUBLISHED = "published", pgettext_lazy("story", "Published")
    DECLINED = "declined", pgettext_lazy("story", "Not published")
    WITHDRAWN = "withdrawn", _("The sender took back their consent")
    TAKEN_DOWN = "taken_down", _("The page was taken down")


MOVES: dict[StoryState, dict[StoryHappening, StoryState]] = {
    StoryState.RECEIVED: {
        StoryHappening.TAKEN: StoryState.IN_WORK,
        StoryHappening.NOTED: StoryState.RECEIVED,
        StoryHappening.DECLINED: StoryState.DECLINED,
        StoryHappening.WITHDRAWN: StoryState.WITHDRAWN,
    },
    StoryState.IN_WORK: {
        StoryHappening.TAKEN: StoryState.IN_WORK,
        StoryHappening.NOTED: StoryState.IN_WORK,
        StoryHappening.ASKED: StoryState.IN_WORK,
        StoryHappening.ANSWERED: StoryState.IN_WORK,
        StoryHappening.DRAFTED: StoryState.IN_WORK,
        StoryHappening.PUBLISHED: StoryState.PUBLISHED,
        StoryHappening.DECLINED: StoryState.DECLINED,
        StoryHappening.WITHDRAWN: StoryState.WITHDRAWN,
    },
    StoryState.PUBLISHED: {
        StoryHappening.NOTED: StoryState.PUBLISHED,
        StoryHappening.WITHDRAWN: StoryState.WITHDRAWN,
    },
    StoryState.DECLINED: {
        StoryHappening.TAKEN: StoryState.IN_WORK,
        StoryHappening.NOTED: StoryState.DECLINED,
        StoryHappening.WITHDRAWN: StoryState.WITHDRAWN,
    },
    StoryState.WITHDRAWN: {
        StoryHappening.NOTED: StoryState.WITHDRAWN,
        StoryHappening.TAKEN_DOWN: StoryState.WITHDRAWN,
    },
}
"""The one table of moves; the trigger of migrations 0002 and 0004 holds the same."""

TOLD = frozenset({StoryHappening.ASKED, StoryHappening.PUBLISHED, StoryHappening.DECLINED, StoryHappening.TAKEN_DOWN})
"""What the sender gets a letter about, if they left an address."""


class Credit(models.TextChoices):
    """How the sender wishes to be named."""

    FULL = "full", _("By my full name")
    GIVEN = "given", _("By my given name and hamlet")
    NOBODY = "nobody", _("As “a citizen”, without a name")


class FileKind(models.TextChoices):
    """What was sent with a story."""

    PHOTO = "photo", _("Photo")
    VOICE = "voice", _("Voice recording")


class LetterState(models.TextChoices):
    """How far a letter to the sender came."""

    PENDING = "pending", pgettext_lazy("letter", "On its way")
    SENT = "sent", pgettext_lazy("letter", "Sent")
    REFUSED = "refused", pgettext_lazy("letter", "Could not be delivered")
