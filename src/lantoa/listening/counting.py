"""Cases as figures: every case that came in stands in exactly one place, so the places add up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q
from django.db.models.functions import ExtractMonth
from django.utils import timezone

from lantoa.listening.enums import CONSEQUENCE, Happening, Status
from lantoa.listening.models import Case, PublishedAnswer


@dataclass(frozen=True, slots=True)
class Tally:
    """Cases that came in over a period and where they stand: `received` is the sum of the other five."""

    received: int
    on_time: int
    late: int
    waiting: int
    overdue: int
    referred: int


def tally(unit_ids: Iterable[int], *, start: date, end: date, at: datetime) -> Tally:
    """Cases addressed to these units from `start` to `end`, both included, as they stand; overdue at `at`. One query.

    A case answered once and reopened waits again. An answer without a term is in time.
    """
    zone = timezone.get_default_timezone()
    first = datetime.combine(start, datetime.min.time(), zone)
    after = datetime.combine(end + timedelta(days=1), datetime.min.time(), zone)
    happenings = [happening for happening, status in CONSEQUENCE.items() if status == Status.WAITING]
    answered, waiting = Q(last_deciding=Happening.ANSWERED), Q(last_deciding__in=happenings)
    late, overdue = Q(due_at__lt=F("answered_at")), Q(due_at__lt=at)
    came = Case.objects.filter(unit__in=list(unit_ids)).with_state()
    row = came.filter(received_at__gte=first, received_at__lt=after).aggregate(
        received=Count("pk"),
        all_answered=Count("pk", filter=answered),
        late=Count("pk", filter=answered & late),
        all_waiting=Count("pk", filter=waiting),
        overdue=Count("pk", filter=waiting & overdue),
        referred=Count("pk", filter=Q(last_deciding=Happening.REFERRED)),
    )
    on_time, in_term = row.pop("all_answered") - row["late"], row.pop("all_waiting") - row["overdue"]
    return Tally(on_time=on_time, waiting=in_term, **row)


@dataclass(frozen=True, slots=True)
class MonthOfCases:
    """Cases that one unit received in one month: all, those answered in time, and those whose time has been judged
    (answered, or overdue)."""

    unit_id: int
    month: int
    received: int
    on_time: int
    judged: int


def cases_by_month(year: int, *, at: datetime) -> list[MonthOfCases]:
    """Every unit's cases of a year by the month they came in, as they stand; overdue at `at`. One query."""
    happenings = [happening for happening, status in CONSEQUENCE.items() if status == Status.WAITING]
    answered = Q(last_deciding=Happening.ANSWERED)
    overdue = Q(last_deciding__in=happenings, due_at__lt=at)
    first, after = _year(year)
    rows = (
        Case.objects.with_state()
        .filter(received_at__gte=first, received_at__lt=after)
        .annotate(month=ExtractMonth("received_at", tzinfo=timezone.get_default_timezone()))
        .order_by()
        .values("unit_id", "month")
        .annotate(
            received=Count("pk"),
            on_time=Count("pk", filter=answered & (Q(due_at=None) | Q(due_at__gte=F("answered_at")))),
            judged=Count("pk", filter=answered | overdue),
        )
    )
    return [MonthOfCases(**row) for row in rows]


def answers_by_month(year: int) -> dict[tuple[int, int], int]:
    """(unit, month) → answers published then. One query."""
    first, after = _year(year)
    rows = PublishedAnswer.objects.filter(published_at__gte=first, published_at__lt=after).order_by()
    month = ExtractMonth("published_at", tzinfo=timezone.get_default_timezone())
    counted = rows.annotate(month=month).values_list("case__unit_id", "month").annotate(n=Count("pk"))
    return {(unit_id, month): n for unit_id, month, n in counted}


def _year(year: int) -> tuple[datetime, datetime]:
    zone = timezone.get_default_timezone()
    return datetime(year, 1, 1, tzinfo=zone), datetime(year + 1, 1, 1, tzinfo=zone)
