"""The agency pages: who there is on a day, posts given and ended, who answers today."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from lantoa.agencies import selectors, services
from lantoa.agencies.models import Post
from lantoa.kernel.clock import today
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.territory import selectors as territory
from tests.agencies.conftest import AT, PLAN_DAY, TODAY


def committee(code: str, on: date) -> int:
    agency = selectors.agency_for_unit(territory.unit_by_code(code, on=on).pk, on=on)
    assert agency is not None
    return agency.pk


@pytest.fixture
def sign_in(province: str, make_user: Callable[[str], User]) -> Callable[..., Client]:
    """A browser signed in as the holder of a role at a unit's committee."""

    def signed_in(role: Role, code: str = "96") -> Client:
        user = make_user(f"{role}-{code}")
        services.appoint(user=user, role=role, agency_id=committee(code, TODAY), start=TODAY, by=None, at=AT)
        client = Client()
        client.force_login(user)
        return client

    return signed_in


def test_strangers_are_sent_away(client: Client, province: str) -> None:
    urls = [reverse("agencies:tree"), reverse("agencies:agency", args=[committee("96", TODAY)])]
    for url in urls:
        assert client.get(url).status_code == 302
    client.force_login(User.objects.create_superuser("su@example.org"))
    for url in urls:
        assert client.get(url).status_code == 403


def test_the_agencies_of_two_days(sign_in: Callable[..., Client]) -> None:
    client = sign_in(Role.EDITOR)
    then = client.get(reverse("agencies:tree"), {"on": "2022-09-15"}).content.decode()
    assert "Sở Lao động - Thương binh và Xã hội" in then
    now = client.get(reverse("agencies:tree")).content.decode()
    assert "Sở Lao động - Thương binh và Xã hội" not in now
    assert "Sở Nông nghiệp và Môi trường" in now
    found = client.get(reverse("agencies:tree"), {"q": "an xuyen"}).content.decode()
    assert "phường An Xuyên" in found


def test_the_page_says_who_answers_today(sign_in: Callable[..., Client]) -> None:
    client = sign_in(Role.LEADER)
    labour = next(row.id for row in selectors.agencies_on(PLAN_DAY) if row.short_name == "Sở LĐ-TB&XH")
    page = client.get(reverse("agencies:agency", args=[labour])).content.decode()
    for words in ("Giảm nghèo", "Sở Nông nghiệp và Môi trường", "Sở Y tế", "Sở Nội vụ"):
        assert words in page
    assert client.get(reverse("agencies:agency", args=[10**9])).status_code == 404


def test_an_administrator_gives_and_ends_a_post(
    sign_in: Callable[..., Client], make_user: Callable[[str], User]
) -> None:
    client, newcomer = sign_in(Role.ADMINISTRATOR), make_user("moi")
    agency_id = committee("32002", TODAY)
    url = reverse("agencies:appoint", args=[agency_id])
    wrong = client.post(url, {"account": "ai@example.org", "role": Role.EDITOR, "start": TODAY.isoformat()})
    assert wrong.status_code == 422
    assert wrong.context["form"].errors["account"]
    terms = {"account": "MOI@example.org", "role": Role.EDITOR, "start": TODAY.isoformat()}
    assert client.post(url, terms).status_code == 302
    again = client.post(url, terms)
    assert again.status_code == 422
    assert again.context["form"].non_field_errors()
    post = Post.objects.get(user=newcomer)
    end = reverse("agencies:post_end", args=[post.pk])
    assert client.get(end).status_code == 200
    assert client.post(end, {"on": TODAY.isoformat()}).status_code == 200
    assert client.post(end, {"on": today().isoformat()}).status_code == 302
    assert selectors.posts_of(newcomer, today()) == []
    assert Post.objects.filter(user=newcomer).exists()


def test_others_cannot(sign_in: Callable[..., Client], make_user: Callable[[str], User]) -> None:
    editor, neighbour = sign_in(Role.EDITOR), sign_in(Role.ADMINISTRATOR, "32047")
    make_user("moi")
    agency_id = committee("32002", TODAY)
    post = services.appoint(user=make_user("x"), role=Role.EDITOR, agency_id=agency_id, start=TODAY, by=None, at=AT)
    terms = {"account": "moi@example.org", "role": Role.EDITOR, "start": TODAY.isoformat()}
    assert editor.post(reverse("agencies:appoint", args=[agency_id]), terms).status_code == 403
    assert neighbour.post(reverse("agencies:appoint", args=[agency_id]), terms).status_code in (403, 422)
    assert editor.get(reverse("agencies:post_end", args=[post.pk])).status_code == 403
    assert neighbour.get(reverse("agencies:post_end", args=[post.pk])).status_code == 404
    assert not Post.objects.filter(user__email="moi@example.org").exists()
