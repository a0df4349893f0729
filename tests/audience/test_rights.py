"""The clocks of the law, and what people do on their own page."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from lantoa.audience import holdings
from lantoa.audience.enums import CameBy, Means, RightKind, RightState
from lantoa.audience.models import (
    Address,
    ConsentEvent,
    OwnPageLink,
    Person,
    Reach,
    RightsEvent,
    RightsRequest,
    Suppression,
    VaultName,
)
from lantoa.audience.own_copy import copy_of
from lantoa.audience.selectors import kept_of, rights_requests, standing
from lantoa.audience.services import (
    BadTokenError,
    OwnPage,
    SameAddressError,
    ask_on_own_page,
    confirm_new_address,
    correct_on_own_page,
    erase_on_own_page,
    erase_person,
    forget_old_links,
    open_from_inbox,
    open_own_page,
    open_request,
    own_page_token,
    record_done,
    record_step,
    request_new_address,
    request_own_page,
    withdraw_on_own_page,
)
from lantoa.channels.services import save_account
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import ZONE, calendar
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry, User
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from tests.audience.world import NOW, World, contact, settle
from tests.conftest import RunJobs

pytestmark = pytest.mark.django_db


def page_of(person: Person, channel: str = "sms", at: datetime = NOW) -> OwnPage:
    value = Address.objects.get(person=person, channel=channel).value
    link = request_own_page(at=at, channel=channel, value=value, language="vi")
    return open_own_page(own_page_token(link, person), at)


def register(person: Person) -> list[tuple[str, str, str]]:
    return list(RightsRequest.objects.filter(person=person).order_by("pk").values_list("kind", "came_by", "state"))


# Clocks


@pytest.fixture
def officer(world: World) -> User:
    return world.hire(Role.CHANNEL_OFFICER)


def opened(officer: User, world: World, kind: str, at: datetime, *, third_party: bool = False) -> RightsRequest:
    return open_request(
        by=officer, at=at, kind=kind, came_by="letter", unit_id=world.units["Xã Đất Mũi"], description="Thư số 5",
        third_party=third_party,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "third_party", "days"),
    [
        ("withdraw", False, 15), ("restrict", False, 15), ("object", False, 15), ("object", True, 20),
        ("access", False, 10), ("copy", False, 10), ("correct", False, 10), ("correct", True, 20),
        ("erase", False, 20), ("erase", True, 20),
    ],
)  # fmt: skip
def test_each_kind_has_the_term_of_the_law(
    world: World, officer: User, kind: str, third_party: bool, days: int
) -> None:
    row = opened(officer, world, kind, NOW, third_party=third_party)
    assert (row.answer_days, row.complete_days) == (2, days)


def test_terms_follow_the_settings_and_stay_as_they_were_on_receipt(
    world: World, officer: User, settings: object
) -> None:
    before = opened(officer, world, "object", NOW)
    settings.LANTOA_RIGHTS_DAYS = 9  # type: ignore[attr-defined]
    settings.LANTOA_RIGHTS_ANSWER_WORKING_DAYS = 3  # type: ignore[attr-defined]
    after = opened(officer, world, "object", NOW)
    assert [(row.answer_days, row.complete_days) for row in (before, after)] == [(2, 15), (3, 9)]


def test_a_request_on_the_last_working_day_before_tet_is_answered_after_it(world: World, officer: User) -> None:
    days = calendar()
    february = (date(2027, 2, n) for n in range(1, 29))
    new_year = next(day for day in february if days.holiday_name(day))
    eve = days.add_working_days(new_year, -1)
    received = datetime(eve.year, eve.month, eve.day, 16, 30, tzinfo=ZONE)
    one = standing(opened(officer, world, "access", received))
    assert one.answer_by == days.due_at(received, 2)
    rest = (one.answer_by.date() - eve).days
    assert rest > 7, "Tết lies between the receipt and the answer"
    # Ten plain days end within Tết or on its weekend: the term ends on the next working day, never before the answer.
    assert days.is_working(one.complete_by.date())
    assert one.complete_by.date() == days.add_working_days(eve + timedelta(days=10), 0)
    assert one.complete_by.hour == 17


def test_a_term_that_ends_on_a_sunday_ends_on_monday(world: World, officer: User) -> None:
    friday = datetime(2026, 11, 27, 9, 0, tzinfo=ZONE)
    one = standing(opened(officer, world, "object", friday + timedelta(days=1)))  # a Saturday; 15 days on: a Sunday
    assert one.complete_by == datetime(2026, 12, 14, 17, 0, tzinfo=ZONE)
    assert one.answer_by == datetime(2026, 12, 1, 17, 0, tzinfo=ZONE)


def test_what_is_owed_next_is_first_the_answer_then_the_deed_once_longer(world: World, officer: User) -> None:
    row = opened(officer, world, "object", NOW)
    first = standing(row)
    assert first.due == first.answer_by
    row = record_step(by=officer, at=NOW, request=row, state=RightState.ANSWERED, text="Làm trong 15 ngày")
    assert standing(row).due == first.complete_by
    row = record_step(by=officer, at=NOW, request=row, state=RightState.EXTENDED, text="Chờ nhà mạng", extra_days=15)
    longer = standing(row)
    assert longer.complete_by.date() == calendar().add_working_days((NOW + timedelta(days=30)).date(), 0)
    row = record_step(by=officer, at=NOW, request=row, state=RightState.COMPLETED, text="Xong")
    assert (standing(row).due, standing(row).is_late(NOW + timedelta(days=400))) == (None, False)


def test_the_list_shows_what_is_late_first_and_nothing_of_another_province(world: World, officer: User) -> None:
    fresh, old = (opened(officer, world, "object", NOW - timedelta(days=days)) for days in (0, 30))
    elsewhere = world.hire(Role.CHANNEL_OFFICER, unit="Tỉnh Khác")
    assert [one.request for one in rights_requests(officer, "open", at=NOW)] == [old, fresh]
    assert [one.request for one in rights_requests(officer, "late", at=NOW)] == [old]
    assert rights_requests(elsewhere, "all", at=NOW) == []
    with pytest.raises(AccessDenied):
        record_step(by=elsewhere, at=NOW, request=old, state=RightState.COMPLETED, text="x")
    with pytest.raises(AccessDenied):
        opened(elsewhere, world, "object", NOW)


def test_what_an_officer_does_settles_the_open_request_or_makes_one(world: World, officer: User) -> None:
    [person] = settle(contact(world))
    asked = open_request(by=officer, at=NOW, kind="withdraw", came_by="phone", unit_id=person.unit_id, person=person)
    for _twice in range(2):
        record_done(by=officer, at=NOW, person=person, kind=RightKind.WITHDRAW, came_by=CameBy.COUNTER, text="Sổ 4")
    asked.refresh_from_db()
    assert asked.state == RightState.COMPLETED
    assert register(person) == [("withdraw", "phone", "completed"), ("withdraw", "counter", "completed")]


# The link


def links_sent(run_jobs: RunJobs, *values: str) -> Sequence[tuple[str, str]]:
    """(address, token) of each mail that went out."""
    smtp = SmtpSimulator()
    with running(smtp):
        settings = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
        save_account(by=None, at=timezone.now(), kind="email", name="Thư", settings=settings)
        for value in values:
            request_own_page(at=timezone.now(), channel="email", value=value, language="vi")
        run_jobs()
    found = []
    for raw in smtp.mails.values():
        mail = message_from_bytes(raw, policy=default)
        body = mail.get_body(("plain",))
        assert body is not None
        [token] = re.findall(r"/cua-toi/([^/\s]+)/", body.get_content())
        found.append((mail["To"], token))
    return found


def test_the_link_goes_to_the_address_itself_and_to_no_unknown_one(world: World, run_jobs: RunJobs) -> None:
    [person] = settle(contact(world, channels=("email",)))
    value = Address.objects.get(person=person).value
    [(to, token)] = links_sent(run_jobs, value, "la@vi-du.example")
    assert to == value
    assert open_own_page(token, timezone.now()).person == person
    assert set(OwnPageLink.objects.values_list("value", flat=True)) == {""}, "no typed address is kept"


def test_an_address_gets_three_links_a_day(world: World, run_jobs: RunJobs) -> None:
    [person] = settle(contact(world, channels=("email",)))
    value = Address.objects.get(person=person).value
    assert len(links_sent(run_jobs, *[value] * 5)) == 3


def test_a_link_is_good_for_48_hours_and_then_forgotten(world: World) -> None:
    [person] = settle(contact(world))
    page = page_of(person)
    assert open_own_page(page.token, NOW + timedelta(hours=47, minutes=59)).person == person
    with pytest.raises(BadTokenError, match="48"):
        open_own_page(page.token, NOW + timedelta(hours=48))
    assert [forget_old_links(at=NOW + timedelta(hours=hours)) for hours in (47, 48)] == [0, 1]
    assert not OwnPageLink.objects.exists()


def test_a_made_up_cut_or_borrowed_token_opens_nothing(world: World) -> None:
    [mine] = settle(contact(world))
    [other] = settle(contact(world, unit="Xã Khánh An"))
    link = page_of(mine).link
    for token in ("", "khong-co", own_page_token(link)[:-3], f"{link.public_id.hex}:x", own_page_token(link, other)):
        with pytest.raises(BadTokenError):
            open_own_page(token, NOW)


def test_a_shared_phone_gives_a_choice_and_each_choice_one_person(world: World) -> None:
    phone = "84912345678"
    one, two = settle(contact(world, phone=phone, name="Lê Thị Một"), contact(world, phone=phone, name="Trần Văn Hai"))
    [stranger] = settle(contact(world, name="Người Lạ"))
    link = request_own_page(at=NOW, channel="sms", value=phone, language="vi")
    page = open_own_page(own_page_token(link), NOW)
    assert (page.person, list(page.sharing), page.shared) == (None, [one, two], True)
    assert open_own_page(own_page_token(link, two), NOW).person == two
    with pytest.raises(BadTokenError):
        open_own_page(own_page_token(link, stranger), NOW)
    erase_on_own_page(at=NOW, page=open_own_page(own_page_token(link, two), NOW))
    assert open_own_page(own_page_token(link), NOW).person == one
    with pytest.raises(BadTokenError):
        open_own_page(own_page_token(link, two), NOW)
    assert Reach.objects.filter(person=one).exists(), "the other who shares the phone keeps their messages"


def test_the_inbox_opens_its_own_page_and_an_invented_one_none(world: World) -> None:
    [person] = settle(contact(world, channels=("portal",)))
    inbox = Address.objects.get(person=person).value
    token = open_from_inbox(at=NOW, inbox=inbox, language="vi")
    assert open_own_page(token, NOW).person == person
    with pytest.raises(BadTokenError):
        open_from_inbox(at=NOW, inbox="khong-phai-cua-ai-khong-phai-cua-ai", language="vi")


# What people do there


def test_withdrawing_counts_in_the_same_moment_and_stands_on_the_register(world: World) -> None:
    agreed = [("policy_news", "sms", True), ("events", "sms", True), ("policy_news", "email", True)]
    [person] = settle(contact(world, channels=("sms", "email"), agreed=agreed))
    page = page_of(person)
    withdraw_on_own_page(at=NOW, page=page, purpose="policy_news", channel="sms")
    assert set(Reach.objects.values_list("purpose", "channel")) == {("events", "sms"), ("policy_news", "email")}
    withdraw_on_own_page(at=NOW, page=page)
    assert not Reach.objects.exists()
    said = ConsentEvent.objects.filter(person=person, kind="withdrawn")
    assert set(said.values_list("means", flat=True)) == {Means.OWN_PAGE}
    assert register(person) == [("withdraw", "own_page", "completed")] * 2


def test_correcting_changes_what_is_kept_and_tells_the_audit_which_fields_only(world: World) -> None:
    [person] = settle(contact(world, name="Nguyễn Thị Mẩu"))
    correct_on_own_page(at=NOW, page=page_of(person), name=" Nguyễn Thị  Mẫu ", language="km",
                        unit_id=world.units["Xã Khánh An"], hamlet_id=None)  # fmt: skip
    person.refresh_from_db()
    assert (person.language, person.unit_id) == ("km", world.units["Xã Khánh An"])
    assert VaultName.objects.get(person=person).name == "Nguyễn Thị Mẫu"
    facts = AuditEntry.objects.get(action="audience.person_corrected").facts
    assert facts == '{"fields":["language","name","unit_id"]}'
    assert register(person) == [("correct", "own_page", "completed")]


def test_a_new_address_counts_only_after_its_link_and_takes_the_old_ones_place(world: World) -> None:
    [person] = settle(contact(world))
    page, address = page_of(person), Address.objects.get(person=person)
    link = request_new_address(at=NOW, page=page, address=address, typed="0987 654 321")
    address.refresh_from_db()
    assert address.value != "84987654321"
    token = own_page_token(link)
    with pytest.raises(BadTokenError):
        open_own_page(token, NOW)  # it proves an address and opens no page
    for _twice in range(2):
        assert confirm_new_address(token, NOW).value == "84987654321"
    link.refresh_from_db()
    assert (link.value, link.used_at) == ("", NOW)
    assert list(Reach.objects.values_list("channel", flat=True)) == ["sms"]
    with pytest.raises(BadTokenError):
        open_own_page(page.token, NOW)  # it went to an address that is theirs no more
    assert register(person) == [("correct", "own_page", "completed")]


def test_a_new_address_of_somebody_elses_page_or_too_late_changes_nothing(world: World) -> None:
    [mine] = settle(contact(world))
    [other] = settle(contact(world))
    page, foreign = page_of(mine), Address.objects.get(person=other)
    with pytest.raises(Address.DoesNotExist):
        request_new_address(at=NOW, page=page, address=foreign, typed="0987 654 321")
    link = request_new_address(at=NOW, page=page, address=Address.objects.get(person=mine), typed="0987 654 321")
    with pytest.raises(BadTokenError):
        confirm_new_address(own_page_token(link), NOW + timedelta(hours=48))
    with pytest.raises(BadTokenError):
        confirm_new_address(own_page_token(page.link), NOW)
    erase_person(by=None, at=NOW, person=mine)
    with pytest.raises(BadTokenError):
        confirm_new_address(own_page_token(link), NOW)
    assert not Address.objects.filter(value="84987654321").exists()
    assert not OwnPageLink.objects.filter(value="84987654321").exists(), "erasing takes what was typed with it"


def test_an_address_they_have_already_is_refused_in_words(world: World) -> None:
    [person] = settle(contact(world))
    first = Address.objects.get(person=person)
    Address.objects.create(person=person, channel="sms", value="84987654321", digest="x" * 64)
    second = request_own_page(at=NOW, channel="sms", value="0987654321", language="vi")
    Address.objects.filter(digest="x" * 64).update(digest=second.digest)
    link = request_new_address(at=NOW, page=page_of_value(first.value, person), address=first, typed="0987654321")
    with pytest.raises(SameAddressError):
        confirm_new_address(own_page_token(link), NOW)


def page_of_value(value: str, person: Person) -> OwnPage:
    return open_own_page(
        own_page_token(request_own_page(at=NOW, channel="sms", value=value, language="vi"), person), NOW
    )


def test_erasing_empties_the_vault_and_what_they_asked_in_their_own_words(world: World) -> None:
    [person] = settle(contact(world, name="Nguyễn Thị Mẫu"))
    page = page_of(person)
    ask_on_own_page(at=NOW, page=page, kind=RightKind.OBJECT, text="Tôi là Mẫu, nhà cạnh cầu")
    erase_on_own_page(at=NOW, page=page)
    person.refresh_from_db()
    assert person.erased_at == NOW
    assert not VaultName.objects.exists()
    assert set(RightsRequest.objects.values_list("description", flat=True)) == {""}
    assert register(person) == [("object", "own_page", "received"), ("erase", "own_page", "completed")]
    assert Suppression.objects.filter(reason="erased").count() == 1
    with pytest.raises(BadTokenError):
        withdraw_on_own_page(at=NOW, page=page)


def test_what_is_asked_of_an_officer_waits_with_its_clock(world: World) -> None:
    [person] = settle(contact(world))
    ask_on_own_page(at=NOW, page=page_of(person), kind=RightKind.RESTRICT, text="Chỉ gửi tin mời họp")
    [one] = rights_requests(world.hire(Role.CASE_OFFICER, unit="Xã Đất Mũi"), "open", at=NOW)
    # A Monday; Tuesday 24 November is the Day of Vietnamese Culture, so two working days end on Thursday.
    assert (one.request.person, one.due) == (person, datetime(2026, 11, 26, 10, 0, tzinfo=UTC))
    assert rights_requests(world.hire(Role.CASE_OFFICER, unit="Xã Khánh An"), "open", at=NOW) == []


# The copy


def test_the_copy_holds_everything_with_the_exact_words_agreed_to(world: World, officer: User) -> None:
    [person] = settle(contact(world, name="Nguyễn Thị Mẫu", channels=("sms", "email"), groups=("poor",)))
    asked = ask_on_own_page(at=NOW, page=page_of(person), kind=RightKind.OBJECT, text="Đừng gọi điện")
    record_step(by=officer, at=NOW, request=asked, state=RightState.ANSWERED, text="Đã ngừng gọi")
    found = copy_of(kept_of(person, whole=True))
    assert {
        "person",
        "addresses",
        "groups",
        "consents",
        "requests",
        "messages",
        "carriers",
        "cases",
        "stories",
        "exemplars",
        "journalists",
        "searches",
    } == set(found)
    text = str([holding.rows for holding in found.values()])
    wording = ConsentEvent.objects.filter(person=person, wording__isnull=False)[0].wording
    assert wording is not None
    for part in ("Nguyễn Thị Mẫu", wording.text, "Hộ nghèo", "Đừng gọi điện", "Đã ngừng gọi",
                 *Address.objects.filter(person=person).values_list("value", flat=True)):  # fmt: skip
        assert part in text


def test_a_shared_addresses_copy_writes_out_only_the_address_the_link_went_to(world: World) -> None:
    [person] = settle(contact(world, channels=("sms", "email")))
    link = page_of(person).link
    shown = {row.channel: row.text for row in kept_of(person, open_digest=link.digest).addresses}
    phone, mail = (Address.objects.get(person=person, channel=channel).value for channel in ("sms", "email"))
    assert shown["sms"] == phone
    assert mail not in shown["email"]


def test_rooms_register_what_they_keep(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holdings, "_sources", {})
    seen = holdings.Holding("Thử", "Vì thử", {"a": "A", "b": "B"}, [{"a": "1"}])
    holdings.register("z", lambda person_id: holdings.Holding("", "", {}))
    holdings.register("thu", lambda person_id: seen)
    assert next(iter(holdings.of_person(1).items())) == ("thu", seen)
    assert seen.cells == [[("A", "1"), ("B", "")]]


def test_every_step_of_the_register_names_an_officer_or_is_the_persons_own(world: World) -> None:
    [person] = settle(contact(world))
    withdraw_on_own_page(at=NOW, page=page_of(person))
    assert list(RightsEvent.objects.values_list("by", "request__opened_by", "request__came_by")) == [
        (None, None, "own_page")
    ]
