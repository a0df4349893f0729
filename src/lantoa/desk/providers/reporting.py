"""Reports made and not yet handed in."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.desk.work import WEEK, Job, Worker
from lantoa.reporting import selectors

SHOWN = 5


def to_submit(worker: Worker) -> Iterator[Job]:
    """Reports whose newest version nobody has submitted."""
    waiting = [row for row in selectors.kept_reports(worker.user) if row.latest.submitted_at is None]
    for row in waiting[:SHOWN]:
        yield Job(
            WEEK,
            "document",
            _("Submit the report of %(agency)s") % {"agency": row.agency},
            reverse("reporting:version", args=[row.latest.pk]),
            _("Open the report"),
            text=_("Version %(n)s of %(period)s is made, not yet submitted")
            % {"n": row.latest.number, "period": row.period.name},
            sort=row.period.end.isoformat(),
        )
