"""Published pages of one's own that are to be read again, and those that lost a picture."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lantoa.desk.work import LATE, TODAY, Job, Worker
from lantoa.newsroom import bars, freshness
from lantoa.newsroom.freshness import Age
from lantoa.newsroom.selectors import pages_lacking_a_picture

MOST = 500
SHOWN = 5


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


def to_mend(worker: Worker) -> Iterator[Job]:
    """Published pages that show one picture less, as the people in it agree no more; those that must come down anyway
    are told elsewhere."""
    for page in pages_lacking_a_picture(worker.user)[:SHOWN]:
        if not bars.why_barred(page.pk):
            yield Job(
                TODAY, "image", _("A picture is gone: %(title)s") % {"title": page.title},
                reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Mend the page"),
                text=_("The people in it agree no more, so readers do not see it. Choose another, or leave it out."),
                sort="0",
            )  # fmt: skip
