"""Who may do what in the press room."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError

VIEW = declare(
    "pressroom.view", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.REPORTER, Role.AUDITOR,
    label=_("see what the press told"),
)  # fmt: skip
ENTER = declare("pressroom.enter", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.REPORTER,
                label=_("enter what the press told"))  # fmt: skip


class ClippingRefused(LantoaError):
    """The piece cannot be entered; the message says why and what to do."""
