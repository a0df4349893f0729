"""Who may do what with cases."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role

VIEW_CASES = declare(
    "listening.view_cases",
    Role.CASE_OFFICER, Role.LEADER, Role.AUDITOR,
    label=_("read citizens' cases"),
)  # fmt: skip
VIEW_CITIZEN = declare("listening.view_citizen", Role.CASE_OFFICER, label=_("see who a citizen is"))
ANSWER = declare("listening.answer", Role.CASE_OFFICER, Role.LEADER, label=_("answer citizens"))
ROUTE = declare("listening.route", Role.CASE_OFFICER, Role.LEADER, label=_("pass a case to another agency"))
PUBLISH = declare("listening.publish", Role.CASE_OFFICER, Role.LEADER, label=_("publish an answer"))
