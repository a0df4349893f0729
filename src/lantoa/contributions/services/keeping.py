"""How long stories stay: what was never sent, what is settled for long, and what belongs to an erased person."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from lantoa.contributions.enums import StoryState
from lantoa.contributions.models import Story, StoryFile
from lantoa.contributions.services.emptying import delete_files, empty
from lantoa.contributions.services.history import record
from lantoa.contributions.services.sending import take_back
from lantoa.newsroom import services as newsroom

UNSENT = timedelta(days=1)


@transaction.atomic
def forget_unsent_files(*, at: datetime) -> None:
    """Delete the files of forms that nobody sent within a day."""
    delete_files(StoryFile.objects.filter(draft_key__isnull=False, came_at__lt=at - UNSENT))


@transaction.atomic
def empty_old_stories(*, at: datetime, limit: int = 500) -> int:
    """Empty the stories settled `LANTOA_STORY_KEEP_DAYS` ago; pages that readers had stay, the draft of one that was
    declined goes along. Returns how many."""
    since = at - timedelta(days=settings.LANTOA_STORY_KEEP_DAYS)
    old = Story.objects.select_for_update(of=("self",)).filter(settled_at__lt=since)
    old = old.filter(Q(emptied_at=None) | Q(address__isnull=False))
    emptied = list(old.order_by("pk")[:limit])
    for story in emptied:
        if story.state == StoryState.DECLINED and story.page_id is not None:
            newsroom.forget_story(page_id=story.page_id, sound_id=story.sound_id, by=None, at=at)
            story.refresh_from_db(fields=["page", "sound"])
        empty(story, at=at, sender_too=True)
        record(story, "emptied", by=None, at=at)
    return len(emptied)


@transaction.atomic
def drop_person(*, person_id: int, at: datetime) -> None:
    """An erased person's stories are taken back, each of them; safe to repeat."""
    for story_id in Story.objects.filter(person_id=person_id).values_list("pk", flat=True):
        take_back(story_id=story_id, by=None, at=at)
