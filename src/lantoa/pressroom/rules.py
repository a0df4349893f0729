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
SEE_KITS = declare("pressroom.see_kits", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.AUDITOR,
                   label=_("see press kits before they are out"))  # fmt: skip
WRITE_KITS = declare("pressroom.write_kits", Role.EDITOR, Role.REVIEWER, Role.LEADER, label=_("write press kits"))
ADMIT = declare("pressroom.admit", Role.EDITOR, Role.REVIEWER, Role.LEADER, label=_("register journalists"))
SEE_REQUESTS = declare("pressroom.see_requests", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.CASE_OFFICER,
                       Role.AUDITOR, label=_("see what the press asks"))  # fmt: skip
OPEN_ROOM = declare("pressroom.open", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.REPORTER, Role.CASE_OFFICER,
                    Role.AUDITOR, label=_("open the press room"))  # fmt: skip
"""Whoever holds any right in the room: its door leads on to what they may see."""
ANSWER = declare("pressroom.answer", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.CASE_OFFICER,
                 label=_("answer the press"))  # fmt: skip


class PressRefused(LantoaError):
    """The step cannot be taken; the message says why and what to do."""


class ClippingRefused(PressRefused):
    """The piece cannot be entered; the message says why and what to do."""


class LinkBroken(PressRefused):
    """A link by mail that is cut, was used, or is too old."""
