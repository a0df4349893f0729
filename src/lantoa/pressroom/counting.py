"""The press in reports: pieces by medium, and the minutes on air."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, Sum

from lantoa.pressroom.enums import Medium
from lantoa.pressroom.models import Clipping


@dataclass(frozen=True, slots=True)
class PressTally:
    """Pieces by medium (zero where none), and whole minutes on air."""

    pieces: dict[str, int]
    minutes: int


def press_told(unit_ids: Iterable[int], *, start: date, end: date) -> PressTally:
    """What the press told of these units from `start` to `end`, both included; a piece counts once, whatever programmes
    it serves. Struck entries do not count. One query."""
    rows = Clipping.objects.standing().filter(unit__in=list(unit_ids), told_on__gte=start, told_on__lte=end)
    found = rows.order_by().values_list("medium").annotate(n=Count("pk"), minutes=Sum("minutes"))
    pieces, minutes = dict.fromkeys(Medium.values, 0), Decimal(0)
    for medium, number, played in found:
        pieces[medium] = number
        minutes += played or 0
    return PressTally(pieces, int(minutes.quantize(Decimal(1), ROUND_HALF_UP)))
