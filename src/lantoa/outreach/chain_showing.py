"""A broadcast's fallback steps as a timeline, its budget and its share, as its page shows them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cached_property

from django.utils.translation import gettext as _

from lantoa.channels.contract import CostUnit
from lantoa.channels.registry import capability, channels
from lantoa.kernel.access import allowed
from lantoa.kernel.models import User
from lantoa.outreach.chain_forms import WEIGHTS, WeightForm
from lantoa.outreach.costing import Bill
from lantoa.outreach.enums import VISIT, BroadcastState, Hold
from lantoa.outreach.models import Broadcast, Purse
from lantoa.outreach.outlooks import label_of
from lantoa.outreach.rules import RECORD_VISIT
from lantoa.outreach.selectors.sending import Senders
from lantoa.outreach.selectors.tally import Counts, count_of
from lantoa.outreach.wording import span

UNDER_WAY = ("pending", "sending", "accepted", "unknown")


@dataclass(frozen=True, slots=True)
class Rung:
    """One step: its channels, after what wait, and everybody who stands there now, each counted in one step only."""

    title: str
    wait: str
    counts: Counts
    visit: bool = False
    passed: bool = False  # somebody stands further on

    @property
    def people(self) -> int:
        """How many stand here."""
        return sum(self.counts.values())

    @property
    def came(self) -> int:
        """How many of them have it."""
        return count_of(self.counts, "delivered", "read")

    @property
    def open(self) -> int:
        """How many of them may still get it here."""
        return count_of(self.counts, *UNDER_WAY)

    @property
    def look(self) -> str:
        """How the timeline draws it: done, now, or still to come."""
        return "now" if self.open else "done" if self.people or self.passed else "todo"


def kinds_of(row: Broadcast) -> list[str]:
    """Every channel of a broadcast: those it begins with, then those it falls back on."""
    return [*row.channels, *(step["channel"] for step in row.chain)]


def rungs(row: Broadcast, by_channel: Mapping[str, Counts]) -> list[Rung]:
    """The steps of a broadcast's chain, the first being what it begins with; none when it has no chain."""
    if not row.chain:
        return []
    begun: Counts = {}
    for kind in (*row.channels, "none"):
        for state, count in by_channel.get(kind, {}).items():
            begun[state] = begun.get(state, 0) + count
    first = Rung(", ".join(label_of(kind) for kind in row.channels), "", begun)
    found = [first, *(_rung(step, by_channel) for step in row.chain)]
    return [replace(one, passed=any(later.people for later in found[place:])) for place, one in enumerate(found, 1)]


def _rung(step: Mapping[str, object], by_channel: Mapping[str, Counts]) -> Rung:
    kind = str(step["channel"])
    wait = _("If it has not come after %(span)s") % {"span": span(timedelta(minutes=int(str(step["after"]))))}
    return Rung(label_of(kind), wait, by_channel.get(kind, {}), kind == VISIT)


def unpriced(row: Broadcast, accounts: Mapping[str, Senders]) -> list[str]:
    """The channels of a broadcast that cost something nobody has priced: its budget does not hold them."""
    paid = [kind for kind in kinds_of(row) if kind in channels() and capability(kind).cost_unit is not CostUnit.FREE]
    return [label_of(kind) for kind in paid if kind not in accounts or accounts[kind].price is None]


class Pacing:
    """One broadcast's steps, budget and share, for one person."""

    def __init__(
        self, row: Broadcast, user: User, by_channel: Mapping[str, Counts], accounts: Mapping[str, Senders],
        bills: Mapping[str, Bill],
    ) -> None:  # fmt: skip
        self.row, self.user, self.accounts, self.bills = row, user, accounts, bills
        self.rungs = rungs(row, by_channel)

    @property
    def people(self) -> int:
        """Everybody on the steps together: the audience."""
        return sum(rung.people for rung in self.rungs)

    @property
    def may_visit(self) -> bool:
        """Whether this person records visits anywhere."""
        return allowed(self.user, RECORD_VISIT)

    @cached_property
    def purse(self) -> Purse | None:
        """Its budget; None: no limit."""
        found: Purse | None = getattr(self.row, "purse", None)
        return found

    @property
    def left(self) -> int:
        """Đồng of the budget not spent."""
        return self.purse.limit - self.purse.spent if self.purse else 0

    @property
    def held(self) -> bool:
        """Whether it stands still because its budget is used up."""
        return self.row.state == BroadcastState.PAUSED and self.row.held_for == Hold.BUDGET

    @property
    def unpriced(self) -> str:
        """Channels that no budget holds, because nobody entered their price."""
        return ", ".join(unpriced(self.row, self.accounts))

    @property
    def rest(self) -> int:
        """Đồng that those still waiting would cost at the prices entered, by the channels they wait on."""
        spent = self.bills["spent"].dong if "spent" in self.bills else 0
        return max(0, self.bills["planned"].dong - spent)

    @property
    def open(self) -> bool:
        """Whether budget and share still matter."""
        return self.row.state not in (BroadcastState.DONE, BroadcastState.CANCELLED)

    @property
    def share_words(self) -> str:
        """Its share of the channels in words."""
        return str(dict(WEIGHTS).get(self.row.weight, self.row.weight))

    @property
    def share_form(self) -> WeightForm:
        """The same, to change."""
        return WeightForm(initial={"weight": self.row.weight})
