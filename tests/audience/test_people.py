"""The vault: one written form, keyed, masked, erased; subscriptions proven by the owner; samples that ring nobody."""

from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from lantoa.audience import addresses
from lantoa.audience.addresses import BadAddressError, digest, masked, normalise
from lantoa.audience.enums import SuppressionReason
from lantoa.audience.models import (
    Address,
    ConsentEvent,
    GroupMembership,
    Person,
    Reach,
    SubscriptionRequest,
    Suppression,
    VaultName,
)
from lantoa.audience.selectors import (
    VaultAddress,
    addresses_of,
    inbox_person,
    name_of,
    overview,
    people_at,
    vault_addresses,
)
from lantoa.audience.services import (
    BadTokenError,
    ExpiredError,
    NothingAgreedError,
    SameAddressError,
    Subscribed,
    confirm_subscription,
    confirmation_token,
    correct_address,
    erase_person,
    forget_expired_requests,
    generate_contacts,
    request_subscription,
    suppress,
)
from lantoa.channels.events import SubscriptionChanged
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.enums import Role
from lantoa.kernel.events import emit
from tests.audience.world import NOW, World, contact, settle
from tests.conftest import RunJobs

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    ("channel", "typed", "value"),
    [
        ("sms", "0912 345 678", "84912345678"),
        ("sms", "+84 912.345.678", "84912345678"),
        ("sms", "0084-912345678", "84912345678"),
        ("sms", "840912345678", "84912345678"),
        ("sms", "912345678", "84912345678"),
        ("email", " An.Nguyen@VÍ-DỤ.vn ", "an.nguyen@xn--v-d-rma6749a.vn"),
        ("zalo", "4567890123456789", "4567890123456789"),
    ],
)
def test_one_written_form_for_each_address(channel: str, typed: str, value: str) -> None:
    assert normalise(channel, typed) == value
    assert normalise(channel, value) == value


@pytest.mark.parametrize(
    ("channel", "typed"),
    [
        ("sms", "091234567"), ("sms", "09123456789"), ("sms", "0212345678"), ("sms", "84000000001"), ("sms", "gọi tôi"),
        ("sms", ""), ("sms", "٠٩١٢٣٤٥٦٧٨"), ("email", "an"), ("email", "an@vn"), ("email", ".an@vi-du.vn"),
        ("email", "an@vi du.vn"), ("email", "a\n@vi-du.vn"), ("email", "@vi-du.vn"),
        ("email", "an@" + "x" * 64 + ".vn"), ("zalo", "a b"), ("portal", "ngắn"),
    ],
)  # fmt: skip
def test_what_is_no_address_is_refused(channel: str, typed: str) -> None:
    with pytest.raises(BadAddressError):
        normalise(channel, typed)


@given(number=st.from_regex(r"[35789][0-9]{8}", fullmatch=True), how=st.sampled_from(["0", "84", "+84", "0084", "840"]))
def test_every_way_to_write_a_mobile_is_one_digest(number: str, how: str) -> None:
    assert digest("sms", normalise("sms", how + number)) == digest("sms", f"84{number}")
    assert masked("sms", f"84{number}").count("•") == 3
    assert number[3:] not in masked("sms", f"84{number}")


def test_digest_needs_the_oldest_secret_and_survives_new_ones(settings: object) -> None:
    settings.LANTOA_SECRET_KEYS = ["one"]  # type: ignore[attr-defined]
    first = digest("sms", "84912345678")
    settings.LANTOA_SECRET_KEYS = ["two", "one"]  # type: ignore[attr-defined]
    assert digest("sms", "84912345678") == first
    settings.LANTOA_SECRET_KEYS = ["two"]  # type: ignore[attr-defined]
    assert digest("sms", "84912345678") != first
    assert digest("zalo", "84912345678") != digest("sms", "84912345678")


@pytest.mark.django_db
class TestVault:
    def test_read_in_one_query_without_the_erased(self, world: World, django_assert_num_queries: object) -> None:
        people = settle(contact(world, name="Nguyễn Thị Mẫu", phone="84912345678"), contact(world, name=""))
        gone = settle(contact(world))[0]
        ids = list(Address.objects.order_by("pk").values_list("pk", flat=True))
        erase_person(by=None, at=NOW, person=gone)
        with django_assert_num_queries(1):  # type: ignore[operator]
            found = vault_addresses(ids)
        second = Address.objects.get(person=people[1])
        assert found == {ids[0]: VaultAddress("84912345678", "Nguyễn Thị Mẫu"), ids[1]: VaultAddress(second.value, "")}

    def test_names_and_masked_phones_only_for_staff_of_the_unit(self, world: World) -> None:
        [person] = settle(contact(world, unit="Xã Khánh An", name="Nguyễn Thị Mẫu", phone="84912345678"))
        officer = world.hire(Role.CHANNEL_OFFICER, unit="Xã Khánh An")
        assert name_of(officer, person) == "Nguyễn Thị Mẫu"
        assert [(a.channel, a.text, a.silenced) for a in addresses_of(officer, person)] == [
            ("sms", "0912 ••• 678", False)
        ]
        for stranger in (world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi"), world.hire(Role.EDITOR)):
            with pytest.raises(AccessDenied):
                name_of(stranger, person)
            with pytest.raises(AccessDenied):
                addresses_of(stranger, person)

    def test_corrected_address_keeps_consent(self, world: World) -> None:
        [person] = settle(contact(world, phone="84912345678"))
        address = Address.objects.get(person=person)
        correct_address(by=None, at=NOW, address=address, typed="0987 654 321")
        assert people_at("sms", "84987654321") == [person.pk]
        assert people_at("sms", "84912345678") == []
        assert list(Reach.objects.values_list("person", "digest")) == [(person.pk, digest("sms", "84987654321"))]

    def test_correcting_into_an_address_the_person_has_is_refused(self, world: World) -> None:
        [person] = settle(contact(world, phone="84912345678"))
        other = Address.objects.create(person=person, channel="sms", value="84987654321",
                                       digest=digest("sms", "84987654321"))  # fmt: skip
        with pytest.raises(SameAddressError):
            correct_address(by=None, at=NOW, address=other, typed="0912345678")
        other.refresh_from_db()
        assert other.value == "84987654321"


@pytest.mark.django_db
class TestErasure:
    def test_leaves_counts_and_nothing_to_find(self, world: World) -> None:
        people = settle(*(contact(world, channels=("sms", "zalo"), groups=("poor",)) for _n in range(3)))
        leader = world.hire(Role.LEADER)
        secrets = [VaultName.objects.get(person=people[0]).name]
        secrets += [code for a in Address.objects.filter(person=people[0]) for code in (a.value, a.digest)]
        events = ConsentEvent.objects.count()
        erase_person(by=None, at=NOW, person=people[0])
        erase_person(by=None, at=NOW + MINUTE, person=people[0])
        found = overview(leader)
        assert (found.people, found.erased, Person.objects.count()) == (2, 1, 3)
        assert Address.objects.filter(person=people[0], value="", usable=False, erased_at=NOW).count() == 2
        assert not GroupMembership.objects.filter(person=people[0]).exists()
        assert ConsentEvent.objects.count() == events + 2
        assert _found_in_tables(secrets, skip={"audience_suppression"}) == []
        assert Suppression.objects.filter(reason=SuppressionReason.ERASED).count() == 2

    def test_a_shared_phone_stays_with_the_others(self, world: World) -> None:
        gone, stays = settle(contact(world, phone="84912345678"), contact(world, phone="84912345678"))
        erase_person(by=None, at=NOW, person=gone)
        assert list(Reach.objects.values_list("person", flat=True)) == [stays.pk]

    def test_needs_the_right_over_the_unit(self, world: World) -> None:
        [person] = settle(contact(world, unit="Xã Khánh An"))
        for user in (world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi"), world.hire(Role.LEADER)):
            with pytest.raises(AccessDenied):
                erase_person(by=user, at=NOW, person=person)
        assert Reach.objects.filter(person=person).exists()


def _found_in_tables(secrets: list[str], *, skip: set[str]) -> list[str]:
    """The tables of the room in which one of these texts still stands."""
    found = []
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE tablename ~ '^audience_|audit'")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT count(*) FROM {table} t WHERE t::text LIKE ANY(%s)", [[f"%{s}%" for s in secrets]])
            if cursor.fetchone()[0] and table not in skip:
                found.append(table)
    return found


@pytest.mark.django_db
class TestSubscription:
    def ask(self, world: World, **more: object) -> SubscriptionRequest:
        plain = {
            "at": NOW, "channel": "email", "value": "Mau@vi-du.example", "unit_id": world.units["Xã Đất Mũi"],
            "language": "vi", "purposes": ["policy_news", "events"], "name": "Nguyễn  Thị Mẫu",
        }  # fmt: skip
        return request_subscription(**plain | more)  # type: ignore[arg-type,return-value]

    def test_nothing_is_agreed_until_the_owner_says_so(self, world: World) -> None:
        request = self.ask(world)
        assert (Person.objects.count(), Reach.objects.count()) == (0, 0)
        done = confirm_subscription(confirmation_token(request), NOW + MINUTE)
        again = confirm_subscription(confirmation_token(request), NOW + MINUTE * 2)
        assert done == again == Subscribed(Person.objects.get(), "email")
        assert sorted(Reach.objects.values_list("purpose", "channel")) == [
            ("events", "email"),
            ("policy_news", "email"),
        ]
        request.refresh_from_db()
        assert (request.value, request.name) == ("", "")
        [event, _other] = ConsentEvent.objects.all()
        assert event.wording is not None
        assert (event.wording.version, event.wording.language, event.proof) == (
            1, "vi", {"request": str(request.public_id), "asked_at": NOW.isoformat()})  # fmt: skip

    def test_without_a_tick_nothing_is_kept(self, world: World) -> None:
        with pytest.raises(NothingAgreedError):
            self.ask(world, purposes=[])
        with pytest.raises(BadAddressError):
            self.ask(world, value="mau@")
        assert SubscriptionRequest.objects.count() == 0

    def test_a_late_or_changed_link_makes_nobody(self, world: World) -> None:
        token = confirmation_token(self.ask(world))
        for bad in ("", token[:-1], f"x{token}"):
            with pytest.raises(BadTokenError):
                confirm_subscription(bad, NOW)
        with pytest.raises(ExpiredError):
            confirm_subscription(token, NOW + timedelta(hours=48))
        assert forget_expired_requests(at=NOW + timedelta(hours=48)) == 1
        assert (Person.objects.count(), SubscriptionRequest.objects.get().value) == (0, "")

    def test_asking_again_lifts_what_silenced_the_address_and_keeps_one_person(self, world: World) -> None:
        first = confirm_subscription(confirmation_token(self.ask(world)), NOW)
        address = Address.objects.get()
        suppress(reason=SuppressionReason.KEYWORD, by=None, at=NOW, address_id=address.pk)
        assert not Reach.objects.exists()
        second = confirm_subscription(confirmation_token(self.ask(world, at=NOW + MINUTE)), NOW + MINUTE)
        assert (second.person, Person.objects.count(), Reach.objects.count()) == (first.person, 1, 2)

    def test_another_name_on_a_shared_phone_is_another_person(self, world: World) -> None:
        first = confirm_subscription(confirmation_token(self.ask(world)), NOW)
        second = confirm_subscription(confirmation_token(self.ask(world, name="Trần Văn Mẫu")), NOW)
        assert first.person != second.person

    def test_the_portals_own_inbox_needs_no_link(self, world: World) -> None:
        done = self.ask(world, channel="portal", value="")
        assert isinstance(done, Subscribed)
        assert inbox_person(done.inbox_token) == done.person.pk
        assert inbox_person("khong-co-hop-thu-nay-dau") is None
        erase_person(by=None, at=NOW, person=done.person)
        assert inbox_person(done.inbox_token) is None

    def test_the_fourth_ask_in_a_day_is_not_sent(self, world: World) -> None:
        for hour in range(5):
            self.ask(world, at=NOW + timedelta(hours=hour))
        assert _jobs("kernel.deliver") == 3
        self.ask(world, at=NOW + timedelta(hours=30))
        assert _jobs("kernel.deliver") == 4


def _jobs(task: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = %s", [task])
        return int(cursor.fetchone()[0])


@pytest.mark.django_db
def test_the_later_of_follow_and_unfollow_counts_in_whatever_order_they_arrive(world: World, run_jobs: RunJobs) -> None:
    [person] = settle(contact(world, channels=("zalo",)))
    sender = Address.objects.get(person=person).value

    def arrives(following: bool, minute: int) -> None:
        emit(SubscriptionChanged(1, "zalo", sender, following, (NOW + MINUTE * minute).isoformat(), 1))
        run_jobs()

    arrives(False, 1)
    assert not Reach.objects.filter(person=person).exists()
    arrives(True, 5)
    arrives(False, 3)
    assert Reach.objects.filter(person=person).exists()
    arrives(False, 6)
    arrives(True, 4)
    assert not Reach.objects.filter(person=person).exists()


@pytest.mark.django_db
def test_samples_ring_nobody_repeat_by_seed_and_never_collide(world: World) -> None:
    assert generate_contacts(province="96", n=300, seed=7, by=None, at=NOW) == 300
    assert generate_contacts(province="96", n=50, seed=7, by=None, at=NOW) == 50
    assert Person.objects.count() == VaultName.objects.filter(name__startswith="Người nhận mẫu ").count() == 350
    values = Address.objects.exclude(channel="portal").values_list("channel", "value")
    assert len({*values}) == len(values) == len({*Address.objects.exclude(channel="portal").values_list("digest")})
    for channel, value in values:
        ok = {"sms": value.startswith("840") and len(value) == 11, "zalo": value.startswith("mau-"),
              "email": value.endswith(".example")}  # fmt: skip
        assert ok[channel], value
    with pytest.raises(BadAddressError):
        normalise("sms", values.filter(channel="sms")[0][1])
    communes = {world.units[name] for name in ("Xã Đất Mũi", "Xã Khánh An")}
    assert set(Person.objects.values_list("unit", flat=True)) == communes
    assert set(Reach.objects.values_list("channel", flat=True)) == {"sms", "zalo", "email", "portal"}


def test_known_channels_are_those_of_the_house() -> None:
    assert addresses.known_channels() == ["portal", "email", "zalo", "sms", "telegram", "webpush", "zbs"]
