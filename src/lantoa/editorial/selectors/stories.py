"""Every story from order to withdrawal, each with the stage that what is on record puts it in. Set-based throughout."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Concat
from django.utils import timezone
from wagtail.models import Page, Revision, TaskState, WorkflowState
from wagtail.query import PageQuerySet

from lantoa.approvals.models import Submission
from lantoa.editorial.enums import BundleState, CommissionState, Stage
from lantoa.editorial.models import Bundle, BundlePage, Commission
from lantoa.kernel.models import User
from lantoa.newsroom.models import Embargo
from lantoa.newsroom.models.rereading import day_that_counts
from lantoa.newsroom.selectors import TYPES, at_law, passed, review_stands, stage_counts, taken_down, writable_pages
from lantoa.territory import selectors as territory

PAGE, ORDER = "page", "order"
NO_PAGE_YET = (CommissionState.TAKEN, CommissionState.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a list is narrowed to; empty means all."""

    stage: str = ""
    kind: str = ""
    unit_id: int | None = None
    owner_id: int | None = None
    late: bool = False


@dataclass(frozen=True, slots=True)
class Story:
    """One line: a page, or a commission that has none yet."""

    stage: str
    late: bool
    page: Page | None
    commission: Commission | None
    unit_id: int | None
    embargo: datetime | None = None
    hour: datetime | None = None
    bundle: Bundle | None = None
    reading: str = ""
    due_at: datetime | None = None


def staged(pages: PageQuerySet, *, at: datetime) -> PageQuerySet:
    """Pages with their `stage`, until when their reader should decide (`read_by`), and whether that is `late`."""
    subject = Concat(Value("newsroom.page:"), Cast(OuterRef("pk"), CharField()))
    due = Submission.objects.open().filter(subject=subject).order_by("-pk").values("due_at")[:1]
    waiting = review_stands(WorkflowState.STATUS_IN_PROGRESS)
    anew = Q(last_published_at__gt=F("first_published_at"))
    stage = Case(
        When(review_stands(WorkflowState.STATUS_NEEDS_CHANGES), then=Value(Stage.RETURNED)),
        When(waiting & at_law(), then=Value(Stage.LAW)),
        When(waiting, then=Value(Stage.WAITING)),
        When(Q(live=True, has_unpublished_changes=False) & anew, then=Value(Stage.CORRECTED)),
        When(live=True, has_unpublished_changes=False, then=Value(Stage.LIVE)),
        When(taken_down(), then=Value(Stage.WITHDRAWN)),
        When(passed(), then=Value(Stage.HELD)),
        default=Value(Stage.DRAFT), output_field=CharField(),
    )  # fmt: skip
    rows = pages.annotate(read_by=Subquery(due, output_field=DateTimeField()))
    found: PageQuerySet = rows.annotate(
        stage=stage, late=Case(When(waiting & Q(read_by__lt=at), then=True), default=False)
    )
    return found


def pages_wanted(user: User, wanted: Wanted, *, at: datetime) -> PageQuerySet:
    """The pages a person may write, staged and narrowed to all that is wanted but the stage."""
    pages = writable_pages(user)
    if wanted.kind in TYPES:
        pages = pages.type(TYPES[wanted.kind])
    if wanted.unit_id:
        reach = territory.reach_ids(wanted.unit_id, on=timezone.localdate(at))
        inside = (Q(pk__in=model.objects.filter(unit__in=reach).values("pk")) for model in TYPES.values())
        pages = pages.filter(reduce(or_, inside))
    if wanted.owner_id:
        pages = pages.filter(owner=wanted.owner_id)
    pages = staged(pages, at=at)
    return pages.filter(late=True) if wanted.late else pages


def orders_wanted(user: User, wanted: Wanted, *, at: datetime) -> "QuerySet[Commission]":
    """The commissions without a page, narrowed in the same way; a page's owner is whoever it is ordered from here."""
    rows = Commission.objects.visible_to(user, at=at).filter(page=None).exclude(state__in=NO_PAGE_YET)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    if wanted.unit_id:
        rows = rows.filter(unit__in=territory.reach_ids(wanted.unit_id, on=timezone.localdate(at)))
    if wanted.owner_id:
        rows = rows.filter(for_post__user=wanted.owner_id)
    return rows.late(at) if wanted.late else rows


def counts(user: User, wanted: Wanted, *, at: datetime) -> dict[str, int]:
    """How many stories stand at each stage; two queries."""
    pages = pages_wanted(user, wanted, at=at)
    by_stage = dict.fromkeys(Stage.values, 0) | stage_counts(pages)
    return {**by_stage, Stage.COMMISSIONED: orders_wanted(user, wanted, at=at).count()}


def keys(user: User, wanted: Wanted, *, at: datetime) -> Any:
    """What stands in the list, the last touched first, as (kind of row, id, moment): to be cut into pages."""
    pages, orders = pages_wanted(user, wanted, at=at), orders_wanted(user, wanted, at=at)
    if wanted.stage:
        pages = pages.filter(stage=wanted.stage)
        orders = orders if wanted.stage == Stage.COMMISSIONED else orders.none()
    names = ("what", "pk", "moment")
    first = pages.order_by().annotate(what=Value(PAGE), moment=F("latest_revision_created_at")).values_list(*names)
    second = orders.order_by().annotate(what=Value(ORDER), moment=F("changed_at")).values_list(*names)
    if wanted.stage and wanted.stage != Stage.COMMISSIONED:
        return first.order_by(F("moment").desc(nulls_last=True), "-pk")
    if wanted.stage:
        return second.order_by("-moment", "-pk")
    return first.union(second, all=True).order_by("-moment", "-pk")


def stories(found: Sequence[tuple[str, int, datetime]], *, at: datetime) -> list[Story]:
    """These rows with all that the list shows, in the same order; as many queries for one as for a hundred."""
    page_ids = [pk for what, pk, _moment in found if what == PAGE]
    order_ids = [pk for what, pk, _moment in found if what == ORDER]
    pages = {
        page.pk: page for page in staged(Page.objects.filter(pk__in=page_ids), at=at).select_related("owner", "locale")
    }
    rows = Commission.objects.filter(Q(pk__in=order_ids) | Q(page__in=page_ids) & ~Q(state=CommissionState.CANCELLED))
    orders = list(rows.select_related("for_post__user"))
    by_pk, by_page = {row.pk: row for row in orders}, {row.page_id: row for row in orders if row.page_id}
    facts = _Facts(page_ids, at)
    return [
        facts.story(pages[pk], by_page.get(pk)) if what == PAGE else _ordered(by_pk[pk], at)
        for what, pk, _moment in found
    ]


def _ordered(row: Commission, at: datetime) -> Story:
    return Story(Stage.COMMISSIONED, row.is_late(at), None, row, row.unit_id, due_at=row.due_at)


class _Facts:
    """What other tables hold about these pages; one query each."""

    def __init__(self, page_ids: Sequence[int], at: datetime) -> None:
        names = [str(pk) for pk in page_ids]
        kind = ContentType.objects.get_for_model(Page).pk
        self.units = units_of(page_ids)
        ends = Embargo.objects.running(at).filter(page__in=page_ids).order_by("until")
        self.embargoes: Mapping[int, datetime] = dict(ends.values_list("page", "until"))
        items = BundlePage.objects.filter(page__in=page_ids, bundle__state=BundleState.OPEN).select_related("bundle")
        self.bundles = {item.page_id: item.bundle for item in items}
        hours = Revision.objects.filter(base_content_type=kind, object_id__in=names, approved_go_live_at__isnull=False)
        self.hours = {int(pk): hour for pk, hour in hours.values_list("object_id", "approved_go_live_at")}
        steps = TaskState.objects.filter(
            status=TaskState.STATUS_IN_PROGRESS, workflow_state__base_content_type=kind,
            workflow_state__object_id__in=names,
        )  # fmt: skip
        self.steps = {int(pk): name for pk, name in steps.values_list("workflow_state__object_id", "task__name")}

    def story(self, page: Any, commission: Commission | None) -> Story:
        """The page's line."""
        bundle = self.bundles.get(page.pk)
        due_at = page.read_by if page.stage in (Stage.LAW, Stage.WAITING) else None
        return Story(
            page.stage, page.late, page, commission, self.units.get(page.pk), embargo=self.embargoes.get(page.pk),
            hour=(bundle.go_live_at if bundle else None) or self.hours.get(page.pk), bundle=bundle,
            reading=self.steps.get(page.pk, ""), due_at=due_at,
        )  # fmt: skip


def units_of(page_ids: Iterable[int]) -> dict[int, int]:
    """Page id → unit id, whatever the kinds; one query."""
    ids = list(page_ids)
    rows = [model.objects.filter(pk__in=ids).order_by().values_list("pk", "unit") for model in TYPES.values()]
    return dict(rows[0].union(*rows[1:], all=True))


def owners(user: User) -> "QuerySet[User]":
    """Whoever owns a page that the person may write."""
    return User.objects.filter(pk__in=writable_pages(user).order_by().values("owner")).order_by("display_name", "pk")


def reviews_due(user: User, first: date, last: date) -> list[tuple[date, int, str]]:
    """The days pages must be read again between two days, as last put off: day, page id, title; one query."""
    mine = writable_pages(user).order_by().values("pk")
    rows = [
        model.objects.filter(pk__in=mine).annotate(due_on=day_that_counts()).filter(due_on__range=(first, last))
        .order_by().values_list("due_on", "pk", "title")
        for model in TYPES.values()
    ]  # fmt: skip
    return list(rows[0].union(*rows[1:], all=True))
