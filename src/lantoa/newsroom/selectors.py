"""What is published, and what is being written."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import get_language, get_language_from_path
from django.utils.translation import gettext as _
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, TaskState, WorkflowState
from wagtail.query import PageQuerySet

from lantoa.approvals import selectors as approvals
from lantoa.kernel.access import granted, visible_to
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.newsroom.enums import Audience, SectionKind, Stage, Standing
from lantoa.newsroom.exact import images_shown
from lantoa.newsroom.models import (
    AcceptedWarning,
    ArticlePage,
    BasePage,
    Clearance,
    ColumnPage,
    Correction,
    Embargo,
    EventPage,
    HomePage,
    LawCheck,
    LegalTextPage,
    NewsImage,
    NewsRendition,
    PolicyPage,
    ReadingPage,
    ReviewState,
    SectionPage,
    Sending,
    Withdrawal,
    subject_of,
    types_by_section,
)
from lantoa.newsroom.models.gathering import Card, cards
from lantoa.newsroom.models.listing import found_laws
from lantoa.newsroom.public import in_public
from lantoa.newsroom.rules import CHECK_LAW, WITHDRAW, WRITE, NotReadyError
from lantoa.territory.selectors import reach_ids

TYPES: dict[str, type[ReadingPage]] = types_by_section()


def section_of(kind: str, language: str) -> SectionPage | None:
    """The section that gathers this kind in a language, else in Vietnamese; None before the site is made."""
    found = SectionPage.objects.filter(kind=kind, locale__language_code__in=[language, "vi"])
    best: SectionPage | None = min(found.select_related("locale"), default=None,
                                   key=lambda one: one.locale.language_code != language)  # fmt: skip
    return best


def latest_articles(n: int = 6, *, language: str | None = None) -> QuerySet[ArticlePage]:
    """The newest published articles of a language (the reader's by default)."""
    rows: QuerySet[ArticlePage] = _published(ArticlePage, language).select_related("cover")
    return rows[:n]


def articles_near(unit_id: int, *, on: date, n: int) -> list[ArticlePage]:
    """The newest published articles in the reader's language: first those about a unit, be it among others, what it
    took over included; behind them the others. Two queries at most."""
    rows = _published(ArticlePage, None).select_related("cover")
    own = list(rows.filter(ArticlePage.about(reach_ids(unit_id, on=on)))[:n])
    left = n - len(own)
    return own + list(rows.exclude(pk__in=[page.pk for page in own])[:left]) if left else own


def sections_in_use(*, language: str | None = None) -> set[str]:
    """The kinds of sections that hold a published page in a language (the reader's by default); one query."""
    held = Page.objects.live().filter(path__startswith=OuterRef("path"), depth=OuterRef("depth") + 1)
    return set(_published(SectionPage, language).order_by().filter(Exists(held)).values_list("kind", flat=True))


def policies(audience: str | None = None, *, language: str | None = None) -> QuerySet[PolicyPage]:
    """The published policies, those for one audience if named, newest first."""
    rows: QuerySet[PolicyPage] = _published(PolicyPage, language)
    return rows.filter(audience_groups__contains=[audience]) if audience else rows


def _published(model: type[BasePage], language: str | None) -> Any:
    pages = in_public(model.objects).filter(locale__language_code=language or get_language() or "vi")
    return pages.order_by("-first_published_at", "-pk")


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


def published(kind: SectionKind, *, language: str | None = None) -> Any:
    """The published pages of one kind, newest first."""
    return _published(TYPES[kind], language)


def speaking_to(pages: Any, audiences: Iterable[str], *, n: int, others: bool = True) -> list[Any]:
    """The first `n` of these pages that were written for any of these audiences; behind them, unless left out, those
    that speak to everyone: whoever ticks no audience means all. Each part keeps the order of the pages.

    One query that asks for both parts apart: sorting all by nearness would read them all.
    """
    mine = Q(audience_groups__overlap=list(audiences))
    theirs = pages.filter(mine)
    if not others:
        return list(theirs[:n])
    everyone = Q(audience_groups=[]) | Q(audience_groups__contains=[Audience.RESIDENT])
    first = theirs.annotate(nearness=Value(0))[:n]
    behind = pages.filter(everyone).exclude(mine).annotate(nearness=Value(1))[:n]
    return list(first.union(behind, all=True).order_by("nearness", *pages.query.order_by)[:n])


def about_place(unit_id: int, *, on: date, kinds: Collection[str] | None = None, n: int = 12) -> list[Card]:
    """The newest published pages, of any kind or of these, about a unit, be it among others, what it took over
    included; one query."""
    mine = Q(locale__language_code=get_language() or settings.LANGUAGE_CODE)
    return cards(mine, about=reach_ids(unit_id, on=on), kinds=kinds, n=n)


def law_links(numbers: Iterable[str]) -> dict[str, str]:
    """Number of a legal text, as printed → address of its page, of those the library holds; in the reader's language
    where there is one. One query."""
    if not (wanted := {number for number in numbers if number}):
        return {}
    rows = in_public(LegalTextPage.objects).filter(number__in=wanted)
    mine = Q(locale__language_code=get_language() or settings.LANGUAGE_CODE)
    return {row.number: row.url for row in rows.annotate(mine=mine).order_by("mine", "pk")}


def coming_events(*, language: str | None = None, kind: str = "", n: int | None = 6) -> QuerySet[EventPage]:
    """The published events not yet over, soonest first; of one `EventKind` or of all."""
    now = timezone.now()
    rows: QuerySet[EventPage] = _published(EventPage, language)
    to_come = rows.filter(Q(ends_at__gte=now) | Q(ends_at=None, starts_at__gte=now), **({"kind": kind} if kind else {}))
    return to_come.order_by("starts_at")[:n]


def event_named(slug: str) -> EventPage | None:
    """The published event of this address in the reader's language."""
    found: EventPage | None = _published(EventPage, None).filter(slug=slug).first()
    return found


def dialogue(pk: int) -> EventPage | None:
    """The published dialogue of this number, if it still takes questions."""
    found: EventPage | None = in_public(EventPage.objects).filter(pk=pk).first()
    return found if found and found.takes_questions else None


def page_at(path: str) -> BasePage | None:
    """The published page of ours at this path of the site (`/tin/vay-von/`, `/en/tin/…`); None when there is none."""
    language = get_language_from_path(path) or settings.LANGUAGE_CODE
    below = path.removeprefix(f"/{language}") if language != settings.LANGUAGE_CODE else path
    home = HomePage.objects.live().filter(locale__language_code=language).first()
    if home is None:
        return None
    found = in_public(Page.objects).filter(url_path=f"{home.url_path.rstrip('/')}{below}").first()
    page = found.specific if found else None
    return page if isinstance(page, BasePage) else None


def column_named(slug: str) -> ColumnPage | None:
    """The published column of this address in the reader's language."""
    found: ColumnPage | None = _published(ColumnPage, None).filter(slug=slug).first()
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
    mine: bool
    law: LawCheck | None = None


def writable_pages(user: User) -> PageQuerySet:
    """The pages, sections aside, of the units where the person's posts write."""
    return _pages_in(user, WRITE)


def withdrawable_pages(user: User) -> PageQuerySet:
    """The published pages of the units where the person's posts take pages down."""
    return _pages_in(user, WITHDRAW).live()


def _pages_in(user: User, permission: str) -> PageQuerySet:
    mine = reduce(or_, (Q(unit__in=grant.units) for grant in granted(user, permission)), Q(pk__in=[]))
    ours = reduce(or_, (Q(pk__in=model.objects.filter(mine).values("pk")) for model in TYPES.values()))
    pages: PageQuerySet = Page.objects.filter(ours)
    return pages


def desk_pages(user: User, stage: str = "", *, mine: bool = False) -> list[PageLine]:
    """Pages of the person's units, last touched first, with where each stands."""
    pages = writable_pages(user).order_by("-latest_revision_created_at")
    if mine:
        pages = pages.filter(owner=user)
    rows = list(pages.prefetch_workflow_states().select_related("owner", "latest_revision")[:300])
    sent = sendings(subject_of(page) for page in rows)
    approved = set(cleared(pages).values_list("pk", flat=True))
    lines = [_line(page, sent.get(subject_of(page)), user, approved=page.pk in approved) for page in rows]
    return [line for line in lines if not stage or line.stage == stage]


def sendings(subjects: Iterable[str]) -> dict[str, Sending]:
    """The newest sending of each of these pages, with its legal check."""
    rows = Sending.objects.filter(submission__subject__in=list(subjects)).order_by("submission_id")
    return {row.submission.subject: row for row in rows.select_related("submission", "law_check__by")}


def _line(page: Page, sent: Sending | None, user: User, *, approved: bool) -> PageLine:
    stage, law = stage_of(page, approved=approved), getattr(sent, "law_check", None)
    if stage == Stage.WAITING and sent is not None and sent.needs_law and law is None:
        stage = Stage.LAW
    return PageLine(page, stage, page.owner_id == user.pk, law)


def law_queue(user: User) -> QuerySet[Sending]:
    """What waits for this person's legal check: in their units, sent, not their own; first sent first."""
    rows = Sending.objects.filter(
        needs_law=True, law_check=None, submission__decision=None, submission__withdrawn_at=None
    )
    rows = visible_to(rows, user, permission=CHECK_LAW, unit_path="submission__unit")
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


def corrections(language: str) -> QuerySet[Correction]:
    """The corrections of public pages in a language, newest first; `out_at` is when each went out."""
    rows: QuerySet[Correction] = Correction.objects.public().filter(page__locale__language_code=language)
    return rows.select_related("page")


def withdrawals(language: str) -> QuerySet[Withdrawal]:
    """The pages taken down and not published again, newest first. Their titles and addresses are not told."""
    rows: QuerySet[Withdrawal] = Withdrawal.objects.standing().filter(language=language)
    return rows


def mended(language: str) -> QuerySet[Any, Any]:
    """Both, newest first, as (whether it is a withdrawal, id, when): to be cut into pages."""
    first = corrections(language).order_by().annotate(gone=Value(value=False), moment=F("out_at"))
    second = withdrawals(language).order_by().annotate(gone=Value(value=True), moment=F("at"))
    names = ("gone", "pk", "moment")
    return first.values_list(*names).union(second.values_list(*names), all=True).order_by("-moment", "gone", "-pk")


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


def drawn_picture(name: str) -> NewsRendition | None:
    """The drawn size that this file is, if we drew it."""
    found: NewsRendition | None = NewsRendition.objects.filter(file=name).first()
    return found


def pictures_of(page_id: int) -> set[int]:
    """The numbers of the pictures that a page shows, in its newest version or before readers; none of a page gone."""
    page = Page.objects.filter(pk=page_id).first()
    if page is None:
        return set()
    newest = page.get_latest_revision()
    return images_shown(page.specific) | (images_shown(newest.as_object()) if newest else set())


def pages_with_picture(image_id: int) -> PageQuerySet:
    """The pages before readers that show the picture: what drafts show is nobody's business yet."""
    return _live_with(NewsImage, image_id)


def pages_with_file(document_id: int) -> PageQuerySet:
    """The pages before readers that offer the file."""
    return _live_with(get_document_model(), document_id)


def _live_with(model: type[Any], pk: int) -> PageQuerySet:
    kinds = ContentType.objects.get_for_models(model, Page)
    used = ReferenceIndex.objects.filter(
        to_content_type=kinds[model], to_object_id=str(pk), base_content_type=kinds[Page]
    )
    pages: PageQuerySet = Page.objects.live().filter(
        pk__in=[int(one) for one in used.values_list("object_id", flat=True)]
    )
    return pages
