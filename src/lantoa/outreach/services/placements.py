"""What people do with a placement: show that it was there, take a wrong word back, try again, remind, take it away."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from lantoa.channels.placing import Proof
from lantoa.channels.registry import carried, publics
from lantoa.kernel import audit, private_files
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.pictures import cleaned
from lantoa.kernel.text import normalise
from lantoa.outlets.services import note_seen
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.keys import placement_key
from lantoa.outreach.models import Broadcast, Placement, PlacementEvent, PlacementProof
from lantoa.outreach.placement_enums import CONFIRMABLE, PlacementReason, PlacementState, PlacementStep
from lantoa.outreach.rules import CONFIRM, RELEASE

SLACK = timedelta(minutes=5)
"""How far a phone's clock may be ahead of ours."""


class CannotConfirmError(LantoaError):
    """The word does not count like this; `field` names what to put right, if one does."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class CannotPlaceError(LantoaError):
    """The placement is not in a state that allows this; the message says what is possible."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What somebody shows: since when it was there, how many, in words, a picture as it came."""

    at: datetime
    count: int | None = None
    words: str = ""
    photo: bytes = b""


def confirm(*, placement: Placement, shown: Shown, by: User | None, at: datetime) -> Placement:
    """Keep a proof and count the placement as done; `by` None: whoever holds its link, which the caller has checked.

    The kind says what it takes: a photo, a count, or a word. A picture is drawn anew without what its camera told.
    """
    picture = cleaned(shown.photo) if shown.photo else b""  # before anything is locked: it takes a while
    return _confirm(placement, shown, picture, by=by, at=at)


@transaction.atomic
def _confirm(placement: Placement, shown: Shown, picture: bytes, *, by: User | None, at: datetime) -> Placement:
    row = Placement.objects.select_related("broadcast").select_for_update(of=("self",)).get(pk=placement.pk)
    if by is not None:
        require(by, CONFIRM, unit_id=row.unit_id, at=at)
    if row.state not in CONFIRMABLE:
        raise CannotConfirmError(_("This is “%(state)s” now.") % {"state": row.get_state_display()})
    _check(row, shown, at=at)
    before = row.state
    proof = _keep(row, shown, picture, by=by, at=at)
    _tell(row, PlacementStep.CONFIRMED, before, PlacementState.DONE, by=by, at=at, proof=proof)
    row.state, row.reason, row.not_before = PlacementState.DONE, PlacementReason.NONE, None
    row.done_at, row.quantity_done = proof.at, shown.count
    row.save(update_fields=["state", "reason", "not_before", "done_at", "quantity_done"])
    note_seen(outlet_ids=[row.outlet_id], at=proof.at)
    _record("confirmed", row, by=by, at=at, proof=proof.pk, link=by is None)
    return row


def _check(row: Placement, shown: Shown, *, at: datetime) -> None:
    released = row.broadcast.released_at
    if shown.at > at + SLACK:
        raise CannotConfirmError(_("This hour has not come yet. Say when it was there."), "at")
    if released is not None and shown.at < released.replace(second=0, microsecond=0):
        raise CannotConfirmError(_("This lies before the message was released. Say when it was there."), "at")
    asked = _asked(row.kind)
    if asked is Proof.PHOTO and not shown.photo:
        raise CannotConfirmError(_("Take a picture that shows it there."), "photo")
    if asked is Proof.COUNT and shown.count is None:
        raise CannotConfirmError(_("Say how many were handed out."), "count")
    if shown.count is not None and not 0 < shown.count <= 10_000_000:
        raise CannotConfirmError(_("Write a whole number, 1 or more."), "count")


def _asked(kind: str) -> Proof:
    found = publics().get(kind)
    return found.capability.proof if found else Proof.WORD


def _keep(row: Placement, shown: Shown, picture: bytes, *, by: User | None, at: datetime) -> PlacementProof:
    name = private_files.keep(picture, folder="proofs", suffix=".jpg") if picture else ""
    return PlacementProof.objects.create(
        placement=row, at=min(shown.at, at), count=shown.count, words=normalise(shown.words).strip()[:500], photo=name,
        photo_sha256=sha256(picture).hexdigest() if picture else "", by=by, by_link=by is None, recorded_at=at,
    )  # fmt: skip


@transaction.atomic
def undo(*, placement: Placement, by: User | None, at: datetime, note: str = "") -> Placement:
    """Take the last confirmation back; the placement stands where it stood before, its proof stays on record.

    A broadcast that was done for it runs on. Only what a person confirmed can be taken back.
    """
    row = _locked(placement)
    if by is not None:
        require(by, CONFIRM, unit_id=row.unit_id, at=at)
    undone = row.history.filter(step=PlacementStep.UNDONE).values("proof")
    told = row.history.filter(step=PlacementStep.CONFIRMED).exclude(proof__in=undone).last()
    if row.state != PlacementState.DONE or told is None:
        raise CannotPlaceError(_("There is no confirmation to take back."))
    _tell(row, PlacementStep.UNDONE, row.state, told.before, by=by, at=at, proof=told.proof, note=note)
    row.state, row.done_at, row.quantity_done = told.before, None, None
    if row.state == PlacementState.PLANNED and row.kind in carried():
        row.not_before = at
    row.save(update_fields=["state", "done_at", "quantity_done", "not_before"])
    _run_on(row)
    _record("confirmation_undone", row, by=by, at=at, proof=told.proof_id)
    return row


def _run_on(row: Placement) -> None:
    """A broadcast that was done waits for this placement again."""
    if row.state in (PlacementState.PLANNED, PlacementState.ACCEPTED):
        done = Broadcast.objects.filter(pk=row.broadcast_id, state=BroadcastState.DONE)
        done.update(state=BroadcastState.RUNNING, finished_at=None)


@transaction.atomic
def retry_placement(*, placement: Placement, by: User, at: datetime) -> Placement:
    """Try a failed placement again, under a new key: nothing of it is there."""
    row = _locked(placement)
    require(by, RELEASE, unit_id=row.broadcast.unit_id, at=at)
    open_states = (BroadcastState.RUNNING, BroadcastState.PAUSED, BroadcastState.DONE)
    if row.state != PlacementState.FAILED or row.broadcast.state not in open_states or row.broadcast.expires_at <= at:
        raise CannotPlaceError(_("Only what failed can be tried again, before the last hour."))
    _tell(row, PlacementStep.RETRIED, row.state, PlacementState.PLANNED, by=by, at=at)
    row.generation += 1
    row.key = placement_key(row.broadcast.key, row.outlet_id, row.generation)
    row.state, row.reason, row.attempts, row.not_before = PlacementState.PLANNED, PlacementReason.BY_HAND, 0, at
    row.provider_id, row.attempt = "", None
    row.save()
    _run_on(row)
    _record("retried", row, by=by, at=at)
    return row


@transaction.atomic
def remind(*, placement: Placement, by: User, at: datetime) -> Placement:
    """Ask for word of it once more: it stands first on the desks of its unit. Refused once it is settled."""
    row = _locked(placement)
    require(by, RELEASE, unit_id=row.broadcast.unit_id, at=at)
    if row.state not in (PlacementState.PLANNED, PlacementState.ACCEPTED, PlacementState.MISSED):
        raise CannotPlaceError(_("This is “%(state)s” now.") % {"state": row.get_state_display()})
    _tell(row, PlacementStep.REMINDED, row.state, row.state, by=by, at=at)
    _record("reminded", row, by=by, at=at)
    return row


@transaction.atomic
def remind_all(*, broadcast: Broadcast, by: User, at: datetime) -> int:
    """Remind of everything of a broadcast that people were to put somewhere and nobody confirmed; returns how many."""
    require(by, RELEASE, unit_id=broadcast.unit_id, at=at)
    waiting = Q(state=PlacementState.PLANNED) & ~Q(kind__in=carried())
    silent = Q(state__in=[PlacementState.ACCEPTED, PlacementState.MISSED])
    rows = Placement.objects.select_for_update().filter(waiting | silent, broadcast=broadcast)
    told = [
        PlacementEvent(placement=row, step=PlacementStep.REMINDED, before=row.state, after=row.state, by=by, at=at)
        for row in rows.order_by("pk")
    ]
    PlacementEvent.objects.bulk_create(told)
    subject = f"outreach.broadcast:{broadcast.pk}"
    facts = {"placements": len(told)}
    audit.record("outreach.placements_reminded", by=by, at=at, subject=subject, facts=facts)
    return len(told)


@transaction.atomic
def take_down(*, placement: Placement, by: User, at: datetime, note: str = "") -> Placement:
    """Note that what was there is there no more. Refused where nothing is known to be there."""
    row = _locked(placement)
    require(by, CONFIRM, unit_id=row.unit_id, at=at)
    if row.state not in (PlacementState.DONE, PlacementState.ACCEPTED):
        raise CannotPlaceError(_("Nothing is known to be there."))
    _tell(row, PlacementStep.WITHDRAWN, row.state, PlacementState.WITHDRAWN, by=by, at=at, note=note)
    row.state = PlacementState.WITHDRAWN
    row.save(update_fields=["state"])
    _record("withdrawn", row, by=by, at=at)
    return row


@transaction.atomic
def renew_link(*, placement: Placement, by: User, at: datetime) -> Placement:
    """Close the links given out so far; the page shows a new one."""
    row = _locked(placement)
    require(by, CONFIRM, unit_id=row.unit_id, at=at)
    row.link_serial += 1
    row.save(update_fields=["link_serial"])
    _record("link_renewed", row, by=by, at=at)
    return row


def _locked(placement: Placement) -> Placement:
    """The broadcast first, as everybody locks; then the placement."""
    broadcast = Broadcast.objects.select_for_update(of=("self",)).get(pk=placement.broadcast_id)
    row = Placement.objects.select_for_update(of=("self",)).get(pk=placement.pk)
    row.broadcast = broadcast
    return row


def _tell(
    row: Placement, step: PlacementStep, before: str, after: str, *, by: User | None, at: datetime,
    proof: PlacementProof | None = None, note: str = "",
) -> PlacementEvent:  # fmt: skip
    return PlacementEvent.objects.create(
        placement=row,
        step=step,
        before=before,
        after=after,
        by=by,
        at=at,
        proof=proof,
        note=normalise(note).strip()[:300],
    )


def _record(verb: str, row: Placement, *, by: User | None, at: datetime, **facts: object) -> None:
    subject = f"outreach.placement:{row.pk}"
    told = {"broadcast": row.broadcast_id, "outlet": row.outlet_id, **facts}
    audit.record(f"outreach.placement_{verb}", by=by, at=at, subject=subject, facts=told)
