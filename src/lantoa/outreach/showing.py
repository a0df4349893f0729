"""What the broadcast pages show, put together once for the full page and its live part."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.approvals.selectors import Approval, approval_of
from lantoa.channels.registry import channels
from lantoa.kernel.access import allowed
from lantoa.kernel.models import User
from lantoa.outreach.enums import BroadcastState, DeliveryState, Reason
from lantoa.outreach.models import Broadcast
from lantoa.outreach.rules import RELEASE, RELEASE_URGENT
from lantoa.outreach.selectors.accounts import Account, Counts, broadcast_account
from lantoa.outreach.selectors.fanout import NOT_AGAIN, Forecast, forecast
from lantoa.outreach.selectors.watching import Pace, Why, pace, reachable_again, reasons
from lantoa.outreach.tiling import tile_places
from lantoa.territory.selectors import names_on, rows_on
from lantoa.ui import charts

TONES = {
    BroadcastState.DRAFT: ("wait", "edit"),
    BroadcastState.APPROVED: ("info", "shield"),
    BroadcastState.RELEASING: ("doubt", "rings"),
    BroadcastState.RUNNING: ("doubt", "rings"),
    BroadcastState.PAUSED: ("wait", "pause"),
    BroadcastState.DONE: ("done", "check-double"),
    BroadcastState.CANCELLED: ("bad", "close"),
}
STEPS = ((55, 1), (65, 2), (73, 3), (75, 4))
WORST = 8


def chip_of(row: Broadcast) -> dict[str, Any]:
    """Word, tone and icon of a broadcast's state."""
    tone, icon = TONES[BroadcastState(row.state)]
    return {"label": row.get_state_display(), "tone": tone, "icon": icon}


def label_of(kind: str) -> str:
    """A channel's name; people without any have one too."""
    return str(channels()[kind].capability.label) if kind in channels() else _("No channel")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a ledger table: the six states a reader sees."""

    name: str
    counts: Counts
    url: str = ""

    @property
    def audience(self) -> int:
        """Everybody in the line."""
        return sum(self.counts.values())

    @property
    def cells(self) -> list[tuple[Any, int]]:
        """(look, count) for each of the six states, in their order."""
        return [(charts.STATES[state], count) for state, count in charts.folded(self.counts).items()]

    @property
    def share(self) -> float:
        """Delivered in percent of the audience."""
        return 100 * charts.folded(self.counts)["delivered"] / self.audience if self.audience else 0.0

    @property
    def folded(self) -> Counts:
        """The counts by the six states."""
        return charts.folded(self.counts)


class BroadcastPage:
    """One broadcast as its page shows it to one person."""

    def __init__(self, row: Broadcast, user: User, *, at: datetime, all_units: bool = False) -> None:
        self.row, self.user, self.at, self.all_units = row, user, at, all_units

    @cached_property
    def account(self) -> Account:
        """The exact account."""
        return broadcast_account(self.row.pk)

    @cached_property
    def approval(self) -> Approval | None:
        """The approval of exactly this version."""
        return approval_of(self.row.version.message.subject, self.row.version.sha256)

    @property
    def changed_since(self) -> bool:
        """Whether the message has been edited since this version was frozen."""
        return self.row.version.message.sha256 != self.row.version.sha256

    @cached_property
    def forecast(self) -> Forecast:
        """What a release now would do."""
        return forecast(self.row, at=self.at)

    @property
    def forecast_rows(self) -> list[dict[str, Any]]:
        """Channel, people and cost units, in the order the broadcast prefers."""
        found = self.forecast
        return [
            {"label": label_of(kind), "people": found.by_channel.get(kind, 0), "units": found.units.get(kind, 0),
             "unit": channels()[kind].capability.cost_unit}
            for kind in self.row.channels
        ]  # fmt: skip

    @property
    def held_back(self) -> list[dict[str, Any]]:
        """Who would get nothing, and why."""
        return [{"count": count, "label": reason.label} for reason, count in self.forecast.held_back.items()]

    @property
    def released(self) -> bool:
        """Whether the audience is frozen."""
        return self.row.audience_count is not None

    @property
    def live(self) -> bool:
        """Whether figures still move."""
        return self.row.state in (BroadcastState.RUNNING, BroadcastState.RELEASING)

    @property
    def at_rest(self) -> bool:
        """Whether it has ended: done, or stopped for good."""
        return self.row.state in (BroadcastState.DONE, BroadcastState.CANCELLED)

    @property
    def may_release(self) -> bool:
        """Whether this person may release, pause or stop it."""
        right = RELEASE_URGENT if self.row.urgency == "urgent" and not self.released else RELEASE
        return allowed(self.user, right, unit_id=self.row.unit_id)

    @property
    def chip(self) -> dict[str, Any]:
        """Word, tone and icon of the state."""
        return chip_of(self.row)

    @cached_property
    def pace(self) -> Pace:
        """How fast it goes."""
        return pace(self.row, charts.folded(self.account.states)["pending"], at=self.at)

    @property
    def by_channel(self) -> list[Row]:
        """A line a channel, in the order the broadcast prefers; people without any come last."""
        order = [*self.row.channels, "none"]
        found = self.account.by_channel
        return [Row(label_of(kind), found[kind]) for kind in order if kind in found]

    @property
    def total(self) -> Row:
        """The sum line."""
        return Row(_("Sum"), self.account.states)

    @cached_property
    def day(self) -> date:
        """The day whose map is shown: the day of release."""
        return timezone.localdate(self.row.released_at or self.at)

    @cached_property
    def unit_rows(self) -> list[Row]:
        """A line a unit, the lowest share first."""
        names = names_on(self.account.by_unit, self.day)
        missed = reverse("outreach:missed", args=[self.row.pk])
        rows = [
            Row(names.get(unit, f"#{unit}"), counts, f"{missed}?xa={unit}")
            for unit, counts in self.account.by_unit.items()
        ]
        return sorted(rows, key=lambda one: (one.share, one.name))

    @property
    def by_unit(self) -> list[Row]:
        """The lines shown: the lowest, or all."""
        return self.unit_rows if self.all_units else self.unit_rows[:WORST]

    @cached_property
    def tiles(self) -> list[dict[str, Any]]:
        """The tile map's rows; none when units have no points."""
        rows = rows_on(self.account.by_unit, self.day)
        above = {unit.parent_id for unit in rows}  # a province where someone of no known commune was counted
        units = {unit.id: unit for unit in rows if unit.id not in above}
        places = tile_places((u.id, u.lat, u.lon) for u in units.values() if u.lat is not None and u.lon is not None)
        missed = reverse("outreach:missed", args=[self.row.pk])
        return [
            {"name": units[unit].name, "x": x, "y": y, "url": f"{missed}?xa={unit}", **self._tile(unit)}
            for unit, (x, y) in places.items()
        ]

    def _tile(self, unit: int) -> dict[str, Any]:
        row = Row("", self.account.by_unit[unit])
        step = next((step for limit, step in STEPS if row.share < limit), 5)
        return {"step": step, "note": f"{row.folded['delivered']}/{row.audience}"}

    @property
    def map_steps(self) -> list[tuple[int, str]]:
        """The legend of the map."""
        return [(1, _("under 55%")), (2, "55–64%"), (3, "65–72%"), (4, "73–74%"), (5, _("75% and more"))]

    @cached_property
    def reasons(self) -> list[Why]:
        """Why people were missed or not sent to."""
        return reasons(self.row.pk)

    @property
    def missed_reasons(self) -> list[dict[str, Any]]:
        """Those not reached, by reason."""
        found = [why for why in self.reasons if why.state in (DeliveryState.FAILED, DeliveryState.EXPIRED)]
        return [{"count": why.count, "label": why.words} for why in found]

    @property
    def missed_count(self) -> int:
        """How many were not reached."""
        return sum(item["count"] for item in self.missed_reasons)

    @property
    def not_sent(self) -> list[dict[str, Any]]:
        """Those deliberately not sent to, by reason."""
        found = [why for why in self.reasons if why.state == DeliveryState.SUPPRESSED]
        return [{"count": why.count, "label": why.words} for why in found]

    @property
    def retryable(self) -> int:
        """How many failed although their address is good."""
        good = (Reason.REFUSED, Reason.GAVE_UP, Reason.NOT_DELIVERED)
        return sum(why.count for why in self.reasons if why.state == DeliveryState.FAILED and why.reason in good)

    @cached_property
    def again(self) -> list[dict[str, Any]]:
        """The channels over which missed people can be reached again, with how many."""
        found = reachable_again(self.row, not_again=[reason.value for reason in NOT_AGAIN])
        return [{"kind": kind, "label": label_of(kind), "count": count} for kind, count in found.items()]
