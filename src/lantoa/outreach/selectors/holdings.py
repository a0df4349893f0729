"""What the ledger keeps of one person, told to that person: the messages, and who carried them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _

from lantoa.audience import holdings
from lantoa.audience.holdings import Holding
from lantoa.channels.models import ChannelAccount
from lantoa.channels.registry import capability, channels
from lantoa.kernel.clock import local
from lantoa.kernel.text import date_text
from lantoa.outreach.enums import DeliveryState

# One look into the unique index (broadcast, person) for each broadcast: the ledger has no index on people alone.
_RECEIVED = """
SELECT m.title, d.channel, d.state, coalesce(d.read_at, d.delivered_at, d.accepted_at, b.released_at), d.account_id
FROM outreach_broadcast b
CROSS JOIN LATERAL (
    SELECT d.version_id, d.channel, d.state, d.read_at, d.delivered_at, d.accepted_at, d.account_id
    FROM outreach_delivery d
    WHERE d.month = b.month AND d.broadcast_id = b.id AND d.person_id = %s AND NOT d.moved_on LIMIT 1) AS d
JOIN outreach_messageversion v ON v.id = d.version_id
JOIN outreach_message m ON m.id = v.message_id
ORDER BY b.released_at DESC NULLS LAST, b.id DESC
"""
HANDED_OVER = frozenset({DeliveryState.ACCEPTED, DeliveryState.DELIVERED, DeliveryState.READ, DeliveryState.FAILED})
"""States in which a carrier has seen the address for certain."""


@dataclass(frozen=True, slots=True)
class Received:
    """One message of a person: what, by which channel, how far it came, when that was last known."""

    title: str
    channel: str
    state: DeliveryState
    at: datetime | None
    account_id: int | None


def received(person_id: int) -> list[Received]:
    """Every message a person got or should have got, the newest first. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_RECEIVED, [person_id])
        return [Received(title, channel, DeliveryState(state), *rest) for title, channel, state, *rest in cursor]


def messages_of(person_id: int) -> Holding:
    """The messages as the person's own page shows them."""
    return Holding(
        title=_("Messages"),
        until=_("Kept as a count; it names nobody once you ask us to erase you."),
        why=_("So that it can be shown what went out, and nothing goes twice."),
        columns={"title": _("Message"), "channel": _("Channel"), "at": _("Day"), "state": _("State")},
        rows=[
            {"title": row.title, "channel": _channel(row.channel), "at": _day(row.at), "state": str(row.state.label)}
            for row in received(person_id)
        ],
    )


def carriers_of(person_id: int) -> Holding:
    """To whom the person's address was handed so that a message could reach them."""
    carried = Counter(
        (row.channel, row.account_id) for row in received(person_id) if row.state in HANDED_OVER or row.account_id
    )
    names = dict(ChannelAccount.objects.filter(pk__in={pk for _c, pk in carried if pk}).values_list("pk", "name"))
    return Holding(
        title=_("Who your address was passed to"),
        until=_("As long as the message itself stands in the count."),
        why=_("A message needs a carrier; it gets the address and the words, and nothing else."),
        columns={"channel": _("Channel"), "account": _("Account"), "messages": _("Messages")},
        rows=[
            {"channel": _channel(channel), "account": names.get(account or 0, ""), "messages": str(count)}
            for (channel, account), count in sorted(carried.items(), key=str)
            if channel != "portal"
        ],
    )


def register() -> None:
    """Answer for these two on people's own pages."""
    holdings.register("messages", messages_of)
    holdings.register("carriers", carriers_of)


def _channel(kind: str) -> str:
    return str(capability(kind).label) if kind in channels() else ""


def _day(moment: datetime | None) -> str:
    return date_text(local(moment).date()) if moment else ""
