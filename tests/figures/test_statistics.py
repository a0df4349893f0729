"""The page of figures: what it tells, what it keeps to itself, what it costs."""

import csv
import gzip
import io
import json
import re
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from django.contrib.staticfiles import finders
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.figures import counting, tables
from lantoa.figures.enums import Measure, Said
from lantoa.figures.jobs import count_this_year
from lantoa.figures.presenting import STEPS, classes, shade
from lantoa.figures.spans import Span, offered, span
from lantoa.figures.tables import Layout, Table
from lantoa.kernel.clock import now, today
from lantoa.territory.selectors import UnitRow
from lantoa.territory.services import import_boundaries

pytestmark = pytest.mark.usefixtures("opened")


def said(client, measure, unit):
    """The word or number in a unit's row when the page shows that measure."""
    page = client.get(f"/so-lieu/?so={measure}").text
    return re.search(rf'<tr id="xa-{unit}">.*?<td[^>]*>([^<]*)<', page, re.DOTALL)[1]


def test_small_counts_of_what_citizens_did_are_not_told_and_acts_of_the_house_are(client, province, site, ask, publish):
    ask("Xã Đất Thử", 3)
    ask("Xã Bãi Xa", 12)
    publish("article", "Chuyện", unit_id=province.communes["Xã Đất Thử"])
    small, large = (province.communes[name] for name in ("Xã Đất Thử", "Xã Bãi Xa"))
    assert said(client, "cases", small) in ("ít hơn 10", "không nêu")
    assert said(client, "cases", large) == "không nêu"
    assert said(client, "pages", small) == "1"
    assert said(client, "pages", large) == "0"
    assert said(client, "loudspeakers", small) == "không áp dụng"
    page = client.get(f"/so-lieu/?so=cases&xa={small}").text
    assert re.search(r"<tfoot>.*>15</td>", page)
    assert re.search(r"<dt>Câu hỏi, ý kiến đã nhận</dt><dd>(ít hơn 10|không nêu)</dd>", page)


def test_every_drawing_is_well_formed_named_and_reachable(client, province, site, ask):
    ask("Xã Bãi Xa", 12)
    page = client.get("/so-lieu/?so=cases").text
    chart = ET.fromstring(re.search(r'<svg class="columns".*?</svg>\s*\n', page, re.DOTALL)[0])
    tiles = ET.fromstring(re.search(r'<svg class="tilemap".*?</svg>', page, re.DOTALL)[0])
    assert chart.get("role") == "img"
    assert {chart.get("aria-labelledby"), chart.get("aria-describedby")} == {one.get("id") for one in list(chart)[:2]}
    assert "toàn tỉnh" in chart[0].text
    assert f"{today().month}: 12" in chart[1].text
    assert tiles.get("aria-label")
    links = [one for one in tiles if one.tag == "a"]
    assert {one.get("href") for one in links} == {f"#xa-{unit}" for unit in province.communes.values()}
    assert all(one[0].tag == "title" and one[0].text for one in links)
    for target in links:
        assert f'id="{target.get("href")[1:]}"' in page


def drawn(province, *names):
    """The boundaries of these communes, side by side squares, imported as a province does it."""
    squares = [
        {"type": "Feature", "properties": {"ten": name}, "geometry": {"type": "Polygon", "coordinates": [
            [[105 + at, 9], [105.9 + at, 9], [105.9 + at, 9.9], [105 + at, 9.9], [105 + at, 9]]]}}
        for at, name in enumerate(names)
    ]  # fmt: skip
    import_boundaries(
        content=json.dumps({"type": "FeatureCollection", "features": squares}).encode(), province_id=province.unit_id,
        on=today(), credit="Sở Mẫu đo vẽ", by=None, at=now(),
    )  # fmt: skip
    cache.clear()


def test_imported_boundaries_are_drawn_with_the_table_and_the_data_beside_them(client, province, site, publish):
    publish("article", "Chuyện", unit_id=province.communes["Xã Đất Thử"])
    drawn(province, "Xã Đất Thử")
    assert "Mỗi ô là một xã" in client.get("/so-lieu/?so=pages").text, "half a map is no map: the tiles stay"
    drawn(province, *province.communes)
    page = client.get("/so-lieu/?so=pages").text
    assert "Mỗi ô là một xã" not in page
    assert "Ranh giới: Sở Mẫu đo vẽ." in page
    shapes = ET.fromstring(re.search(r'<svg class="tilemap".*?</svg>', page, re.DOTALL)[0])
    told = {one.get("href"): (one[0].text, one[1].get("class")) for one in shapes}
    here, there = (f"#xa-{province.communes[name]}" for name in ("Xã Đất Thử", "Xã Bãi Xa"))
    assert told == {here: ("Xã Đất Thử: 1", f"fill-{shade(0, 1)}"), there: ("Xã Bãi Xa: 0", "fill-track")}
    corners = [[int(n) for n in re.findall(r"-?\d+", one[1].get("d"))][:2] for one in shapes]
    west, east = (corners[[one.get("href") for one in shapes].index(href)] for href in (here, there))
    assert west[0] < east[0], "west is left"
    address = re.search(r'href="(/du-lieu-mo/thong-ke-xa\.csv[^"]*)"', page)[1].replace("&amp;", "&")
    rows = csv.DictReader(io.StringIO(b"".join(client.get(address).streaming_content).decode()))
    assert {"99001", "99002"} <= {value for row in rows for value in row.values()}
    assert page.count('<tr id="xa-') >= 2


def test_shades_stand_apart_and_none_is_that_of_zero():
    for many in range(1, STEPS + 1):
        shades = [shade(at, many) for at in range(many)]
        assert shades == sorted(set(shades))
        assert {1, STEPS} >= {shades[0], shades[-1]} or many < 3
    css = Path(finders.find("ui/lantoa.css")).read_text()
    fills = re.findall(r"\.fill-(?:track|[1-5])\{fill:([^}]+)\}", css)
    assert len(set(fills)) == len(fills) == 1 + STEPS


def test_zero_missing_and_not_yet_are_three_things(client, province, site, opened):
    year = today().year
    assert said(client, "cases", province.communes["Xã Bãi Xa"]) == "0"
    found = counting.counted(year, at=now())
    layout = tables.layout(found, today=today())
    table = Table(found, Measure.CASES, layout)
    assert table.total(Span(year)).said is Said.ZERO
    assert table.total(Span(year + 1)).said is Said.NOT_APPLICABLE
    late = Table(counting.Year(year, now(), today() + timedelta(days=1), found.counts), Measure.CASES, layout)
    assert late.total(Span(year, 1, 1)).said is Said.MISSING


def test_the_page_asks_as_few_questions_with_much_as_with_little(client, province, site, ask, publish):
    ask("Xã Bãi Xa", 1)
    client.get("/so-lieu/")
    counts, counting_anew = [], []
    for _round in range(2):
        cache.clear()
        with CaptureQueriesContext(connection) as counted:
            count_this_year.func(0)
        counting_anew.append(len(counted))
        with CaptureQueriesContext(connection) as asked:
            client.get("/so-lieu/")
        counts.append(len(asked))
        ask("Xã Đất Thử", 4)
        publish("article", f"Chuyện {_round}", unit_id=province.communes["Xã Bãi Xa"])
    assert counting_anew[0] == counting_anew[1]
    assert counts[0] == counts[1] <= 12


def test_a_second_reader_within_the_minute_counts_nothing_anew(client, province, site, ask):
    ask("Xã Bãi Xa", 12)
    ask("Xã Đất Thử", 20)
    first = said(client, "cases", province.communes["Xã Bãi Xa"])
    ask("Xã Bãi Xa", 1)
    assert said(client, "cases", province.communes["Xã Bãi Xa"]) == first == "12"


@pytest.mark.parametrize("query", ["ky=x", "ky=0000", "ky=2999-q9", "so=DROP", "xa=-1", "xa=" + "9" * 40, "ban-do=ghi"])
def test_an_address_that_makes_no_sense_shows_the_year(client, province, site, opened, query):
    answer = client.get(f"/so-lieu/?{query}")
    assert answer.status_code == 200
    assert f"năm {today().year}" in answer.text


def test_before_any_unit_is_loaded_the_page_says_so(client, db):
    cache.clear()
    assert "Chưa có danh sách xã, phường." in client.get("/so-lieu/").text


def test_sixty_four_communes_stay_within_the_budget(client, province, site, opened, monkeypatch):
    units = {number: UnitRow(number, f"Xã Số {number}", "commune", 3, 1, f"{number:05}", 9.0 + number % 8 / 10,
                             105 + number / 80) for number in range(1, 65)}  # fmt: skip
    made = Layout(province.unit_id, today(), units, {unit: unit for unit in units})
    monkeypatch.setattr("lantoa.figures.presenting.layout", lambda year, *, today: made)
    page = client.get("/so-lieu/").content
    assert page.count(b'id="xa-') == 65
    assert len(gzip.compress(page)) <= 20_000


def merged():
    """Two old communes that became one, and a neighbour."""
    units = {
        1: UnitRow(1, "Xã Mới", "commune", 3, 9, "1", None, None),
        2: UnitRow(2, "Xã Bên", "commune", 3, 9, "2", None, None),
    }
    return Layout(9, date(2026, 12, 31), units, {1: 1, 2: 2, 11: 1, 12: 1})


def months(*values):
    return tuple(values) + (0,) * (12 - len(values))


def test_two_maps_side_by_side_give_no_small_figure_away():
    counts = {Measure.CASES: {11: months(4), 12: months(40), 2: months(50)}}
    year = counting.Year(2026, now(), date(2026, 1, 1), {one: counts.get(one, {}) for one in Measure})
    now_, then = (Table(year, Measure.CASES, merged(), recorded=recorded) for recorded in (False, True))
    assert now_.cell(1, Span(2026)).value == 44
    assert {then.cell(unit, Span(2026)).said for unit in (11, 12)} == {Said.WITHHELD}
    assert then.cell(2, Span(2026)).value == 50


def test_where_nothing_is_small_both_maps_are_told():
    counts = {Measure.CASES: {11: months(14), 12: months(40), 2: months(50)}}
    year = counting.Year(2026, now(), date(2026, 1, 1), {one: counts.get(one, {}) for one in Measure})
    now_, then = (Table(year, Measure.CASES, merged(), recorded=recorded) for recorded in (False, True))
    assert now_.cell(1, Span(2026)).value == 54
    assert [then.cell(unit, Span(2026)).value for unit in (11, 12, 2)] == [14, 40, 50]


def test_periods_have_codes_and_those_not_begun_are_not_offered():
    day = date(2026, 11, 26)
    assert [span(code, day).code for code in ("2026", "2026-q4", "2026-11", "2026-12", "")] == [
        "2026", "2026-q4", "2026-11", "2026", "2026",
    ]  # fmt: skip
    codes = [one.code for one in offered(day, since=date(2026, 10, 5))]
    assert codes == ["2026", "2026-q4", "2026-11", "2026-10"]


@pytest.mark.parametrize(
    ("values", "limits"),
    [([], []), ([3], []), ([1, 1, 2], [1]), ([1, 2, 3, 4, 5], [1, 2, 3, 4]), (list(range(1, 101)), [20, 40, 60, 80])],
)
def test_classes_are_few_where_figures_are(values, limits):
    assert classes(values) == limits
