"""What the broadcast pages show beside the tally: lists, who was missed, and how to reach them again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from lantoa.audience.addresses import masked
from lantoa.audience.criteria import Criteria
from lantoa.audience.selectors import is_sensitive, vault_addresses
from lantoa.kernel.models import User
from lantoa.outreach.enums import Reason
from lantoa.outreach.models import Broadcast, Delivery, Standing
from lantoa.outreach.selectors.accounts import Counts
from lantoa.outreach.texts import channels_of

MISSED = ("failed", "expired")
NOT_SENT = ("suppressed",)


@dataclass(frozen=True, slots=True)
class Line:
    """A broadcast in a list, with its states."""

    broadcast: Broadcast
    states: Counts


def lines(broadcasts: Sequence[Broadcast]) -> list[Line]:
    """These broadcasts with their states, in one query."""
    counts: dict[int, Counts] = {row.pk: {} for row in broadcasts}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT broadcast_id, state, count(*) FROM outreach_standing"
            " WHERE broadcast_id = ANY(%s) AND NOT moved_on GROUP BY 1, 2",
            [list(counts)],
        )
        for broadcast_id, state, count in cursor.fetchall():
            counts[broadcast_id][state] = count
    return [Line(row, counts[row.pk]) for row in broadcasts]


_AGAIN = """
SELECT r.channel, count(DISTINCT d.person_id) FROM outreach_delivery d
JOIN audience_reach r ON r.person_id = d.person_id AND r.purpose = %(purpose)s
WHERE d.broadcast_id = %(id)s AND NOT d.moved_on AND d.state IN ('failed', 'expired', 'suppressed')
    AND d.reason <> ALL(%(not_again)s)
    AND r.channel = ANY(%(channels)s)
    AND NOT EXISTS (SELECT 1 FROM outreach_delivery e WHERE e.version_id = d.version_id AND e.person_id = d.person_id
        AND (e.address_id = r.address_id
            OR e.state IN ('pending', 'unknown', 'accepted', 'delivered', 'read')))
GROUP BY r.channel ORDER BY 2 DESC
"""


def reachable_again(broadcast: Broadcast, *, not_again: Iterable[str], kinds: Iterable[str]) -> dict[str, int]:
    """Channel → how many of the missed agreed to another address there that this wording has not been sent to; among
    `kinds`, the channels that can send now."""
    values: dict[str, Any] = {
        "id": broadcast.pk,
        "purpose": broadcast.purpose,
        "not_again": list(not_again),
        "channels": [kind for kind in channels_of(broadcast.version.content) if kind in set(kinds)],
    }
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, values)
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Missed:
    """One person who was not reached, as staff may see them: where they live, a masked address, why."""

    unit_id: int
    hamlet_id: int | None
    channel: str
    address: str
    state: str
    reason: str


def is_sensitive_audience(broadcast: Broadcast) -> bool:
    """Whether a small figure of it would tell of somebody's poverty or ethnicity; one that reaches the missed of
    another is as sensitive as that one."""
    root = broadcast
    while root.parent is not None:
        root = root.parent
    return is_sensitive(Criteria.from_json(root.criteria))


def missed_rows(broadcast: Broadcast, *, unit_id: int | None = None) -> "QuerySet[Delivery]":
    """Deliveries that did not reach their person, by place."""
    rows = Delivery.objects.filter(broadcast=broadcast, moved_on=False, state__in=[*MISSED, "unknown", "suppressed"])
    if unit_id is not None:
        rows = rows.filter(unit_id=unit_id)
    return rows.order_by("unit_id", "hamlet_id", "state", "pk")


def masked_rows(rows: Sequence[Delivery]) -> list[Missed]:
    """These deliveries with masked addresses, one read of the vault; never a name."""
    found = vault_addresses(row.address_id for row in rows if row.address_id is not None)
    return [
        Missed(
            row.unit_id,
            row.hamlet_id,
            row.channel,
            masked(row.channel, found[row.address_id].value) if row.address_id in found else "",
            row.state,
            str(Reason(row.reason).label),
        )
        for row in rows
    ]


def ledger_rows(broadcast_id: int, *, mixed: bool = False) -> Iterator[tuple[Any, ...]]:
    """The whole ledger for a file, read in pieces: number, place, channel, state, reason, attempts, cost, moments. No
    person, and no language beside a place: it would tell of ethnicity. `mixed`: in no order, since neighbours in the
    ledger may be neighbours."""
    columns = (
        "pk", "unit_id", "hamlet_id", "channel", "state", "reason", "attempts", "cost", "accepted_at", "delivered_at",
        "read_at",
    )  # fmt: skip
    rows = Standing.objects.filter(broadcast_id=broadcast_id).order_by("?" if mixed else "pk")
    return iter(rows.values_list(*columns).iterator(2000))


def missed_pieces(broadcast: Broadcast, *, unit_id: int | None = None) -> Iterator[list[Missed]]:
    """Everybody who was missed, a thousand at a time, with masked addresses; never a name."""
    rows = missed_rows(broadcast, unit_id=unit_id).iterator(1000)
    for piece in batched(rows, 1000, strict=False):
        yield masked_rows(piece)


def places_of(broadcast: Broadcast) -> set[int]:
    """The units and hamlets its people live in."""
    rows = Delivery.objects.filter(broadcast=broadcast).order_by()
    units = rows.values_list("unit_id", flat=True).distinct()
    hamlets = rows.exclude(hamlet_id=None).values_list("hamlet_id", flat=True).distinct()
    return {*units, *(hamlet for hamlet in hamlets if hamlet is not None)}


def counts_for(user: User) -> int:
    """How many broadcasts of the user's units are on their way; the rail's number."""
    return int(Broadcast.objects.visible_to(user).filter(state__in=["releasing", "running", "paused"]).count())
