"""The moves: the table and the database's trigger say the same, whatever is tried; history refuses change."""

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from lantoa.exemplars.enums import MOVES, ExemplarHappening, ExemplarState
from lantoa.exemplars.models import Exemplar, ExemplarEvent
from lantoa.kernel.clock import now, today

pytestmark = pytest.mark.django_db
walks = settings(max_examples=60)


@walks
@given(st.lists(st.sampled_from(list(ExemplarHappening)), min_size=1, max_size=9))
def test_the_database_takes_exactly_the_moves_of_the_table(propose, reviewer, happenings):
    with transaction.atomic():
        one = propose()
        seen = {"seen_on": today(), "agreed_on": today(), "confirmed": "Đã xem."}
        Exemplar.objects.filter(pk=one.pk).update(page=Page.get_first_root_node(), **seen)
        state = ExemplarState.PROPOSED
        for happening in happenings:
            expected = MOVES[state].get(happening)
            try:
                with transaction.atomic():
                    ExemplarEvent.objects.create(exemplar=one, happening=happening, at=now(), by=reviewer, text="Lời.")
            except DatabaseError:
                assert expected is None
            else:
                assert expected is not None
                state = expected
            one.refresh_from_db()
            assert one.state == state
            assert (one.settled_at is None) == (state in (ExemplarState.PROPOSED, ExemplarState.VERIFIED))
        transaction.set_rollback(True)


def test_whoever_put_it_forward_does_not_verify_it_in_the_database_either(propose, contributor):
    one = propose()
    Exemplar.objects.filter(pk=one.pk).update(seen_on=today(), agreed_on=today(), confirmed="Đã xem.")
    with pytest.raises(DatabaseError, match="exemplar_four_eyes"), transaction.atomic():
        ExemplarEvent.objects.create(exemplar=one, happening="verified", at=now(), by=contributor)


@pytest.mark.parametrize("lacking", ["seen_on", "agreed_on"])
def test_nobody_is_verified_without_a_day_seen_and_a_day_agreed(propose, reviewer, lacking):
    one = propose()
    known = {"seen_on": today(), "agreed_on": today(), "confirmed": "Đã xem.", lacking: None}
    Exemplar.objects.filter(pk=one.pk).update(**known)
    with pytest.raises(DatabaseError, match="exemplar_seen_and_agreed"), transaction.atomic():
        ExemplarEvent.objects.create(exemplar=one, happening="verified", at=now(), by=reviewer)


def test_nothing_is_told_without_a_page(propose, verify):
    one = verify(propose())
    with pytest.raises(DatabaseError, match="exemplar_move"), transaction.atomic():
        ExemplarEvent.objects.create(exemplar=one, happening="told", at=now())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE exemplars_exemplar SET state = 'told'",
        "UPDATE exemplars_exemplar SET did = 'Lời khác.'",
        "UPDATE exemplars_exemplar SET named_as = 'Người khác'",
        "UPDATE exemplars_exemplar SET proposed_at = proposed_at - interval '1 day'",
        "UPDATE exemplars_exemplar SET emptied_at = now()",
        "UPDATE exemplars_exemplarevent SET text = 'x'",
        "DELETE FROM exemplars_exemplarevent",
        "TRUNCATE exemplars_exemplarevent",
    ],
)
def test_history_and_words_refuse_change_by_direct_sql(propose, statement):
    propose()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
