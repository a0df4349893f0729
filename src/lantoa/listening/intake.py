"""Messages that arrive on a channel: each opens a case or joins the sender's waiting one."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_datetime

from lantoa.audience.services import keep_contact
from lantoa.channels.events import TextReceived
from lantoa.listening.enums import Door
from lantoa.listening.models import Case, CaseEvent
from lantoa.listening.services import Contact, add_from_citizen, open_case
from lantoa.territory.selectors import province

DOORS = {"zalo": Door.ZALO}


@transaction.atomic
def take_in(event: TextReceived, *, at: datetime) -> Case | None:
    """Open a case for what was written, or add it to the case still waiting; the same message twice changes nothing.

    The unit is the sender's own when we know them, else the province. Texts of channels that are no door are left.
    """
    door = DOORS.get(event.kind)
    if door is None or not event.text.strip():
        return None
    reference = f"{event.kind}:{event.account_id}:{event.message_id}"
    if found := CaseEvent.objects.filter(reference=reference).select_related("case").first():
        return found.case
    said_at = parse_datetime(event.occurred_at) or at
    root = province(settings.LANTOA_PROVINCE_CODE, on=at.date())
    sender = keep_contact(channel=event.kind, value=event.sender, name="", unit_id=root.pk, language="vi", at=at)
    waiting: Case | None = Case.objects.waiting().filter(address_id=sender.address_id).order_by("-pk").first()
    if waiting is not None:
        add_from_citizen(case_id=waiting.pk, text=event.text, reference=reference, at=said_at)
        return waiting
    return open_case(
        text=event.text, unit_id=sender.unit_id, door=door, submission_key=reference, by=None, at=said_at,
        contact=Contact(channel=event.kind, value=event.sender),
    )  # fmt: skip
