"""Messages that arrive on a channel: each opens a case or joins the sender's waiting one."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from lantoa.audience.addresses import BadAddressError
from lantoa.audience.commands import command
from lantoa.audience.services import KnownContact, keep_contact
from lantoa.audience.stop_words import stop_request
from lantoa.channels.events import TextReceived
from lantoa.listening.enums import Door
from lantoa.listening.models import Case, CaseEvent
from lantoa.listening.replies import OUR_KEY
from lantoa.listening.services import (
    TEXT_LIMIT,
    Contact,
    add_from_citizen,
    join_answered,
    join_waiting,
    open_case,
)
from lantoa.territory.selectors import province

DOORS = {"zalo": Door.ZALO, "telegram": Door.TELEGRAM, "email": Door.EMAIL, "sms": Door.SMS, "facebook": Door.FACEBOOK}
"""The doors of the channels that come with the house; a text on any other channel comes in by `Door.OTHER`."""
UNPROVEN = frozenset({"email"})
"""Channels whose sender proves nothing: a message joins a case only when it provably answers a reply of ours."""

ON_ITS_WAY = timedelta(days=30)
"""The longest that a text may have been on its way to us."""

type Taker = Callable[[TextReceived, datetime], bool]
"""Works a text that is no question, in our transaction; False when it is none of its own."""

_takers: dict[str, Taker] = {}


def register_taker(name: str, taker: Taker) -> None:
    """Have another room look at each text before a case is made of it; a later one takes an earlier one's place."""
    _takers[name] = taker


@transaction.atomic
def take_in(event: TextReceived, *, at: datetime) -> Case | None:
    """Open a case for what was written, or add it to the case still waiting; the same message twice changes nothing.

    The unit is the sender's own when we know them, else the province. A channel that is no door of its own comes in by
    `Door.OTHER`. Longer texts than one message of a case may be are taken in whole, as several. A text that only asks
    for no more messages, or is a command to a bot, is for audience alone; one that another room takes makes no case.
    """
    door = DOORS.get(event.kind, Door.OTHER)
    text = event.text.strip() or (_("(A file without words.)") if event.files else "")
    if not text or command(text) or _only_stops(text):
        return None
    if any(taker(event, at) for taker in _takers.values()):
        return None
    reference = f"{event.kind}:{event.account_id}:{event.message_id}"
    root = province(settings.LANTOA_PROVINCE_CODE, on=at.date())
    sender = _sender(event, root.pk, at)  # locks the sender: two messages at once make one case
    if found := CaseEvent.objects.filter(reference=reference).select_related("case").first():
        return found.case
    said_at = _said_at(event.occurred_at, at)
    first, *more = (text[start : start + TEXT_LIMIT] for start in range(0, len(text), TEXT_LIMIT))
    joined = _joined(event, sender, text=first, reference=reference, at=said_at)
    case = joined.case if joined else open_case(
        text=first, unit_id=sender.unit_id if sender else root.pk, door=door, submission_key=reference, by=None,
        at=said_at, contact=Contact(event.kind, event.sender) if sender else None,
    )  # fmt: skip
    for number, piece in enumerate(more, 2):
        if piece.strip():
            add_from_citizen(case_id=case.pk, text=piece, reference=f"{reference}#{number}", at=said_at)
    return case


def _said_at(told: str, at: datetime) -> datetime:
    """When it was written, as the channel tells; now, when that is in the future or too long ago to be true: the term
    of the answer begins then."""
    said = parse_datetime(told) or at
    return said if at - ON_ITS_WAY <= said <= at else at


def _joined(
    event: TextReceived, sender: KnownContact | None, *, text: str, reference: str, at: datetime
) -> CaseEvent | None:
    """The message as part of a case that waits; None when it begins a case of its own."""
    if event.kind not in UNPROVEN:
        if sender is None:
            return None
        return join_waiting(address_id=sender.address_id, text=text, reference=reference, at=at)
    ours = OUR_KEY.fullmatch(event.answers)
    if ours is None:
        return None
    return join_answered(reply_id=int(ours["number"]), text=text, reference=reference, at=at)


def _only_stops(text: str) -> bool:
    asked = stop_request(text)
    return asked is not None and not asked.says_more


def _sender(event: TextReceived, unit_id: int, at: datetime) -> KnownContact | None:
    """Who wrote; None when nobody could be answered there: the words are kept all the same."""
    try:
        return keep_contact(channel=event.kind, value=event.sender, name="", unit_id=unit_id, language="vi", at=at)
    except (BadAddressError, KeyError):  # no such address, or a channel on which nobody is answered
        return None
