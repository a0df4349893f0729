"""Rules of the guide whose newest version nobody has sent yet."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.desk.work import WEEK, Job, Worker
from lantoa.entitlements import selectors
from lantoa.entitlements.enums import Stage

SHOWN = 5


def to_send(worker: Worker) -> Iterator[Job]:
    """Drafts to finish; what came back is told of by the approvals room."""
    found = selectors.newest_for(worker.user, worker.today)
    stages = selectors.stages_of(one.version for one in found)
    drafts = [one for one in found if stages[one.version.pk] == Stage.DRAFT]
    for one in drafts[:SHOWN]:
        yield Job(
            WEEK,
            "edit",
            _("Finish and send the rule: %(title)s") % {"title": one.rule.title},
            reverse("entitlements:rule", args=[one.version.entitlement_id]),
            _("Open the rule"),
            text=_("Nobody can read it before a second person approves it"),
            sort=one.version.written_at.isoformat(),
        )
