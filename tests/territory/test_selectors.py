"""Reading the territory: names as typed, and few queries whatever the size."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

from lantoa.kernel.clock import now
from lantoa.territory import naming, selectors
from lantoa.territory.enums import UnitKind
from lantoa.territory.models import Unit
from lantoa.territory.services.deciding import Newcomer, merge_units
from tests.territory.conftest import PLAN_DAY, REFORM, START, MakeUnit

NumQueries = Callable[[int], AbstractContextManager[Any]]


def test_names_are_found_folded_old_and_new(province_reformed: str) -> None:
    (match,) = naming.find_units_by_name("khanh lam", on=REFORM)
    assert (match.name, match.current) == ("Xã Khánh Lâm", True)
    gone = naming.find_units_by_name("Xã Khánh Thuận", on=REFORM)
    assert [(match.name, match.current) for match in gone] == [("Xã Khánh Thuận", False)]
    assert len(naming.find_units_by_name("Phường 1", on=PLAN_DAY)) == 3
    (narrowed,) = naming.find_units_by_name("Phường 1", "Thành phố Bạc Liêu", on=PLAN_DAY)
    assert selectors.ancestors(narrowed.unit_id, on=PLAN_DAY)[0].name == "Tỉnh Bạc Liêu"
    assert naming.find_units_by_name("Không Đâu", on=PLAN_DAY) == []


def test_search_by_words_and_by_code(province_2022: str) -> None:
    assert [unit.name for unit in naming.search("tran van thoi", PLAN_DAY)] == [
        "Huyện Trần Văn Thời",
        "Thị trấn Trần Văn Thời",
    ]
    assert [unit.name for unit in naming.search("32044", PLAN_DAY)] == ["Thị trấn U Minh"]
    assert naming.search("", PLAN_DAY) == []
    assert naming.search("u minh", date(2019, 1, 1)) == []


def test_names_of_any_time(make_unit: MakeUnit) -> None:
    unit = make_unit("Xã A", UnitKind.COMMUNE)
    assert selectors.names_on([unit], date(2019, 1, 1)) == {unit: "Xã A"}
    assert selectors.names_on([unit], START) == {unit: "Xã A"}
    assert selectors.version_on(unit, date(2019, 1, 1)) is None


def test_queries_do_not_grow_with_the_size(province_reformed: str, django_assert_num_queries: NumQueries) -> None:
    province_id = selectors.province("96", REFORM).pk
    with django_assert_num_queries(1):
        (province, other) = selectors.tree(PLAN_DAY)
    assert {province.unit.name, other.unit.name} == {"Tỉnh Cà Mau", "Tỉnh Bạc Liêu"}
    with django_assert_num_queries(1):
        assert len(selectors.tree(REFORM, root_id=province_id)[0].children) == 64
    with django_assert_num_queries(1):
        selectors.count(province_id, REFORM)
    with django_assert_num_queries(1):
        communes = selectors.communes(province_id, REFORM)
    assert len(communes) == 64
    assert all(unit.code and unit.lat and unit.lon for unit in communes)
    with django_assert_num_queries(1):
        selectors.successors_of(list(Unit.objects.values_list("pk", flat=True)[:0]) or [province_id], REFORM)
    with django_assert_num_queries(1):
        list(Unit.objects.filter(pk__in=selectors.reach_ids(province_id, on=REFORM)))


def test_dictionary_order(province_2022: str) -> None:
    province_id = selectors.province("96", PLAN_DAY).pk
    districts = selectors.children(province_id, on=PLAN_DAY)
    assert [unit.name for unit in districts][:4] == [
        "Thành phố Cà Mau",
        "Huyện Cái Nước",
        "Huyện Đầm Dơi",
        "Huyện Năm Căn",
    ]


def test_around_a_unit_are_those_above_it_and_what_it_reaches(make_unit: MakeUnit) -> None:
    province = make_unit("Tỉnh Mẫu", UnitKind.PROVINCE)
    old, other = (make_unit(name, UnitKind.COMMUNE, province) for name in ("Xã Cũ", "Xã Khác"))
    into = Newcomer("Xã Mới", "Mới", UnitKind.COMMUNE, code="99990")
    new = merge_units(unit_ids=[old, other], into=into, on=REFORM, by=None, at=now()).pk
    above, reach = selectors.around(new, on=date(2026, 1, 1))
    assert (above, reach) == (sorted([province, new]), sorted([old, other, new]))
    assert set(above) == set(selectors.above_ids(new, on=date(2026, 1, 1)))
    assert reach == sorted(selectors.reach_of([new], on=date(2026, 1, 1)))
