"""Rights on the ground floor."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role

MANAGE_ACCOUNTS = declare("kernel.manage_accounts", Role.ADMINISTRATOR, label=_("make and close staff accounts"))
MANAGE_CALENDAR = declare("kernel.manage_calendar", Role.ADMINISTRATOR, label=_("swap working days"))
VIEW_AUDIT = declare("kernel.view_audit", Role.AUDITOR, Role.ADMINISTRATOR, label=_("read the audit log"))
