"""What comes back by mail, and people found to be one: the ledger says what happened and always adds up."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from lantoa.audience.enums import Purpose, SuppressionReason
from lantoa.audience.models import Address, Consent, Person, Suppression
from lantoa.audience.services import merge_people, unmerge_people
from lantoa.channels.events import AddressDead, MessageRefused, ReceiptReceived, ReceiptsReceived
from lantoa.kernel.events import emit
from lantoa.outreach.models import Delivery
from lantoa.outreach.selectors.addressed import addressed
from tests.outreach.world import NOW, World, finish, released, states, take

pytestmark = [pytest.mark.django_db, pytest.mark.sql]


def test_a_bounce_fails_the_delivery_and_silences_its_address_alone(world: World, run_jobs: Callable[[], int]) -> None:
    row = released(world, 2, ("email",))
    gone, there = take("email").claimed
    finish([gone, there], channel="email")
    told = ReceiptReceived(1, "email", "", gone.key, "failed", NOW.isoformat(), 1)
    emit(ReceiptsReceived([{name: getattr(told, name) for name in told.__slots__}]))
    emit(AddressDead(1, "email", gone.key, NOW.isoformat(), 1))
    emit(AddressDead(1, "email", gone.key, NOW.isoformat(), 1))  # told twice
    run_jobs()
    assert states(row) == {"accepted": 1, "failed": 1}
    address = Address.objects.get(pk=Delivery.objects.get(pk=gone.id).address_id)
    [silence] = Suppression.objects.all()
    assert (silence.channel, silence.digest, silence.reason) == ("email", address.digest, SuppressionReason.DEAD)


def test_a_refusal_by_mail_ends_what_its_link_would_end(world: World, run_jobs: Callable[[], int]) -> None:
    row = released(world, 2, ("email",))
    one, _other = take("email").claimed
    emit(MessageRefused(1, "email", one.key, NOW.isoformat(), 1))
    run_jobs()
    person = Delivery.objects.get(pk=one.id).person_id
    gone = Consent.objects.filter(given=False)
    assert list(gone.values_list("person", "purpose", "channel")) == [(person, row.purpose, "email")]
    assert Purpose(row.purpose)


def test_a_key_names_its_own_channel_and_broadcast_alone(world: World) -> None:
    released(world, 1, ("email",))
    [one] = take("email").claimed
    assert addressed(one.key, channel="email") is not None
    assert addressed(one.key, channel="sms") is None
    assert addressed(f"{'0' * 16}-{one.id}-0", channel="email") is None
    assert addressed("reply-1", channel="email") is None


def test_joining_two_people_moves_no_count_and_writes_to_them_once(world: World) -> None:
    row = released(world, 3)
    before = {one.pk: (one.person_id, one.address_id) for one in Delivery.objects.filter(broadcast=row)}
    first, second, _third = Person.objects.in_bulk([person for person, _address in before.values()]).values()
    merge = merge_people(by=world.officer, at=NOW, keeper=first, other=second)
    claimed = take().claimed
    assert second.pk not in {Delivery.objects.get(pk=one.id).person_id for one in claimed}
    finish(claimed)
    assert states(row) == {"accepted": 2, "suppressed": 1}
    unmerge_people(by=world.officer, at=NOW + timedelta(minutes=1), merge=merge)
    assert {one.pk: (one.person_id, one.address_id) for one in Delivery.objects.filter(broadcast=row)} == before
    assert sum(states(row).values()) == row.audience_count == 3
