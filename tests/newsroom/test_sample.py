"""The sample pages of `lantoa run`: one of each kind, and what somebody took down stays down at the next start."""

from datetime import timedelta

import pytest

from lantoa.config.loop.showing import show
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.models import ReportagePage
from tests.newsroom.conftest import NOW, Hire

pytestmark = pytest.mark.django_db


def test_a_sample_that_somebody_took_down_stays_down_and_stops_no_start(
    site: services.SiteMade, editor: User, reviewer: User, leader: User, hire: Hire, unit: int
) -> None:
    User.objects.filter(pk=hire(Role.REVIEWER, unit=unit).pk).update(email="phap-che@lantoa.example")
    facts = {"site": site, "editor": editor, "reviewer": reviewer, "unit_id": unit, "commune_id": unit}
    written = show(**facts, at=NOW)
    page = ReportagePage.objects.get()
    assert page.live
    services.sync_groups(user=leader, at=NOW)
    services.withdraw_page(page=page, by=leader, at=NOW + timedelta(days=1), reason="Chỉ để thử.")
    assert show(**facts, at=NOW + timedelta(days=2)) == written
    assert not ReportagePage.objects.get().live
