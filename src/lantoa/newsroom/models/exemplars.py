"""People and ways of working that others may follow."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable

from lantoa.agencies import selectors as agencies
from lantoa.newsroom.blocks import WRITING
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models.base import BasePage, named, tabs
from lantoa.newsroom.models.readable import StoryPage
from lantoa.territory import selectors as territory


class RoleModelPage(StoryPage):
    """A person or household whose way out of poverty others may follow, told as they wish to be named."""

    named_as = models.CharField(
        _("who"), max_length=120, help_text=_("As the person wishes to be named: full name, “Chị H.”, “a household”.")
    )
    agreed_on = models.DateField(
        _("agreed to be told on"),
        help_text=_("The day they read or heard this story and agreed to it and to the name."),
    )
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("Hamlet and commune, never the house: Ấp 4, xã Đất Mũi.")
    )
    did = RichTextField(
        _("what they did"),
        features=WRITING,
        help_text=_("In order: what it was like before, what they did, what it brought."),
    )
    words = models.TextField(
        _("in their own words"), max_length=500, blank=True, help_text=_("One thing they said, word for word.")
    )

    section = SectionKind.ROLE_MODELS
    template = "newsroom/reading_page.html"
    content_template = "newsroom/role_model_content.html"
    icon = "heart"
    spoken = ("named_as", "place", "words")
    edit_handler = tabs([
        *BasePage.content_panels,
        MultiFieldPanel([
            FieldRowPanel([FieldPanel("named_as"), FieldPanel("agreed_on")]), FieldPanel("place"),
        ], heading=_("The person")),
        FieldPanel("did"),
        FieldPanel("words"),
        *StoryPage.story_panels,
    ])  # fmt: skip

    class Meta:
        verbose_name = _("role model")
        verbose_name_plural = _("role models")


class InitiativePage(StoryPage):
    """A way of making a living or of working that proved good: what, cost, yield, who can copy it, who has."""

    what = RichTextField(_("what it is"), features=WRITING, help_text=_("How it works, so that a neighbour could try."))
    cost = models.CharField(
        _("cost to begin"), max_length=200, blank=True, help_text=_("Money and labour, with where the figure is from.")
    )
    yields = models.CharField(
        _("what it brings"),
        max_length=200,
        blank=True,
        help_text=_("A season or a year, with where the figure is from."),
    )
    takes = models.CharField(_("time until it pays"), max_length=120, blank=True, help_text=_("Such as: 4 months."))
    for_whom = RichTextField(
        _("who can do the same"),
        blank=True,
        features=WRITING,
        help_text=_("Land, water, hands and skill it needs, and whom it does not fit."),
    )

    section = SectionKind.INITIATIVES
    template = "newsroom/reading_page.html"
    content_template = "newsroom/initiative_content.html"
    icon = "target"
    spoken = ("cost", "yields")
    edit_handler = tabs([
        *BasePage.content_panels,
        FieldPanel("what"),
        FieldRowPanel([FieldPanel("cost"), FieldPanel("yields"), FieldPanel("takes")]),
        FieldPanel("for_whom"),
        InlinePanel("copies", heading=_("Who has done the same"), label=_("Place or office")),
        *StoryPage.story_panels,
    ])  # fmt: skip

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")

    def copied_by(self) -> list[tuple[int, str, str]]:
        """(year, name today, note) of each unit and agency that did the same, earliest first."""
        copies, today = list(self.copies.all()), timezone.localdate()
        units = territory.names_on([copy.unit_id for copy in copies if copy.unit_id], today)
        offices = agencies.names_on([copy.agency_id for copy in copies if copy.agency_id], today)
        return sorted(
            (copy.year, units.get(copy.unit_id or 0) or offices.get(copy.agency_id or 0, ""), copy.note)
            for copy in copies
        )


class CopyForm(WagtailAdminModelForm):
    """Units and agencies by their names of today."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, names_on in (("unit", territory.names_on), ("agency", agencies.names_on)):
            self.fields[name] = named(self.fields[name], self.fields[name].queryset, names_on)


class InitiativeCopy(Orderable):
    """A unit or an agency that did the same, and in which year."""

    page = ParentalKey(InitiativePage, on_delete=models.CASCADE, related_name="copies")
    unit = models.ForeignKey(
        "territory.Unit", verbose_name=_("place"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("The commune, or the agency beside it: one of the two."),
    )  # fmt: skip
    agency = models.ForeignKey(
        "agencies.Agency", verbose_name=_("agency"), null=True, blank=True, on_delete=models.PROTECT, related_name="+",
        help_text=_("When an office did it, not a place."),
    )  # fmt: skip
    year = models.PositiveSmallIntegerField(_("year"), help_text=_("The year they began."))
    note = models.CharField(
        _("how it went"), max_length=200, blank=True, help_text=_("Such as: 32 households, 18 hectares.")
    )

    base_form_class = CopyForm
    panels: ClassVar = [
        FieldRowPanel([FieldPanel("unit"), FieldPanel("agency"), FieldPanel("year")]),
        FieldPanel("note"),
    ]

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(unit=None) ^ Q(agency=None),
                name="initiative_copied_by_one",
                violation_error_message=_("Name the place or the agency, one of the two."),
            ),
            models.CheckConstraint(condition=Q(year__range=(1990, 2100)), name="initiative_copied_in_our_time"),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.year}"
