"""What each role may do in outreach."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role
from lantoa.outreach.models import Broadcast
from lantoa.outreach.spread import is_urgent

VIEW_MESSAGES = declare(
    "outreach.view_message",
    Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.CHANNEL_OFFICER, Role.REPORTER, Role.AUDITOR,
    label=_("read messages and their forms"),
)  # fmt: skip
WRITE = declare("outreach.write_message", Role.EDITOR, label=_("write messages and ask for approval"))
VIEW = declare(
    "outreach.view_broadcast",
    Role.LEADER, Role.EDITOR, Role.REVIEWER, Role.CHANNEL_OFFICER, Role.REPORTER, Role.AUDITOR,
    label=_("see broadcasts and their ledgers"),
)  # fmt: skip
PREPARE = declare(
    "outreach.prepare_broadcast", Role.EDITOR, Role.CHANNEL_OFFICER, Role.LEADER, label=_("prepare broadcasts")
)
RELEASE = declare(
    "outreach.release", Role.CHANNEL_OFFICER, Role.LEADER, label=_("release, pause, resume and stop broadcasts")
)
RECORD_VISIT = declare(
    "outreach.record_visit", Role.CHANNEL_OFFICER, Role.LEADER, label=_("see who waits for a visit, and record it")
)
VIEW_PLACEMENTS = declare(
    "outreach.view_placement",
    Role.LEADER, Role.EDITOR, Role.REVIEWER, Role.CHANNEL_OFFICER, Role.REPORTER, Role.AUDITOR, Role.CONTRIBUTOR,
    label=_("see what is put at the outlets of one's units, and the proofs"),
)  # fmt: skip
CONFIRM = declare(
    "outreach.confirm_placement", Role.CHANNEL_OFFICER, Role.LEADER, Role.CONTRIBUTOR,
    label=_("fetch what is to be put at an outlet, and say that it was there"),
)  # fmt: skip
RELEASE_URGENT = declare(
    "outreach.release_urgent", Role.LEADER, label=_("release urgent broadcasts that pass quiet hours")
)


def right_to_release(row: Broadcast) -> str:
    """The right it takes to let this broadcast go out."""
    return RELEASE_URGENT if is_urgent(row) else RELEASE
