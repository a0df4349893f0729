"""The bytes of a picture: everybody's once a published page shows it, the newsroom's alone before and after."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.models import NewsImage
from tests.newsroom.conftest import NOW, Write
from tests.newsroom.samples import image

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(write: Write) -> tuple[Any, str]:
    """A draft with a cover, and the address of its drawn size."""
    cover = image()
    assert isinstance(cover, NewsImage)
    return write(cover=cover), cover.get_rendition("fill-240x160").url


def client_of(user: User) -> Client:
    client = Client()
    client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_a_picture_is_private_until_a_published_page_shows_it_and_again_when_it_is_gone(
    shown: tuple[Any, str], publish: Callable[..., Any], leader: User, editor: User
) -> None:
    page, url = shown
    assert Client().get(url).status_code == 404
    drafted = client_of(editor).get(url)
    assert (drafted.status_code, drafted["Cache-Control"]) == (200, "private, no-store")
    assert b"".join(drafted.streaming_content)

    publish(page)
    open_ = Client().get(url)
    assert (open_.status_code, open_["Content-Type"], open_.cookies) == (200, "image/png", {})
    assert open_["Cache-Control"] == "public, max-age=300"
    assert open_["X-Content-Type-Options"] == "nosniff"
    assert {part.strip() for part in open_["Content-Security-Policy"].split(";")} == {"default-src 'none'", "sandbox"}
    assert b"".join(open_.streaming_content)[:8] == b"\x89PNG\r\n\x1a\n"
    assert Client().get(url, headers={"If-None-Match": open_["ETag"]}).status_code == 304

    services.sync_groups(user=leader, at=NOW)
    services.withdraw_page(page=page, by=leader, at=NOW + timedelta(days=1), reason="Sai số liệu.")
    assert Client().get(url).status_code == 404


def test_only_drawn_sizes_have_an_address(shown: tuple[Any, str], publish: Callable[..., Any]) -> None:
    page, _url = shown
    publish(page)
    assert Client().get(f"/media/{page.cover.file.name}").status_code == 404
    assert Client().get("/media/images/../secrets/key").status_code == 404
    assert Client().post(_url).status_code == 405
