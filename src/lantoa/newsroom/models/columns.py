"""Pages that gather others: a regular column, a campaign, a special page."""

from typing import Any, ClassVar

from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.models import Page

from lantoa.newsroom.blocks import Chosen
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models.base import BasePage, items, tabs
from lantoa.newsroom.models.gathering import Card, cards_in_order, newest
from lantoa.newsroom.models.listing import FarPaginator, Slices, page_asked
from lantoa.newsroom.models.readable import StoryPage

A_PAGE = 12


def in_all_languages(page: Page) -> list[int]:
    """The ids of a page and of its translations: as numbers, by which the database knows how many name them."""
    return list(Page.objects.filter(translation_key=page.translation_key).order_by("pk").values_list("pk", flat=True))


def filed_in(page: Page, named: str, number: int) -> Paginator[Any]:
    """Pages of any kind and of this one's language that name it so, in whichever language they do, newest first."""
    rows = Slices(_filed_in, named, page.locale_id, told=tuple(in_all_languages(page)), one=Card)
    return FarPaginator(rows, A_PAGE, number)


def _filed_in(named: str, locale_id: int, *ids: int) -> Any:
    return newest(Q((f"listed__{named}__in", ids), locale=locale_id))


class GatheringPage(StoryPage):
    """A page above others: what it is about, then what it gathers."""

    counted = False

    class Meta:
        abstract = True

    def see_also(self) -> list[Any]:
        """Nothing besides what it gathers."""
        return []

    def gathers(self, number: int) -> Paginator[Any]:
        """What it gathers, as cards, twelve at a time; `number` is the page that is wanted."""
        raise NotImplementedError

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With what it gathers."""
        number = page_asked(request.GET)
        return {**super().get_context(request, *args, **kwargs), "gathered": self.gathers(number).get_page(number)}


class ColumnPage(GatheringPage):
    """A regular column (chuyên mục): gathers whatever is filed in it."""

    rhythm = models.CharField(
        _("how often"),
        max_length=120,
        blank=True,
        help_text=_("Such as: every Friday, with the station's morning news."),
    )

    section = SectionKind.COLUMNS
    template = "newsroom/gathering_page.html"
    icon = "list"
    behind = ("rhythm",)
    edit_handler = tabs([*BasePage.content_panels, FieldPanel("rhythm"), *StoryPage.story_panels])

    class Meta:
        verbose_name = _("column")
        verbose_name_plural = _("columns")

    def filed(self) -> Q:
        """The condition that a page of its language is filed in it, in whichever language the column was named."""
        return Q(listed__column__in=in_all_languages(self), locale=self.locale_id)

    def gathers(self, number: int) -> Paginator[Any]:
        """Pages of any kind filed in it, newest first."""
        return filed_in(self, "column", number)


class CampaignPage(GatheringPage):
    """A campaign with its days and its call; gathers every page that names it."""

    slogan = models.CharField(
        _("its call"), max_length=160, blank=True, help_text=_("The one line everything repeats.")
    )
    starts_on = models.DateField(_("from day"), help_text=_("The first day of the campaign."))
    ends_on = models.DateField(_("to day"), null=True, blank=True, help_text=_("The last day, when it is known."))

    section = SectionKind.CAMPAIGNS
    template = "newsroom/gathering_page.html"
    content_template = "newsroom/campaign_content.html"
    icon = "flag"
    behind = ("starts_on", "ends_on")
    spoken = ("slogan",)
    edit_handler = tabs([
        *BasePage.content_panels,
        FieldPanel("slogan"),
        FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
        *StoryPage.story_panels,
    ])  # fmt: skip

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        indexes: ClassVar[list[Any]] = [
            models.Index(F("starts_on").desc(), F("page_ptr").desc(), name="newsroom_campaigns_begun"),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="campaign_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first. Check both days."),
            ),
        ]

    def gathers(self, number: int) -> Paginator[Any]:
        """Pages of any kind that belong to it, newest first."""
        return filed_in(self, "campaign", number)

    @property
    def is_on(self) -> bool:
        """Whether it runs today."""
        today = timezone.localdate()
        return self.starts_on <= today and (self.ends_on is None or today <= self.ends_on)


class SpecialPage(GatheringPage):
    """A special page (chuyên trang): chosen pages as one bundle, with its lead story."""

    lead_story = models.ForeignKey(
        Page, verbose_name=_("lead story"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text=_("The page that stands first and largest."),
    )  # fmt: skip
    chosen = items("chosen", Chosen(), _("pages of the bundle"), help_text=_("In the order readers should meet them."))

    section = SectionKind.SPECIALS
    template = "newsroom/special_page.html"
    icon = "book"
    behind = ("lead_story", "chosen")
    edit_handler = tabs([
        *BasePage.content_panels, FieldPanel("lead_story"), FieldPanel("chosen"), *StoryPage.story_panels,
    ])  # fmt: skip

    class Meta:
        verbose_name = _("special page")
        verbose_name_plural = _("special pages")

    def chosen_ids(self) -> list[int]:
        """The lead story, then the others, each once, in the editor's order."""
        named = [piece["value"]["page"] for piece in self.chosen.raw_data]
        return list(dict.fromkeys(pk for pk in (self.lead_story_id, *named) if pk))

    def gathers(self, number: int) -> Paginator[Any]:
        """The chosen pages as far as they are published, the lead story first."""
        return Paginator(cards_in_order(self.chosen_ids()), A_PAGE)
