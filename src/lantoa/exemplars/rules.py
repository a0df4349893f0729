"""Who may put forward, verify, tell and count."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError

_NEAR = (Role.CONTRIBUTOR, Role.CASE_OFFICER, Role.REPORTER, Role.EDITOR, Role.REVIEWER, Role.LEADER)

VIEW = declare("exemplars.view", *_NEAR, Role.AUDITOR, label=_("see who and what is put forward to be followed"))
PROPOSE = declare("exemplars.propose", *_NEAR, label=_("put somebody forward, note who does the same"))
VERIFY = declare("exemplars.verify", Role.REVIEWER, Role.LEADER, label=_("verify who was put forward"))
TELL = declare("exemplars.tell", Role.EDITOR, Role.REVIEWER, Role.LEADER, label=_("tell of who was verified"))


class ExemplarRefused(LantoaError):
    """It cannot be put forward or cannot take this step; the message says why and what to do."""
