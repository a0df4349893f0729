"""The audit log, for those who watch over it."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.desk.audit_log import last_verified
from lantoa.desk.work import A_WEEK, LATE, WEEK, Job, Worker
from lantoa.ui.templatetags.ui import vn_date


def chain(worker: Worker) -> Iterator[Job]:
    """Check the chain once a week; a broken one comes first."""
    last = last_verified()
    if last is not None and not last.broken and last.at > worker.at - A_WEEK:
        return
    broken = last is not None and last.broken
    checked = _("Last checked %(day)s") % {"day": vn_date(last.at)} if last else _("Never checked so far")
    yield Job(
        LATE if broken else WEEK,
        "history",
        _("The audit log does not hold together") if broken else _("Check that nobody has altered the audit log"),
        reverse("desk:audit"),
        _("See the log") if broken else _("Check it"),
        text=checked,
        sort="0" if broken else "",
    )
