"""Stories in words for the desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from lantoa.contributions import selectors
from lantoa.contributions.enums import FileKind, LetterState, StoryHappening, StoryState
from lantoa.contributions.models import Story, StoryFile
from lantoa.kernel.access import Person
from lantoa.kernel.clock import local, today
from lantoa.territory.selectors import names_on
from lantoa.ui.pills import pills as shown_as_pills
from lantoa.ui.templatetags.ui import vn_date, vn_datetime

CHIPS = {
    StoryState.RECEIVED: ("info", "inbox"), StoryState.IN_WORK: ("wait", "edit"),
    StoryState.PUBLISHED: ("done", "check-double"), StoryState.DECLINED: ("doubt", "reply"),
    StoryState.WITHDRAWN: ("bad", "close"),
}  # fmt: skip
LETTERS = {
    LetterState.PENDING: ("wait", "clock"), LetterState.SENT: ("good", "check"), LetterState.REFUSED: ("bad", "close"),
}  # fmt: skip


def title_of(story: Story) -> str:
    """The first words of a story, or what it is without words."""
    if story.text:
        return Truncator(" ".join(story.text.split())).chars(100)
    return _("(deleted)") if story.emptied_at else _("(a recording without words)")


def pills(user: Person, show: str, query: str) -> list[dict[str, object]]:
    """The states above the list, each with its count; what must come down only when there is something."""
    labels = {
        "take_down": _("To take down"),
        **{state.value: str(state.label) for state in StoryState},
        "all": pgettext("stories", "All"),
    }
    return shown_as_pills(labels, selectors.tallies(user), show=show, wishes={"q": query}, rare=["take_down"])


def as_jobs(stories: Iterable[Story]) -> list[dict[str, str]]:
    """The stories of a list as lines of work. Two queries whatever the number."""
    stories = list(stories)
    names = names_on({story.unit_id for story in stories}, today())
    return [
        {
            "icon": CHIPS[StoryState(story.state)][1],
            "title": title_of(story),
            "text": " · ".join([story.number, names.get(story.unit_id, ""), vn_date(local(story.received_at))]),
            "due": str(StoryState(story.state).label),
            "url": reverse("contributions:story", args=[story.number]),
            "action": pgettext("button", "Read"),
        }
        for story in stories
    ]  # fmt: skip


def steps(story: Story) -> list[dict[str, Any]]:
    """Everything that happened, with who and when, and what became of the letter."""
    told = []
    for event in selectors.history(story):
        letter = getattr(event, "letter", None)
        by = f", {event.by}" if event.by else ""
        said = event.text or getattr(getattr(event, "answer", None), "text", "")
        source = _("Letter to the sender: %(state)s") % {"state": letter.get_state_display()} if letter else ""
        told.append({
            "title": str(StoryHappening(event.happening).label), "text": vn_datetime(event.at) + by,
            "quote": said or source, "source": source if said else "", "state": "done",
        })  # fmt: skip
    if story.state in selectors.OPEN:
        told[-1]["state"] = "now"
    return told


@dataclass(frozen=True, slots=True)
class FileRow:
    """One file as the desk shows it."""

    file: StoryFile
    name: str
    about: str
    url: str
    heard: bool


def file_rows(story: Story) -> list[FileRow]:
    """The photos and the recording, in the order they came."""
    rows = []
    for number, file in enumerate(story.files.all(), 1):
        about = [filesizeformat(file.size)]
        if file.kind == FileKind.VOICE:
            minutes, seconds = divmod(file.seconds, 60)
            about.insert(0, f"{minutes}:{seconds:02}")
        url = reverse("contributions:file", args=[story.number, file.pk])
        heard = file.kind == FileKind.VOICE and file.content_type != "audio/amr"
        rows.append(FileRow(file, f"{file.get_kind_display()} {number}", " · ".join(about), url, heard))
    return rows


def waits(days: int) -> str:
    """How long a story waits, in words."""
    return ngettext("waits for %(n)s day", "waits for %(n)s days", days) % {"n": days} if days else _("came in today")
