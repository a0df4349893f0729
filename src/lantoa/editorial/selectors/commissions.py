"""What is ordered from whom, and what may be chosen when ordering."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from lantoa.agencies import selectors as agencies
from lantoa.agencies.models import Post
from lantoa.editorial.enums import CLOSED, OWED, CommissionState
from lantoa.editorial.models import Commission
from lantoa.editorial.rules import COMMISSION, ENTER, PRESS, WRITERS
from lantoa.kernel.access import Grant, granted
from lantoa.kernel.models import User
from lantoa.planning.models import Task
from lantoa.territory import selectors as territory
from lantoa.territory.enums import HAMLET_LEVEL

LATE, OPEN = "tre", "dang-lam"


@dataclass(frozen=True, slots=True)
class CommissionLine:
    """One commission as lists show it."""

    row: Commission
    whom: str
    unit: str
    late: bool


def commissions_of(user: User, *, at: datetime, show: str = "") -> "QuerySet[Commission]":
    """The commissions a person may see: a state's, the open ones, the late ones, or all; the most pressing first."""
    rows = Commission.objects.visible_to(user, at=at).for_reading()
    if show == LATE:
        return rows.late(at)
    if show == OPEN:
        return rows.exclude(state__in=CLOSED)
    return rows.filter(state=show) if show in CommissionState.values else rows


def counts_of(user: User, *, at: datetime) -> dict[str, int]:
    """How many there are by state, open and late; one query."""
    rows = Commission.objects.visible_to(user, at=at).order_by()
    wanted = {state: Count("pk", filter=Q(state=state)) for state in CommissionState.values}
    wanted |= {"open_ones": Count("pk", filter=~Q(state__in=CLOSED))}
    wanted |= {"late_ones": Count("pk", filter=Q(state__in=OWED, due_at__lt=at)), "all_ones": Count("pk")}
    found = rows.aggregate(**wanted)
    return {OPEN: found.pop("open_ones"), LATE: found.pop("late_ones"), "": found.pop("all_ones"), **found}


def lines_of(rows: Iterable[Commission], *, at: datetime) -> list[CommissionLine]:
    """The same with the names of agencies and units; two queries more, however many rows."""
    listed, day = list(rows), timezone.localdate(at)
    names = agencies.names_on({row.for_agency_id for row in listed if row.for_agency_id}, day)
    units = territory.names_on({row.unit_id for row in listed}, day)
    return [CommissionLine(row, whom_of(row, names), units.get(row.unit_id, ""), row.is_late(at)) for row in listed]


def whom_of(row: Commission, names: Mapping[int, str]) -> str:
    """From whom it was ordered, in words."""
    if row.for_post is not None:
        return str(row.for_post.user)
    return names.get(row.for_agency_id or 0, "")


def ordering_units(user: User, *, at: datetime) -> list[tuple[int, str]]:
    """The units a person may order pieces for today, the widest first; a hamlet is its commune's."""
    ids: set[int] = {unit for grant in granted(user, COMMISSION, at) for unit in grant.units}
    rows = sorted(territory.rows_on(ids, timezone.localdate(at)), key=lambda row: row.level)
    return [(row.id, row.name) for row in rows if row.level < HAMLET_LEVEL]


def writers(user: User, *, at: datetime) -> "QuerySet[Post]":
    """The posts that pieces may be ordered from: those who write at agencies within the person's units."""
    held: list[Grant] = granted(user, COMMISSION, at)
    day, found = timezone.localdate(at), Post.objects.none()
    for grant in held:
        found = found | agencies.posts_in(grant.units, WRITERS, day)
    return found


def press_agencies(*, at: datetime) -> list[tuple[int, str]]:
    """The press agencies and stations of today."""
    return [(row.id, row.name) for row in agencies.agencies_on(timezone.localdate(at), kinds=PRESS)]


def open_tasks(user: User, *, at: datetime) -> "QuerySet[Task]":
    """The unfinished tasks of plans that a person may see."""
    found: QuerySet[Task] = Task.objects.visible_to(user, at=at).unfinished().for_reading()
    return found


def pages_taken(*, but: int) -> "QuerySet[Commission, int]":
    """Ids of the pages that another commission has already, as a subquery."""
    rows = Commission.objects.exclude(pk=but).exclude(state=CommissionState.CANCELLED).exclude(page=None)
    return rows.order_by().values_list("page", flat=True)


def owed_by(user: User, *, at: datetime) -> "QuerySet[Commission]":
    """What is ordered from the person's posts and press agencies and not delivered yet, the most pressing first."""
    held = granted(user, ENTER, at)
    mine = Q(for_post__in=[one.post_id for one in held]) | Q(for_agency__in={one.agency_id for one in held})
    found: QuerySet[Commission] = Commission.objects.owed().filter(mine).order_by("due_at", "pk")
    return found if held else found.none()


def to_take(user: User, *, at: datetime) -> "QuerySet[Commission]":
    """What the person ordered and has been delivered."""
    rows = Commission.objects.visible_to(user, at=at).filter(ordered_by=user, state=CommissionState.DELIVERED)
    found: QuerySet[Commission] = rows.order_by("changed_at", "pk")
    return found
