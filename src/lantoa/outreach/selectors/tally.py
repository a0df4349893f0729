"""One look at one broadcast's ledger, from which every figure of its page is summed: places, states, pace, cost."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from lantoa.outreach.enums import DeliveryState, Reason
from lantoa.outreach.models import Broadcast

type Counts = dict[str, int]

PACE_OVER = timedelta(minutes=1)
"""How far back the pace looks."""


@dataclass(frozen=True, slots=True)
class Cell:
    """How many deliveries share a place, a channel, a language, a state, a reason and an account; no person."""

    channel: str
    language: str
    unit_id: int
    hamlet_id: int | None
    state: str
    reason: str
    account_id: int | None
    count: int
    cost: int
    recent: int  # handed over within `PACE_OVER`


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


@dataclass(frozen=True, slots=True)
class Tally:
    """The cells of one broadcast, summed as asked."""

    cells: tuple[Cell, ...]

    def states(self, key: Callable[[Cell], Hashable] | None = None) -> dict[Hashable, Counts]:
        """State → count for each value of `key`, in order of appearance."""
        found: dict[Hashable, Counts] = {}
        for cell in self.cells:
            counts = found.setdefault(key(cell) if key else None, {})
            counts[cell.state] = counts.get(cell.state, 0) + cell.count
        return found

    @property
    def whole(self) -> Counts:
        """State → count of everybody."""
        return self.states().get(None, {})

    @property
    def by_channel(self) -> dict[str, Counts]:
        """Channel → state → count."""
        return {str(kind): counts for kind, counts in self.states(lambda cell: cell.channel).items()}

    @property
    def by_language(self) -> dict[tuple[str, str], Counts]:
        """(channel, language) → state → count."""
        found: dict[tuple[str, str], Counts] = {}
        for cell in self.cells:
            counts = found.setdefault((cell.channel, cell.language), {})
            counts[cell.state] = counts.get(cell.state, 0) + cell.count
        return found

    @property
    def recent(self) -> Counts:
        """Channel → how many were handed over of late."""
        return _summed((cell.channel, cell.recent) for cell in self.cells)

    @property
    def units_spent(self) -> dict[tuple[str, int], int]:
        """(channel, account) → cost units spent."""
        found: dict[tuple[str, int], int] = {}
        for cell in self.cells:
            if cell.cost and cell.account_id is not None:
                key = (cell.channel, cell.account_id)
                found[key] = found.get(key, 0) + cell.cost
        return found

    def why(self, *states: str) -> list[Why]:
        """Why people stand in these states, the most frequent first."""
        counts: dict[tuple[str, str], int] = {}
        for cell in self.cells:
            if cell.state in states and cell.count:
                counts[cell.state, cell.reason] = counts.get((cell.state, cell.reason), 0) + cell.count
        found = [Why(state, Reason(reason), count) for (state, reason), count in counts.items()]
        return sorted(found, key=lambda one: (-one.count, one.state, one.reason))


def _summed(pairs: Iterable[tuple[str, int]]) -> Counts:
    found: Counts = {}
    for key, count in pairs:
        found[key] = found.get(key, 0) + count
    return found


_TALLY = """
SELECT channel, language, unit_id, CASE WHEN %(hamlets)s THEN hamlet_id END, state, reason, account_id,
    count(*) FILTER (WHERE NOT moved_on), coalesce(sum(cost), 0),
    count(*) FILTER (WHERE accepted_at > %(since)s)
FROM outreach_standing WHERE broadcast_id = %(id)s GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
"""


def tally(broadcast: Broadcast, *, at: datetime, hamlets: bool = False) -> Tally:
    """Count this broadcast's ledger in one query that reads no other's; by hamlet only when asked."""
    with connection.cursor() as cursor:
        cursor.execute(_TALLY, {"id": broadcast.pk, "since": at - PACE_OVER, "hamlets": hamlets})
        return Tally(tuple(Cell(*row) for row in cursor.fetchall()))


GOT = (DeliveryState.DELIVERED, DeliveryState.READ)
TAKEN = (DeliveryState.ACCEPTED, *GOT)
MISSED = (DeliveryState.FAILED, DeliveryState.EXPIRED)
"""States that mean: known to have come, handed over, not reached."""


def count_of(counts: Counts, *states: str) -> int:
    """How many stand in any of these states."""
    return sum(counts.get(state, 0) for state in states)
