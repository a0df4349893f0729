"""Role models and good ways: what must come down, what nobody has verified, what nobody tells, what nobody counted."""

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext as _

from lantoa.desk.work import LATE, TODAY, WEEK, Job, Worker
from lantoa.exemplars.models import Exemplar
from lantoa.exemplars.presenting import title_of
from lantoa.exemplars.selectors import exemplars, to_follow_up

SHOWN = 4
PATIENT = timedelta(days=7)
"""How long a proposal may wait before it is for today."""


def to_take_down(worker: Worker) -> Iterator[Job]:
    """Pages about somebody who agrees no more."""
    for one in exemplars(worker.user, show="take_down")[:20]:
        title = _("Take down: %(title)s") % {"title": one.page.title if one.page else one.number}
        why = _("Who this tells of agrees no more; everybody can still read it.")
        yield Job(LATE, "warning", title, _url(one), _("Open"), text=why, sort="0")


def to_verify(worker: Worker) -> Iterator[Job]:
    """What others put forward and nobody has seen on the spot."""
    for one in exemplars(worker.user, show="proposed").exclude(proposed_by=worker.user)[:SHOWN]:
        when = TODAY if worker.at - one.proposed_at > PATIENT else WEEK
        title = _("Verify: %(title)s") % {"title": title_of(one)}
        why = _("Go there or ask those who know; then say what you saw.")
        yield Job(when, "target", title, _url(one), _("Open"), text=why, sort=one.proposed_at.isoformat())


def to_tell(worker: Worker) -> Iterator[Job]:
    """What was verified and no page tells."""
    yield from _later(
        exemplars(worker.user, show="verified").filter(page=None)[:SHOWN], _("Tell of: %(title)s"),
        _("Verified, and no page tells it yet."),
    )  # fmt: skip


def to_count(worker: Worker) -> Iterator[Job]:
    """What was told half a year ago without anybody having counted who does the same."""
    yield from _later(
        to_follow_up(worker.user, worker.at)[:SHOWN], _("Who follows %(title)s?"),
        _("Ask around and write down how many do the same."),
    )  # fmt: skip


def _later(found: Iterable[Exemplar], title: str, why: str) -> Iterator[Job]:
    for one in found:
        yield Job(WEEK, "target", title % {"title": title_of(one)}, _url(one), _("Open"), text=why, sort="~")


def _url(one: Exemplar) -> str:
    return reverse("exemplars:exemplar", args=[one.number])
