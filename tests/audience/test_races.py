"""Two at once: an erasure and a late address; two withdrawals and a new yes."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from lantoa.audience.enums import Means
from lantoa.audience.models import Address, Person, Reach
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services import erase_person, give_consent, withdraw_consent
from tests.audience.world import NOW, World, contact, settle

pytestmark = pytest.mark.django_db(transaction=True)


def elsewhere(work: Callable[[], object]) -> object:
    """Do it in this thread's own connection and close it."""
    try:
        return work()
    finally:
        connection.close()


def wait_for_a_lock(other: Future[object]) -> None:
    """Until the other connection queues behind ours; at most until it is done."""
    with connection.cursor() as cursor:
        while not other.done():
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return


def test_an_address_that_arrives_during_an_erasure_stays_out(world: World) -> None:
    [person] = settle(contact(world))

    def bring() -> object:
        return Address.objects.create(person=Person(pk=person.pk), channel="zalo", value="123456", digest="0" * 64)

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            erase_person(by=None, at=NOW, person=person)
            late = pool.submit(elsewhere, bring)
            wait_for_a_lock(late)
        with pytest.raises(DatabaseError, match=r"the vault keeps nothing"):
            late.result(10)
    assert list(Address.objects.filter(person=person).values_list("value", flat=True)) == [""]


def test_a_yes_said_before_the_no_but_stored_after_it_does_not_win(world: World) -> None:
    [person] = settle(contact(world))
    wording = current_wordings("vi")["policy_news"]

    def earlier_yes() -> object:
        return give_consent(by=None, at=NOW + timedelta(minutes=1), person=person, channel="sms", wordings=[wording],
                            means=Means.COUNTER, proof={"n": 1})  # fmt: skip

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            withdraw_consent(by=None, at=NOW + timedelta(minutes=2), people=[person], means=Means.PHONE, proof={"n": 2})
            late = pool.submit(elsewhere, earlier_yes)
            wait_for_a_lock(late)
        late.result(10)
    assert not Reach.objects.filter(person=person).exists()
