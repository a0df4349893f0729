"""What is published, and what is being written."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import get_language
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.query import PageQuerySet

from lantoa.kernel.access import visible_to
from lantoa.kernel.models import User
from lantoa.newsroom.enums import SectionKind, Stage
from lantoa.newsroom.models import ArticlePage, BasePage, PolicyPage, ReviewState
from lantoa.newsroom.rules import WRITE

TYPES: dict[str, type[BasePage]] = {SectionKind.POLICIES: PolicyPage, SectionKind.ARTICLES: ArticlePage}


def latest_articles(n: int = 6, *, language: str | None = None) -> QuerySet[ArticlePage]:
    """The newest published articles of a language (the reader's by default)."""
    rows: QuerySet[ArticlePage] = _published(ArticlePage, language).select_related("cover")
    return rows[:n]


def policies(audience: str | None = None, *, language: str | None = None) -> QuerySet[PolicyPage]:
    """The published policies, those for one audience if named, newest first."""
    rows: QuerySet[PolicyPage] = _published(PolicyPage, language)
    return rows.filter(audience_groups__contains=[audience]) if audience else rows


def _published(model: type[BasePage], language: str | None) -> Any:
    pages = model.objects.live().public().filter(locale__language_code=language or get_language() or "vi")
    return pages.order_by("-first_published_at", "-pk")


def page_for_subject(subject: str) -> BasePage | None:
    """The page an approval's subject names (`newsroom.page:12`), if it still exists."""
    prefix, _colon, pk = subject.partition(":")
    if prefix != "newsroom.page" or not pk.isdigit():
        return None
    page = Page.objects.filter(pk=int(pk)).first()
    return page.specific if page else None


def fresh(page: Page) -> BasePage:
    """The page as it stands in the database now, in its own type."""
    found: BasePage = Page.objects.get(pk=page.pk).specific
    return found


def review_of(page: Page) -> ReviewState | None:
    """The round of review that the page is in, if any."""
    state = page.current_workflow_task_state
    if state is None or state.status != TaskState.STATUS_IN_PROGRESS:
        return None
    found: ReviewState | None = (
        ReviewState.objects.select_related("submission__decision__by", "workflow_state").filter(pk=state.pk).first()
    )
    return found


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page in the desk's list."""

    page: Page
    stage: Stage
    mine: bool


def writable_pages(user: User) -> PageQuerySet:
    """The articles and policies of the units where the person's posts write."""
    ours = Q(pk__in=[])
    for model in TYPES.values():
        ours |= Q(pk__in=visible_to(model.objects.all(), user, permission=WRITE, unit_path="unit").values("pk"))
    pages: PageQuerySet = Page.objects.filter(ours)
    return pages


def desk_pages(user: User, stage: str = "", *, mine: bool = False) -> list[PageLine]:
    """Pages of the person's units, last touched first, with where each stands."""
    pages = writable_pages(user).order_by("-latest_revision_created_at")
    if mine:
        pages = pages.filter(owner=user)
    lines = [
        PageLine(page, stage_of(page), page.owner_id == user.pk)
        for page in pages.prefetch_workflow_states().select_related("owner", "latest_revision")[:300]
    ]
    return [line for line in lines if not stage or line.stage == stage]


def stage_of(page: Page) -> Stage:
    """Where a page stands: its newest version counts, not an older one that is live."""
    state = page.current_workflow_state
    if state is not None:
        return Stage.RETURNED if state.status == WorkflowState.STATUS_NEEDS_CHANGES else Stage.WAITING
    if page.live:
        return Stage.LIVE if not page.has_unpublished_changes else Stage.DRAFT
    return Stage.APPROVED if page.approved_schedule else Stage.DRAFT
