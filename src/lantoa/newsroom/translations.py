"""Which pages there are in which language, how far each has fallen behind, and whether readers are told."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from wagtail.models import Locale, Page

from lantoa.kernel.models import User
from lantoa.newsroom.enums import Stage
from lantoa.newsroom.interface import words
from lantoa.newsroom.models import BasePage, InterfaceReading, TranslationStep
from lantoa.newsroom.models.translating import gone_on
from lantoa.newsroom.selectors import fresh, stage_of, writable_pages

MOST = 300


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
        """`none`, `behind`, `current` (published and up to date), or `working`."""
        if self.page is None:
            return "none"
        if self.behind_since is not None:
            return "behind"
        return "current" if self.stage == Stage.LIVE else "working"


def translation_lines(user: User, language: str, *, first: str = "vi") -> list[TranslationLine]:
    """The published pages of the person's units, newest first, each with its page in a language; six queries."""
    ours = writable_pages(user).filter(live=True, locale__language_code=first).order_by("-last_published_at", "-pk")
    originals = list(ours[:MOST])
    keys = [page.translation_key for page in originals]
    rows = Page.objects.filter(locale__language_code=language, translation_key__in=keys)
    pages = {page.translation_key: page for page in rows.prefetch_workflow_states().select_related("latest_revision")}
    steps = _newest_steps(page.pk for page in pages.values())
    ahead = gone_on(steps.values())
    return [_line(original, pages.get(original.translation_key), steps, ahead) for original in originals]


def _line(
    original: Page, page: Page | None, steps: dict[int, TranslationStep], ahead: dict[int, datetime]
) -> TranslationLine:
    if page is None:
        return TranslationLine(original, None, None, None, None)
    return TranslationLine(original, page, stage_of(page), ahead.get(page.pk), steps.get(page.pk))


def _newest_steps(pages: Iterable[int]) -> dict[int, TranslationStep]:
    rows = TranslationStep.objects.filter(page__in=list(pages)).select_related("by")
    return {step.page_id: step for step in rows.order_by("page", "-pk").distinct("page")}


def side_by_side(page: Page) -> tuple[BasePage, BasePage, TranslationStep | None]:
    """The published original, the newest version of the translation, and the newest step between them."""
    steps = TranslationStep.objects.filter(page=page.pk).select_related("by", "original")
    step = steps.order_by("-pk").first()
    original = fresh(step.original) if step else fresh(page)
    return original, fresh(page).get_latest_revision_as_object(), step


def further_languages(first: str = "vi") -> list[Locale]:
    """The languages that pages are translated into."""
    return list(Locale.objects.exclude(language_code=first).order_by("pk"))


def interface_reading(language: str) -> InterfaceReading | None:
    """Who has read exactly the words that the interface has now in a language, if anybody has."""
    return InterfaceReading.objects.filter(language=language, sha256=words(language).sha256).first()
