"""Who may look after channels: an agency's channel officers its own accounts, administrators all of them."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import Person, declare, granted
from lantoa.kernel.enums import Role

VIEW = declare(
    "channels.view_accounts", Role.ADMINISTRATOR, Role.CHANNEL_OFFICER, Role.AUDITOR, label=_("See the channels")
)
MANAGE = declare("channels.manage_accounts", Role.ADMINISTRATOR, Role.CHANNEL_OFFICER, label=_("Set up the channels"))


def agencies_managed(user: Person, *, at: datetime | None = None) -> frozenset[int] | None:
    """Return the agencies whose accounts the user may change; None: every account, also those of no agency."""
    held = granted(user, MANAGE, at)
    if any(grant.role == Role.ADMINISTRATOR for grant in held):
        return None
    return frozenset(grant.agency_id for grant in held)


def may_manage(user: Person, agency_id: int | None, *, at: datetime | None = None) -> bool:
    """Tell whether the user may change an account of this agency (None: of the whole installation)."""
    managed = agencies_managed(user, at=at)
    return managed is None or agency_id in managed
