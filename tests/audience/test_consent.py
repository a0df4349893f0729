"""Consent adds up by (at, id) whatever the interleaving, and nobody who said no is ever in the view."""

import itertools
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.audience.enums import ConsentKind, Means, Purpose, SuppressionReason
from lantoa.audience.models import Address, Consent, ConsentEvent, Person, Reach, Suppression
from lantoa.audience.selectors import current_wordings
from lantoa.audience.services import (
    BadTokenError,
    Unsubscribed,
    erase_person,
    give_consent,
    lift_suppression,
    suppress,
    unsubscribe,
    unsubscribe_token,
    withdraw_consent,
)
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from tests.audience.world import NOW, World, contact, settle

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
SLOW = settings(max_examples=30)

said = st.tuples(
    st.integers(0, 1),
    st.sampled_from(["policy_news", "events"]),
    st.sampled_from(["sms", "zalo"]),
    st.booleans(),
    st.integers(0, 4),
)


def say(person: Person, purpose: str, channel: str, yes: bool, minute: int) -> ConsentEvent:
    return ConsentEvent(
        person=person,
        purpose=purpose,
        channel=channel,
        kind=ConsentKind.GIVEN if yes else ConsentKind.WITHDRAWN,
        at=NOW + timedelta(minutes=minute),
        wording=current_wordings("vi")[purpose],
        means=Means.COUNTER,
        proof={"test": True},
    )


@SLOW
@given(events=st.lists(said, max_size=12), cuts=st.sets(st.integers(0, 12)))
def test_state_is_the_last_event_however_the_inserts_are_cut(world: World, events: list, cuts: set[int]) -> None:
    people = settle(contact(world, channels=("sms", "zalo"), agreed=[]), contact(world, agreed=[]))
    rows = [say(people[who], *rest) for who, *rest in events]
    edges = [0, *sorted(cut for cut in cuts if cut < len(rows)), len(rows)]
    for start, end in itertools.pairwise(edges):
        ConsentEvent.objects.bulk_create(rows[start:end])
    last: dict[tuple, tuple] = {}
    for event in ConsentEvent.objects.filter(person__in=people):
        key = (event.person_id, event.purpose, event.channel)
        last[key] = max(last.get(key, (event.at, 0, False)), (event.at, event.pk, event.kind == "given"))
    states = Consent.objects.filter(person__in=people)
    assert {(s.person_id, s.purpose, s.channel): (s.at, s.event_id, s.given) for s in states} == last


_numbers = itertools.count(1)
moves = st.lists(
    st.tuples(
        st.sampled_from(
            ["give", "withdraw", "suppress", "lift", "suppress_person", "unusable", "usable", "erase", "unverify"]
        ),
        st.integers(0, 2),
        st.sampled_from(["sms", "zalo"]),
    ),
    max_size=14,
)


@SLOW
@given(moves=moves)
def test_view_holds_exactly_those_who_may_be_written_to(  # noqa: C901 - one step for each kind of move
    world: World, moves: list[tuple[str, int, str]]
) -> None:
    number = next(_numbers)  # of this example alone: what silenced an address stays
    phones = [f"84910{number:06d}", f"84910{number:06d}", f"84920{number:06d}"]
    people = settle(*(contact(world, channels=("sms", "zalo"), phone=phone, agreed=[]) for phone in phones))
    given_: set[tuple[int, str]] = set()
    silenced: set[tuple[str, str]] = set()
    muted: set[int] = set()
    erased: set[int] = set()
    bad: set[int] = set()
    unverified: set[int] = set()
    address = {(a.person_id, a.channel): a for a in Address.objects.filter(person__in=people)}
    digest_of = {key: a.digest for key, a in address.items()}
    for step, (move, who, channel) in enumerate(moves):
        person, at = people[who], NOW + timedelta(minutes=step + 1)
        spot = address[person.pk, channel]
        code = digest_of[person.pk, channel]
        match move:
            case "give" if person.pk not in erased:
                wording = current_wordings("vi")["policy_news"]
                give_consent(by=None, at=at, person=person, channel=channel, wordings=[wording],
                             means=Means.COUNTER, proof={"n": step})  # fmt: skip
                given_.add((person.pk, channel))
            case "withdraw":
                withdraw_consent(by=None, at=at, people=[person], means=Means.COUNTER, proof={"n": step},
                                 channel=channel)  # fmt: skip
                given_.discard((person.pk, channel))
            case "suppress":
                suppress(reason=SuppressionReason.DEAD, by=None, at=at, channel=channel, digest=code)
                silenced.add((channel, code))
            case "lift":
                lift_suppression(by=None, at=at, channel=channel, digest=code)
                silenced.discard((channel, code))
            case "suppress_person":
                suppress(reason=SuppressionReason.COUNTER, by=None, at=at, person=person)
                muted.add(person.pk)
            case "unusable" | "usable" if person.pk not in erased:
                Address.objects.filter(pk=spot.pk).update(usable=move == "usable")
                (bad.add if move == "unusable" else bad.discard)(spot.pk)
            case "unverify" if person.pk not in erased:
                Address.objects.filter(pk=spot.pk).update(verified_at=None)
                unverified.add(spot.pk)
            case "erase":
                erase_person(by=None, at=at, person=person)
                for mine in ("sms", "zalo"):
                    pair = (mine, digest_of[person.pk, mine])
                    others = [p.pk for p in people if p.pk != person.pk and p.pk not in erased]
                    if person.pk not in erased and not any(digest_of[o, mine] == pair[1] for o in others):
                        silenced.add(pair)
                erased.add(person.pk)
    expected = {
        spot.pk
        for (person_id, channel), spot in address.items()
        if (person_id, channel) in given_
        and person_id not in erased | muted
        and (channel, digest_of[person_id, channel]) not in silenced
        and spot.pk not in bad | unverified
    }
    found = Reach.objects.filter(person__in=people)
    assert {(row.address_id, row.purpose) for row in found} == {(pk, "policy_news") for pk in expected}


def test_preferred_channel_comes_first_then_cost(world: World) -> None:
    [person] = settle(contact(world, channels=("sms", "zalo", "email", "portal"), preferred_channel="email"))
    rows = Reach.objects.filter(person=person).order_by("preference").values_list("channel", flat=True)
    assert list(rows) == ["email", "zalo", "sms", "portal"]


def test_unsubscribe_link_ends_one_purpose_for_all_who_share_the_phone_and_repeats_quietly(world: World) -> None:
    both = [("policy_news", "sms", True), ("events", "sms", True)]
    people = settle(contact(world, phone="84911111111", agreed=both), contact(world, phone="84911111111", agreed=both))
    address = Address.objects.get(person=people[0])
    token = unsubscribe_token(address.pk, Purpose.POLICY_NEWS)
    assert unsubscribe(token, NOW) == Unsubscribed("policy_news", "sms", 2)
    assert unsubscribe(token, NOW + timedelta(days=1)) == Unsubscribed("policy_news", "sms", 0)
    assert set(Reach.objects.values_list("person", "purpose")) == {(p.pk, "events") for p in people}


@pytest.mark.parametrize("token", ["", "1:policy_news", "1:policy_news:forged", "x" * 500])
def test_a_changed_link_is_refused_in_words(world: World, token: str) -> None:
    with pytest.raises(BadTokenError, match=r".+"):
        unsubscribe(token, NOW)


def test_a_consent_dated_ahead_does_not_outlive_the_withdrawal(world: World) -> None:
    [person] = settle(contact(world, said_at=NOW + timedelta(hours=1)))
    withdraw_consent(by=None, at=NOW, people=[person], means=Means.PHONE, proof={"call": 1})
    assert not Reach.objects.filter(person=person).exists()


def test_only_a_post_over_the_unit_may_record_a_withdrawal(world: World) -> None:
    [person] = settle(contact(world, unit="Xã Khánh An"))
    stranger = world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi")
    with pytest.raises(AccessDenied):
        withdraw_consent(by=stranger, at=NOW, people=[person], means=Means.COUNTER, proof={"x": 1})
    assert Reach.objects.filter(person=person).exists()


def test_suppressing_twice_keeps_one_row(world: World) -> None:
    [person] = settle(contact(world))
    address = Address.objects.get(person=person)
    first = suppress(reason=SuppressionReason.DEAD, by=None, at=NOW, address_id=address.pk)
    second = suppress(reason=SuppressionReason.KEYWORD, by=None, at=NOW, address_id=address.pk)
    assert (first, second, Suppression.objects.count()) == (True, False, 1)


FORBIDDEN = [
    "UPDATE audience_consentevent SET kind = 'given'",
    "DELETE FROM audience_consentevent",
    "TRUNCATE audience_consentevent CASCADE",
    "UPDATE audience_consent SET given = true",
    (
        "INSERT INTO audience_consent (person_id, purpose, channel, given, at, event_id)"
        " SELECT person_id, 'events', channel, true, at, event_id FROM audience_consent"
    ),
    "DELETE FROM audience_consent",
    "UPDATE audience_consentwording SET text = 'khác'",
    "DELETE FROM audience_consentwording",
    (
        "INSERT INTO audience_consentwording (purpose, version, language, text, sha256)"
        " VALUES ('events', 9, 'vi', 'a', repeat('0', 64))"
    ),
    (
        "INSERT INTO audience_consentevent (person_id, purpose, channel, kind, at, means, proof)"
        " SELECT id, 'events', 'sms', 'given', now(), 'counter', '{\"a\": 1}' FROM audience_person"
    ),
    (
        "INSERT INTO audience_consentevent (person_id, purpose, channel, kind, at, wording_id, means, proof)"
        " SELECT person_id, purpose, channel, 'given', at, wording_id, means, '{}' FROM audience_consentevent"
    ),
    (
        "INSERT INTO audience_address (person_id, channel, value, digest, usable)"
        " SELECT person_id, channel, value, digest, usable FROM audience_address"
    ),
    "UPDATE audience_address SET value = ''",
    "UPDATE audience_person SET legal_basis = ''",
    "INSERT INTO audience_suppression (reason, at) VALUES ('dead', now())",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_direct_sql_cannot_bend_consent(world: World, statement: str) -> None:
    settle(contact(world))
    before = list(Reach.objects.values())
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Reach.objects.values()) == before


RETURNING = [
    "UPDATE audience_person SET erased_at = NULL",
    "INSERT INTO audience_vault_name (person_id, name) SELECT id, 'Ai đó' FROM audience_person",
    (
        "INSERT INTO audience_address (person_id, channel, value, digest, usable)"
        " SELECT id, 'sms', '84900000000', repeat('0', 64), true FROM audience_person"
    ),
    "UPDATE audience_address SET value = '84900000000', erased_at = NULL",
]


@pytest.mark.parametrize("statement", RETURNING)
def test_direct_sql_cannot_bring_an_erased_person_back(world: World, statement: str) -> None:
    [person] = settle(contact(world))
    erase_person(by=None, at=NOW, person=person)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
