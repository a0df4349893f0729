"""Apply the reform of July 2025 to a province: fewer communes, no districts, larger provinces."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.territory import packages, rules, writing
from lantoa.territory.enums import COMMUNE_LEVEL, DISTRICT_LEVEL, EventKind, RunKind
from lantoa.territory.models import UnitClosure, UnitCode, UnitVersion
from lantoa.territory.packages import FIRST, SECOND, THIRD, Reading
from lantoa.territory.services.catching_up import catch_up
from lantoa.territory.services.loading import CannotLoad, face_of, load_into, second_opinions
from lantoa.territory.services.outcome import (
    ABOUT_HAMLET,
    ABOUT_HEIRS,
    ABOUT_ORIGIN,
    BEGUN,
    BOTH,
    NO_COMMUNE,
    NO_HEIR,
    Doubt,
    Outcome,
    day_text,
    keep,
)
from lantoa.territory.writing import WHOLE, Face, Occasion, Thread, under


@transaction.atomic
def apply_reform(
    *, province: str, on: date, by: User | None = None, at: datetime, decision: str = "", between: date | None = None
) -> Outcome:
    """Apply the merger of July 2025 to the province that bears this code afterwards.

    Its former parts that are not on record yet are loaded as of the same day as the first. What happened between that
    day and the reform comes first, on `between` or the day our list of decisions knows; else dated uncertain, on the
    last possible day. Doing it twice changes nothing. Raises `CannotLoad`. Sources: `packages`.
    """
    if by is not None:
        require(by, rules.CHANGE_UNITS, at=at)
    writing.lock()
    outcome = Outcome()
    parts = [old for old, new in packages.province_passages().items() if new == province]
    known = _first_days(parts)
    if not known:
        raise CannotLoad(_("Load the province %(code)s as of an earlier day first.") % {"code": province})
    if _is_done(province, on):
        return outcome
    if min(known.values()) >= on:
        raise CannotLoad(
            _("The province is on record from %(day)s on: the reform is already in it.")
            % {"day": day_text(min(known.values()))}
        )
    for part in parts:
        if part not in known:
            load_into(outcome, part, min(known.values()))
        catch_up(outcome, part, before=on, on=between)
    _Reform(province, parts, on, decision, outcome).apply()
    return keep(outcome, kind=RunKind.REFORM, subject=f"{province} {on}", by=by, at=at)


def _first_days(codes: list[str]) -> dict[str, date]:
    days: dict[str, date] = {}
    for code, valid in UnitCode.objects.filter(code__in=codes).values_list("code", "valid"):
        days[code] = min(valid.lower, days.get(code, valid.lower))
    return days


def _is_done(province: str, on: date) -> bool:
    bearer = UnitCode.objects.filter(code=province, valid__contains=on).first()
    if bearer is None:
        return False
    inside = UnitClosure.objects.filter(ancestor_id=bearer.unit_id, valid__contains=on, depth=1)
    levels = UnitVersion.objects.filter(unit_id__in=inside.values("descendant_id"), valid__contains=on)
    return levels.filter(level=COMMUNE_LEVEL).exists() and not levels.filter(level=DISTRICT_LEVEL).exists()


@dataclass(slots=True)
class _Reform:
    """One province's reform, worked out against what is on record the day before."""

    province: str
    parts: list[str]
    on: date
    decision: str
    outcome: Outcome
    ids: dict[str, int] = field(default_factory=dict)
    faces: dict[int, Face] = field(default_factory=dict)
    threads_to: dict[str, list[Thread]] = field(default_factory=lambda: defaultdict(list))
    heirs: dict[int, list[int]] = field(default_factory=dict)

    def apply(self) -> None:
        """Provinces first, then communes, what lies under them, and the districts last."""
        self._read_record()
        province_id = self._merge_provinces()
        self._trace_communes()
        self._renew_communes(province_id)
        self._end_districts(province_id)

    def _read_record(self) -> None:
        before = self.on - timedelta(days=1)
        roots = UnitCode.objects.filter(code__in=self.parts, valid__contains=before).values("unit_id")
        inside = UnitClosure.objects.filter(ancestor_id__in=roots, valid__contains=before)
        self.faces = writing.faces_on(inside.values_list("descendant_id", flat=True), before)
        self.ids = {face.code: unit_id for unit_id, face in self.faces.items() if face.code}

    def _occasion(self, stage: str, note: str = "") -> Occasion:
        known = packages.decision(self.province, stage)
        number = self.decision or (known.decision if known and known.on == self.on else "")
        return Occasion(self.on, number, SECOND, note=note)

    # Provinces

    def _merge_provinces(self) -> int:
        reading = packages.state_after()[self.province]
        occasion = self._occasion("provinces")
        own = self._own_province(reading)
        others = [self.ids[part] for part in self.parts if self.ids[part] != own]
        writing.close_codes(others, self.on)
        face = face_of(reading, None)
        if (self.faces[own].name, self.faces[own].code) != (face.name, face.code):
            writing.change_faces({own: face}, occasion)
        if others:
            threads = [Thread(unit_id, own, WHOLE) for unit_id in (own, *others)]
            writing.record_event(EventKind.EXTEND, occasion, threads)
            self.outcome.add("provinces merged", len(others))
        return own

    def _own_province(self, reading: Reading) -> int:
        """The part that lives on: of the same name, for codes name nothing for long."""
        named = [part for part in self.parts if fold(self.faces[self.ids[part]].short_name) == fold(reading.short_name)]
        return self.ids[named[0] if named else self.province]

    # Communes

    def _trace_communes(self) -> None:
        """Put down which old commune went into which new one, by both witnesses."""
        first, second = packages.passages(), packages.passages_by_second_witness()
        for old, unit_id in self.ids.items():
            one = {passage.new: passage for passage in first.get(old, ())}
            two = {passage.new: passage for passage in second.get(old, ())}
            for new in sorted(one.keys() | two.keys()):
                self.threads_to[new].append(self._thread(unit_id, new, one, two))
            if two and one.keys() != two.keys():
                told = {SECOND: _told(one.values()), THIRD: _told(two.values())}
                self.outcome.doubts.append(Doubt(old, ABOUT_HEIRS, told, BOTH))

    def _thread(
        self, unit_id: int, new: str, one: dict[str, packages.Passage], two: dict[str, packages.Passage]
    ) -> Thread:
        witnesses = [(SECOND, one), *([(THIRD, two)] if two else [])]
        say = [name for name, passages in witnesses if new in passages]
        whole = all(len(passages) == 1 and new in passages and passages[new].whole for _name, passages in witnesses)
        return Thread(unit_id, None, WHOLE if whole else None, " + ".join(say))

    def _renew_communes(self, province_id: int) -> None:
        new_readings = packages.in_province(packages.state_after(), self.province)[1:]
        self.outcome.doubts += second_opinions(packages.state_after(), new_readings)
        same = {r.code: self._lives_on(r.code) for r in new_readings}
        born = [r for r in new_readings if same[r.code] is None]
        fresh = dict(zip([r.code for r in born], writing.new_units(len(born)), strict=True))
        ids = {r.code: same[r.code] or fresh[r.code] for r in new_readings}
        ended = [
            unit_id
            for unit_id, face in self.faces.items()
            if face.level == COMMUNE_LEVEL and unit_id not in set(same.values())
        ]
        self._note_heirs(ids)
        occasion = self._occasion("communes")
        under_ended = self._under(ended)
        writing.end_units(ended, self.on)
        moved = {ids[r.code]: face_of(r, province_id) for r in new_readings if same[r.code]}
        writing.close_codes([unit for unit, face in moved.items() if self.faces[unit].code != face.code], self.on)
        writing.close_versions(moved, self.on)
        writing.open_versions({**moved, **{fresh[r.code]: face_of(r, province_id) for r in born}}, occasion)
        self._record_communes(new_readings, ids, set(fresh.values()), occasion)
        self._dissolve_untold(ended, province_id, occasion)
        self._rehouse(under_ended, province_id, occasion)
        self.outcome.add("communes ended", len(ended))
        self.outcome.add("communes begun", len(born))
        self.outcome.add("communes kept", len(moved))

    def _lives_on(self, new: str) -> int | None:
        """The old commune that a new one simply is: its only source, and whole."""
        threads = self.threads_to.get(new, [])
        if len(threads) != 1 or threads[0].share is None:
            return None
        unit_id = threads[0].from_id
        return unit_id if unit_id and self.faces[unit_id].level == COMMUNE_LEVEL else None

    def _note_heirs(self, ids: dict[str, int]) -> None:
        for new, threads in self.threads_to.items():
            for thread in threads:
                if thread.from_id and new in ids:
                    self.heirs.setdefault(thread.from_id, []).append(ids[new])

    def _record_communes(
        self, readings: list[Reading], ids: dict[str, int], fresh: set[int], occasion: Occasion
    ) -> None:
        events: list[tuple[EventKind, Occasion, list[Thread]]] = []
        kept: list[Thread] = []
        for reading in readings:
            unit_id = ids[reading.code]
            threads = [
                Thread(thread.from_id, unit_id, thread.share, thread.basis) for thread in self.threads_to[reading.code]
            ]
            if unit_id not in fresh:
                kept += threads
            elif threads:
                events.append((_kind_of(threads), occasion, threads))
            else:
                events.append((EventKind.CREATE, occasion, [Thread(None, unit_id)]))
                self.outcome.doubts.append(Doubt(reading.code, ABOUT_ORIGIN, {SECOND: reading.name}, BEGUN))
        if kept:
            events.append((EventKind.MOVE, occasion, kept))
        writing.record_events(events)

    def _dissolve_untold(self, ended: list[int], province_id: int, occasion: Occasion) -> None:
        """A commune that no witness places: its land lies in the province, more is not known."""
        untold = [unit_id for unit_id in ended if not self.heirs.get(unit_id)]
        if not untold:
            return
        writing.record_event(EventKind.DISSOLVE, occasion, [Thread(u, province_id, WHOLE, NO_HEIR) for u in untold])
        for unit_id in untold:
            face = self.faces[unit_id]
            told = {FIRST: face.name, SECOND: "–", THIRD: "–"}
            self.outcome.doubts.append(Doubt(face.code, ABOUT_HEIRS, told, NO_HEIR))

    # Hamlets and districts

    def _under(self, ended: list[int]) -> dict[int, Face]:
        gone = set(ended)
        return {unit_id: face for unit_id, face in self.faces.items() if face.parent_id in gone}

    def _rehouse(self, hamlets: dict[int, Face], province_id: int, occasion: Occasion) -> None:
        """Hamlets live on under the one heir of their commune; with several heirs, under the province until a list
        says which."""
        homes = {}
        for unit_id, face in hamlets.items():
            heirs = self.heirs.get(face.parent_id or 0, [])
            homes[unit_id] = under(face, heirs[0] if len(heirs) == 1 else province_id)
            if len(heirs) != 1:
                commune = self.faces[face.parent_id or 0]
                told = {"": f"{face.name}, {commune.name}", SECOND: "–"}
                self.outcome.doubts.append(Doubt(commune.code, ABOUT_HAMLET, told, NO_COMMUNE))
        if homes:
            writing.change_faces(homes, occasion)
            writing.record_event(EventKind.MOVE, occasion, [Thread(unit_id, unit_id, WHOLE) for unit_id in homes])
            self.outcome.add("hamlets moved", len(homes))

    def _end_districts(self, province_id: int) -> None:
        districts = [unit_id for unit_id, face in self.faces.items() if face.level == DISTRICT_LEVEL]
        others = [self.ids[part] for part in self.parts if self.ids[part] != province_id]
        writing.end_units(districts, self.on)
        writing.close_versions(others, self.on)
        threads = [Thread(unit_id, province_id, WHOLE) for unit_id in districts if unit_id not in self.heirs]
        if threads:
            writing.record_event(EventKind.LEVEL_ABOLISHED, self._occasion("provinces"), threads)
        self.outcome.add("districts ended", len(districts))


def _kind_of(threads: list[Thread]) -> EventKind:
    if len(threads) > 1:
        return EventKind.MERGE
    return EventKind.SPLIT if threads[0].share is None else EventKind.LEVEL_ABOLISHED


def _told(passages: Iterable[packages.Passage]) -> str:
    return ", ".join(f"{passage.new}{'' if passage.whole else ' (part)'}" for passage in passages)
