"""The press in reports: pieces by medium, content line and programmes, minutes on air, and how we answered it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Count, F, Q, Sum

from lantoa.pressroom.enums import Medium, RequestState
from lantoa.pressroom.models import Clipping, PressRequest


@dataclass(frozen=True, slots=True)
class PressTally:
    """Pieces by medium (zero where none), and whole minutes on air; the same pieces by content line, and by the
    programmes they count for together, as codes in order (none for many). All three add up to the same."""

    pieces: dict[str, int]
    minutes: int
    lines: Mapping[str, int]
    programmes: Mapping[tuple[str, ...], int]


def press_told(unit_ids: Iterable[int], *, start: date, end: date) -> PressTally:
    """What the press told of these units from `start` to `end`, both included; a piece counts once, whatever programmes
    it serves. Struck entries do not count. One query."""
    rows = Clipping.objects.standing().filter(unit__in=list(unit_ids), told_on__gte=start, told_on__lte=end)
    found = rows.order_by().values_list("medium", "content_line", "programmes")
    pieces, minutes = dict.fromkeys(Medium.values, 0), Decimal(0)
    lines: Counter[str] = Counter()
    together: Counter[tuple[str, ...]] = Counter()
    for medium, line, programmes, number, played in found.annotate(n=Count("pk"), minutes=Sum("minutes")):
        pieces[medium] += number
        lines[line] += number
        together[tuple(sorted(set(programmes)))] += number
        minutes += played or 0
    return PressTally(pieces, int(minutes.quantize(Decimal(1), ROUND_HALF_UP)), dict(lines), dict(together))


@dataclass(frozen=True, slots=True)
class RequestTally:
    """Requests that came in a time, those of them answered by now, and those answered by the hour asked for."""

    received: int
    answered: int
    in_time: int


def press_asked(unit_ids: Iterable[int], *, start: date, end: date) -> RequestTally:
    """What the press asked of these units from `start` to `end`, both included; what a journalist took back does not
    count. One query."""
    rows = PressRequest.objects.filter(unit__in=list(unit_ids), asked_at__date__gte=start, asked_at__date__lte=end)
    answered = Q(state=RequestState.ANSWERED)
    return RequestTally(
        **rows.exclude(state=RequestState.RECALLED).aggregate(
            received=Count("pk"), answered=Count("pk", filter=answered),
            in_time=Count("pk", filter=answered & Q(settled_at__lte=F("due_at"))),
        )
    )  # fmt: skip
