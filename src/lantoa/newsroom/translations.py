"""Which pages there are in which language, how far each has fallen behind, and whether readers are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q, Subquery
from wagtail.models import Locale, Page
from wagtail.query import PageQuerySet

from lantoa.kernel.models import User
from lantoa.newsroom.enums import Stage
from lantoa.newsroom.interface import words
from lantoa.newsroom.models import BasePage, Clearance, InterfaceReading, TranslationStep
from lantoa.newsroom.models.translating import gone_on
from lantoa.newsroom.selectors import fresh, staged, writable_pages

A_PAGE = 50


@dataclass(frozen=True, slots=True)
class TranslationLine:
    """One published page beside its translation: where that stands, and since when the original has gone on."""

    original: Page
    page: Page | None
    stage: Stage | None
    behind_since: datetime | None
    step: TranslationStep | None

    @property
    def state(self) -> str:
        """`none`, `gone` (published, its original not), `behind`, `current` (published, up to date), or `working`."""
        if self.page is None:
            return "none"
        if not self.original.live:
            return "gone"
        if self.behind_since is not None:
            return "behind"
        return "current" if self.stage == Stage.LIVE else "working"


def translation_lines(user: User, language: str, *, state: str = "", number: Any = 1) -> Any:
    """A numbered page of the published originals of the person's units in other languages, newest first, each with its
    page in this one; of those `behind` (or left without their original) or those with `none` yet, if asked for. Seven
    queries."""
    page = Paginator(_originals(user, language, state), A_PAGE).get_page(number)
    originals = list(page.object_list)
    keys = [original.translation_key for original in originals]
    rows = Page.objects.filter(locale__language_code=language, translation_key__in=keys)
    pages = {row.translation_key: row for row in staged(rows)}
    steps = _newest_steps(row.pk for row in pages.values())
    ahead = gone_on(steps.values())
    page.object_list = [_line(original, pages.get(original.translation_key), steps, ahead) for original in originals]
    return page


def _originals(user: User, language: str, state: str) -> PageQuerySet:
    same = {"translation_key": OuterRef("translation_key"), "locale__language_code": language}
    twins = Page.objects.filter(**same)
    stranded = Q(Exists(twins.live()), live=False)
    follows = Exists(TranslationStep.objects.filter(page=OuterRef("pk")))
    ours = writable_pages(user).exclude(locale__language_code=language).exclude(follows).select_related("locale")
    ours = ours.filter(Q(live=True) | stranded).order_by("-last_published_at", "-pk")
    if state == "none":
        ours = ours.filter(~Exists(twins))
    if state == "behind":
        steps = TranslationStep.objects.filter(**{f"page__{name}": value for name, value in same.items()})
        followed = Subquery(steps.order_by("-pk").values("original_revision")[:1])
        newer = Clearance.objects.filter(
            page=OuterRef("pk"), revision__lte=OuterRef("live_revision"), revision__gt=OuterRef("followed")
        )
        ours = ours.alias(followed=followed).filter(Exists(newer) | stranded)
    return ours


def _line(
    original: Page, page: Page | None, steps: dict[int, TranslationStep], ahead: dict[int, datetime]
) -> TranslationLine:
    if page is None:
        return TranslationLine(original, None, None, None, None)
    return TranslationLine(original, page, Stage(page.stage), ahead.get(page.pk), steps.get(page.pk))


def _newest_steps(pages: Iterable[int]) -> dict[int, TranslationStep]:
    rows = TranslationStep.objects.filter(page__in=list(pages)).select_related("by")
    return {step.page_id: step for step in rows.order_by("page", "-pk").distinct("page")}


def side_by_side(page: Page) -> tuple[BasePage, BasePage, TranslationStep | None]:
    """The published original, the newest version of the translation, and the newest step between them."""
    steps = TranslationStep.objects.filter(page=page.pk).select_related("by", "original")
    step = steps.order_by("-pk").first()
    original = fresh(step.original) if step else fresh(page)
    return original, fresh(page).get_latest_revision_as_object(), step


def languages() -> list[Locale]:
    """The languages that pages are translated into, last the one that most are first written in."""
    found = Locale.objects.filter(language_code__in=dict(settings.LANGUAGES)).order_by("pk")
    return sorted(found, key=lambda one: one.language_code == settings.LANGUAGE_CODE)


def interface_reading(language: str) -> InterfaceReading | None:
    """Who has read exactly the words that the interface has now in a language, if anybody has."""
    return InterfaceReading.objects.filter(language=language, sha256=words(language).sha256).first()
