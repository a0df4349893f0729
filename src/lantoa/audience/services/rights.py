"""Requests about one's own data: opened, moved step by step, and put on record whole."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.audience.enums import RIGHT_MOVES, CameBy, RightKind, RightState
from lantoa.audience.models import Person, RightsEvent, RightsRequest
from lantoa.audience.rights_terms import term_for
from lantoa.audience.rules import HANDLE_RIGHTS
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User


class RightsRefused(LantoaError):
    """The request cannot be taken or moved as asked; the message says why and what to do."""


@transaction.atomic
def open_request(
    *,
    by: User | None,
    at: datetime,
    kind: str,
    came_by: str,
    unit_id: int,
    person: Person | None = None,
    description: str = "",
    third_party: bool = False,
    received_at: datetime | None = None,
) -> RightsRequest:
    """Put a request on the register; its term is frozen now and counts from `received_at` (now when not told).

    `by` None is the person themself on their own page. Raises `RightsRefused`, or AccessDenied outside one's units.
    """
    if by is not None:
        require(by, HANDLE_RIGHTS, unit_id=unit_id, at=at)
    if received_at and received_at > at:
        raise RightsRefused(_("This moment is still to come. Enter when the request came in."))
    if person is None and not description.strip():
        raise RightsRefused(_("Say who asks, or describe where the request is kept."))
    term = term_for(kind, third_party=third_party)
    row = RightsRequest.objects.create(
        kind=kind, came_by=came_by, person=person, description=description.strip(), unit_id=unit_id,
        third_party=third_party, received_at=received_at or at, opened_by=by, answer_days=term.answer_days,
        complete_days=term.complete_days,
    )  # fmt: skip
    facts = {"kind": kind, "came_by": came_by, "person": person.pk if person else None}
    audit.record("audience.rights_opened", by=by, at=at, subject=f"audience.rightsrequest:{row.pk}", facts=facts)
    return row


@transaction.atomic
def record_step(
    *,
    by: User | None,
    at: datetime,
    request: RightsRequest,
    state: RightState,
    text: str,
    extra_days: int | None = None,
) -> RightsRequest:
    """Record what was done about a request: answered, more time (once, with a reason), done, refused with a reason.

    Raises `RightsRefused` for a step that does not follow or says nothing. `by` None only completes.
    """
    row = RightsRequest.objects.select_for_update().get(pk=request.pk)
    if by is not None:
        require(by, HANDLE_RIGHTS, unit_id=row.unit_id, at=at)
    if state not in RIGHT_MOVES[RightState(row.state)]:
        raise RightsRefused(
            _("This does not follow: the request stands at “%(state)s”.") % {"state": row.get_state_display()}
        )
    if not text.strip():
        raise RightsRefused(_("Write what was done and why."))
    if state == RightState.EXTENDED and not 0 < (extra_days or 0) <= settings.LANTOA_RIGHTS_EXTENSION_DAYS:
        most = {"most": settings.LANTOA_RIGHTS_EXTENSION_DAYS}
        raise RightsRefused(_("Add between 1 and %(most)d days.") % most)
    RightsEvent.objects.create(
        request=row, state=state, at=at, by=by, text=text.strip(),
        extra_days=extra_days if state == RightState.EXTENDED else None,
    )  # fmt: skip
    row.refresh_from_db()
    facts = {"state": state, "extra_days": extra_days} if extra_days else {"state": state}
    audit.record("audience.rights_moved", by=by, at=at, subject=f"audience.rightsrequest:{row.pk}", facts=facts)
    return row


@transaction.atomic
def record_done(
    *, by: User | None, at: datetime, person: Person, kind: RightKind, came_by: CameBy, text: str
) -> RightsRequest:
    """Put on the register what was asked and done in one go, so that it is whole.

    An officer's act settles the oldest open request of that kind instead, when the person has one.
    """
    waiting = RightsRequest.objects.open().filter(person=person, kind=kind).order_by("received_at", "pk")
    row = waiting.first() if by is not None else None
    if row is None:
        row = open_request(by=by, at=at, kind=kind, came_by=came_by, unit_id=person.unit_id, person=person)
    return record_step(by=by, at=at, request=row, state=RightState.COMPLETED, text=text)
