"""Create, rename, end and succeed agencies."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Func, Value
from django.utils.translation import gettext as _

from lantoa.agencies import rules
from lantoa.agencies.enums import AgencyKind
from lantoa.agencies.models import Agency, AgencyVersion, Post, Subject, Succession
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.text import fold, sort_key


class CannotOrganise(LantoaError):
    """The change contradicts what is on record."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a version says of an agency."""

    name: str
    kind: AgencyKind
    unit_id: int
    short_name: str = ""
    parent_id: int | None = None


def lock() -> None:
    """Have all changes of agencies wait for one another until commit; reads go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('agencies'))")


def found(faces: Iterable[tuple[Face, date, date | None]], decision: str = "") -> list[int]:
    """Bring agencies into being, each from a day to a day; two statements. Returns their ids in order."""
    rows = list(faces)
    agencies = Agency.objects.bulk_create([Agency() for _row in rows])
    ids = [agency.pk for agency in agencies]
    open_versions(((i, face, since, until) for i, (face, since, until) in zip(ids, rows, strict=True)), decision)
    return ids


def open_versions(rows: Iterable[tuple[int, Face, date, date | None]], decision: str = "") -> None:
    """Have agencies show faces, each from a day to a day; one statement."""
    AgencyVersion.objects.bulk_create(
        AgencyVersion(
            agency_id=agency_id, name=face.name, short_name=face.short_name, kind=face.kind, unit_id=face.unit_id,
            folded=fold(f"{face.name} {face.short_name}"), parent_id=face.parent_id, valid=DateRange(since, until),
            decision=decision, sort_key=sort_key(face.name),
        )
        for agency_id, face, since, until in rows
    )  # fmt: skip


def close(queryset_ids: Iterable[int], on: date) -> None:
    """End the versions of these agencies on a day, and the posts held there."""
    ids = list(queryset_ids)
    until = Func(Func("valid", function="lower"), Value(on), function="daterange")
    AgencyVersion.objects.filter(agency_id__in=ids, valid__contains=on, valid__startswith__lt=on).update(valid=until)
    Post.objects.filter(agency_id__in=ids, valid__contains=on, valid__startswith__lt=on).update(valid=until)


@transaction.atomic
def create_agency(
    *, name: str, kind: AgencyKind, unit_id: int, since: date, by: User | None, at: datetime, short_name: str = "",
    parent_id: int | None = None, until: date | None = None, decision: str = "",
) -> Agency:  # fmt: skip
    """Bring an agency into being for a unit, from a day on (and before `until`, when its end is known)."""
    if by is not None:
        require(by, rules.CHANGE_AGENCIES, unit_id=unit_id, at=at)
    lock()
    (agency_id,) = found([(Face(name, kind, unit_id, short_name, parent_id), since, until)], decision)
    _audit("agencies.agency_created", agency_id, by, at, {"kind": kind, "unit": unit_id, "since": since})
    return Agency.objects.get(pk=agency_id)


@transaction.atomic
def rename_agency(
    *, agency_id: int, name: str, on: date, by: User | None, at: datetime, short_name: str = "", decision: str = ""
) -> Agency:
    """Give a living agency another name from a day on; its identity, posts and past stay."""
    version = _living(agency_id, on, by, at)
    face = Face(name, AgencyKind(version.kind), version.unit_id, short_name or version.short_name, version.parent_id)
    until = Func(Func("valid", function="lower"), Value(on), function="daterange")
    AgencyVersion.objects.filter(pk=version.pk).update(valid=until)
    open_versions([(agency_id, face, on, version.valid.upper)], decision)
    _audit("agencies.agency_renamed", agency_id, by, at, {"on": on, "decision": decision})
    return version.agency


@transaction.atomic
def end_agency(*, agency_id: int, on: date, by: User | None, at: datetime, decision: str = "") -> Agency:
    """An agency exists no more from a day on; its posts end with it and stay on record."""
    version = _living(agency_id, on, by, at)
    close([agency_id], on)
    _audit("agencies.agency_ended", agency_id, by, at, {"on": on, "decision": decision})
    return version.agency


@transaction.atomic
def succeed(
    *, from_agency_id: int, to_agency_id: int, on: date, by: User | None, at: datetime, subject: str | None = None,
    decision: str = "",
) -> Succession:  # fmt: skip
    """From a day on, one agency answers for what another was asked; for one subject (a slug), or for everything.

    Raises `CannotOrganise` when the heir does not exist that day or the chain would turn in a circle.
    """
    heir = AgencyVersion.objects.filter(agency_id=to_agency_id, valid__contains=on).first()
    if heir is None:
        raise CannotOrganise(_("The agency that takes over does not exist on %(day)s.") % {"day": f"{on:%d/%m/%Y}"})
    if by is not None:
        require(by, rules.CHANGE_AGENCIES, unit_id=heir.unit_id, at=at)
    field = Subject.objects.get(slug=subject) if subject else None
    try:
        with transaction.atomic():
            step = Succession.objects.create(
                from_agency_id=from_agency_id, to_agency_id=to_agency_id, subject=field, on=on, decision=decision
            )
    except IntegrityError as error:
        raise CannotOrganise(
            _("This is on record already, or the agencies would answer for each other in a circle.")
        ) from error
    facts = {"to": to_agency_id, "subject": subject, "on": on, "decision": decision}
    _audit("agencies.agency_succeeded", from_agency_id, by, at, facts)
    return step


def _living(agency_id: int, on: date, by: User | None, at: datetime) -> AgencyVersion:
    lock()
    version = AgencyVersion.objects.filter(agency_id=agency_id, valid__contains=on).select_related("agency").first()
    if version is None or version.valid.lower == on:
        raise CannotOrganise(_("The agency does not exist on %(day)s, or begins that day.") % {"day": f"{on:%d/%m/%Y}"})
    if by is not None:
        require(by, rules.CHANGE_AGENCIES, unit_id=version.unit_id, at=at)
    return version


def _audit(action: str, agency_id: int, by: User | None, at: datetime, facts: Mapping[str, object]) -> None:
    audit.record(action, by=by, at=at, subject=f"agencies.agency:{agency_id}", facts=facts)
