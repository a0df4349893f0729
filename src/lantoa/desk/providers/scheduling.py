"""Issues and reminders that come soon and lack something, or are held back; drafts made of new pages."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.desk.work import LATE, Job, Worker, by
from lantoa.outreach import rules
from lantoa.outreach.selectors.series import open_occasions, pressing
from lantoa.outreach.series_enums import IssueState, Lack
from lantoa.outreach.series_showing import OccasionLine, sending_url
from lantoa.ui.templatetags.ui import vn_datetime

SHOWN = 8
LOOK = gettext_lazy("See what is missing")
ASKS = {
    Lack.NO_TEXT: (rules.WRITE, "edit", gettext_lazy("Write the text: %(title)s"), gettext_lazy("Write it")),
    Lack.NO_FORM: (rules.WRITE, "edit", gettext_lazy("Complete the text: %(title)s"), LOOK),
    Lack.NOT_APPROVED: (rules.WRITE, "shield", gettext_lazy("Have the text approved: %(title)s"), LOOK),
    Lack.NOBODY: (rules.RELEASE, "user", gettext_lazy("Put a name to it: %(title)s"), LOOK),
    Lack.RIGHT_LOST: (rules.RELEASE, "user", gettext_lazy("Put another name to it: %(title)s"), LOOK),
}
HELD = (rules.RELEASE, "warning", gettext_lazy("Held back: %(title)s"), gettext_lazy("See why"))


def to_complete(worker: Worker) -> Iterator[Job]:
    """What must be written, approved or signed for soon; each for the one who can do it."""
    for row, lack in pressing(worker.user, at=worker.at)[:SHOWN]:
        right, icon, title, action = ASKS.get(lack, HELD)
        if not worker.may(right):
            continue
        held = row.state == IssueState.HELD
        words = _("Held back. It still goes out if this is done before %(at)s") % {"at": vn_datetime(row.late_until)}
        yield Job(
            LATE if held else worker.bucket(row.due), icon, title % {"title": row.title}, sending_url(row), str(action),
            text=words if held else str(lack.label), due=by(row.late_until if held else row.due),
            sort=row.due.isoformat(),
        )  # fmt: skip


def drafts_of_pages(worker: Worker) -> Iterator[Job]:
    """Drafts that new policy pages gave: to shorten and send for approval, or, once approved, to prepare."""
    for row in open_occasions(worker.user)[:SHOWN]:
        approved = OccasionLine(row, worker.user, at=worker.at).approved
        title = _("Prepare the broadcast of: %(title)s") if approved else _("A new page to tell about: %(title)s")
        yield Job(
            worker.bucket(None), "rings" if approved else "book", title % {"title": row.title},
            reverse("outreach:series:trigger", args=[row.trigger_id]), _("Open"), text=row.trigger.name,
            sort=row.created_at.isoformat(),
        )  # fmt: skip
