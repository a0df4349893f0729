"""Notes that propagandists' phones send, some of them twice: each is kept once."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.kernel.text import normalise
from lantoa.outreach.models import Placement, VisitNote
from lantoa.outreach.placement_enums import PlacementState
from lantoa.outreach.rules import CONFIRM
from lantoa.outreach.selectors.notebook import hamlets_for

MOST_HOUSEHOLDS, LONGEST = 2000, 1000
_CLOSED = (PlacementState.CANCELLED, PlacementState.WITHDRAWN)
_NUMBER = re.compile(r"(?<!\d)(?:(?:\+?84|0)(?:[ .-]?\d){9}|\d{12})(?!\d)")
"""A phone number or the number of an identity card, however it is spaced."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One outing as the phone tells it; `id` is the phone's own."""

    id: UUID
    day: date
    households: int
    hamlet_id: int | None = None
    questions: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of one entry: `new` when this call kept it, no `errors` when it is kept at all; field → why and what
    to do."""

    id: UUID
    new: bool = False
    errors: dict[str, str] = field(default_factory=dict)


@transaction.atomic
def keep_notes(*, placement: Placement, entries: Sequence[Entry], by: User | None, at: datetime) -> list[Kept]:
    """Keep each entry once and say for each what became of it, in their order; `by` None: whoever holds the link.

    An entry that is kept already is answered like a new one, so an answer that got lost does no harm. A link takes
    `LANTOA_NOTEBOOK_NOTES` notes: whoever holds one that leaked cannot fill the database, and a phone keeps the rest.
    """
    row = Placement.objects.select_related("broadcast", "outlet").select_for_update(of=("self",)).get(pk=placement.pk)
    if by is not None:
        require(by, CONFIRM, unit_id=row.unit_id, at=at)
    known = dict(VisitNote.objects.filter(entry__in=[one.id for one in entries]).values_list("entry", "placement"))
    hamlets = hamlets_for(row, on=timezone.localdate(at))
    left = settings.LANTOA_NOTEBOOK_NOTES - VisitNote.objects.filter(placement=row, by_link=True).count()
    answers: list[Kept] = []
    fresh: dict[UUID, VisitNote] = {}
    for one in entries:
        errors = {} if known.get(one.id) == row.pk else _wrong(one, row, known, hamlets, at=at)
        new = not errors and one.id not in known and one.id not in fresh
        if new and by is None and len(fresh) >= left:
            new, errors = False, {"id": _full()}
        if new:
            fresh[one.id] = _note(one, row, by=by, at=at)
        answers.append(Kept(one.id, new, errors))
    _store(list(fresh.values()), row, by=by, at=at)
    return answers


def _wrong(
    one: Entry, row: Placement, known: dict[UUID, int], hamlets: Collection[int], *, at: datetime
) -> dict[str, str]:  # fmt: skip
    errors, today = {}, timezone.localdate(at)
    released = row.broadcast.released_at
    if one.id in known:
        errors["id"] = _("This note was kept for another message. Write it anew.")
    if row.state in _CLOSED:
        errors["id"] = _("This message was stopped; nothing more is noted for it.")
    if one.day > today:
        errors["day"] = _("This day has not come yet. Enter the day of the outing.")
    elif released is not None and one.day < timezone.localdate(released):
        errors["day"] = _("This day lies before the message was released. Enter the day of the outing.")
    if not 1 <= one.households <= MOST_HOUSEHOLDS:
        errors["households"] = _("Enter a whole number from 1 to 2,000.")
    if one.hamlet_id is not None and one.hamlet_id not in hamlets:
        errors["hamlet"] = _("Choose a hamlet from the list.")
    if len(one.questions) > LONGEST:
        errors["questions"] = _("Longer than 1,000 characters. Keep to the questions.")
    elif _NUMBER.search(one.questions):
        errors["questions"] = _("This looks like a phone or identity number. Take it out: nobody is to be named here.")
    return errors


def _full() -> str:
    return _(
        "This notebook is full: it takes %(n)s notes. Keep what you wrote, ask whoever sent you the link to open it "
        "for more, then send it again."
    ) % {"n": settings.LANTOA_NOTEBOOK_NOTES}


def _note(one: Entry, row: Placement, *, by: User | None, at: datetime) -> VisitNote:
    return VisitNote(
        entry=one.id, placement=row, hamlet_id=one.hamlet_id, day=one.day, households=one.households,
        questions=normalise(one.questions).strip(), by=by, by_link=by is None, received_at=at,
    )  # fmt: skip


def _store(notes: list[VisitNote], row: Placement, *, by: User | None, at: datetime) -> None:
    if not notes:
        return
    VisitNote.objects.bulk_create(notes)
    facts = {"notes": len(notes), "households": sum(note.households for note in notes), "link": by is None}
    audit.record("outreach.notes_kept", by=by, at=at, subject=f"outreach.placement:{row.pk}", facts=facts)
