"""The desk's pages: who may enter, what they show, what they never show."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lantoa.audience.enums import ImportState, Means
from lantoa.audience.models import Address, ConsentEvent, ContactImport, Person, Reach, RightsRequest, Segment
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry, User
from tests.audience.test_imports import GOOD, as_csv, row
from tests.audience.world import NOW, World, contact, settle

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def officer(world: World) -> User:
    return world.hire(Role.CHANNEL_OFFICER)


@pytest.fixture
def person(world: World) -> Person:
    return settle(contact(world, name="Nguyễn Thị Mẫu", phone="84912345678", groups=("poor",)))[0]


def addresses(person: Person) -> list[str]:
    own = [("person", []), ("person_withdraw", []), ("person_erase", []),
           ("person_address", [Address.objects.get(person=person).pk])]  # fmt: skip
    plain = [reverse(f"audience:{name}") for name in ("front", "import_new", "segments", "segment_new", "find", "call")]
    return plain + [reverse(f"audience:{name}", args=[person.public_id, *more]) for name, more in own]


def test_strangers_are_sent_to_sign_in_and_posts_without_the_right_are_refused(world: World, person: Person) -> None:
    contributor = world.hire(Role.CONTRIBUTOR)
    for url in addresses(person):
        assert Client().get(url).status_code == 302
        assert signed_in(contributor).get(url).status_code == 403


def test_a_person_of_another_unit_is_not_there(world: World) -> None:
    [hidden] = settle(contact(world, unit="Xã Khánh An", name="Người Giấu Kín", phone="84912345678"))
    client = signed_in(world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi"))
    for name in ("person", "person_erase"):
        assert client.get(reverse(f"audience:{name}", args=[hidden.public_id])).status_code == 404
    found = client.post(reverse("audience:find"), {"channel": "sms", "value": "0912345678"})
    assert "Giấu Kín" not in found.text
    assert Reach.objects.filter(person=hidden).exists()


def test_overview_shows_figures_and_withholds_small_cells(
    world: World, officer: User, person: Person, django_assert_max_num_queries: Callable
) -> None:
    client = signed_in(officer)
    with django_assert_max_num_queries(12):
        page = client.get(reverse("audience:front"))
    assert page.status_code == 200
    assert "ít hơn 5" in page.text or "fewer than 5" in page.text
    for secret in ("Nguyễn Thị Mẫu", "84912345678", "912345678"):
        assert secret not in page.text


def test_finding_by_address_opens_the_page_masked_and_leaves_a_trace(officer: User, person: Person) -> None:
    client = signed_in(officer)
    page = client.post(reverse("audience:find"), {"channel": "sms", "value": "0912 345 678"}, follow=True)
    assert "Nguyễn Thị Mẫu" in page.text
    assert "0912 ••• 678" in page.text
    assert "912345678" not in page.text
    assert "Hộ nghèo" not in page.text
    trace = AuditEntry.objects.get(action="audience.person_viewed")
    assert (trace.by, trace.subject) == (officer, f"audience.person:{person.pk}")


def test_withdrawal_at_the_counter_is_honoured_at_once(officer: User, person: Person) -> None:
    client, url = signed_in(officer), reverse("audience:person_withdraw", args=[person.public_id])
    assert client.post(url, {"what": ":", "means": "counter"}).status_code == 200  # where is it written down?
    assert Reach.objects.exists()
    client.post(url, {"what": "policy_news:sms", "means": "counter", "note": "Sổ 4, số 12"})
    assert not Reach.objects.exists()
    page = client.get(reverse("audience:person", args=[person.public_id]))
    assert page.status_code == 200
    assert list(RightsRequest.objects.values_list("kind", "came_by", "state")) == [("withdraw", "counter", "completed")]


def test_erasing_asks_first_and_then_the_page_is_empty(officer: User, person: Person) -> None:
    client, url = signed_in(officer), reverse("audience:person_erase", args=[person.public_id])
    assert client.get(url).status_code == 200
    assert Person.objects.get().erased_at is None
    client.post(url)
    assert list(RightsRequest.objects.values_list("kind", "state")) == [("erase", "completed")]
    page = client.get(reverse("audience:person", args=[person.public_id]))
    assert "Nguyễn" not in page.text
    assert client.get(url).status_code == 404


def test_a_wrong_address_is_kept_as_typed_with_its_error(officer: User, person: Person) -> None:
    client = signed_in(officer)
    url = reverse("audience:person_address", args=[person.public_id, Address.objects.get().pk])
    page = client.post(url, {"value": "098765432"})
    assert 'value="098765432"' in page.text
    assert client.post(url, {"value": "0987654321"}).status_code == 302
    assert Address.objects.get().value == "84987654321"


def test_import_from_upload_to_people(world: World, officer: User) -> None:
    client = signed_in(officer)
    content = as_csv([GOOD, row(name="Trần Văn Mẫu", phone="12")])
    asked = {"unit": world.units["Tỉnh Mẫu"], "purpose": "policy_news",
             "file": SimpleUploadedFile("danh-sach.csv", content)}  # fmt: skip
    page = client.post(reverse("audience:import_new"), asked, follow=True)
    upload = ContactImport.objects.get()
    guessed = page.context["form"].initial or {
        name: field.initial for name, field in page.context["form"].fields.items() if field.initial
    }
    assert set(guessed) == {"name", "phone", "email", "zalo", "commune", "hamlet", "language", "groups", "basis",
                            "consented_on", "consent_channels"}  # fmt: skip
    page = client.post(reverse("audience:import", args=[upload.public_id]), guessed, follow=True)
    assert page.status_code == 200
    assert Person.objects.count() == 0
    errors = client.get(reverse("audience:import_errors", args=[upload.public_id]))
    assert errors.content.startswith(b"\xef\xbb\xbf")
    assert len(errors.content.splitlines()) == 2
    client.post(reverse("audience:import_run", args=[upload.public_id]), follow=True)
    upload.refresh_from_db()
    assert (upload.state, Person.objects.count()) == (ImportState.DONE, 1)
    assert client.get(reverse("audience:import", args=[upload.public_id])).status_code == 200
    assert client.get(reverse("audience:import_new")).status_code == 200


@pytest.mark.parametrize(("name", "content"), [("a.csv", b"\x00\x00"), ("a.xlsx", b"PK\x03\x04"), ("a.pdf", b"%PDF")])
def test_a_file_that_cannot_be_read_is_answered_beside_the_field(
    world: World, officer: User, name: str, content: bytes
) -> None:
    asked = {"unit": world.units["Tỉnh Mẫu"], "purpose": "events", "file": SimpleUploadedFile(name, content)}
    page = signed_in(officer).post(reverse("audience:import_new"), asked)
    assert page.status_code == 200
    assert page.context["form"].errors["file"]
    assert ContactImport.objects.count() == 0


def test_an_import_of_another_unit_is_not_there(world: World, officer: User) -> None:
    mine = ContactImport.objects.create(
        unit_id=world.units["Xã Khánh An"], file_name="x.csv", sha256="0" * 64, content=as_csv([GOOD]), created_at=NOW
    )
    stranger = signed_in(world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi"))
    assert stranger.get(reverse("audience:import", args=[mine.public_id])).status_code == 404
    for name in ("import_run", "import_cancel"):
        assert stranger.post(reverse(f"audience:{name}", args=[mine.public_id])).status_code == 404
    mine.refresh_from_db()
    assert mine.state == ImportState.UPLOADED
    assert signed_in(officer).post(reverse("audience:import_cancel", args=[mine.public_id])).status_code == 302


def test_segment_is_counted_before_it_is_kept(world: World, person: Person) -> None:
    editor = signed_in(world.hire(Role.EDITOR))
    asked = {"name": "Người lao động", "unit": world.units["Tỉnh Mẫu"], "purpose": "policy_news",
             "any_groups": ["workers"], "count": "1"}  # fmt: skip
    assert editor.get(reverse("audience:segment_new")).status_code == 200
    page = editor.post(reverse("audience:segment_new"), asked)
    assert page.context["facts"][0]["value"] == "0"
    assert Segment.objects.count() == 0
    del asked["count"]
    page = editor.post(reverse("audience:segment_new"), asked, follow=True)
    assert page.status_code == 200
    kept = Segment.objects.get()
    assert kept.criteria["units"] == [world.units["Tỉnh Mẫu"]]
    changed = asked | {"name": "Dân xã", "any_groups": [], "units": [world.units["Xã Đất Mũi"]]}
    page = editor.post(reverse("audience:segment_edit", args=[kept.pk]), changed, follow=True)
    assert page.context["facts"][0]["value"] == "1"
    assert "Dân xã" in editor.get(reverse("audience:segments")).text
    assert editor.get(reverse("audience:segment_edit", args=[kept.pk])).status_code == 200


def test_a_reader_of_segments_cannot_change_them(world: World) -> None:
    segment = Segment.objects.create(name="x", unit_id=world.units["Xã Đất Mũi"], updated_at=NOW - timedelta(days=1))
    leader = signed_in(world.hire(Role.LEADER))
    assert leader.get(reverse("audience:segment", args=[segment.pk])).status_code == 200
    assert leader.get(reverse("audience:segment_edit", args=[segment.pk])).status_code == 403


CALL = {"channel": "sms", "value": "0912 345 678", "called_at": "2026-11-20T08:30", "purpose": "", "note": "Sổ gọi 7"}


def test_a_caller_is_found_by_the_address_and_recorded_with_hour_and_operator(world: World, person: Person) -> None:
    operator = world.hire(Role.CASE_OFFICER)
    client, url = signed_in(operator), reverse("audience:call")
    page = client.post(url, CALL)
    assert "Nguyễn Thị Mẫu" in page.text
    assert Reach.objects.filter(person=person).exists(), "finding records nothing"
    assert AuditEntry.objects.get(action="audience.person_viewed").by == operator
    assert client.post(url, CALL | {"record": "1"}).status_code == 302
    assert not Reach.objects.filter(person=person).exists()
    event = ConsentEvent.objects.get(kind="withdrawn")
    assert (event.means, event.operator) == (Means.PHONE, operator)
    assert event.proof == {"call": "2026-11-20T08:30:00+07:00", "operator": "Staff", "note": "Sổ gọi 7"}
    page = signed_in(world.hire(Role.CHANNEL_OFFICER)).get(reverse("audience:person", args=[person.public_id]))
    for shown in ("20/11/2026 08:30", "Sổ gọi 7", "Staff", ConsentEvent.objects.get(kind="given").wording.sha256):
        assert shown in page.text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"value": "12"}, "value"), ({"called_at": "2999-01-01T00:00"}, "called_at"), ({"called_at": ""}, "called_at")],
)
def test_what_an_operator_typed_wrong_is_said_and_nothing_recorded(
    world: World, person: Person, wrong: dict[str, str], field: str
) -> None:
    page = signed_in(world.hire(Role.CASE_OFFICER)).post(reverse("audience:call"), CALL | wrong | {"record": "1"})
    assert field in page.context["form"].errors
    assert Reach.objects.filter(person=person).exists()


def test_an_operator_finds_and_records_nobody_of_another_unit(world: World, person: Person) -> None:
    stranger = signed_in(world.hire(Role.CASE_OFFICER, unit="Xã Khánh An"))
    page = stranger.post(reverse("audience:call"), CALL | {"record": "1"})
    assert "Nguyễn" not in page.text
    assert Reach.objects.filter(person=person).exists()


def test_a_former_commune_is_on_offer_and_needs_a_day_when_it_was_there(world: World) -> None:
    settle(contact(world, unit="Xã Mỏ Ốc"), contact(world))
    editor, url = signed_in(world.hire(Role.EDITOR)), reverse("audience:segment_new")
    asked = {"name": "Xã cũ", "unit": world.units["Tỉnh Mẫu"], "units": [world.units["Xã Mỏ Ốc"]],
             "purpose": "policy_news", "count": "1"}  # fmt: skip
    for day in ("", "2025-07-01"):
        page = editor.post(url, asked | {"on": day})
        assert "01/07/2025" in page.context["form"].errors["on"][0]
    page = editor.post(url, asked | {"on": "2025-06-30"})
    assert page.context["facts"][0]["value"] == "1"
