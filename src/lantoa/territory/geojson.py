"""Boundaries out of a GeoJSON file (RFC 7946) that an operator supplies: checked, measured, nothing repaired. Pure."""

import itertools
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite, pi, radians, sin
from typing import Any

from django.utils.translation import gettext as _

from lantoa.kernel.errors import LantoaError

type Point = tuple[float, float]
type Ring = list[Point]
type Polygon = list[Ring]

MOST_BYTES = 64 * 1024 * 1024
MOST_POINTS = 2_000_000
EARTH_KM = 6371.00718
"""Radius of the sphere that has the same surface as the ellipsoid WGS 84, in km."""

CODES = ("ma", "code", "ma_xa", "maxa", "ma_don_vi", "gso_code", "id")
NAMES = ("ten", "name", "ten_xa", "tenxa", "ten_don_vi", "full_name")
"""Properties a code or a name is looked for under, case apart, when the operator names none."""


class UnusableBoundaries(LantoaError):
    """The file holds no boundaries we can read; the reason says what to do."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One unit's outline as the file has it: polygons of rings of (longitude, latitude), the outer ring first."""

    number: int
    code: str
    name: str
    polygons: list[Polygon]

    @property
    def called(self) -> str:
        """How a report names it."""
        return " ".join(part for part in (self.code, self.name) if part) or f"#{self.number}"

    @property
    def area_km2(self) -> float:
        """Its surface on the sphere, holes taken off."""
        return sum(
            abs(ring_km2(ring)) * (1 if place == 0 else -1)
            for rings in self.polygons
            for place, ring in enumerate(rings)
        )


def read(content: bytes, *, code_field: str = "", name_field: str = "") -> list[Feature]:
    """The features of a FeatureCollection of polygons; raises `UnusableBoundaries`, naming the feature."""
    if len(content) > MOST_BYTES:
        raise UnusableBoundaries(_("The file is larger than %(n)d MB. Simplify it first.") % {"n": MOST_BYTES // 2**20})
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise UnusableBoundaries(_("This is no JSON in UTF-8. Save the layer as GeoJSON.")) from error
    rows = found.get("features") if isinstance(found, dict) and found.get("type") == "FeatureCollection" else None
    if not isinstance(rows, list) or not rows:
        raise UnusableBoundaries(_("This is no GeoJSON FeatureCollection with features. Save the layer as GeoJSON."))
    codes, names = ([code_field] if code_field else CODES), ([name_field] if name_field else NAMES)
    features = [_feature(number, row, codes, names) for number, row in enumerate(rows, start=1)]
    if sum(len(ring) for one in features for rings in one.polygons for ring in rings) > MOST_POINTS:
        raise UnusableBoundaries(_("The outlines have more than %(n)d points. Simplify them.") % {"n": MOST_POINTS})
    return features


def _feature(number: int, row: Any, codes: Sequence[str], names: Sequence[str]) -> Feature:
    if not isinstance(row, dict) or not isinstance(row.get("geometry"), dict):
        raise UnusableBoundaries(_("Feature %(n)d has no geometry.") % {"n": number})
    shape = row["geometry"]
    kinds = {"Polygon": [shape.get("coordinates")], "MultiPolygon": shape.get("coordinates")}
    polygons = kinds.get(str(shape.get("type")))
    if not isinstance(polygons, list) or not polygons:
        raise UnusableBoundaries(
            _("Feature %(n)d is a %(kind)s; only Polygon and MultiPolygon are boundaries.")
            % {"n": number, "kind": shape.get("type")}
        )
    facts = {str(key).lower(): value for key, value in (row.get("properties") or {}).items()}
    facts.setdefault("id", row.get("id"))
    return Feature(number, _first(facts, codes), _first(facts, names), [list(_rings(number, one)) for one in polygons])


def _first(facts: dict[str, Any], keys: Sequence[str]) -> str:
    values = (facts.get(key.lower()) for key in keys)
    return next((str(value).strip() for value in values if value not in (None, "")), "")


def _rings(number: int, polygon: Any) -> Iterator[Ring]:
    if not isinstance(polygon, list) or not polygon:
        raise UnusableBoundaries(_("Feature %(n)d has an empty polygon.") % {"n": number})
    for points in polygon:
        ring = [_point(number, one) for one in points] if isinstance(points, list) else []
        if len(ring) < 4 or ring[0] != ring[-1] or not ring_km2(ring):
            raise UnusableBoundaries(
                _("Feature %(n)d has a ring that is not closed or has no surface.") % {"n": number}
            )
        yield ring


def _point(number: int, place: Any) -> Point:
    pair = place[:2] if isinstance(place, list) else []
    if len(pair) != 2 or not all(isinstance(one, int | float) and isfinite(one) for one in pair):
        raise UnusableBoundaries(_("Feature %(n)d has a point that is no pair of numbers.") % {"n": number})
    lon, lat = float(pair[0]), float(pair[1])
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise UnusableBoundaries(
            _("Feature %(n)d lies at %(lon)s, %(lat)s: these are no degrees. Convert the layer to WGS 84 (EPSG:4326).")
            % {"n": number, "lon": lon, "lat": lat}
        )
    return lon, lat


def ring_km2(ring: Ring) -> float:
    """The surface a closed ring of degrees encloses on the sphere, in km²; negative when it runs clockwise.

    Source: R. Chamberlain, W. Duquette, "Some algorithms for polygons on a sphere" (JPL 07-03, 2007), formula 1.
    """
    total = sum(
        radians(lon2 - lon1) * (2 + sin(radians(lat1)) + sin(radians(lat2)))
        for (lon1, lat1), (lon2, lat2) in itertools.pairwise(ring)
    )
    assert abs(total) < 16 * pi
    return -total * EARTH_KM**2 / 2
