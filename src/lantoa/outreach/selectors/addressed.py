"""Where a message that is known by its key went."""

from dataclasses import dataclass

from lantoa.outreach.keys import parse_key
from lantoa.outreach.models import Broadcast, Delivery


@dataclass(frozen=True, slots=True)
class Addressed:
    """The address of one delivery, and the purpose it was written for."""

    address_id: int
    purpose: str


def addressed(key: str, *, channel: str) -> Addressed | None:
    """Return where the message of this key went on this channel; None when the key is none of ours."""
    named = parse_key(key)
    broadcast = Broadcast.objects.filter(key=named[0]).only("month", "purpose").first() if named else None
    if named is None or broadcast is None:
        return None
    found = Delivery.objects.filter(month=broadcast.month, pk=named[1], broadcast=broadcast, channel=channel)
    address_id = found.values_list("address_id", flat=True).first()
    return Addressed(address_id, broadcast.purpose) if address_id else None
