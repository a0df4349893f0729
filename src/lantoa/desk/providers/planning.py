"""Tasks the plan gives to my agency, and plans still to be confirmed."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.desk.work import A_WEEK, LATE, TODAY, WEEK, Job, Worker, by_day
from lantoa.planning import selectors
from lantoa.ui.templatetags.ui import vn_date

SHOWN = 5


def to_confirm(worker: Worker) -> Iterator[Job]:
    """Uploaded plans nobody has confirmed yet."""
    for row in selectors.drafts(worker.user)[:SHOWN]:
        yield Job(
            TODAY,
            "plan",
            _("Confirm the plan read from %(file)s") % {"file": row.filename},
            reverse("planning:confirm", args=[row.pk]),
            _("Compare and confirm"),
            text=_("Uploaded %(day)s; nothing counts before a person confirms it") % {"day": vn_date(row.created_at)},
            sort=row.created_at.isoformat(),
        )


def tasks(worker: Worker) -> Iterator[Job]:
    """Tasks late or due within a week; how many more are late."""
    due = selectors.tasks_for(worker.user, at=worker.at).filter(due_on__lte=worker.today + A_WEEK)
    rows = list(due[: SHOWN + 1])
    for task in rows[:SHOWN]:
        day = task.due_on
        assert day is not None
        when = LATE if day < worker.today else TODAY if day == worker.today else WEEK
        yield Job(
            when,
            "plan",
            Truncator(task.duty.text).chars(110),
            reverse("planning:task", args=[task.pk]),
            _("Open the task"),
            text=_("Plan %(number)s, %(status)s")
            % {"number": task.duty.plan, "status": task.get_status_display().lower()},
            due=by_day(day, worker.today),
            sort=day.isoformat(),
        )
    if len(rows) > SHOWN:
        more = due.count() - SHOWN
        title = ngettext("%(n)s more task is due", "%(n)s more tasks are due", more) % {"n": more}
        yield Job(WEEK, "list", title, reverse("planning:tasks"), _("See all"), sort="~")
