"""What the page of one story shows to its sender, worked out beforehand."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from lantoa.contributions import selectors
from lantoa.contributions.enums import StoryHappening, StoryState
from lantoa.contributions.models import Story, StoryEvent
from lantoa.kernel.clock import today
from lantoa.portal.context import in_sentence
from lantoa.territory.selectors import names_on
from lantoa.ui.templatetags.ui import vn_datetime

CHIPS = {
    StoryState.RECEIVED: ("info", "inbox", gettext_lazy("We have it")),
    StoryState.IN_WORK: ("wait", "edit", gettext_lazy("An editor works on it")),
    StoryState.PUBLISHED: ("done", "check-double", gettext_lazy("It is out")),
    StoryState.DECLINED: ("doubt", "reply", gettext_lazy("Not published this time")),
    StoryState.WITHDRAWN: ("bad", "close", gettext_lazy("You took it back")),
}
TITLES = {
    StoryHappening.RECEIVED: gettext_lazy("Received"),
    StoryHappening.TAKEN: gettext_lazy("An editor has taken it up"),
    StoryHappening.ASKED: gettext_lazy("An editor asked you"),
    StoryHappening.ANSWERED: gettext_lazy("You answered"),
    StoryHappening.PUBLISHED: gettext_lazy("Your story is out"),
    StoryHappening.DECLINED: gettext_lazy("Not published this time"),
    StoryHappening.WITHDRAWN: gettext_lazy("You took it back"),
    StoryHappening.TAKEN_DOWN: gettext_lazy("The page is taken down"),
}


@dataclass(frozen=True, slots=True)
class FollowedStory:
    """One story as its sender follows it."""

    story: Story
    chip: tuple[str, str, Any]
    place: str
    credit: str
    steps: list[dict[str, Any]]
    page_url: str
    why_not: str
    question: str
    answers: list[str]
    may_take_back: bool
    still_public: bool
    photos: int
    voice: bool


def follow(story: Story) -> FollowedStory:
    """Everything the page of one code shows; staff appear never by name. Six queries."""
    events = selectors.public_history(story)
    kinds = [file.is_photo for file in story.files.all()]
    declined = [event.text for event in events if event.happening == StoryHappening.DECLINED]
    asked = selectors.open_question(story)
    live = story.page is not None and story.page.live
    with override(story.language):
        credit = story.credit_line
    return FollowedStory(
        story=story,
        chip=CHIPS[StoryState(story.state)],
        place=in_sentence(names_on([story.unit_id], today()).get(story.unit_id, "")),
        credit=credit,
        steps=_steps(story, events),
        page_url=story.page.url or "" if live and story.page and story.state == StoryState.PUBLISHED else "",
        why_not=declined[-1] if declined and story.state == StoryState.DECLINED else "",
        question=asked.text if asked else "",
        answers=selectors.answers([story.pk]).get(story.pk, []),
        may_take_back=story.state != StoryState.WITHDRAWN,
        still_public=live and story.state == StoryState.WITHDRAWN,
        photos=kinds.count(True),
        voice=False in kinds,
    )


def _steps(story: Story, events: list[StoryEvent]) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = [
        {"title": str(TITLES[StoryHappening(event.happening)]), "text": vn_datetime(event.at), "state": "done"}
        for event in events
    ]
    if story.state in selectors.OPEN:
        steps[-1]["state"] = "now"
        waits = _("Somebody else reads it too before it goes out.")
        steps.append({"title": _("Your story is out"), "text": waits, "state": "todo"})
    return steps
