"""Release: one row a person, the audience frozen, only exactly what was approved."""

import json
from datetime import timedelta

import pytest

from lantoa.channels.placing import Priority
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.models import AuditEntry
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.models import Broadcast, Delivery, Placement
from lantoa.outreach.services import (
    CannotReleaseError,
    Form,
    Plan,
    prepare,
    release,
    release_due,
    save_message,
    schedule,
)
from lantoa.outreach.spread import Spread
from tests.outreach.public_world import outlet, public_version, settle_unit
from tests.outreach.world import NOW, World, approve, draft, message, people, released, sql, states, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def test_everybody_gets_one_row_by_the_first_channel_that_reaches_them(world: World) -> None:
    both = people(world, 2, ("zalo", "sms"))
    phones = people(world, 3, ("sms",))
    silent = people(world, 1, ("sms",), consent=False)
    mail_only = people(world, 1, ("email",))
    row = released(world, 0, ("zalo", "sms"))
    found = {d.person_id: (d.channel, d.state, d.reason) for d in Delivery.objects.filter(broadcast=row)}
    assert row.audience_count == 7
    assert found == (
        dict.fromkeys(both, ("zalo", "pending", ""))
        | dict.fromkeys(phones, ("sms", "pending", ""))
        | dict.fromkeys(silent, ("none", "suppressed", "no_consent"))
        | dict.fromkeys(mail_only, ("none", "suppressed", "no_channel"))
    )


def test_a_shared_phone_gets_the_message_once(world: World) -> None:
    family = people(world, 3, phone="84900123456")
    row = released(world, 0)
    found = list(
        Delivery.objects.filter(broadcast=row).order_by("person_id").values_list("person_id", "state", "reason")
    )
    assert found == [
        (family[0], "pending", ""),
        (family[1], "suppressed", "shared_address"),
        (family[2], "suppressed", "shared_address"),
    ]


def test_the_channel_a_person_prefers_comes_first(world: World) -> None:
    from lantoa.audience.models import Person

    person = people(world, 1, ("zalo", "sms"))[0]
    Person.objects.filter(pk=person).update(preferred_channel="sms")
    row = released(world, 0, ("zalo", "sms"))
    assert Delivery.objects.get(broadcast=row).channel == "sms"


def test_releasing_twice_changes_nothing(world: World) -> None:
    row = released(world, 4)
    people(world, 2)
    again = release(broadcast=row, by=world.leader, at=NOW + timedelta(minutes=1))
    assert (again.audience_count, again.released_at, Delivery.objects.count()) == (4, NOW, 4)
    assert AuditEntry.objects.filter(action="outreach.broadcast_released").count() == 1


def test_without_approval_nothing_goes_out(world: World) -> None:
    from lantoa.outreach.services import freeze

    people(world, 2)
    row = draft(world, freeze(message=message(world), by=world.editor, at=NOW))
    assert row.state == BroadcastState.DRAFT
    with pytest.raises(CannotReleaseError):
        release(broadcast=row, by=world.leader, at=NOW)
    assert Delivery.objects.count() == 0


def test_an_edit_after_approval_blocks_the_release_and_putting_it_back_allows_it(world: World) -> None:
    people(world, 2)
    written = message(world)
    row = draft(world, approve(world, written))
    assert row.state == BroadcastState.APPROVED
    before = written.forms.get(channel="sms")
    save_message(message=written, forms=[Form(channel="sms", body=before.body + ",")], by=world.editor, at=NOW)
    with pytest.raises(CannotReleaseError):
        release(broadcast=row, by=world.leader, at=NOW)
    assert Delivery.objects.count() == 0
    save_message(
        message=written, forms=[Form(channel="sms", body=before.body, plain=before.plain)], by=world.editor, at=NOW
    )
    assert release(broadcast=row, by=world.leader, at=NOW).audience_count == 2


def test_only_channel_officers_and_leaders_release_and_only_leaders_what_is_urgent(world: World) -> None:
    people(world, 1)
    row = draft(world, approve(world, message(world)))
    for person in (world.editor, world.reviewer):
        with pytest.raises(AccessDenied):
            release(broadcast=row, by=person, at=NOW)
    urgent = draft(world, row.version, urgency="urgent")
    with pytest.raises(AccessDenied):
        release(broadcast=urgent, by=world.officer, at=NOW)
    assert release(broadcast=urgent, by=world.leader, at=NOW).audience_count == 1


def test_who_got_a_version_is_not_sent_it_again_by_an_overlapping_broadcast(world: World) -> None:
    people(world, 2)
    version = approve(world, message(world))
    release(broadcast=draft(world, version), by=world.leader, at=NOW)
    people(world, 1)
    second = release(broadcast=draft(world, version), by=world.leader, at=NOW)
    assert (second.audience_count, states(second)) == (3, {"suppressed": 2, "pending": 1})
    assert set(Delivery.objects.filter(broadcast=second, state="suppressed").values_list("reason", flat=True)) == {
        "already_sent"
    }


def test_who_withdrew_before_the_release_is_counted_and_not_sent_to(world: World) -> None:
    withdraw(people(world, 1)[0])
    row = released(world, 1)
    assert (row.audience_count, states(row)) == (2, {"suppressed": 1, "pending": 1})


def test_an_empty_audience_is_refused_and_leaves_the_broadcast_as_it_was(world: World) -> None:
    row = draft(world, approve(world, message(world)))
    with pytest.raises(CannotReleaseError):
        release(broadcast=row, by=world.leader, at=NOW)
    assert Broadcast.objects.get(pk=row.pk).state == BroadcastState.APPROVED


def test_sum_is_checked_by_the_database_when_the_audience_is_frozen(world: World) -> None:
    from django.db import DatabaseError, transaction

    row = released(world, 3)
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic():
        sql("UPDATE outreach_broadcast SET audience_count = 4 WHERE id = %s", row.pk)


def test_what_is_urgent_at_outlets_alone_is_a_leaders_too_at_once_and_by_the_clock(world: World) -> None:
    settle_unit(world)
    outlet(world)
    version = public_version(world, ["board"])

    def prepared(priority: Priority) -> Broadcast:
        spread = Spread(kinds=("board",), priority=priority)
        plan = Plan(segment_id=None, channels=(), expires_at=NOW + timedelta(days=2), spread=spread)
        return prepare(version=version, plan=plan, by=world.officer, at=NOW)

    row, hour = prepared(Priority.URGENT), NOW + timedelta(hours=1)
    with pytest.raises(AccessDenied):
        release(broadcast=row, by=world.officer, at=NOW)
    with pytest.raises(AccessDenied):
        schedule(broadcast=row, send_at=hour, by=world.officer, at=NOW)
    row.refresh_from_db()
    assert (row.state, row.scheduled_for, Placement.objects.count()) == (BroadcastState.APPROVED, None, 0)
    schedule(broadcast=row, send_at=hour, by=world.leader, at=NOW)
    Broadcast.objects.filter(pk=row.pk).update(scheduled_by=world.officer)  # whose right went meanwhile
    assert release_due(at=hour) == []
    assert release(broadcast=row, by=world.leader, at=hour).placement_count == 1
    entries = AuditEntry.objects.filter(action__startswith="outreach.broadcast_")
    told = {one.action.removeprefix("outreach.broadcast_"): json.loads(one.facts) for one in entries}
    assert (told["released"]["urgency"], told["released"]["priority"]) == ("ordinary", "urgent")
    assert told["scheduled"]["priority"] == "urgent"
    assert release(broadcast=prepared(Priority.PREFERRED), by=world.officer, at=NOW).placement_count == 1
