"""The real province with its agencies on both maps, and people to hold posts."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from lantoa.agencies import services
from lantoa.kernel.models import User
from lantoa.territory import services as territory

AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)
PLAN_DAY = date(2022, 9, 15)
REFORM = date(2025, 7, 1)
TODAY = date(2026, 1, 5)


@pytest.fixture
def province(db: None) -> str:
    """Units of both maps, typical agencies as of the plan's day, committees on both maps; returns the code."""
    territory.load_units(province="96", as_of=PLAN_DAY, at=AT)
    territory.apply_reform(province="96", on=REFORM, at=AT)
    services.ensure_province_agencies(province="96", on=PLAN_DAY, at=AT)
    services.ensure_commune_committees(province="96", on=PLAN_DAY, at=AT)
    services.ensure_commune_committees(province="96", on=TODAY, at=AT)
    return "96"


@pytest.fixture
def make_user(db: None) -> Callable[[str], User]:
    """An account by name."""

    def make(name: str) -> User:
        return User.objects.create_user(email=f"{name}@example.org", display_name=name)

    return make
