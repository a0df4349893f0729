"""Two records of one person: written to once while joined, and whole again when taken apart."""

import itertools
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lantoa.audience.addresses import digest
from lantoa.audience.enums import Means, SuppressionReason
from lantoa.audience.models import (
    Address,
    Consent,
    ConsentEvent,
    GroupMembership,
    Person,
    PersonMerge,
    Reach,
    SubscriptionRequest,
    Suppression,
    VaultName,
)
from lantoa.audience.selectors import current_wordings
from lantoa.audience.selectors.merging import last_merge_into, merge_of, preview_merge, same_person
from lantoa.audience.services import (
    MergeRefused,
    confirm_subscription,
    confirmation_token,
    erase_person,
    give_consent,
    merge_people,
    request_subscription,
    suppress,
    unmerge_people,
    withdraw_by_keyword,
    withdraw_consent,
)
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from tests.audience.test_standing import check
from tests.audience.world import NOW, World, contact, settle

LATER, LAST = NOW + timedelta(hours=1), NOW + timedelta(hours=2)
PHONE = "84900999001"
_phones = itertools.count(84_900_500_000)


@pytest.fixture
def officer(world: World) -> User:
    return world.hire(Role.CHANNEL_OFFICER)


def pair(world: World, **second: Any) -> list[Person]:
    phone = str(next(_phones))
    return settle(contact(world, phone=phone, channels=("sms", "zalo")), contact(world, phone=phone, **second))


def whole() -> dict[str, set[Any]]:
    """Everything about people that counts: where they stand, not how it came about."""
    return {
        "addresses": set(
            Address.objects.values_list("pk", "person", "channel", "digest", "value", "usable", "erased_at")
        ),
        "reach": set(Reach.objects.values_list("person", "address", "purpose", "preference", "unit")),
        "consents": set(Consent.objects.filter(given=True).values_list("person", "purpose", "channel")),
        "silenced": set(
            Suppression.objects.filter(lifted_at=None).values_list("person", "channel", "digest", "reason")
        ),
        "names": set(VaultName.objects.values_list("person", "name")),
        "groups": set(GroupMembership.objects.values_list("pk", "person", "group", "source")),
        "people": set(Person.objects.values_list("pk", "unit", "language", "preferred_channel", "erased_at")),
    }  # fmt: skip


@pytest.mark.django_db
def test_joined_records_are_one_person_with_every_address_once(world: World, officer: User) -> None:
    keeper, other = pair(world, channels=("sms", "email"))
    merge_people(by=officer, at=LATER, keeper=keeper, other=other)
    assert set(Reach.objects.values_list("person", "channel")) == {
        (keeper.pk, "sms"), (keeper.pk, "zalo"), (keeper.pk, "email")
    }  # fmt: skip
    assert Address.objects.filter(person=other).count() == 1  # the phone both had
    found = merge_of(other)
    assert found is not None
    assert (found.keeper, last_merge_into(keeper)) == (keeper, found)
    check()


@pytest.mark.django_db
@pytest.mark.parametrize("who", [0, 1])
def test_the_later_word_on_a_consent_counts(world: World, officer: User, who: int) -> None:
    people = pair(world)
    first, then = people[who], people[1 - who]
    withdraw_consent(by=None, at=NOW + timedelta(minutes=1), people=[first], means=Means.PHONE, proof={"call": 1})
    wordings = [current_wordings("vi")["policy_news"]]
    give_consent(by=None, at=NOW + timedelta(minutes=2), person=then, channel="sms", wordings=wordings,
                 means=Means.COUNTER, proof={"form": 1})  # fmt: skip
    merge_people(by=officer, at=LATER, keeper=people[0], other=people[1])
    assert Consent.objects.get(person=people[0], channel="sms").given


@pytest.mark.django_db
def test_a_later_no_on_the_other_record_holds_for_the_kept_one(world: World, officer: User) -> None:
    keeper, other = pair(world)
    withdraw_consent(by=None, at=NOW + timedelta(minutes=1), people=[other], means=Means.PHONE, proof={"call": 1})
    shown = preview_merge(officer, keeper, other)
    assert shown.consents == [("policy_news", "sms", False)]
    merge_people(by=officer, at=LATER, keeper=keeper, other=other)
    assert not Reach.objects.filter(person=keeper, channel="sms").exists()


@pytest.mark.django_db
def test_who_was_silenced_on_one_record_is_silent_on_both(world: World, officer: User) -> None:
    keeper, other = pair(world)
    suppress(reason=SuppressionReason.COMPLAINT, by=None, at=NOW, person=other)
    merge = merge_people(by=officer, at=LATER, keeper=keeper, other=other)
    assert not Reach.objects.exists()
    unmerge_people(by=officer, at=LAST, merge=merge)
    assert set(Reach.objects.values_list("person", flat=True)) == {keeper.pk}


@pytest.mark.django_db
def test_a_silenced_address_stays_silenced_wherever_it_moves(world: World, officer: User) -> None:
    keeper, other = pair(world, channels=("sms", "email"))
    mail = Address.objects.get(person=other, channel="email")
    suppress(reason=SuppressionReason.DEAD, by=None, at=NOW, address_id=mail.pk)
    merge_people(by=officer, at=LATER, keeper=keeper, other=other)
    assert not Reach.objects.filter(channel="email").exists()


@pytest.mark.django_db
def test_what_was_refused_while_joined_stays_refused_on_both(world: World, officer: User) -> None:
    keeper, other = pair(world, channels=("sms", "email"))
    merge = merge_people(by=officer, at=LATER, keeper=keeper, other=other)
    withdraw_consent(
        by=None,
        at=LATER + timedelta(minutes=1),
        people=[keeper],
        means=Means.LINK,
        proof={"address": 1},
        channel="email",
    )
    unmerge_people(by=officer, at=LAST, merge=merge)
    assert not Reach.objects.filter(channel="email").exists()
    assert set(Reach.objects.values_list("person", "channel")) == {
        (keeper.pk, "sms"), (keeper.pk, "zalo"), (other.pk, "sms")
    }  # fmt: skip
    check()


CHANNELS = ("sms", "zalo", "email")
moves = st.lists(
    st.tuples(
        st.sampled_from(["yes", "no", "address", "person", "unusable"]), st.integers(0, 2), st.sampled_from(CHANNELS)
    ),
    max_size=8,
)


@settings(max_examples=60)
@given(
    st.lists(st.sets(st.sampled_from(CHANNELS), min_size=1), min_size=3, max_size=3),
    st.booleans(), moves, st.sampled_from([(0, 1), (1, 0), (0, 2), (2, 1)]),
)  # fmt: skip
@pytest.mark.django_db
def test_taking_apart_what_was_joined_leaves_everything_as_it_was(
    world: World, officer: User, channels: list[set[str]], shared: bool, script: list[tuple[str, int, str]],
    chosen: tuple[int, int],
) -> None:  # fmt: skip
    with transaction.atomic():
        phone = str(next(_phones))
        groups = sorted(world.groups)[:2]
        people = settle(
            *(
                contact(world, channels=sorted(has), groups=groups[:number], **({"phone": phone} if shared else {}))
                for number, has in enumerate(channels)
            )
        )
        for step, (move, who, channel) in enumerate(script):
            _move(people[who], move, channel, step)
        before = whole()
        keeper, other = people[chosen[0]], people[chosen[1]]
        merge = merge_people(by=officer, at=LATER, keeper=keeper, other=other)
        check()
        assert not Reach.objects.filter(person=other).exists()
        assert set(Reach.objects.values_list("digest")) <= {(row[3],) for row in before["addresses"]}
        unmerge_people(by=officer, at=LAST, merge=merge)
        assert whole() == before
        check()
        transaction.set_rollback(True)


def _move(person: Person, move: str, channel: str, step: int) -> None:
    at = NOW + timedelta(minutes=step + 1)
    address = Address.objects.filter(person=person, channel=channel).first()
    if move == "yes":
        wordings = [current_wordings("vi")["policy_news"]]
        give_consent(by=None, at=at, person=person, channel=channel, wordings=wordings, means=Means.COUNTER,
                     proof={"form": step})  # fmt: skip
    elif move == "no":
        withdraw_consent(by=None, at=at, people=[person], means=Means.PHONE, proof={"call": step}, channel=channel)
    elif move == "person":
        suppress(reason=SuppressionReason.COMPLAINT, by=None, at=at, person=person)
    elif address is not None and move == "address":
        suppress(reason=SuppressionReason.DEAD, by=None, at=at, address_id=address.pk)
    elif address is not None:
        Address.objects.filter(pk=address.pk).update(usable=False)


steps = st.lists(st.tuples(st.sampled_from(["yes", "stop", "merge", "unmerge"]), st.integers(0, 2)), max_size=12)


@settings(max_examples=25)
@given(st.booleans(), steps)
@example(False, [("merge", 0), ("stop", 1), ("yes", 0), ("unmerge", 0)])
@example(False, [("stop", 1), ("yes", 0), ("merge", 0), ("yes", 0)])
@pytest.mark.django_db
def test_a_stop_on_one_number_outlives_every_yes_of_another(
    world: World, officer: User, silent: bool, script: list[tuple[str, int]]
) -> None:
    with transaction.atomic():
        phones = [str(next(_phones)) for _ in range(3)]
        people = settle(*(contact(world, phone=phone, channels=("sms",)) for phone in phones))
        stopped: set[str] = set()
        if silent:
            suppress(reason=SuppressionReason.COMPLAINT, by=None, at=NOW, person=people[1])
        for number, (step, who) in enumerate(script):
            at, phone = LATER + timedelta(minutes=number), phones[who]
            if step == "yes":
                said_by_its_owner(world, phone, at)
                stopped.discard(phone)
            elif step == "stop":
                withdraw_by_keyword(at=at, channel="sms", value=phone, keyword="STOP", inbound_id=number + 1)
                stopped.add(phone)
            else:
                joined_or_apart(step, people, who, by=officer, at=at)
            reached = set(Reach.objects.filter(channel="sms").values_list("digest", flat=True))
            assert not reached & {digest("sms", phone) for phone in stopped}
            assert step != "yes" or digest("sms", phone) in reached
        check()
        transaction.set_rollback(True)


def said_by_its_owner(world: World, phone: str, at: datetime) -> None:
    asked = request_subscription(
        at=at, channel="sms", value=phone, unit_id=world.units["Xã Đất Mũi"], language="vi", purposes=["policy_news"]
    )
    assert isinstance(asked, SubscriptionRequest)
    confirm_subscription(confirmation_token(asked), at)


def joined_or_apart(step: str, people: list[Person], who: int, *, by: User, at: datetime) -> None:
    keeper, other = people[who], people[(who + 1) % len(people)]
    try:
        with transaction.atomic():
            if step == "merge":
                merge_people(by=by, at=at, keeper=keeper, other=other)
            elif (merge := last_merge_into(keeper)) is not None:
                unmerge_people(by=by, at=at, merge=merge)
    except MergeRefused:
        pass


@pytest.mark.django_db
def test_joining_and_taking_apart_need_the_right_over_both_units(world: World) -> None:
    keeper, other = settle(contact(world, unit="Xã Đất Mũi"), contact(world, unit="Xã Khánh An"))
    near = world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi")
    for by in (near, world.hire(Role.EDITOR)):
        with pytest.raises(AccessDenied):
            merge_people(by=by, at=LATER, keeper=keeper, other=other)
    merge = merge_people(by=world.hire(Role.CHANNEL_OFFICER), at=LATER, keeper=keeper, other=other)
    with pytest.raises(AccessDenied):
        unmerge_people(by=near, at=LAST, merge=merge)


@pytest.mark.django_db
def test_what_is_entangled_is_refused(world: World, officer: User) -> None:
    one, two, three = settle(*(contact(world) for _ in range(3)))
    with pytest.raises(MergeRefused):
        merge_people(by=officer, at=LATER, keeper=one, other=one)
    first = merge_people(by=officer, at=LATER, keeper=one, other=two)
    for keeper, other in ((three, two), (two, three), (three, one)):
        with pytest.raises(MergeRefused):
            merge_people(by=officer, at=LATER, keeper=keeper, other=other)
    second = merge_people(by=officer, at=LATER, keeper=one, other=three)
    with pytest.raises(MergeRefused):
        unmerge_people(by=officer, at=LAST, merge=first)
    unmerge_people(by=officer, at=LAST, merge=second)
    unmerge_people(by=officer, at=LAST, merge=first)
    unmerge_people(by=officer, at=LAST, merge=first)  # twice is once
    assert PersonMerge.objects.filter(undone_at=None).count() == 0


@pytest.mark.django_db
def test_erasing_the_kept_record_erases_what_was_joined_into_it(world: World, officer: User) -> None:
    keeper, other = pair(world, channels=("sms", "email"))
    merge = merge_people(by=officer, at=LATER, keeper=keeper, other=other)
    erase_person(by=officer, at=LAST, person=keeper)
    assert not Address.objects.filter(erased_at=None).exists()
    assert Person.objects.get(pk=other.pk).erased_at is not None
    with pytest.raises(MergeRefused):
        unmerge_people(by=officer, at=LAST, merge=merge)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audience_personmerge SET keeper_id = other_id, other_id = keeper_id",
        "UPDATE audience_personmerge SET moved = '{}'",
        "DELETE FROM audience_personmerge",
    ],
)
def test_the_database_keeps_what_was_joined(world: World, officer: User, statement: str) -> None:
    keeper, other = pair(world)
    merge_people(by=officer, at=LATER, keeper=keeper, other=other)
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.django_db
def test_who_shares_an_address_is_suggested_within_reach_alone(world: World, officer: User) -> None:
    phone = str(next(_phones))
    here, there, stranger = settle(
        contact(world, phone=phone), contact(world, phone=phone, unit="Xã Khánh An"), contact(world)
    )
    assert same_person(officer, here) == [there]
    assert same_person(world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi"), here) == []
    assert same_person(officer, stranger) == []


@pytest.mark.django_db
def test_the_pages_show_join_and_take_apart(world: World, officer: User) -> None:
    keeper, other = pair(world, channels=("sms", "email"))
    client = Client()
    client.force_login(officer)
    page = client.get(reverse("audience:person", args=[keeper.public_id])).content.decode()
    join = reverse("audience:merge", args=[keeper.public_id, other.public_id])
    assert join in page
    preview = client.get(join).content.decode()
    mail = Address.objects.get(person=other, channel="email")
    assert mail.value not in preview  # masked
    assert client.post(join).status_code == 302
    joined = PersonMerge.objects.get()
    apart = reverse("audience:unmerge", args=[keeper.public_id, joined.pk])
    assert apart in client.get(reverse("audience:person", args=[keeper.public_id])).content.decode()
    assert str(keeper.public_id) in client.get(reverse("audience:person", args=[other.public_id])).content.decode()
    assert client.get(apart).status_code == 405
    assert client.post(apart).status_code == 302
    assert PersonMerge.objects.filter(undone_at=None).count() == 0
    outsider = Client()
    outsider.force_login(world.hire(Role.CASE_OFFICER))
    assert outsider.get(join).status_code in (403, 404)
    assert outsider.post(apart).status_code in (403, 404)


@pytest.mark.django_db
def test_every_copied_word_names_the_merge_and_the_event_it_copies(world: World, officer: User) -> None:
    keeper, other = pair(world, channels=("sms", "email"))
    merge = merge_people(by=officer, at=LATER, keeper=keeper, other=other)
    [copied] = ConsentEvent.objects.filter(person=keeper, means=Means.MERGE)
    source = ConsentEvent.objects.get(pk=copied.proof["event"])
    assert (copied.proof["merge"], source.person_id, source.channel) == (merge.pk, other.pk, "email")
    assert (copied.wording_id, copied.at, copied.operator_id) == (source.wording_id, source.at, officer.pk)
