"""What one person's portal inbox holds."""

from dataclasses import dataclass
from datetime import datetime

from lantoa.audience.selectors import inbox_person
from lantoa.outreach.enums import DeliveryState
from lantoa.outreach.models import Delivery
from lantoa.outreach.texts import text_for


@dataclass(frozen=True, slots=True)
class Letter:
    """One message in an inbox."""

    delivery_id: int
    title: str
    text: str
    language: str
    at: datetime
    read: bool


def inbox(token: str, *, limit: int = 50) -> list[Letter] | None:
    """The messages of the inbox this token opens, newest first; None when it opens none."""
    person_id = inbox_person(token)
    if person_id is None:
        return None
    rows = Delivery.objects.filter(
        person_id=person_id, channel="portal", state__in=[DeliveryState.DELIVERED, DeliveryState.READ]
    ).select_related("version")
    return [_letter(row) for row in rows.order_by("-delivered_at", "-pk")[:limit]]


def _letter(row: Delivery) -> Letter:
    text = text_for(row.version.content, "portal", row.language).for_person("", "")
    at = row.delivered_at or row.accepted_at
    assert at is not None
    return Letter(row.pk, text.subject, text.text, text.language, at, row.state == DeliveryState.READ)
