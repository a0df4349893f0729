"""What the ledger tells a person of themself: their messages and who carried them, nobody else's."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lantoa.audience import holdings
from lantoa.channels.contract import Accepted
from lantoa.channels.models import ChannelAccount
from lantoa.outreach.models import Delivery
from lantoa.outreach.selectors.holdings import received
from tests.outreach.world import NOW, World, finish, people, released, take

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def test_a_person_reads_their_own_messages_only_and_by_which_way_they_came(world: World) -> None:
    account = ChannelAccount.objects.create(kind="sms", name="Nhà mạng Mẫu", slug="mau")
    first, second = people(world, 2)
    released(world, 0)
    finish(take().claimed, Accepted("p", delivered=True))
    Delivery.objects.filter(person_id=first).update(account_id=account.pk)
    released(world, 0)
    [stranger] = people(world, 1)
    found = holdings.of_person(first)
    assert [(row["title"], row["channel"], row["at"], row["state"]) for row in found["messages"].rows] == [
        ("Vay vốn", "SMS", "23/11/2026", "Còn chờ"),
        ("Vay vốn", "SMS", "23/11/2026", "Đã tới"),
    ]
    assert [dict(row) for row in found["carriers"].rows] == [
        {"channel": "SMS", "account": "Nhà mạng Mẫu", "messages": "1"}
    ]
    assert [row.account_id for row in received(second)] == [None, 1]
    nothing = holdings.of_person(stranger)
    assert (list(nothing["messages"].rows), list(nothing["carriers"].rows)) == ([], [])


def test_telling_it_costs_the_same_for_many_broadcasts(world: World) -> None:
    [person] = people(world, 1)
    for _broadcast in range(4):
        released(world, 0, at=NOW)
        finish(take().claimed)
    with CaptureQueriesContext(connection) as queries:
        assert len(received(person)) == 4
    assert len(queries) == 1
