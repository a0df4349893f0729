"""What of outreach waits for a member of staff, and what they may find by name."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL

from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.models import Broadcast, Message, MessageVersion, Reminder, SeriesIssue
from lantoa.outreach.selectors.watching import Line, lines

MOVING = (BroadcastState.RELEASING, BroadcastState.RUNNING, BroadcastState.PAUSED)
BEFORE = (BroadcastState.DRAFT, BroadcastState.APPROVED)


def moving(user: User, *, since: datetime, limit: int = 8) -> list[Line]:
    """Broadcasts of the user's units on their way, and those that ended after `since`, the newest first."""
    seen = Broadcast.objects.visible_to(user).filter(
        Q(state__in=MOVING) | Q(state=BroadcastState.DONE, finished_at__gte=since)
    )
    return lines(list(seen.order_by("-released_at")[:limit]))


def to_release(user: User, *, limit: int = 8) -> Sequence[Broadcast]:
    """Broadcasts prepared but not yet released, the oldest first."""
    seen = Broadcast.objects.visible_to(user).filter(state__in=BEFORE).select_related("version")
    return list(seen.order_by("created_at")[:limit])


def approved_unsent(user: User, *, at: datetime, limit: int = 8) -> Sequence[MessageVersion]:
    """Approved wordings of the last 60 days that are still their message's text and no broadcast carries yet; those
    that wait for an hour of their own (an issue, a reminder) are left out."""
    seen = Message.objects.visible_to(user).values("pk")
    fresh = MessageVersion.objects.filter(
        message__in=seen, sha256=F("message__sha256"), broadcasts=None, frozen_at__gte=at - timedelta(days=60)
    )
    for planned in (SeriesIssue, Reminder):
        fresh = fresh.exclude(
            message__in=planned.objects.open().exclude(message=None).values_list("message", flat=True)
        )
    in_force = RawSQL(
        "EXISTS (SELECT 1 FROM approvals_in_force a WHERE a.sha256 = outreach_messageversion.sha256"
        " AND a.subject = 'outreach.message:' || outreach_messageversion.message_id)",
        (),
    )
    rows: QuerySet[MessageVersion] = fresh.annotate(in_force=in_force).filter(in_force=True)
    return list(rows.select_related("message").order_by("frozen_at")[:limit])


def messages_named(user: User, text: str, *, limit: int = 10, among: int = 1000) -> list[Message]:
    """Messages of the user's units whose title holds every word, with or without marks, last touched first."""
    rows = Message.objects.visible_to(user).only("title", "edited_at").order_by("-edited_at")[:among]
    return _named(rows, text)[:limit]


def broadcasts_named(user: User, text: str, *, limit: int = 10, among: int = 1000) -> list[Broadcast]:
    """Broadcasts of the user's units whose title holds every word, with or without marks, the newest first."""
    rows = Broadcast.objects.visible_to(user).only("title", "state", "created_at", "released_at")
    return _named(rows.order_by("-created_at", "-pk")[:among], text)[:limit]


def _named[T: (Message, Broadcast)](rows: QuerySet[T], text: str) -> list[T]:
    words = fold(text).split()
    return [row for row in rows if words and all(word in fold(row.title) for word in words)]
