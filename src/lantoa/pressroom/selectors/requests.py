"""What journalists asked, as staff and as the journalist read it."""

from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from lantoa.agencies import selectors as agencies
from lantoa.agencies.models import Post
from lantoa.kernel.access import PERMISSIONS, Person, allowed, granted
from lantoa.kernel.models import User
from lantoa.pressroom.enums import OPEN, RequestHappening
from lantoa.pressroom.models import AnswerFile, Journalist, PressRequest, RequestEvent
from lantoa.pressroom.models.requests import RequestSet
from lantoa.pressroom.rules import ANSWER

SHOWS = ("open", "late", "settled")


def requests(user: Person, *, show: str = "open", at: datetime) -> RequestSet:
    """The requests a person may see, the most pressing first: `open`, `late` (still waiting, or answered so) or
    `settled`."""
    rows = PressRequest.objects.visible_to(user, at=at).select_related("journalist", "post__user")
    if show == "late":
        return rows.late(at)
    return rows.exclude(state__in=OPEN).order_by("-settled_at", "-pk") if show == "settled" else rows.open()


def tallies(user: Person, *, at: datetime) -> dict[str, int]:
    """How many there are of each. One query."""
    rows = PressRequest.objects.visible_to(user, at=at)
    late = rows.late(at).values("pk")
    return rows.aggregate(
        open=Count("pk", filter=Q(state__in=OPEN)), late=Count("pk", filter=Q(pk__in=late)),
        settled=Count("pk", filter=~Q(state__in=OPEN)),
    )  # fmt: skip


def to_answer(user: Person, *, at: datetime) -> RequestSet:
    """The open ones that are this person's to answer: assigned to a post of theirs, to nobody yet, or late."""
    mine = Q(post=None) | Q(post__user=user.pk) | Q(due_at__lt=at)
    return requests(user, at=at).filter(mine)


def may_answer(user: User, request: PressRequest, *, at: datetime) -> bool:
    """Whether a person may act on it: a right over its unit, or a post it was assigned to that they hold."""
    if allowed(user, ANSWER, unit_id=request.unit_id, at=at):
        return True
    return request.post_id in {grant.post_id for grant in granted(user, ANSWER, at)}


def answerers(user: User, request: PressRequest, *, at: datetime) -> list[Post]:
    """The posts it may be assigned to: those that answer the press in the person's units. One query a post held."""
    day = timezone.localdate(at)
    found: dict[int, Post] = {}
    for grant in granted(user, ANSWER, at):
        found |= {post.pk: post for post in agencies.posts_in(grant.units, PERMISSIONS[ANSWER].roles, day)}
    return list(found.values())


def history(request: PressRequest, *, public: bool = False) -> QuerySet[RequestEvent]:
    """What happened, with its files; for the journalist without notes and names."""
    rows = request.events.select_related("by", "post__user").prefetch_related("files")
    return rows.exclude(happening__in=[RequestHappening.NOTED, RequestHappening.ASSIGNED]) if public else rows


def asked_by(journalist: Journalist) -> QuerySet[PressRequest]:
    """What a journalist asked, under this or an earlier registration of the same address; the newest first."""
    same = Q(journalist=journalist)
    if journalist.address_id is not None:
        same |= Q(journalist__address=journalist.address_id)
    return PressRequest.objects.filter(same).order_by("-pk")


def answer_file(request: PressRequest, file_id: int) -> AnswerFile | None:
    """A file of an answer to this request."""
    return AnswerFile.objects.filter(pk=file_id, event__request=request).first()
