"""Who may do what with people's stories."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError

VIEW = declare(
    "contributions.view", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.AUDITOR, label=_("read people's stories")
)
WORK = declare("contributions.work", Role.EDITOR, Role.REVIEWER, Role.LEADER, label=_("work up people's stories"))
VIEW_SENDER = declare("contributions.view_sender", Role.EDITOR, Role.LEADER, label=_("see how to reach a sender"))


class StoryRefused(LantoaError):
    """The story cannot be taken or cannot take this step; the message says why and what to do."""
