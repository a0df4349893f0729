"""A small province with an editor and a reviewer, and rules written, tried and approved."""

import pytest

from lantoa.approvals.services import decide
from lantoa.entitlements import services
from lantoa.entitlements.judging import Rule
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from tests.portal.conftest import province, publish, site

__all__ = ["province", "publish", "site"]


def data(**changes):
    plain = {
        "title": "Vay vốn làm ăn", "gets": "Được vay vốn.", "law": {"kind": "Nghị định", "number": "1/2020/NĐ-CP"},
        "starts": "2020-01-01", "conditions": [{"kind": "household", "any": ["poor", "near_poor"]}],
        "examples": [{"name": "Hộ nghèo", "answers": {"household": "poor"}, "verdict": "met"}],
    }  # fmt: skip
    return plain | changes


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
