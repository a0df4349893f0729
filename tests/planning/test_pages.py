"""The desk's pages: what each role meets, uploads good and hostile, and a confirmation that loses nothing typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lantoa.kernel.models import AuditEntry, User
from lantoa.planning.enums import ImportState, TaskStatus
from lantoa.planning.models import CommunicationForm, Plan, PlanImport, Task
from tests.planning.conftest import Desk, docx_of, pdf_of, provincial_text

pytestmark = pytest.mark.django_db
MET = {"editor": 200, "reader": 200, "district": 404, "stranger": 404, "root": 403}
LIST, UPLOAD = "planning:list", "planning:upload"


@pytest.fixture
def sign_in(client: Client) -> Callable[[User], Client]:
    def enter(user: User) -> Client:
        client.force_login(user)
        client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
        return client

    return enter


def send(client: Client, content: bytes, name: str = "mau.txt") -> Any:
    return client.post(reverse(UPLOAD), {"file": SimpleUploadedFile(name, content), "text": ""})


def uploaded(client: Client) -> PlanImport:
    send(client, provincial_text().encode())
    return PlanImport.objects.get()


def typed(client: Client, draft: PlanImport, **changes: str) -> dict[str, str]:
    """Everything the confirmation page would send back, with some of it changed."""
    forms = client.get(reverse("planning:confirm", args=[draft.pk])).context["forms"]
    data: dict[str, Any] = {}
    sets = [*forms.lists.values(), forms.bodies, *forms.duties]
    for form in (forms.head, *(each.management_form for each in sets), *(f for each in sets for f in each.forms)):
        for field in form:
            value = field.value()
            data[field.html_name] = "" if value is None else field.field.prepare_value(value)
    data = {key: value for key, value in data.items() if not key.endswith("-DELETE")}
    return data | {"then": "confirm"} | changes


@pytest.mark.parametrize(("name", "make"), [("a.docx", docx_of), ("a.pdf", pdf_of)])
def test_every_kind_of_file_leads_to_confirmation(desk: Desk, sign_in: Any, name: str, make: Any):
    lines = [line for line in provincial_text().splitlines() if line.strip("-_| ")]
    response = send(sign_in(desk.editor), make(lines), name)
    draft = PlanImport.objects.get()
    assert (response.status_code, response.url) == (302, reverse("planning:confirm", args=[draft.pk]))


def test_pasted_text_is_read_as_well(desk: Desk, sign_in: Any):
    response = sign_in(desk.editor).post(reverse(UPLOAD), {"text": provincial_text()})
    assert response.status_code == 302
    assert PlanImport.objects.get().found["number"] == "318/KH-UBND"


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"a\0b", "a.txt"),
        (b"PK\x03\x04" + b"\0" * 50, "a.docx"),
        (b"%PDF-1.7 nothing", "a.pdf"),
        (b"words", "a.docm"),
        (b"a" * (10 * 1024 * 1024 + 1), "a.txt"),
        (b"\xff\xfe\x00", "a.txt"),
        (b"\x81\x82\x83" * 40, "a.txt"),
    ],
)
def test_a_hostile_upload_says_why_and_changes_nothing(desk: Desk, sign_in: Any, content: bytes, name: str):
    before = AuditEntry.objects.count()
    response = send(sign_in(desk.editor), content, name)
    assert response.status_code == 422
    assert response.context["form"].errors["file"]
    assert (PlanImport.objects.count(), AuditEntry.objects.count()) == (0, before)


def test_file_and_text_together_are_refused_and_the_text_stays(desk: Desk, sign_in: Any):
    response = sign_in(desk.editor).post(
        reverse(UPLOAD), {"file": SimpleUploadedFile("a.txt", b"words"), "text": "chữ đã dán"}
    )
    assert response.status_code == 422
    assert "chữ đã dán" in response.content.decode()


def test_confirming_what_was_read_gives_the_plan(desk: Desk, sign_in: Any):
    client = sign_in(desk.editor)
    draft = uploaded(client)
    response = client.post(reverse("planning:confirm", args=[draft.pk]), typed(client, draft))
    plan = Plan.objects.get()
    assert (response.status_code, response.url) == (302, reverse("planning:plan", args=[plan.pk]))
    assert Task.objects.count() == 3 + 2 + 2 + 2 + 4 * 2
    assert set(Task.objects.exclude(owner=None).values_list("owner", flat=True)) == {
        desk.labour,
        desk.district_a,
        desk.district_b,
    }


def test_what_a_person_changes_adds_and_leaves_out_is_what_counts(desk: Desk, sign_in: Any):
    client = sign_in(desk.editor)
    draft = uploaded(client)
    changes = {
        "head-number": "9/KH-UBND", "forms-0-text": "Sửa lời", "forms-1-DELETE": "on", "forms-6-text": "Thêm mới",
        "tasks-0-3-text": "Việc thêm", "tasks-0-3-due_on": "31/12/2022", "agencies-4-DELETE": "on",
    }  # fmt: skip
    client.post(reverse("planning:confirm", args=[draft.pk]), typed(client, draft, **changes))
    texts = list(CommunicationForm.objects.values_list("text", flat=True))
    assert (len(texts), texts[0], texts[-1]) == (6, "Sửa lời", "Thêm mới")
    assert Plan.objects.get().number == "9/KH-UBND"
    assert Task.objects.count() == 3 + 1 + 2 + 2 + 2
    assert Task.objects.get(duty__text="Việc thêm").due_on.isoformat() == "2022-12-31"


def test_a_slip_keeps_everything_typed_and_the_draft(desk: Desk, sign_in: Any):
    client = sign_in(desk.editor)
    draft = uploaded(client)
    changes = {"head-issued_on": "32/13/2022", "forms-0-text": "Lời tôi vừa gõ", "head-to_year": "2001"}
    response = client.post(reverse("planning:confirm", args=[draft.pk]), typed(client, draft, **changes))
    page = response.content.decode()
    assert response.status_code == 422
    assert all(words in page for words in ("32/13/2022", "Lời tôi vừa gõ", "2001"))
    draft.refresh_from_db()
    assert (draft.state, Plan.objects.count()) == (ImportState.DRAFT, 0)
    assert draft.decided["forms"] == draft.found["forms"]


def test_keeping_for_later_confirms_nothing(desk: Desk, sign_in: Any):
    client = sign_in(desk.editor)
    draft = uploaded(client)
    data = typed(client, draft, **{"then": "keep", "head-title": "Tên mới"})
    client.post(reverse("planning:confirm", args=[draft.pk]), data)
    draft.refresh_from_db()
    assert (draft.state, draft.decided["title"], Plan.objects.count()) == (ImportState.DRAFT, "Tên mới", 0)


def test_a_discarded_draft_is_gone_from_the_desk(desk: Desk, sign_in: Any):
    client = sign_in(desk.editor)
    draft = uploaded(client)
    client.post(reverse("planning:discard", args=[draft.pk]))
    assert client.get(reverse("planning:confirm", args=[draft.pk])).status_code == 404


def test_a_task_is_worked_through_its_page(desk: Desk, sign_in: Any):
    client = sign_in(desk.editor)
    draft = uploaded(client)
    client.post(reverse("planning:confirm", args=[draft.pk]), typed(client, draft))
    task = Task.objects.filter(owner=desk.labour).earliest("pk")
    client = sign_in(desk.officer)
    page = reverse("planning:task", args=[task.pk])
    step = lambda name, **data: client.post(reverse("planning:step", args=[task.pk, name]), data)  # noqa: E731
    assert client.get(page).status_code == 200
    assert step("chuyen", to="active").url == page
    refused = step("chuyen", to="done", note="lời tôi gõ")
    assert refused.status_code == 422
    assert "lời tôi gõ" in refused.content.decode()
    assert step("ket-qua", text="Đã làm", url="https://example.test/").url == page
    assert step("chuyen", to="done").url == page
    task.refresh_from_db()
    assert task.status == TaskStatus.DONE
    assert step("giao", owner=str(desk.farming)).status_code == 403
    assert step("khac").status_code == 404


def test_each_person_meets_what_is_theirs(desk: Desk, sign_in: Any):
    client = sign_in(desk.editor)
    draft = uploaded(client)
    client.post(reverse("planning:confirm", args=[draft.pk]), typed(client, draft))
    plan, task = Plan.objects.get(), Task.objects.filter(owner=desk.labour).earliest("pk")
    addresses = {
        reverse(LIST): {"editor": 200, "reader": 200, "district": 200, "stranger": 200, "root": 403},
        reverse(UPLOAD): {"editor": 200, "reader": 403, "district": 403, "stranger": 200, "root": 403},
        reverse("planning:tasks"): {"editor": 200, "reader": 200, "district": 200, "stranger": 200, "root": 403},
        reverse("planning:plan", args=[plan.pk]): MET | {"district": 200},
        reverse("planning:task", args=[task.pk]): MET,
        reverse("planning:confirm", args=[draft.pk]): MET | {"editor": 404, "reader": 403, "district": 403},
    }  # fmt: skip
    people = [desk.editor, desk.reader, desk.district_officer, desk.stranger, desk.superuser]
    for address, expected in addresses.items():
        met = {person.display_name: sign_in(person).get(address).status_code for person in people}
        assert met == expected, address
    client.logout()
    assert all(client.get(address).status_code == 302 for address in addresses)


def test_the_confirmation_shows_lines_confidence_and_what_is_left_over(desk: Desk, sign_in: Any):
    client = sign_in(desk.editor)
    draft = uploaded(client)
    page = client.get(reverse("planning:confirm", args=[draft.pk])).content.decode()
    assert '<li id="L156" class="left-over">(Bản mẫu, không có chữ ký)</li>' in page
    assert 'href="#L105"' in page
    assert "95%" in page
