"""A site with its scaffold, and people with posts over its unit."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from wagtail.models import Locale

from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.models import ArticlePage, PolicyPage
from tests.approvals.conftest import NOW, Hire, editor, hire, other_unit, reviewer, unit
from tests.newsroom.passing import let_out

__all__ = ["NOW", "Hire", "editor", "hire", "other_unit", "reviewer", "unit"]

Write = Callable[..., ArticlePage]
STORY = [("paragraph", "<p>Bà con đến tổ tiết kiệm ở ấp.</p>")]


@pytest.fixture
def site(unit: int) -> services.SiteMade:
    Locale.objects.get_or_create(language_code="vi")
    return services.ensure_site(province_name="Tỉnh Mẫu", unit_id=unit, by=None, at=NOW)


@pytest.fixture
def write(site: services.SiteMade, editor: User) -> Write:
    """`write("Tít")` saves a draft article of the editor's."""

    def make(title: str = "Giảm nghèo bền vững", by: User = editor, **extra: object) -> ArticlePage:
        day = timezone.localdate() + timedelta(days=180)  # also desk pages, which go by today, find it to come
        facts = {"lead": "Chuyện ở ấp.", "body": STORY, "review_by": day, **extra}
        return services.write_article(parent=site.articles["vi"], title=title, by=by, at=NOW, **facts)

    return make


@pytest.fixture
def publish(reviewer: User, editor: User) -> Callable[..., object]:
    """Send a page in and have the reviewer approve it."""

    def go(page: ArticlePage | PolicyPage, by: User | None = None) -> ArticlePage | PolicyPage:
        return let_out(page, author=page.owner, reviewer=by or reviewer, at=NOW)

    return go


@pytest.fixture
def leader(hire: Hire, unit: int) -> User:
    return hire(Role.LEADER, unit=unit)
