"""The single decisions about units: rename, merge, split, designate."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.territory import rules, writing
from lantoa.territory.enums import LEVEL_OF_KIND, DesignationKind, EventKind, UnitKind
from lantoa.territory.models import Designation, Unit, UnitEvent, UnitVersion
from lantoa.territory.writing import WHOLE, Face, Occasion, Thread, UntimelyChange, under

_DONE = {
    EventKind.RENAME: "territory.unit_renamed",
    EventKind.MERGE: "territory.units_merged",
    EventKind.SPLIT: "territory.unit_split",
}


class CannotDecide(LantoaError):
    """The decision contradicts what is on record."""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A unit that a decision brings into being; `share` is the part of the split unit it takes, if stated."""

    name: str
    short_name: str
    kind: UnitKind
    code: str = ""
    share: Decimal | None = None


@transaction.atomic
def rename_unit(
    *, unit_id: int, name: str, short_name: str, on: date, by: User | None, at: datetime,
    kind: UnitKind | None = None, code: str = "", decision: str = "",
) -> Unit:  # fmt: skip
    """Give a living unit another name (and kind, and code) from a day on. Its identity and its past stay.

    Raises `UntimelyChange` when it does not live then or later changes are on record.
    """
    _begin(by, at)
    before = _face(unit_id, on)
    face = replace(before, name=name, short_name=short_name, kind=kind or before.kind, code=code or before.code)
    occasion = Occasion(on, decision)
    writing.change_faces({unit_id: face}, occasion)
    event = writing.record_event(EventKind.RENAME, occasion, [Thread(unit_id, unit_id, WHOLE)])
    return _end(event, unit_id, by, at)


@transaction.atomic
def merge_units(
    *, unit_ids: Sequence[int], into: Newcomer, on: date, by: User | None, at: datetime, decision: str = ""
) -> Unit:
    """Merge units that share a parent into a new one, wholly. What lay under them lies under the new one.

    Additive figures of the old ones add up on it. Raises `CannotDecide`, `UntimelyChange`.
    """
    _begin(by, at)
    faces = {unit_id: _face(unit_id, on) for unit_id in unit_ids}
    if len(faces) < 2 or len({(face.parent_id, face.level) for face in faces.values()}) > 1:
        raise CannotDecide(_("Name at least two units of one rank under the same unit."))
    parent_id = next(iter(faces.values())).parent_id
    (new_id,) = writing.new_units(1)
    occasion = Occasion(on, decision)
    below = {unit_id: under(face, new_id) for unit_id, face in _children_faces(faces, on).items()}
    writing.end_units(faces, on)
    writing.open_versions({new_id: _newcomer_face(into, parent_id)}, occasion)
    writing.change_faces(below, occasion)
    event = writing.record_event(EventKind.MERGE, occasion, [Thread(unit_id, new_id, WHOLE) for unit_id in faces])
    return _end(event, new_id, by, at)


@transaction.atomic
def split_unit(
    *, unit_id: int, into: Sequence[Newcomer], on: date, by: User | None, at: datetime, decision: str = ""
) -> list[Unit]:
    """Split a unit without units of its own into new ones; stated shares must add up to one.

    Without shares its figures cannot be divided, and totals say so. Raises `CannotDecide`, `UntimelyChange`.
    """
    _begin(by, at)
    face = _face(unit_id, on)
    shares = [newcomer.share for newcomer in into]
    if len(into) < 2:
        raise CannotDecide(_("Name at least two units to split into."))
    if any(share is not None for share in shares) and sum(share or 0 for share in shares) != 1:
        raise CannotDecide(_("The shares must be stated for all parts and add up to one."))
    if UnitVersion.objects.filter(parent_id=unit_id, valid__contains=on).exists():
        raise CannotDecide(_("Units lie under this one. Move them first: nobody can guess which part they fall to."))
    ids = writing.new_units(len(into))
    occasion = Occasion(on, decision)
    writing.end_units([unit_id], on)
    born = dict(zip(ids, into, strict=True))
    writing.open_versions({new: _newcomer_face(part, face.parent_id) for new, part in born.items()}, occasion)
    threads = [Thread(unit_id, new, part.share) for new, part in born.items()]
    event = writing.record_event(EventKind.SPLIT, occasion, threads)
    _end(event, unit_id, by, at)
    return list(Unit.objects.filter(pk__in=ids).order_by("pk"))


@transaction.atomic
def designate(
    *,
    unit_id: int,
    kind: DesignationKind,
    decision: str,
    since: date,
    until: date | None,
    by: User | None,
    at: datetime,
) -> Designation:
    """Put on record that a unit holds a status by decision, from `since` through `until` (both days included)."""
    _begin(by, at)
    if until is not None and until < since:
        raise CannotDecide(_("The last day lies before the first."))
    valid = DateRange(since, until + timedelta(days=1) if until else None)
    if Designation.objects.filter(unit_id=unit_id, kind=kind, valid__overlap=valid).exists():
        raise CannotDecide(_("The unit holds this status already in that time."))
    designation = Designation.objects.create(unit_id=unit_id, kind=kind, decision=decision, valid=valid)
    audit.record(
        "territory.unit_designated",
        by=by,
        at=at,
        subject=f"territory.unit:{unit_id}",
        facts={"kind": kind, "decision": decision, "since": since, "until": until},
    )
    return designation


def _begin(by: User | None, at: datetime) -> None:
    if by is not None:
        require(by, rules.CHANGE_UNITS, at=at)
    writing.lock()


def _end(event: UnitEvent, unit_id: int, by: User | None, at: datetime) -> Unit:
    facts = {"event": event.pk, "kind": event.kind, "on": event.on, "decision": event.decision}
    audit.record(_DONE[EventKind(event.kind)], by=by, at=at, subject=f"territory.unit:{unit_id}", facts=facts)
    return Unit.objects.get(pk=unit_id)


def _face(unit_id: int, on: date) -> Face:
    face = writing.faces_on([unit_id], on).get(unit_id)
    if face is None:
        raise UntimelyChange(_("The unit does not exist on %(day)s.") % {"day": on.strftime("%d/%m/%Y")})
    return face


def _children_faces(faces: dict[int, Face], on: date) -> dict[int, Face]:
    below = UnitVersion.objects.filter(parent_id__in=faces, valid__contains=on)
    return writing.faces_on(below.values_list("unit_id", flat=True), on)


def _newcomer_face(part: Newcomer, parent_id: int | None) -> Face:
    return Face(part.name, part.short_name, part.kind, LEVEL_OF_KIND[part.kind], parent_id, part.code)
