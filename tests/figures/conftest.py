"""The portal's small province, with things that happened in it."""

from datetime import UTC, datetime

import pytest

from lantoa.figures.enums import Measure
from lantoa.kernel import audit, clock
from lantoa.kernel.clock import now
from lantoa.listening.enums import Door
from lantoa.listening.services import open_case
from tests.portal.conftest import officer, province, publish, site

__all__ = ["officer", "province", "publish", "site"]


@pytest.fixture
def opened(province):
    """The books were opened this year's first day."""
    audit.record("test.begun", by=None, at=datetime(now().year, 1, 1, tzinfo=UTC), subject="test:1")


@pytest.fixture
def ask(province, opened):
    """`ask("Xã Đất Thử", 3)`: three questions come in now."""

    def go(commune, times):
        for _time in range(times):
            number = ask.count = getattr(ask, "count", 0) + 1
            open_case(
                text=f"Hỏi lần {number}?", unit_id=province.communes[commune], door=Door.PORTAL,
                submission_key=f"so-lieu:{number}", by=None, at=now(),
            )  # fmt: skip

    return go


@pytest.fixture
def a_year(monkeypatch):
    """`a_year({Measure.CASES: {unit: months}})`: a year counted so, whatever is on record."""
    from lantoa.figures import counting, presenting, statistics_sets

    def go(counts, *, year, since=None):
        made = counting.Year(year, clock.now(), since, {one: counts.get(one, {}) for one in Measure})
        for room in (presenting, statistics_sets):
            monkeypatch.setattr(room, "counted", lambda _year, *, at: made)
        return made

    return go
