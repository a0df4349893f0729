"""What the database itself refuses, whoever asks."""

from itertools import product

import pytest
from django.db import DatabaseError, transaction

from lantoa.outreach.enums import BROADCAST_MOVES, MOVES, STORED, BroadcastState, DeliveryState
from lantoa.outreach.models import Broadcast, Delivery, DeliveryAttempt, Feed, Outbox
from lantoa.outreach.services.settling import give_back
from tests.outreach.world import NOW, World, finish, released, sql, take

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def put(delivery: int, state: str) -> None:
    """The state, and the outbox that belongs to it, in one statement as the services do it."""
    if state == "pending":
        sql(
            """WITH moved AS (UPDATE outreach_delivery SET state = 'pending' WHERE id = %s RETURNING *)
            INSERT INTO outreach_outbox
                (delivery_id, month, broadcast_id, channel, not_before, attempts, reserved, reason)
            SELECT id, month, broadcast_id, channel, now(), 0, 0, '' FROM moved ON CONFLICT DO NOTHING""",
            delivery,
        )
    else:
        sql(
            """WITH gone AS (DELETE FROM outreach_outbox WHERE delivery_id = %s)
            UPDATE outreach_delivery SET state = %s WHERE id = %s""",
            delivery,
            state,
            delivery,
        )


def set_up(state: str, delivery: int) -> None:
    """Bring a delivery to a state with the guards asleep."""
    sql("SET LOCAL session_replication_role = replica")
    put(delivery, state)
    sql("SET LOCAL session_replication_role = origin")


def test_every_move_is_allowed_or_refused_as_the_table_says(world: World) -> None:
    delivery = Delivery.objects.get(broadcast=released(world, 1)).pk
    found = {}
    for before, after in product(STORED, STORED):
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
    expected = {(a, b): b in MOVES[a] for a, b in product(STORED, STORED) if a != b}
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


SOMEBODY_ELSE = """(broadcast_id, version_id, month, person_id, address_id, unit_id, channel, language, state, step)
SELECT broadcast_id, version_id, month, 999999999, 1, unit_id, channel, language, 'pending', 0 FROM outreach_delivery
LIMIT 1"""


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM outreach_delivery",
        "TRUNCATE outreach_delivery CASCADE",
        "UPDATE outreach_delivery SET person_id = person_id + 1",
        "UPDATE outreach_delivery SET address_id = address_id + 1",
        "UPDATE outreach_delivery SET generation = generation + 1",
        "UPDATE outreach_delivery SET state = 'pending' WHERE state = 'accepted'",
        "UPDATE outreach_delivery SET state = 'sending'",
        "UPDATE outreach_delivery SET state = 'lost'",
        "UPDATE outreach_delivery SET month = 202001",
        "UPDATE outreach_delivery SET moved_on = true",
        "UPDATE outreach_delivery SET step = 1",
        "DELETE FROM outreach_delivery_202611",
        "TRUNCATE outreach_delivery_202611",
        "DELETE FROM outreach_outbox",
        "TRUNCATE outreach_outbox",
        "UPDATE outreach_outbox SET not_before = now()",
        "UPDATE outreach_outbox SET attempt = NULL",
        "UPDATE outreach_outbox SET lease_until = NULL",
        "UPDATE outreach_delivery SET state = 'accepted' WHERE id IN (SELECT delivery_id FROM outreach_outbox)",
        "UPDATE outreach_feed SET cursor = last",
        "UPDATE outreach_feed SET cursor = cursor - 1",
        "UPDATE outreach_feed SET last = last + 1",
        "DELETE FROM outreach_feed",
        "UPDATE outreach_broadcast SET chain = '[{}]'",
        "UPDATE outreach_broadcast SET month = month + 1",
        "UPDATE outreach_broadcast SET audience_count = audience_count + 1",
        "UPDATE outreach_broadcast SET channels = '{email}'",
        "UPDATE outreach_broadcast SET version_id = version_id + 1",
        "UPDATE outreach_broadcast SET state = 'draft', audience_count = NULL, released_at = NULL",
        "DELETE FROM outreach_deliveryattempt",
        "UPDATE outreach_deliveryattempt SET reason = 'x'",
        "UPDATE outreach_messageversion SET content = '{}'",
        "DELETE FROM outreach_messageversion",
        f"INSERT INTO outreach_delivery {SOMEBODY_ELSE}",
        f"INSERT INTO outreach_delivery_202611 {SOMEBODY_ELSE}",
        f"INSERT INTO outreach_delivery {SOMEBODY_ELSE.replace(', 0 ', ', 1 ')}",
    ],
)
def test_direct_sql_cannot_break_the_ledger(world: World, statement: str) -> None:
    row = released(world, 3)
    finish(take(limit=1).claimed)
    give_back(take(limit=1).claimed, at=NOW)
    take(limit=1)
    before = list(Delivery.objects.order_by("pk").values())
    history = list(DeliveryAttempt.objects.values())
    held, fed = list(Outbox.objects.values()), list(Feed.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic():
        sql(statement)
    assert list(Delivery.objects.order_by("pk").values()) == before
    assert list(DeliveryAttempt.objects.values()) == history
    assert (list(Outbox.objects.values()), list(Feed.objects.values())) == (held, fed)
    assert Broadcast.objects.get(pk=row.pk).audience_count == 3


def test_a_broadcast_begins_as_a_draft(world: World) -> None:
    row = released(world, 1)
    changed = 'jsonb_populate_record(b, \'{"id": 99999, "key": "x"}\')'
    with pytest.raises(DatabaseError, match="begins as a draft"), transaction.atomic():
        sql(f"INSERT INTO outreach_broadcast SELECT ({changed}).* FROM outreach_broadcast b WHERE id = %s", row.pk)
    assert Broadcast.objects.count() == 1
