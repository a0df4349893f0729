"""How much of its channel a text takes: characters, messages, minutes of air, money; saved, or while it is typed."""

from dataclasses import dataclass

from lantoa.channels.contract import CostUnit
from lantoa.channels.registry import channel, described, publics
from lantoa.channels.selectors import accounts_for, price_of
from lantoa.channels.sms.segments import LIMITS, Segments, measure, unaccented
from lantoa.outreach.wording import money


@dataclass(frozen=True, slots=True)
class Measured:
    """What a text takes on one kind; `words` are the kind's own (minutes of air), `price` is for one recipient, `plain`
    the SMS it would be without marks, where these are fewer."""

    kind: str
    length: int
    limit: int | None
    segments: Segments | None = None
    words: str = ""
    price: str = ""
    plain: int = 0

    @property
    def fits(self) -> bool:
        """Whether the channel carries it."""
        return self.limit is None or self.length <= self.limit

    @property
    def capacity(self) -> int:
        """Characters that as many SMS hold."""
        if self.segments is None:
            return 0
        alone, joined = LIMITS[self.segments.alphabet]
        return alone if self.segments.count <= 1 else joined * self.segments.count


def measured(kind: str, text: str) -> Measured:
    """Measure a text as it goes out on this kind; raises KeyError for a kind that we do not have."""
    limit = described(kind).max_length
    if kind in publics():
        own = publics()[kind].measure
        return Measured(kind, len(text), limit, words=str(own(text).words) if own and text.strip() else "")
    if not text.strip():
        return Measured(kind, len(text), limit)
    segments = measure(text) if kind == "sms" else None
    fewer = measure(unaccented(text)).count if segments else 0
    plain = fewer if segments and fewer < segments.count else 0
    return Measured(kind, len(text), limit, segments, price=_price(kind, text), plain=plain)


def _price(kind: str, text: str) -> str:
    """What one recipient costs, at the first price entered for an account in use; empty where nobody entered one."""
    able = channel(kind)
    if able.capability.cost_unit is CostUnit.FREE:
        return ""
    price = next((price for one in accounts_for(kind).order_by("pk") if (price := price_of(one))), None)
    return money(price * able.units(text)) if price else ""
