"""Consent moves while a broadcast runs: the next claim obeys, the sum stays whole, the erased cannot be read."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.audience.enums import Means, SuppressionReason
from lantoa.audience.models import Address, Person, Reach, VaultName
from lantoa.audience.selectors import current_wordings, vault_addresses
from lantoa.audience.services import (
    correct_address,
    erase_person,
    give_consent,
    lift_suppression,
    suppress,
    unsubscribe,
    unsubscribe_token,
    withdraw_by_keyword,
    withdraw_by_phone,
    withdraw_consent,
)
from lantoa.channels.contract import Accepted, Rejected, Unknown
from lantoa.channels.events import ReceiptReceived
from lantoa.outreach.models import Broadcast, Delivery
from lantoa.outreach.services.claiming import Claimed
from lantoa.outreach.services.ending import tidy
from lantoa.outreach.services.receipts import take_receipt
from lantoa.outreach.services.settling import reap
from tests.outreach.world import NOW, PURPOSE, World, finish, released, states, take

pytestmark = pytest.mark.sql

SECOND = timedelta(seconds=1)
PROOF = {"n": 1}
STEPS = (
    *("claim", "claim", "claim", "accept", "accept", "refuse", "lose", "deliver", "read", "fail", "reap", "tidy"),
    *("give", "give", "withdraw", "link", "keyword", "suppress", "lift", "mute", "erase", "correct"),
)
WORDS = {"deliver": "delivered", "read": "read", "fail": "failed"}
_phones = itertools.count(1)


class Play:
    """A broadcast to four people, a worker, a provider, and what the people said, kept in plain sets."""

    def __init__(self, world: World) -> None:
        self.row, self.at = released(world, 4), NOW
        self.people = sorted(Delivery.objects.filter(broadcast=self.row).values_list("person_id", flat=True))
        self.address = {one.person_id: one for one in Address.objects.filter(person__in=self.people)}
        self.secrets = {pk: [(one.value, one.digest)] for pk, one in self.address.items()}
        self.agreed, self.muted, self.erased = set(self.people), set[int](), set[int]()
        self.silent: set[str] = set()
        self.hand: list[Claimed] = []
        self.sent: list[Claimed] = []

    def step(self, name: str, pick: int) -> None:
        self.at += SECOND
        if name in ("claim", "accept", "refuse", "lose", "deliver", "read", "fail", "reap", "tidy"):
            self._work(name, pick)
        else:
            self._say(name, self.people[pick % 4])

    def _work(self, name: str, pick: int) -> None:
        outcomes = {"accept": Accepted, "refuse": lambda _id: Rejected("99"), "lose": lambda _id: Unknown("lost")}
        match name:
            case "claim":
                self._claim()
            case "accept" | "refuse" | "lose" if self.hand:
                one = self.hand.pop(pick % len(self.hand))
                finish([one], outcomes[name](f"p-{one.id}"), at=self.at)
                self.sent += [one] if name == "accept" else []
            case "deliver" | "read" | "fail" if self.sent:
                one, state = (
                    self.sent[pick % len(self.sent)],
                    WORDS[name],
                )
                told = ReceiptReceived(1, "sms", f"p-{one.id}", one.key, state, self.at.isoformat(), pick)
                take_receipt(told, at=self.at)
            case "reap":
                self.at += timedelta(minutes=2)
                self.hand = []
                reap(at=self.at)
            case "tidy":
                tidy(at=self.at)

    def _claim(self) -> None:
        batch = take(limit=2, at=self.at).claimed
        owner = {one.id: Delivery.objects.get(pk=one.id).person_id for one in batch}
        for one in batch:
            person = owner[one.id]
            assert person in self.agreed - self.muted - self.erased, "nobody is claimed whose consent is not in force"
            assert self.secrets[person][-1][1] not in self.silent, "nor at an address that was silenced"
            assert Reach.objects.filter(person=person, address=one.address_id, purpose=PURPOSE).exists()
        self.hand += batch

    def _say(self, name: str, who: int) -> None:
        person, spot = Person.objects.get(pk=who), Address.objects.get(pk=self.address[who].pk)
        value, code = self.secrets[who][-1]
        match name:
            case "give" if who not in self.erased:
                give_consent(by=None, at=self.at, person=person, channel="sms", means=Means.COUNTER, proof=PROOF,
                             wordings=[current_wordings("vi")[PURPOSE]])  # fmt: skip
                self.agreed.add(who)
            case "withdraw":
                withdraw_consent(by=None, at=self.at, people=[person], means=Means.PHONE, proof=PROOF)
                self.agreed.discard(who)
            case "link":
                unsubscribe(unsubscribe_token(spot.pk, PURPOSE), self.at)
                self.agreed.discard(who)
            case "keyword" if who not in self.erased:
                withdraw_by_keyword(at=self.at, channel="sms", value=value, keyword="stop", inbound_id=next(_phones))
                self.agreed.discard(who)
                self.silent.add(code)
            case "suppress":
                suppress(reason=SuppressionReason.DEAD, by=None, at=self.at, channel="sms", digest=code)
                self.silent.add(code)
            case "lift":
                lift_suppression(by=None, at=self.at, channel="sms", digest=code, person=person)
                self.silent.discard(code)
                self.muted.discard(who)
            case "mute":
                suppress(reason=SuppressionReason.COUNTER, by=None, at=self.at, person=person)
                self.muted.add(who)
            case "erase":
                erase_person(by=None, at=self.at, person=person)
                self.erased.add(who)
                self.silent.add(code)
            case "correct" if who not in self.erased:
                fresh = correct_address(by=None, at=self.at, address=spot, typed=f"8497{next(_phones):07d}")
                self.secrets[who].append((fresh.value, fresh.digest))

    def check(self) -> None:
        row = Broadcast.objects.get(pk=self.row.pk)
        assert sum(states(row).values()) == row.audience_count == 4
        assert sorted(Delivery.objects.filter(broadcast=row).values_list("person_id", flat=True)) == self.people
        gone = [self.address[who].pk for who in self.erased]
        assert vault_addresses(gone) == {}
        assert not VaultName.objects.filter(person__in=self.erased).exists()
        assert Person.objects.filter(pk__in=self.people).count() == 4

    def check_nothing_readable(self) -> None:
        """No table of audience, outreach or the audit holds an erased person's number; its digest only silences."""
        secrets = [f"%{text}%" for who in self.erased for pair in self.secrets[who] for text in pair]
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^(audience|outreach)_|audit'")
            for (table,) in cursor.fetchall():
                cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)", [secrets])
                assert cursor.fetchone() == (0,) or table == "audience_suppression", table


@pytest.mark.django_db
@settings(max_examples=40)
@given(script=st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 11)), max_size=30))
def test_no_interleaving_sends_without_consent_loses_a_count_or_keeps_the_erased(
    world: World, script: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        play = Play(world)
        for name, pick in script:
            play.step(name, pick)
            play.check()
        if play.erased:
            play.check_nothing_readable()
        transaction.set_rollback(True)


def by_link(world: World, person: Person) -> object:
    return unsubscribe(unsubscribe_token(Address.objects.get(person=person).pk, PURPOSE), NOW + SECOND)


def by_keyword(world: World, person: Person) -> object:
    value = Address.objects.get(person=person).value
    return withdraw_by_keyword(at=NOW + SECOND, channel="sms", value=value, keyword="dừng", inbound_id=1)


def at_the_counter(world: World, person: Person) -> object:
    return withdraw_consent(by=world.officer, at=NOW + SECOND, people=[person], means=Means.COUNTER, proof=PROOF)


def by_phone(world: World, person: Person) -> object:
    return withdraw_by_phone(by=world.officer, at=NOW + SECOND, people=[person], called_at=NOW, note="12")


WAYS = [by_link, by_keyword, at_the_counter, by_phone]


@pytest.mark.django_db
@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_withdraw_is_honoured_in_the_very_next_claim(
    world: World, way: Callable[[World, Person], object]
) -> None:
    row = released(world, 2)
    gone, stays = Delivery.objects.filter(broadcast=row).order_by("person_id")
    way(world, Person.objects.get(pk=gone.person_id))
    assert [one.id for one in take(at=NOW + SECOND).claimed] == [stays.pk]
    assert states(row) == {"sending": 1, "suppressed": 1}


# Two at once, each with a connection of its own


def together(*calls: Callable[[], None]) -> None:
    """Start the calls at the same moment in threads of their own; what one raises is raised."""
    barrier = Barrier(len(calls))

    def one(call: Callable[[], None]) -> None:
        try:
            barrier.wait(20)
            call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        for done in [pool.submit(one, call) for call in calls]:
            done.result(120)


def withdraw_one(world: World, person: Person) -> None:
    withdraw_consent(by=None, at=NOW + SECOND, people=[person], means=Means.PHONE, proof=PROOF)


def erase_one(world: World, person: Person) -> None:
    erase_person(by=None, at=NOW + SECOND, person=person)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("leave", [withdraw_one, erase_one])
def test_once_somebody_has_left_no_claim_that_begins_later_takes_them(
    world: World, leave: Callable[[World, Person], None]
) -> None:
    row = released(world, 30)
    people = list(Person.objects.filter(pk__in=Delivery.objects.values("person_id")).order_by("pk"))
    owner = dict(Delivery.objects.values_list("pk", "person_id"))
    tick = itertools.count()  # one clock for all threads
    left: dict[int, int] = {}
    taken: dict[int, int] = {}

    def leaving() -> None:
        for person in people[::-2]:
            leave(world, person)
            left[person.pk] = next(tick)

    def claiming() -> None:
        idle = 0
        while idle < 2:
            begun = next(tick)
            batch = take(limit=2, at=NOW + SECOND)
            idle = 0 if batch.touched else idle + 1
            taken.update({owner[one.id]: begun for one in batch.claimed})

    together(leaving, claiming, claiming)
    assert len(left) == 15
    late = {person for person, begun in taken.items() if person in left and begun > left[person]}
    assert late == set(), "claimed by a claim that began after they had left"
    found = states(Broadcast.objects.get(pk=row.pk))
    assert sum(found.values()) == 30
    assert set(found) <= {"sending", "suppressed"}
    assert found["sending"] == len(taken) >= 15
