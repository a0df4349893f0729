"""Found the agencies every province has: those of the province, and a People's Committee for each unit."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from lantoa.agencies import rules
from lantoa.agencies.enums import AgencyKind
from lantoa.agencies.models import AgencyVersion, Subject, Succession
from lantoa.agencies.services.organising import Face, close, found, lock, open_versions
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.territory import selectors as territory
from lantoa.territory.enums import COMMUNE_LEVEL
from lantoa.territory.selectors import UnitRow

TYPICAL = Path(__file__).parent.parent / "data" / "province_agencies.json"


@dataclass(frozen=True, slots=True)
class Founded:
    """How many agencies and successions were new; none when all were there."""

    agencies: int
    successions: int
    ended: int = 0


@transaction.atomic
def ensure_province_agencies(*, province: str, on: date, by: User | None = None, at: datetime) -> Founded:
    """Put the typical agencies of a province (by code) on record as of a day, with what is known of their later fate.

    Agencies already there by name stay. The list and its days are sample configuration, not law (see its note).
    """
    unit = territory.province(province, on)
    if by is not None:
        require(by, rules.CHANGE_AGENCIES, unit_id=unit.pk, at=at)
    lock()
    typical = json.loads(TYPICAL.read_text(encoding="utf-8"))
    name = territory.names_on([unit.pk], on)[unit.pk]
    ids, new = _found_typical(typical["agencies"], unit.pk, name, on)
    Subject.objects.bulk_create(
        (Subject(slug=slug, name=words) for slug, words in typical["subjects"].items()), ignore_conflicts=True
    )
    steps = _succeed_typical(typical["successions"], ids)
    if new or steps:
        facts = {"province": province, "on": on, "agencies": new, "successions": steps}
        audit.record("agencies.province_founded", by=by, at=at, subject=f"territory.unit:{unit.pk}", facts=facts)
    return Founded(new, steps)


def _found_typical(entries: list[dict[str, Any]], unit_id: int, name: str, on: date) -> tuple[dict[str, int], int]:
    there = dict(AgencyVersion.objects.filter(unit_id=unit_id).values_list("name", "agency_id"))
    place = name.split(" ", 1)[1] if name.startswith("Tỉnh ") else name.removeprefix("Thành phố ")
    words = {"province": name[0].lower() + name[1:], "place": place}
    ids: dict[str, int] = {}
    new = 0
    for entry in entries:
        since = max(on, _day(entry.get("since")) or on)
        until = _day(entry.get("until"))
        full = entry["name"].format(**words)
        if until and until <= on:
            continue
        if full not in there:
            face = Face(
                full,
                AgencyKind(entry["kind"]),
                unit_id,
                entry["short"].format(**words),
                ids.get(entry.get("parent", "")),
            )
            (there[full],) = found([(face, since, until)])
            new += 1
        ids[entry["key"]] = there[full]
    return ids, new


def _succeed_typical(entries: list[dict[str, Any]], ids: dict[str, int]) -> int:
    subjects = dict(Subject.objects.values_list("slug", "pk"))
    wanted = [
        Succession(
            from_agency_id=ids[entry["from"]],
            to_agency_id=ids[entry["to"]],
            subject_id=subjects[entry["subject"]] if "subject" in entry else None,
            on=date.fromisoformat(entry["on"]),
            decision="sample",
        )
        for entry in entries
        if entry["from"] in ids and entry["to"] in ids
    ]
    return _add_missing(wanted)


def _add_missing(wanted: list[Succession]) -> int:
    there = set(
        Succession.objects.filter(from_agency_id__in={step.from_agency_id for step in wanted}).values_list(
            "from_agency_id", "to_agency_id", "subject_id"
        )
    )
    missing = [step for step in wanted if (step.from_agency_id, step.to_agency_id, step.subject_id) not in there]
    Succession.objects.bulk_create(missing)
    return len(missing)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


@transaction.atomic
def ensure_commune_committees(*, province: str, on: date, by: User | None = None, at: datetime) -> Founded:
    """Give each district and commune of a province (by code) as of a day its People's Committee, as old as the unit.

    Committees already there stay; where the map has changed since, those of units that are gone end with them, heirs
    answer for them (by the lineage of the units), and those whose unit lives on are placed anew.
    """
    root = territory.province(province, on)
    if by is not None:
        require(by, rules.CHANGE_AGENCIES, unit_id=root.pk, at=at)
    lock()
    ended = _end_orphans(root.pk, on)
    units = [row for row in territory.rows_on(territory.subtree_ids(root.pk, on=on), on) if row.level <= COMMUNE_LEVEL]
    there = _committees([row.id for row in units], on)
    new = 0
    for level in sorted({row.level for row in units}):
        new += _found_level([row for row in units if row.level == level], there, on)
    steps = _inherit(root.pk, there, on)
    if new or steps or ended:
        facts = {"province": province, "on": on, "agencies": new, "successions": steps, "ended": ended}
        audit.record("agencies.committees_founded", by=by, at=at, subject=f"territory.unit:{root.pk}", facts=facts)
    return Founded(new, steps, ended)


def _committees(unit_ids: list[int], on: date) -> dict[int, AgencyVersion]:
    versions = AgencyVersion.objects.filter(
        unit_id__in=unit_ids, kind=AgencyKind.PEOPLES_COMMITTEE, valid__contains=on
    ).order_by("-agency_id")
    return {version.unit_id: version for version in versions}


def _found_level(rows: list[UnitRow], there: dict[int, AgencyVersion], on: date) -> int:
    """Committees of one rank, below those of the ranks above."""
    faces = {row.id: _committee_face(row, there) for row in rows}
    ends = territory.ends_of(faces)
    missing = [row.id for row in rows if row.id not in there]
    starts = territory.starts_of(missing, on)
    found([(faces[unit_id], starts[unit_id], ends[unit_id]) for unit_id in missing])
    moved = {
        there[row.id].agency_id: faces[row.id]
        for row in rows
        if row.id in there
        and (there[row.id].parent_id, there[row.id].name) != (faces[row.id].parent_id, faces[row.id].name)
        and there[row.id].valid.lower < on
    }
    if moved:
        _replace(moved, on, ends)
    there.update(_committees([row.id for row in rows], on))
    return len(missing)


def _replace(moved: dict[int, Face], on: date, ends: dict[int, date | None]) -> None:
    """Other faces for living committees; posts go on."""
    from_day = territory.starts_of([face.unit_id for face in moved.values()], on)
    for agency_id, face in moved.items():
        version = AgencyVersion.objects.get(agency_id=agency_id, valid__contains=on)
        day = max(from_day[face.unit_id], date.fromordinal(version.valid.lower.toordinal() + 1))
        version.valid = type(version.valid)(version.valid.lower, day)
        version.save(update_fields=["valid"])
        open_versions([(agency_id, face, day, ends[face.unit_id])])


def _committee_face(row: UnitRow, there: dict[int, AgencyVersion]) -> Face:
    above = there.get(row.parent_id or 0)
    words = row.name[0].lower() + row.name[1:]
    return Face(
        f"Ủy ban nhân dân {words}", AgencyKind.PEOPLES_COMMITTEE, row.id, f"UBND {words}",
        above.agency_id if above else None,
    )  # fmt: skip


def _end_orphans(root_id: int, on: date) -> int:
    """Committees of units that are gone by that day end when their unit did."""
    reach = territory.reach_ids(root_id, on=on)
    gone = AgencyVersion.objects.filter(
        unit_id__in=reach, kind=AgencyKind.PEOPLES_COMMITTEE, valid__contains=on
    ).exclude(unit_id__in=territory.subtree_ids(root_id, on=on))
    orphans = list(gone.values_list("agency_id", "unit_id"))
    ends = territory.ends_of([unit_id for _agency, unit_id in orphans])
    for day in {end for end in ends.values() if end}:
        close([agency_id for agency_id, unit_id in orphans if ends[unit_id] == day], day)
    return len(orphans)


def _inherit(root_id: int, there: dict[int, AgencyVersion], on: date) -> int:
    """What was asked of the committee of a unit that is gone, the committees of its heirs answer."""
    ended = AgencyVersion.objects.filter(
        unit_id__in=territory.reach_ids(root_id, on=on), kind=AgencyKind.PEOPLES_COMMITTEE, valid__endswith__lte=on
    )
    handed_on = Succession.objects.filter(subject=None).values("from_agency_id")
    living = AgencyVersion.objects.filter(valid__contains=on).values("agency_id")
    orphans = list(ended.exclude(agency_id__in=handed_on).exclude(agency_id__in=living).order_by("valid"))
    heirs = territory.successors_of([version.unit_id for version in orphans], on)
    wanted = {
        (old.agency_id, heir.agency_id): Succession(
            from_agency_id=old.agency_id, to_agency_id=heir.agency_id, on=max(old.valid.upper, heir.valid.lower)
        )
        for old in orphans
        for heir in (there[unit_id] for unit_id in heirs[old.unit_id] if unit_id in there)
    }
    return _add_missing(list(wanted.values()))
