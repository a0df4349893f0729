"""Posts: the only source of access; what a post reaches, from when to when."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from lantoa.agencies import selectors, services
from lantoa.agencies.models import Post
from lantoa.agencies.rules import CHANGE_POSTS, VIEW_AGENCIES
from lantoa.agencies.services import CannotOrganise
from lantoa.kernel.access import AccessDenied, allowed, grants
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry, User
from lantoa.territory import selectors as territory
from tests.agencies.conftest import AT, PLAN_DAY, TODAY

NO_ONE: dict[str, Any] = {"by": None, "at": AT}
MakeUser = Callable[[str], User]


def committee(code: str, on: date) -> int:
    unit = territory.unit_by_code(code, on=on)
    agency = selectors.agency_for_unit(unit.pk, on=on)
    assert agency is not None
    return agency.pk


def moment(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def test_a_post_reaches_its_subtree_and_what_is_gone(province: str, make_user: MakeUser) -> None:
    user = make_user("can-bo")
    services.appoint(user=user, role=Role.CASE_OFFICER, agency_id=committee("32002", TODAY), start=TODAY, **NO_ONE)
    own = territory.unit_by_code("32002", on=TODAY).pk
    old = territory.unit_by_code("32002", on=PLAN_DAY).pk
    other = territory.unit_by_code("32047", on=TODAY).pk
    assert allowed(user, VIEW_AGENCIES, unit_id=own, at=moment(TODAY))
    assert allowed(user, VIEW_AGENCIES, unit_id=old, at=moment(TODAY))
    assert not allowed(user, VIEW_AGENCIES, unit_id=other, at=moment(TODAY))
    assert not allowed(user, CHANGE_POSTS, unit_id=own, at=moment(TODAY))
    assert grants(user, moment(TODAY - timedelta(1))) == []


def test_grants_cost_one_query(
    province: str, make_user: MakeUser, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    user = make_user("a")
    for role in (Role.EDITOR, Role.REVIEWER, Role.REPORTER):
        services.appoint(user=user, role=role, agency_id=committee("96", TODAY), start=TODAY, **NO_ONE)
    with django_assert_num_queries(1):
        held = grants(user, moment(TODAY))
    assert [grant.role for grant in held] == [Role.EDITOR, Role.REVIEWER, Role.REPORTER]


def test_an_ended_post_grants_nothing_and_stays_on_record(province: str, make_user: MakeUser) -> None:
    user = make_user("a")
    post = services.appoint(user=user, role=Role.EDITOR, agency_id=committee("96", TODAY), start=PLAN_DAY, **NO_ONE)
    services.end_post(post_id=post.pk, on=TODAY, **NO_ONE)
    assert grants(user, moment(TODAY)) == []
    assert len(grants(user, moment(TODAY - timedelta(1)))) == 1
    assert selectors.posts_at(post.agency_id) == [post]
    with pytest.raises(CannotOrganise):
        services.end_post(post_id=post.pk, on=TODAY + timedelta(1), **NO_ONE)
    assert AuditEntry.objects.filter(action__startswith="agencies.post_").count() == 2


def test_a_hand_over_is_a_post_with_an_end(province: str, make_user: MakeUser) -> None:
    deputy, chief = make_user("pho"), make_user("truong")
    agency_id = committee("96", TODAY)
    services.appoint(user=chief, role=Role.LEADER, agency_id=agency_id, start=PLAN_DAY, **NO_ONE)
    services.appoint(
        user=deputy, role=Role.LEADER, agency_id=agency_id, start=TODAY, end=TODAY, acting=True, basis="nghỉ phép",
        **NO_ONE,
    )  # fmt: skip
    assert selectors.holders(agency_id, Role.LEADER, TODAY) == [chief, deputy]
    assert selectors.holders(agency_id, Role.LEADER, TODAY + timedelta(1)) == [chief]
    assert selectors.main_post(deputy, TODAY).acting
    assert selectors.main_post(deputy, TODAY + timedelta(1)) is None


def test_the_same_post_twice_is_refused(province: str, make_user: MakeUser) -> None:
    user = make_user("a")
    terms = {"user": user, "role": Role.EDITOR, "agency_id": committee("96", TODAY), **NO_ONE}
    services.appoint(start=PLAN_DAY, **terms)
    for start, end in ((TODAY, None), (PLAN_DAY, PLAN_DAY)):
        with pytest.raises(CannotOrganise):
            services.appoint(start=start, end=end, **terms)
    with pytest.raises(CannotOrganise):
        services.appoint(start=date(1990, 1, 1), **terms)
    assert Post.objects.count() == 1


def test_only_an_administrator_of_the_place_appoints(province: str, make_user: MakeUser) -> None:
    administrator, newcomer = make_user("qt"), make_user("moi")
    here, there = committee("32002", TODAY), committee("32047", TODAY)
    services.appoint(user=administrator, role=Role.ADMINISTRATOR, agency_id=here, start=TODAY, **NO_ONE)
    at = moment(TODAY)
    services.appoint(user=newcomer, role=Role.EDITOR, agency_id=here, start=TODAY, by=administrator, at=at)
    with pytest.raises(AccessDenied):
        services.appoint(user=newcomer, role=Role.EDITOR, agency_id=there, start=TODAY, by=administrator, at=at)
    with pytest.raises(AccessDenied):
        services.appoint(user=newcomer, role=Role.LEADER, agency_id=here, start=TODAY, by=newcomer, at=at)


def test_the_nearest_officer_upward(province: str, make_user: MakeUser) -> None:
    province_officer, commune_officer = make_user("tinh"), make_user("xa")
    unit = territory.unit_by_code("32002", on=TODAY).pk
    assert selectors.officers_for_unit(unit, Role.CASE_OFFICER, TODAY) == []
    services.appoint(
        user=province_officer, role=Role.CASE_OFFICER, agency_id=committee("96", TODAY), start=TODAY, **NO_ONE
    )
    assert selectors.officers_for_unit(unit, Role.CASE_OFFICER, TODAY) == [province_officer]
    services.appoint(
        user=commune_officer, role=Role.CASE_OFFICER, agency_id=committee("32002", TODAY), start=TODAY, **NO_ONE
    )
    assert selectors.officers_for_unit(unit, Role.CASE_OFFICER, TODAY) == [commune_officer]
