"""The units pages: the map of any day, what became of a unit, lists handed in and confirmed."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from lantoa.agencies.enums import AgencyKind
from lantoa.agencies.services import appoint, create_agency
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.territory import selectors
from lantoa.territory.models import ImportRun, ListDraft, UnitVersion
from tests.territory.conftest import AT, PLAN_DAY, REFORM, START

MEMBERS = {"by": None, "at": AT}


@pytest.fixture
def sign_in(province_reformed: str) -> Callable[[Role], Client]:
    """A browser signed in as someone who holds this role for the whole province."""
    unit_id = selectors.province("96", REFORM).pk
    agency = create_agency(name="UBND", kind=AgencyKind.PEOPLES_COMMITTEE, unit_id=unit_id, since=START, **MEMBERS)

    def signed_in(role: Role) -> Client:
        user = User.objects.create_user(email=f"{role}@example.org", display_name=role)
        appoint(user=user, role=role, agency_id=agency.pk, start=START, **MEMBERS)
        client = Client()
        client.force_login(user)
        return client

    return signed_in


PAGES = ["tree", "list_new", "runs"]


def test_strangers_are_sent_away(client: Client, province_reformed: str) -> None:
    unit_id = selectors.province("96", REFORM).pk
    urls = [*(reverse(f"territory:{name}") for name in PAGES), reverse("territory:unit", args=[unit_id])]
    for url in urls:
        assert client.get(url).status_code == 302
    client.force_login(User.objects.create_superuser("su@example.org"))
    for url in urls:
        assert client.get(url).status_code == 403


@pytest.mark.parametrize("role", Role)
def test_every_role_reads_and_only_an_administrator_changes(sign_in: Callable[[Role], Client], role: Role) -> None:
    client = sign_in(role)
    assert client.get(reverse("territory:tree")).status_code == 200
    assert client.get(reverse("territory:runs")).status_code == 200
    may = role == Role.ADMINISTRATOR
    assert client.get(reverse("territory:list_new")).status_code == (200 if may else 403)
    assert client.post(reverse("territory:list_confirm", args=[1])).status_code == (302 if may else 403)


def test_the_map_of_two_days(sign_in: Callable[[Role], Client]) -> None:
    client = sign_in(Role.REPORTER)
    then = client.get(reverse("territory:tree"), {"on": "2022-09-15"}).content.decode()
    assert "Phường 4" in then
    assert "Huyện U Minh" in then
    assert "An Xuyên" in then
    after = client.get(reverse("territory:tree"), {"on": "2025-07-01"}).content.decode()
    assert "Huyện U Minh" not in after
    assert "Phường An Xuyên" in after
    found = client.get(reverse("territory:tree"), {"on": "2022-09-15", "q": "khanh thuan"}).content.decode()
    assert "Xã Khánh Thuận" in found
    odd = client.get(reverse("territory:tree"), {"on": "hôm qua", "q": "x" * 200, "province": "a"})
    assert odd.status_code == 200


def test_the_tree_costs_few_queries(
    sign_in: Callable[[Role], Client], django_assert_max_num_queries: Callable[[int], AbstractContextManager[Any]]
) -> None:
    client = sign_in(Role.REPORTER)
    client.get(reverse("territory:tree"))
    with django_assert_max_num_queries(30) as seen:
        client.get(reverse("territory:tree"), {"on": "2022-09-15"})
    own = [query["sql"] for query in seen.captured_queries if "territory_" in query["sql"]]
    assert len([sql for sql in own if "agencies_" not in sql]) <= 6


def test_what_became_of_a_unit(sign_in: Callable[[Role], Client]) -> None:
    client = sign_in(Role.AUDITOR)
    unit = selectors.unit_by_code("32002", on=PLAN_DAY)
    page = client.get(reverse("territory:unit", args=[unit.pk]), {"on": "2025-07-01"}).content.decode()
    assert "Phường An Xuyên" in page
    assert "Phường 2" in page
    assert "1252/NQ-UBTVQH15" in page
    assert "15/09/2022 – 30/11/2024" in page
    assert client.get(reverse("territory:unit", args=[10**9])).status_code == 404


def hand_in(client: Client, content: str | bytes, name: str = "ap.csv", kind: str = "hamlets") -> Any:
    data = content.encode() if isinstance(content, str) else content
    unit_id = selectors.province("96", REFORM).pk
    form = {"kind": kind, "province": unit_id, "on": "2025-07-01", "file": SimpleUploadedFile(name, data)}
    return client.post(reverse("territory:list_new"), form)


def test_a_list_is_tried_then_confirmed(sign_in: Callable[[Role], Client]) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    answer = hand_in(client, "Mã xã,Ấp\n32047,Ấp 1\n99999,Ấp 2\n")
    page = client.get(answer.url).content.decode()
    assert "99999" in page
    assert not UnitVersion.objects.filter(name="Ấp 1").exists()
    draft = ListDraft.objects.get()
    errors = client.get(reverse("territory:list_errors", args=[draft.pk]))
    assert errors["Content-Type"] == "text/csv; charset=utf-8"
    assert len(errors.content.decode("utf-8-sig").splitlines()) == 2
    assert client.get(reverse("territory:list_confirm", args=[draft.pk])).status_code == 405
    client.post(reverse("territory:list_confirm", args=[draft.pk]))
    assert UnitVersion.objects.filter(name="Ấp 1").exists()
    assert not ListDraft.objects.exists()
    assert ImportRun.objects.filter(kind="hamlets").exists()


def test_a_list_given_up_leaves_nothing(sign_in: Callable[[Role], Client]) -> None:
    client = sign_in(Role.ADMINISTRATOR)
    hand_in(client, "Mã xã,Ấp\n32047,Ấp 1\n")
    client.post(reverse("territory:list_give_up", args=[ListDraft.objects.get().pk]))
    assert not ListDraft.objects.exists()
    assert not UnitVersion.objects.filter(name="Ấp 1").exists()


def test_someone_elses_list_is_out_of_reach(sign_in: Callable[[Role], Client]) -> None:
    mine = sign_in(Role.ADMINISTRATOR)
    hand_in(mine, "Mã xã,Ấp\n32047,Ấp 1\n")
    pk = ListDraft.objects.get().pk
    User.objects.filter(email=f"{Role.ADMINISTRATOR}@example.org").update(email="first@example.org")
    other = sign_in(Role.ADMINISTRATOR)
    assert other.get(reverse("territory:list", args=[pk])).status_code == 302
    assert other.get(reverse("territory:list_errors", args=[pk])).status_code == 404
    other.post(reverse("territory:list_confirm", args=[pk]))
    assert ListDraft.objects.filter(pk=pk).exists()


@pytest.mark.parametrize(
    ("content", "name"), [(b"\x00\x01", "ap.csv"), (b"MZ", "ap.exe"), (b"PK\x03\x04", "ap.xlsx"), (b"", "ap.csv")]
)
def test_a_hostile_list_is_refused_on_the_form(sign_in: Callable[[Role], Client], content: bytes, name: str) -> None:
    answer = hand_in(sign_in(Role.ADMINISTRATOR), content, name)
    assert answer.status_code == 200
    assert answer.context["form"].errors["file"]
    assert not ListDraft.objects.exists()


def test_what_the_sources_left_open_is_shown(sign_in: Callable[[Role], Client]) -> None:
    client = sign_in(Role.AUDITOR)
    for run in ImportRun.objects.all():
        assert client.get(reverse("territory:run", args=[run.pk])).status_code == 200
    assert client.get(reverse("territory:run", args=[10**9])).status_code == 404
