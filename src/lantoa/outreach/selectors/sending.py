"""What sends: a channel's accounts with their rates, hours and prices, and what else is queued there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from lantoa.channels.contract import Window
from lantoa.channels.models import ChannelAccount
from lantoa.channels.registry import capability, channels, serving
from lantoa.channels.selectors import price_of, window_of
from lantoa.outreach.forecasting import Lane, rate_without_limit
from lantoa.outreach.models import Broadcast


@dataclass(frozen=True, slots=True)
class Sender:
    """One account as the pages reckon with it; `price` in đồng for one cost unit, None when nobody entered one."""

    id: int
    kind: str
    rate: float
    window: Window | None
    paused_until: datetime | None
    price: int | None


@dataclass(frozen=True, slots=True)
class Senders:
    """The accounts that carry one channel and are in use."""

    kind: str
    each: tuple[Sender, ...]

    @property
    def rate(self) -> float:
        """Cost units a second that all of them send together."""
        return sum(one.rate for one in self.each)

    @property
    def window(self) -> Window | None:
        """The hours in which the first may be used; accounts of one channel keep the same."""
        return self.each[0].window if self.each else None

    @property
    def rests_until(self) -> datetime | None:
        """When the first of them may send again, if all are paused by their provider."""
        moments = [one.paused_until for one in self.each]
        return min((one for one in moments if one), default=None) if all(moments) else None

    @property
    def price(self) -> int | None:
        """Đồng a unit costs at most; None while an account has no price."""
        prices = [one.price for one in self.each]
        return None if not prices or None in prices else max(price for price in prices if price is not None)

    def lane(self, units: int, *, urgent: bool, rate: float | None = None, ahead: Sequence[int] = ()) -> Lane:
        """This channel's work, at the accounts' own rate unless a measured one is given."""
        window = None if urgent else self.window
        return Lane(self.kind, units, rate or self.rate, tuple(ahead), window, self.rests_until)


def senders(kinds: Iterable[str], *, at: datetime) -> dict[str, Senders]:
    """The accounts in use that carry each channel, in one query; a channel without any is there, empty."""
    found: dict[str, list[Sender]] = {kind: [] for kind in kinds if kind in channels()}
    carriers = [kind for channel in found for kind in serving(channel)]
    for account in ChannelAccount.objects.filter(kind__in=carriers, enabled=True).order_by("pk"):
        found[capability(account.kind).channel].append(_sender(account, at))
    return {kind: Senders(kind, tuple(each)) for kind, each in found.items()}


def _sender(account: ChannelAccount, at: datetime) -> Sender:
    able = capability(account.kind)
    limit = account.settings.get("rate_per_second") or able.rate_per_second
    rate = float(limit or rate_without_limit(able.concurrency, able.bulk_size))
    paused = account.paused_until if account.paused_until and account.paused_until > at else None
    return Sender(account.pk, account.kind, rate, window_of(account), paused, price_of(account))


def prices(account_ids: Iterable[int]) -> dict[int, int | None]:
    """Account → its price, also of accounts no longer in use."""
    return {one.pk: price_of(one) for one in ChannelAccount.objects.filter(pk__in=list(account_ids))}


_QUEUED = """
SELECT d.channel, d.broadcast_id, count(*) FROM outreach_delivery d
JOIN outreach_broadcast b ON b.month = d.month AND b.id = d.broadcast_id
WHERE b.state = 'running' AND b.id <> %s AND d.channel = ANY(%s) AND d.state = 'pending' GROUP BY 1, 2
"""


def queued_elsewhere(broadcast: Broadcast) -> dict[str, list[int]]:
    """Channel → what each other running broadcast still has to send there. For the page before release only."""
    found: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUED, [broadcast.pk, broadcast.channels])
        for channel, _id, count in cursor.fetchall():
            found.setdefault(channel, []).append(int(count))
    return found
