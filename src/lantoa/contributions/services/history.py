"""One step of a story: the row locked, the table of moves asked, event and audit row written together."""

from datetime import datetime

from django.utils.translation import gettext as _

from lantoa.contributions.enums import MOVES, TOLD, StoryHappening, StoryState
from lantoa.contributions.events import LetterWanted
from lantoa.contributions.models import Story, StoryEvent, StoryLetter
from lantoa.contributions.rules import StoryRefused
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.events import emit
from lantoa.kernel.models import User


def locked(story_id: int, *, by: User | None = None, right: str = "", at: datetime | None = None) -> Story:
    """The story for change; with a right, only for whoever holds it over the story's unit."""
    story = Story.objects.select_for_update(of=("self",)).select_related("page", "consent").get(pk=story_id)
    if right:
        assert by is not None
        require(by, right, unit_id=story.unit_id, at=at)
    return story


def happen(story: Story, happening: StoryHappening, *, by: User | None, at: datetime, text: str = "") -> StoryEvent:
    """Write what happened to a locked story, if its state allows; the same twice in a row is once."""
    last = story.events.last()
    if last is not None and (last.happening, last.by_id, last.text) == (happening, by.pk if by else None, text):
        return last
    state = StoryState(story.state)
    if happening not in MOVES[state]:
        raise StoryRefused(
            _("The story is “%(state)s”: this step is not open. Reload the page to see what happened.")
            % {"state": state.label}
        )
    event = StoryEvent.objects.create(story=story, happening=happening, at=at, by=by, text=text)
    story.refresh_from_db(fields=["state", "settled_at"])
    record(story, happening, by=by, at=at)
    if happening in TOLD and story.address_id is not None:
        letter = StoryLetter.objects.create(event=event, changed_at=at)
        emit(LetterWanted(letter_id=letter.pk))
    return event


def record(story: Story, verb: str, *, by: User | None, at: datetime) -> None:
    """A line in the audit log: ids and states alone."""
    subject = f"contributions.story:{story.pk}"
    audit.record(f"contributions.story_{verb}", by=by, at=at, subject=subject, facts={"state": story.state})
