"""The portal's small province, with things that happened in it."""

from datetime import UTC, datetime

import pytest

from lantoa.kernel import audit
from lantoa.kernel.clock import now
from lantoa.listening.enums import Door
from lantoa.listening.services import open_case
from tests.portal.conftest import officer, province, publish, site

__all__ = ["officer", "province", "publish", "site"]


@pytest.fixture
def opened(db):
    """The books were opened this year's first day."""
    audit.record("test.begun", by=None, at=datetime(now().year, 1, 1, tzinfo=UTC), subject="test:1")


@pytest.fixture
def ask(province):
    """`ask("Xã Đất Thử", 3)`: three questions come in now."""

    def go(commune, times):
        for _time in range(times):
            number = ask.count = getattr(ask, "count", 0) + 1
            open_case(
                text=f"Hỏi lần {number}?", unit_id=province.communes[commune], door=Door.PORTAL,
                submission_key=f"so-lieu:{number}", by=None, at=now(),
            )  # fmt: skip

    return go
