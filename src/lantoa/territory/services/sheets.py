"""Bring in what the map is drawn with: real boundaries, or the places of its tiles."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.kernel.tables import RowError
from lantoa.kernel.text import fold
from lantoa.territory import geojson, rules
from lantoa.territory.enums import GRID, SheetKind
from lantoa.territory.geojson import Feature, UnusableBoundaries
from lantoa.territory.models import MapShape, MapSheet
from lantoa.territory.selectors import communes
from lantoa.territory.services.listing import Listing, Places, RowRefused, open_list, usable_rows
from lantoa.territory.simplifying import Outline, lightened

BYTES = 20_000
"""How heavy all outlines of a sheet may be as a page draws them."""
BYTES_A_PLACE = 7
"""What one place of an outline takes at most, as the page writes it."""


@dataclass(slots=True)
class Boundaries:
    """What a file of boundaries came to: units matched, features that fit none and why, communes left without."""

    by_code: int = 0
    by_name: int = 0
    unmatched: list[tuple[str, str]] = field(default_factory=list)
    without: list[str] = field(default_factory=list)
    places: int = 0
    new: bool = False


@transaction.atomic
def import_boundaries(
    *, content: bytes, province_id: int, on: date, credit: str, by: User | None, at: datetime, code_field: str = "",
    name_field: str = "", most_bytes: int = BYTES, dry_run: bool = False,
) -> Boundaries:  # fmt: skip
    """Keep the outlines of a GeoJSON file for the province's communes of a day.

    A feature goes by its code, else by its name; where the file's name is not that of the unit with its code, neither
    is believed. What fits no commune is named and left out. The same file twice changes nothing. Raises
    `UnusableBoundaries`.
    """
    if by is not None:
        require(by, rules.CHANGE_UNITS, at=at)
    if not credit.strip():
        raise UnusableBoundaries(_("Say whose boundaries these are; the map names its source."))
    features = geojson.read(content, code_field=code_field, name_field=name_field)
    found, names = Boundaries(), {row.id: row.name for row in communes(province_id, on)}
    matched = _matched(features, Places(province_id, on, communes_only=True), set(names), found)
    found.without = [name for unit, name in names.items() if unit not in matched]
    if not matched:
        raise UnusableBoundaries(
            _("No feature is a commune of this province on that day. Name the columns of code and name.")
        )
    light = lightened({unit: _gridded(one) for unit, one in matched.items()}, budget=most_bytes // BYTES_A_PLACE)
    found.places = sum(len(ring) for rings in light.values() for ring in rings)
    shapes = {unit: (light[unit], round(one.area_km2, 3)) for unit, one in matched.items()}
    digest = sha256(content + f"{code_field}|{name_field}|{most_bytes}".encode()).hexdigest()
    if not dry_run:
        found.new = _keep(SheetKind.OUTLINES, province_id, on, credit, digest, shapes, by=by, at=at)
    return found


def _matched(features: Sequence[Feature], places: Places, inside: set[int], found: Boundaries) -> dict[int, Feature]:
    matched: dict[int, Feature] = {}
    for one in features:
        try:
            unit, by_code = _unit_of(one, places, inside)
        except RowRefused as refusal:
            found.unmatched.append((one.called, refusal.why))
            continue
        if unit in matched:
            found.unmatched.append((one.called, _("Another feature already stands for this unit.")))
            continue
        matched[unit] = one
        found.by_code, found.by_name = found.by_code + by_code, found.by_name + (not by_code)
    return matched


def _unit_of(one: Feature, places: Places, inside: set[int]) -> tuple[int, bool]:
    """The commune it draws, and whether its code told; raises `RowRefused`."""
    named = places.by_name.get(fold(one.name), [])
    try:
        unit = places.find({"commune_code": one.code} if one.code else {"commune": one.name})
    except RowRefused:
        if not one.code or not one.name:
            raise
        return places.find({"commune": one.name}), False
    if unit not in inside:
        raise RowRefused("commune_code", _("This is no commune."), "")
    if one.code and one.name and unit not in named:
        raise RowRefused("commune", _("The unit of this code bears another name on that day."), "")
    return unit, bool(one.code)


def _gridded(one: Feature) -> Outline:
    """Its rings on the grid, the same place never twice in a row."""
    rings = [
        [(round(lon * GRID), round(lat * GRID)) for lon, lat in ring] for polygon in one.polygons for ring in polygon
    ]  # fmt: skip
    thin = [[ring[0], *(b for a, b in itertools.pairwise(ring) if a != b)] for ring in rings]
    whole = [ring for ring in thin if len(ring) >= 4]
    if not whole:
        raise UnusableBoundaries(_("“%(name)s” is smaller than the map can draw.") % {"name": one.called})
    return whole


_PLACES: Mapping[str, tuple[str, ...]] = {"column": ("cột", "column", "x"), "row": ("hàng", "dòng", "row", "y")}


@transaction.atomic
def import_layout(
    *, content: bytes, filename: str, province_id: int, on: date, credit: str, by: User | None, at: datetime,
    dry_run: bool = False,
) -> Listing:  # fmt: skip
    """Keep an operator's places of the tiles: columns commune (or its code), column and row, counted from 0.

    All or nothing: a row in error, two units on one place or a commune left out, and nothing is kept.
    Raises `UnreadableTable`.
    """
    table, columns = open_list(content, filename, _PLACES, ("column", "row"), by, at)
    listing = Listing()
    taken: dict[tuple[int, int], int] = {}
    places = Places(province_id, on, communes_only=True)
    for number, values in usable_rows(table, columns, listing):
        try:
            place, unit = (_whole(values, "column"), _whole(values, "row")), places.find(values)
            _take(taken, place, unit)
        except RowRefused as refusal:
            listing.errors.append(refusal.at(number))
    for row in communes(province_id, on):
        if row.id not in taken.values():
            listing.errors.append(RowError(0, row.name, _("This commune has no place."), _("Add a row for it.")))
    listing.new = 0 if listing.errors else len(taken)
    if listing.new and not dry_run:
        shapes = {unit: ([column, row], None) for (column, row), unit in taken.items()}
        digest = sha256(content).hexdigest()
        if not _keep(SheetKind.TILES, province_id, on, credit or filename, digest, shapes, by=by, at=at):
            listing.new, listing.known = 0, len(taken)
    return listing


def _take(taken: dict[tuple[int, int], int], place: tuple[int, int], unit: int) -> None:
    if place in taken or unit in taken.values():
        raise RowRefused("column", _("This place or this unit stands in the list already."), _("Keep one."))
    taken[place] = unit


def _whole(values: Mapping[str, str], name: str) -> int:
    text = values.get(name, "").strip()
    if not text.isdecimal() or int(text) > 99:
        raise RowRefused(name, _("“%(text)s” is no place.") % {"text": text}, _("Write a whole number from 0 to 99."))
    return int(text)


def _keep(
    kind: SheetKind, province_id: int, on: date, credit: str, digest: str, shapes: Mapping[int, tuple[Any, Any]], *,
    by: User | None, at: datetime,
) -> bool:  # fmt: skip
    """A new sheet, unless the newest of its day is the very same."""
    newest = MapSheet.objects.filter(kind=kind, province_id=province_id, on=on).order_by("-pk").first()
    if newest and (newest.sha256, newest.credit) == (digest, credit):
        return False
    sheet = MapSheet.objects.create(
        kind=kind, province_id=province_id, on=on, credit=credit, sha256=digest, at=at, by=by
    )  # fmt: skip
    MapShape.objects.bulk_create(
        MapShape(sheet=sheet, unit_id=unit, drawn=drawn, area_km2=area) for unit, (drawn, area) in shapes.items()
    )
    facts = {"kind": kind.value, "on": on.isoformat(), "units": len(shapes), "sha256": digest}
    audit.record("territory.map_sheet_imported", by=by, at=at, subject=f"territory.mapsheet:{sheet.pk}", facts=facts)
    return True
