"""Load the units of a province as they stood on a day."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.kernel.text import fold, sort_key
from lantoa.territory import packages, rules, writing
from lantoa.territory.enums import EventKind, RunKind
from lantoa.territory.models import UnitCode
from lantoa.territory.packages import FIRST, SECOND, THIRD, Reading, State
from lantoa.territory.services.outcome import ABOUT_NAME, Doubt, Outcome, day_text, keep
from lantoa.territory.writing import WHOLE, Face, Occasion, Thread

REFORM_DAY = date(2025, 7, 1)
"""When the packages' last state begins: Resolution 202/2025/QH15 and the laws that ended the district level."""

_SECOND_STATE_FROM = date(2024, 1, 1)
"""Where no decision is known, a later day than this is nearer to the state just before the reform than to 2022."""


class CannotLoad(LantoaError):
    """No package knows the province, or it is on record from a later day on."""


@transaction.atomic
def load_units(*, province: str, as_of: date, by: User | None = None, at: datetime) -> Outcome:
    """Put a province, by its code, on record as it stood on a day, with everything under it.

    A province already on record that day stays as it is, and the outcome says that nothing changed. Raises
    `CannotLoad`. Source: the data packages (see `packages`).
    """
    if by is not None:
        require(by, rules.CHANGE_UNITS, at=at)
    writing.lock()
    outcome = Outcome()
    load_into(outcome, province, as_of)
    return keep(outcome, kind=RunKind.LOAD, subject=f"{province} {as_of}", by=by, at=at)


def load_into(outcome: Outcome, province: str, as_of: date) -> None:
    """The loading itself, for a service that has opened the transaction and taken the lock."""
    state, source, sure = _state_for(province, as_of)
    if province not in state:
        raise CannotLoad(
            _("No province had the code %(code)s on %(day)s.") % {"code": province, "day": day_text(as_of)}
        )
    known = UnitCode.objects.filter(code=province).order_by("valid").first()
    if known is not None and as_of in known.valid:
        return
    if known is not None and known.valid.lower > as_of:
        raise CannotLoad(
            _("The code %(code)s is on record from %(day)s on. An earlier day cannot be put before it.")
            % {"code": province, "day": day_text(known.valid.lower)}
        )
    readings = packages.in_province(state, province)
    note = "" if sure else f"state of the package {source}; no decision dates it"
    _open(readings, Occasion(as_of, source=source, note=note))
    outcome.add("provinces")
    outcome.add("districts", sum(reading.level == 2 for reading in readings))
    outcome.add("communes", sum(reading.level == 3 for reading in readings))
    outcome.doubts += second_opinions(state, readings)


def _state_for(province: str, as_of: date) -> tuple[State, str, bool]:
    if as_of >= REFORM_DAY:
        return packages.state_after(), SECOND, True
    between = packages.decision(province, "between")
    if as_of < (between.on if between else _SECOND_STATE_FROM):
        return packages.state_2022(), FIRST, as_of.year == 2022
    return packages.state_before(), SECOND, between is not None


def _open(readings: list[Reading], occasion: Occasion) -> None:
    ids = dict(zip([reading.code for reading in readings], writing.new_units(len(readings)), strict=True))
    points = packages.state_before() if occasion.source == FIRST else {}
    writing.open_versions({ids[r.code]: face_of(r, ids.get(r.parent), points) for r in readings}, occasion)
    threads = [Thread(None, unit_id, WHOLE, "first record") for unit_id in ids.values()]
    writing.record_event(EventKind.CREATE, occasion, threads)


def face_of(reading: Reading, parent_id: int | None, points: Mapping[str, Reading] | None = None) -> Face:
    """The face a reading gives; its point from another state when code and name agree there."""
    twin = (points or {}).get(reading.code, reading)
    point = twin if fold(twin.short_name) == fold(reading.short_name) else reading
    return Face(
        reading.name, reading.short_name, reading.kind, reading.level, parent_id, reading.code, point.lat, point.lon
    )


def second_opinions(state: State, readings: list[Reading]) -> list[Doubt]:
    """Where another package names the same code otherwise at the same time (the place of a tone mark aside)."""
    if state is packages.state_2022():
        return []
    after = state is packages.state_after()
    others = packages.names_after_by_second_witness() if after else packages.names_before_by_second_witness()
    return [
        Doubt(reading.code, ABOUT_NAME, {SECOND: reading.name, THIRD: others[reading.code]}, reading.name)
        for reading in readings
        if reading.code in others and sort_key(others[reading.code]) != sort_key(reading.name)
    ]
