"""Editors at work: pages published, revised and taken down through the gate, each act written down with its moment.

Django must be set up before this is imported. A page's title carries a mark, `M7V3X`: page 7 in its third
version; in its address, which stays, it is small.
"""

import random
import time
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from wagtail.models import Locale

from chaos.crowd import Board
from lantoa.approvals.services import decide
from lantoa.kernel.access import Grant, register_source
from lantoa.kernel.clock import now
from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.services import SiteMade
from tests.newsroom.passing import let_out

STORY = [("paragraph", "<p>Bà con đến tổ tiết kiệm ở ấp, mỗi tháng góp một lần.</p>")]


@dataclass
class Editors:
    """One who writes and one who approves, over one unit, on a site of their own."""

    board: Board
    seed: int = 171
    acts: int = 0
    longest: float = 0.0
    pages: dict[int, Any] = field(default_factory=dict)
    site: SiteMade = field(init=False)

    def __post_init__(self) -> None:
        for code in ("vi", "en"):
            Locale.objects.get_or_create(language_code=code)
        unit = apps.get_model("territory", "Unit").objects.create().pk
        agency = apps.get_model("agencies", "Agency").objects.create().pk
        self.writer, self.approver = (
            User.objects.create_user(email=f"{name}@lantoa.example", display_name=name)
            for name in ("writer", "approver")
        )
        grants = {
            self.writer.pk: [Grant(Role.EDITOR, [unit], agency, 1)],
            self.approver.pk: [Grant(Role.REVIEWER, [unit], agency, 2)],
        }
        register_source(lambda user, _at: grants.get(user.pk, []))
        self.site = services.ensure_site(province_name="Tỉnh Mẫu", unit_id=unit, by=None, at=now())
        services.sync_groups(user=self.approver, at=now())
        self._random = random.Random(self.seed)

    def publish(self, body: Any = STORY) -> int:
        """A new article before readers; its number."""
        number = len(self.pages) + 1
        page = services.write_article(
            parent=self.site.articles["vi"], title=f"Chuyện M{number}V1X", lead="Vài lời.", body=body, by=self.writer,
            at=now(),
        )  # fmt: skip
        self.approve(page)
        self.pages[number] = page
        self.board.published(number, page.url, time.monotonic())
        return number

    def older(self) -> Any:
        """A published article that nobody changes any more."""
        page = services.write_article(
            parent=self.site.articles["vi"], title="Chuyện cũ", lead="Vài lời.", body=STORY, by=self.writer, at=now()
        )
        self.approve(page)
        page.refresh_from_db()
        return page

    def revise(self, number: int) -> None:
        """A new version of a published article before readers."""
        version = self.board.pages[number].version + 1
        page = services.revise_page(
            page=self.pages[number], by=self.writer, at=now(), title=f"Chuyện M{number}V{version}X"
        )
        self.board.revising(number, time.monotonic())
        self.approve(page)
        self.board.revised(number, time.monotonic())

    def withdraw(self, number: int) -> None:
        """Take a published article down."""
        self.board.withdrawing(number, time.monotonic())
        services.withdraw_page(page=self.pages[number], by=self.approver, at=now(), reason="Sai số liệu.")
        self.board.withdrawn(number, time.monotonic())

    def act(self) -> None:
        """One act by chance: as often a new article as a revision, now and then a withdrawal."""
        began, chance = time.monotonic(), self._random.random()
        standing = [number for number, page in self.board.pages.items() if page.going is None]
        if chance < 0.45 or len(standing) < 5:
            self.publish()
        elif chance < 0.85:
            self.revise(self._random.choice(standing[-20:]))
        else:
            self.withdraw(self._random.choice(standing[-20:]))
        self.acts += 1
        self.longest = max(self.longest, time.monotonic() - began)

    def decide_only(self) -> tuple[int, float]:
        """A new article decided on, which a worker then publishes; its number and the moment of the decision."""
        number = len(self.pages) + 1
        page = services.write_article(
            parent=self.site.articles["vi"], title=f"Chuyện M{number}V1X", lead="Vài lời.", body=STORY, by=self.writer,
            at=now(),
        )  # fmt: skip
        submission = services.submit_page(page=page, by=self.writer, at=now())
        decide(submission_id=submission.pk, by=self.approver, at=now(), approve=True)
        self.pages[number] = page
        self.board.published(number, page.url, decided := time.monotonic())
        return number, decided

    def approve(self, page: Any) -> None:
        """Through the gate."""
        let_out(page, author=self.writer, reviewer=self.approver, at=now())
