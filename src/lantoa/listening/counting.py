"""Cases of a report: every case that came in stands in exactly one place, so the places add up."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q
from django.utils import timezone

from lantoa.listening.enums import CONSEQUENCE, Happening, Status
from lantoa.listening.models import Case


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
