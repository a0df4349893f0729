"""Reads of people's stories."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from lantoa.contributions.enums import LetterState, StoryHappening, StoryState
from lantoa.contributions.models import Story, StoryAnswer, StoryEvent, StoryFile, StoryLetter, StorySet
from lantoa.kernel.access import Person

OPEN = (StoryState.RECEIVED, StoryState.IN_WORK)
PUBLIC_HAPPENINGS = frozenset(StoryHappening) - {StoryHappening.NOTED, StoryHappening.DRAFTED}
"""What the sender may read; never notes."""
BARRED = {
    StoryState.WITHDRAWN: _(
        "The person whose story this is (%(number)s) took back their consent. It cannot go out any more."
    ),
    StoryState.DECLINED: _(
        "Who sent this story (%(number)s) was told that it is not published. Take the story up again first."
    ),
}
"""Why the page of a story does not go out, by where the story stands."""


def stories(user: Person, *, show: str = "", query: str = "") -> StorySet:
    """The stories a person may read: `show` is a state, `take_down`, or all; those waiting longest first when open."""
    found = Story.objects.visible_to(user).select_related("page")
    if query:
        found = found.filter(Q(number__icontains=query) | Q(text__unaccent__icontains=query))
    if show == "take_down":
        return found.to_take_down().order_by("settled_at")
    if show in StoryState.values:
        return found.filter(state=show).order_by(*(["received_at"] if show in OPEN else ["-settled_at", "-pk"]))
    return found


def tallies(user: Person) -> dict[str, int]:
    """How many stories a person may read under each `show`. One query beside the person's posts."""
    wanted = {state.value: Count("pk", filter=Q(state=state)) for state in StoryState}
    take_down = Count("pk", filter=Q(state=StoryState.WITHDRAWN, page__live=True))
    counted: dict[str, int] = Story.objects.visible_to(user).aggregate(**wanted, take_down=take_down, all=Count("pk"))
    return counted


def by_code(code: str) -> Story | None:
    """The story a receipt code opens, forgiving case, spaces and missing dashes."""
    letters = "".join(ch for ch in code.upper() if ch.isalnum())
    if len(letters) != 12:
        return None
    wanted = f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
    return Story.objects.select_related("page", "consent").filter(code=wanted).first()


def held_files(draft_key: UUID) -> list[StoryFile]:
    """The files that wait under a form's hidden key."""
    return list(StoryFile.objects.filter(draft_key=draft_key))


def works_on(user: Person, story: Story) -> bool:
    """Whether the story is being worked up, and it was this person who took it up last."""
    if story.state != StoryState.IN_WORK:
        return False
    taken = story.events.filter(happening=StoryHappening.TAKEN).order_by("-pk")
    return taken.values_list("by_id", flat=True).first() == user.pk


def history(story: Story) -> list[StoryEvent]:
    """Everything that happened, for staff, oldest first."""
    return list(story.events.select_related("by", "letter", "answer"))


def public_history(story: Story) -> list[StoryEvent]:
    """What the sender may read: neither notes nor names of staff."""
    return list(story.events.filter(happening__in=PUBLIC_HAPPENINGS))


def open_question(story: Story) -> StoryEvent | None:
    """What an editor asked and the sender has not answered, while the story is worked up. One query."""
    if story.state != StoryState.IN_WORK:
        return None
    asked = story.events.filter(happening__in=[StoryHappening.ASKED, StoryHappening.ANSWERED]).last()
    return asked if asked is not None and asked.happening == StoryHappening.ASKED else None


def answers(story_ids: Iterable[int]) -> dict[int, list[str]]:
    """What the senders of stories answered, in their words, oldest first. One query."""
    found: dict[int, list[str]] = {}
    rows = StoryAnswer.objects.filter(event__story__in=list(story_ids)).order_by("event")
    for story_id, text in rows.values_list("event__story", "text"):
        found.setdefault(story_id, []).append(text)
    return found


def why_page_is_barred(page_id: int) -> str:
    """Why the page of a story must not go out, in whichever language: its sender took back the consent, or was told
    that it is not published. One query."""
    key = Page.objects.filter(pk=page_id).values("translation_key")
    barred = Story.objects.filter(page__translation_key__in=key, state__in=BARRED).order_by("-state")
    found = barred.values_list("number", "state").first()  # who took it back before who was declined
    if found is None:
        return ""
    number, state = found
    return str(BARRED[StoryState(state)]) % {"number": number}


def told_on(translation_key: UUID) -> Story | None:
    """The story that a page tells, in whichever language, while what was sent is kept. One query."""
    return Story.objects.filter(page__translation_key=translation_key, emptied_at=None).order_by("pk").first()


def published_unnoticed() -> QuerySet[Story]:
    """Stories whose page stands before readers while their sender was not told yet."""
    return Story.objects.on_the_way()


def pending_letters(before: datetime) -> Iterable[int]:
    """Letters that nobody has carried since."""
    waiting = StoryLetter.objects.filter(state=LetterState.PENDING, changed_at__lt=before)
    return waiting.order_by("pk").values_list("pk", flat=True)[:200]


def of_person(person_id: int) -> Any:
    """The stories of one person, newest first."""
    return Story.objects.filter(person_id=person_id).select_related("consent", "page")
