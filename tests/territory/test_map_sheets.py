"""What the map is drawn with: boundaries and tile places that an operator brings."""

import json
from datetime import date
from math import cos, radians
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import example, given
from hypothesis import strategies as st

from lantoa.kernel.clock import now
from lantoa.territory import geojson, selectors, services, sheets
from lantoa.territory.enums import GRID
from lantoa.territory.geojson import UnusableBoundaries
from lantoa.territory.models import MapShape, MapSheet
from lantoa.territory.simplifying import lightened

CAMAU = Path(__file__).resolve().parents[3] / "shared" / "data" / "camau"  # beside the checkout, where there is any
BEFORE, AFTER = date(2022, 9, 15), date(2025, 7, 1)
SIDE = 0.1


def square(lon, lat, side=SIDE):
    corners = [(lon, lat), (lon + side, lat), (lon + side, lat + side), (lon, lat + side), (lon, lat)]
    return [[list(corner) for corner in corners]]


def collection(*features):
    rows = [
        {"type": "Feature", "properties": facts, "geometry": {"type": "Polygon", "coordinates": rings}}
        for facts, rings in features
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


@pytest.fixture
def camau(db):
    services.load_units(province="96", as_of=BEFORE, at=now())
    services.apply_reform(province="96", on=AFTER, at=now())
    return selectors.province("96", AFTER).pk


def test_a_square_of_degrees_is_measured_on_the_sphere():
    (one,) = geojson.read(collection(({"ma": "1"}, square(105.0, 9.0))))
    a_degree = geojson.EARTH_KM * radians(1)
    assert one.area_km2 == pytest.approx((SIDE * a_degree) ** 2 * cos(radians(9.05)), rel=1e-4)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"\xff\xfe", "JSON"),
        (b"[]", "FeatureCollection"),
        (collection(({}, [])), "1"),
        (collection(({}, [[[0, 0], [1, 1], [0, 0]]])), "1"),
        (collection(({}, square(500_000, 1_000_000))), "4326"),
        (collection(({}, [[[0, 0], [1, 0], [float("nan"), 1], [0, 0]]])), "1"),
        (json.dumps({"type": "FeatureCollection", "features": [{"geometry": {"type": "Point"}}]}).encode(), "Point"),
    ],
)
def test_what_is_no_boundary_is_refused_with_the_reason(content, why):
    with pytest.raises(UnusableBoundaries, match=why):
        geojson.read(content)


@given(st.lists(st.integers(-40, 40), min_size=8, max_size=8), st.integers(14, 60))
@example(bends=[-13, -5, -4, -9, 0, -12, -2, -13], budget=14)
def test_neighbours_share_their_border_after_it_was_made_lighter(bends, budget):
    border = [(100 + bend, 20 * at) for at, bend in enumerate(bends)]
    left = [(0, 0), *border, (0, 140), (0, 0)]
    right = [(300, 140), *border[::-1], (300, 0), (300, 140)]
    light = lightened({1: [left], 2: [right]}, budget=budget)
    kept = set(border) & set(light[1][0])
    assert kept == set(border) & set(light[2][0])
    assert all(ring[0] == ring[-1] and len(ring) >= 4 for rings in light.values() for ring in rings)
    assert sum(len(ring) for rings in light.values() for ring in rings) <= budget


def test_boundaries_of_the_whole_province_fit_the_budget_and_keep_their_areas(camau, capsys):
    if not CAMAU.exists():
        pytest.skip("reference data is not on this machine")
    path = CAMAU / "cm64_1pct.geojson"
    call_command("units", "boundaries", str(path), province="96", on=AFTER, source="Bản đồ mẫu")
    assert "64 communes found by code, 0 by name, 0 features fit none, 0 communes have no outline" in (
        capsys.readouterr().out
    )
    units = [row.id for row in selectors.communes(camau, AFTER)]
    found = sheets.outlines(units, AFTER)
    assert len(found.rings) == 64
    assert found.credits == ("Bản đồ mẫu",)
    assert sum(len(ring) for rings in found.rings.values() for ring in rings) * 7 <= 20_000
    codes = {row.code: row.id for row in selectors.communes(camau, AFTER)}
    known = {one["ma"]: one["dien_tich_km2"] for one in _reference()}
    assert [code for code, area in known.items() if abs(found.areas[codes[code]] - area) > max(3.0, 0.04 * area)] == []
    call_command("units", "boundaries", str(path), province="96", on=AFTER, source="Bản đồ mẫu")
    assert "Nothing changed" in capsys.readouterr().out
    assert MapSheet.objects.count() == 1


def _reference():
    rows = json.loads((CAMAU / "don_vi_64.json").read_text())
    rows = rows if isinstance(rows, list) else list(rows.values())
    key = next(key for key in rows[0] if "km2" in key.lower() or "dien" in key.lower())
    code = next(key for key in rows[0] if key in ("ma", "code", "id"))
    return [{"ma": str(row[code]), "dien_tich_km2": row[key]} for row in rows]


def test_what_does_not_match_is_named_and_the_rest_is_kept(camau):
    first, second, third, *_rest = selectors.communes(camau, AFTER)
    content = collection(
        ({"ma": first.code, "ten": first.name}, square(105.0, 9.0)),
        ({"ten": second.name}, square(105.1, 9.0)),
        ({"ma": third.code, "ten": "Xã Không Đúng Tên"}, square(105.2, 9.0)),
        ({"ten": "Xã Ở Đâu Đó"}, square(105.3, 9.0)),
        ({"ma": first.code, "ten": first.name}, square(105.4, 9.0)),
    )
    found = services.import_boundaries(content=content, province_id=camau, on=AFTER, credit="Tỉnh", by=None, at=now())
    assert (found.by_code, found.by_name, len(found.without)) == (1, 1, 62)
    assert [called for called, _why in found.unmatched] == [
        f"{third.code} Xã Không Đúng Tên", "Xã Ở Đâu Đó", f"{first.code} {first.name}",
    ]  # fmt: skip
    assert set(sheets.outlines([first.id, second.id, third.id], AFTER).rings) == {first.id, second.id}


def test_the_sheet_of_the_day_is_read_and_an_older_one_serves_who_lives_on(camau):
    alive = {row.id: row for row in selectors.communes(camau, BEFORE)}
    lasting = next(row for row in selectors.communes(camau, AFTER) if row.id in alive)
    for on, lon in ((BEFORE, 105.0), (AFTER, 106.0)):
        content = collection(({"ten": lasting.name if on == AFTER else alive[lasting.id].name}, square(lon, 9.0)))
        services.import_boundaries(content=content, province_id=camau, on=on, credit="Tỉnh", by=None, at=now())
    west = [min(x for x, _y in sheets.outlines([lasting.id], day).rings[lasting.id][0]) for day in
            (date(2020, 1, 1), BEFORE, date(2025, 6, 30), AFTER, date(2030, 1, 1))]  # fmt: skip
    assert west == [105 * GRID, 105 * GRID, 105 * GRID, 106 * GRID, 106 * GRID]


def test_sheets_are_never_rewritten(camau):
    (one, *_rest) = selectors.communes(camau, AFTER)
    content = collection(({"ten": one.name}, square(105.0, 9.0)))
    services.import_boundaries(content=content, province_id=camau, on=AFTER, credit="Tỉnh", by=None, at=now())
    for sql in ("UPDATE territory_mapsheet SET credit = 'x'", "DELETE FROM territory_mapshape"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
    assert MapShape.objects.count() == 1


def test_an_operators_places_win_over_points_and_must_be_whole(camau, tmp_path, capsys):
    units = selectors.communes(camau, AFTER)
    by_points = sheets.places(units, AFTER)
    assert len(set(by_points.values())) == 64
    rows = [f"{unit.code},{at % 8},{at // 8}" for at, unit in enumerate(units)]
    listed = services.import_layout(
        content="\n".join(["mã,cột,hàng", *rows[:-1], f"{units[-1].code},0,0"]).encode(), filename="o.csv",
        province_id=camau, on=AFTER, credit="", by=None, at=now(),
    )  # fmt: skip
    assert listed.new == 0
    assert len(listed.errors) == 2
    assert sheets.places(units, AFTER) == by_points
    file = tmp_path / "o.csv"
    file.write_text("\n".join(["mã,cột,hàng", *rows]))
    call_command("units", "layout", str(file), province="96", on=AFTER)
    assert "64 tiles placed" in capsys.readouterr().out
    assert sheets.places(units, AFTER) == {unit.id: (at % 8, at // 8) for at, unit in enumerate(units)}


def test_a_point_lies_in_the_unit_whose_border_holds_it_and_not_in_a_hole():
    ring = [(0, 0), (40, 0), (40, 40), (0, 40), (0, 0)]
    hole = [(10, 10), (20, 10), (20, 20), (10, 20), (10, 10)]
    inside = {(x, y): sheets._holds([ring, hole], x, y) for x, y in ((5, 5), (15, 15), (25, 25), (50, 5), (-1, 5))}
    assert inside == {(5, 5): True, (15, 15): False, (25, 25): True, (50, 5): False, (-1, 5): False}
    assert not sheets._holds([ring], float("nan"), float("inf"))
