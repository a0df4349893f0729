"""The table of moves of a request about one's data, held by code and database alike; breaches that stay as told."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.audience.enums import RIGHT_MOVES, RightKind, RightState
from lantoa.audience.models import DataBreach, RightsEvent, RightsRequest
from lantoa.audience.services import (
    RightsRefused,
    open_request,
    record_no_notice,
    record_notice,
    record_step,
    report_breach,
)
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from tests.audience.world import NOW, World, contact, settle

pytestmark = pytest.mark.django_db

WAYS = {
    RightState.RECEIVED: [],
    RightState.ANSWERED: [RightState.ANSWERED],
    RightState.EXTENDED: [RightState.ANSWERED, RightState.EXTENDED],
    RightState.COMPLETED: [RightState.COMPLETED],
    RightState.REFUSED: [RightState.ANSWERED, RightState.REFUSED],
}
"""How a request comes to each state."""


@pytest.fixture
def officer(world: World) -> User:
    return world.hire(Role.CASE_OFFICER)


def asked(world: World, officer: User, kind: str = RightKind.OBJECT) -> RightsRequest:
    [person] = settle(contact(world))
    return open_request(by=officer, at=NOW, kind=kind, came_by="counter", unit_id=person.unit_id, person=person)


def step(officer: User, request: RightsRequest, state: RightState) -> RightsRequest:
    days = 15 if state == RightState.EXTENDED else None
    return record_step(by=officer, at=NOW, request=request, state=state, text="Sổ 4, số 12", extra_days=days)


def insert(request: RightsRequest, state: str, officer: User) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO audience_rightsevent (request_id, state, at, by_id, text, extra_days)"
            " VALUES (%s, %s, %s, %s, 'x', %s)",
            [request.pk, state, NOW, officer.pk, 5 if state == "extended" else None],
        )


@pytest.mark.parametrize("start", list(RightState))
@pytest.mark.parametrize("end", list(RightState))
def test_database_allows_exactly_the_moves_of_the_table(
    world: World, officer: User, start: RightState, end: RightState
) -> None:
    request = asked(world, officer)
    for state in WAYS[start]:
        request = step(officer, request, state)
    if end in RIGHT_MOVES[start]:
        insert(request, end, officer)
        request.refresh_from_db()
        assert request.state == end
    else:
        with pytest.raises(DatabaseError, match="rights_move"):
            insert(request, end, officer)


@settings(max_examples=40)
@given(walk=st.lists(st.sampled_from(list(RightState)), max_size=6))
def test_any_walk_ends_where_the_table_leads_and_leaves_one_step_for_each_move(
    world: World, officer: User, walk: list[RightState]
) -> None:
    request, expected, moves = asked(world, officer), RightState.RECEIVED, 0
    for state in walk:
        if state in RIGHT_MOVES[expected]:
            request, expected, moves = step(officer, request, state), state, moves + 1
        else:
            with pytest.raises(RightsRefused):
                step(officer, request, state)
    request.refresh_from_db()
    events = list(RightsEvent.objects.filter(request=request).values_list("state", flat=True))
    assert (request.state, len(events)) == (expected, moves)
    assert request.extra_days == 15 * events.count(RightState.EXTENDED) <= 15


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audience_rightsrequest SET state = 'completed'",
        "UPDATE audience_rightsrequest SET extra_days = 90",
        "UPDATE audience_rightsrequest SET received_at = received_at + interval '30 days'",
        "UPDATE audience_rightsrequest SET complete_days = 200",
        "UPDATE audience_rightsrequest SET description = 'khác'",
        "DELETE FROM audience_rightsevent",
        "DELETE FROM audience_rightsrequest",
        "TRUNCATE audience_rightsrequest CASCADE",
        "UPDATE audience_rightsevent SET text = 'khác'",
        "UPDATE audience_databreach SET detected_at = detected_at + interval '1 day'",
        "UPDATE audience_databreach SET harm = 'khác'",
        "DELETE FROM audience_databreach",
        (
            "INSERT INTO audience_rightsrequest (public_id, kind, came_by, person_id, description, unit_id,"
            " third_party, received_at, opened_by_id, answer_days, complete_days, extra_days, state)"
            " SELECT gen_random_uuid(), kind, came_by, person_id, description, unit_id, third_party, received_at,"
            " opened_by_id, 2, 15, 0, 'completed'"
            " FROM audience_rightsrequest"
        ),
    ],
)
def test_direct_sql_cannot_change_what_was_asked_done_or_reported(world: World, officer: User, sql: str) -> None:
    request = step(officer, asked(world, officer), RightState.ANSWERED)
    report_breach(by=officer, at=NOW, unit_id=request.unit_id, detected_at=NOW, what="Mất máy", harm="Lộ số", people=1)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # or TRUNCATE would only complain of what is pending
        with pytest.raises(DatabaseError, match=r"append_only|rights_move"), transaction.atomic():
            cursor.execute(sql)


def test_an_officers_step_needs_words_and_an_extension_at_most_the_days_of_the_law(world: World, officer: User) -> None:
    request = asked(world, officer)
    with pytest.raises(RightsRefused):
        record_step(by=officer, at=NOW, request=request, state=RightState.REFUSED, text="  ")
    step(officer, request, RightState.ANSWERED)
    for days in (None, 0, 16):
        with pytest.raises(RightsRefused, match="15"):
            record_step(by=officer, at=NOW, request=request, state=RightState.EXTENDED, text="x", extra_days=days)
    assert RightsEvent.objects.count() == 1


def test_nobody_without_a_person_or_a_description(world: World, officer: User) -> None:
    with pytest.raises(RightsRefused):
        open_request(by=officer, at=NOW, kind="copy", came_by="letter", unit_id=world.units["Xã Đất Mũi"])
    with pytest.raises(RightsRefused):
        open_request(by=officer, at=NOW, kind="copy", came_by="letter", unit_id=world.units["Xã Đất Mũi"],
                     description="Thư số 5", received_at=NOW + timedelta(hours=1))  # fmt: skip
    assert not RightsRequest.objects.exists()


def breach(officer: User, world: World) -> DataBreach:
    return report_breach(
        by=officer, at=NOW, unit_id=world.units["Xã Đất Mũi"], detected_at=NOW - timedelta(hours=5),
        what="Mất máy tính có danh sách", harm="Người khác đọc được số điện thoại", people=None,
    )  # fmt: skip


def test_a_breach_counts_72_hours_from_its_detection(world: World, officer: User) -> None:
    row = breach(officer, world)
    assert row.notify_by == row.detected_at + timedelta(hours=72)
    assert row.is_waiting
    row = record_notice(by=officer, at=NOW, breach=row, notified_at=NOW, reference="CV 12/2026")
    assert not row.is_waiting
    with pytest.raises(RightsRefused):
        record_notice(by=officer, at=NOW, breach=row, notified_at=NOW, reference="CV 13/2026")
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic():
        DataBreach.objects.filter(pk=row.pk).update(notified_at=NOW + timedelta(days=9))


def test_a_breach_without_notice_says_why_and_may_still_be_notified(world: World, officer: User) -> None:
    row = breach(officer, world)
    with pytest.raises(RightsRefused):
        record_no_notice(by=officer, at=NOW, breach=row, reason=" ")
    with pytest.raises(RightsRefused):
        record_notice(by=officer, at=NOW, breach=row, notified_at=NOW - timedelta(days=2), reference="CV 1")
    row = record_no_notice(by=officer, at=NOW, breach=row, reason="Máy đã mã hóa, lấy lại trong ngày")
    assert not row.is_waiting
    row = record_notice(by=officer, at=NOW, breach=row, notified_at=NOW, reference="CV 14/2026")
    assert (row.no_notice_reason, row.notice_reference) == ("Máy đã mã hóa, lấy lại trong ngày", "CV 14/2026")
