"""What the broadcast pages show beside the account: pace, who was missed and why, and how to reach them again."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from lantoa.audience.addresses import masked
from lantoa.audience.selectors import vault_addresses
from lantoa.channels.selectors import accounts_for
from lantoa.kernel.models import User
from lantoa.outreach.enums import Reason
from lantoa.outreach.models import Broadcast, Delivery
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
            "SELECT broadcast_id, state, count(*) FROM outreach_standing WHERE broadcast_id = ANY(%s) AND NOT moved_on GROUP BY 1, 2",
            [list(counts)],
        )
        for broadcast_id, state, count in cursor.fetchall():
            counts[broadcast_id][state] = count
    return [Line(row, counts[row.pk]) for row in broadcasts]


@dataclass(frozen=True, slots=True)
class Why:
    """How many stand in one state for one reason."""

    state: str
    reason: Reason
    count: int

    @property
    def words(self) -> str:
        """The reason for people."""
        return str(self.reason.label)


def reasons(broadcast_id: int) -> list[Why]:
    """Why people were not reached or not sent to, the most frequent first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT state, reason, count(*) FROM outreach_standing WHERE broadcast_id = %s AND NOT moved_on"
            " AND state IN ('failed', 'expired', 'suppressed', 'unknown') GROUP BY 1, 2 ORDER BY 3 DESC, 2",
            [broadcast_id],
        )
        return [Why(state, Reason(reason), count) for state, reason, count in cursor.fetchall()]


_AGAIN = """
SELECT r.channel, count(DISTINCT d.person_id) FROM outreach_delivery d
JOIN audience_reach r ON r.person_id = d.person_id AND r.purpose = %(purpose)s
WHERE d.broadcast_id = %(id)s AND d.state IN ('failed', 'expired', 'suppressed') AND d.reason <> ALL(%(not_again)s)
    AND r.channel = ANY(%(channels)s)
    AND NOT EXISTS (SELECT 1 FROM outreach_delivery e WHERE e.version_id = d.version_id AND e.person_id = d.person_id
        AND (e.address_id = r.address_id
            OR e.state IN ('pending', 'unknown', 'accepted', 'delivered', 'read')))
GROUP BY r.channel ORDER BY 2 DESC
"""


def reachable_again(broadcast: Broadcast, *, not_again: Iterable[str]) -> dict[str, int]:
    """Channel → how many of the missed agreed to another address there that this wording has not been sent to."""
    values: dict[str, Any] = {
        "id": broadcast.pk,
        "purpose": broadcast.purpose,
        "not_again": list(not_again),
        "channels": [kind for kind in channels_of(broadcast.version.content) if accounts_for(kind).exists()],
    }
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, values)
        return dict(cursor.fetchall())


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast it goes: handed over in the last minute, what waits, when it will be done at this pace."""

    a_minute: int
    waiting: int
    done_at: datetime | None


def pace(broadcast: Broadcast, account_waiting: int, *, at: datetime) -> Pace:
    """The pace of the last minute; no forecast while nothing moves."""
    recent = Delivery.objects.filter(broadcast=broadcast, accepted_at__gt=at - timedelta(minutes=1)).count()
    done_at = at + timedelta(minutes=account_waiting / recent) if recent and account_waiting else None
    return Pace(recent, account_waiting, done_at)


@dataclass(frozen=True, slots=True)
class Missed:
    """One person who was not reached, as staff may see them: where they live, a masked address, why."""

    unit_id: int
    hamlet_id: int | None
    channel: str
    address: str
    state: str
    reason: str


def missed_rows(broadcast: Broadcast, *, unit_id: int | None = None) -> "QuerySet[Delivery]":
    """Deliveries that did not reach their person, by place."""
    rows = Delivery.objects.filter(broadcast=broadcast, state__in=[*MISSED, "unknown", "suppressed"])
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


def ledger_rows(broadcast_id: int) -> Iterator[tuple[object, ...]]:
    """The whole ledger for a file: number, place, channel, state, reason, attempts, cost, moments. No person."""
    columns = (
        "pk", "unit_id", "hamlet_id", "channel", "language", "state", "reason", "attempts", "cost", "accepted_at",
        "delivered_at", "read_at",
    )  # fmt: skip
    return iter(Delivery.objects.filter(broadcast_id=broadcast_id).order_by("pk").values_list(*columns).iterator(2000))


def counts_for(user: User) -> int:
    """How many broadcasts of the user's units are on their way; the rail's number."""
    return int(Broadcast.objects.visible_to(user).filter(state__in=["releasing", "running", "paused"]).count())
