"""Agencies through time: founded for a province, renamed, succeeded; who answers today."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import Error, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.agencies import selectors, services
from lantoa.agencies.enums import AgencyKind
from lantoa.agencies.models import Agency, AgencyVersion, Post, Subject, Succession
from lantoa.agencies.services import CannotOrganise
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry, User
from lantoa.territory import naming
from lantoa.territory import selectors as territory
from tests.agencies.conftest import AT, PLAN_DAY, REFORM, TODAY

NO_ONE: dict[str, Any] = {"by": None, "at": AT}
pytestmark = pytest.mark.sql


def committees(on: date) -> list[selectors.AgencyRow]:
    return selectors.agencies_on(on, kinds=[AgencyKind.PEOPLES_COMMITTEE])


def named(name: str, on: date) -> int:
    (match,) = [m for m in selectors.match_by_name(name, on=on, province=territory.province("96", on)) if m.score > 0.9]
    return match.agency_id


def test_a_committee_for_each_unit_of_both_maps(province: str) -> None:
    assert len(committees(PLAN_DAY)) == 1 + 9 + 101
    assert len(committees(date(2025, 6, 30))) == 1 + 9 + 101 - 2  # the merged wards' committees ended with them
    assert len(committees(TODAY)) == 1 + 64
    for row in committees(TODAY):
        version = territory.version_on(row.unit_id, TODAY)
        assert row.name.lower() == f"ủy ban nhân dân {version.name}".lower()


def test_founding_twice_changes_nothing(province: str) -> None:
    before = (Agency.objects.count(), AgencyVersion.objects.count(), Succession.objects.count())
    entries = AuditEntry.objects.count()
    assert services.ensure_province_agencies(province="96", on=PLAN_DAY, at=AT) == services.Founded(0, 0)
    assert services.ensure_commune_committees(province="96", on=PLAN_DAY, at=AT) == services.Founded(0, 0)
    assert services.ensure_commune_committees(province="96", on=TODAY, at=AT) == services.Founded(0, 0)
    assert (Agency.objects.count(), AgencyVersion.objects.count(), Succession.objects.count()) == before
    assert AuditEntry.objects.count() == entries


def test_who_answers_today_for_the_office_of_2022(province: str) -> None:
    labour = named("Sở Lao động - Thương binh và Xã hội", PLAN_DAY)

    def names(subject: str | None, on: date) -> set[str]:
        heirs = [agency.pk for agency in selectors.responsible_today(labour, subject=subject, on=on)]
        return set(selectors.names_on(heirs, on).values())

    assert names("giam-ngheo", PLAN_DAY) == {"Sở Lao động - Thương binh và Xã hội"}
    assert names("giam-ngheo", TODAY) == {"Sở Nông nghiệp và Môi trường"}
    assert names("bao-tro-xa-hoi", TODAY) == {"Sở Y tế"}
    assert names(None, TODAY) == {"Sở Nội vụ"}


def test_who_answers_today_for_committees_that_are_gone(province: str) -> None:
    def heirs(code: str) -> set[str]:
        unit = territory.unit_by_code(code, on=PLAN_DAY)
        agency = selectors.agency_for_unit(unit.pk, on=PLAN_DAY)
        found = [heir.pk for heir in selectors.responsible_today(agency.pk, on=TODAY)]
        return set(selectors.names_on(found, TODAY).values())

    assert heirs("32002") == {"Ủy ban nhân dân phường An Xuyên"}
    assert heirs("966") == {"Ủy ban nhân dân tỉnh Cà Mau"}
    assert heirs("32092") == {"Ủy ban nhân dân xã Hồ Thị Kỷ"}
    nguyen_phich = naming.find_units_by_name("Xã Nguyễn Phích", on=PLAN_DAY)[0].unit_id
    code = territory.code_on(nguyen_phich, PLAN_DAY)
    assert heirs(code) == {f"Ủy ban nhân dân xã {name}" for name in ("Khánh An", "Khánh Lâm", "Nguyễn Phích")}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Sở LĐ-TB&XH", ["Sở Lao động - Thương binh và Xã hội"]),
        ("so ldtbxh", ["Sở Lao động - Thương binh và Xã hội"]),
        ("Sở Thông tin và Truyền thông", ["Sở Thông tin và Truyền thông"]),
        ("Sở TT&TT", ["Sở Thông tin và Truyền thông"]),
        ("Đề nghị Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh", ["Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh Cà Mau"]),
        ("Ủy ban nhân dân tỉnh", ["Ủy ban nhân dân tỉnh Cà Mau"]),
        ("UBND huyện U Minh", ["Ủy ban nhân dân huyện U Minh"]),
        ("Đài PT-TH Cà Mau", ["Đài Phát thanh - Truyền hình Cà Mau"]),
    ],
)
def test_names_as_plans_write_them(province: str, text: str, expected: list[str]) -> None:
    matches = selectors.match_by_name(text, on=PLAN_DAY, province=territory.province("96", PLAN_DAY))
    assert [match.name for match in matches[:1]] == expected
    assert matches[0].score >= 0.9


def test_names_for_groups_yield_their_members(province: str) -> None:
    def group(text: str) -> list[str]:
        matches = selectors.match_by_name(text, on=PLAN_DAY, province=territory.province("96", PLAN_DAY))
        assert all(match.collective for match in matches)
        return [match.name for match in matches]

    assert len(group("Ủy ban nhân dân các huyện, thành phố Cà Mau")) == 9
    assert len(group("UBND các xã, phường, thị trấn")) == 101
    departments = group("Các Sở, ban, ngành tỉnh")
    assert "Sở Tài chính" in departments
    assert all(name.startswith(("Sở ", "Ban ")) for name in departments)
    assert group("Các cơ quan báo chí") == ["Báo Cà Mau", "Đài Phát thanh - Truyền hình Cà Mau"]


def test_nonsense_matches_nothing(province: str) -> None:
    assert selectors.match_by_name("", on=PLAN_DAY, province=territory.province("96", PLAN_DAY)) == []
    assert selectors.match_by_name("xyz", on=PLAN_DAY, province=territory.province("96", PLAN_DAY)) == []


def test_a_new_name_leaves_posts_and_past(province: str, make_user: Callable[[str], User]) -> None:
    agency_id = named("Sở Y tế", PLAN_DAY)
    user = make_user("a")
    services.appoint(user=user, role=Role.EDITOR, agency_id=agency_id, start=PLAN_DAY, **NO_ONE)
    services.rename_agency(agency_id=agency_id, name="Sở Y tế và Dân số", on=TODAY, **NO_ONE)
    assert [v.name for v in selectors.history(agency_id)] == ["Sở Y tế", "Sở Y tế và Dân số"]
    assert selectors.holders(agency_id, Role.EDITOR, TODAY) == [user]
    assert selectors.names_on([agency_id], PLAN_DAY) == {agency_id: "Sở Y tế"}


def test_refusals(province: str) -> None:
    one, two = named("Sở Y tế", PLAN_DAY), named("Sở Tài chính", PLAN_DAY)
    services.succeed(from_agency_id=one, to_agency_id=two, on=TODAY, **NO_ONE)
    for start, heir in ((two, one), (one, two)):
        with pytest.raises(CannotOrganise):
            services.succeed(from_agency_id=start, to_agency_id=heir, on=TODAY, **NO_ONE)
    with pytest.raises(CannotOrganise):
        services.succeed(from_agency_id=two, to_agency_id=named("Sở TT&TT", PLAN_DAY), on=TODAY, **NO_ONE)
    with pytest.raises(CannotOrganise):
        services.rename_agency(agency_id=one, name="X", on=PLAN_DAY, **NO_ONE)
    stranger = User.objects.create_superuser("su@example.org")
    with pytest.raises(AccessDenied):
        services.end_agency(agency_id=one, on=TODAY, by=stranger, at=AT)


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        ("UPDATE agencies_agencyversion SET name = 'x' WHERE agency_id = %(a)s", "closed_only"),
        ("UPDATE agencies_agencyversion SET valid = '[2000-01-01,)' WHERE agency_id = %(a)s", "closed_only"),
        ("DELETE FROM agencies_agencyversion WHERE agency_id = %(a)s", "closed_only"),
        ("UPDATE agencies_post SET role = 'leader'", "closed_only"),
        ("UPDATE agencies_post SET valid = '[2020-01-01,)'", "closed_only"),
        ("DELETE FROM agencies_post", "closed_only"),
        ("DELETE FROM agencies_succession", "append_only"),
        ("UPDATE agencies_succession SET to_agency_id = %(a)s", "append_only"),
        (
            (
                "INSERT INTO agencies_post (user_id, role, agency_id, title, acting, basis, valid) SELECT user_id,"
                " role, agency_id, '', false, '', '[2021-06-01,2022-01-01)' FROM agencies_post"
            ),
            "post_no_overlap",
        ),
        (
            (
                "INSERT INTO agencies_agencyversion (agency_id, name, short_name, folded, kind, unit_id, valid,"
                " decision, sort_key) SELECT agency_id, 'y', '', 'y', kind, unit_id, '[2023-01-01,)', '', '' FROM"
                " agencies_agencyversion WHERE agency_id = %(a)s"
            ),
            "agency_version_no_overlap",
        ),
        (
            (
                'INSERT INTO agencies_succession (from_agency_id, to_agency_id, "on", decision) VALUES (%(b)s, %(a)s,'
                " '2024-01-01', '')"
            ),
            "succession_no_circle",
        ),
        (
            (
                'INSERT INTO agencies_succession (from_agency_id, to_agency_id, "on", decision) VALUES (%(a)s, %(a)s,'
                " '2024-01-01', '')"
            ),
            "succession_no",
        ),
    ],
)
def test_direct_sql_cannot_break_it(
    make_user: Callable[[str], User], unit_id: int, statement: str, complaint: str
) -> None:
    ids = [
        services.create_agency(name=name, kind=AgencyKind.OTHER, unit_id=unit_id, since=date(2020, 1, 1), **NO_ONE).pk
        for name in "AB"
    ]
    services.succeed(from_agency_id=ids[0], to_agency_id=ids[1], on=date(2023, 1, 1), **NO_ONE)
    services.appoint(
        user=make_user("a"), role=Role.EDITOR, agency_id=ids[0], start=date(2021, 1, 1), end=date(2022, 1, 1), **NO_ONE
    )
    with pytest.raises(Error, match=complaint), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, {"a": ids[0], "b": ids[1]})


@pytest.fixture
def unit_id(db: None) -> int:
    from lantoa.territory import services as territory_services

    territory_services.load_units(province="96", as_of=date(2026, 1, 1), at=AT)
    return territory.province("96", date(2026, 1, 1)).pk


STEPS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5), st.sampled_from([None, "x"]), st.integers(0, 900)))


@settings(max_examples=30)
@given(STEPS)
def test_the_chain_of_successions_always_ends(unit_id: int, steps: list[tuple[int, int, str | None, int]]) -> None:
    start = date(2020, 1, 1)
    with transaction.atomic():
        Subject.objects.create(slug="x", name="X")
        ids = [
            services.create_agency(name=f"A{n}", kind=AgencyKind.OTHER, unit_id=unit_id, since=start, **NO_ONE).pk
            for n in range(6)
        ]
        for one, two, subject, days in steps:
            try:
                services.succeed(
                    from_agency_id=ids[one],
                    to_agency_id=ids[two],
                    subject=subject,
                    on=start + timedelta(days),
                    **NO_ONE,
                )
            except CannotOrganise:
                continue
        for agency_id in ids:
            assert selectors.responsible_today(agency_id, subject="x", on=start + timedelta(1000))
        transaction.set_rollback(True)


def test_few_queries(province: str, django_assert_num_queries: Callable[[int], AbstractContextManager[Any]]) -> None:
    labour = named("Sở Lao động - Thương binh và Xã hội", PLAN_DAY)
    root = territory.province("96", PLAN_DAY)
    with django_assert_num_queries(2):
        selectors.responsible_today(labour, on=TODAY)
    with django_assert_num_queries(2):
        selectors.match_by_name("Sở Y tế", on=PLAN_DAY, province=root)
    assert REFORM < TODAY
    assert Post.objects.count() == 0
