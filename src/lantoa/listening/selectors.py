"""Reads of the case desk."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, cast

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from lantoa.agencies.selectors import AgencyRow, agencies_on
from lantoa.channels import registry
from lantoa.channels.models import InboundFile
from lantoa.channels.selectors import files_of
from lantoa.kernel import prepared
from lantoa.kernel.access import Person, granted
from lantoa.kernel.text import fold, sort_key
from lantoa.listening.enums import CONSEQUENCE, FROM_CITIZEN, UNSENT, Door, Happening, Status
from lantoa.listening.models import Case, CaseEvent, CaseReply, CaseSet, PublishedAnswer
from lantoa.listening.rules import ROUTE
from lantoa.territory.selectors import above_ids


@dataclass(frozen=True, slots=True)
class Counts:
    """Cases of one scope and period: received, answered, answered late or still open past their time, referred."""

    received: int
    answered: int
    late: int
    referred: int


@dataclass(frozen=True, slots=True)
class WayBack:
    """What an answer to a case replies to: the citizen's message, the account it came to, whether everybody reads it.

    Empty where the case did not come in on a channel.
    """

    account_id: int | None = None
    message_id: str = ""
    public: bool = False


def way_back(case: Case, channel: str) -> WayBack:
    """What an answer on this channel replies to: the newest of the citizen's messages there.

    Whoever wrote in private as well is answered in private. One query.
    """
    begun = f"{channel}:"
    written = case.events.filter(happening__in=FROM_CITIZEN, reference__startswith=begun).order_by("-pk")
    try:
        in_public = registry.answering(channel).in_public
    except KeyError:  # a channel that this installation has no more
        return WayBack()
    found = []
    for reference in written.values_list("reference", flat=True):
        account, _colon, message = reference.removeprefix(begun).partition(":")
        message = message.rpartition("#")[0] or message  # a further piece of a long text
        found.append(WayBack(int(account) if account.isdecimal() else None, message, in_public(message)))
    return next((one for one in found if not one.public), found[0] if found else WayBack())


def answered_in_public(case: Case) -> bool:
    """Whether everybody reads the answer to this case, as under a comment."""
    return case.address is not None and way_back(case, case.address.channel).public


def cases(user: Person, *, show: str = "", at: datetime, query: str = "", matter: str = "", door: str = "") -> Any:
    """The cases a user may read, those due first at the top.

    `show` is `waiting`, `overdue`, `answered`, `referred`, `unsent` or anything else for all; `query` finds a number or
    words of the citizen, with or without marks.
    """
    seen = Case.objects.visible_to(user, at=at)
    if query:
        said = CaseEvent.objects.filter(happening__in=FROM_CITIZEN, text__unaccent__icontains=query)
        seen = seen.filter(Q(number__icontains=query) | Q(pk__in=said.values("case")))
    if matter:
        seen = seen.filter(matter=matter)
    if door:
        seen = seen.filter(door=door)
    if show == "waiting":
        return seen.waiting().order_by("due_at", "pk")
    if show == "overdue":
        return seen.overdue(at).order_by("due_at", "pk")
    if show == "answered":
        return seen.answered()
    if show == "referred":
        return seen.with_state().filter(last_deciding=Happening.REFERRED)
    if show == "unsent":
        return seen.unsent()
    return seen.with_state()


def tallies(user: Person, *, at: datetime) -> dict[str, int]:
    """How many cases a user may read under each `show` of `cases`. One query beside the user's posts."""
    waiting = Q(last_deciding__in=[event for event, status in CONSEQUENCE.items() if status == Status.WAITING])
    left = CaseReply.objects.filter(case=OuterRef("pk"), state__in=UNSENT, due_at=None)
    found: dict[str, int] = (
        Case.objects.visible_to(user, at=at)
        .with_state()
        .annotate(left=Exists(left))
        .aggregate(
            waiting=Count("pk", filter=waiting),
            overdue=Count("pk", filter=waiting & Q(due_at__lt=at)),
            unsent=Count("pk", filter=Q(left=True)),
            answered=Count("pk", filter=Q(last_deciding=Happening.ANSWERED)),
            referred=Count("pk", filter=Q(last_deciding=Happening.REFERRED)),
            all=Count("pk"),
        )
    )
    return found


def agencies_within_reach(user: Person, case: Case, *, at: datetime) -> list[AgencyRow]:
    """The agencies a user may pass this case to: those of their own territory and those above the case's unit, without
    the one that has it."""
    day = timezone.localdate(at)
    reaches = [above_ids(case.unit_id, on=day), *(grant.units for grant in granted(user, ROUTE, at))]
    found = {row.id: row for units in reaches for row in agencies_on(day, unit_ids=cast("Any", units))}
    found.pop(case.in_charge_id or 0, None)
    return sorted(found.values(), key=lambda row: sort_key(row.name))


def due_replies(at: datetime, *, limit: int = 500) -> list[int]:
    """Ids of the replies a worker should look at by now, the oldest first."""
    due = CaseReply.objects.filter(due_at__lte=at).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:limit])


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
    return list(case.events.filter(happening__in=[*FROM_CITIZEN, Happening.ANSWERED, Happening.REFERRED]))


def agency_of(case: Case) -> int | None:
    """The agency the case was last passed to."""
    return case.in_charge_id


def published(query: str = "") -> QuerySet[PublishedAnswer]:
    """Answers the public may read, newest first; `query` matches with or without marks."""
    answers = PublishedAnswer.objects.select_related("case")
    for word in fold(query).split():
        answers = answers.filter(folded__contains=word)
    return answers


def newest_answers(n: int) -> list[PublishedAnswer]:
    """The answers the public read last."""
    return prepared.objects(_newest_answers, n)


def _newest_answers(n: int) -> QuerySet[PublishedAnswer]:
    return published()[:n]


def by_door(scope: QuerySet[Case]) -> dict[str, int]:
    """How many cases came through each door."""
    found = dict(scope.order_by().values_list("door").annotate(n=Count("pk")))
    return {door.value: found.get(door.value, 0) for door in Door}


def writers(door: Door, since: datetime, until: datetime) -> list[int]:
    """The addresses from which people wrote to us through a door, from one moment up to another; each once."""
    said = CaseEvent.objects.filter(
        happening__in=list(FROM_CITIZEN), at__gte=since, at__lt=until, case__door=door, case__address__isnull=False
    )
    return list(said.order_by().values_list("case__address_id", flat=True).distinct())


def files(case: Case) -> QuerySet[InboundFile]:
    """The files that came with what the citizen wrote."""
    return files_of(case.events.exclude(reference="").values_list("reference", flat=True))
