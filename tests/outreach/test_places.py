"""A broadcast on two maps: figures stay where they were recorded, and both maps hold everybody."""

from datetime import date
from typing import Any

import pytest

from lantoa.outreach.selectors.places import placed
from lantoa.outreach.selectors.tally import Cell, Tally
from lantoa.outreach.unit_table import UnitTable
from lantoa.territory import services
from lantoa.territory.enums import UnitKind
from lantoa.territory.services import Newcomer
from tests.territory.conftest import AT, MakeUnit, make_unit  # noqa: F401

PLAN, REFORM, RELEASED = date(2022, 9, 15), date(2025, 7, 1), date(2026, 11, 23)
NO_ONE: dict[str, Any] = {"by": None, "at": AT}


@pytest.fixture
def land(make_unit: MakeUnit) -> dict[str, int]:  # noqa: F811
    """A (with a hamlet) and B merge into E, C is left alone."""
    top = make_unit("Tỉnh Thử", UnitKind.PROVINCE, code="98")
    made = {name: make_unit(f"Xã {name}", UnitKind.COMMUNE, top) for name in "ABC"}
    made["h"] = make_unit("Ấp 1", UnitKind.HAMLET, made["A"])
    merged = services.merge_units(
        unit_ids=[made["A"], made["B"]], into=Newcomer("Xã E", "E", UnitKind.COMMUNE), on=REFORM, **NO_ONE
    )
    return made | {"E": merged.pk}


def cells(*rows: tuple[int, int | None, str, int]) -> Tally:
    return Tally(tuple(Cell("sms", "vi", unit, hamlet, state, "", 1, n, 0, 0) for unit, hamlet, state, n in rows))


def test_a_hamlet_tells_its_commune_and_what_only_the_merged_unit_knows_stays_open(land: dict[str, int]) -> None:
    found = cells(
        (land["E"], land["h"], "delivered", 4), (land["E"], None, "failed", 3), (land["C"], None, "pending", 2)
    )  # fmt: skip
    then = placed(found, recorded=RELEASED, on=PLAN)
    assert then.by_unit == {land["A"]: {"delivered": 4}, land["C"]: {"pending": 2}}
    assert then.open == {land["E"]: {"failed": 3}}
    own = placed(found, recorded=RELEASED, on=RELEASED)
    assert (own.by_unit[land["E"]], own.open) == ({"delivered": 4, "failed": 3}, {})


def test_what_was_recorded_before_the_merger_adds_up_on_the_later_map(land: dict[str, int]) -> None:
    found = cells((land["A"], None, "delivered", 4), (land["B"], None, "delivered", 5))
    assert placed(found, recorded=PLAN, on=RELEASED).by_unit == {land["E"]: {"delivered": 9}}


@pytest.mark.parametrize("on", [PLAN, RELEASED])
def test_the_table_of_either_map_holds_everybody(land: dict[str, int], on: date) -> None:
    found = cells(
        (land["E"], land["h"], "read", 4), (land["E"], None, "expired", 3), (land["C"], None, "suppressed", 2)
    )  # fmt: skip
    table = UnitTable(found, recorded=RELEASED, on=on, sensitive=False)
    assert table.total == [9, 4, 0, 3, 2]
    columns = zip(*(one.figures for one in table.lines), strict=True)
    assert [sum(figure or 0 for figure in column) for column in columns] == table.total
    assert (table.lines[-1].unit_id is None) == (on == PLAN)
    assert table.open_names == (["Xã E"] if on == PLAN else [])
