"""Who may see the outlets and who looks after their list."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role

VIEW = declare(
    "outlets.view",
    Role.LEADER, Role.EDITOR, Role.REVIEWER, Role.CHANNEL_OFFICER, Role.REPORTER, Role.AUDITOR, Role.ADMINISTRATOR,
    label=_("see the outlets: loudspeakers, notice boards, bulletins and the like"),
)  # fmt: skip
MANAGE = declare("outlets.manage", Role.CHANNEL_OFFICER, Role.ADMINISTRATOR, label=_("keep the list of outlets"))
