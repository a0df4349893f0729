"""Who may write, arrange and withdraw pages."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError

WRITE = declare("newsroom.write", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR, label=_("write pages"))
ENTER = declare(
    "newsroom.enter_admin", Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR,
    label=_("open the page editor"),
)  # fmt: skip
WITHDRAW = declare(
    "newsroom.withdraw", Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR, label=_("take published pages down")
)
SIGN = declare(
    "newsroom.sign_interface", Role.LEADER, Role.ADMINISTRATOR, label=_("keep who has read the interface in a language")
)

CHECK_LAW = declare(
    "newsroom.check_law", *(Role(name) for name in settings.LANTOA_LAW_CHECK_ROLES), label=_("give the legal check")
)
PUBLISH = declare(
    "newsroom.publish", Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR, label=_("publish what is approved")
)
LIFT = declare("newsroom.lift_embargo", Role.LEADER, label=_("lift embargoes of others"))

GROUPS: dict[Role, frozenset[str]] = {
    Role.EDITOR: frozenset({"add", "change"}),
    Role.REVIEWER: frozenset({"add", "change", "publish", "lock", "unlock"}),
    Role.LEADER: frozenset({"add", "change", "publish", "lock", "unlock"}),
    Role.ADMINISTRATOR: frozenset({"add", "change", "publish", "lock", "unlock", "bulk_delete"}),
}
"""What each role's group may do to pages in Wagtail; going live needs an approval besides."""


class NotReadyError(LantoaError):
    """The page lacks something that readers, or the people in its pictures, are owed."""


class NotApprovedError(LantoaError):
    """Exactly this version has not been approved by a second person."""


class FindingsError(NotReadyError):
    """The content checks found what stops the page, or warnings that nobody has answered for."""

    def __init__(self, findings: Sequence[Any]) -> None:
        super().__init__(" ".join(str(finding) for finding in findings))
        self.findings = findings


def needs_law(page: Any) -> bool:
    """Whether pages of this kind pass the legal check before anybody approves them."""
    return page.section in settings.LANTOA_LAW_CHECK_KINDS


def group_name(role: Role) -> str:
    """The name of the Wagtail group that a role's holders are put in."""
    return f"newsroom {role.value}"
