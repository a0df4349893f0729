"""Bring a province's record up to the state just before the reform: the few changes since it was loaded."""

from dataclasses import dataclass
from datetime import date, timedelta

from lantoa.kernel.text import sort_key
from lantoa.territory import packages, writing
from lantoa.territory.between import Changes, compare
from lantoa.territory.enums import COMMUNE_LEVEL, DISTRICT_LEVEL, EventKind
from lantoa.territory.models import UnitClosure, UnitCode
from lantoa.territory.packages import FIRST, SECOND, THIRD, Reading
from lantoa.territory.services.loading import face_of
from lantoa.territory.services.outcome import (
    ABOUT_HEIRS,
    ABOUT_NAME,
    ABOUT_ORIGIN,
    ABOUT_RENAMING,
    BEGUN,
    NO_HEIR,
    RENAMED,
    Doubt,
    Outcome,
)
from lantoa.territory.writing import WHOLE, Face, Occasion, Thread, under

type _Event = tuple[EventKind, Occasion, list[Thread]]


def catch_up(outcome: Outcome, province: str, *, before: date, on: date | None) -> None:
    """Record what changed in a province between its first record and the day before `before`.

    The day is `on`, or the one our list of decisions knows; else uncertain, on the last possible day.
    """
    last = before - timedelta(days=1)
    root = UnitCode.objects.get(code=province, valid__contains=last)
    inside = UnitClosure.objects.filter(ancestor_id=root.unit_id, valid__contains=last)
    faces = writing.faces_on(inside.values_list("descendant_id", flat=True), last)
    codes = {unit_id: face.code for unit_id, face in faces.items()}
    then = {
        face.code: Reading(face.code, face.name, face.short_name, face.kind, face.level,
                           codes.get(face.parent_id or 0, ""), face.lat, face.lon)
        for face in faces.values() if face.code
    }  # fmt: skip
    later = {reading.code: reading for reading in packages.in_province(packages.state_before(), province)}
    changes = compare(then, later)
    outcome.doubts += [
        Doubt(code, ABOUT_NAME, {FIRST: then[code].name, SECOND: later[code].name, **_third(code)}, then[code].name)
        for code in changes.respelled
        if sort_key(then[code].name) != sort_key(later[code].name)
    ]
    if changes:
        _CatchUp(changes, then, later, faces, _occasion(province, root, on, last), outcome).apply()


def _third(code: str) -> dict[str, str]:
    name = packages.names_before_by_second_witness().get(code)
    return {THIRD: name} if name else {}


def _occasion(province: str, root: UnitCode, on: date | None, last: date) -> Occasion:
    known = packages.decision(province, "between")
    if on is not None:
        return Occasion(on, known.decision if known and known.on == on else "", SECOND)
    if known is not None:
        return Occasion(known.on, known.decision, SECOND)
    first = root.valid.lower + timedelta(days=1)
    note = "No package gives the day: it lies between the two states, and the last possible day is taken."
    return Occasion(last, "", SECOND, not_before=first, note=note)


@dataclass(slots=True)
class _CatchUp:
    changes: Changes
    then: dict[str, Reading]
    later: dict[str, Reading]
    faces: dict[int, Face]
    occasion: Occasion
    outcome: Outcome

    def apply(self) -> None:
        """Give births their identities, then close, open and record, each in one go."""
        old = {face.code: unit_id for unit_id, face in self.faces.items() if face.code}
        born = [*self.changes.merged, *self.changes.created]
        fresh = dict(zip(born, writing.new_units(len(born)), strict=True))
        ended = [old[code] for code in (*self.changes.gone, *(c for cs in self.changes.merged.values() for c in cs))]
        ids = {code: unit_id for code, unit_id in old.items() if unit_id not in set(ended)} | fresh
        ids |= {new: old[before] for new, before in self.changes.recoded.items()}
        events = self._events(old, ids)
        hamlets = self._hamlets(ended, old, ids)
        altered = {
            ids[code]: face_of(self.later[code], ids.get(self.later[code].parent))
            for code in {*self.changes.changed, *self.changes.renamed, *self.changes.recoded, *self._moved(old, ids)}
        }
        births = {
            unit_id: face_of(self.later[code], ids.get(self.later[code].parent)) for code, unit_id in fresh.items()
        }
        writing.end_units(ended, self.occasion.on)
        writing.change_faces({**altered, **hamlets}, self.occasion)
        writing.open_versions(births, self.occasion)
        writing.record_events(events)
        self.outcome.add("events between", len(events))

    def _events(self, old: dict[str, int], ids: dict[str, int]) -> list[_Event]:
        changes, when = self.changes, self.occasion
        events: list[_Event] = []
        for code, sources in changes.merged.items():
            threads = [Thread(old[source], ids[code], WHOLE, "same name, same district") for source in sources]
            events.append((EventKind.MERGE, when, threads))
        kinds = {EventKind.RENAME: changes.renamed, EventKind.RECODE: list(changes.recoded)}
        moved = self._moved(old, ids)
        kinds[EventKind.MOVE] = moved
        kinds[EventKind.RENAME] = [*changes.renamed, *(code for code in changes.changed if code not in set(moved))]
        for kind, codes in kinds.items():
            if codes:
                events.append((kind, when, [Thread(ids[code], ids[code], WHOLE) for code in codes]))
        events += [(EventKind.CREATE, when, self._origins(code, old, ids)) for code in changes.created]
        events += [self._dissolution(code, old, ids) for code in changes.gone]
        self._doubt_renamings()
        return events

    def _moved(self, old: dict[str, int], ids: dict[str, int]) -> list[str]:
        """The codes whose unit lives on under another unit, be it one that only took over the code of the old."""
        return [
            code
            for code, unit_id in ids.items()
            if old.get(code) == unit_id
            and code in self.later
            and ids.get(self.later[code].parent) != self.faces[unit_id].parent_id
        ]

    def _origins(self, code: str, old: dict[str, int], ids: dict[str, int]) -> list[Thread]:
        """A new district comes from those whose communes it holds; a new commune, no package tells."""
        sources = [source for source, heirs in self.changes.heirs_of_district.items() if code in heirs]
        if sources:
            return [Thread(old[source], ids[code], None, "communes that moved") for source in sources]
        self.outcome.doubts.append(Doubt(code, ABOUT_ORIGIN, {SECOND: self.later[code].name}, BEGUN))
        return [Thread(None, ids[code])]

    def _dissolution(self, code: str, old: dict[str, int], ids: dict[str, int]) -> _Event:
        reading = self.then[code]
        if reading.level == DISTRICT_LEVEL and (heirs := self._living_heirs(code, ids)):
            threads = [
                Thread(old[code], heir, WHOLE if len(heirs) == 1 else None, "communes that moved") for heir in heirs
            ]
            return EventKind.MERGE, self.occasion, threads
        home = ids.get(reading.parent) or next(iter(self._living_heirs(reading.parent, ids)), None)
        self.outcome.doubts.append(
            Doubt(code, ABOUT_HEIRS, {FIRST: reading.name, SECOND: "–", **_third(code)}, NO_HEIR)
        )
        return EventKind.DISSOLVE, self.occasion, [Thread(old[code], home, WHOLE, NO_HEIR)]

    def _living_heirs(self, district: str, ids: dict[str, int]) -> list[int]:
        return [ids[code] for code in self.changes.heirs_of_district.get(district, []) if code in ids]

    def _doubt_renamings(self) -> None:
        """Another name under the same code, while a neighbour is gone, may be a merger in truth."""
        lost = {self.then[code].parent for code in self.changes.gone if self.then[code].level == COMMUNE_LEVEL}
        for code in self.changes.renamed:
            if self.then[code].parent in lost:
                names = {FIRST: self.then[code].name, SECOND: self.later[code].name}
                self.outcome.doubts.append(Doubt(code, ABOUT_RENAMING, names, RENAMED))

    def _hamlets(self, ended: list[int], old: dict[str, int], ids: dict[str, int]) -> dict[int, Face]:
        """Hamlets of an ended commune live on under its heir, or under its district while no heir is known."""
        heir_of = {old[source]: ids[new] for new, sources in self.changes.merged.items() for source in sources}
        for code in self.changes.gone:
            heir_of.setdefault(old[code], ids.get(self.then[code].parent, 0))
        gone = set(ended)
        return {
            unit_id: under(face, heir_of[face.parent_id])
            for unit_id, face in self.faces.items()
            if face.parent_id in gone and not face.code
        }
