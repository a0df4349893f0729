"""What the broadcast pages show, put together once for the full page and its live part."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from lantoa.approvals.selectors import Approval, approval_of
from lantoa.channels.registry import capability, channels
from lantoa.kernel.access import allowed
from lantoa.kernel.models import User
from lantoa.outreach import costing, funnel, outlooks
from lantoa.outreach.chain_showing import Pacing, kinds_of
from lantoa.outreach.enums import BroadcastState, DeliveryState, Reason
from lantoa.outreach.forecasting import outlook
from lantoa.outreach.models import Broadcast
from lantoa.outreach.outlooks import Now, label_of
from lantoa.outreach.placement_showing import SpreadTable
from lantoa.outreach.replies import heard_channels, wrote_back
from lantoa.outreach.rules import RELEASE, right_to_release
from lantoa.outreach.selectors.fanout import NOT_AGAIN
from lantoa.outreach.selectors.links import LinkCount, clicks_since_release
from lantoa.outreach.selectors.sending import Senders, prices, senders
from lantoa.outreach.selectors.tally import MISSED, Counts, Tally, tally
from lantoa.outreach.selectors.watching import is_sensitive_audience, reachable_again
from lantoa.outreach.spread import is_urgent
from lantoa.outreach.unit_table import PLAN_MAP, Line, UnitTable
from lantoa.outreach.wording import money
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
WORST = 8
LAGGING = 65
"""Lines of the unit table shown at first; percent reached below which a unit is named beside the map."""
LARGE = 100_000
"""Recipients from which the live figures are asked for less often: each look counts the broadcast's whole ledger."""


def chip_of(row: Broadcast) -> dict[str, Any]:
    """Word, tone and icon of a broadcast's state."""
    tone, icon = TONES[BroadcastState(row.state)]
    return {"label": row.get_state_display(), "tone": tone, "icon": icon}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a ledger table: the six states a reader sees."""

    name: str
    counts: Counts

    @property
    def audience(self) -> int:
        """Everybody in the line."""
        return sum(self.counts.values())

    @property
    def cells(self) -> list[tuple[Any, int]]:
        """(look, count) for each of the six states, in their order."""
        return [(charts.STATES[state], count) for state, count in charts.folded(self.counts).items()]


class BroadcastPage:
    """One released broadcast as its page shows it to one person; `on_plan_map` reads it on the map of 2022."""

    def __init__(
        self, row: Broadcast, user: User, *, at: datetime, all_units: bool = False, on_plan_map: bool = False
    ) -> None:
        self.row, self.user, self.at = row, user, at
        self.all_units, self.on_plan_map = all_units, on_plan_map

    # Where it stands

    @cached_property
    def tally(self) -> Tally:
        """Its ledger, counted once; by hamlet only where another map is asked for."""
        return tally(self.row, at=self.at, hamlets=self.on_plan_map)

    @property
    def audience(self) -> int:
        """Everybody, as frozen at release."""
        return self.row.audience_count or 0

    @cached_property
    def approval(self) -> Approval | None:
        """The approval of exactly this version."""
        return approval_of(self.row.version.message.subject, self.row.version.sha256)

    @property
    def changed_since(self) -> bool:
        """Whether the message has been edited since this version was frozen."""
        return self.row.version.message.sha256 != self.row.version.sha256

    @property
    def released(self) -> bool:
        """Whether the audience is frozen."""
        return self.row.audience_count is not None

    @property
    def live(self) -> bool:
        """Whether figures still move."""
        return self.row.state in (BroadcastState.RUNNING, BroadcastState.RELEASING)

    @property
    def every(self) -> int:
        """Seconds between two looks at a moving broadcast."""
        return 3 if self.audience < LARGE else 20

    @property
    def at_rest(self) -> bool:
        """Whether it has ended: done, or stopped for good."""
        return self.row.state in (BroadcastState.DONE, BroadcastState.CANCELLED)

    @property
    def may_release(self) -> bool:
        """Whether this person may release, pause or stop it."""
        right = RELEASE if self.released else right_to_release(self.row)
        return allowed(self.user, right, unit_id=self.row.unit_id)

    @property
    def urgent(self) -> bool:
        """Whether it passes the night's rest, to persons or at outlets."""
        return is_urgent(self.row)

    @property
    def chip(self) -> dict[str, Any]:
        """Word, tone and icon of the state."""
        return chip_of(self.row)

    @cached_property
    def accounts(self) -> dict[str, Senders]:
        """The accounts in use of every channel, so that the missed can be offered another one."""
        return senders(channels(), at=self.at)

    @cached_property
    def now(self) -> Now | None:
        """When it will be done and what each channel is doing."""
        return outlooks.while_running(self.row, self.tally, self.accounts, at=self.at)

    @property
    def now_note(self) -> SafeString:
        """The same as it stands under the sum."""
        return render_to_string("outreach/now.html", {"now": self.now, "at": self.at})

    @property
    def waiting(self) -> int:
        """How many have not been sent to yet."""
        return charts.folded(self.tally.whole)["pending"]

    @property
    def by_channel(self) -> list[Row]:
        """A line a channel, in the order the broadcast prefers; people without any come last."""
        order = [*kinds_of(self.row), "none"]
        found = self.tally.by_channel
        rows = [Row(label_of(kind), found[kind]) for kind in order if kind in found]
        return [row for row in rows if row.audience]

    @property
    def total(self) -> Row:
        """The sum line."""
        return Row(_("Sum"), self.tally.whole)

    @cached_property
    def spread(self) -> SpreadTable | None:
        """Its placements by kind; None when it puts nothing at outlets."""
        return SpreadTable(self.row) if self.row.placing else None

    # From meant to written back

    @cached_property
    def links(self) -> list[LinkCount]:
        """The links of its wording with their presses."""
        return clicks_since_release(self.row)

    @property
    def link_rows(self) -> list[dict[str, Any]]:
        """The same for the page."""
        return [{"link": one, "channel": label_of(one.channel)} for one in self.links]

    @property
    def clicks(self) -> int:
        """All presses."""
        return sum(one.clicks for one in self.links)

    @cached_property
    def replies(self) -> dict[str, int]:
        """How many people wrote back, by channel."""
        return wrote_back(self.row, at=self.at)

    @cached_property
    def steps(self) -> list[funnel.Steps]:
        """The stages of every channel that anybody was meant to be reached by."""
        linked = {one.channel for one in self.links}
        found = self.tally.by_channel
        return [
            funnel.steps(
                kind, capability(kind), found[kind],
                clicks=sum(one.clicks for one in self.links if one.channel == kind) if kind in linked else None,
                replies=self.replies.get(kind, 0) if kind in heard_channels() else None,
            )
            for kind in kinds_of(self.row) if kind in found and kind in channels()
        ]  # fmt: skip

    @property
    def stages(self) -> range:
        """The columns of the stages."""
        return range(len(funnel.STAGES))

    @property
    def funnel_total(self) -> funnel.Steps:
        """All channels together."""
        return funnel.total(self.steps, _("Sum"))

    @property
    def streams(self) -> dict[str, Any]:
        """The drawing of the stages."""
        drawn, width, height = funnel.streams(self.steps)
        return {"rows": drawn, "width": width, "height": height}

    # By unit

    @property
    def recorded(self) -> date:
        """The day of release, whose map its people were counted on."""
        return timezone.localdate(self.row.released_at or self.at)

    @cached_property
    def sensitive(self) -> bool:
        """Whether small figures of it must not be shown."""
        return is_sensitive_audience(self.row)

    @cached_property
    def units(self) -> UnitTable:
        """Its units on the map asked for; of a sensitive audience always on one, since the difference of two would tell
        what each withholds."""
        on = PLAN_MAP if self.on_plan_map and not self.sensitive else self.recorded
        return UnitTable(self.tally, recorded=self.recorded, on=on, sensitive=self.sensitive)

    @cached_property
    def told_lines(self) -> list[Line]:
        """The lines that tell a figure."""
        return [line for line in self.units.lines if line.tells]

    @property
    def untold(self) -> int:
        """How many units have no figure that may be told."""
        return len(self.units.lines) - len(self.told_lines)

    @property
    def unit_lines(self) -> list[tuple[Line, str]]:
        """The lines shown, the lowest or all, each with where it leads."""
        lines = self.told_lines if self.all_units else self.told_lines[:WORST]
        return [(line, self._missed_url(line.unit_id)) for line in lines]

    def _missed_url(self, unit: int | None) -> str:
        """Who was missed there; only on the map the people were recorded on."""
        plain = unit and not self.on_plan_map and not self.sensitive
        return f"{reverse('outreach:missed', args=[self.row.pk])}?xa={unit}" if plain else ""

    @property
    def tiles(self) -> list[dict[str, Any]]:
        """The tile map's rows with where they lead."""
        return [{**tile, "url": self._missed_url(tile["unit"])} for tile in self.units.tiles]

    @cached_property
    def lagging(self) -> list[str]:
        """The units of the map where fewer than `LAGGING` percent were reached, the lowest first."""
        mapped = {tile["unit"] for tile in self.units.tiles}
        told = [one for one in self.told_lines if one.unit_id in mapped and one.share is not None]
        return [one.name for one in told if one.share is not None and one.share < LAGGING]

    @property
    def lagging_more(self) -> int:
        """How many of them are not named."""
        return max(0, len(self.lagging) - WORST)

    @property
    def map_pills(self) -> list[dict[str, Any]]:
        """The two maps."""
        more = "&xa=1" if self.all_units else ""
        return [
            {"label": _("Today's map"), "url": f"?{more[1:]}#units", "current": not self.on_plan_map},
            {"label": _("Map of 2022"), "url": f"?bando=2022{more}#units", "current": self.on_plan_map},
        ]

    @property
    def map_steps(self) -> list[tuple[int, str]]:
        """The legend of the map."""
        return [(1, _("under 55%")), (2, "55–64%"), (3, "65–72%"), (4, "73–74%"), (5, _("75% and more"))]

    # Money

    @cached_property
    def bills(self) -> dict[str, costing.Bill]:
        """What everybody of the audience costs, and what was spent so far."""
        meant = costing.units_meant(self.tally, self.row.version.content)
        paid = costing.spent(self.tally, prices(costing.accounts_of(self.tally)))
        return {"planned": costing.planned(meant, self.accounts), "spent": paid}

    @property
    def costs(self) -> list[dict[str, Any]]:
        """A line a channel: units and đồng, planned and spent."""
        plan, paid = self.bills["planned"], self.bills["spent"]
        kinds = [kind for kind in kinds_of(self.row) if plan.of(kind).units or paid.of(kind).units]
        return [{"label": label_of(kind), "planned": plan.of(kind), "spent": paid.of(kind)} for kind in kinds]

    @property
    def cost_total(self) -> dict[str, str]:
        """The sums that can be named."""
        return {name: money(bill.dong) if bill.priced else "" for name, bill in self.bills.items()}

    @property
    def unpriced(self) -> str:
        """The channels whose price nobody entered."""
        return ", ".join(label_of(kind) for kind in self.bills["planned"].unpriced)

    @cached_property
    def pacing(self) -> Pacing:
        """Its fallback steps, budget and share."""
        found = self.tally.by_channel if self.released else {}
        return Pacing(self.row, self.user, found, self.accounts, self.bills)

    # Who was missed

    @property
    def missed_reasons(self) -> list[dict[str, Any]]:
        """Those not reached, by reason."""
        return [{"count": why.count, "label": why.words} for why in self.tally.why(*MISSED)]

    @property
    def missed_count(self) -> int:
        """How many were not reached."""
        return sum(item["count"] for item in self.missed_reasons)

    @property
    def not_sent(self) -> list[dict[str, Any]]:
        """Those deliberately not sent to, by reason."""
        return [{"count": why.count, "label": why.words} for why in self.tally.why(DeliveryState.SUPPRESSED)]

    @property
    def not_sent_count(self) -> int:
        """How many were deliberately not sent to."""
        return sum(item["count"] for item in self.not_sent)

    @property
    def retryable(self) -> int:
        """How many failed although their address is good."""
        good = (Reason.REFUSED, Reason.GAVE_UP, Reason.NOT_DELIVERED)
        return sum(why.count for why in self.tally.why(DeliveryState.FAILED) if why.reason in good)

    @cached_property
    def again(self) -> list[dict[str, Any]]:
        """The channels over which missed people can be reached again, with how many."""
        able = [kind for kind, accounts in self.accounts.items() if accounts.each]
        found = reachable_again(self.row, not_again=[reason.value for reason in NOT_AGAIN], kinds=able)
        return [{"kind": kind, "label": label_of(kind), "count": count} for kind, count in found.items()]

    def again_outlook(self, option: dict[str, Any]) -> str:
        """When those missed would have it over another channel."""
        lane = self.accounts[option["kind"]].lane(option["count"], urgent=self.row.urgency == "urgent")
        here = timezone.localtime(self.at)
        return outlooks.in_words(outlook([lane], here), start=here, now=self.at)
