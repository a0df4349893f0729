"""Who may ask and who may decide."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.approvals.models import Submission
from lantoa.kernel.access import Person, allowed, declare
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError

SEE = declare(
    "approvals.see",
    Role.LEADER, Role.REVIEWER, Role.EDITOR, Role.CHANNEL_OFFICER, Role.AUDITOR,
    label=gettext_lazy("see what was approved"),
)  # fmt: skip
SUBMIT = declare(
    "approvals.submit",
    Role.LEADER, Role.REVIEWER, Role.EDITOR, Role.CHANNEL_OFFICER, Role.CASE_OFFICER,
    label=gettext_lazy("send for approval"),
)  # fmt: skip
DECIDE = declare("approvals.decide", Role.LEADER, Role.REVIEWER, label=gettext_lazy("approve or return"))


class CannotDecideError(LantoaError):
    """This person may not decide on this submission, or nobody may any more."""


def wrote(submission: Submission, user: Person) -> bool:
    """Whether the person's words are in the content, or they sent it in."""
    if user.pk is None:
        return False
    return submission.submitted_by_id == user.pk or submission.authors.filter(user_id=user.pk).exists()


def why_closed(submission: Submission) -> str | None:
    """The sentence that says why nobody can decide any more, or None while it is open."""
    if submission.withdrawn_at is not None:
        return _("This version was taken back or replaced by a newer one.")
    if hasattr(submission, "decision"):
        return _("This version has been decided already.")
    return None


def why_not(submission: Submission, user: Person, *, at: datetime) -> str | None:
    """The sentence that says why this person cannot decide on this submission, or None when they can."""
    if closed := why_closed(submission):
        return closed
    if wrote(submission, user):
        return _("You had a hand in this text. Someone else must read it and decide.")
    if not allowed(user, DECIDE, unit_id=submission.unit_id, at=at):
        return _("Your post does not decide on texts of this unit.")
    return None
