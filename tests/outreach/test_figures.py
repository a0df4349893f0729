"""What reports, the portal and the auditor read of the ledger."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.audience.models import Address
from lantoa.channels.contract import Accepted, Rejected
from lantoa.outreach.models import Delivery
from lantoa.outreach.selectors import (
    LineFigure,
    Reached,
    broadcast_account,
    inbox,
    messages_by_channel_and_line,
    people_reached,
)
from lantoa.outreach.services import mark_read
from tests.outreach.world import NOW, World, finish, people, released, sql, take

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
DAY = date(2026, 11, 23)


def test_an_account_is_exact_and_cheap(world: World) -> None:
    people(world, 1, consent=False)
    row = released(world, 4)
    batch = take(limit=3).claimed
    finish(batch[:2])
    finish(batch[2:], Rejected("99"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        account = broadcast_account(row.pk)
    assert len(queries) <= 3
    assert account.balanced
    assert account.states == {"accepted": 2, "failed": 1, "pending": 1, "suppressed": 1}
    assert account.by_channel == {"sms": {"accepted": 2, "failed": 1, "pending": 1}, "none": {"suppressed": 1}}
    assert account.by_unit == {world.unit_id: account.states}


def test_reports_count_messages_by_channel_and_people_once(world: World) -> None:
    released(world, 2, ("zalo", "sms"))
    first = take("zalo").claimed
    finish(first, Accepted("1", delivered=True), channel="zalo")
    released(world, 0, ("zalo", "sms"))
    finish(take("zalo").claimed, channel="zalo")
    assert messages_by_channel_and_line(start=DAY, end=DAY, agency_id=world.agency_id) == [
        LineFigure("zalo", "", 2, 4, 4, 2)
    ]
    assert people_reached(start=DAY, end=DAY, unit_ids=[world.unit_id]) == Reached(2, 2, 2, 0)
    assert people_reached(start=DAY, end=DAY, unit_ids=[]) == Reached(0, 0, 0, 0)
    assert people_reached(start=date(2026, 11, 24), end=date(2026, 11, 25)) == Reached(0, 0, 0, 0)


def test_the_inbox_shows_what_was_delivered_there_and_reading_is_a_receipt(world: World) -> None:
    released(world, 2, ("portal",))
    finish(take("portal").claimed, Accepted("x", delivered=True), channel="portal")
    first = Delivery.objects.order_by("pk").first()
    assert first is not None
    token = Address.objects.get(pk=first.address_id).value
    letters = inbox(token)
    assert letters is not None
    assert [(one.delivery_id, one.title, one.read) for one in letters] == [(first.pk, "Vay vốn", False)]
    other = Delivery.objects.exclude(pk=first.pk).get()
    assert mark_read(token=token, delivery_id=other.pk, at=NOW) is False
    assert [mark_read(token=token, delivery_id=first.pk, at=NOW) for _ in range(2)] == [True, False]
    assert inbox(token) is not None
    assert inbox("no-such-token-anywhere") is None


def test_ledger_verify_proves_the_sum_and_finds_a_broken_one(world: World) -> None:
    row = released(world, 3)
    out = StringIO()
    call_command("ledger", "verify", "--json", stdout=out)
    assert json.loads(out.getvalue()) == {
        "broadcasts": 1, "audience": 3, "states": {"pending": 3}, "sum_states": 3, "balanced": True, "wrong": [],
    }  # fmt: skip
    sql("SET LOCAL session_replication_role = replica")
    sql("DELETE FROM outreach_delivery WHERE id = (SELECT min(id) FROM outreach_delivery)")
    with pytest.raises(CommandError, match=str(row.pk)):
        call_command("ledger", "verify", "--broadcast", str(row.pk), stdout=StringIO())
