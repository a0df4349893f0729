"""Tasks of a report: how far an agency's work under the plans in force has come."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet

from lantoa.planning.enums import FINISHED
from lantoa.planning.models import Task


@dataclass(frozen=True, slots=True)
class TaskTally:
    """Tasks by status, those late, and how many tasks the same plans give to anyone at all."""

    by_status: dict[str, int]
    late: int
    given_to_anyone: int


def tasks_by_status(
    agency_ids: "QuerySet[Any, int]", *, issued_by: "QuerySet[Any, int]", start: date, end: date, on: date
) -> TaskTally:
    """Tasks these agencies own or help with, of plans those units issued for any day from `start` to `end`. One query.

    Statuses are those of now; late is what was due before `on` and is not finished.
    """
    in_force = Q(duty__version__period__overlap=(start, end, "[]"))
    open_ended = Q(duty__version__period=None) & (
        Q(duty__version__issued_on__lte=end) | Q(duty__version__issued_on=None)
    )
    mine = Q(owner__in=agency_ids) | Q(co_agencies__in=agency_ids)
    rows = (
        Task.objects.filter(in_force | open_ended, duty__plan__unit__in=issued_by)
        .order_by()
        .values_list("status")
        .annotate(
            everyone=Count("pk", distinct=True),
            own=Count("pk", filter=mine, distinct=True),
            late=Count("pk", filter=mine & Q(due_on__lt=on) & ~Q(status__in=FINISHED), distinct=True),
        )
    )
    found = list(rows)
    return TaskTally(
        {status: own for status, _all, own, _late in found if own},
        sum(late for *_rest, late in found),
        sum(everyone for _status, everyone, _own, _late in found),
    )
