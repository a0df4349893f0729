"""A small country of our own, and the real province once per test that asks for it."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.db import connection

from lantoa.territory import services, writing
from lantoa.territory.enums import LEVEL_OF_KIND, UnitKind
from lantoa.territory.writing import Face, Occasion

AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
START = date(2020, 1, 1)
PLAN_DAY = date(2022, 9, 15)
REFORM = date(2025, 7, 1)

MakeUnit = Callable[..., int]


@pytest.fixture
def make_unit(db: None) -> MakeUnit:
    """A unit by name, kind, parent and code, from a day on; returns its id."""

    def make(name: str, kind: UnitKind, parent: int | None = None, code: str = "", since: date = START) -> int:
        (unit_id,) = writing.new_units(1)
        face = Face(name, name.split(" ", 1)[-1], kind, LEVEL_OF_KIND[kind], parent, code)
        writing.open_versions({unit_id: face}, Occasion(since))
        return unit_id

    return make


@pytest.fixture
def province_2022(db: None) -> str:
    """The real province of the plan as of the plan's day; returns its code."""
    services.load_units(province="96", as_of=PLAN_DAY, at=AT)
    return "96"


@pytest.fixture
def province_reformed(province_2022: str) -> str:
    """The same, with the reform of July 2025 applied and checked as at commit."""
    services.apply_reform(province=province_2022, on=REFORM, at=AT)
    check_now()
    return province_2022


def check_now() -> None:
    """Have the deferred checks speak now, as they would at commit."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
