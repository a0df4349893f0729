"""People who asked about their own data, and breaches the authority must hear of."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.audience import selectors
from lantoa.audience.rights_words import clock_words, hours_words, request_title
from lantoa.desk.work import LATE, TODAY, Job, Worker
from lantoa.kernel.clock import calendar
from lantoa.territory.selectors import names_on

SHOWN = 5


def requests(worker: Worker) -> Iterator[Job]:
    """The most pressing requests, and how many more there are."""
    rows = selectors.rights_requests(worker.user, "open", at=worker.at)
    places = names_on({row.request.unit_id for row in rows[:SHOWN]}, worker.today)
    days = calendar()
    for row in rows[:SHOWN]:
        assert row.due is not None
        yield Job(
            worker.bucket(row.due),
            "user",
            request_title(row.request),
            reverse("rights:request", args=[row.request.public_id]),
            _("Open the request"),
            text=places.get(row.request.unit_id, ""),
            due=clock_words(row, worker.at, days).line,
            sort=row.due.isoformat(),
        )
    if len(rows) > SHOWN:
        more = len(rows) - SHOWN
        title = ngettext("%(n)s more request about data", "%(n)s more requests about data", more) % {"n": more}
        yield Job(TODAY, "user", title, reverse("rights:list"), _("See all"), sort="~")


def breaches(worker: Worker) -> Iterator[Job]:
    """Breaches not yet notified, with the hours left."""
    for row in selectors.breaches(worker.user, waiting=True, at=worker.at):
        late = row.notify_by < worker.at
        yield Job(
            LATE if late else TODAY,
            "warning",
            _("Data breach: notify the authority (A05), or say why not"),
            reverse("rights:breach", args=[row.public_id]),
            _("Open the breach"),
            text=row.what[:110],
            due=hours_words(row, worker.at),
            sort=f"0{row.notify_by.isoformat()}",
        )
