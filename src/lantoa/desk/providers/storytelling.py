"""People's stories: what was taken back and is still public comes first, then what nobody has taken up."""

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lantoa.contributions.models import Story
from lantoa.contributions.presenting import title_of, waits
from lantoa.contributions.selectors import stories
from lantoa.desk.work import LATE, TODAY, WEEK, Job, Worker
from lantoa.newsroom.selectors import pages_with_file

SHOWN = 4
PATIENT = timedelta(days=3)
"""How long a story may wait before it is for today."""


def to_take_down(worker: Worker) -> Iterator[Job]:
    """Pages whose sender agrees no more."""
    for story in stories(worker.user, show="take_down")[:20]:
        title = _("Take down: %(title)s") % {"title": story.page.title if story.page else story.number}
        url = reverse("contributions:story", args=[story.number])
        why = _("The sender took back their consent; everybody can still read it.")
        yield Job(LATE, "warning", title, url, _("Open"), text=why, sort="0")


def to_silence(worker: Worker) -> Iterator[Job]:
    """Other pages that lead to a recording whose speaker agrees no more; its bytes are gone already."""
    for story in Story.objects.visible_to(worker.user).whose_sound_is_gone()[:20]:
        assert story.sound_id is not None
        for page in pages_with_file(story.sound_id).exclude(pk=story.page_id):
            yield Job(
                TODAY, "listen", _("A recording is gone: %(title)s") % {"title": page.title},
                reverse("wagtailadmin_pages:edit", args=[page.pk]), _("Mend the page"),
                text=_("The sender took it back, so it cannot be heard any more. Take it out of the page."), sort="0",
            )  # fmt: skip


def to_read_answers(worker: Worker) -> Iterator[Job]:
    """Stories whose sender answered what an editor asked, until something is done with them."""
    for story in Story.objects.visible_to(worker.user).answered()[:20]:
        title = _("The sender answered: %(title)s") % {"title": title_of(story)}
        url = reverse("contributions:story", args=[story.number])
        yield Job(TODAY, "heart", title, url, pgettext("button", "Read"), text=story.number, sort="1")


def to_take_up(worker: Worker) -> Iterator[Job]:
    """Stories that nobody has taken up, the longest waiting first, and how many more."""
    rows = stories(worker.user, show="received")
    found = list(rows[: SHOWN + 1])
    for story in found[:SHOWN]:
        days = (worker.today - timezone.localdate(story.received_at)).days
        when = TODAY if worker.at - story.received_at > PATIENT else WEEK
        title = _("A story: %(title)s") % {"title": title_of(story)}
        url = reverse("contributions:story", args=[story.number])
        action, since = pgettext("button", "Read"), story.received_at.isoformat()
        yield Job(when, "heart", title, url, action, text=waits(days), sort=since)
    if len(found) > SHOWN:
        more = rows.count() - SHOWN
        title = ngettext("%(n)s more story waits", "%(n)s more stories wait", more) % {"n": more}
        yield Job(WEEK, "heart", title, reverse("contributions:list"), _("See all"), sort="~")
