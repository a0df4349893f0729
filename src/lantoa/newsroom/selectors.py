"""What is published, what is being written, and what a search finds."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language
from wagtail.models import Locale, Page, ReferenceIndex, TaskState, WorkflowState
from wagtail.query import PageQuerySet
from wagtail.search.backends import get_search_backend
from wagtail.search.query import PlainText

from lantoa.approvals import selectors as approvals
from lantoa.kernel.access import granted
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.newsroom.enums import SectionKind, Stage, Standing
from lantoa.newsroom.models import (
    ArticlePage,
    BasePage,
    Clearance,
    Embargo,
    EventPage,
    LegalTextPage,
    NewsImage,
    NewsRendition,
    PolicyPage,
    ReadingPage,
    ReviewState,
    types_by_section,
)
from lantoa.newsroom.models.listing import found_laws
from lantoa.newsroom.rules import WRITE

TYPES: dict[str, type[ReadingPage]] = types_by_section()


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


def search(
    query: str, *, kinds: tuple[str, ...] = (SectionKind.POLICIES, SectionKind.ARTICLES), language: str | None = None,
    n: int = 50,
) -> list[BasePage]:  # fmt: skip
    """The published pages that hold every word, best first; marks and letter case do not matter.

    "giam ngheo" finds "giảm nghèo" and "dien bien" finds "diễn biến"; words typed with marks rank exact hits higher.
    """
    plain = fold(query)
    if not plain:
        return []
    wanted = PlainText(plain) if plain == query.strip().lower() else PlainText(query) | PlainText(plain)
    locales = Locale.objects.filter(language_code=language or get_language() or "vi")
    pages = Page.objects.live().public().filter(locale__in=list(locales))  # the index knows locales, not their codes
    pages = pages.type(*(TYPES[kind] for kind in kinds))
    found = get_search_backend().search(wanted, pages)[:n]
    return [page.specific for page in found]


def in_force(text: LegalTextPage | str, *, on: date | None = None) -> bool:
    """Whether a published legal text, or one of this number, binds on a day (today by default), amended or not.

    A number that nothing published bears is not in force.
    """
    return bool(_texts_named(text).in_force(on or timezone.localdate()).exists())


def standing(text: LegalTextPage | str, *, on: date | None = None) -> Standing | None:
    """Where a published legal text stands on a day (today by default); None when the library does not hold it."""
    row = _texts_named(text).standing_on(on or timezone.localdate()).order_by("-issued_on").first()
    return Standing(row.standing) if row else None


def _texts_named(text: LegalTextPage | str) -> Any:
    live = LegalTextPage.objects.live()
    if isinstance(text, str):
        return live.filter(
            folded__startswith=f"{fold(text)} "
        )  # the number comes first, whatever marks it is typed with
    return live.filter(pk=text.pk)


def legal_texts(
    *, words: str = "", kind: str = "", issuer: str = "", year: int | None = None, in_force_on: date | None = None,
    language: str | None = None,
) -> QuerySet[LegalTextPage]:  # fmt: skip
    """The published legal texts that fit every part of a search, newest first; each knows its `standing` today."""
    rows: QuerySet[LegalTextPage] = found_laws(
        _published(LegalTextPage, language), words=words, kind=kind, issuer=issuer, year=year,
        in_force_on=in_force_on, on=timezone.localdate(),
    )  # fmt: skip
    return rows


def coming_events(*, language: str | None = None, n: int = 6) -> QuerySet[EventPage]:
    """The published events not yet over, soonest first."""
    now = timezone.now()
    rows: QuerySet[EventPage] = _published(EventPage, language)
    to_come = rows.filter(Q(ends_at__gte=now) | Q(ends_at=None, starts_at__gte=now))
    return to_come.order_by("starts_at")[:n]


def event_named(slug: str) -> EventPage | None:
    """The published event of this address in the reader's language."""
    found: EventPage | None = _published(EventPage, None).filter(slug=slug).first()
    return found


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
    """The pages, sections aside, of the units where the person's posts write."""
    mine = reduce(or_, (Q(unit__in=grant.units) for grant in granted(user, WRITE)), Q(pk__in=[]))
    ours = reduce(or_, (Q(pk__in=model.objects.filter(mine).values("pk")) for model in TYPES.values()))
    pages: PageQuerySet = Page.objects.filter(ours)
    return pages


def desk_pages(user: User, stage: str = "", *, mine: bool = False) -> list[PageLine]:
    """Pages of the person's units, last touched first, with where each stands."""
    pages = writable_pages(user).order_by("-latest_revision_created_at")
    if mine:
        pages = pages.filter(owner=user)
    approved = set(cleared(pages).values_list("pk", flat=True))
    lines = [
        PageLine(page, stage_of(page, approved=page.pk in approved), page.owner_id == user.pk)
        for page in pages.prefetch_workflow_states().select_related("owner", "latest_revision")[:300]
    ]
    return [line for line in lines if not stage or line.stage == stage]


def cleared(pages: PageQuerySet) -> PageQuerySet:
    """Those whose newest version passed the gate on an approval in force and is not the one that is live."""
    passed = Clearance.objects.filter(revision=OuterRef("latest_revision"), decision__in=approvals.in_force())
    waiting = ~Q(live=True, live_revision=F("latest_revision"))
    found: PageQuerySet = pages.filter(waiting, Exists(passed)).exclude(taken_down())
    return found


def taken_down() -> Q:
    """Pages that were public, are not any more, and have not been written on since."""
    return Q(live=False, last_published_at__isnull=False, latest_revision_created_at__lte=F("last_published_at"))


def stage_of(page: Page, *, approved: bool = False) -> Stage:
    """Where a page stands: its newest version counts, not an older one that is live."""
    state = page.current_workflow_state
    if state is not None:
        return Stage.RETURNED if state.status == WorkflowState.STATUS_NEEDS_CHANGES else Stage.WAITING
    if approved:
        return Stage.APPROVED
    if page.live:
        return Stage.LIVE if not page.has_unpublished_changes else Stage.DRAFT
    return Stage.APPROVED if page.approved_schedule else Stage.DRAFT


def embargo_of(page_id: int, *, at: datetime) -> Embargo | None:
    """The embargo that holds a page at that moment, the one that ends last."""
    rows = Embargo.objects.filter(page=page_id).running(at)
    found: Embargo | None = rows.select_related("set_by").order_by("-until").first()
    return found


def embargoed(*, at: datetime) -> "QuerySet[Embargo]":
    """The running embargoes of pages whose newest version is approved, soonest first: what registered press may read
    ahead."""
    ready = cleared(Page.objects.all()).values("pk")
    found: QuerySet[Embargo] = Embargo.objects.running(at).filter(page__in=ready)
    return found.select_related("page").order_by("until", "pk")


def drawn_picture(name: str) -> NewsRendition | None:
    """The drawn size that this file is, if we drew it."""
    found: NewsRendition | None = NewsRendition.objects.filter(file=name).first()
    return found


def is_public_picture(image_id: int) -> bool:
    """Whether a published page shows the picture: what drafts show is nobody's business yet."""
    kinds = ContentType.objects.get_for_models(NewsImage, Page)
    used = ReferenceIndex.objects.filter(
        to_content_type=kinds[NewsImage], to_object_id=str(image_id), base_content_type=kinds[Page]
    )
    live = Page.objects.filter(live=True).annotate(name=Cast("pk", CharField())).values("name")
    return bool(used.filter(object_id__in=live).exists())
