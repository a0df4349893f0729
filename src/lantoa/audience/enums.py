"""Closed lists of the audience room."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Language(models.TextChoices):
    """The language a person reads messages in."""

    VIETNAMESE = "vi", _("Vietnamese")
    KHMER = "km", _("Khmer")
    ENGLISH = "en", _("English")


class Purpose(models.TextChoices):
    """What a person agrees to be written to about; each is agreed to and withdrawn on its own."""

    POLICY_NEWS = "policy_news", _("News of policies and support")
    EVENTS = "events", _("Invitations to meetings, dialogues and classes")
    CASE_REPLY = "case_reply", _("Answers to what I asked")


class ConsentKind(models.TextChoices):
    """The two things a person can say."""

    GIVEN = "given", _("Given")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Means(models.TextChoices):
    """How the person said it; each leaves its own proof."""

    PORTAL_FORM = "portal_form", _("Portal form, confirmed by the person")
    IMPORT = "import", _("List with a stated basis")
    COUNTER = "counter", _("At the counter")
    PHONE = "phone", _("By phone to an officer")
    KEYWORD = "keyword", _("Keyword in a message")
    LINK = "unsubscribe_link", _("Unsubscribe link")
    OWN_PAGE = "own_page", _("On the person's own page")
    BROWSER = "browser", _("In the person's own browser")
    FOLLOWER = "follower", _("Follow or unfollow on the channel")
    ERASURE = "erasure", _("Erasure on request")
    MERGE = "merge", _("Two records of one person")
    SAMPLE = "sample", _("Sample data")


class SuppressionReason(models.TextChoices):
    """Why an address or a person gets nothing whatever the consents say."""

    UNSUBSCRIBED = "unsubscribed", _("Asked for no more messages")
    KEYWORD = "keyword", _("Answered with a stop word")
    UNFOLLOWED = "unfollowed", _("Stopped following the account")
    DEAD = "dead", _("The address does not exist")
    COMPLAINT = "complaint", _("Marked a message as unwanted")
    COUNTER = "counter", _("Asked an officer")
    ERASED = "erased", _("Erased on request")
    MERGED = "merged", _("Joined into another record")


class GroupKind(models.TextChoices):
    """What kind of group: an audience of the plan, or a programme a household takes part in."""

    AUDIENCE = "audience", _("Audience")
    PROGRAMME = "programme", _("Programme")


class ImportState(models.TextChoices):
    """Where an import stands; the file's content is dropped on leaving MAPPED."""

    UPLOADED = "uploaded", _("Uploaded")
    MAPPED = "mapped", _("Checked")
    DONE = "done", _("Imported")
    CANCELLED = "cancelled", _("Cancelled")


class RightKind(models.TextChoices):
    """What a person may ask for about their own data (Law 91/2025)."""

    ACCESS = "access", _("See what is kept")
    CORRECT = "correct", _("Have it put right")
    WITHDRAW = "withdraw", _("Take back consent")
    RESTRICT = "restrict", _("Use it for less")
    OBJECT = "object", _("Object to its use")
    ERASE = "erase", _("Erase it")
    COPY = "copy", _("Have a copy")


class CameBy(models.TextChoices):
    """How a request about one's data came in."""

    OWN_PAGE = "own_page", _("The person's own page")
    COUNTER = "counter", _("At the counter")
    PHONE = "phone", _("By phone")
    LETTER = "letter", _("By letter")
    KEYWORD = "keyword", _("Keyword in a message")


class RightState(models.TextChoices):
    """Where a request about one's data stands."""

    RECEIVED = "received", _("Received")
    ANSWERED = "answered", _("Answered")
    EXTENDED = "extended", _("Term made longer")
    COMPLETED = "completed", _("Carried out")
    REFUSED = "refused", _("Turned down")


_R = RightState

RIGHT_MOVES: Mapping[RightState, frozenset[RightState]] = {
    _R.RECEIVED: frozenset({_R.ANSWERED, _R.COMPLETED, _R.REFUSED}),
    # A longer term is told to the person, so only after an answer; and only once.
    _R.ANSWERED: frozenset({_R.EXTENDED, _R.COMPLETED, _R.REFUSED}),
    _R.EXTENDED: frozenset({_R.COMPLETED, _R.REFUSED}),
    _R.COMPLETED: frozenset(),
    _R.REFUSED: frozenset(),
}
"""Every move a request may make; the database holds the same (migration 0007)."""

OPEN_STATES = frozenset(state for state, onward in RIGHT_MOVES.items() if onward)
