"""Who may see plans, bring them in, give tasks out and work on them."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import allowed, declare, granted
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.planning.enums import MOVES
from lantoa.planning.models import Task

SUBJECT = "giam-ngheo"
"""The field of work of every plan here: who inherits it from an agency inherits the agency's tasks."""

SEE = declare("planning.see_plans", *Role, label=_("see plans and tasks"))
IMPORT = declare("planning.import_plan", Role.EDITOR, Role.LEADER, label=_("bring in a plan"))
ASSIGN = declare("planning.assign_task", Role.LEADER, Role.EDITOR, label=_("give out tasks"))
WORK = declare(
    "planning.work_on_task",
    Role.LEADER,
    Role.EDITOR,
    Role.REPORTER,
    Role.CHANNEL_OFFICER,
    Role.CASE_OFFICER,
    label=_("work on a task"),
)


class PlanningError(LantoaError):
    """A refusal of this room."""


def may_move(status: str, to: str) -> bool:
    """True when a task of this status may take that one next."""
    return to in MOVES[status]


def may_assign(user: User, task: Task, answering: set[int], *, at: datetime) -> bool:
    """True for leaders and editors over the plan's unit, and for the leader of an agency that answers for the task."""
    if allowed(user, ASSIGN, unit_id=task.duty.plan.unit_id, at=at):
        return True
    return any(grant.role == Role.LEADER and grant.agency_id in answering for grant in granted(user, ASSIGN, at))


def may_work_on(user: User, task: Task, answering: set[int], *, at: datetime) -> bool:
    """True for those who work at an agency that answers for the task, and for those who may give it out."""
    own = {grant.agency_id for grant in granted(user, WORK, at)}
    return bool(own & answering) or may_assign(user, task, answering, at=at)
