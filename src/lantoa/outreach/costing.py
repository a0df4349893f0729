"""What a broadcast costs: units and đồng by channel, planned and spent; a price nobody entered is said, not guessed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lantoa.channels.contract import CostUnit
from lantoa.channels.registry import capability, channels
from lantoa.outreach.enums import DeliveryState
from lantoa.outreach.selectors.sending import Senders
from lantoa.outreach.selectors.tally import Tally
from lantoa.outreach.texts import Content, text_for


@dataclass(frozen=True, slots=True)
class Cost:
    """One channel's units and đồng; `dong` None: no price was entered for what it is sent through."""

    channel: str
    units: int
    dong: int | None

    @property
    def free(self) -> bool:
        """Whether the channel costs nothing."""
        return self.channel not in channels() or capability(self.channel).cost_unit is CostUnit.FREE


@dataclass(frozen=True, slots=True)
class Bill:
    """The channels' costs; `unpriced` are those that cost something nobody has priced."""

    each: tuple[Cost, ...]

    @property
    def dong(self) -> int:
        """The sum of what has a price."""
        return sum(cost.dong or 0 for cost in self.each if not cost.free)

    @property
    def unpriced(self) -> list[str]:
        """Channels whose cost is not known."""
        return [cost.channel for cost in self.each if not cost.free and cost.units and cost.dong is None]

    @property
    def priced(self) -> bool:
        """Whether any sum can be named."""
        return any(not cost.free and cost.dong is not None for cost in self.each)

    def of(self, channel: str) -> Cost:
        """One channel's cost; nothing when it has none."""
        return next((cost for cost in self.each if cost.channel == channel), Cost(channel, 0, 0))


def planned(units: Mapping[str, int], accounts: Mapping[str, Senders]) -> Bill:
    """What so many units would cost at most, at the prices entered for the accounts in use."""
    return Bill(tuple(_planned(channel, count, accounts.get(channel)) for channel, count in units.items()))


def _planned(channel: str, units: int, accounts: Senders | None) -> Cost:
    price = accounts.price if accounts else None
    return Cost(channel, units, None if price is None else units * price)


def units_meant(found: Tally, content: Content) -> dict[str, int]:
    """Channel → units of everybody who was to get it, sent or still waiting; those not sent to cost nothing."""
    units: dict[str, int] = {}
    for (channel, language), states in found.by_language.items():
        people = sum(n for state, n in states.items() if state != DeliveryState.SUPPRESSED)
        if people and channel in channels():
            units[channel] = units.get(channel, 0) + people * text_for(content, channel, language).units
    return units


def spent(found: Tally, prices: Mapping[int, int | None]) -> Bill:
    """What was spent so far, each unit at the price of the account it went through."""
    sums: dict[str, tuple[int, int | None]] = {}
    for (channel, account), units in found.units_spent.items():
        price = prices.get(account)
        before, dong = sums.get(channel, (0, 0))
        sums[channel] = (before + units, None if price is None or dong is None else dong + units * price)
    return Bill(tuple(Cost(channel, units, dong) for channel, (units, dong) in sums.items()))


def accounts_of(found: Tally) -> Iterable[int]:
    """The accounts that sent something."""
    return {account for _channel, account in found.units_spent}
