"""What triggers add up says what a plain count over people, addresses and consents says, whoever moves at once."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.audience.enums import Means, SuppressionReason
from lantoa.audience.models import Address, GroupMembership, Person, Suppression
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services import (
    correct_address,
    erase_person,
    give_consent,
    lift_suppression,
    suppress,
    withdraw_consent,
)
from tests.audience.world import NOW, World, contact, settle

pytestmark = [pytest.mark.sql]

PLAIN = """
SELECT p.unit_id, coalesce(p.hamlet_id, 0), p.language, ARRAY(SELECT DISTINCT r.purpose || ':' || r.channel
    FROM audience_reach r WHERE r.person_id = p.id ORDER BY 1), {more} count(*)
FROM audience_person p {join} WHERE p.erased_at IS NULL GROUP BY {by}
"""
MEMBERS = """JOIN (SELECT person_id, group_id, range_agg(valid) AS days FROM audience_groupmembership GROUP BY 1, 2) m
    ON m.person_id = p.id"""
KEPT = """
SELECT c.unit_id, c.hamlet_id, c.language, c.reach, {more} sum(t.people)
FROM {table} t JOIN audience_cell c ON c.id = t.cell_id GROUP BY {by} HAVING sum(t.people) <> 0
"""


def rows(statement: str) -> set[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return {tuple(tuple(v) if isinstance(v, list) else v for v in row) for row in cursor.fetchall()}


def check() -> None:
    """Tallies, by place and by group, against the plain count."""
    plain = rows(PLAIN.format(more="", join="", by="1, 2, 3, 4"))
    assert rows(KEPT.format(more="", table="audience_tally", by="1, 2, 3, 4")) == plain
    by = "1, 2, 3, 4, 5, 6"
    members = rows(PLAIN.format(more="m.group_id, m.days::text,", join=MEMBERS, by=by))
    assert rows(KEPT.format(more="t.group_id, t.days::text,", table="audience_grouptally", by=by)) == members


def fold() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT audience_fold_tally()")


_numbers = itertools.count(1)
MOVES = (
    *("give", "give", "withdraw", "silence", "lift", "mute", "erase", "correct", "move", "join", "leave", "fold"),
    *("unusable", "usable", "new_address", "delete_address", "batch"),
)
moves = st.lists(st.tuples(st.sampled_from(MOVES), st.integers(0, 2), st.sampled_from(["sms", "zalo"])), max_size=10)


class Play:
    """Three people, two of whom share a phone."""

    def __init__(self, world: World) -> None:
        number = next(_numbers)
        phones = [f"8493{number:07d}", f"8493{number:07d}", f"8494{number:07d}"]
        self.world, self.step = world, 0
        self.people = settle(*(contact(world, channels=("sms", "zalo"), phone=phone) for phone in phones))

    def move(self, name: str, who: int, channel: str) -> None:  # noqa: C901 - one case a move
        self.step += 1
        person, at = Person.objects.get(pk=self.people[who].pk), NOW + timedelta(minutes=self.step)
        spot = Address.objects.filter(person=person, channel=channel, erased_at=None).first()
        match name:
            case "give" if not person.erased_at:
                wordings = list(current_wordings("vi").values())[: 1 + self.step % 2]
                give_consent(by=None, at=at, person=person, channel=channel, wordings=wordings, means=Means.COUNTER,
                             proof={"n": self.step})  # fmt: skip
            case "withdraw":
                withdraw_consent(by=None, at=at, people=[person], means=Means.COUNTER, proof={"n": 1}, channel=channel)
            case "silence" if spot:
                suppress(reason=SuppressionReason.DEAD, by=None, at=at, address_id=spot.pk)
            case "lift" if spot:
                lift_suppression(by=None, at=at, channel=channel, digest=spot.digest, person=person)
            case "mute":
                suppress(reason=SuppressionReason.COUNTER, by=None, at=at, person=person)
            case "erase":
                erase_person(by=None, at=at, person=person)
            case "correct" if spot and channel == "sms":
                correct_address(by=None, at=at, address=spot, typed=f"8495{next(_numbers):07d}")
            case "unusable" | "usable" if spot:
                Address.objects.filter(pk=spot.pk).update(usable=name == "usable")
            case "new_address" if not person.erased_at:
                code = f"digest-{next(_numbers)}"
                Address.objects.create(person=person, channel=channel, value="x", digest=code, verified_at=at)
            case "delete_address" if spot:
                spot.delete()
            case "move":
                Person.objects.filter(pk=person.pk).update(
                    unit_id=self.world.units["Xã Khánh An"], language="km", preferred_channel=channel
                )
            case _:
                self.belong(name, person, who)

    def belong(self, name: str, person: Person, who: int) -> None:
        mine = GroupMembership.objects.filter(person=person)
        match name:
            case "join":
                code, month = ("poor", "workers")[self.step % 2], 1 + self.step % 12
                valid = (f"2026-{month:02d}-01", None if self.step % 3 else "2027-01-01")
                row = {"person": person, "group": self.world.groups[code], "valid": valid, "source": "t"}
                if not mine.filter(group=row["group"], valid__startswith=valid[0]).exists():
                    GroupMembership.objects.create(**row)
            case "leave":
                if who and (one := mine.first()):
                    GroupMembership.objects.filter(pk=one.pk).update(valid=("2025-01-01", "2026-01-01"))
                else:
                    mine.delete()
            case "fold":
                fold()
            case "batch":
                settle(*(contact(self.world, groups=("poor",)) for _n in range(60)))


@pytest.mark.django_db
@settings(max_examples=30)
@given(script=moves)
def test_kept_tallies_equal_the_plain_count_after_every_move(world: World, script: list[tuple[str, int, str]]) -> None:
    with transaction.atomic():
        play = Play(world)
        check()
        for name, who, channel in script:
            play.move(name, who, channel)
            check()
        transaction.set_rollback(True)


def together(*calls: Callable[[], object]) -> list[BaseException | None]:
    """Start the calls at the same moment, each on a connection of its own; returns what went wrong with each."""
    barrier = Barrier(len(calls))

    def one(call: Callable[[], object]) -> BaseException | None:
        try:
            barrier.wait(20)
            call()
        except DatabaseError as wrong:
            return wrong
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(len(calls)) as pool:
        return [done.result(60) for done in [pool.submit(one, call) for call in calls]]


@pytest.mark.django_db(transaction=True)
def test_an_address_and_its_silence_that_arrive_together_are_added_up_right(world: World) -> None:
    for _round in range(6):
        [person] = settle(contact(world, channels=("sms",)))
        other, *_rest = settle(contact(world, agreed=[("policy_news", "sms", True)], addresses=[]))
        spot = Address.objects.get(person=person)

        def bring(spot: Address = spot, other: Person = other) -> None:
            with transaction.atomic():
                Address.objects.create(person=other, channel="sms", value=spot.value, digest=spot.digest,
                                       verified_at=NOW)  # fmt: skip

        def silence(spot: Address = spot) -> None:
            suppress(reason=SuppressionReason.DEAD, by=None, at=NOW, channel="sms", digest=spot.digest)

        def yes(person: Person = person) -> None:
            give_consent(by=None, at=NOW, person=person, channel="sms", means=Means.COUNTER, proof={"n": 1},
                         wordings=[current_wordings("vi")["events"]])  # fmt: skip

        assert together(bring, silence, yes) == [None] * 3
        check()


@pytest.mark.django_db(transaction=True)
def test_folding_while_people_come_and_say_no_loses_nobody(world: World) -> None:
    people = settle(*(contact(world, groups=("poor",)) for _n in range(12)))

    def refuse(part: list[Person]) -> None:
        for person in part:
            withdraw_consent(by=None, at=NOW, people=[person], means=Means.COUNTER, proof={"n": 1})

    def arrive() -> None:
        for _n in range(4):
            with transaction.atomic():
                settle(*(contact(world, groups=("poor",)) for _n in range(3)))

    def tidy() -> None:
        for _n in range(8):
            fold()

    wrong = together(lambda: refuse(people[:6]), lambda: refuse(people[6:]), arrive, tidy, tidy)
    assert wrong == [None] * 5
    check()
    assert Suppression.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("table", ["cell", "standing", "tally", "grouptally"])
def test_nobody_writes_tallies_directly(world: World, table: str) -> None:
    settle(contact(world, groups=("poor",)))
    with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM audience_{table}")
    check()


@pytest.mark.django_db
def test_rebuilding_gives_the_same_sums(world: World) -> None:
    settle(contact(world, groups=("poor",)), contact(world, channels=("zalo", "sms")), contact(world, agreed=[]))
    with connection.cursor() as cursor:
        cursor.execute("SELECT audience_rebuild_standing()")
        assert cursor.fetchone() == (3,)
    check()
