"""Rules of the guide: those that answer by a law that is over, and those whose newest version nobody has sent yet."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.desk.work import TODAY, WEEK, Job, Worker
from lantoa.entitlements import selectors
from lantoa.entitlements.enums import Stage
from lantoa.newsroom.enums import Standing

SHOWN = 5
OVER = (Standing.ENDED, Standing.REPLACED)


def to_write(worker: Worker) -> Iterator[Job]:
    """What answers and promises nothing any more, then drafts to finish; what came back is told of by the approvals
    room."""
    found = selectors.newest_for(worker.user, worker.today)
    stages = selectors.stages_of(one.version for one in found)
    answering = [one for one in found if stages[one.version.pk] == Stage.APPROVED and worker.today in one.version.valid]
    over = [one for one in answering if one.law and one.law.standing in OVER]
    for one in over[:SHOWN]:
        yield _job(TODAY, "warning", _("Its law is over: %(title)s"), one, f"{one.law}.", "0")
    for one in [one for one in found if stages[one.version.pk] == Stage.DRAFT][:SHOWN]:
        unread = _("Nobody can read it before a second person approves it")
        yield _job(
            WEEK, "edit", _("Finish and send the rule: %(title)s"), one, unread, one.version.written_at.isoformat()
        )


def _job(when: str, icon: str, title: str, one: selectors.Standing, text: str, sort: str) -> Job:
    url = reverse("entitlements:rule", args=[one.version.entitlement_id])
    return Job(when, icon, title % {"title": one.rule.title}, url, _("Open the rule"), text=text, sort=sort)
