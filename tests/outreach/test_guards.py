"""What the database itself refuses, whoever asks."""

from itertools import product

import pytest
from django.db import DatabaseError, transaction

from lantoa.outreach.enums import BROADCAST_MOVES, MOVES, BroadcastState, DeliveryState
from lantoa.outreach.models import Broadcast, Delivery, DeliveryAttempt
from tests.outreach.world import World, finish, released, sql, take

pytestmark = [pytest.mark.django_db, pytest.mark.sql]

SHAPES = {
    "pending": "not_before = now(), lease_until = NULL",
    "sending": "not_before = NULL, lease_until = now(), attempt = gen_random_uuid()",
}


def put(delivery: int, state: str) -> None:
    """The state with the columns that belong to it."""
    columns = SHAPES.get(state, "not_before = NULL, lease_until = NULL")
    sql(f"UPDATE outreach_delivery SET state = %s, {columns} WHERE id = %s", state, delivery)


def set_up(state: str, delivery: int) -> None:
    """Bring a delivery to a state with the guards asleep."""
    sql("SET LOCAL session_replication_role = replica")
    put(delivery, state)
    sql("SET LOCAL session_replication_role = origin")


def test_every_move_is_allowed_or_refused_as_the_table_says(world: World) -> None:
    delivery = Delivery.objects.get(broadcast=released(world, 1)).pk
    found = {}
    for before, after in product(DeliveryState, DeliveryState):
        if before == after:
            continue
        with transaction.atomic():
            set_up(before, delivery)
            try:
                with transaction.atomic():
                    put(delivery, after)
                found[before, after] = True
            except DatabaseError:
                found[before, after] = False
            transaction.set_rollback(True)
    expected = {(a, b): b in MOVES[a] for a, b in product(DeliveryState, DeliveryState) if a != b}
    expected[DeliveryState.FAILED, DeliveryState.PENDING] = False  # only with its attempt row and generation
    assert found == expected


def test_every_move_of_a_broadcast_is_allowed_or_refused_as_the_table_says(world: World) -> None:
    row = released(world, 1)
    found = {}
    for before, after in product(BroadcastState, BroadcastState):
        if before == after:
            continue
        counted = "1" if after in ("running", "paused", "done") else "audience_count"
        with transaction.atomic():
            sql("SET LOCAL session_replication_role = replica")
            early = before in ("draft", "approved", "releasing")
            sql(f"UPDATE outreach_broadcast SET state = %s, audience_count = {'NULL' if early else '1'},"
                f" released_at = {'NULL' if early else 'created_at'} WHERE id = %s", before, row.pk)  # fmt: skip
            sql("SET LOCAL session_replication_role = origin")
            try:
                with transaction.atomic():
                    more = ", released_at = created_at" if counted == "1" and early else ""
                    sql(f"UPDATE outreach_broadcast SET state = %s, audience_count = {counted}{more} WHERE id = %s",
                        after, row.pk)  # fmt: skip
                found[before, after] = True
            except DatabaseError:
                found[before, after] = False
            transaction.set_rollback(True)
    assert found == {(a, b): b in BROADCAST_MOVES[a] for a, b in product(BroadcastState, BroadcastState) if a != b}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM outreach_delivery",
        "TRUNCATE outreach_delivery CASCADE",
        "UPDATE outreach_delivery SET person_id = person_id + 1",
        "UPDATE outreach_delivery SET address_id = address_id + 1",
        "UPDATE outreach_delivery SET generation = generation + 1",
        "UPDATE outreach_delivery SET state = 'pending', not_before = NULL",
        "UPDATE outreach_delivery SET state = 'lost'",
        "UPDATE outreach_broadcast SET audience_count = audience_count + 1",
        "UPDATE outreach_broadcast SET channels = '{email}'",
        "UPDATE outreach_broadcast SET version_id = version_id + 1",
        "UPDATE outreach_broadcast SET state = 'draft', audience_count = NULL, released_at = NULL",
        "DELETE FROM outreach_deliveryattempt",
        "UPDATE outreach_deliveryattempt SET reason = 'x'",
        "UPDATE outreach_messageversion SET content = '{}'",
        "DELETE FROM outreach_messageversion",
        """INSERT INTO outreach_delivery (broadcast_id, version_id, person_id, address_id, unit_id, channel, language,
           state, reason, attempts, generation, not_before, provider_id, cost)
           SELECT broadcast_id, version_id, 999999999, 1, unit_id, channel, language, 'pending', '', 0, 0, now(), '', 0
           FROM outreach_delivery LIMIT 1""",
    ],
)
def test_direct_sql_cannot_break_the_ledger(world: World, statement: str) -> None:
    row = released(world, 2)
    finish(take(limit=1).claimed)
    before = list(Delivery.objects.order_by("pk").values())
    history = list(DeliveryAttempt.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(statement)
    assert list(Delivery.objects.order_by("pk").values()) == before
    assert list(DeliveryAttempt.objects.values()) == history
    assert Broadcast.objects.get(pk=row.pk).audience_count == 2


def test_a_broadcast_begins_as_a_draft(world: World) -> None:
    row = released(world, 1)
    changed = 'jsonb_populate_record(b, \'{"id": 99999, "key": "x"}\')'
    with pytest.raises(DatabaseError, match="begins as a draft"), transaction.atomic():
        sql(f"INSERT INTO outreach_broadcast SELECT ({changed}).* FROM outreach_broadcast b WHERE id = %s", row.pk)
    assert Broadcast.objects.count() == 1
