"""What is being written, read and held: pages as the house sees them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.contrib.contenttypes.models import ContentType
from django.db.models import BigIntegerField, Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from wagtail.models import Page, TaskState, WorkflowState
from wagtail.query import PageQuerySet

from lantoa.approvals import selectors as approvals
from lantoa.kernel.access import granted, visible_to
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.newsroom.enums import Stage
from lantoa.newsroom.models import (
    AcceptedWarning,
    BasePage,
    Clearance,
    Embargo,
    LawCheck,
    ReviewState,
    Sending,
    TranslationStep,
    subject_of,
)
from lantoa.newsroom.rules import CHECK_LAW, WITHDRAW, WRITE, NotReadyError
from lantoa.newsroom.selectors.published import TYPES


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


def locked(page_id: int) -> BasePage:
    """The page as it stands now, its row held until the end of the transaction."""
    found: BasePage = Page.objects.select_for_update(of=("self",)).get(pk=page_id).specific
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


def waiting_review(page: Page) -> ReviewState:
    """The round of review that the page is in; NotReadyError when it is in none."""
    review = review_of(fresh(page))
    if review is None:
        raise NotReadyError(_("This page does not wait for approval. It is sent first by whoever wrote it."))
    return review


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page in the desk's list; `law` is the legal check of the version last sent, when its kind needs one."""

    page: Page
    stage: Stage
    law: LawCheck | None = None


def writable_pages(user: User) -> PageQuerySet:
    """The pages, sections aside, of the units where the person's posts write."""
    return _pages_in(user, WRITE)


def withdrawable_pages(user: User) -> PageQuerySet:
    """The pages of the units where the person's posts take pages down that are published, or came down when their time
    was over."""
    pages: PageQuerySet = _pages_in(user, WITHDRAW).filter(Q(live=True) | Q(expired=True))
    return pages


def translations_of(page: Page) -> PageQuerySet:
    """The published translations that follow a page."""
    following = TranslationStep.objects.filter(original=page.pk).values("page")
    pages: PageQuerySet = Page.objects.live().filter(pk__in=following).order_by("pk")
    return pages


def _pages_in(user: User, permission: str) -> PageQuerySet:
    mine = reduce(or_, (Q(unit__in=grant.units) for grant in granted(user, permission)), Q(pk__in=[]))
    ours = reduce(or_, (Q(pk__in=model.objects.filter(mine).values("pk")) for model in TYPES.values()))
    pages: PageQuerySet = Page.objects.filter(ours)
    return pages


def review_stands(status: str) -> Q:
    """Pages the review of whose newest version stands at this status of Wagtail's `WorkflowState`, which has at most
    one open round for each. The database gathers the open rounds once, not page by page."""
    kind = ContentType.objects.get_for_model(Page).pk
    rounds = WorkflowState.objects.filter(base_content_type=kind, status=status)
    return Q(pk__in=rounds.values_list(Cast("object_id", BigIntegerField())))


def passed() -> Exists:
    """Pages whose newest version passed the gate on an approval in force."""
    return Exists(Clearance.objects.filter(revision=OuterRef("latest_revision"), decision__in=approvals.in_force()))


def at_law() -> Exists:
    """Pages that were sent and wait for their legal check."""
    subject = Concat(Value("newsroom.page:"), Cast(OuterRef("pk"), CharField()))
    return Exists(_at_law().filter(submission__subject=subject))


def staged(pages: PageQuerySet) -> PageQuerySet:
    """Pages with their `stage`: their newest version counts, not an older one that is live."""
    waiting = review_stands(WorkflowState.STATUS_IN_PROGRESS)
    stage = Case(
        When(review_stands(WorkflowState.STATUS_NEEDS_CHANGES), then=Value(Stage.RETURNED)),
        When(waiting & at_law(), then=Value(Stage.LAW)),
        When(waiting, then=Value(Stage.WAITING)),
        When(live=True, has_unpublished_changes=False, then=Value(Stage.LIVE)),
        When(taken_down(), then=Value(Stage.WITHDRAWN)),
        When(passed(), then=Value(Stage.APPROVED)),
        default=Value(Stage.DRAFT), output_field=CharField(),
    )  # fmt: skip
    found: PageQuerySet = pages.annotate(stage=stage)
    return found


def desk_pages(user: User, stage: str = "", *, mine: bool = False) -> PageQuerySet:
    """Pages of the person's units, staged, last touched first."""
    pages = staged(writable_pages(user))
    pages = pages.filter(owner=user) if mine else pages
    pages = pages.filter(stage=stage) if stage else pages
    ordered: PageQuerySet = pages.order_by(F("latest_revision_created_at").desc(nulls_last=True), "-pk")
    return ordered


def desk_pages_named(user: User, text: str, *, limit: int) -> list[Page]:
    """Staged pages of the person's units whose title holds every word, with or without marks, last touched first."""
    words = [Q(title__unaccent__icontains=word) for word in fold(text).split()]
    return list(desk_pages(user).filter(*words).select_related("locale")[:limit]) if words else []


def titled(pages: PageQuerySet, text: str) -> PageQuerySet:
    """Those whose newest title holds every word, with or without marks; all of them where no word is given."""
    words = [Q(draft_title__unaccent__icontains=word) for word in fold(text).split()]
    found: PageQuerySet = pages.filter(*words)
    return found


def stage_counts(pages: PageQuerySet) -> dict[str, int]:
    """How many of these staged pages stand at each stage where any does; one query."""
    rows = pages.order_by().values("stage").annotate(many=Count("pk"))
    return dict(rows.values_list("stage", "many"))


def desk_lines(pages: Iterable[Page]) -> list[PageLine]:
    """These staged pages with what the law said of each; one query."""
    rows = list(pages)
    sent = sendings(subject_of(page) for page in rows)
    laws = (getattr(sent.get(subject_of(page)), "law_check", None) for page in rows)
    return [PageLine(page, Stage(page.stage), law) for page, law in zip(rows, laws, strict=True)]


def sendings(subjects: Iterable[str]) -> dict[str, Sending]:
    """The newest sending of each of these pages, with its legal check."""
    rows = Sending.objects.filter(submission__subject__in=list(subjects)).order_by("submission_id")
    return {row.submission.subject: row for row in rows.select_related("submission", "law_check__by")}


def _at_law() -> QuerySet[Sending]:
    return Sending.objects.filter(
        needs_law=True, law_check=None, submission__decision=None, submission__withdrawn_at=None
    )


def law_queue(user: User) -> QuerySet[Sending]:
    """What waits for this person's legal check: in their units, sent, not their own; first sent first."""
    rows = visible_to(_at_law(), user, permission=CHECK_LAW, unit_path="submission__unit")
    mine = rows.filter(Q(submission__submitted_by=user) | Q(submission__authors__user=user)).values("pk")
    found: QuerySet[Sending] = rows.exclude(pk__in=mine).select_related("submission__submitted_by")
    return found.order_by("submission__submitted_at")


def law_asked(submissions: Iterable[int]) -> dict[int, Sending]:
    """Those of these submissions that the law must check, with what it said so far; one query."""
    rows = Sending.objects.filter(submission__in=list(submissions), needs_law=True).select_related("law_check")
    return {row.submission_id: row for row in rows}


def kept_by_law(user: User) -> QuerySet[Sending, int]:
    """Submissions, as a subquery, that the law keeps from this person's approval: not cleared yet, or by themselves."""
    own = Q(law_check__by=user, law_may_approve=False)
    return Sending.objects.filter(Q(law_check=None) | own, needs_law=True).values_list("submission", flat=True)


def law_of(page: Page) -> LawCheck | None:
    """The legal check of the version last sent, if it was given."""
    return LawCheck.objects.filter(sending__submission__subject=subject_of(page)).order_by("-pk").first()


def accepted_warnings(submission_id: int) -> QuerySet[AcceptedWarning]:
    """The warnings that the sender let stand, with why."""
    return AcceptedWarning.objects.filter(submission=submission_id).select_related("by").order_by("pk")


def last_answers(page: Page) -> dict[str, str]:
    """Why each warning of this page stood when it was last sent, to be offered again."""
    rows = AcceptedWarning.objects.filter(submission__subject=subject_of(page)).order_by("pk")
    return dict(rows.values_list("code", "why"))


def cleared(pages: PageQuerySet) -> PageQuerySet:
    """Those whose newest version passed the gate on an approval in force and is not the one that is live."""
    waiting = ~Q(live=True, live_revision=F("latest_revision"))
    found: PageQuerySet = pages.filter(waiting, passed()).exclude(taken_down())
    return found


def taken_down() -> Q:
    """Pages that were public, are not any more, and have not been written on since."""
    return Q(live=False, last_published_at__isnull=False, latest_revision_created_at__lte=F("last_published_at"))


def embargo_of(page_id: int, *, at: datetime) -> Embargo | None:
    """The embargo that holds a page at that moment, the one that ends last."""
    rows = Embargo.objects.filter(page=page_id).running(at)
    found: Embargo | None = rows.select_related("set_by").order_by("-until").first()
    return found
