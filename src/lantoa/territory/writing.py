"""The few writes that every change of units is made of, each one statement for many units.

Called inside a service's transaction. The database checks what they leave behind.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.db.models import Func, Value
from django.utils.translation import gettext as _

from lantoa.kernel.errors import LantoaError
from lantoa.kernel.text import fold, sort_key
from lantoa.territory.enums import GSO, EventKind, UnitKind
from lantoa.territory.models import Unit, UnitCode, UnitEvent, UnitLineage, UnitVersion

WHOLE = Decimal(1)


class UntimelyChange(LantoaError):
    """The unit did not exist then, began that very day, or later changes are already on record."""


@dataclass(frozen=True, slots=True)
class Face:
    """What a version says of a unit; `code` is empty for units that have none."""

    name: str
    short_name: str
    kind: UnitKind
    level: int
    parent_id: int | None
    code: str = ""
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class Occasion:
    """When and by what decision something happens; the day may be uncertain."""

    on: date
    decision: str = ""
    source: str = ""
    not_before: date | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Thread:
    """One line of lineage."""

    from_id: int | None
    to_id: int | None
    share: Decimal | None = None
    basis: str = ""


def lock() -> None:
    """Have all changes of units wait for one another until commit; reads go on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('territory'))")


def new_units(number: int) -> list[int]:
    """That many fresh identities."""
    return [unit.pk for unit in Unit.objects.bulk_create([Unit() for _each in range(number)])]


def open_versions(faces: Mapping[int, Face], occasion: Occasion) -> None:
    """Have these units show these faces from that day on, with their codes."""
    valid = DateRange(occasion.on, None)
    UnitVersion.objects.bulk_create(
        UnitVersion(
            unit_id=unit_id, name=face.name, short_name=face.short_name, folded=fold(face.name), kind=face.kind,
            level=face.level, parent_id=face.parent_id, valid=valid, decision=occasion.decision,
            sort_key=sort_key(face.short_name), lat=face.lat, lon=face.lon, source=occasion.source,
        )
        for unit_id, face in faces.items()
    )  # fmt: skip
    open_codes({unit_id: face.code for unit_id, face in faces.items() if face.code}, occasion)


def open_codes(codes: Mapping[int, str], occasion: Occasion) -> None:
    """Give these units these codes from that day on, except where they bear them already.

    A unit elsewhere that bears such a code that day loses it; one that is on record as its bearer from a later day on
    keeps it from then.
    """
    standing = set(
        UnitCode.objects.filter(unit_id__in=codes, scheme=GSO, valid__contains=occasion.on).values_list(
            "unit_id", "code"
        )
    )
    wanted = UnitCode.objects.filter(scheme=GSO, code__in=codes.values())
    wanted.filter(valid__contains=occasion.on).exclude(unit_id__in=codes).update(valid=_until(occasion.on))
    later: dict[str, date] = {}
    for code, valid in wanted.filter(valid__startswith__gt=occasion.on).values_list("code", "valid"):
        later[code] = min(valid.lower, later.get(code, valid.lower))
    UnitCode.objects.bulk_create(
        UnitCode(unit_id=unit_id, scheme=GSO, code=code, valid=DateRange(occasion.on, later.get(code)))
        for unit_id, code in codes.items()
        if (unit_id, code) not in standing
    )


def close_versions(unit_ids: Iterable[int], on: date) -> None:
    """End the faces these units show on that day; raises `UntimelyChange` before anything is touched."""
    ids = list(unit_ids)
    standing = UnitVersion.objects.filter(unit_id__in=ids, valid__contains=on)
    if standing.filter(valid__startswith__lt=on, valid__upper_inf=True).count() != len(set(ids)):
        raise UntimelyChange(
            _("On %(day)s one of these units does not exist, begins that day, or has later changes on record.")
            % {"day": on.strftime("%d/%m/%Y")}
        )
    standing.update(valid=_until(on))


def close_codes(unit_ids: Iterable[int], on: date) -> None:
    """Take back the codes these units bear on that day."""
    UnitCode.objects.filter(unit_id__in=list(unit_ids), valid__contains=on).update(valid=_until(on))


def end_units(unit_ids: Iterable[int], on: date) -> None:
    """These units exist no more from that day on."""
    ids = list(unit_ids)
    close_versions(ids, on)
    close_codes(ids, on)


def change_faces(faces: Mapping[int, Face], occasion: Occasion) -> None:
    """Have living units show other faces from that day on; a changed code replaces the old one."""
    close_versions(faces, occasion.on)
    bearers = UnitCode.objects.filter(unit_id__in=faces, scheme=GSO, valid__contains=occasion.on)
    changed = [unit for unit, code in bearers.values_list("unit_id", "code") if faces[unit].code not in ("", code)]
    close_codes(changed, occasion.on)
    open_versions(faces, occasion)


def record_event(kind: EventKind, occasion: Occasion, threads: Sequence[Thread]) -> UnitEvent:
    """Put one event and its threads on record."""
    return record_events([(kind, occasion, threads)])[0]


def record_events(events: Sequence[tuple[EventKind, Occasion, Sequence[Thread]]]) -> list[UnitEvent]:
    """Put many events and their threads on record; two statements."""
    made = UnitEvent.objects.bulk_create(
        UnitEvent(
            kind=kind, on=when.on, on_is_exact=when.not_before is None, not_before=when.not_before,
            decision=when.decision, note=when.note,
        )
        for kind, when, _threads in events
    )  # fmt: skip
    UnitLineage.objects.bulk_create(
        UnitLineage(
            event=event, from_unit_id=thread.from_id, to_unit_id=thread.to_id, share=thread.share, basis=thread.basis
        )
        for event, (_kind, _when, threads) in zip(made, events, strict=True)
        for thread in threads
    )
    return made


def faces_on(unit_ids: Iterable[int], on: date) -> dict[int, Face]:
    """Unit id → the face it shows that day, with its code."""
    ids = list(unit_ids)
    codes = dict(
        UnitCode.objects.filter(unit_id__in=ids, scheme=GSO, valid__contains=on).values_list("unit_id", "code")
    )
    fields = ("unit_id", "name", "short_name", "kind", "level", "parent_id", "lat", "lon")
    rows: Any = UnitVersion.objects.filter(unit_id__in=ids, valid__contains=on).values_list(*fields)
    return {
        unit_id: Face(name, short, UnitKind(kind), level, parent, codes.get(unit_id, ""), lat, lon)
        for unit_id, name, short, kind, level, parent, lat, lon in rows
    }


def under(face: Face, parent_id: int | None) -> Face:
    """The same face under another parent."""
    return replace(face, parent_id=parent_id)


def _until(on: date) -> Func:
    return Func(Func("valid", function="lower"), Value(on), function="daterange")
