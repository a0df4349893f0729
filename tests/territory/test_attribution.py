"""Whole units on another day's map, in both directions, and never a guess."""

from datetime import date
from typing import Any

import pytest

from lantoa.territory import services
from lantoa.territory.attribution import attributed
from lantoa.territory.enums import UnitKind
from lantoa.territory.services import Newcomer
from tests.territory.conftest import AT, MakeUnit

BEFORE, REFORM, AFTER = date(2022, 9, 15), date(2025, 7, 1), date(2026, 11, 23)
NO_ONE: dict[str, Any] = {"by": None, "at": AT}


@pytest.fixture
def land(make_unit: MakeUnit) -> dict[str, int]:
    """A and B merge into E; C splits into F and G; D is left alone."""
    top = make_unit("Tỉnh Thử", UnitKind.PROVINCE, code="98")
    made = {name: make_unit(f"Xã {name}", UnitKind.COMMUNE, top) for name in "ABCD"}
    merged = services.merge_units(
        unit_ids=[made["A"], made["B"]], into=Newcomer("Xã E", "E", UnitKind.COMMUNE), on=REFORM, **NO_ONE
    )
    parts = [Newcomer(f"Xã {name}", name, UnitKind.COMMUNE) for name in "FG"]
    f, g = services.split_unit(unit_id=made["C"], into=parts, on=REFORM, **NO_ONE)
    return made | {"E": merged.pk, "F": f.pk, "G": g.pk, "top": top}


def test_read_forward_what_merged_belongs_to_its_heir_and_what_split_to_nobody(land: dict[str, int]) -> None:
    asked = [land[name] for name in "ABCD"]
    assert attributed(asked, recorded=BEFORE, on=AFTER) == {
        land["A"]: land["E"], land["B"]: land["E"], land["C"]: None, land["D"]: land["D"],
    }  # fmt: skip


def test_read_back_what_came_of_one_belongs_to_it_and_what_merged_to_nobody(land: dict[str, int]) -> None:
    asked = [land[name] for name in "EFGD"]
    assert attributed(asked, recorded=AFTER, on=BEFORE) == {
        land["E"]: None, land["F"]: land["C"], land["G"]: land["C"], land["D"]: land["D"],
    }  # fmt: skip


def test_on_its_own_days_map_everything_is_itself(land: dict[str, int]) -> None:
    here = {land[name]: land[name] for name in "EFGD"}
    assert attributed(here, recorded=AFTER, on=AFTER) == here
    assert attributed([land["A"]], recorded=AFTER, on=AFTER) == {land["A"]: None}, "gone by then"
