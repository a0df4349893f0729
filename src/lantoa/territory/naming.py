"""Units as people call them: by a name of today or of once, with or without marks, and what each became."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.db.models.functions import Concat

from lantoa.kernel import prepared
from lantoa.kernel.text import fold, normalise
from lantoa.territory.enums import COMMUNE_LEVEL
from lantoa.territory.models import UnitClosure, UnitCode, UnitLineage, UnitVersion
from lantoa.territory.selectors import UnitRow, came_from, names_on, reach_ids, rows_of, rows_on, successors_of

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
    """The communes of which the unit was last made, by name. Two queries at most."""
    threads = prepared.objects(_threads, told=(unit_id,))
    threads = [thread for thread in threads if thread.event.on == threads[-1].event.on]
    if not threads:
        return []
    day = threads[-1].event.on - A_DAY
    divided = {thread.from_unit_id or 0: thread.to_others for thread in threads}
    names = names_on(divided, day)
    found = [Forebear(_in_sentence(names[pk]), day, to_others) for pk, to_others in divided.items() if pk in names]
    return sorted(found, key=lambda one: fold(one.name))


def _threads(unit_id: int) -> "QuerySet[UnitLineage]":
    same_day = UnitLineage.objects.filter(from_unit=OuterRef("from_unit"), event__on=OuterRef("event__on"))
    onward = same_day.filter(to_unit__isnull=False).exclude(to_unit=unit_id)
    return came_from(unit_id).exclude(from_unit=None).exclude(from_unit=unit_id).annotate(to_others=Exists(onward))


def search(text: str, on: date, *, limit: int = 30) -> list[UnitRow]:
    """Units of that day whose name contains every word, with or without marks, or whose code begins so."""
    words = fold(text).split()
    if not words:
        return []
    versions = UnitVersion.objects.filter(valid__contains=on)
    if len(words) == 1 and words[0].isdigit():
        bearers = UnitCode.objects.filter(code__startswith=words[0], valid__contains=on).values("unit_id")
        if rows := rows_of(versions.filter(unit_id__in=bearers)[:limit], on):
            return rows
    for word in words:
        versions = versions.filter(folded__contains=word)
    return rows_of(versions[:limit], on)


@dataclass(frozen=True, slots=True)
class NameMatch:
    """A unit whose present or former name fits: `exact` when the marks fit too, `current` when it is its name then."""

    unit_id: int
    name: str
    parent_id: int | None
    exact: bool
    current: bool


def find_units_by_name(name: str, parent_name: str | None = None, *, on: date) -> list[NameMatch]:
    """The units an import may mean by this name: those of that day first, then those that once bore it.

    One match is an answer; several are a question for a person. Names count folded, with or without their kind
    ("Xã Khánh Hòa", "khanh hoa"); `parent_name` narrows to units once under a unit of that name.
    """
    wanted = fold(name)
    versions = UnitVersion.objects.filter(folded=wanted)
    if not versions.exists():
        versions = UnitVersion.objects.filter(folded__endswith=f" {wanted}")
    if parent_name:
        above = UnitVersion.objects.filter(folded__endswith=fold(parent_name)).values("unit_id")
        versions = versions.filter(
            unit_id__in=UnitClosure.objects.filter(ancestor_id__in=above, depth__gt=0).values("descendant_id")
        )
    matches: dict[int, NameMatch] = {}
    for version in versions.order_by("valid"):
        current = on in version.valid
        exact = version.name == name or version.short_name == name
        if current or version.unit_id not in matches:
            matches[version.unit_id] = NameMatch(version.unit_id, version.name, version.parent_id, exact, current)
    ranked = sorted(matches.values(), key=lambda match: (not match.current, not match.exact, match.unit_id))
    best = [match for match in ranked if match.current and match.exact]
    return best or [match for match in ranked if match.current] or ranked


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A unit that a text names: as it stands in the text, its full name, and the units that hold its ground now.

    `gone` when no unit bears the name now: then `now_ids` are its heirs.
    """

    unit_id: int
    typed: str
    name: str
    gone: bool
    now_ids: tuple[int, ...]


_NAMED = """
SELECT v.unit_id, v.name, upper(v.valid) IS NOT NULL AND upper(v.valid) <= %(on)s,
    CASE WHEN position(' ' || folded || ' ' IN %(plain)s) > 0 THEN folded
        ELSE right(folded, char_length(short_name)) END, short_name
FROM territory_unitversion v
WHERE level <= %(level)s AND parent_id IS NOT NULL AND lower(v.valid) <= %(on)s
  AND (position(' ' || folded || ' ' IN %(plain)s) > 0
    OR short_name LIKE '%% %%' AND position(' ' || right(folded, char_length(short_name)) || ' ' IN %(plain)s) > 0)
"""


def named_in(text: str, *, on: date) -> list[NamedPlace]:
    """The communes and districts, of that day or gone before it, whose names a text holds; the longest names only.

    With or without their kind, unless the name is one word; with marks when the text has marks. Two queries.
    """
    plain, marked = f" {fold(text)} ", f" {' '.join(normalise(text).lower().split())} "
    with connection.cursor() as cursor:
        cursor.execute(_NAMED, {"on": on, "plain": plain, "level": COMMUNE_LEVEL})
        rows = [
            (unit_id, name, gone, typed)  # lowered here: a database of the C locale leaves "Đ" as it is
            for unit_id, name, gone, typed, short_name in cursor.fetchall()
            if marked == plain or f" {normalise(short_name).lower()} " in marked
        ]
    rows = [row for row in rows if not any(row[3] != other[3] and row[3] in other[3] for other in rows)]
    standing = {typed for _unit, _name, gone, typed in rows if not gone}
    heirs = successors_of(sorted({row[0] for row in rows}), on) if rows else {}
    found = {
        unit_id: NamedPlace(unit_id, typed, name, gone, tuple(heirs[unit_id]))
        for unit_id, name, gone, typed in rows
        if heirs[unit_id] and (not gone or typed not in standing)
    }
    return list(found.values())
