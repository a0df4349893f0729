"""Who waits for somebody to come by: the last step of a fallback chain, for the officers of each commune."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from lantoa.kernel.access import visible_to
from lantoa.kernel.models import User
from lantoa.outreach.enums import VISIT, BroadcastState, DeliveryState
from lantoa.outreach.models import Broadcast, Delivery
from lantoa.outreach.rules import RECORD_VISIT

OPEN = (DeliveryState.PENDING, DeliveryState.FAILED)
"""Not met yet: nobody came so far, or nobody was at home."""


def visits_for(user: User, broadcast: Broadcast) -> "QuerySet[Delivery]":
    """The visits of a broadcast to people of the units where this user records visits, whoever released it."""
    rows = Delivery.objects.filter(month=broadcast.month, broadcast=broadcast, channel=VISIT, moved_on=False)
    found: QuerySet[Delivery] = visible_to(rows, user, permission=RECORD_VISIT, unit_path="unit_id")
    return found


def broadcast_to_visit(user: User, pk: int) -> Broadcast:
    """A released broadcast that this user may see, or that has somebody to visit in their units; raises
    Broadcast.DoesNotExist for every other."""
    rows = Broadcast.objects.released().select_related("version__message", "parent")
    row: Broadcast = rows.get(pk=pk)
    if not visits_for(user, row).exists() and not Broadcast.objects.visible_to(user).filter(pk=pk).exists():
        raise Broadcast.DoesNotExist
    return row


@dataclass(frozen=True, slots=True)
class Place:
    """How the visits of one unit stand."""

    unit_id: int
    waiting: int
    not_met: int
    met: int


def visit_places(user: User, broadcast: Broadcast) -> list[Place]:
    """The units of the user with visits, most waiting first."""
    counts: dict[str, Any] = {
        name: Count("pk", filter=Q(state=state))
        for name, state in (("waiting", "pending"), ("not_met", "failed"), ("met", "delivered"))
    }
    found: Any = visits_for(user, broadcast).order_by().values("unit_id").annotate(**counts)
    return [Place(**one) for one in found.order_by("-waiting", "unit_id")]


def open_visits(user: User, broadcast: Broadcast, *, unit_id: int) -> "QuerySet[Delivery]":
    """Whom to visit in one unit, by hamlet; those not met at home come after those nobody went to."""
    rows = visits_for(user, broadcast).filter(unit_id=unit_id, state__in=OPEN)
    return rows.order_by(F("hamlet_id").asc(nulls_last=True), "-state", "pk")


def visits_waiting(user: User, *, limit: int = 8) -> Sequence[tuple[Broadcast, int]]:
    """Broadcasts under way with people to visit in the user's units, with how many, the first to end first."""
    rows = Delivery.objects.filter(
        month=F("broadcast__month"), broadcast__state__in=[BroadcastState.RUNNING, BroadcastState.PAUSED],
        broadcast__chain__contains=[{"channel": VISIT}], channel=VISIT, state=DeliveryState.PENDING, moved_on=False,
    )  # fmt: skip
    mine = visible_to(rows, user, permission=RECORD_VISIT, unit_path="unit_id")
    counts = dict(mine.order_by().values_list("broadcast_id").annotate(Count("pk")))
    found = Broadcast.objects.filter(pk__in=counts).order_by("expires_at", "pk")[:limit]
    return [(row, counts[row.pk]) for row in found]
