"""A small province with a site, and an officer who enters what the press told."""

from datetime import date

import pytest

from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.pressroom import services
from lantoa.pressroom.enums import Medium
from lantoa.pressroom.services import Facts
from tests.portal.conftest import province, publish, site

__all__ = ["province", "publish", "site"]
DAY = date(2026, 9, 15)


def facts(**changes):
    said = {"medium": Medium.ONLINE, "outlet_name": "Báo Thử", "title": "Vay vốn nuôi cua", "told_on": DAY,
            "link": "https://bao.example.vn/vay-von?id=7"}  # fmt: skip
    return Facts(**said | changes)


@pytest.fixture
def clerk(province):
    return province.hire(Role.REPORTER)


@pytest.fixture
def enter(province, clerk):
    """`enter(title=…)` enters a piece of the province."""

    def go(*, unit_id=None, by=None, **changes):
        return services.enter_clipping(
            unit_id=unit_id or province.unit_id, facts=facts(**changes), by=by or clerk, at=now()
        )

    return go
