"""The home page, its sections, and the two types most is written in."""

from datetime import date
from http import HTTPStatus
from typing import Any, ClassVar

from django.db import models
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, PageViewRestriction
from wagtail.url_routing import RouteResult

from lantoa.kernel import prepared
from lantoa.kernel.everybody import EVERYBODYS
from lantoa.newsroom.blocks import (
    STORY,
    WRITING,
    Condition,
    Contact,
    Fact,
    LegalReference,
    Paper,
    Step,
)
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models.base import BasePage, items, tabs
from lantoa.newsroom.models.corrections import Correction, Withdrawal
from lantoa.newsroom.models.listing import listed
from lantoa.newsroom.models.readable import PICTURES, ReadingPage, StoryPage, types_by_section
from lantoa.newsroom.models.rereading import Rereading
from lantoa.newsroom.models.translating import TranslationStep


class HomePage(BasePage):
    """The front door of one language; the portal draws it."""

    parent_page_types: ClassVar = ["wagtailcore.Page"]
    subpage_types: ClassVar = ["newsroom.SectionPage"]
    template = "newsroom/home_page.html"
    edit_handler = tabs(BasePage.content_panels)

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")

    def route(self, request: HttpRequest, path_components: list[str]) -> RouteResult:
        """Find a published page by its whole address at once, with the way to it, whether any of it is shut, and its
        published translations."""
        if path_components:
            address, *above = _addresses(self.url_path, path_components)
            way, found, twins = _found(address, *above)
            if found is None:
                return self._withdrawn(address)
            page = _whole(found)
            page.way = [one for one in way if one.live and one.depth > 1]
            page.shut = any(one.shut for one in [*way, found])
            page.twins = twins
            page.corrected, page.reread, page.follows = found.corrected, found.reread, found.follows
            return page.route(request, [])
        return super().route(request, path_components)

    def _withdrawn(self, address: str) -> RouteResult:
        """What the address of a page taken down answers; nothing stood at any other."""
        taken = Withdrawal.objects.filter(url_path=address).telling().select_related("instead__locale")
        gone = taken.order_by("-at", "-pk").first()
        if gone is None:
            raise Http404
        return RouteResult(self, kwargs={"gone": gone})

    def serve(self, request: HttpRequest, *args: Any, gone: Withdrawal | None = None, **kwargs: Any) -> HttpResponse:
        """The front door; or, at an address of a page taken down, that it was or that its time is over, when, why, and
        where to read instead."""
        if gone is None:
            return super().serve(request, *args, **kwargs)  # type: ignore[no-any-return]
        instead = gone.instead if gone.instead and gone.instead.live else None
        context = {"withdrawn": gone, "instead": instead}
        answer = render(request, "newsroom/gone.html", context, status=HTTPStatus.GONE)
        patch_cache_control(answer, **EVERYBODYS)
        return answer


ON_THE_WAY = ("title", "path", "depth", "url_path", "translation_key", "locale__language_code", "live", "content_type")
"""What is asked of a page that is only led to."""


def _whole(found: Page) -> Any:
    """The page with all its fields, its picture, and whether it is about further places, in one query."""
    pages = prepared.objects(_of_type, found.specific_class or Page, told=(found.pk,))
    if not pages:  # removed in this moment
        raise Http404
    return pages[0]


def _of_type(model: Any, pk: int) -> Any:
    names = [field.name for field in model._meta.fields if field.name in PICTURES]
    pages = model.objects.select_related(*(names or [None]))
    if issubclass(model, BasePage):
        pages = pages.annotate(elsewhere=Exists(model.further_places()))
    return pages.filter(pk=pk)


def _found(address: str, *above: str) -> tuple[list[Page], Page | None, list[Page]]:
    """The pages above an address from the root down, the page there, and it in all its languages; one query."""
    pages = {one.url_path: one for one in prepared.objects(_led_to, told=(address, *above))}
    found = pages.get(address)
    if found is None or not found.live:
        return [], None, []
    twins = [one for one in pages.values() if one.translation_key == found.translation_key]
    return [pages[one] for one in reversed(above) if one in pages], found, twins


def _led_to(address: str, *above: str) -> Any:
    private = PageViewRestriction.objects.filter(page=OuterRef("pk"))
    same = Page.objects.filter(url_path=address).values("translation_key")
    way = Page.objects.filter(url_path__in=[address, *above]).values("pk")
    itself = Page.objects.filter(translation_key__in=same, live=True).values("pk")
    told = {
        "shut": Exists(private),
        "corrected": Exists(Correction.objects.filter(page=OuterRef("pk"))),
        "reread": Exists(Rereading.objects.filter(page=OuterRef("pk"))),
        "follows": Exists(TranslationStep.objects.filter(page=OuterRef("pk"))),
    }
    rows = Page.objects.filter(pk__in=way.union(itself)).annotate(**told).select_related("locale").only(*ON_THE_WAY)
    return rows.order_by("depth")


def _addresses(home: str, path_components: list[str]) -> list[str]:
    """The address of a page below a home page, then those above it up to the root."""
    parts = [*home.strip("/").split("/"), *path_components]
    return [f"/{'/'.join(parts[:n])}/" for n in range(len(parts), 0, -1)] + ["/"]


class SectionPage(BasePage):
    """A place that gathers pages of one kind, as `listing` has them."""

    kind = models.CharField(
        _("gathers"), max_length=20, choices=SectionKind, help_text=_("Only pages of this kind can be made in it.")
    )

    shared_by_all_units = True
    parent_page_types: ClassVar = ["newsroom.HomePage"]
    template = "newsroom/section_page.html"
    edit_handler = tabs([*BasePage.content_panels, FieldPanel("kind")])

    class Meta:
        verbose_name = _("section")
        verbose_name_plural = _("sections")

    @classmethod
    def clean_subpage_models(cls) -> list[type[Page]]:
        """Every type that stands in a section; which one may stand in this one, `can_exist_under` tells."""
        return list(types_by_section().values())

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """The section's published pages, some at a time, in the order and by the search that fit their kind."""
        return {**super().get_context(request, *args, **kwargs), **listed(self, request.GET)}


class ArticlePage(StoryPage):
    """A story, a piece of news, an explanation."""

    section = SectionKind.ARTICLES
    template = "newsroom/article_page.html"
    icon = "chat"
    edit_handler = tabs([*BasePage.content_panels, *StoryPage.story_panels])

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")


class PolicyPage(ReadingPage):
    """A support explained in plain language: who, what, how, with which papers, where, until when, by which law."""

    facts = items(
        "fact", Fact(), _("figures that answer the first question"), max_num=4,
        help_text=_("Four at most: how much, how long, by when, at what interest."),
    )  # fmt: skip
    who = items(
        "condition", Condition(), _("who gets it"), help_text=_("Those who get it first, then those who do not.")
    )
    what = RichTextField(
        _("what you get"), blank=True, features=WRITING,
        help_text=_("Money, goods or services, with the amounts that hold today."),
    )  # fmt: skip
    how = items("step", Step(), _("how to get it"), help_text=_("One thing a person does, a step."))
    papers = items("paper", Paper(), _("papers needed"), help_text=_("One paper a line, as people call it."))
    places = items(
        "contact", Contact(), _("where, and whom to ask"),
        help_text=_("The nearest first: hamlet, commune, bank or office."),
    )  # fmt: skip
    deadline = models.CharField(
        _("until when"), max_length=200, blank=True,
        help_text=_("As you would say it, such as: all year round; before 30 June each year."),
    )  # fmt: skip
    ends_on = models.DateField(
        _("last day in force"), null=True, blank=True,
        help_text=_("From the next day the page says that this support has ended. Empty while no end is known."),
    )  # fmt: skip
    audio = models.ForeignKey(
        "wagtaildocs.Document", verbose_name=_("read aloud"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+",
        help_text=_("The page read by a person, for those who would rather listen: MP3, M4A or Opus."),
    )  # fmt: skip
    audio_length = models.CharField(
        _("length"), max_length=40, blank=True, help_text=_("As people say it: 3 minutes 20.")
    )
    body = StreamField(
        STORY, verbose_name=_("more"), blank=True, help_text=_("What does not fit above; often nothing.")
    )
    legal = items(
        "reference", LegalReference(), _("legal basis"), help_text=_("Each text this rests on, the highest first.")
    )

    section = SectionKind.POLICIES
    template = "newsroom/policy_page.html"
    content_template = "newsroom/policy_content.html"
    icon = "book"
    edit_handler = tabs([
        *BasePage.content_panels,
        FieldPanel("facts"),
        FieldPanel("who"),
        FieldPanel("what"),
        FieldPanel("how"),
        FieldPanel("papers"),
        FieldPanel("places"),
        MultiFieldPanel([FieldPanel("deadline"), FieldPanel("ends_on")], heading=_("Until when")),
        FieldPanel("legal"),
        MultiFieldPanel([FieldPanel("audio"), FieldPanel("audio_length")], heading=_("Read aloud")),
        FieldPanel("body"),
    ])  # fmt: skip

    class Meta:
        verbose_name = _("policy")
        verbose_name_plural = _("policies")

    def in_force(self, on: date | None = None) -> bool:
        """Whether the support can still be had on a day (today by default)."""
        return self.ends_on is None or self.ends_on >= (on or timezone.localdate())
