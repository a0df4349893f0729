"""Communes as people call them: by a name of today or of once, with or without marks, and what each became."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import QuerySet, Value
from django.db.models.functions import Concat

from lantoa.kernel.text import fold
from lantoa.territory.enums import COMMUNE_LEVEL
from lantoa.territory.models import UnitLineage, UnitVersion
from lantoa.territory.selectors import came_from, names_on, reach_ids, rows_on, successors_of

A_DAY = timedelta(days=1)
ALIKE = 0.4
"""From this likeness on, out of 1, a name may be what was meant."""


@dataclass(frozen=True, slots=True)
class Called:
    """A commune that bears or bore a name: `last_day` is the last of that name, None while it lasts; `heirs` are id and
    name of the communes that hold its land on the day asked about; `district` is what an old one
    lay under."""

    unit_id: int
    name: str
    district: str
    last_day: date | None
    heirs: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Forebear:
    """A commune that another was made of, by its name inside a sentence; `part` when others took some of it too."""

    name: str
    last_day: date
    part: bool


def communes_called(text: str, *, under: int, on: date, most: int = 20) -> tuple[list[Called], bool]:
    """The communes of a province and of its forebears that a text may mean, those of that day first, and whether the
    name fits: when none does, the names most like it. Six queries.

    Every word must begin a word of the name; names that are exactly so put the longer ones aside.
    """
    wanted = fold(text)[:100]
    if not wanted:
        return [], True
    known = UnitVersion.objects.filter(
        level=COMMUNE_LEVEL, unit_id__in=reach_ids(under, on=on), valid__startswith__lte=on
    ).order_by("valid")
    found = _fitting(known, wanted)
    fits = bool(found)
    if not fits:
        like = known.annotate(alike=TrigramSimilarity("folded", wanted)).filter(alike__gte=ALIKE)
        found = list(like.order_by("-alike", "valid")[:6])
    return _told(found, on)[:most], fits


def _fitting(known: "QuerySet[UnitVersion]", wanted: str) -> list[UnitVersion]:
    rows = known.annotate(spaced=Concat(Value(" "), "folded"))
    for word in wanted.split():
        rows = rows.filter(spaced__contains=f" {word}")
    found: list[UnitVersion] = [*rows]
    exact = [row for row in found if wanted in (row.folded, fold(row.short_name))]
    return exact or found


def _told(versions: Iterable[UnitVersion], on: date) -> list[Called]:
    """Each unit once by its newest fitting name; an old one that only became a namesake of today's list is left out."""
    newest: dict[int, UnitVersion] = {}
    for row in versions:
        if row.unit_id not in newest or newest[row.unit_id].valid.lower < row.valid.lower:
            newest[row.unit_id] = row
    heirs = successors_of(list(newest), on)
    names = {row.id: row.name for row in rows_on({pk for ids in heirs.values() for pk in ids}, on)}
    districts = names_on({row.parent_id for row in newest.values() if row.parent_id}, on)
    current = {pk for pk, row in newest.items() if on in row.valid}
    told = []
    for pk, row in newest.items():
        land = [(heir, names[heir]) for heir in heirs[pk] if heir in names]
        if pk in current:
            told.append(Called(pk, row.name, "", None, land))
        elif not land or not {heir for heir, _name in land} <= current:
            told.append(
                Called(pk, row.name, _in_sentence(districts.get(row.parent_id or 0, "")), row.valid.upper - A_DAY, land)
            )
    order = {pk: row.sort_key for pk, row in newest.items()}
    return sorted(told, key=lambda one: (one.last_day is not None, order[one.unit_id]))


def _in_sentence(name: str) -> str:
    return name[:1].lower() + name[1:]


def what_became_of(unit_id: int, *, on: date) -> Called | None:
    """A commune of today or of once by its last name, with its heirs; None for what never was a commune."""
    told = _told(UnitVersion.objects.filter(unit_id=unit_id, level=COMMUNE_LEVEL), on)
    return told[0] if told else None


def forebears(unit_id: int) -> list[Forebear]:
    """The communes of which the unit was last made, by name."""
    threads = [thread for thread in came_from(unit_id) if thread.from_unit_id not in (None, unit_id)]
    threads = [thread for thread in threads if thread.event.on == threads[-1].event.on]
    if not threads:
        return []
    day = threads[-1].event.on - A_DAY
    ids = [thread.from_unit_id for thread in threads if thread.from_unit_id]
    names = names_on(ids, day)
    onward = UnitLineage.objects.filter(from_unit_id__in=ids, event__on=threads[-1].event.on, to_unit__isnull=False)
    to_others = set(onward.exclude(to_unit=unit_id).values_list("from_unit_id", flat=True))
    found = [Forebear(_in_sentence(names[pk]), day, pk in to_others) for pk in dict.fromkeys(ids) if pk in names]
    return sorted(found, key=lambda one: fold(one.name))
