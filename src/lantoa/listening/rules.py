"""Who may do what with cases."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import Person, allowed, declare, granted, require
from lantoa.kernel.enums import Role
from lantoa.listening.models import Case

VIEW_CASES = declare(
    "listening.view_cases",
    Role.CASE_OFFICER, Role.LEADER, Role.AUDITOR,
    label=_("read citizens' cases"),
)  # fmt: skip
VIEW_CITIZEN = declare("listening.view_citizen", Role.CASE_OFFICER, label=_("see who a citizen is"))
ANSWER = declare("listening.answer", Role.CASE_OFFICER, Role.LEADER, label=_("answer citizens"))
ROUTE = declare("listening.route", Role.CASE_OFFICER, Role.LEADER, label=_("pass a case to another agency"))
PUBLISH = declare("listening.publish", Role.CASE_OFFICER, Role.LEADER, label=_("publish an answer"))


def may(user: Person, right: str, case: Case, *, at: datetime | None = None) -> bool:
    """Whether a post carries this right over the unit the case concerns, or at the agency it was last passed to."""
    if allowed(user, right, unit_id=case.unit_id, at=at):
        return True
    held = granted(user, right, at)
    return bool(held) and case.in_charge_id in {grant.agency_id for grant in held}


def require_for(user: Person, right: str, case: Case, *, at: datetime | None = None) -> None:
    """Raise `AccessDenied` unless `may`."""
    if not may(user, right, case, at=at):
        require(user, right, unit_id=case.unit_id, at=at)
