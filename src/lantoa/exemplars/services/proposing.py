"""Putting somebody or something forward, and forgetting what was not taken."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from lantoa.exemplars.enums import ExemplarHappening, ExemplarKind, ExemplarState
from lantoa.exemplars.models import Exemplar, ExemplarEvent
from lantoa.exemplars.rules import PROPOSE
from lantoa.exemplars.services.history import happen, locked, record, said
from lantoa.kernel.access import require
from lantoa.kernel.models import User

NAME, WORDS = 120, 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Who or what, where, and what they did, as the form gives it."""

    kind: ExemplarKind
    unit_id: int
    named_as: str
    did: str
    hamlet: str = ""


@transaction.atomic
def propose(*, proposal: Proposal, submission_key: str, by: User, at: datetime) -> Exemplar:
    """Put forward; the same `submission_key` again returns what was made. Raises ExemplarRefused, AccessDenied."""
    require(by, PROPOSE, unit_id=proposal.unit_id, at=at)
    if found := Exemplar.objects.filter(submission_key=submission_key, proposed_by=by).first():
        return found
    named_as, did, pk = said(proposal.named_as)[:NAME], said(proposal.did)[:WORDS], _next_id()
    try:
        with transaction.atomic():
            made = Exemplar.objects.create(
                pk=pk, number=f"DH-{timezone.localdate(at).year}-{pk:06}", submission_key=submission_key,
                kind=proposal.kind, unit_id=proposal.unit_id, hamlet=proposal.hamlet.strip(), named_as=named_as,
                did=did, proposed_by=by, proposed_at=at,
            )  # fmt: skip
    except IntegrityError:  # the same form, at this very moment, by another process
        return Exemplar.objects.get(submission_key=submission_key, proposed_by=by)
    ExemplarEvent.objects.create(exemplar=made, happening=ExemplarHappening.PROPOSED, at=at, by=by)
    record(made, ExemplarHappening.PROPOSED, by=by, at=at)
    return made


@transaction.atomic
def add_note(*, exemplar_id: int, text: str, by: User, at: datetime) -> ExemplarEvent:
    """Keep a note for colleagues."""
    found = locked(exemplar_id, by=by, right=PROPOSE, at=at)
    return happen(found, ExemplarHappening.NOTED, by=by, at=at, text=said(text))


def empty(exemplar: Exemplar, *, at: datetime) -> None:
    """Name, hamlet and words go; that it was there, and what was decided, stays."""
    emptied = {"named_as": "", "hamlet": "", "did": "", "confirmed": "", "emptied_at": at}
    for name, value in emptied.items():
        setattr(exemplar, name, value)
    exemplar.save(update_fields=list(emptied))


@transaction.atomic
def empty_old(*, at: datetime, limit: int = 500) -> int:
    """Empty what was not taken, `LANTOA_STORY_KEEP_DAYS` after. Returns how many."""
    since = at - timedelta(days=settings.LANTOA_STORY_KEEP_DAYS)
    old = Exemplar.objects.select_for_update(of=("self",)).filter(state=ExemplarState.DECLINED, emptied_at=None)
    emptied = list(old.filter(settled_at__lt=since).order_by("pk")[:limit])
    for exemplar in emptied:
        empty(exemplar, at=at)
        record(exemplar, "emptied", by=None, at=at)
    return len(emptied)


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('exemplars_exemplar', 'id'))")
        found: int = cursor.fetchone()[0]
        return found
