"""Citizens who wait for an answer."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.desk.work import TODAY, Job, Worker
from lantoa.kernel.clock import calendar
from lantoa.listening import selectors
from lantoa.listening.presentation import clock_words
from lantoa.territory.selectors import names_on

SHOWN = 6


def waiting(worker: Worker) -> Iterator[Job]:
    """The most pressing cases, and how many more there are."""
    rows = selectors.cases(worker.user, show="waiting", at=worker.at)
    shown = list(rows[: SHOWN + 1])
    words, places = selectors.first_words(shown), names_on({case.unit_id for case in shown}, worker.today)
    days = calendar()
    for case in shown[:SHOWN]:
        clock = clock_words(case, worker.at, days=days)
        said = Truncator(words.get(case.pk, "").strip()).chars(90)
        place = {"place": places.get(case.unit_id, ""), "number": case.number}
        yield Job(
            worker.bucket(case.due_at),
            "reply",
            _("Answer: %(question)s") % {"question": said},
            reverse("listening:case", args=[case.number]),
            _("Answer"),
            text=_("%(place)s, number %(number)s") % place,
            due=f"{clock.label}, {clock.due}" if clock.due else clock.label,
            sort=case.due_at.isoformat(),
        )
    if len(shown) > SHOWN:
        more = rows.count() - SHOWN
        title = ngettext("%(n)s more question waits", "%(n)s more questions wait", more) % {"n": more}
        yield Job(TODAY, "ear", title, f"{reverse('listening:list')}?show=waiting", _("See all"), sort="~")
