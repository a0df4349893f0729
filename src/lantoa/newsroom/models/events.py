"""Things that happen on a day, with how to take part."""

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from lantoa.newsroom.blocks import WRITING
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models.base import BasePage, tabs
from lantoa.newsroom.models.readable import StoryPage


class EventPage(StoryPage):
    """A dialogue, a class, a fair: when, where, who holds it and how to come."""

    starts_at = models.DateTimeField(_("begins"), help_text=_("Day and hour."))
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True, help_text=_("Leave empty when nobody knows."))
    place = models.CharField(
        _("place"), max_length=200, blank=True, help_text=_("House of culture, hamlet, commune; how to find it.")
    )
    organiser = models.CharField(_("who holds it"), max_length=200, help_text=_("The office or union that invites."))
    join = RichTextField(
        _("how to take part"),
        blank=True,
        features=WRITING,
        help_text=_("Whom to tell, until when, what to bring, what it costs."),
    )
    online_url = models.URLField(
        _("address to join online"), blank=True, help_text=_("Where to watch or speak from home.")
    )
    called_off = models.BooleanField(
        _("called off"), default=False, help_text=_("The page stays, and says that nobody needs to come.")
    )

    section = SectionKind.EVENTS
    template = "newsroom/event_page.html"
    content_template = "newsroom/event_content.html"
    icon = "calendar"
    spoken = ("place", "organiser")
    edit_handler = tabs([
        *BasePage.content_panels,
        MultiFieldPanel([
            FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
            FieldPanel("place"),
            FieldPanel("organiser"),
            FieldPanel("join"),
            FieldPanel("online_url"),
            FieldPanel("called_off"),
        ], heading=_("When, where, how")),
        *StoryPage.story_panels,
    ])  # fmt: skip

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gte=F("starts_at")),
                name="event_ends_after_it_begins",
                violation_error_message=_("It ends before it begins. Check both hours."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["starts_at"], name="event_by_day")]

    @property
    def is_over(self) -> bool:
        """Whether it lies behind us."""
        return (self.ends_at or self.starts_at) < timezone.now()

    @property
    def same_day(self) -> bool:
        """Whether it ends on the day it begins."""
        if self.ends_at is None:
            return True
        return _day(self.starts_at) == _day(self.ends_at)


def _day(moment: datetime) -> object:
    return timezone.localtime(moment).date()
