"""Who may read, make and submit reports."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError

VIEW = declare("reporting.view_report", Role.REPORTER, Role.LEADER, Role.AUDITOR, label=_("read reports"))
WRITE = declare("reporting.write_report", Role.REPORTER, Role.LEADER, label=_("make and submit reports"))


class ReportingError(LantoaError):
    """A refusal of this room."""
