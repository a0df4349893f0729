"""The person's own inbox on the portal: reading is a receipt."""

from datetime import datetime

from lantoa.audience.selectors import inbox_person
from lantoa.outreach.enums import DeliveryState
from lantoa.outreach.models import Delivery


def mark_read(*, token: str, delivery_id: int, at: datetime) -> bool:
    """Note that the person whose inbox this token opens has opened a message; True the first time."""
    person_id = inbox_person(token)
    if person_id is None:
        return False
    rows = Delivery.objects.filter(pk=delivery_id, person_id=person_id, channel="portal", state=DeliveryState.DELIVERED)
    return bool(rows.update(state=DeliveryState.READ, read_at=at))
