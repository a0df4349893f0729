"""Published pages of one's own that are to be read again."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.desk.work import LATE, TODAY, Job, Worker
from lantoa.newsroom import freshness
from lantoa.newsroom.freshness import Age

MOST = 500


def to_read_again(worker: Worker) -> Iterator[Job]:
    """One line for all of them; the board has each."""
    units = freshness.units_of(worker.user, on=worker.today)
    due = freshness.lines(units, (Age.PAST, Age.NEAR), at=worker.at, limit=MOST) if units else []
    mine = [line for line in due if line.owner_id == worker.user.pk]
    if mine:
        late = any(line.age == Age.PAST for line in mine)
        title = ngettext("Read %(n)s page of yours again", "Read %(n)s pages of yours again", len(mine))
        yield Job(
            LATE if late else TODAY, "history", title % {"n": len(mine)}, reverse("desk:freshness"), _("Read again"),
            text=mine[0].title, sort=str(mine[0].due_on),
        )  # fmt: skip
