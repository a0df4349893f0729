"""Reads of the case desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from lantoa.kernel.access import Person
from lantoa.kernel.text import fold
from lantoa.listening.enums import Door, Happening
from lantoa.listening.models import Case, CaseEvent, CaseSet, PublishedAnswer


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases of one scope and period: received, answered, answered late or still open past their time, referred."""

    received: int
    answered: int
    late: int
    referred: int


def cases(user: Person, *, show: str = "", at: datetime) -> Any:
    """The cases a user may read; `show` is `waiting`, `overdue`, `answered` or empty for all."""
    seen = Case.objects.visible_to(user, at=at)
    if show == "waiting":
        return seen.waiting().order_by("due_at")
    if show == "overdue":
        return seen.overdue(at).order_by("due_at")
    if show == "answered":
        return seen.answered()
    return seen.with_state()


def first_words(cases: Iterable[Case]) -> dict[int, str]:
    """What each citizen said first, by case id. One query."""
    received = CaseEvent.objects.filter(case__in=[case.pk for case in cases], happening=Happening.RECEIVED)
    return dict(received.values_list("case_id", "text"))


def counts(scope: QuerySet[Case], *, start: date, end: date, at: datetime) -> Counts:
    """What came in from `start` to `end`, both included, and what became of it by `at`. One query."""
    zone = timezone.get_current_timezone()
    first = datetime.combine(start, datetime.min.time(), zone)
    after = datetime.combine(end + timedelta(days=1), datetime.min.time(), zone)
    late = Q(answered_at__gt=F("due_at")) | Q(
        answered_at__isnull=True, due_at__lt=at, last_deciding__in=[Happening.RECEIVED, Happening.REOPENED]
    )
    stated = CaseSet(Case).with_state().filter(pk__in=scope.values("pk"))
    row = stated.filter(received_at__gte=first, received_at__lt=after).aggregate(
        received=Count("pk"),
        answered=Count("pk", filter=Q(answered_at__isnull=False)),
        late=Count("pk", filter=late),
        referred=Count("pk", filter=Q(last_deciding=Happening.REFERRED)),
    )
    return Counts(**row)


def by_code(code: str) -> Any:
    """The case a receipt code opens, forgiving case, spaces and missing dashes."""
    letters = "".join(ch for ch in code.upper() if ch.isalnum())
    if len(letters) != 12:
        return None
    wanted = f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"
    return Case.objects.with_state().filter(code=wanted).first()


def story(case: Case) -> list[CaseEvent]:
    """Everything that happened, for staff, oldest first."""
    return list(case.events.select_related("by", "agency"))


def public_story(case: Case) -> list[CaseEvent]:
    """What the citizen may read: their own words, answers and referrals; never notes or names of staff."""
    shown = [Happening.RECEIVED, Happening.ADDED, Happening.ANSWERED, Happening.REFERRED, Happening.REOPENED]
    return list(case.events.filter(happening__in=shown))


def agency_of(case: Case) -> int | None:
    """The agency the case was last routed to."""
    routed = case.events.filter(happening=Happening.ROUTED).order_by("-pk").values_list("agency_id", flat=True)
    return routed.first()


def published(query: str = "") -> QuerySet[PublishedAnswer]:
    """Answers the public may read, newest first; `query` matches with or without marks."""
    answers = PublishedAnswer.objects.all()
    for word in fold(query).split():
        answers = answers.filter(folded__contains=word)
    return answers


def by_door(scope: QuerySet[Case]) -> dict[str, int]:
    """How many cases came through each door."""
    found = dict(scope.order_by().values_list("door").annotate(n=Count("pk")))
    return {door.value: found.get(door.value, 0) for door in Door}
