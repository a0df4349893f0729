"""A house: a province with two communes, its editors, a press agency with a reporter, a stranger, and the site."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Collection, Locale, Page

from lantoa.agencies.models import Post
from lantoa.editorial.models import Commission
from lantoa.editorial.services import Order, order_piece
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import services as newsroom
from tests.planning.conftest import agency, person, unit

STORY = [("paragraph", "<p>Bà con đến tổ tiết kiệm ở ấp.</p>")]


@dataclass
class House:
    province: int
    commune: int
    other_commune: int
    press: int
    board: int
    editor: User
    writer: User
    writer_post: int
    reviewer: User
    leader: User
    reporter: User
    commune_editor: User
    stranger: User
    site: newsroom.SiteMade

    def order(self, title: str = "Chuyện ở ấp", *, by: User | None = None, **facts: object) -> Commission:
        whom = {} if "for_agency_id" in facts else {"for_post_id": self.writer_post}
        given = {"kind": "articles", "unit_id": self.province, "due_at": now() + timedelta(days=3), **whom, **facts}
        return order_piece(order=Order(title=title, **given), by=by or self.editor, at=now())

    def write(self, title: str = "Bài", *, by: User | None = None, unit_id: int | None = None, **facts: object) -> Page:
        return newsroom.write_article(
            parent=self.site.articles["vi"], title=title, lead="Vài lời.", body=STORY, by=by or self.editor, at=now(),
            unit_id=unit_id or self.province, **facts,
        )  # fmt: skip

    def submit(self, page: Page, *, at: datetime | None = None) -> None:
        newsroom.submit_page(page=page, by=page.owner, at=at or now())

    def approve(self, page: Page) -> Page:
        self.submit(page)
        return newsroom.approve_page(page=page, by=self.reviewer, at=now())


@pytest.fixture
def house(db: None) -> House:
    place = unit("Tỉnh Sông Sen", "province", 1)
    here, there = (unit(f"Xã {name}", "commune", 3, place) for name in ("Sen Trắng", "Sen Hồng"))
    far = unit("Tỉnh Núi Xa", "province", 1)
    board = agency("Sở Nông nghiệp và Môi trường", "department", place)
    press = agency("Báo Sông Sen", "press", place)
    commune = agency("Ủy ban nhân dân xã Sen Trắng", "peoples_committee", here)
    elsewhere = agency("Ủy ban nhân dân tỉnh Núi Xa", "peoples_committee", far)
    Locale.objects.get_or_create(language_code="vi")
    if Page.get_first_root_node() is None:  # a test with real transactions before this one emptied every table
        Page.add_root(instance=Page(title="Root", slug="root"))
        Collection.add_root(instance=Collection(name="Root"))
    site = newsroom.ensure_site(province_name="Sông Sen", unit_id=place.pk, by=None, at=now())
    writer = person("writer", (Role.EDITOR, board))
    return House(
        province=place.pk, commune=here.pk, other_commune=there.pk, press=press, board=board,
        editor=person("editor", (Role.EDITOR, board)), writer=writer,
        writer_post=Post.objects.get(user=writer).pk, reviewer=person("reviewer", (Role.REVIEWER, board)),
        leader=person("leader", (Role.LEADER, board)), reporter=person("reporter", (Role.REPORTER, press)),
        commune_editor=person("commune", (Role.EDITOR, commune)), stranger=person("far", (Role.EDITOR, elsewhere)),
        site=site,
    )  # fmt: skip


class Counting:
    """How many queries ran, as an `execute_wrapper`."""

    n = 0

    def __call__(self, execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.n += 1
        return execute(sql, params, many, context)


@pytest.fixture
def enter() -> Callable[[User], Client]:
    """A browser of this person."""

    def go(user: User) -> Client:
        client = Client()
        client.force_login(user, "allauth.account.auth_backends.AuthenticationBackend")
        return client

    return go
