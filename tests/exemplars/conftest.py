"""A small province with a site, a contributor of a hamlet, and those who verify and tell."""

from datetime import timedelta
from uuid import uuid4

import pytest

from lantoa.exemplars import services
from lantoa.exemplars.enums import ExemplarKind
from lantoa.exemplars.services import Proposal
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from tests.portal.conftest import officer, province, publish, site

__all__ = ["officer", "province", "publish", "site"]

DID = "Chị thả cua thưa, ghi sổ từng con nước.\n\nBa mùa sau chị chỉ lại cho cả xóm."
SAW = "Có xem hai vuông cua và sổ bán; trưởng ấp xác nhận."


@pytest.fixture
def contributor(province):
    return province.hire(Role.CONTRIBUTOR, commune="Xã Đất Thử", login="ctv@example.test")


@pytest.fixture
def editor(province):
    return province.hire(Role.EDITOR, login="bien-tap@example.test")


@pytest.fixture
def reviewer(province):
    return province.hire(Role.REVIEWER, login="duyet@example.test")


@pytest.fixture
def propose(province, contributor):
    """Put forward as a contributor does."""

    def go(*, key="", by=None, at=None, commune="Xã Đất Thử", **said):
        facts = {"kind": ExemplarKind.ROLE_MODEL, "named_as": "Chị Hường", "hamlet": "Ấp Rạch Thử", "did": DID} | said
        proposal = Proposal(unit_id=province.communes[commune], **facts)
        return services.propose(
            proposal=proposal, submission_key=key or str(uuid4()), by=by or contributor, at=at or now()
        )

    return go


@pytest.fixture
def verify(reviewer):
    def go(exemplar, *, by=None, **said):
        facts = {"seen_on": today() - timedelta(days=2), "agreed_on": today(), "confirmed": SAW} | said
        services.verify(exemplar_id=exemplar.pk, by=by or reviewer, at=now(), **facts)
        exemplar.refresh_from_db()
        return exemplar

    return go


@pytest.fixture
def draft(editor, site):
    def go(exemplar, *, by=None):
        title, lead = "Ba mùa cua", "Một xóm học theo một người."
        return services.make_draft(exemplar_id=exemplar.pk, title=title, lead=lead, by=by or editor, at=now())

    return go
