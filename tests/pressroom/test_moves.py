"""Registrations and requests: services, tables and the database's triggers say the same, whatever is tried."""

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.kernel.clock import now, today
from lantoa.pressroom.enums import (
    JOURNALIST_MOVES,
    REQUEST_MOVES,
    JournalistHappening,
    JournalistState,
    RequestHappening,
    RequestState,
)
from lantoa.pressroom.models import JournalistEvent, RequestEvent

pytestmark = pytest.mark.django_db
walks = settings(max_examples=40)


def try_all(row, state, moves, tried):
    """Try each happening; what the table holds is taken and moves the row, anything else is refused."""
    for happening, make in tried:
        expected = moves[state].get(happening)
        try:
            with transaction.atomic():
                make()
        except DatabaseError:
            assert expected is None
        else:
            assert expected is not None
            state = expected
        row.refresh_from_db()
        assert row.state == state
    return state


@walks
@given(st.lists(st.sampled_from(list(RequestHappening)), min_size=1, max_size=8))
def test_a_request_makes_exactly_the_moves_of_the_table(ask, leader, post, happenings):
    with transaction.atomic():
        row = ask()

        def make(one):
            post_id = post.pk if one == RequestHappening.ASSIGNED else None
            RequestEvent.objects.create(request=row, happening=one, at=now(), by=leader, text="Lời.", post_id=post_id)

        tried = [(one, lambda one=one: make(one)) for one in happenings]
        state = try_all(row, RequestState.RECEIVED, REQUEST_MOVES, tried)
        assert (row.settled_at is None) == (state in (RequestState.RECEIVED, RequestState.ASSIGNED))
        transaction.set_rollback(True)


@walks
@given(st.lists(st.sampled_from(list(JournalistHappening)), min_size=1, max_size=6))
def test_a_registration_makes_exactly_the_moves_of_the_table(applied, leader, happenings):
    with transaction.atomic():
        row = applied()

        def make(one):
            until = today() if one == JournalistHappening.ACCEPTED else None
            JournalistEvent.objects.create(
                journalist=row, happening=one, at=now(), by=leader, text="Lời.", access_until=until
            )

        tried = [(one, lambda one=one: make(one)) for one in happenings]
        try_all(row, JournalistState.WAITING, JOURNALIST_MOVES, tried)
        transaction.set_rollback(True)
