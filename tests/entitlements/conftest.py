"""A small province with an editor and a reviewer, and rules written, tried and approved."""

from datetime import date

import pytest

from lantoa.approvals.services import decide
from lantoa.entitlements import services
from lantoa.entitlements.judging import Rule
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.territory.enums import UnitKind
from lantoa.territory.services.deciding import Newcomer, split_unit
from tests.portal.conftest import office, province, publish, site, unit

__all__ = ["province", "publish", "site"]


def data(**changes):
    plain = {
        "title": "Vay vốn làm ăn", "gets": "Được vay vốn.", "law": {"kind": "Nghị định", "number": "1/2020/NĐ-CP"},
        "starts": "2020-01-01", "conditions": [{"kind": "household", "any": ["poor", "near_poor"]}],
        "examples": [{"name": "Hộ nghèo", "answers": {"household": "poor"}, "verdict": "met"}],
    }  # fmt: skip
    return plain | changes


@pytest.fixture
def divided(province):
    """Xã Chia was split on 1/7/2025: its own id, then those of its two heirs."""
    old = unit("Xã Chia", UnitKind.COMMUNE, province.unit_id, "99009")
    parts = [Newcomer(f"Xã Chia {side}", f"Chia {side}", UnitKind.COMMUNE) for side in ("Đông", "Tây")]
    heirs = split_unit(unit_id=old, into=parts, on=date(2025, 7, 1), by=None, at=now())
    for heir, side in zip(heirs, ("Đông", "Tây"), strict=True):
        office(f"UBND xã Chia {side}", "peoples_committee", heir.pk)
    return old, *(heir.pk for heir in heirs)


@pytest.fixture
def editor(province):
    return province.hire(Role.EDITOR)


@pytest.fixture
def reviewer(province):
    return province.hire(Role.REVIEWER)


@pytest.fixture
def write(province, editor):
    def go(entitlement=None, **changes):
        unit = {"entitlement": entitlement} if entitlement else {"unit_id": province.unit_id}
        return services.write_rule(rule=Rule.of(data(**changes)), by=editor, at=now(), **unit)

    return go


@pytest.fixture
def approve(write, editor, reviewer):
    def go(entitlement=None, **changes):
        version = write(entitlement, **changes)
        sent = services.send(version=version, by=editor, at=now())
        decide(submission_id=sent.pk, by=reviewer, at=now(), approve=True)
        return version

    return go
