"""Reads of placements: how many stand where, one broadcast's lines, what is open in one's units."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from lantoa.channels.registry import carried
from lantoa.kernel.access import visible_to
from lantoa.kernel.models import User
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.models import Broadcast, Placement, PlacementEvent, PlacementProof
from lantoa.outreach.placement_enums import PlacementState, PlacementStep
from lantoa.outreach.rules import CONFIRM
from lantoa.territory.selectors import names_on

type Tally = dict[str, dict[str, int]]


def placement_tally(broadcast_id: int) -> Tally:
    """kind → state → how many; one query."""
    found: Tally = {}
    rows = (
        Placement.objects.filter(broadcast=broadcast_id).order_by().values_list("kind", "state").annotate(n=Count("pk"))
    )
    for kind, state, count in rows:
        found.setdefault(kind, {})[state] = count
    return found


def tallies(broadcast_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """broadcast → state → how many, for a list of broadcasts; one query."""
    found: dict[int, dict[str, int]] = {}
    rows = Placement.objects.filter(broadcast__in=list(broadcast_ids)).order_by().values_list("broadcast", "state")
    for broadcast_id, state, count in rows.annotate(n=Count("pk")):
        found.setdefault(broadcast_id, {})[state] = count
    return found


def placements_of(row: Broadcast, *, kind: str = "", state: str = "") -> QuerySet[Placement]:
    """One broadcast's placements with their outlets, narrowed."""
    rows = Placement.objects.filter(broadcast=row).select_related("outlet", "broadcast")
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(state=state)
    return rows.order_by("kind", "outlet__name", "pk")


def standing_proofs(placement_ids: Iterable[int]) -> dict[int, PlacementProof]:
    """placement → its last proof that nobody took back; one query."""
    undone = PlacementEvent.objects.filter(proof=OuterRef("pk"), step=PlacementStep.UNDONE)
    rows = PlacementProof.objects.filter(~Exists(undone), placement__in=list(placement_ids)).select_related("by")
    return {row.placement_id: row for row in rows.order_by("pk")}


def with_places(rows: Sequence[Placement], *, on: date) -> list[dict[str, Any]]:
    """The rows with the names of their units and hamlets and their standing proofs; two queries."""
    units = {unit for row in rows for unit in (row.unit_id, row.outlet.hamlet_id) if unit}
    names, proofs = names_on(units, on), standing_proofs(row.pk for row in rows)
    return [
        {
            "row": row,
            "unit": names.get(row.unit_id, ""),
            "hamlet": names.get(row.outlet.hamlet_id or 0, ""),
            "proof": proofs.get(row.pk),
        }
        for row in rows
    ]


def to_confirm(user: User, *, at: datetime) -> QuerySet[Placement]:
    """What waits for a person in one's units: people carry it, or its provider gives no receipts; `reminded` tells
    that somebody asked for it once more. Not before its hour; missed ones only when reminded."""
    reminded = PlacementEvent.objects.filter(placement=OuterRef("pk"), step=PlacementStep.REMINDED)
    rows = visible_to(Placement.objects.all(), user, permission=CONFIRM, unit_path="unit")
    waiting = Q(state=PlacementState.PLANNED) & ~Q(kind__in=carried()) | Q(state=PlacementState.ACCEPTED)
    open_now = Q(broadcast__state=BroadcastState.RUNNING) & waiting
    late = Q(state=PlacementState.MISSED, reminded=True)
    found: QuerySet[Placement] = (
        rows.annotate(reminded=Exists(reminded))
        .filter(open_now | late)
        .select_related("broadcast", "outlet")
        .order_by("broadcast__expires_at", "kind", "pk")
    )
    return found
