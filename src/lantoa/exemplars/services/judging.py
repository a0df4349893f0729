"""Whether it is so: verified by somebody else who was there, not taken, put forward again, agreed to no more."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.exemplars.enums import ExemplarHappening
from lantoa.exemplars.models import Exemplar, ExemplarEvent
from lantoa.exemplars.rules import PROPOSE, VERIFY, ExemplarRefused
from lantoa.exemplars.services.history import happen, locked, ready_for, said
from lantoa.exemplars.services.proposing import empty
from lantoa.kernel.models import User
from lantoa.newsroom import services as newsroom


@transaction.atomic
def verify(
    *, exemplar_id: int, seen_on: date, agreed_on: date, confirmed: str, by: User, at: datetime
) -> ExemplarEvent:  # fmt: skip
    """Somebody other than its proposer was there: when, what they saw and who confirms it, and since when the person
    agrees to be told of. These words go with the person's, so they stand in no history."""
    found = locked(exemplar_id, by=by, right=VERIFY, at=at)
    ready_for(found, ExemplarHappening.VERIFIED)
    if found.proposed_by_id == by.pk:
        raise ExemplarRefused(_("You put this forward yourself. Ask somebody else to go there and verify it."))
    if max(seen_on, agreed_on) > timezone.localdate(at):
        raise ExemplarRefused(_("A day that is still to come: write when it was seen and agreed to."))
    found.seen_on, found.agreed_on, found.confirmed = seen_on, agreed_on, said(confirmed)
    found.save(update_fields=["seen_on", "agreed_on", "confirmed"])
    return happen(found, ExemplarHappening.VERIFIED, by=by, at=at)


@transaction.atomic
def decline(*, exemplar_id: int, text: str, by: User, at: datetime) -> ExemplarEvent:
    """Not this one: whoever put it forward reads why. A draft of it stays the editors' own."""
    found = locked(exemplar_id, by=by, right=VERIFY, at=at)
    return happen(found, ExemplarHappening.DECLINED, by=by, at=at, text=said(text))


@transaction.atomic
def reopen(*, exemplar_id: int, by: User, at: datetime) -> ExemplarEvent:
    """What was not taken is looked at once more, and verified anew."""
    found = locked(exemplar_id, by=by, right=VERIFY, at=at)
    if found.emptied_at is not None:
        raise ExemplarRefused(_("Its words have been deleted. Put it forward anew."))
    return happen(found, ExemplarHappening.REOPENED, by=by, at=at)


@transaction.atomic
def withdraw(*, exemplar_id: int, by: User, at: datetime) -> Exemplar:
    """The person agrees no more: name and words go at once, with a draft that no reader had; a public page stands on
    the desk until it is down. Twice is once."""
    found = locked(exemplar_id, by=by, right=PROPOSE, at=at)
    if found.state == "withdrawn":
        return found
    happen(found, ExemplarHappening.WITHDRAWN, by=by, at=at)
    if found.page_id is not None:
        newsroom.forget_story(page_id=found.page_id, sound_id=None, by=by, at=at)
        found.refresh_from_db(fields=["page"])
    empty(found, at=at)
    return found
