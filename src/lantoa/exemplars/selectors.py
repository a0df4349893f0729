"""Reads of what is put forward."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.exemplars.enums import ExemplarState
from lantoa.exemplars.models import SEEN, Exemplar, ExemplarEvent, ExemplarSet, Following
from lantoa.kernel.access import Person
from lantoa.kernel.models import User
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.selectors import TYPES, writable_pages

OPEN = (ExemplarState.PROPOSED, ExemplarState.VERIFIED)
FOLLOW_UP = timedelta(days=180)
"""How long after it was told, or after the last count, somebody asks who does the same."""


def exemplars(user: Person, *, show: str = "", query: str = "") -> ExemplarSet:
    """Those a person may read: `show` is a state, `take_down`, or all; those waiting longest first when open."""
    found = Exemplar.objects.visible_to(user).select_related("page")
    if query:
        found = found.filter(
            Q(number__icontains=query) | Q(named_as__unaccent__icontains=query) | Q(did__unaccent__icontains=query)
        )
    if show == "take_down":
        return found.to_take_down().order_by("settled_at")
    if show in ExemplarState.values:
        return found.filter(state=show).order_by(*(["proposed_at"] if show in OPEN else ["-settled_at", "-pk"]))
    return found


def tallies(user: Person) -> dict[str, int]:
    """How many a person may read under each `show`. One query beside the person's posts."""
    wanted = {state.value: Count("pk", filter=Q(state=state)) for state in ExemplarState}
    down = Count("pk", filter=Q(state=ExemplarState.WITHDRAWN, page__live=True))
    counted: dict[str, int] = Exemplar.objects.visible_to(user).aggregate(**wanted, take_down=down, all=Count("pk"))
    return counted


@dataclass(frozen=True, slots=True)
class Reach:
    """How far the examples went: how many were followed, in how many communes, by how many households or groups."""

    followed: int
    communes: int
    households: int


def reach(user: Person) -> Reach:
    """What those a person may read brought. One query beside the person's posts."""
    rows = Following.objects.filter(exemplar__in=Exemplar.objects.visible_to(user).filter(state__in=SEEN))
    said = rows.filter(households__gt=0).aggregate(
        followed=Count("exemplar", distinct=True), communes=Count("unit", distinct=True), households=Sum("households")
    )
    return Reach(said["followed"], said["communes"], said["households"] or 0)


def followings(exemplar: Exemplar) -> list[Following]:
    """Where the same was done, the earliest year first; what was struck out is left out."""
    return list(exemplar.followings.filter(households__gt=0))


def history(exemplar: Exemplar) -> list[ExemplarEvent]:
    """Everything that happened, oldest first."""
    return list(exemplar.events.select_related("by"))


def attachable_pages(user: User, exemplar: Exemplar) -> Any:
    """The pages of its kind that the user writes and that tell of nobody else put forward: a queryset, newest first."""
    kind = TYPES[SectionKind(exemplar.kind)]
    taken = Exemplar.objects.exclude(page=None).values("page")
    return writable_pages(user).type(kind).exclude(pk__in=taken).order_by("-pk")


def to_notice() -> "QuerySet[Exemplar]":
    """Those whose page stands before readers while nobody noted it yet."""
    return Exemplar.objects.on_the_way()


def to_follow_up(user: Person, at: datetime) -> ExemplarSet:
    """Those told long ago of whom nobody counted since who does the same; those told first come first."""
    counted = ExemplarEvent.objects.filter(happening="followed", at__gt=at - FOLLOW_UP).values("exemplar")
    told = Exemplar.objects.visible_to(user, at=at).filter(state=ExemplarState.TOLD, settled_at__lt=at - FOLLOW_UP)
    return told.exclude(pk__in=counted).order_by("settled_at")


def verified_for(translation_key: UUID) -> bool:
    """Whether the page of this key, in whichever language, tells of somebody who was verified. One query."""
    return Exemplar.objects.filter(page__translation_key=translation_key, state__in=SEEN).exists()


def why_page_is_barred(page_id: int) -> str:
    """Why this page must not go out: who it tells of agrees no more. One query."""
    key = Page.objects.filter(pk=page_id).values("translation_key")
    gone = Exemplar.objects.filter(state=ExemplarState.WITHDRAWN, page__translation_key__in=key)
    number = gone.values_list(F("number"), flat=True).first()
    if number is None:
        return ""
    return _("Who this tells of (%(number)s) agrees no more. It cannot go out any more.") % {"number": number}
