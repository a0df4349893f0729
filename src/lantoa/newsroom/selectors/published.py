"""What readers have: the published pages, what was corrected and what was withdrawn."""

from collections import Counter
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.translation import get_language, get_language_from_path
from wagtail.models import Page

from lantoa.kernel import prepared
from lantoa.kernel.enums import Audience
from lantoa.kernel.text import fold
from lantoa.newsroom.enums import SectionKind, Standing
from lantoa.newsroom.models import (
    ArticlePage,
    AudioPage,
    BasePage,
    ColumnPage,
    Correction,
    EventPage,
    HomePage,
    InstitutionPage,
    LegalTextPage,
    PolicyPage,
    ReadingPage,
    SectionPage,
    Withdrawal,
    types_by_section,
)
from lantoa.newsroom.models.gathering import NEWEST, Card, newest, newest_of_each, of_units
from lantoa.newsroom.models.listing import Slices, by_name, found_laws, to_come
from lantoa.newsroom.public import in_language, in_public, public
from lantoa.territory.selectors import reach_of

TYPES: dict[str, type[ReadingPage]] = types_by_section()


def section_of(kind: str, language: str) -> SectionPage | None:
    """The section that gathers this kind in a language, else in Vietnamese; None before the site is made."""
    found = SectionPage.objects.filter(kind=kind, locale__language_code__in=[language, "vi"])
    best: SectionPage | None = min(found.select_related("locale"), default=None,
                                   key=lambda one: one.locale.language_code != language)  # fmt: skip
    return best


def latest_articles(n: int = 6, *, language: str | None = None) -> list[ArticlePage]:
    """The newest published articles of a language (the reader's by default)."""
    return prepared.objects(_latest, language or _reading(), n)


def _latest(language: str, n: int) -> Any:
    return _published(ArticlePage, language).select_related("cover")[:n]


def articles_near(unit_id: int, *, on: date, n: int) -> list[ArticlePage]:
    """The newest published articles in the reader's language: first those about a unit, be it among others, what it
    took over included; behind them the others. Three queries at most."""
    own = prepared.objects(_near, _reading(), tuple(reach_of([unit_id], on=on)), n)
    left = n - len(own)
    return own + prepared.objects(_besides, _reading(), left, told=tuple(page.pk for page in own)) if left else own


def _near(language: str, reach: Sequence[int], n: int) -> Any:
    return _published(ArticlePage, language).select_related("cover").filter(of_units(reach))[:n]


def _besides(language: str, n: int, *apart_from: int) -> Any:
    return _published(ArticlePage, language).select_related("cover").exclude(pk__in=apart_from)[:n]


def sections_in_use(*, language: str | None = None) -> set[str]:
    """The kinds of which a page is published in a language (the reader's by default); one query."""
    found = {model for (model,) in prepared.rows(_held, language or _reading())}
    return {kind for kind, model in TYPES.items() if model._meta.model_name in found}


def _held(language: str) -> Any:
    names = [str(model._meta.model_name) for model in TYPES.values()]
    kinds = ContentType.objects.filter(app_label=SectionPage._meta.app_label, model__in=names)
    pages = in_public(Page.objects).filter(in_language(language), content_type=OuterRef("pk"))
    newest = pages.order_by("-first_published_at", "-pk").values("pk")[:1]  # as an index has them: one look a kind
    return kinds.annotate(newest=Subquery(newest)).filter(newest__isnull=False).values_list("model")


def policies(audience: str | None = None, *, language: str | None = None) -> QuerySet[PolicyPage]:
    """The published policies, those for one audience if named, newest first."""
    rows: QuerySet[PolicyPage] = _published(PolicyPage, language)
    return rows.filter(audience_groups__contains=[audience]) if audience else rows


def policies_for(audience: str) -> Slices:
    """The published policies for one audience in the reader's language, newest first, for a paginator."""
    return Slices(_policies_for, _reading(), audience)


def _policies_for(language: str, audience: str) -> Any:
    return policies(audience, language=language)


def _published(model: type[BasePage], language: str | None) -> Any:
    pages = public(model).filter(in_language(language or _reading()))
    return pages.order_by("-first_published_at", "-pk")


def _reading() -> str:
    """The reader's language."""
    return get_language() or settings.LANGUAGE_CODE


def in_force(text: LegalTextPage | str, *, on: date | None = None) -> bool:
    """Whether a published legal text, or one of this number, binds on a day (today by default), amended or not.

    A number that nothing published bears is not in force.
    """
    return bool(_texts_named(text).in_force(on or timezone.localdate()).exists())


def standing(text: LegalTextPage | str, *, on: date | None = None) -> Standing | None:
    """Where a published legal text stands on a day (today by default); None when the library does not hold it."""
    row = _texts_named(text).standing_on(on or timezone.localdate()).order_by("-issued_on", "-pk").first()
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
        _laws(language), words=words, kind=kind, issuer=issuer, year=year,
        in_force_on=in_force_on, on=timezone.localdate(),
    )  # fmt: skip
    return rows


def laws_for(audiences: Sequence[str], *, on: date, n: int) -> list[LegalTextPage]:
    """The newest published legal texts in the reader's language that bind on a day, as `speaking_to` puts them."""
    return speaking_to(_binding, _reading(), on, audiences=audiences, n=n)


def _binding(language: str, on: date) -> Any:
    return _laws(language).in_force(on).order_by("-issued_on", "-pk")


def _laws(language: str | None) -> Any:
    """Without the type in Wagtail's own row: read by another day than that of publishing, it would only make PostgreSQL
    think that there are few."""
    return in_public(LegalTextPage.objects).filter(in_language(language or _reading()))


def published(kind: SectionKind, *, language: str | None = None) -> Any:
    """The published pages of one kind, newest first."""
    return _published(TYPES[kind], language)


def speaking_to(
    build: Callable[..., Any], *facts: Hashable, audiences: Sequence[str], n: int, told: prepared.Told = ()
) -> list[Any]:
    """The first `n` of the pages `build(*facts, *told)` that were written for any of these audiences; behind them those
    that speak to everyone: whoever ticks no audience means all. Each part keeps the order of the pages. Without
    audiences simply the first. Two queries at most."""
    groups = tuple(audiences)
    found = prepared.objects(_first_of, build, facts, MINE if groups else ALL, groups, n, told=told)
    left = n - len(found)
    if not groups or not left:
        return found
    return found + prepared.objects(_first_of, build, facts, EVERYONES, groups, left, told=told)


def _first_of(
    build: Callable[..., Any], facts: Sequence[Hashable], whose: str, audiences: Sequence[str], n: int, *told: Any
) -> Any:
    return build(*facts, *told).filter(_speaks(whose, audiences))[:n]


def cards_speaking_to(
    most: Mapping[str, int], audiences: Sequence[str], *, about: Sequence[int] | None = None
) -> dict[str, list[Card]]:
    """The same of each of these kinds, newest first, that are about one of these units if any are given: kind → at most
    so many cards. One query about units, of which few pages speak; else two at most."""
    units = None if about is None else tuple(about)
    together = [(MINE, EVERYONES)] if units is not None else [(MINE,), (EVERYONES,)]
    shown: dict[str, list[Card]] = {kind: [] for kind in most}
    for whose in together if audiences else [(ALL,)]:
        lacking = tuple((kind, n) for kind, n in most.items() if len(shown[kind]) < n)
        found = prepared.rows(_speaking, lacking, _reading(), whose, tuple(audiences), units) if lacking else []
        for *facts, _step in found:
            card = Card(*facts)
            if len(shown[card.section]) < most[card.section]:
                shown[card.section].append(card)
    return shown


MINE, EVERYONES, ALL = "mine", "everyone's", "all"


def _speaking(
    most: Sequence[tuple[str, int]],
    language: str,
    whose: Sequence[str],
    audiences: Sequence[str],
    about: Sequence[int] | None,
) -> Any:
    wheres = [in_language(language) & _speaks(one, audiences, "listed__") for one in whose]
    return newest_of_each(dict(most), *wheres, about=about)


def _speaks(whose: str, audiences: Sequence[str], before: str = "") -> Q:
    groups = f"{before}audience_groups"
    mine = Q((f"{groups}__overlap", list(audiences)))
    everyones = Q((groups, [])) | Q((f"{groups}__contains", [Audience.RESIDENT]))
    return {MINE: mine, EVERYONES: everyones & ~mine, ALL: Q()}[whose]


def about_units(units: Sequence[int], *, kinds: Collection[str] | None = None, n: int = 12) -> list[Card]:
    """The newest published pages, of any kind or of these, about one of these units, be it among others; one query."""
    found = prepared.rows(_about, _reading(), tuple(units), None if kinds is None else tuple(sorted(kinds)), n)
    return [Card(*row) for row in found]


def _about(language: str, units: Sequence[int], kinds: Sequence[str] | None, n: int) -> Any:
    return newest(in_language(language), about=units, kinds=kinds, n=n)


def policies_by_audience() -> Counter[str]:
    """How many policies are published for each audience, in the reader's language; a policy for two counts for both.
    One query."""
    counts: Counter[str] = Counter()
    for groups, n in prepared.rows(_by_audience, _reading()):
        counts.update(dict.fromkeys(groups, n))
    return counts


def _by_audience(language: str) -> Any:
    return policies(language=language).order_by().values_list("audience_groups").annotate(n=Count("pk"))


def newest_sound(units: Sequence[int]) -> list[tuple[Card, AudioPage]]:
    """The newest published sound with a file of its own about one of these units, if any: as a card, and with its file.
    One query."""
    return [(Card.of(page), page) for page in prepared.objects(_heard, _reading(), tuple(units))]


def _heard(language: str, units: Sequence[int]) -> Any:
    pages = in_public(AudioPage.objects.exclude(file=None)).filter(in_language(language), of_units(units))
    return pages.select_related("file", "locale").order_by(*NEWEST)[:1]


def desks_of(unit_id: int, *, n: int) -> list[InstitutionPage]:
    """The published institutions of a unit, those that name it among further places included, by name; each with how to
    reach it."""
    return prepared.objects(_desks, _reading(), unit_id, n)


def _desks(language: str, unit_id: int, n: int) -> Any:
    section = SectionPage.objects.filter(in_language(language), kind=SectionKind.INSTITUTIONS)
    pages = by_name(Subquery(section.values("path")[:1])).filter(of_units([unit_id]))
    first = InstitutionPage.objects.filter(pk__in=pages.values("pk")[:n]).order_by("title", "pk")
    return first.only("title", "url_path", "address", "hours", "phone", "email")


def law_links(numbers: Iterable[str]) -> dict[str, str]:
    """Number of a legal text, as printed → address of its page, of those the library holds; in the reader's language
    where there is one. One query."""
    if not (wanted := {number for number in numbers if number}):
        return {}
    rows = public(LegalTextPage).filter(number__in=wanted).annotate(mine=in_language(_reading()))
    return {row.number: row.url for row in rows.order_by("number", "-mine", "-pk").distinct("number")}


def in_readers_language(ids: Iterable[int]) -> dict[int, Page]:
    """Id of a public page → that page in the reader's language, else itself, each with its locale. One query."""
    wanted, language = set(ids), _reading()
    same = Page.objects.filter(pk__in=wanted).values("translation_key")
    rows = list(in_public(Page.objects).filter(translation_key__in=same).select_related("locale")) if wanted else []
    spoken = {row.translation_key: row for row in rows if row.locale.language_code == language}
    return {row.pk: spoken.get(row.translation_key, row) for row in rows if row.pk in wanted}


def coming_events(*, language: str | None = None, kind: str = "", n: int | None = 6) -> QuerySet[EventPage]:
    """The published events not yet over, soonest first; of one `EventKind` or of all."""
    rows: QuerySet[EventPage] = _coming(language or _reading(), timezone.now())
    return rows.filter(**({"kind": kind} if kind else {}))[:n]


def events_for(audiences: Sequence[str], *, n: int) -> list[EventPage]:
    """The published events not yet over in the reader's language, as `speaking_to` puts them."""
    return speaking_to(_coming, _reading(), audiences=audiences, n=n, told=(timezone.now(),))


def _coming(language: str, now: datetime) -> Any:
    return _published(EventPage, language).filter(to_come(now)).order_by("starts_at")


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


def corrections(language: str) -> QuerySet[Correction]:
    """The corrections of public pages in a language, newest first; `out_at` is when each went out."""
    rows: QuerySet[Correction] = Correction.objects.public().filter(page__locale__language_code=language)
    return rows.select_related("page")


def withdrawals(language: str) -> QuerySet[Withdrawal]:
    """Every page taken down but those whose time was over, newest first."""
    rows: QuerySet[Withdrawal] = Withdrawal.objects.telling().filter(language=language, expired=False)
    return rows.order_by("-at", "-pk")


def published_again(pages: Iterable[int]) -> dict[int, Page]:
    """Those of these pages that anybody may read. One query."""
    found: dict[int, Page] = in_public(Page.objects).in_bulk(list(pages))
    return found


def mended(language: str) -> QuerySet[Any, Any]:
    """Both, newest first, as (whether it is a withdrawal, id, when): to be cut into pages."""
    first = corrections(language).order_by().annotate(gone=Value(value=False), moment=F("out_at"))
    second = withdrawals(language).order_by().annotate(gone=Value(value=True), moment=F("at"))
    names = ("gone", "pk", "moment")
    return first.values_list(*names).union(second.values_list(*names), all=True).order_by("-moment", "gone", "-pk")
