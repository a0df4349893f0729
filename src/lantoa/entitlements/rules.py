"""Who may see and write the rules of the guide."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role

SEE = declare(
    "entitlements.see", Role.LEADER, Role.EDITOR, Role.REVIEWER, Role.CASE_OFFICER, Role.AUDITOR,
    label=_("see the rules of the guide “What can I get?”"),
)  # fmt: skip
WRITE = declare("entitlements.write", Role.EDITOR, label=_("write the rules of the guide “What can I get?”"))
